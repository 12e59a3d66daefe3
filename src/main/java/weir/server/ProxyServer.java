package weir.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import weir.buffer.SlabStore;
import weir.config.ListenSettings;
import weir.config.MetricsSettings;
import weir.config.Settings;
import weir.exchange.Filter;
import weir.filter.gzip.Coders;
import weir.filter.minify.Workbenches;
import weir.net.CidrSet;
import weir.net.ConnectionLimit;
import weir.net.EventLoop;
import weir.net.ListenSockets;
import weir.net.Resolver;
import weir.observe.Journal;
import weir.observe.Metrics;
import weir.upstream.IdleBudget;
import weir.upstream.Pool;

/**
 * A running proxy.
 *
 * <pre>
 *   new (loops, listeners bound) -start-> serving -reload-> serving -drain-> draining -close-> closed
 * </pre>
 *
 * Methods may be called from any thread but a loop's, one at a time.
 */
public final class ProxyServer implements AutoCloseable {
    private static final long POLL_MILLIS = 20;
    /** For the answer to who asked for the end, and to the last probe. */
    private static final long OPERATORS_GRACE_NANOS = 1_000_000_000L;

    /** Ports that other processes listen on already. */
    public enum Ports {
        /** They are taken: a mistake, which must not go unnoticed. */
        REFUSE,
        /** They are shared, so that this process can take over from another one. */
        SHARE
    }

    private final Journal journal;
    private final Metrics metrics;
    private final SlabStore store;
    private final ConnectionLimit limit;
    private final List<EventLoop> loops = new ArrayList<>();
    private final Resolver resolver;
    private final Tls tls;
    private final Pools pools;
    private final Caches caches;
    private final Coders coders;
    private final Workbenches benches;
    private final Admin admin;
    private final List<Filter> outermost;
    private final Probes probes;
    private volatile Settings settings;
    private AccessLogs log;
    private AccessLogs retiredLog = AccessLogs.NONE;
    private volatile Map<String, Entrance> entrances = new LinkedHashMap<>();
    private Ports ports;
    private volatile boolean started;
    private boolean closed;
    private volatile boolean draining;
    private volatile int reloadSuccess = 1;

    /**
     * Binds every listener; nothing is accepted yet.
     *
     * @throws IOException an address cannot be listened on, a log not be opened; the message says which. Nothing stays open.
     */
    public ProxyServer(Settings settings, Journal journal) throws IOException {
        this(settings, journal, Ports.REFUSE);
    }

    /** @param outermost filters of every route, before all others */
    public ProxyServer(Settings settings, Journal journal, List<Filter> outermost) throws IOException {
        this(settings, journal, Ports.REFUSE, InetAddress::getAllByName, outermost);
    }

    /** @param ports what the listeners of the start do; those of a reload never share a port */
    public ProxyServer(Settings settings, Journal journal, Ports ports) throws IOException {
        this(settings, journal, ports, InetAddress::getAllByName);
    }

    /** @param lookup resolves names; may block */
    public ProxyServer(Settings settings, Journal journal, Ports ports, Resolver.Lookup lookup) throws IOException {
        this(settings, journal, ports, lookup, List.of());
    }

    private ProxyServer(Settings settings, Journal journal, Ports ports, Resolver.Lookup lookup, List<Filter> outermost) throws IOException {
        this.outermost = List.copyOf(outermost);
        this.settings = settings;
        this.ports = ports;
        this.journal = journal;
        int workers = settings.server().workers() > 0 ? settings.server().workers() : Runtime.getRuntime().availableProcessors();
        metrics = new Metrics(workers);
        probes = new Probes(metrics, () -> started, () -> draining);
        store = new SlabStore(Limits.memoryBytes(settings.server().memoryBytes(), workers));
        limit = new ConnectionLimit(Limits.connections(settings.server().connections()));
        resolver = new Resolver(settings.server().helpers(), lookup, journal);
        try {
            for (int i = 0; i < workers; i++) {
                loops.add(new EventLoop(i, store, journal));
            }
            tls = new Tls(settings.server().tls(), loops, journal, metrics);
            pools = new Pools(loops, new IdleBudget(workers, Limits.idleOriginConnections()), resolver, tls, metrics);
            caches = new Caches(loops, metrics, journal);
            coders = new Coders(workers, settings.server().coders(), metrics);
            benches = new Workbenches(workers);
            admin = new Admin(this, new PoolCommands(pools, loops, journal), new CacheCommands(caches, journal), journal);
            log = AccessLogs.open(settings.log(), workers, journal, metrics);
            Parts parts = prepare(settings);
            started(parts);
        } catch (IOException | RuntimeException e) {
            release();
            throw e;
        }
        this.ports = Ports.REFUSE;
        ProcessMetrics.register(metrics, loops, store);
        metrics.gauge("weir_config_reload_success", "Whether the last reload took effect; 1 before the first.", () -> reloadSuccess);
    }

    private void started(Parts parts) throws IOException {
        try {
            parts.tls.warmUp();
            entrances = bind(settings, parts, log, Map.of());
        } catch (IOException | RuntimeException e) {
            parts.caches.discard();
            throw e;
        }
        adopt(parts);
    }

    /** What listeners need of a configuration: prepared first, and adopted when all of it could be. */
    private record Parts(Pools.Prepared pools, Tls.Prepared tls, Caches.Prepared caches) {}

    private Parts prepare(Settings wanted) throws IOException {
        return new Parts(pools.prepare(wanted), tls.prepare(wanted), caches.prepare(wanted.caches()));
    }

    private void adopt(Parts parts) {
        pools.adopt(parts.pools);
        parts.tls.adopt();
        parts.caches.adopt();
    }

    private Services services(Settings next, Parts parts, AccessLogs nextLog) {
        return new Services(next, outermost, new Services.Running(parts.pools.pools(), parts.caches.caches()), coders, benches, metrics, nextLog.observer());
    }

    private void release() {
        if (admin != null) {
            admin.close();
        }
        resolver.close();
        loops.forEach(EventLoop::close);
        if (log != null) {
            log.close();
        }
    }

    /** Who reloads and drains when the admin listener is asked to; before {@link #start}. Without it these commands are refused. */
    public void control(Control whose) {
        admin.control(whose);
    }

    /** Starts the loops and accepts. */
    public void start() {
        loops.forEach(EventLoop::start);
        entrances.values().forEach(Entrance::start);
        started = true;
    }

    /** Binds what is not bound yet. On failure what was bound here is closed again. */
    private Map<String, Entrance> bind(Settings next, Parts parts, AccessLogs nextLog, Map<String, Entrance> known) throws IOException {
        Services services = services(next, parts, nextLog);
        Map<String, Entrance> bound = new LinkedHashMap<>();
        List<Entrance> fresh = new ArrayList<>();
        try {
            for (ListenSettings listen : next.listens()) {
                Entrance.Serving serving = serving(listen, services, parts.tls);
                for (InetSocketAddress address : listen.addresses()) {
                    enter(listen.name(), address, listen.backlog(), serving, known, bound, fresh);
                }
            }
            MetricsSettings page = next.metrics();
            if (page != null) {
                enter(Probes.NAME, page.address(), 64, probing(page), known, bound, fresh);
            }
            if (next.admin() != null) {
                enter(Admin.NAME, next.admin().address(), 64, commands(next), known, bound, fresh);
            }
        } catch (IOException e) {
            closeAll(fresh);
            throw e;
        }
        return bound;
    }

    private static Entrance.Serving serving(ListenSettings listen, Services services, Tls.Prepared protections) {
        return new Entrance.Serving(services.forListener(listen), listen.limits(), protections.listener(listen),
                listen.proxyProtocol().isEmpty() ? null : new CidrSet(listen.proxyProtocol()));
    }

    private Entrance.Serving probing(MetricsSettings page) {
        return new Entrance.Serving(probes.service(page.path()), Limits.METRICS_HTTP, null, null);
    }

    private Entrance.Serving commands(Settings next) {
        return new Entrance.Serving(admin.service(next.admin()), Limits.ADMIN_HTTP, null, null);
    }

    private void enter(String name, SocketAddress address, int backlog, Entrance.Serving serving, Map<String, Entrance> known,
            Map<String, Entrance> bound, List<Entrance> fresh) throws IOException {
        String key = name + ' ' + address;
        Entrance entrance = known.get(key);
        if (entrance == null) {
            ConnectionLimit own = name.equals(Admin.NAME) ? admin.limit() : name.equals(Probes.NAME) ? probes.limit() : limit;
            entrance = new Entrance(name, sockets(name, address, backlog), backlog, serving, loops, tls, own, metrics);
            fresh.add(entrance);
        }
        bound.put(key, entrance);
    }

    private ListenSockets sockets(String name, SocketAddress address, int backlog) throws IOException {
        String key = isOperators(name) ? name : "listen." + name;
        if (address.equals(ListenSettings.INHERITED)) {
            try {
                return ListenSockets.inherited();
            } catch (IOException e) {
                throw new IOException(key + ": " + e.getMessage() + "; let a supervisor start weir with one as its standard input (systemd: StandardInput=socket), "
                        + "or write an address", e);
            }
        }
        boolean shared = ports == Ports.SHARE;
        try {
            return address instanceof UnixDomainSocketAddress unix ? ListenSockets.bind(unix, backlog, shared)
                    : ListenSockets.bind((InetSocketAddress) address, backlog, loops.size(), shared);
        } catch (IOException e) {
            throw BindFailure.explain(key, address, shared, e);
        }
    }

    private void closeAll(List<Entrance> those) {
        for (Entrance entrance : those) {
            try {
                entrance.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Takes over another configuration: new listeners are bound first, then routes, pools and filters change as one, then old
     * listeners close. Exchanges that run end under the old one.
     *
     * @throws IOException nothing has changed; the message says why
     */
    public void reload(Settings next) throws IOException {
        List<String> fixed = next.server().keysThatDiffer(settings.server());
        if (!fixed.isEmpty()) {
            throw new IOException(String.join(", ", fixed) + " cannot change in a reload: restart for that");
        }
        AccessLogs nextLog = next.log().equals(settings.log()) ? log : AccessLogs.open(next.log(), loops.size(), journal, metrics);
        Parts parts = null;
        Map<String, Entrance> bound;
        try {
            parts = prepare(next);
            bound = bind(next, parts, nextLog, entrances);
        } catch (IOException e) {
            if (parts != null) {
                parts.caches.discard();
            }
            if (nextLog != log) {
                nextLog.close();
            }
            throw e;
        }
        exchange(next, parts, nextLog, bound);
    }

    private void exchange(Settings next, Parts parts, AccessLogs nextLog, Map<String, Entrance> bound) {
        adopt(parts);
        Services services = services(next, parts, nextLog);
        for (ListenSettings listen : next.listens()) {
            Entrance.Serving serving = serving(listen, services, parts.tls);
            for (InetSocketAddress address : listen.addresses()) {
                bound.get(listen.name() + ' ' + address).replace(serving);
            }
        }
        if (next.metrics() != null) {
            bound.get(Probes.NAME + ' ' + next.metrics().address()).replace(probing(next.metrics()));
        }
        if (next.admin() != null) {
            bound.get(Admin.NAME + ' ' + next.admin().address()).replace(commands(next));
        }
        List<Entrance> leaving = new ArrayList<>();
        entrances.forEach((key, entrance) -> {
            if (!bound.containsKey(key)) {
                leaving.add(entrance);
            }
        });
        bound.forEach((key, entrance) -> {
            if (!entrances.containsKey(key)) {
                entrance.start();
            }
        });
        entrances = bound;
        settings = next;
        reloadSuccess = 1;
        admin.reloaded(null);
        closeAll(leaving);
        if (nextLog != log) {
            retiredLog.close();
            retiredLog = log;                              // exchanges that run end under it; the next reload closes it
            log = nextLog;
        }
    }

    /** A reload was asked for and did not come about: for the metric and the admin listener. @param why one line */
    public void reloadFailed(String why) {
        reloadSuccess = 0;
        admin.reloaded(why);
    }

    /** Opens log files anew, after they were renamed. */
    public void reopenLogs() {
        log.reopen();
    }

    /**
     * Ends in order: accepts for the drain delay with {@code Connection: close} on every response, then closes listeners and
     * idle connections, then waits for what runs, at most the shutdown grace. The metrics and admin listeners stay to the end:
     * a probe is to see that no more requests are wanted, and not just a connection refused.
     *
     * @return whether everything had ended by itself
     */
    public boolean drain() throws InterruptedException {
        draining = true;
        List<Entrance> last = entrances.values().stream().filter(ProxyServer::staysToTheEnd).toList();
        List<Entrance> serving = entrances.values().stream().filter(entrance -> !last.contains(entrance)).toList();
        serving.forEach(Entrance::announceDrain);
        Thread.sleep(settings.server().drainDelayNanos() / 1_000_000);
        for (Entrance entrance : serving) {
            entrance.close();
        }
        awaitEnd(serving, settings.server().shutdownGraceNanos());
        boolean ended = openConnections() == 0;
        for (Entrance entrance : last) {
            entrance.close();
        }
        awaitEnd(last, OPERATORS_GRACE_NANOS);
        return ended;
    }

    private static void awaitEnd(List<Entrance> those, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        while (those.stream().mapToInt(Entrance::openConnections).sum() > 0 && System.nanoTime() - start < nanos) {
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** Whether it is there for those who run the process, and not for clients. */
    private static boolean isOperators(String listener) {
        return listener.equals(Probes.NAME) || listener.equals(Admin.NAME);
    }

    /** Where another process has taken over, probes are to find that one. */
    private static boolean staysToTheEnd(Entrance entrance) {
        return isAdmin(entrance) || isOperators(entrance.name()) && !entrance.hasNeighbours();
    }

    private static boolean isAdmin(Entrance entrance) {
        return entrance.name().equals(Admin.NAME);
    }

    /** Ends at once: what runs is cut. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        admin.close();
        try {
            if (started) {
                for (Entrance entrance : entrances.values()) {
                    entrance.close();
                    entrance.cutAll("shutdown");
                }
                pools.close();
                for (EventLoop loop : loops) {
                    loop.stop();
                    loop.join();
                }
            } else {
                closeAll(List.copyOf(entrances.values()));
                loops.forEach(EventLoop::close);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        caches.close();
        coders.close();
        benches.close();
        resolver.close();
        tls.close();
        log.close();
        retiredLog.close();
    }

    // ---- figures

    /** The address of a listener, with the port that was bound. @param name as configured; {@code metrics} for the metrics page */
    public InetSocketAddress address(String name) {
        return addresses(name).stream().findFirst().orElseThrow(() -> new IllegalArgumentException("no listener " + name));
    }

    /** All addresses of a listener but Unix-domain sockets, in the order of its list; empty when there is no such listener. */
    public List<InetSocketAddress> addresses(String name) {
        return entrances.values().stream().filter(entrance -> entrance.name().equals(name)).map(Entrance::address)
                .filter(InetSocketAddress.class::isInstance).map(InetSocketAddress.class::cast).toList();
    }

    /** Where the admin listener stands, as text; null without one. */
    public String adminAddress() {
        return entrances.values().stream().filter(ProxyServer::isAdmin).map(entrance -> AddressText.of(entrance.address())).findFirst().orElse(null);
    }

    /** Whether it accepts connections from the socket that this process was started with. */
    public boolean isInherited(String name) {
        return entrances.values().stream().anyMatch(entrance -> entrance.name().equals(name) && entrance.isInherited());
    }

    /** Listeners whose ports another process listens on too, as far as the system tells. */
    public List<String> shared() {
        return entrances.values().stream().filter(Entrance::hasNeighbours).map(Entrance::name).distinct().toList();
    }

    public Settings settings() {
        return settings;
    }

    /** The pools of the running configuration, in no order. Any thread. */
    public List<Pool> pools() {
        return pools.all();
    }

    public Metrics metrics() {
        return metrics;
    }

    /** Connections of clients; those of the metrics and admin listeners do not count. */
    public int openConnections() {
        int sum = 0;
        for (Entrance entrance : entrances.values()) {
            sum += isOperators(entrance.name()) ? 0 : entrance.openConnections();
        }
        return sum;
    }

    /** Whether {@link #drain} has been called. */
    public boolean isDraining() {
        return draining;
    }

    Collection<Entrance> entrances() {
        return entrances.values();
    }

    /** Buffers that connections hold at this moment, over all loops. */
    public int lentBuffers() {
        int sum = 0;
        for (EventLoop loop : loops) {
            sum += loop.lentByConnections();
        }
        return sum;
    }

    List<EventLoop> loops() {
        return loops;
    }
}
