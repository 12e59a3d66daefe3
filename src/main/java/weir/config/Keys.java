package weir.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import weir.filter.Cidr;

/**
 * Every key there is. From this table come what is accepted, the defaults, `show`, the "did you mean", and the test that
 * compares it with {@code conf/} and {@code man/}. A key stands here when its feature is built, not before.
 */
final class Keys {
    private static final List<KeyDoc<?>> TABLE = new ArrayList<>();

    static final KeyDoc<Optional<Integer>> SERVER_WORKERS = key("server.workers", ValueType.wordOr("auto", Quantity.number(1, 256)), "auto",
            "Event loops, each a thread with its own listening socket, connections and buffers. auto is the number of processors "
                    + "that the JVM sees, which respects the limits of a container.");
    static final KeyDoc<Optional<Long>> SERVER_MEMORY = key("server.memory", ValueType.wordOr("auto", Quantity.size("1m", "256g")), "auto",
            "Upper bound of the buffer memory of the whole process. At the bound reading stops and new work is answered with 503. "
                    + "auto is the smaller of a quarter of the memory of the host or container and what the JVM grants (-XX:MaxDirectMemorySize, or -Xmx).");
    static final KeyDoc<Optional<Integer>> SERVER_CONNECTIONS = key("server.connections", ValueType.wordOr("auto", Quantity.number(1, 10_000_000)), "auto",
            "Client connections at once, all listeners together. At the bound accepting pauses until one closes. auto is what the limit of "
                    + "file descriptors leaves when every client needs an origin connection too.");
    static final KeyDoc<Duration> SERVER_SHUTDOWN_GRACE = key("server.shutdown-grace", Quantity.time("0s", "1d"), "30s",
            "How long exchanges that run may take to finish after TERM or INT. What is left then is cut.");
    static final KeyDoc<Duration> SERVER_DRAIN_DELAY = key("server.drain-delay", Quantity.time("0s", "1h"), "0s",
            "How long connections are still accepted after TERM or INT, so that a load balancer in front can take notice.");
    static final KeyDoc<Integer> SERVER_HELPERS = key("server.helpers", Quantity.number(1, 64), "4",
            "Threads that look up names. A slow name server holds up at most so many look-ups, and no request that needs none.");

    static final KeyDoc<List<HostPort>> LISTEN = without("listen.NAME", Lists.of(AddressType.toListen(), "list of addresses"), "at least one is needed",
            "Addresses to accept connections on. Without a host it is every address of the machine; port 0 is any free port. "
                    + "IPv6 addresses stand in brackets.");
    static final KeyDoc<List<Cidr>> LISTEN_TRUSTED_PROXIES = without("listen.NAME.trusted-proxies", Lists.of(new CidrType(), "list of address blocks"), "none",
            "Peers whose X-Forwarded-* and Forwarded fields are believed and added to. From any other peer these fields are replaced.");
    static final KeyDoc<Boolean> LISTEN_X_FORWARDED = key("listen.NAME.x-forwarded", Choice.onOff(), "on",
            "Whether origins are told the client by X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host. When off, these fields are "
                    + "still removed unless the peer is trusted.");
    static final KeyDoc<Boolean> LISTEN_FORWARDED = key("listen.NAME.forwarded", Choice.onOff(), "off",
            "Whether origins are told the client by Forwarded (RFC 7239) as well.");
    static final KeyDoc<String> LISTEN_VIA = without("listen.NAME.via", new Names.TokenType(), "no Via is added",
            "The pseudonym under which a Via field line (RFC 9110, section 7.6.3) is added to requests and responses.");
    static final KeyDoc<Long> LISTEN_HEAD_MAX = key("listen.NAME.head-max", Quantity.size("256", "128k"), "32k",
            "Bytes of a request's first line and field lines together. Above it the answer is 431.");
    static final KeyDoc<Integer> LISTEN_FIELDS_MAX = key("listen.NAME.fields-max", Quantity.number(1, 1_000), "100",
            "Field lines of a request. Above it the answer is 431.");
    static final KeyDoc<Long> LISTEN_TARGET_MAX = key("listen.NAME.target-max", Quantity.size("64", "128k"), "8k",
            "Bytes of a request-target, never more than head-max. Above it the answer is 414.");
    static final KeyDoc<Duration> LISTEN_HEAD_TIMEOUT = key("listen.NAME.head-timeout", Quantity.time("1ms", "1h"), "10s",
            "From the first byte of a request to the end of its head. Then the answer is 408. Bounds attacks by slow heads.");
    static final KeyDoc<Duration> LISTEN_KEEP_ALIVE = key("listen.NAME.keep-alive", Quantity.time("0s", "1d"), "60s",
            "How long a client connection may wait for its next request. 0s closes it after each answer.");
    static final KeyDoc<Duration> LISTEN_IDLE = key("listen.NAME.idle", Quantity.time("1ms", "1d"), "60s",
            "Longest pause between two bytes of a body, either way. After it the exchange is cut, with 408 where a status can still be sent.");
    static final KeyDoc<String> LISTEN_HALF_CLOSE = key("listen.NAME.half-close", Choice.of("refuse", "allow"), "refuse",
            "Whether a client may close its sending side and still wait for the answer. With refuse that counts as a client that went away, "
                    + "and the origin's request is aborted. Tunnels always keep half-closed connections.");
    static final KeyDoc<Integer> LISTEN_BACKLOG = key("listen.NAME.backlog", Quantity.number(1, 65_535), "1024",
            "Connections that the system keeps waiting to be accepted; it may lower the number (net.core.somaxconn).");
    static final KeyDoc<List<Names.NameType.Reference>> LISTEN_ROUTES = without("listen.NAME.routes", Lists.of(new Names.NameType(), "list of names"), "all routes",
            "The routes that requests of this listener may take.");

    static final KeyDoc<List<PoolServer>> POOL = without("pool.NAME", new PoolServer.Type(), "none",
            "The servers of a pool of origins. The port is 80 unless given. A server with weight=3 gets three times the requests of one "
                    + "with weight=1, which is the default; at most 1000. A pool has at most 1000 servers. A name with several addresses is one server.");
    static final KeyDoc<String> POOL_BALANCE = key("pool.NAME.balance", Choice.of("round-robin", "least-requests", "random-two"), "round-robin",
            "How the server of a request is chosen: in turn, the one with the fewest open requests, or the better of two at random. All of them heed weights.");
    static final KeyDoc<OriginTimeouts> POOL_TIMEOUT = key("pool.NAME.timeout", new OriginTimeouts.Type(), "connect 1s, response 30s, idle 60s",
            "How long a server may take to accept a connection, to send the head of its response after the request is sent, and between two bytes. "
                    + "What is left out keeps its default.");
    static final KeyDoc<Duration> POOL_KEEP_ALIVE = key("pool.NAME.keep-alive", Quantity.time("0s", "1d"), "30s",
            "How long a connection to a server is kept while no request uses it. Choose less than the server's own limit. 0s keeps none.");
    static final KeyDoc<Integer> POOL_IDLE_CONNECTIONS = key("pool.NAME.idle-connections", Quantity.number(0, 65_535), "64",
            "Unused connections that each event loop keeps to each server at most.");
    static final KeyDoc<Integer> POOL_RETRY = key("pool.NAME.retry", Quantity.number(1, 10), "2",
            "Tries of one request in all, the first included. A request is tried again only when that is safe: nothing of it was sent, or "
                    + "its method is idempotent and its body still at hand; after a late or malformed response only GET, HEAD, OPTIONS and TRACE.");
    static final KeyDoc<Duration> POOL_RESOLVE = key("pool.NAME.resolve", Quantity.time("1s", "1d"), "30s",
            "How often the names of servers are looked up again. While that fails the last good answer is used.");
    static final KeyDoc<Long> POOL_HEAD_MAX = key("pool.NAME.head-max", Quantity.size("256", "128k"), "32k",
            "Bytes of a response's first line and field lines together. Above it the client gets 502.");

    static final KeyDoc<RouteSyntax> ROUTE = without("route.NAME", new RouteSyntax.Type(), "at least one is needed",
            "Which requests go where. Without a method it is any, without a host any; *.example.com is every name below example.com. "
                    + "A path is meant exactly, or with /* at its end for all below. The target is a pool, an address in place, "
                    + "respond STATUS \"text\", redirect STATUS URL with {path}, {query} and {host}, or several pools with their shares. "
                    + "An exact host wins over a wildcard and that over any, then the longer path, then the route with methods, then the higher priority.");
    static final KeyDoc<Integer> ROUTE_PRIORITY = key("route.NAME.priority", Quantity.number(0, 1_000), "0",
            "Settles which of two routes that match equally wins: the higher one.");
    static final KeyDoc<String> ROUTE_STRIP_PREFIX = without("route.NAME.strip-prefix", new PathText.Prefix(), "nothing is removed",
            "Taken off the start of the path before the request is sent. It must be one that every path of the route begins with.");
    static final KeyDoc<String> ROUTE_ADD_PREFIX = without("route.NAME.add-prefix", new PathText.Prefix(), "nothing is added",
            "Put before the path when the request is sent, after strip-prefix.");
    static final KeyDoc<Optional<Long>> ROUTE_BODY_MAX = key("route.NAME.body-max", ValueType.wordOr("off", Quantity.size("0", "1024g")), "off",
            "Bytes of a request's content. Above it the answer is 413, and the origin's request is aborted.");
    static final KeyDoc<String> ROUTE_REQUEST_SET = without("route.NAME.request.set.FIELD", new Names.FieldValueType(), "none",
            "Replaces a field of the request that is sent to the origin. Write \"\" for an empty value.");
    static final KeyDoc<String> ROUTE_REQUEST_ADD = without("route.NAME.request.add.FIELD", new Names.FieldValueType(), "none",
            "Adds a field line to the request that is sent to the origin.");
    static final KeyDoc<List<String>> ROUTE_REQUEST_REMOVE = without("route.NAME.request.remove", Lists.of(new Names.FieldType(), "list of field names"), "none",
            "Fields removed from the request that is sent to the origin.");
    static final KeyDoc<String> ROUTE_RESPONSE_SET = without("route.NAME.response.set.FIELD", new Names.FieldValueType(), "none",
            "Replaces a field of the response that the client gets.");
    static final KeyDoc<String> ROUTE_RESPONSE_ADD = without("route.NAME.response.add.FIELD", new Names.FieldValueType(), "none",
            "Adds a field line to the response that the client gets.");
    static final KeyDoc<List<String>> ROUTE_RESPONSE_REMOVE = without("route.NAME.response.remove", Lists.of(new Names.FieldType(), "list of field names"), "none",
            "Fields removed from the response that the client gets.");
    static final KeyDoc<Optional<List<String>>> ROUTE_UPGRADE = key("route.NAME.upgrade",
            ValueType.wordOr("off", Lists.of(new Names.TokenType("h2c"), "list of tokens")), "websocket",
            "Protocols that a client may ask to change to by Upgrade. The connection becomes a tunnel when the origin agrees. Any other token is not passed on.");
    static final KeyDoc<Duration> ROUTE_UPGRADE_IDLE = key("route.NAME.upgrade-idle", Quantity.time("1ms", "7d"), "1h",
            "How long a tunnel may carry no byte in either direction before it is closed.");
    static final KeyDoc<HostSent> ROUTE_HOST = key("route.NAME.host", new HostSent.Type(), "client",
            "The Host that the origin gets: the client's, the origin's own address as it is written, or always the one between quotes.");
    static final KeyDoc<String> ROUTE_AMBIGUOUS_PATH = key("route.NAME.ambiguous-path", Choice.of("refuse", "allow"), "refuse",
            "What happens to a path that an origin might read in another way, and then as one of another route (%2F, %5C, backslash, path parameters): 400, or passed on.");
    static final KeyDoc<String> ROUTE_CONTENT_TYPE = key("route.NAME.content-type", new Names.FieldValueType(), "text/plain; charset=utf-8",
            "The Content-Type of an answer by respond.");
    static final KeyDoc<Duration> ROUTE_TIMEOUT = without("route.NAME.timeout", Quantity.time("1ms", "1d"), "the pool's",
            "The response deadline of the pool, for this route.");

    static final KeyDoc<AccessLogSyntax> LOG_ACCESS = key("log.access", new AccessLogSyntax.Type(), "stdout combined",
            "Where access log lines go, and how they look: combined as Apache has it, or json, one object a line. USR1 opens a file anew.");
    static final KeyDoc<Long> LOG_ACCESS_RING = key("log.access.ring", Quantity.size("64k", "64m"), "1m",
            "Bytes of log lines that each event loop may hold until they are written, rounded down to a power of two. When it is full, lines are dropped and counted; no request waits.");
    static final KeyDoc<MetricsSyntax> METRICS = without("metrics", new MetricsSyntax.Type(), "off",
            "Address and path where metrics are served in the Prometheus text format. The path is /metrics unless given.");
    /** Never looked up: the reader acts on it. It stands here for the manual. */
    static final KeyDoc<String> INCLUDE = without("include", new Names.FieldValueType(), "none",
            "A file, or a pattern with * and ?, to be read as if it stood here, relative to the file that says so. May repeat.");

    /** Every key, in the order of the manual. */
    static final List<KeyDoc<?>> ALL = Collections.unmodifiableList(TABLE);

    private Keys() {}

    private static <T> KeyDoc<T> key(String pattern, ValueType<T> type, String defaultText, String description) {
        return add(KeyDoc.of(pattern, type, defaultText, description));
    }

    private static <T> KeyDoc<T> without(String pattern, ValueType<T> type, String whenAbsent, String description) {
        return add(KeyDoc.without(pattern, type, whenAbsent, description));
    }

    private static <T> KeyDoc<T> add(KeyDoc<T> key) {
        TABLE.add(key);
        return key;
    }

    /** The key as it is cut at its dots. */
    static List<String> parts(String key) {
        return List.of(key.split("\\.", -1));
    }

    static Optional<KeyDoc<?>> find(List<String> key) {
        for (KeyDoc<?> doc : ALL) {
            if (doc.matches(key)) return Optional.of(doc);
        }
        return Optional.empty();
    }

    /** Says that there is no such key, and which one may have been meant. */
    static void reportUnknown(Word key, Problems problems) {
        if (problems.isFull()) {
            problems.error(key, "unknown key", "");
            return;
        }
        List<String> parts = parts(key.text());
        Set<String> options = new LinkedHashSet<>();
        Set<String> candidates = new LinkedHashSet<>();
        boolean named = false;
        for (KeyDoc<?> doc : ALL) {
            String filled = doc.filledFrom(parts);
            if (filled != null && find(parts(filled)).isPresent()) candidates.add(filled);
            if (doc.kind().equals(parts.get(0)) && !doc.isDeclaration()) options.add(doc.option());
            named |= doc.kind().equals(parts.get(0)) && doc.isNamed();
        }
        if (named && parts.size() > 1 && !Names.isName(parts.get(1))) {
            problems.error(key.place(parts.get(0).length() + 1), parts.get(1).isEmpty() ? "no name after '" + parts.get(0) + ".'" : "'" + parts.get(1) + "' is no name",
                    "a name has letters, digits, '-' and '_'");
            return;
        }
        options.remove("");
        String known = named && parts.size() == 1 ? "write " + parts.get(0) + ".NAME = …"
                : options.isEmpty() ? "weir.properties(5) lists the keys"
                : "after " + parts.get(0) + (named ? ".NAME" : "") + " come " + String.join(", ", options);
        problems.error(key.place(), "unknown key " + key.shown(), known, Nearest.of(key.text(), candidates).orElse(null));
    }
}
