package weir.exchange;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import weir.buffer.Scan;
import weir.http.BodyFraming;
import weir.http.Head;
import weir.http.Method;
import weir.upstream.QueueClass;

/** What is done with the requests that match: filters, target and limits. Immutable. */
public final class Route {
    /** No route matches: 404. */
    public static final Route NONE = answering(404, "no-route");
    /** Servers could take the path for that of another route: 400. */
    public static final Route AMBIGUOUS = new Route("-", List.of(),
            new Target.Local(exchange -> exchange.refuse(400, "malformed: path that servers could read as another route's")), Limits.NONE, null);

    private static final long DEFAULT_TUNNEL_IDLE_NANOS = 3_600_000_000_000L;

    private final String name;
    private final Filter[] filters;
    private final Target target;
    private final Limits limits;
    private final byte[][] upgradeTokens;
    private final byte[] originHost;
    private final boolean editsResponse;

    /**
     * What one request may cost on this route.
     *
     * @param bodyBytesMax content of a request, above it 413; {@link Long#MAX_VALUE} for no limit
     * @param responseNanos overrides the pool's; 0 for none
     * @param upgrades tokens that may be passed on (RFC 9110 §7.8); h2c never is
     * @param tunnelIdleNanos an upgraded connection in which nothing moves ends after this time
     * @param repeatable methods whose requests may be sent once more although RFC 9110 §9.2.2 does not say so
     * @param queueClass who goes first where requests wait for a server
     */
    public record Limits(long bodyBytesMax, long responseNanos, List<String> upgrades, long tunnelIdleNanos, Set<Method> repeatable,
            QueueClass queueClass) {
        /** No limits, no upgrades. */
        public static final Limits NONE = new Limits(Long.MAX_VALUE, 0, List.of(), DEFAULT_TUNNEL_IDLE_NANOS);

        public Limits {
            upgrades = List.copyOf(upgrades);
            repeatable = Set.copyOf(repeatable);
            if (bodyBytesMax < 0 || responseNanos < 0 || tunnelIdleNanos <= 0) {
                throw new IllegalArgumentException("a limit of a route is below its range");
            }
        }

        /** The usual repetitions, and the middle class. */
        public Limits(long bodyBytesMax, long responseNanos, List<String> upgrades, long tunnelIdleNanos) {
            this(bodyBytesMax, responseNanos, upgrades, tunnelIdleNanos, Set.of(), QueueClass.NORMAL);
        }

        boolean repeats(Method method) {
            return !repeatable.isEmpty() && repeatable.contains(method);
        }
    }

    /**
     * Compiles a route.
     *
     * @param filters in the order of their kinds
     * @param originHost what goes out as Host: null for the client's, empty for the server's own name
     */
    public Route(String name, List<Filter> filters, Target target, Limits limits, String originHost) {
        this.name = name;
        this.filters = filters.toArray(Filter[]::new);
        this.target = target;
        this.limits = limits;
        this.originHost = originHost == null ? null : originHost.getBytes(StandardCharsets.US_ASCII);
        upgradeTokens = limits.upgrades().stream().map(token -> token.toLowerCase(Locale.ROOT))
                .filter(token -> !token.equals("h2c")).map(token -> token.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);
        editsResponse = filters.stream().anyMatch(Filter::editsResponse);
    }

    private static Route answering(int status, String reason) {
        return new Route("-", List.of(), new Target.Local(exchange -> exchange.answer(status, reason)), Limits.NONE, null);
    }

    /** As it stands in logs and metrics. */
    public String name() {
        return name;
    }

    public Target target() {
        return target;
    }

    public Limits limits() {
        return limits;
    }

    /** In the order in which requests meet them; not to be changed. */
    public Filter[] filters() {
        return filters;
    }

    byte[] originHost() {
        return originHost;
    }

    boolean editsResponse() {
        return editsResponse;
    }

    /** Leaves of the tokens that the client offers the first one that is allowed here, or none. */
    void narrowUpgrade(Head request) {
        int to = request.framing() == BodyFraming.NONE ? request.upgradeTo() : 0;      // one that waits for content first: nobody does that
        for (int from = request.upgradeFrom(); from < to; ) {
            int comma = request.listEnd(from, to);
            int tokenFrom = request.skipBlanks(from, comma);
            int tokenTo = request.trimBlanks(tokenFrom, comma);
            for (byte[] token : upgradeTokens) {
                if (Scan.equalsIgnoreCase(request.bytes(), request.at(tokenFrom), request.at(tokenTo), token)) {
                    request.upgrade(tokenFrom, tokenTo);
                    return;
                }
            }
            from = comma + 1;
        }
        request.upgrade(0, 0);
    }
}
