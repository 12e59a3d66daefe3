package weir.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import weir.cache.BypassRule;
import weir.cache.KeySettings;
import weir.filter.FilterSettings;
import weir.http.Method;
import weir.net.Cidr;
import weir.tls.Suites;
import weir.upstream.BalanceSettings;
import weir.upstream.BreakerSettings;
import weir.upstream.CheckSettings;
import weir.upstream.EjectSettings;
import weir.upstream.Label;
import weir.upstream.OutlierSettings;
import weir.upstream.QueueClass;

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
            "Client connections at once, all listeners together. At the bound accepting pauses until one closes. auto is two fifths of the limit of "
                    + "file descriptors: every client may need a connection to a server too, and a fifth is for those that are kept unused.");
    static final KeyDoc<Duration> SERVER_SHUTDOWN_GRACE = key("server.shutdown-grace", Quantity.time("0s", "1d"), "30s",
            "How long exchanges that run may take to finish after TERM or INT. What is left then is cut.");
    static final KeyDoc<Duration> SERVER_DRAIN_DELAY = key("server.drain-delay", Quantity.time("0s", "1h"), "0s",
            "How long connections are still accepted after TERM or INT, so that a load balancer in front can take notice.");
    static final KeyDoc<Integer> SERVER_HELPERS = key("server.helpers", Quantity.number(1, 64), "4",
            "Threads that look up names. A slow name server holds up at most so many look-ups, and no request that needs none.");

    static final KeyDoc<Integer> SERVER_CODERS = key("server.coders", Quantity.number(0, 100_000), "128",
            "Responses that each event loop compresses at once, and as many that it decompresses; others stay as they are. Each that is compressed takes 256 KiB of memory beside the heap, "
                    + "each that is decompressed 40 KiB.");

    static final KeyDoc<List<String>> SERVER_TLS_GROUPS = key("server.tls-groups",
            Lists.ofWords("list of groups", List.of("X25519MLKEM768", "x25519", "secp256r1", "secp384r1", "secp521r1", "x448")),
            "X25519MLKEM768, x25519, secp256r1, secp384r1",
            "Groups of the key exchange of TLS, the preferred one first. One that this JDK lacks is left out.");
    static final KeyDoc<String> SERVER_TLS_X25519 = key("server.tls-x25519", Choice.of("weir", "jdk"), "weir",
            "Whose X25519 the handshakes compute with: weir's own, which takes a third of the time and checks itself against the JDK's at the start, or the JDK's.");
    static final KeyDoc<Boolean> SERVER_TLS_STAPLING = key("server.tls-stapling", Choice.onOff(), "off",
            "Whether the certificate authority is asked if a certificate still holds, and its answer (OCSP) sent along in the handshake. "
                    + "The address is the one in the certificate; the certificate of the issuer must stand behind it in its file. "
                    + "An answer is kept for an hour. While there is none, a handshake waits 50 ms for it and goes on without: "
                    + "the first clients may get none, and a status service that stalls costs each handshake that asks so much time of a helper. "
                    + "With java -Djdk.tls.stapling.responseTimeout=2000 it waits 2 s.");
    static final KeyDoc<Boolean> SERVER_TLS_WARM_UP = key("server.tls-warm-up", Choice.onOff(), "on",
            "Whether some handshakes run inside the process before the first port opens, so that the first visitor does not wait for a cold JVM.");
    static final KeyDoc<Optional<Integer>> SERVER_TLS_HELPERS = key("server.tls-helpers", ValueType.wordOr("auto", Quantity.number(0, 64)), "auto",
            "Threads for what handshakes compute beyond 2 ms in one turn of an event loop, so that no flood and no slow signature stalls the others. "
                    + "auto is the number of workers; with 0 the loops compute all of it themselves.");
    static final KeyDoc<Integer> SERVER_HANDSHAKES = key("server.handshakes", Quantity.number(1, 1_000_000), "1000",
            "TLS handshakes at once, all listeners together. Bounds what a flood of connections costs.");

    static final KeyDoc<FileType.CertificateAndKey> TLS = without("tls.NAME", new FileType.PairType(), "none",
            "A certificate and its private key. The first file is PEM with the chain, the server's own certificate first, or PKCS#12. The second one "
                    + "is PEM with the key; it may be left out when the first file has the key too. Relative paths are relative to the file that says so.");
    static final KeyDoc<String> TLS_PASSWORD = without("tls.NAME.password", new SecretType(), "none",
            "The password of an encrypted key or of a PKCS#12 file. It is never shown. Keep it in a file of its own.");
    static final KeyDoc<Duration> TLS_RELOAD = key("tls.NAME.reload", Quantity.time("0s", "1d"), "1m",
            "How often the files are looked at. New ones are used for new connections, without a restart; bad ones are refused and the old ones stay. 0s never looks.");

    static final KeyDoc<Optional<List<HostPort>>> LISTEN = without("listen.NAME",
            ValueType.wordOr("inherited", Lists.of(AddressType.toListen(), "list of addresses")), "at least one is needed",
            "Addresses to accept connections on. Without a host it is every address of the machine; port 0 is any free port. "
                    + "IPv6 addresses stand in brackets. inherited is the listening socket that weir is started with as its standard input, "
                    + "by systemd (StandardInput=socket) or another supervisor; one listener can have it.");
    static final KeyDoc<List<Cidr>> LISTEN_TRUSTED_PROXIES = without("listen.NAME.trusted-proxies", Lists.of(new CidrType(), "list of address blocks"), "none",
            "Peers whose X-Forwarded-* and Forwarded fields are believed and added to. From any other peer all of these fields are removed, and the usual ones written anew.");
    static final KeyDoc<Optional<List<Cidr>>> LISTEN_PROXY_PROTOCOL = key("listen.NAME.proxy-protocol",
            ValueType.wordOr("off", Lists.of(new CidrType(), "list of address blocks")), "off",
            "Peers whose connections begin with a PROXY header, of version 1 or 2, before TLS. It must come whole within head-timeout, and with at most "
                    + "4096 bytes; a connection without a valid one is closed. From then on the client is who the header names: in the access log, in "
                    + "X-Forwarded-For, and for trusted-proxies. A client that came by TLS to the peer counts as one of https. From any other peer a header is a malformed request.");
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

    static final KeyDoc<List<Names.NameType.Reference>> LISTEN_CERTS = without("listen.NAME.certs", Lists.of(new Names.NameType(), "list of names"), "no TLS",
            "Certificates, by the names they have after tls. They make this a listener for TLS. A client gets the one that covers the server name (SNI) "
                    + "it asks for, an exact name before a wildcard, of a key type it can check; the first one when it names none, or an unknown one.");
    static final KeyDoc<String> LISTEN_TLS_MIN = key("listen.NAME.tls-min", Choice.of("1.2", "1.3"), "1.2",
            "The oldest version of TLS that clients may speak.");
    static final KeyDoc<Optional<List<String>>> LISTEN_TLS_CIPHERS = key("listen.NAME.tls-ciphers",
            ValueType.wordOr("all", Lists.ofWords("list of cipher suites", Suites.ALL)), "all",
            "Cipher suites in the order of preference; all are those named above, in that order. There are no others: each is AEAD and has forward secrecy.");
    static final KeyDoc<String> LISTEN_SERVER_NAMES = key("listen.NAME.server-names", Choice.of("any", "strict"), "any",
            "With strict, a handshake for a server name that no certificate covers is refused, and a request for a host that the connection's certificate "
                    + "does not cover gets 421.");
    static final KeyDoc<String> LISTEN_CLIENT_CERTS = without("listen.NAME.client-certs", Choice.of("none", "optional", "require"), "none",
            "Whether clients are asked for a certificate of their own, which client-ca must have signed. Origins are told of it by X-Client-Cert-Subject, "
                    + "X-Client-Cert-Fingerprint and Client-Cert (RFC 9440). What clients themselves write into these fields is always removed.");
    static final KeyDoc<Path> LISTEN_CLIENT_CA = without("listen.NAME.client-ca", new FileType(), "none",
            "PEM file with the authorities that sign certificates of clients.");
    static final KeyDoc<Path> LISTEN_CLIENT_CRL = without("listen.NAME.client-crl", new FileType(), "none",
            "PEM or DER file with the certificates of clients that were revoked.");
    static final KeyDoc<Duration> LISTEN_HANDSHAKE_TIMEOUT = key("listen.NAME.handshake-timeout", Quantity.time("1ms", "1h"), "10s",
            "From the start of a connection to the end of its TLS handshake. Then the connection is closed.");
    static final KeyDoc<String> LISTEN_HSTS = key("listen.NAME.hsts", new StrictTransport(), "off",
            "Adds Strict-Transport-Security (RFC 6797) to every response: browsers shall come by https only for that time. 0s makes them forget it. "
                    + "preload needs 1y include-subdomains, and can hardly be taken back.");
    static final KeyDoc<HttpsRedirect> LISTEN_REDIRECT = without("listen.NAME.redirect", new HttpsRedirect.Type(), "no redirect",
            "Makes every answer of this plain listener a redirect to https of the same host, path and query. The status is 308 unless given, the port 443. "
                    + "Such a listener serves no route.");

    static final KeyDoc<List<PoolServer>> POOL = without("pool.NAME", PoolServer.TYPE, "none",
            "The servers of a pool of origins, at most 1000. With https:// they are spoken to by TLS, all of them or none. The port is 80 unless given, 443 with https. "
                    + "host:port is one server, whatever number of addresses the name has; dns://name:port is one server for each address, dns+tls:// the same with TLS; "
                    + "srv://_http._tcp.example.com takes servers, ports, weights and priorities from SRV records (RFC 2782), srv+tls:// with TLS. "
                    + "A server with weight=3 gets three times the requests of one with weight=1, which is the default; at most 1000. "
                    + "A server marked backup gets requests only while no other can. Any other name=value is a label, for prefer.");
    static final KeyDoc<BalanceSettings> POOL_BALANCE = key("pool.NAME.balance", new BalanceSyntax(), "round-robin",
            "How the server of a request is chosen. round-robin: in turn. least-requests: the one with the fewest open requests. random-two: of two at random the one with fewer. "
                    + "least-time: the one that answers soonest, by its latency of late and what it has to do. first: the first one that has room (see max-requests). "
                    + "hash: equal requests to equal servers, by the client's address, the path, the query, a header or a cookie; requests without it go by the client's address. "
                    + "A server that goes takes only its own keys with it. With bound 150%, which is the default, a server that runs half as many requests again as its share is passed over, "
                    + "but not below 8 requests. All of them heed weights, but first.");
    static final KeyDoc<List<Label>> POOL_PREFER = without("pool.NAME.prefer", Lists.of(new LabelType(), "list of labels"), "none",
            "Labels of servers that are asked first, in this order; the others while none of these can be asked. Backups come after all.");
    static final KeyDoc<Optional<StickySyntax>> POOL_STICKY = key("pool.NAME.sticky", ValueType.wordOr("off", new StickySyntax.Type()), "off",
            "Keeps a client with the server that answered it first, by a cookie of that name, kept by browsers for that time, or else as long as they run. It is HttpOnly, SameSite and Secure "
                    + "(insecure leaves that out, for clients without TLS). Its value is a MAC: it tells no address, and nobody can make one. When the server is gone, down, "
                    + "drained or full the request goes to another one.");
    static final KeyDoc<String> POOL_STICKY_KEY = without("pool.NAME.sticky.key", new SecretType(), "made at every start",
            "The secret that the values of sticky cookies are made with, at least 16 characters. Give it where several processes share clients, or clients shall find their server after a restart.");
    static final KeyDoc<Optional<RequestsMax>> POOL_MAX_REQUESTS = key("pool.NAME.max-requests", ValueType.wordOr("off", new RequestsMax.Type()), "off",
            "Requests that run on one server at once, over all event loops. What has no room waits (see queue). With adaptive the limit follows each server's latency: "
                    + "it grows while responses take no longer than usual, and shrinks when they do; between 5 and 1000 unless given.");
    static final KeyDoc<Optional<Integer>> POOL_MAX_CONNECTIONS = key("pool.NAME.max-connections", ValueType.wordOr("off", Quantity.number(1, 100_000)), "off",
            "Connections to one server, in use or kept, over all event loops. What finds none waits (see queue).");
    static final KeyDoc<QueueSyntax> POOL_QUEUE = key("pool.NAME.queue", new QueueSyntax.Type(), "1000 for 1s",
            "Requests of a pool that may wait for a server to have room, and how long. What is too much, or waits too long, gets 503 with Retry-After. With off nothing waits.");
    static final KeyDoc<Optional<BreakerSettings>> POOL_BREAKER = key("pool.NAME.breaker", ValueType.wordOr("off", new BreakerSyntax()), "off",
            "A circuit breaker: when of at least 20 requests in 10s half have failed (no connection, no response, or a status of 500 or above), every request of the pool gets "
                    + "503 at once for 5s. Then one is let through; when that goes well, all are.");
    static final KeyDoc<OriginTimeouts> POOL_TIMEOUT = key("pool.NAME.timeout", OriginTimeouts.TYPE, "connect 1s, response 30s, idle 60s",
            "How long a server may take to accept a connection, to end the TLS handshake (5s unless given, from the start of the connection), to send the head of its response after the request is sent, and between two bytes. "
                    + "What is left out keeps its default.");
    static final KeyDoc<Duration> POOL_KEEP_ALIVE = key("pool.NAME.keep-alive", Quantity.time("0s", "1d"), "30s",
            "How long a connection to a server is kept while no request uses it. Choose less than the server's own limit. 0s keeps none.");
    static final KeyDoc<Integer> POOL_IDLE_CONNECTIONS = key("pool.NAME.idle-connections", Quantity.number(0, 65_535), "1024",
            "Unused connections that each event loop keeps to each server at most. With fewer than are in use at once, connections are closed and made anew under load. All servers together keep no more than a fifth of the limit of file descriptors.");
    static final KeyDoc<RetrySyntax> POOL_RETRY = key("pool.NAME.retry", new RetrySyntax.Type(), "2",
            "Tries of one request in all, the first included, each on another server; and after what: a failed connection, one that was reset before a response, a response that is late "
                    + "or malformed; after all of these unless some are named. A status is given up for another try only when it is named. A request is tried again only when that is safe: "
                    + "nothing of it was sent, or its content is still held (see retry.body) and its method is idempotent; after a status or a late or malformed response only "
                    + "GET, HEAD, OPTIONS and TRACE. route.NAME.retry-methods adds methods.");
    static final KeyDoc<Long> POOL_RETRY_BODY = key("pool.NAME.retry.body", Quantity.size("0", "256k"), "16k",
            "Bytes of a request's content that are held so that it can be sent once more. Longer content cannot.");
    static final KeyDoc<RetryBudgetSyntax> POOL_RETRY_BUDGET = key("pool.NAME.retry.budget", new RetryBudgetSyntax.Type(), "20% min 3",
            "How many second tries may run at once: a share of the pool's open requests, and never less than min. Tries after a failed connection are free, as nothing was sent.");
    static final KeyDoc<Optional<HedgeSyntax>> POOL_HEDGE = key("pool.NAME.hedge", ValueType.wordOr("off", new HedgeSyntax.Type()), "off",
            "A second try beside a slow one: when a request by GET, HEAD, OPTIONS or TRACE takes longer than this percentile of the pool's responses, another server is asked too. "
                    + "The first response wins, the other request is stopped. The retry budget bounds it.");
    static final KeyDoc<Duration> POOL_RESOLVE = key("pool.NAME.resolve", Quantity.time("1s", "1d"), "30s",
            "How often the names of servers are looked up again. While that fails the last good answer is used.");
    static final KeyDoc<Long> POOL_HEAD_MAX = key("pool.NAME.head-max", Quantity.size("256", "128k"), "32k",
            "Bytes of a response's first line and field lines together. Above it the client gets 502.");

    static final KeyDoc<Optional<CheckSettings>> POOL_CHECK = without("pool.NAME.check", ValueType.wordOr("off", new CheckSyntax()), "no checks",
            "How servers are asked whether they are well: by a request for a path (the method is GET unless given; GET, HEAD, OPTIONS or POST), by a connection (tcp), or by a TLS handshake "
                    + "as the pool has it (tls). Each check has a connection of its own. every is the time from one to the next (5s), give or take the jitter (10%), timeout what one may take (the smaller of every and 2s). "
                    + "A response is good when its status is one of expect (200-399), and when the first 64 KiB of its content hold the text of body. "
                    + "After fall bad checks in a row (2) a server is down and gets no requests, after rise good ones (2) it is up again. With start down it gets none before its first good check. "
                    + "host is sent as Host instead of the server's own, port is asked instead of the server's.");

    static final KeyDoc<List<PoolChange>> POOL_CHANGES = without("pool.NAME.changes", new PoolChange.Type(), "none",
            "What was changed by command, against the servers of the pool: weir writes this line where admin.changes says. A server is added, or gets another weight, "
                    + "or it is removed or disabled. A server that says nothing but where it is, or that it is removed or disabled, is never added.");
    static final KeyDoc<Optional<EjectSettings>> POOL_EJECT = key("pool.NAME.eject", ValueType.wordOr("off", new EjectSyntax()),
            "5 failures for 10s, at most 50%, max 5m",
            "When a server is left out for a while because of how its requests ended: after so many failures in a row. A failure is a connection, a handshake or a response that did not come, "
                    + "came too late, broke off or was malformed, or a status of 502, 503 or 504. Other statuses are no failures: 500 is more often the fault of one request. "
                    + "The second time in a row is twice as long, the third three times, up to max; a server that then stays in for as long as it was out begins anew. "
                    + "Never more servers than the given share of the pool are left out at once (but one may be), and never the last one that is usable.");
    static final KeyDoc<Optional<OutlierSettings>> POOL_EJECT_OUTLIERS = key("pool.NAME.eject.outliers", ValueType.wordOr("off", new OutlierSyntax()), "off",
            "Whether servers are left out that fail more often than the others, as long and as many as eject says. At each look the success rate of every server that had enough requests "
                    + "since the last one is compared with the mean of all: below it by more than factor times the standard deviation, a server is ejected. All statuses of 500 and above count as failures here. "
                    + "on is every 10s, servers 5, requests 100, factor 1.9.");
    static final KeyDoc<Duration> POOL_SLOW_START = key("pool.NAME.slow-start", Quantity.time("0s", "1h"), "0s",
            "How long a server that comes back takes to get its whole share of the requests: it begins with a tenth of its weight and gains steadily. It comes back when it is up again, "
                    + "was ejected, was enabled, or is added while the pool runs. One that finds no other usable server in its group gets its whole share at once.");

    static final KeyDoc<String> POOL_PROXY_PROTOCOL = key("pool.NAME.proxy-protocol", Choice.of("off", "v1", "v2"), "off",
            "Whether each connection to a server begins with a PROXY header, before TLS, that tells the addresses and ports of the client and of what it connected to. "
                    + "v2 also tells how the client came by TLS, with the common name of its verified certificate, the server name (SNI) and the application protocol, "
                    + "and the unique id of a header that came in. Such a connection serves one request and is not kept, as the next one would be another client's. Checks say LOCAL, or UNKNOWN in v1.");

    static final KeyDoc<Boolean> POOL_VERIFY = key("pool.NAME.verify", Choice.onOff(), "on",
            "Whether the certificates of servers are checked: who signed them, their dates and names. When off, anybody can pose as such a server.");
    static final KeyDoc<Path> POOL_CA = without("pool.NAME.ca", new FileType(), "those that the JDK trusts",
            "PEM file with the authorities that sign certificates of the servers.");
    static final KeyDoc<List<String>> POOL_PINS = without("pool.NAME.pins", Lists.of(new Pin(), "list of pins"), "none",
            "SHA-256 of the public keys that servers may have, in hex, colons allowed. One of them must be that of the server's certificate.");
    static final KeyDoc<String> POOL_SERVER_NAME = without("pool.NAME.server-name", new AddressType.NameType(), "the server's host",
            "The name that servers are asked for (SNI) and that their certificates must cover.");
    static final KeyDoc<Names.NameType.Reference> POOL_CERT = without("pool.NAME.cert", new Names.NameType(), "none",
            "The certificate that weir shows to servers that ask for one, by its name after tls.");
    static final KeyDoc<String> POOL_TLS_MIN = key("pool.NAME.tls-min", Choice.of("1.2", "1.3"), "1.2",
            "The oldest version of TLS that servers may speak.");

    static final KeyDoc<RouteSyntax> ROUTE = without("route.NAME", RouteSyntax.TYPE, "at least one is needed",
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

    static final KeyDoc<List<Method>> ROUTE_RETRY_METHODS = without("route.NAME.retry-methods", Lists.of(Choice.of(Method.POST, Method.PATCH, Method.PUT, Method.DELETE), "list of methods"), "none",
            "Methods whose requests may be sent once more on this route wherever GET may (see pool.NAME.retry): only where the servers see to it that twice is the same as once.");
    static final KeyDoc<QueueClass> ROUTE_QUEUE = key("route.NAME.queue", Choice.of(QueueClass.class), "normal",
            "Who goes first where requests wait for a server of the pool.");

    static final KeyDoc<String> ROUTE_HSTS = without("route.NAME.hsts", new StrictTransport(), "the listener's",
            "The hsts of the listener, for this route.");
    static final KeyDoc<List<Names.NameType.Reference>> ROUTE_USE = without("route.NAME.use", Lists.of(new Names.NameType(), "list of names"), "none",
            "Filters of the content of responses, by their names after filter, at most one of each kind. In which order they stand does not matter: a response is first decoded, then compressed. "
                    + "With a cache they run once for each response that is stored. Then requests reach the server, and are told apart, by what is left of Accept-Encoding: those of br, zstd and gzip that the client accepts, or identity.");
    static final KeyDoc<Names.NameType.Reference> ROUTE_CACHE = without("route.NAME.cache", new Names.NameType(), "none",
            "The cache that keeps responses of this route, by its name after cache. Only for routes to pools and addresses.");
    static final KeyDoc<KeySettings> ROUTE_CACHE_KEY = without("route.NAME.cache.key", new CacheKeyType(), "host, path, query",
            "What of a request tells stored responses apart. With names the query is put in order; `except` takes * at the end of a name. What is left out still reaches the server, so leave out only what changes nothing of its answer. "
                    + "Purging a URL, and a request that changes it, then reach all responses of its path.");
    static final KeyDoc<List<BypassRule>> ROUTE_CACHE_BYPASS = without("route.NAME.cache.bypass", new BypassType(), "none",
            "Requests that go past the cache, by a field, a cookie or a query parameter that they have (with that value, if one is given): nothing stored answers them, and what they get is not stored. For a part of the paths write a route without a cache.");

    static final KeyDoc<Long> CACHE = without("cache.NAME", Quantity.size("1m", "1024g"), "none",
            "A cache of responses, a shared one in the sense of RFC 9111, and the memory for them. It lies outside the Java heap and is taken as the cache fills. "
                    + "Routes name the cache they use; one that several name is theirs in common. The JVM must grant so much direct memory (-XX:MaxDirectMemorySize, or -Xmx).");
    static final KeyDoc<Long> CACHE_OBJECT_MAX = key("cache.NAME.object-max", Quantity.size("1k", "256g"), "16m",
            "Bytes of the longest response that is stored. At most a quarter of the cache; where 16m is more than that, the default is the quarter.");
    static final KeyDoc<Duration> CACHE_DEFAULT_TTL = key("cache.NAME.default-ttl", Quantity.seconds("0s", "10y"), "0s",
            "How long a response is fresh that says nothing about it, and from which it cannot be estimated either (by Last-Modified). 0s gives it no time.");
    static final KeyDoc<Duration> CACHE_MIN_TTL = key("cache.NAME.min-ttl", Quantity.seconds("0s", "10y"), "0s",
            "The shortest time that a stored response is fresh. One that says less is held to be fresh for so long.");
    static final KeyDoc<Duration> CACHE_MAX_TTL = key("cache.NAME.max-ttl", Quantity.seconds("0s", "10y"), "1y",
            "The longest time that a stored response is fresh. One that says more is held to be fresh for so long only.");
    static final KeyDoc<Boolean> CACHE_PRIVATE_SAFE = key("cache.NAME.private-safe", Choice.onOff(), "on",
            "Whether a response with Set-Cookie is never stored, whatever it says of its freshness. When off, it is treated as any other, as RFC 9111 has it.");
    static final KeyDoc<Boolean> CACHE_SURROGATE_CONTROL = key("cache.NAME.surrogate-control", Choice.onOff(), "off",
            "Whether Surrogate-Control of a response is heeded in place of Cache-Control and Expires, as CDN-Cache-Control (RFC 9213) always is.");
    static final KeyDoc<Boolean> CACHE_STATUS = key("cache.NAME.status", Choice.onOff(), "off",
            "Whether responses get the field Cache-Status (RFC 9211), which says what the cache did with the request.");
    static final KeyDoc<DiskSyntax> CACHE_DISK = without("cache.NAME.disk", new DiskSyntax.Type(), "memory only",
            "A directory for stored responses beside those in memory, and how many bytes its files may have together. What is there outlives a restart. "
                    + "The directory is made when it is missing, readable by the user of the process only, and belongs to one cache of one process; other files in it are left alone. "
                    + "A response takes at most a quarter of the size; the oldest ones go first, and those that were used since may stay. "
                    + "The heap takes about 30 bytes for each response there. A disk that is full or fails is told, and left out until it works again.");
    static final KeyDoc<List<Cidr>> CACHE_PURGE_FROM = without("cache.NAME.purge-from", Lists.of(new CidrType(), "list of address blocks"), "none",
            "Addresses of clients whose PURGE requests are carried out, and others' are refused. What goes is the target of the request, or what begins with it where it ends in *, or what has a word of the request's Surrogate-Key; "
                    + "with Fastly-Soft-Purge: 1 it becomes stale. The address is the connection's own or of its PROXY header, never of X-Forwarded-For: name no proxy that others use. When absent, PURGE goes to the server.");

    static final KeyDoc<Function<String, FilterSettings>> FILTER = without("filter.NAME", new FilterSyntax(), "none",
            "A filter of the content of responses, for routes to use. gzip compresses for clients that accept it, at a level of 1 to 9 (4; 6 where a cache keeps the result, as it is compressed once then), what is of one of these media types "
                    + "(text/*, application/json, application/javascript, application/xml, application/*+json, application/*+xml, application/wasm and image/svg+xml unless given) and not known to be shorter than min. "
                    + "What has a coding already, is a part, or says no-transform stays as it is; tags become weak, and Vary names Accept-Encoding. Content goes out as it comes: what was compressed is sent when nothing more comes for a moment. "
                    + "While an event loop is busy for a larger share of its time than that the level is 1, and from halfway to 100% on nothing is compressed. "
                    + "A page that shows what was sent to it beside something secret tells that secret by its compressed length, to who can have a browser ask again and again and sees the length (BREACH). "
                    + "So responses to requests with cookies, a password or a certificate of the client are not compressed when another site asked for them (by Sec-Fetch-Site, or else by Referer), "
                    + "unless the server gives them to shared caches (public, s-maxage, or max-age without private). The price is longer pages for who comes by a link from elsewhere, and for clients with cookies that say neither. "
                    + "With credentials=never such responses are not compressed whoever asks, with always all are. "
                    + "gunzip decodes what the server has compressed for clients that do not accept that. A response of which more comes out than ratio times what goes in (the first 1m is free), or than max, is cut. "
                    + "minify takes out of texts in these languages what means nothing to who reads them: comments, white space, and little else. A text that it does not understand to its end stays as it is. "
                    + "It is held until it is whole: up to max where a cache keeps the result, else up to uncached; one of unknown length that no cache keeps goes out as it is when the server pauses. max is 4m at most. A text of up to 64k is made smaller by its event loop, in a millisecond, a longer one by another thread, at 10 to 15 ms for each megabyte, several times as long in the first seconds of the process. "
                    + "On a route with gunzip what the server has compressed is decoded first, for all clients. Not for files that pages name by their sum (integrity); pages whose policy names sums of scripts stay as they are.");

    static final KeyDoc<AccessLogSyntax> LOG_ACCESS = key("log.access", new AccessLogSyntax.Type(), "stdout combined",
            "Where access log lines go, and how they look: combined as Apache has it, or json, one object a line. USR1 opens a file anew.");
    static final KeyDoc<Long> LOG_ACCESS_RING = key("log.access.ring", Quantity.size("64k", "64m"), "1m",
            "Bytes of log lines that each event loop may hold until they are written, rounded down to a power of two. When it is full, lines are dropped and counted; no request waits.");
    static final KeyDoc<MetricsSyntax> METRICS = without("metrics", new MetricsSyntax.Type(), "off",
            "Address and path where metrics are served in the Prometheus text format. The path is /metrics unless given. "
                    + "The same address answers /live with 200 as long as the process lives, and /ready with 200 while it wants requests, with 503 before all listeners accept and while it drains. "
                    + "It has 64 connections of its own, whatever server.connections is, and is the last but admin to close.");
    static final KeyDoc<AdminSyntax> ADMIN = without("admin", new AdminSyntax.Type(), "off",
            "Where the process takes orders, by HTTP with JSON: weir status, weir reload, weir servers and others; see weir(1). A Unix-domain socket is open to the user of the process "
                    + "only, its path relative to the file that says so. An address needs admin.token.");
    static final KeyDoc<String> ADMIN_TOKEN = without("admin.token", SecretType.token(AdminSettings.TOKEN_CHARACTERS_MIN), "none",
            "What clients of an admin address have to show as a bearer token. It is never shown, and goes in clear: keep to a loopback address.");
    static final KeyDoc<Path> ADMIN_CHANGES = without("admin.changes", new FileType(), "changes end with the process",
            "File that weir writes changes of pools by command to, so that an include of it brings them back. weir writes all of it anew each time: leave it to weir alone.");
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
