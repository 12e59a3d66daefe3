package weir.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import weir.buffer.SlabStore;
import weir.cache.Prospect;
import weir.config.ListenSettings;
import weir.config.RouteSettings;
import weir.config.Settings;
import weir.config.TargetSettings;
import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.Observer;
import weir.exchange.Route;
import weir.exchange.Service;
import weir.exchange.Target;
import weir.exchange.Verdict;
import weir.filter.FieldEdits;
import weir.filter.FilterSettings;
import weir.filter.ForwardedFields;
import weir.filter.PathPrefix;
import weir.filter.Routes;
import weir.filter.StickyCookie;
import weir.filter.StrictTransportSecurity;
import weir.filter.gzip.Coders;
import weir.filter.gzip.GunzipFilter;
import weir.filter.gzip.GunzipSettings;
import weir.filter.gzip.GzipFilter;
import weir.filter.gzip.GzipSettings;
import weir.filter.minify.MinifyFilter;
import weir.filter.minify.MinifySettings;
import weir.filter.minify.Workbenches;
import weir.h1.ClientConnection;
import weir.http.Head;
import weir.net.ConnectionLimit;
import weir.net.EventLoop;
import weir.net.Protection;
import weir.observe.Journal;
import weir.observe.Metrics;
import weir.tls.Identities;
import weir.tls.Identity;
import weir.tls.IdentityReader;

/**
 * What a process with these settings would do with a request, up to the point where it goes to an origin. The request goes through
 * a connection, an exchange and the filters of its route, which are those of {@link ProxyServer}; only pools and caches have
 * stand-ins. Nothing is bound, asked or stored. One thread's, which plays the loop.
 */
public final class Rehearsal implements AutoCloseable {
    private static final long MEMORY_BYTES = 4L << 20;
    private static final Pattern LOCATION = Pattern.compile("\r\nLocation: ([^\r]*)");

    private final Settings settings;
    private final EventLoop loop;
    private final Metrics metrics = new Metrics(1);
    private final Services services;
    private Notes notes = new Notes();

    /** What the stand-ins and the router see of the request that runs. */
    private static final class Notes {
        private String path;
        private Routes.Trace trace;
        private Route route;
        private Prospect cache;
        private String pathSent;
        private int status;
        private String end = "";
    }

    /**
     * What came of a request.
     *
     * @param path in normal form; null when it came to no router, as the others below
     * @param trace which routes match; null when the listener looks for none
     * @param route name of the one that was found; null when none was
     * @param filters keys of the settings that have put filters on that route, in the order in which requests meet these
     * @param cache null when there is none on the route
     * @param pathSent what a server of the route's pool gets; null when the request would go to none
     * @param status of the answer, when it is made here; else 0
     * @param end why the request is refused; {@code ok} when it is not
     * @param location where the answer leads; null for nowhere
     */
    public record Outcome(String path, Routes.Trace trace, String route, List<String> filters, Prospect cache, String pathSent, int status,
            String end, String location) {}

    /** @throws IOException when this machine lacks a descriptor or memory */
    public Rehearsal(Settings settings) throws IOException {
        this.settings = settings;
        loop = new EventLoop(0, new SlabStore(MEMORY_BYTES), new Journal(new StringBuilder()));
        services = new Services(settings, List.of(), new StandIns(), new Coders(1, settings.server().coders(), metrics), new Workbenches(1), metrics, null);
    }

    /**
     * Lets a listener have a request.
     *
     * @param serverName that a client names in its handshake (SNI), in lower case; empty for none, of no meaning to a plain listener
     * @param request a whole head, as it is sent
     */
    public Outcome ask(ListenSettings listen, String serverName, byte[] request) throws IOException {
        notes = new Notes();
        Identities identities = listen.tls() == null || !listen.tls().strictNames() ? null : identities(listen);
        if (identities != null && !serverName.isEmpty() && !identities.covers(serverName)) {
            return new Outcome(null, null, null, List.of(), null, null, 0, "no certificate covers " + serverName + ": the handshake is refused", null);
        }
        Service service = watched(services.forListener(listen), listen);
        LoopConnections connections = new LoopConnections(loop, new ConnectionLimit(1), () -> service, () -> false);
        RequestTransport transport = new RequestTransport(request, listen.tls() == null ? null : new Handshake(serverName, identities));
        ClientConnection connection = new ClientConnection(loop, transport, listen.limits(), connections);
        connections.add(connection);
        do {
            connection.onReadable();
            loop.settle();
        } while (transport.isOpen() && transport.hasMore());
        Outcome outcome = outcome(listen, transport.written());
        connections.cutAll("ok");
        return outcome;
    }

    /** The same, and what it does is noted. */
    private Service watched(Service service, ListenSettings listen) {
        Routes routes = listen.redirect() != null ? null : listen.table(settings.routes()).build();
        Observer observer = exchange -> {
            notes.status = exchange.status();
            notes.end = exchange.end();
        };
        return new Service(exchange -> {
            notes.path = path(exchange.request());
            notes.trace = routes == null ? null : routes.trace(exchange);
            notes.route = service.router().route(exchange);
            return notes.route;
        }, Stream.concat(service.observers().stream(), Stream.of(observer)).toList());
    }

    private static String path(Head head) {
        return utf8(head.text(head.pathFrom(), head.pathTo()));
    }

    /** @param bytes one char each */
    private static String utf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private Outcome outcome(ListenSettings listen, String answer) {
        RouteSettings found = notes.route == null ? null
                : settings.routes().stream().filter(each -> each.name().equals(notes.route.name())).findFirst().orElse(null);
        Matcher location = LOCATION.matcher(answer);
        return new Outcome(notes.path, notes.trace, found == null ? null : found.name(), found == null ? List.of() : keys(found, listen), notes.cache,
                notes.pathSent, notes.pathSent == null ? notes.status : 0, notes.end, location.find() ? utf8(location.group(1)) : null);
    }

    // ---- what has put the filters there

    private List<String> keys(RouteSettings each, ListenSettings listen) {
        Set<String> keys = new LinkedHashSet<>();
        for (Filter filter : notes.route.filters()) {
            keys.addAll(keys(filter, each, listen));
        }
        return List.copyOf(keys);
    }

    private List<String> keys(Filter filter, RouteSettings each, ListenSettings listen) {
        String route = "route." + each.name();
        if (filter instanceof StrictTransportSecurity) {
            return List.of(each.hsts() == null ? "listen." + listen.name() + ".hsts" : route + ".hsts");
        }
        if (filter instanceof StickyCookie) {
            return ((TargetSettings.ToPools) each.target()).shares().stream().map(share -> "pool." + share.pool() + ".sticky").toList();
        }
        if (filter instanceof Keyed) {
            return List.of(route + ".cache");
        }
        if (filter instanceof GzipFilter) {
            return used(each, GzipSettings.KIND);
        }
        if (filter instanceof MinifyFilter) {
            return used(each, MinifySettings.KIND);
        }
        if (filter instanceof GunzipFilter) {
            return used(each, GunzipSettings.KIND);
        }
        if (filter instanceof ForwardedFields) {
            return Stream.of("x-forwarded", "forwarded", "via").map(option -> "listen." + listen.name() + '.' + option).toList();
        }
        if (filter instanceof PathPrefix) {
            return List.of(route + ".strip-prefix", route + ".add-prefix");
        }
        return filter instanceof FieldEdits ? edits(each, route) : List.of();
    }

    private List<String> used(RouteSettings each, String kind) {
        return settings.filters().stream().filter(filter -> filter.kind().equals(kind)).map(FilterSettings::name).filter(each.use()::contains)
                .map(name -> "filter." + name).toList();
    }

    private static List<String> edits(RouteSettings each, String route) {
        List<String> keys = new ArrayList<>();
        each.requestEdits().forEach(edit -> keys.add(route + ".request." + edit.key()));
        each.responseEdits().forEach(edit -> keys.add(route + ".response." + edit.key()));
        return keys;
    }

    // ---- stand-ins

    /** In the place of pools and caches. */
    private final class StandIns implements Services.Ends {
        @Override
        public Target pools(TargetSettings.ToPools target) {
            return new Target.Local(exchange -> {
                notes.pathSent = path(exchange.request());
                exchange.answer(204, "ok");
            });
        }

        @Override
        public Filter cache(RouteSettings route, Route inner) {
            return new Keyed(route);
        }
    }

    /** In the place of a cache. */
    private final class Keyed implements Filter {
        private final RouteSettings route;

        Keyed(RouteSettings route) {
            this.route = route;
        }

        @Override
        public Verdict onRequest(Exchange exchange) {
            notes.cache = Prospect.of(exchange, route.cacheKey(), route.cacheBypass());
            return Verdict.NEXT;
        }
    }

    private static Identities identities(ListenSettings listen) {
        List<Identity> read = listen.tls().certificates().stream().map(files -> IdentityReader.read(files, Instant.now()).identity())
                .filter(Objects::nonNull).toList();
        return new Identities(read);
    }

    /** In the place of TLS. @param identities null where it does not matter which certificate was shown */
    private record Handshake(String serverName, Identities identities) implements Protection {
        @Override
        public String version() {
            return "TLSv1.3";
        }

        @Override
        public String suite() {
            return "TLS_AES_128_GCM_SHA256";
        }

        @Override
        public boolean covers(ByteBuffer bytes, int from, int to) {
            return identities == null || identities.covers(serverName, bytes, from, to);
        }

        @Override
        public PeerCertificate peerCertificate() {
            return null;
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
