package weir.filter.gzip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Chunks;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/** Codings on a route with a cache: compressed once for each response that is stored. */
class GzipCacheTest {
    private static final String BOTH = "cache.hot = 4m\nroute.test.cache = hot\nfilter.squeeze = gzip busy=100%\nroute.test.use = squeeze\n";
    private static final String TEXT = "a text that is said again and again. ".repeat(100);
    private static final String FRESH = "Cache-Control: max-age=100\r\nContent-Type: text/plain\r\n";

    private final AtomicInteger asked = new AtomicInteger();

    private static String get(String accepts, String... more) {
        return "GET /a HTTP/1.1\r\nHost: a.example\r\n" + (accepts == null ? "" : "Accept-Encoding: " + accepts + "\r\n")
                + (more.length == 0 ? "" : String.join("\r\n", more) + "\r\n") + "\r\n";
    }

    private static String ok(String fields, String body) {
        return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** Answers by what it reads. */
    private RawOrigin origin(UnaryOperator<String> answer) {
        RawOrigin[] self = new RawOrigin[1];
        self[0] = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                asked.incrementAndGet();
                self[0].note(head);
                connection.send(answer.apply(head));
            }
        });
        return self[0];
    }

    private static double converted(TestProxy proxy) {
        return proxy.metric("weir_filter_responses_total{filter=\"squeeze\",result=\"converted\"}");
    }

    @Test
    void compressesOnceAndServesOften() {
        try (var origin = origin(head -> ok(FRESH + "ETag: \"x\"\r\n", TEXT)); var proxy = TestProxy.with(BOTH, origin)) {
            String first = Gzip.content(proxy.send(get("gzip")));
            assertThat(Gzip.unpacked(first)).isEqualTo(TEXT);
            for (String accepts : new String[] {"gzip;q=1.0", "gzip, deflate", "x-gzip", "GZIP, sdch", "deflate, gzip;q=0.5, identity;q=0.1"}) {
                RawAnswer answer = proxy.send(get(accepts));
                assertThat(answer.field("Content-Length")).isEqualTo(Integer.toString(first.length()));
                assertThat(answer.field("Content-Encoding")).isEqualTo("gzip");
                assertThat(answer.field("ETag")).isEqualTo("W/\"x\"");
                assertThat(answer.body()).isEqualTo(first);
            }
            assertThat(asked.get()).isEqualTo(1);
            assertThat(converted(proxy)).isEqualTo(1);
            assertThat(origin.nextRequest()).contains("Accept-Encoding: gzip\r\n");
        }
    }

    /** What reaches the server, and tells variants apart. */
    @ParameterizedTest(name = "[{0}]")
    @CsvSource(delimiter = '!', nullValues = "-", value = {
        "gzip, deflate, br! br, gzip",
        "br,gzip! br, gzip",
        "zstd, br;q=0.1, gzip, deflate! br, zstd, gzip",
        "*! br, zstd, gzip",
        "gzip;q=0! identity",
        "identity! identity",
        "''! identity",
        "-! identity",
    })
    void acceptEncodingIsWrittenAnew(String accepts, String arrives) {
        try (var origin = origin(head -> ok(FRESH, TEXT)); var proxy = TestProxy.with(BOTH, origin)) {
            proxy.send(get(accepts));
            String request = origin.nextRequest();
            assertThat(request).contains("Accept-Encoding: " + arrives + "\r\n");
            assertThat(request.split("Accept-Encoding", -1)).hasSize(2);
        }
    }

    /** One plain and one coded variant, each for those who want it. */
    @Test
    void variantsAreKeptApart() {
        try (var origin = origin(head -> ok(FRESH, TEXT)); var proxy = TestProxy.with(BOTH, origin)) {
            for (int i = 0; i < 3; i++) {
                assertThat(proxy.send(get(null)).body()).isEqualTo(TEXT);
                assertThat(proxy.send(get("identity")).body()).isEqualTo(TEXT);
                assertThat(Gzip.unpacked(Gzip.content(proxy.send(get("gzip"))))).isEqualTo(TEXT);
            }
            assertThat(asked.get()).isEqualTo(2);
        }
    }

    /** The server's own codings, also without a Vary of its own. */
    @Test
    void theServersOwnVariantsAreStored() {
        try (var origin = origin(head -> head.contains("br") ? ok(FRESH + "Content-Encoding: br\r\n", "b".repeat(2000))
                : head.contains("zstd") ? ok(FRESH + "Content-Encoding: zstd\r\n", "z".repeat(2000)) : ok(FRESH, TEXT)); var proxy = TestProxy.with(BOTH, origin)) {
            for (int i = 0; i < 2; i++) {
                assertThat(proxy.send(get("gzip, deflate, br")).body()).isEqualTo("b".repeat(2000));
                assertThat(proxy.send(get("zstd")).body()).isEqualTo("z".repeat(2000));
                assertThat(Gzip.unpacked(Gzip.content(proxy.send(get("gzip"))))).isEqualTo(TEXT);
                assertThat(proxy.send(get(null)).body()).isEqualTo(TEXT);
            }
            assertThat(asked.get()).isEqualTo(4);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', value = {
        "If-None-Match: \"x\"; 304",
        "If-None-Match: W/\"x\"; 304",
        "If-None-Match: \"y\"; 200",
        "Range: bytes=0-9; 206",
        "If-Range: W/\"x\"; 200",
    })
    void aStoredCodedResponseAnswersConditions(String line, int status) {
        try (var origin = origin(head -> ok(FRESH + "ETag: \"x\"\r\n", TEXT)); var proxy = TestProxy.with(BOTH, origin)) {
            String whole = Gzip.content(proxy.send(get("gzip")));
            RawAnswer answer = proxy.send(get("gzip", line, line.startsWith("If-Range") ? "Range: bytes=0-9" : "X-None: 1"));
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.field("Vary")).isEqualTo("Accept-Encoding");
            assertThat(answer.field("ETag")).isEqualTo("W/\"x\"");
            assertThat(answer.body()).isEqualTo(status == 304 ? "" : status == 206 ? whole.substring(0, 10) : whole);
            assertThat(asked.get()).isEqualTo(1);
        }
    }

    /** A 304 to the cache confirms the coded response; it stays coded, and what a 304 says does not make it a response for all. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Vary: Cookie\r\n", "Accept-Ranges: bytes\r\nDigest: x\r\n"})
    void validationKeepsTheCoding(String fields) {
        try (var origin = origin(head -> head.contains("If-None-Match") ? "HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=100\r\nETag: \"x\"\r\n" + fields + "\r\n"
                : ok("Cache-Control: no-cache\r\nContent-Type: text/plain\r\nETag: \"x\"\r\n" + fields, TEXT)); var proxy = TestProxy.with(BOTH, origin)) {
            proxy.send(get("gzip"));
            origin.nextRequest();
            for (int i = 0; i < 3; i++) {
                RawAnswer answer = proxy.send(get("gzip"));
                assertThat(Gzip.unpacked(Gzip.content(answer))).isEqualTo(TEXT);
                assertThat(answer.field("ETag")).isEqualTo("W/\"x\"");
                assertThat(answer.head()).contains("Vary: Accept-Encoding\r\n").doesNotContain("Accept-Ranges").doesNotContain("Digest");
            }
            assertThat(origin.nextRequest()).contains("If-None-Match: W/\"x\", \"x\"\r\n");
            assertThat(asked.get()).isEqualTo(2);
            assertThat(proxy.send(get(null)).body()).isEqualTo(TEXT);
        }
    }

    @Test
    void headIsAnsweredFromTheStoredCodedResponse() {
        try (var origin = origin(head -> ok(FRESH, TEXT)); var proxy = TestProxy.with(BOTH, origin)) {
            String whole = Gzip.content(proxy.send(get("gzip")));
            RawAnswer head = proxy.send(get("gzip").replace("GET", "HEAD"));
            assertThat(head.field("Content-Length")).isEqualTo(Integer.toString(whole.length()));
            assertThat(head.field("Content-Encoding")).isEqualTo("gzip");
            assertThat(asked.get()).isEqualTo(1);
        }
    }

    /** A HEAD that goes to the server tells of the same response, and does not contradict what is stored. */
    @Test
    void headThatGoesToTheServerLeavesWhatIsStored() {
        try (var origin = origin(head -> {
            String answer = ok("Cache-Control: max-age=100\r\nContent-Type: text/plain\r\nETag: \"x\"\r\n", TEXT);
            return head.startsWith("HEAD") ? answer.substring(0, answer.indexOf("\r\n\r\n") + 4) : answer;
        }); var proxy = TestProxy.with(BOTH, origin)) {
            proxy.send(get("gzip"));
            RawAnswer head = proxy.send(get("gzip", "Cache-Control: no-cache").replace("GET", "HEAD"));
            assertThat(head.field("Content-Encoding")).isEqualTo("gzip");
            assertThat(asked.get()).isEqualTo(2);
            proxy.send(get("gzip"));
            assertThat(asked.get()).isEqualTo(2);
        }
    }

    /** Who waits for a response that is being fetched and compressed sees each part of it as it comes. */
    @Test
    void readersFollowWhileItIsCompressed() {
        BlockingQueue<String> parts = new LinkedBlockingQueue<>();
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\n" + FRESH + "Transfer-Encoding: chunked\r\n\r\n");
            for (String part = parts.take(); !part.isEmpty(); part = parts.take()) {
                connection.send(Chunks.of(part));
            }
            connection.send("0\r\n\r\n");
        }); var proxy = TestProxy.with(BOTH, origin); var one = proxy.connect(); var other = proxy.connect()) {
            one.send(get("gzip"));
            assertThat(one.readHead()).contains("Content-Encoding: gzip");
            parts.add(TEXT);
            String first = nextChunk(one);
            other.send(get("br;q=0, gzip"));
            assertThat(other.readHead()).contains("Content-Encoding: gzip");
            assertThat(nextChunk(other)).isEqualTo(first);
            parts.add("more");
            parts.add("");
            assertThat(Gzip.unpacked(first + Chunks.content(one.readChunked()))).isEqualTo(TEXT + "more");
            assertThat(Gzip.unpacked(first + Chunks.content(other.readChunked()))).isEqualTo(TEXT + "more");
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    private static String nextChunk(RawConnection client) {
        String chunk = client.readBytes(Integer.parseInt(client.readLine().strip(), 16));
        client.readBytes(2);
        return chunk;
    }

    /** What broke off while it was compressed is not stored. */
    @Test
    void whatBreaksOffIsNotStored() {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\n" + FRESH + "Content-Length: 100000\r\n\r\n" + TEXT);
        }); var proxy = TestProxy.with(BOTH, origin)) {
            for (int i = 1; i < 3; i++) {
                try (var client = proxy.connect()) {
                    client.send(get("gzip"));
                    client.readHead();
                    assertThat(client.readAll()).doesNotContain("\r\n0\r\n\r\n");
                }
                proxy.nextLog();
                assertThat(origin.connections()).isEqualTo(i);
            }
        }
    }

    /** A response that is not stored goes through as well, compressed for its one reader. */
    @Test
    void whatIsNotStoredIsCompressedToo() {
        try (var origin = origin(head -> ok("Cache-Control: no-store\r\nContent-Type: text/plain\r\n", TEXT)); var proxy = TestProxy.with(BOTH, origin)) {
            for (int i = 1; i < 4; i++) {
                assertThat(Gzip.unpacked(Gzip.content(proxy.send(get("gzip"))))).isEqualTo(TEXT);
                assertThat(asked.get()).isEqualTo(i);
            }
        }
    }

    /** Decoded once for those who do not accept it, although the server sends it to all. */
    @Test
    void decodesOnce() {
        String more = "cache.hot = 4m\nroute.test.cache = hot\nfilter.plain = gunzip\nroute.test.use = plain\n";
        try (var origin = origin(head -> ok(FRESH + "Content-Encoding: gzip\r\n", Gzip.packed(TEXT))); var proxy = TestProxy.with(more, origin)) {
            for (int i = 0; i < 3; i++) {
                assertThat(Gzip.content(proxy.send(get(null)))).isEqualTo(TEXT);
                assertThat(Gzip.unpacked(proxy.send(get("gzip")).body())).isEqualTo(TEXT);
            }
            assertThat(asked.get()).isEqualTo(2);
        }
    }

    /** A route without such filters keeps what clients write. */
    @Test
    void withoutFiltersAcceptEncodingStays() {
        try (var origin = origin(head -> ok(FRESH, TEXT)); var proxy = TestProxy.with("cache.hot = 4m\nroute.test.cache = hot\n", origin)) {
            proxy.send(get("gzip;q=0.3, deflate"));
            assertThat(origin.nextRequest()).contains("Accept-Encoding: gzip;q=0.3, deflate\r\n");
        }
    }
}
