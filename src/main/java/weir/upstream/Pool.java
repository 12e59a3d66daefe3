package weir.upstream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import weir.http.OriginStream;
import weir.http.ResponseHandler;
import weir.net.EventLoop;
import weir.observe.Histogram;
import weir.observe.Metrics;

/**
 * A pool of origins. Its servers are shared by all loops; balancer, candidates and idle connections are each loop's own.
 * Methods with a loop are called on that loop, the others on any thread but a loop's, unless they say more.
 */
public final class Pool {
    private static final double[] CONNECT_BOUNDS = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1};

    private final List<EventLoop> loops;
    private final OriginConnector connector;
    private final Choices choices;
    private final Members members;
    private final PerLoop[] perLoop;
    private final Metrics metrics;
    private final Histogram connectTime;
    private volatile PoolSettings settings;

    private final class PerLoop implements Candidates.Limits {
        private final int loop;
        private final Balancer balancer;
        private final Candidates candidates = new Candidates();
        private int version = -1;

        PerLoop(int loop) {
            this.loop = loop;
            balancer = Balancer.of(settings.balance(), loop);
        }

        void refresh() {
            int now = choices.version();                      // before the members: a change in between is seen next time
            if (version != now) {
                candidates.rebuild(members.origins(), settings.balance().prefer());
                version = now;
            }
        }

        @Override
        public boolean hasRoom(Origin origin) {
            LimitSettings limits = settings.limits();
            return (!limits.limitsRequests() || origin.standing().hasPermit())
                    && (limits.connectionsMax() == 0 || origin.on(loop).idle.count() > 0 || origin.standing().hasConnection(limits.connectionsMax()));
        }
    }

    /**
     * A pool without servers: {@link #configure} tells of them.
     *
     * @param loops the process's, in the order of their indices
     * @param before the pool of that name under an earlier configuration, whose servers are known; or null
     */
    public Pool(PoolSettings settings, List<EventLoop> loops, OriginConnector connector, Metrics metrics, Pool before) {
        this.settings = settings;
        this.loops = List.copyOf(loops);
        this.connector = connector;
        this.metrics = metrics;
        connectTime = metrics.histogram("weir_upstream_connect_seconds", "Time to open a connection to a server.", CONNECT_BOUNDS,
                "pool", settings.name());
        choices = before == null ? new Choices() : before.choices;
        members = new Members(choices, before == null ? Map.of() : before.members.standings(), this::origin, this::gone);
        perLoop = new PerLoop[loops.size()];
        for (int i = 0; i < perLoop.length; i++) {
            perLoop[i] = new PerLoop(i);
        }
    }

    private Origin origin(Member member, Standing known) {
        Standing standing = known != null ? known : new Standing(choices, loops.size(), true);
        standing.requestsMax(settings.limits().requestsMax());
        return new Origin(member, standing, loops.size(), settings.idleConnectionsMax(), settings.limits().connectionsMax() > 0);
    }

    private void gone(Origin origin) {
        for (EventLoop loop : loops) {
            loop.executeSurely(() -> origin.retire(loop.index()));
        }
    }

    public PoolSettings settings() {
        return settings;
    }

    // ---- which servers there are

    /**
     * These settings from now on; they differ from those before in the servers only. What the operator has changed ends when
     * the servers are others.
     *
     * @param memberships makes the source of servers of each line
     */
    public void configure(PoolSettings next, Function<Server, Membership> memberships) {
        settings = next;
        members.configure(next.servers(), memberships);
    }

    /** The servers now, in order. Any thread. */
    public List<Origin> origins() {
        return List.of(members.origins());
    }

    /** The server of that name, or null. Any thread. */
    public Origin origin(String name) {
        return members.find(name);
    }

    /** The operator adds a server. @return false when it is there already, or the pool has its {@link PoolSettings#SERVERS_MAX} */
    public boolean add(Server server) {
        return members.add(server);
    }

    /** The operator removes a server: what runs on it ends. @return false when there is none of that name */
    public boolean remove(String name) {
        return members.remove(name);
    }

    /** No new requests for it. @return false when that was so already */
    public boolean administer(Origin origin, Standing.Administration wanted) {
        return origin.standing().administration(wanted);
    }

    /** @param weight 1..1000, or 0 for the configured one */
    public void weight(Origin origin, int weight) {
        if (weight < 0 || weight > Server.WEIGHT_MAX) {
            throw new IllegalArgumentException("weight: " + weight);
        }
        origin.standing().weightSet(weight);
    }

    /** The pool is not part of the configuration any more: idle connections are closed, later ones not kept. */
    public void close() {
        members.close();
    }

    // ---- a request

    /**
     * Chooses a server for a request; {@link #begin} must follow.
     *
     * @param tried the servers that this request has met already: passed over
     * @param key of {@link HashKey}
     * @return null when no other server is usable: none configured, no name resolved yet, all down, full or tried
     */
    public Origin pick(EventLoop loop, List<Origin> tried, long key) {
        PerLoop own = perLoop[loop.index()];
        own.refresh();
        LimitSettings limits = settings.limits();
        boolean some = tried.isEmpty() && !limits.any() ? own.candidates.selectFirst()
                : own.candidates.select(tried, limits.any() ? own : null);
        return some ? own.balancer.pick(own.candidates, key, loop.nowNanos()) : null;
    }

    /**
     * Begins a request on a server: on a kept connection, or on a new one that is being opened.
     *
     * @param reuse whether a kept connection will do
     * @param probe look first whether a kept connection is still open, as the request could not be sent twice
     * @throws IOException when a new connection cannot even be tried; the request has not begun then
     */
    public OriginStream begin(EventLoop loop, Origin origin, ResponseHandler handler, boolean reuse, boolean probe)
            throws IOException {
        IdleConnections idle = origin.on(loop.index()).idle;
        OriginStream stream = reuse ? idle.take() : null;
        while (stream != null && probe && !stream.isStillOpen()) {
            stream.abort();
            origin.closed(loop.index());
            stream = idle.take();
        }
        if (stream == null) {
            InetSocketAddress address = origin.address(loop.index());
            if (address == null) {
                throw new IOException(origin.name() + " is not resolved");
            }
            stream = connector.connect(loop, origin.member(), address, handler);
            origin.opened(loop.index());
        } else {
            stream.assign(handler);
        }
        origin.standing().counts().begin(loop.index());
        return stream;
    }

    /** The request that was begun is over. @param stream to be kept for the next request, or null when it has been closed */
    public void end(EventLoop loop, Origin origin, OriginStream stream, OriginResult result) {
        int index = loop.index();
        origin.standing().counts().end(index, result);
        if (stream == null) {
            origin.closed(index);
        } else if (origin.isRetired(index)) {
            stream.abort();
            origin.closed(index);
        } else {
            origin.on(index).idle.put(stream, settings.keepAliveNanos());
        }
    }

    /** A new connection stood after this time. */
    public void connected(EventLoop loop, long nanos) {
        connectTime.record(loop.index(), nanos);
    }

    /** A response's head came so long after its request was begun. */
    public void answered(EventLoop loop, Origin origin, long nanos) {
        origin.standing().counts().head(loop.index(), nanos);
        perLoop[loop.index()].balancer.observe(origin, nanos, loop.nowNanos());
    }

    /** A request is tried once more. @param reason a constant */
    public void retried(EventLoop loop, String reason) {
        metrics.counter("weir_retries_total", "Requests that were sent once more, by what went wrong before.", "pool", settings.name(),
                "reason", reason).increment(loop.index());
    }

    /** Idle connections of one loop to one server; exact on that loop. */
    public int idleConnections(EventLoop loop, Origin origin) {
        return origin.on(loop.index()).idle.count();
    }
}
