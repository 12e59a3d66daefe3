package weir.filter.gzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
import weir.Chunks;
import weir.RawAnswer;
import weir.RawOrigin;
import weir.TestProxy;

/** A route with gunzip, over real sockets. */
class GunzipFilterTest {
    private static final String GUNZIP = "filter.plain = gunzip\nroute.test.use = plain\n";
    private static final String TEXT = "a text that is said again and again. ".repeat(100);

    private static String ok(String body, String... fields) {
        return "HTTP/1.1 200 OK\r\n" + String.join("", Stream.of(fields).map(field -> field + "\r\n").toList()) + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String get(String... fields) {
        return "GET /a HTTP/1.1\r\nHost: a.example\r\n" + String.join("", Stream.of(fields).map(field -> field + "\r\n").toList()) + "\r\n";
    }

    private static double counted(TestProxy proxy, String result) {
        return proxy.metric("weir_filter_responses_total{filter=\"plain\",result=\"" + result + "\"}");
    }

    private static void assertCodersBack(TestProxy proxy) {
        Await.until("no decompressor is in use", () -> proxy.metric("weir_coders_in_use{kind=\"decompressor\"}") == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-None: 1", "Accept-Encoding: br", "Accept-Encoding: gzip;q=0", "Accept-Encoding: identity"})
    void decodesForWhoDoesNotAcceptIt(String accepts) {
        String wire = ok(Gzip.packed(TEXT), "Content-Type: text/plain", "Content-Encoding: gzip", "ETag: \"x\"", "Accept-Ranges: bytes", "Content-MD5: x");
        try (var origin = RawOrigin.answering(wire); var proxy = TestProxy.with(GUNZIP, origin)) {
            RawAnswer answer = proxy.send(get(accepts));
            assertThat(Gzip.content(answer)).isEqualTo(TEXT);
            assertThat(answer.head()).doesNotContain("Content-Encoding").doesNotContain("Content-Length").doesNotContain("Accept-Ranges").doesNotContain("Content-MD5");
            assertThat(answer.field("ETag")).isEqualTo("W/\"x\"");
            assertThat(answer.field("Vary")).isEqualTo("Accept-Encoding");
            assertThat(counted(proxy, "converted")).isEqualTo(1);
            assertThat(proxy.metric("weir_filter_bytes_total{filter=\"plain\",side=\"out\"}")).isEqualTo(TEXT.length());
            assertCodersBack(proxy);
        }
    }

    static Stream<Arguments> untouched() {
        String body = Gzip.packed(TEXT);
        String coded = "Content-Encoding: gzip";
        return Stream.of(
                arguments("Accept-Encoding: gzip", ok(body, coded), true, "accepted"),
                arguments("Accept-Encoding: *", ok(body, coded), true, "accepted"),
                arguments("X-None: 1", ok(body), false, "not-eligible"),
                arguments("X-None: 1", ok(body, "Content-Encoding: br"), false, "not-eligible"),
                arguments("X-None: 1", ok(body, "Content-Encoding: br, gzip"), false, "not-eligible"),
                arguments("X-None: 1", ok(body, coded, coded), false, "not-eligible"),
                arguments("X-None: 1", ok("", coded), false, "not-eligible"),
                arguments("X-None: 1", ok(body, coded, "Content-Range: bytes 0-1/2").replace("200 OK", "206 Partial Content"), false, "not-eligible"),
                arguments("X-None: 1", ok(body, coded, "Cache-Control: no-transform"), false, "no-transform"),
                arguments("Cache-Control: no-transform", ok(body, coded), false, "no-transform"),
                arguments("X-None: 1", "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n", true, "not-eligible"));
    }

    @ParameterizedTest(name = "{0}, {3}")
    @MethodSource("untouched")
    void leavesAlone(String accepts, String wire, boolean vary, String result) {
        try (var origin = RawOrigin.answering(wire); var proxy = TestProxy.with(GUNZIP, origin)) {
            RawAnswer answer = proxy.send(get(accepts));
            assertThat(answer.body()).isEqualTo(wire.substring(wire.indexOf("\r\n\r\n") + 4));
            for (String line : wire.substring(0, wire.indexOf("\r\n\r\n")).split("\r\n", 0)) {
                assertThat(answer.head()).contains(line + "\r\n");
            }
            assertThat(answer.head().contains("Vary: Accept-Encoding\r\n")).isEqualTo(vary);
            assertThat(counted(proxy, result)).isEqualTo(1);
        }
    }

    @Test
    void headSaysWhatGetSays() {
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 500\r\nETag: \"x\"\r\n\r\n"); var proxy = TestProxy.with(GUNZIP, origin)) {
            RawAnswer answer = proxy.send(get().replace("GET", "HEAD"));
            assertThat(answer.head()).doesNotContain("Content-Encoding").doesNotContain("Content-Length").contains("ETag: W/\"x\"");
        }
    }

    static Stream<Arguments> broken() {
        String body = Gzip.packed(TEXT);
        return Stream.of(
                arguments(body.substring(0, body.length() - 1), "malformed: gzip: it ends in the middle"),
                arguments(body + "x", "malformed: gzip: bytes behind its end"),
                arguments(body.substring(0, body.length() - 1) + "\1", "malformed: gzip: wrong length"),
                arguments("no gzip", "malformed: gzip: it is none"));
    }

    /** The origin's response is whole, its content is not: the client's is cut, the reason told and counted. */
    @ParameterizedTest(name = "{1}")
    @MethodSource("broken")
    void whatIsNotSoundIsCut(String body, String end) {
        try (var origin = RawOrigin.answering(ok(body, "Content-Encoding: gzip")); var proxy = TestProxy.with(GUNZIP, origin); var client = proxy.connect()) {
            client.send(get());
            client.readHead();
            assertThat(client.readAll()).doesNotContain("\r\n0\r\n\r\n");
            assertThat(proxy.nextEnd()).isEqualTo(end);
            assertThat(counted(proxy, "broken")).isEqualTo(1);
            assertThat(proxy.metric("weir_failures_total{end=\"malformed\"}")).isEqualTo(1);
            assertCodersBack(proxy);
        }
    }

    @Test
    void aBombIsCut() {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks.of(Gzip.packed("").substring(0, 10)));
            Deflater zeros = new Deflater(9, true);
            byte[] input = new byte[1 << 20];
            byte[] output = new byte[64 << 10];
            try {
                for (int i = 0; i < 10 << 10; i++) {
                    zeros.setInput(input);
                    int n = zeros.deflate(output, 0, output.length, Deflater.SYNC_FLUSH);
                    connection.send(Chunks.of(new String(output, 0, n, StandardCharsets.ISO_8859_1)));
                }
            } catch (UncheckedIOException cut) {
                connection.close();
            } finally {
                zeros.end();
            }
        }); var proxy = TestProxy.with(GUNZIP, origin); var client = proxy.connect()) {
            client.send(get());
            client.readHead();
            assertThat(client.readAll().length()).isLessThan(2 << 20);
            assertThat(proxy.nextEnd()).isEqualTo("decompression-bomb: more than filter.plain allows");
            assertThat(counted(proxy, "bomb")).isEqualTo(1);
            assertCodersBack(proxy);
        }
    }

    @Test
    void decompressorsAreBounded() {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks.of(Gzip.packed(TEXT)));
            connection.readHead();
        }); var proxy = TestProxy.with(GUNZIP + "server.coders = 1\n", origin); var one = proxy.connect(); var other = proxy.connect()) {
            assertThat(one.send(get()).readHead()).doesNotContain("Content-Encoding");
            assertThat(other.send(get()).readHead()).contains("Content-Encoding: gzip");
            assertThat(counted(proxy, "coders")).isEqualTo(1);
        }
    }

    /** Decoded, then coded for who accepts it: both on one route do not meet. */
    @Test
    void bothFiltersGetAlong() {
        String both = "filter.plain = gunzip\nfilter.squeeze = gzip\nroute.test.use = squeeze, plain\n";
        try (var origin = RawOrigin.answering(ok(Gzip.packed(TEXT), "Content-Type: text/plain", "Content-Encoding: gzip")); var proxy = TestProxy.with(both, origin)) {
            assertThat(Gzip.content(proxy.send(get()))).isEqualTo(TEXT);
            RawAnswer coded = proxy.send(get("Accept-Encoding: gzip", "If-None-Match: W/\"y\""));
            assertThat(Gzip.unpacked(coded.body())).isEqualTo(TEXT);
            assertThat(coded.head().split("Vary", -1)).hasSize(2);
            origin.nextRequest();
            assertThat(origin.nextRequest()).contains("If-None-Match: W/\"y\", \"y\"\r\n");
        }
    }
}
