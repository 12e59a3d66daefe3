package weir.filter.minify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import weir.Await;
import weir.Chunks;
import weir.FuzzSeed;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;
import weir.filter.gzip.Gzip;

/** A route with minify, over real sockets. */
class MinifyFilterTest {
    private static final String MINIFY = "filter.less = minify css,js,html,json,svg\nroute.test.use = less\n";
    private static final String CACHE = "cache.hot = 8m\nroute.test.cache = hot\n";
    private static final String CSS = "a {\n    color: red;\n}\n";
    private static final String CSS_LESS = "a{color:red}";

    private static String ok(String body, String... fields) {
        return "HTTP/1.1 200 OK\r\n" + String.join("", Stream.of(fields).map(field -> field + "\r\n").toList()) + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String get(String... fields) {
        return "GET /a HTTP/1.1\r\nHost: a.example\r\n" + String.join("", Stream.of(fields).map(field -> field + "\r\n").toList()) + "\r\n";
    }

    private static double counted(TestProxy proxy, String result) {
        return proxy.metric("weir_filter_responses_total{filter=\"less\",result=\"" + result + "\"}");
    }

    @Test
    void givesWhatRemains() {
        try (var origin = RawOrigin.answering(ok(CSS, "Content-Type: text/css; charset=utf-8", "ETag: \"x\"", "Accept-Ranges: bytes", "Content-MD5: x"));
                var proxy = TestProxy.with(MINIFY, origin)) {
            RawAnswer answer = proxy.send(get());
            assertThat(Gzip.content(answer)).isEqualTo(CSS_LESS);
            assertThat(answer.field("ETag")).isEqualTo("W/\"x\"");
            assertThat(answer.head()).doesNotContain("Accept-Ranges").doesNotContain("Content-MD5").doesNotContain("Content-Length").doesNotContain("Vary");
            assertThat(counted(proxy, "converted")).isEqualTo(1);
            assertThat(proxy.metric("weir_filter_bytes_total{filter=\"less\",side=\"in\"}")).isEqualTo(CSS.length());
            assertThat(proxy.metric("weir_filter_bytes_total{filter=\"less\",side=\"out\"}")).isEqualTo(CSS_LESS.length());
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "text/css; a { b : c }; a{b:c}",
        "text/javascript; var a  =  1; var a=1",
        "application/json; { \"a\" : 1 }; {\"a\":1}",
        "application/ld+json; [ 1 ]; [1]",
        "text/html; <p>a   b</p>; <p>a b</p>",
        "image/svg+xml; <svg><!-- a --><g/></svg>; <svg><g/></svg>",
        "text/plain; a   b; a   b",
    })
    void eachLanguage(String type, String text, String less) {
        try (var origin = RawOrigin.answering(ok(text, "Content-Type: " + type)); var proxy = TestProxy.with(MINIFY, origin)) {
            assertThat(Gzip.content(proxy.send(get()))).isEqualTo(less);
        }
    }

    static Stream<Arguments> untouched() {
        String css = "Content-Type: text/css";
        return Stream.of(
                arguments(get(), ok("a { b", css), "left-alone"),
                arguments(get(), ok(CSS_LESS, css), "left-alone"),
                arguments(get(), ok(CSS), "not-eligible"),
                arguments(get(), ok(CSS, css, css), "not-eligible"),
                arguments(get(), ok(CSS, "Content-Type: text/css; charset=utf-16"), "not-eligible"),
                arguments(get(), ok("", css), "not-eligible"),
                arguments(get(), ok(CSS, css, "Content-Range: bytes 0-1/2").replace("200 OK", "206 Partial Content"), "not-eligible"),
                arguments(get(), ok(CSS, css, "Content-Encoding: br"), "coded"),
                arguments(get(), ok(CSS, css, "Cache-Control: no-transform"), "no-transform"),
                arguments(get("Cache-Control: no-transform"), ok(CSS, css), "no-transform"),
                arguments(get(), ok("<p>a  b</p>", "Content-Type: text/html", "Content-Security-Policy: script-src 'sha256-abc='"), "no-transform"),
                arguments(get(), ok("<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'sha256-abc='\"><p>a  b</p>", "Content-Type: text/html"), "left-alone"),
                arguments(get(), ok("/*" + "x".repeat(16 << 10) + "*/", css), "long"));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("untouched")
    void leavesAlone(String request, String wire, String result) {
        try (var origin = RawOrigin.answering(wire); var proxy = TestProxy.with(MINIFY, origin)) {
            RawAnswer answer = proxy.send(request);
            assertThat(Gzip.content(answer)).isEqualTo(wire.substring(wire.indexOf("\r\n\r\n") + 4));
            Await.until("it is counted", () -> counted(proxy, result) == 1);
        }
    }

    @Test
    void headSaysWhatGetWould() {
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nETag: \"x\"\r\nContent-Length: 30\r\n\r\n"); var proxy = TestProxy.with(MINIFY, origin)) {
            RawAnswer answer = proxy.send(get().replace("GET", "HEAD"));
            assertThat(answer.field("ETag")).isEqualTo("W/\"x\"");
            assertThat(answer.field("Content-Length")).isNull();
        }
    }

    @Test
    void weakTagsFindWhatTheyMean() {
        try (var origin = RawOrigin.answering("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n"); var proxy = TestProxy.with(MINIFY, origin)) {
            RawAnswer answer = proxy.send(get("If-None-Match: W/\"x\""));
            assertThat(origin.nextRequest()).contains("If-None-Match: W/\"x\", \"x\"\r\n");
            assertThat(answer.status()).isEqualTo(304);
            assertThat(answer.field("ETag")).isEqualTo("W/\"x\"");
        }
    }

    /** Once for each stored response, and longer texts than without a cache. */
    @Test
    void isDoneOnceWhereThereIsACache() {
        String css = "/*" + "x".repeat(100 << 10) + "*/" + CSS;
        try (var origin = RawOrigin.answering(ok(css, "Content-Type: text/css", "Cache-Control: max-age=100")); var proxy = TestProxy.with(MINIFY + CACHE, origin)) {
            for (int i = 0; i < 3; i++) {
                assertThat(Gzip.content(proxy.send(get()))).isEqualTo(CSS_LESS);
            }
            assertThat(proxy.send(get()).field("Content-Length")).isEqualTo(Integer.toString(CSS_LESS.length()));
            assertThat(counted(proxy, "converted")).isEqualTo(1);
        }
    }

    /** What the origin has compressed is decoded for all, made smaller, and compressed again for who takes that. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"gzip, true", "identity, false"})
    void betweenTwoCodings(String accepts, boolean coded) {
        String css = CSS.repeat(500);
        String wire = ok(Gzip.packed(css), "Content-Type: text/css", "Content-Encoding: gzip", "Cache-Control: max-age=100");
        try (var origin = RawOrigin.answering(wire); var proxy = TestProxy.with("filter.pack = gzip\nfilter.open = gunzip\n" + MINIFY.replace("use = less", "use = pack, open, less") + CACHE, origin)) {
            for (int i = 0; i < 2; i++) {
                RawAnswer answer = proxy.send(get("Accept-Encoding: " + accepts));
                assertThat(answer.field("Content-Encoding")).isEqualTo(coded ? "gzip" : null);
                assertThat(answer.field("Vary")).isEqualTo("Accept-Encoding");
                assertThat(coded ? Gzip.unpacked(Gzip.content(answer)) : Gzip.content(answer)).isEqualTo(CSS_LESS.repeat(500));
            }
            assertThat(proxy.metric("weir_cache_requests_total{cache=\"hot\",result=\"hit\"}")).isEqualTo(1);
        }
    }

    /** The client is not made to wait for the end of what comes in its own time. */
    @Test
    void whatPausesPassesAsItComes() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nTransfer-Encoding: chunked\r\n\r\n4\r\na { \r\n");
            seen.await();
            connection.send("5\r\nb:c }\r\n0\r\n\r\n");
        }); var proxy = TestProxy.with(MINIFY, origin); RawConnection client = proxy.connect()) {
            client.send(get());
            client.readHead();
            assertThat(client.readBytes(9)).isEqualTo("4\r\na { \r\n");
            seen.countDown();
            assertThat(client.readChunked()).contains("b:c }");
            Await.until("it is counted", () -> counted(proxy, "paused") == 1);
        }
    }

    /** As many as a loop may hold, and they go on for as long as they want. */
    @Test
    void whatPassesHoldsNoPlace() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            if (connection.readHead().startsWith("GET /text ")) {
                connection.send(ok(CSS, "Content-Type: text/css"));
            } else {
                connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nTransfer-Encoding: chunked\r\n\r\n4\r\na { \r\n");
                seen.await();
                connection.send("5\r\nb:c }\r\n0\r\n\r\n");
            }
        }); var proxy = TestProxy.with(MINIFY, origin)) {
            List<RawConnection> clients = new ArrayList<>();
            for (int i = 0; i < Workbenches.MAX; i++) {
                RawConnection client = proxy.connect();
                client.send(get()).readHead();
                assertThat(client.readBytes(9)).isEqualTo("4\r\na { \r\n");
                clients.add(client);
            }
            assertThat(Gzip.content(proxy.send(get().replace("/a", "/text")))).isEqualTo(CSS_LESS);
            seen.countDown();
            for (RawConnection client : clients) {
                assertThat(client.readChunked()).contains("b:c }");
                client.close();
            }
            assertThat(counted(proxy, "benches")).isZero();
        }
    }

    @ParameterizedTest(name = "with a cache: {0}")
    @CsvSource({"false", "true"})
    void whatBreaksOffDoesNotLookWhole(boolean cached) {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nCache-Control: max-age=9\r\nContent-Length: 100\r\n\r\n" + CSS);
        }); var proxy = TestProxy.with(MINIFY + (cached ? CACHE : ""), origin); RawConnection client = proxy.connect()) {
            client.send(get());
            client.readHead();
            assertThat(client.readAll()).doesNotContain("0\r\n\r\n");
            Await.until("it is counted", () -> counted(proxy, "cut") == 1);
        }
    }

    /** At most so many texts are held by a loop; one more passes. What is cut gives its place back. */
    @Test
    void holdsSoManyTexts() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nContent-Length: " + CSS.length() + "\r\n\r\n" + CSS.substring(0, 5));
            go.await();
            connection.send(CSS.substring(5));
            connection.readHead();
        }); var proxy = TestProxy.with(MINIFY, origin)) {
            List<RawConnection> clients = new ArrayList<>();
            for (int i = 0; i < Workbenches.MAX + 1; i++) {
                RawConnection client = proxy.connect();
                client.send(get());
                client.readHead();
                clients.add(client);
            }
            assertThat(counted(proxy, "benches")).isEqualTo(1);
            clients.get(0).close();
            Await.until("its place is free", () -> counted(proxy, "cut") == 1);
            go.countDown();
            for (int i = 1; i < Workbenches.MAX; i++) {
                assertThat(Chunks.content(clients.get(i).readChunked())).isEqualTo(CSS_LESS);
            }
            assertThat(clients.get(Workbenches.MAX).readBytes(CSS.length())).isEqualTo(CSS);
            clients.forEach(RawConnection::close);
            assertThat(Gzip.content(proxy.send(get()))).isEqualTo(CSS_LESS);
        }
    }

    /** Texts of all lengths around what is held, in pieces of all lengths: they come as the pure function says, or as they were. */
    @Test
    void randomTexts() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                String text = text(Integer.parseInt(head.split("[/ ]", 4)[2]));
                boolean chunked = text.length() % 2 == 0;
                connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/css\r\n" + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + text.length()) + "\r\n\r\n");
                for (int at = 0; at < text.length(); ) {
                    int to = Math.min(text.length(), at + 1 + text.length() / 3);
                    connection.send(chunked ? Integer.toHexString(to - at) + "\r\n" + text.substring(at, to) + "\r\n" : text.substring(at, to));
                    at = to;
                }
                connection.send(chunked ? "0\r\n\r\n" : "");
            }
        }); var proxy = TestProxy.with(MINIFY.replace("svg", "svg max=4k uncached=4k"), origin)) {
            for (int i = 0; i < 200; i++) {
                int length = 1 + random.nextInt(i % 2 == 0 ? 6000 : 200);
                String text = text(length);
                String got = Gzip.content(proxy.send(get().replace("/a", "/" + length)));
                assertThat(got).as("-Dfuzz.seed=%d length %d", seed, length).isIn(text, less(text));
                if (text.length() > 4096) {
                    assertThat(got).isEqualTo(text);
                }
            }
            assertThat(counted(proxy, "converted")).isGreaterThan(20);
            assertThat(counted(proxy, "long")).isGreaterThan(5);
        }
    }

    private static String text(int length) {
        return "a { b : c }\n".repeat(length / 12 + 1).substring(0, length / 12 * 12);
    }

    private static String less(String text) {
        byte[] in = text.getBytes(StandardCharsets.US_ASCII);
        byte[] out = new byte[in.length];
        int written = Minifier.CSS.minify(in, in.length, out);
        return written < 0 ? text : new String(out, 0, written, StandardCharsets.US_ASCII);
    }
}
