package weir.bench;

import java.util.List;
import java.util.Locale;

/**
 * What is compared: a way of load under a name.
 *
 * @param seconds how long one sample of it takes
 * @param cached whether the proxies have it in their caches, so that Varnish takes part
 */
record Scenario(String name, Load load, int seconds, boolean cached) {
    private static final String GZIP_CACHED = "gzip level 6 and a cache, a page of 32 KiB, 64 connections";

    /** A browser's request: with those that wrk and the connection add, 15. */
    private static final List<String> BROWSER = List.of(
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
            "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8",
            "Accept-Encoding: gzip, deflate, br, zstd", "Accept-Language: en-US,en;q=0.9,de;q=0.8", "Cache-Control: max-age=0",
            "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; consent=yes; _ga=GA1.1.1234567890.1234567890",
            "Referer: http://localhost/start", "Sec-Fetch-Dest: document", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Site: same-origin", "Sec-Fetch-User: ?1",
            "Sec-CH-UA: \"Chromium\";v=\"131\", \"Not_A Brand\";v=\"24\"", "Sec-CH-UA-Mobile: ?0", "Upgrade-Insecure-Requests: 1");

    static final List<Scenario> ALL = List.of(
            plain("128 B, 64 connections", new Wrk(false, "/small", 64)),
            plain("browser-like, 15 fields, 20 and 1 KiB back, 64 connections", Wrk.with(BROWSER, "/browser", 64)),
            plain("64 KiB, 64 connections", new Wrk(false, "/64k", 64)),
            plain("10 MiB, 8 connections", new Wrk(false, "/large", 8)),
            plain("1 MiB upload, 8 connections", Wrk.upload(1 << 20, "/upload", 8)),
            plain("new connection for each request, 64 at a time", Wrk.with(List.of("Connection: close"), "/small", 64)),
            plain("128 B, 1,000 connections", new Wrk(false, "/small", 1000)),
            plain("128 B, 64 connections beside 9,500 that idle", new Idle(9_500, new Wrk(false, "/small", 64))),
            plain("3,000 requests a second, 128 B, 64 connections", new Paced("/small", 3_000, 64)),
            new Scenario("TLS 1.3 keep-alive 128 B, 64 connections", new Wrk(true, "/small", 64), 2, false),
            new Scenario("TLS 1.3 1 MiB, 8 connections", new Wrk(true, "/medium", 8), 3, false),
            new Scenario("TLS 1.3 full handshake (P-256) and one request", new NewConnections("1.3", false, "/small", 8), 2, false),
            new Scenario("TLS 1.3 resumed handshake and one request", new NewConnections("1.3", true, "/small", 8), 2, false),
            new Scenario("TLS 1.2 resumed handshake and one request", new NewConnections("1.2", true, "/small", 8), 2, false),
            new Scenario("hit in the cache, 1 KiB, 64 connections", new Wrk(false, "/cached/1k", 64), 2, true),
            new Scenario("hit in the cache, 64 KiB, 64 connections", new Wrk(false, "/cached/64k", 64), 2, true),
            plain("gzip level 1, a page of 32 KiB, 64 connections", new Coded("/gzip1/page", 64)),
            plain("gzip level 6, a page of 32 KiB, 64 connections", new Coded("/gzip6/page", 64)),
            new Scenario(GZIP_CACHED, new Coded("/gzip-cached/page", 64), 3, true));

    private static Scenario plain(String name, Load load) {
        return new Scenario("plain " + name, load, 3, false);
    }

    /** Varnish takes part where a cache answers. HAProxy does not compress what its cache answers, as it would have to try that on every response. */
    boolean isFor(Contender contender) {
        return switch (contender.name()) {
            case "varnish" -> cached;
            case "haproxy" -> !name.equals(GZIP_CACHED);
            default -> true;
        };
    }

    /** Those with a part of a name in theirs, in any case; all for an empty one. */
    static List<Scenario> named(String part) {
        String wanted = part.toLowerCase(Locale.ROOT);
        return ALL.stream().filter(scenario -> scenario.name.toLowerCase(Locale.ROOT).contains(wanted)).toList();
    }
}
