package weir.filter.gzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
import weir.Chunks;
import weir.FuzzSeed;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/** A route with gzip, over real sockets. */
class GzipFilterTest {
    private static final String GZIP = "filter.squeeze = gzip min=100 busy=100%\nroute.test.use = squeeze\n";
    private static final String TEXT = "a text that is said again and again. ".repeat(100);
    private static final String ACCEPTS = "Accept-Encoding: gzip";

    private static String ok(String body, String... fields) {
        return "HTTP/1.1 200 OK\r\n" + String.join("", Stream.of(fields).map(field -> field + "\r\n").toList()) + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String request(String method, String... fields) {
        return method + " /a HTTP/1.1\r\nHost: a.example\r\n" + String.join("", Stream.of(fields).map(field -> field + "\r\n").toList()) + "\r\n";
    }

    private static String get(String... fields) {
        return request("GET", fields);
    }

    private static double passed(TestProxy proxy, String result) {
        return proxy.metric("weir_filter_responses_total{filter=\"squeeze\",result=\"" + result + "\"}");
    }

    private static void assertCodersBack(TestProxy proxy) {
        Await.until("no compressor is in use", () -> proxy.metric("weir_coders_in_use{kind=\"compressor\"}") == 0);
    }

    @Test
    void compressesForWhoAcceptsIt() {
        try (var origin = RawOrigin.answering(ok(TEXT, "Content-Type: text/plain", "ETag: \"x\"", "Accept-Ranges: bytes", "Content-Digest: sha-256=:x:",
                "Repr-Digest: sha-256=:x:", "Digest: sha-256=x", "Content-MD5: x", "Vary: Cookie", "X-Kept: y"));
                var proxy = TestProxy.with(GZIP, origin)) {
            RawAnswer answer = proxy.send(get("Accept-Encoding: br, gzip"));
            assertThat(Gzip.unpacked(Gzip.content(answer))).isEqualTo(TEXT);
            assertThat(answer.field("Content-Encoding")).isEqualTo("gzip");
            assertThat(answer.field("Content-Length")).isNull();
            assertThat(answer.field("ETag")).isEqualTo("W/\"x\"");
            assertThat(answer.head()).contains("Vary: Cookie\r\n").contains("Vary: Accept-Encoding\r\n").contains("X-Kept: y\r\n")
                    .doesNotContain("Accept-Ranges").doesNotContain("Digest").doesNotContain("Content-MD5").doesNotContain("\"x\"\r\nETag");
            assertThat(answer.head().split("ETag:", -1)).hasSize(2);
            assertThat(origin.nextRequest()).contains("Accept-Encoding: br, gzip\r\n");
            assertThat(proxy.nextLog()).contains("\"sent\":" + Gzip.content(answer).length()).contains("\"end\":\"ok\"");
            assertThat(passed(proxy, "converted")).isEqualTo(1);
            assertThat(proxy.metric("weir_filter_bytes_total{filter=\"squeeze\",side=\"in\"}")).isEqualTo(TEXT.length());
            assertThat(proxy.metric("weir_filter_bytes_total{filter=\"squeeze\",side=\"out\"}")).isEqualTo(Gzip.content(answer).length());
            assertCodersBack(proxy);
        }
    }

    /** HEAD is answered with the fields of GET (RFC 9110 §9.3.2). */
    @ParameterizedTest
    @ValueSource(strings = {"Accept-Encoding: gzip", "Accept-Encoding: br", "X-None: 1"})
    void headSaysWhatGetSays(String accepts) {
        String[] fields = {"Content-Type: text/plain", "ETag: \"x\"", "Accept-Ranges: bytes", "Date: Sun, 06 Nov 1994 08:49:37 GMT"};
        try (var origin = RawOrigin.running(connection -> {
            for (String asked = connection.readHead(); !asked.isEmpty(); asked = connection.readHead()) {
                String answer = ok(TEXT, fields);
                connection.send(asked.startsWith("HEAD") ? answer.substring(0, answer.indexOf("\r\n\r\n") + 4) : answer);
            }
        }); var proxy = TestProxy.with(GZIP, origin)) {
            String got = proxy.send(get(accepts)).head();
            assertThat(proxy.send(request("HEAD", accepts)).head()).isEqualTo(got.replace("Transfer-Encoding: chunked\r\n", ""));
            assertThat(got.contains("Content-Encoding: gzip")).isEqualTo(accepts.contains("gzip"));
        }
    }

    static Stream<Arguments> untouched() {
        String type = "Content-Type: text/html";
        return Stream.of(
                // what the client says                       the response                                     Vary   counted as
                arguments("Accept-Encoding: br", ok(TEXT, type), true, "not-accepted"),
                arguments("Accept-Encoding: gzip;q=0", ok(TEXT, type), true, "not-accepted"),
                arguments("Accept-Encoding: identity;q=0", ok(TEXT, type), true, "not-accepted"),
                arguments("Accept-Encoding: identity, gzip;q=0.5", ok(TEXT, type), true, "not-accepted"),
                arguments("X-None: 1", ok(TEXT, type), true, "not-accepted"),
                arguments("X-None: 1", ok(TEXT, type, "Vary: accept-encoding"), false, "not-accepted"),
                arguments("X-None: 1", ok(TEXT, type, "Vary: *"), false, "not-accepted"),
                arguments(ACCEPTS, ok(TEXT, "Content-Type: image/png"), false, "not-eligible"),
                arguments(ACCEPTS, ok(TEXT), false, "not-eligible"),
                arguments(ACCEPTS, ok("x".repeat(99), type), false, "short"),
                arguments(ACCEPTS, ok("", type), false, "short"),
                arguments(ACCEPTS, ok(TEXT, type, "Cache-Control: max-age=1, no-transform"), false, "no-transform"),
                arguments(ACCEPTS + "\r\nCache-Control: no-transform", ok(TEXT, type), true, "no-transform"),
                arguments(ACCEPTS, ok(TEXT, type, "Content-Encoding: br"), true, "coded"),
                arguments(ACCEPTS, ok(TEXT, type, "Content-Encoding: gzip"), true, "coded"),
                arguments(ACCEPTS, ok(TEXT, type, "Content-Range: bytes 0-99/1000").replace("200 OK", "206 Partial Content"), false, "not-eligible"),
                arguments(ACCEPTS, "HTTP/1.1 204 No Content\r\n" + type + "\r\n\r\n", false, "not-eligible"),
                arguments(ACCEPTS, "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n", true, "not-eligible"));
    }

    @ParameterizedTest(name = "{0}, {3}")
    @MethodSource("untouched")
    void leavesAlone(String accepts, String wire, boolean vary, String counted) {
        try (var origin = RawOrigin.answering(wire); var proxy = TestProxy.with(GZIP, origin)) {
            RawAnswer answer = proxy.send(get(accepts));
            assertThat(answer.body()).isEqualTo(wire.substring(wire.indexOf("\r\n\r\n") + 4));
            String expected = wire.substring(0, wire.indexOf("\r\n\r\n") + 2);
            for (String line : expected.split("\r\n", 0)) {
                assertThat(answer.head()).contains(line + "\r\n");
            }
            assertThat(answer.head().contains("Vary: Accept-Encoding\r\n")).isEqualTo(vary);
            assertThat(passed(proxy, counted)).isEqualTo(1);
            assertThat(passed(proxy, "converted")).isZero();
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"Accept-Encoding: *", "Accept-Encoding: x-gzip", "Accept-Encoding: gzip;q=0.001", "Accept-Encoding: identity;q=0, *",
        "Accept-Encoding: br\r\nAccept-Encoding: gzip"})
    void alsoCompressesFor(String accepts) {
        try (var origin = RawOrigin.answering(ok("x".repeat(100), "Content-Type: text/html", "Content-Encoding: identity")); var proxy = TestProxy.with(GZIP, origin)) {
            RawAnswer answer = proxy.send(get(accepts));
            assertThat(answer.field("Content-Encoding")).isEqualTo("gzip");
            assertThat(answer.head()).doesNotContain("identity");
            assertThat(Gzip.unpacked(Gzip.content(answer))).isEqualTo("x".repeat(100));
        }
    }

    @Test
    void compressesErrorsAndWhatWeirSaysItself() {
        String more = GZIP + "route.here = /here -> respond 200 \"" + "fine ".repeat(50) + "\"\nroute.here.use = squeeze\n";
        try (var origin = RawOrigin.answering(ok(TEXT, "Content-Type: text/html").replace("200 OK", "404 Not Found")); var proxy = TestProxy.with(more, origin)) {
            assertThat(Gzip.unpacked(Gzip.content(proxy.send(get(ACCEPTS))))).isEqualTo(TEXT);
            RawAnswer here = proxy.send(get(ACCEPTS).replace("/a", "/here"));
            assertThat(Gzip.unpacked(Gzip.content(here))).isEqualTo("fine ".repeat(50));
            assertThat(proxy.send(get().replace("/a", "/here")).body()).isEqualTo("fine ".repeat(50));
        }
    }

    /** The end of the connection marks the end of the content then. */
    @Test
    void compressesForHttp10() {
        try (var origin = RawOrigin.answering(ok(TEXT, "Content-Type: text/html")); var proxy = TestProxy.with(GZIP, origin)) {
            RawAnswer answer = proxy.send(get(ACCEPTS, "Connection: keep-alive").replace("HTTP/1.1", "HTTP/1.0"));
            assertThat(answer.field("Transfer-Encoding")).isNull();
            assertThat(answer.connectionOpen()).isFalse();
            assertThat(Gzip.unpacked(answer.body())).isEqualTo(TEXT);
        }
    }

    /** The operator asks servers for plain content, for which the client's wish must not be forgotten. */
    @Test
    void remembersWhatTheClientAcceptsWhenTheServerIsNotTold() {
        try (var origin = RawOrigin.answering(ok(TEXT, "Content-Type: text/html")); var proxy = TestProxy.with(GZIP + "route.test.request.remove = Accept-Encoding\n", origin)) {
            assertThat(Gzip.unpacked(Gzip.content(proxy.send(get(ACCEPTS))))).isEqualTo(TEXT);
            assertThat(origin.nextRequest()).doesNotContain("Accept-Encoding");
        }
    }

    // ---- tags

    @ParameterizedTest(name = "{0}: {1}, and the server {2}")
    @CsvSource(delimiter = ';', nullValues = "-", value = {
        // condition     client                    server                            its tag   what the client hears
        "If-None-Match; W/\"x\";                  W/\"x\", \"x\";                   \"x\";    W/\"x\"",
        "If-None-Match; \"x\";                    \"x\";                            \"x\";    \"x\"",
        "If-None-Match; \"y\", W/\"x\";           \"y\", W/\"x\", \"x\";            \"x\";    W/\"x\"",
        "If-None-Match; W/\"y\", \"x\";           W/\"y\", \"x\", \"y\";            \"x\";    \"x\"",
        "If-None-Match; W/\"x\";                  W/\"x\", \"x\";                   W/\"x\";  W/\"x\"",
        "If-None-Match; *;                        *;                                \"x\";    \"x\"",
        "If-Match;      W/\"x\";                  W/\"x\", \"x\";                   \"x\";    \"x\"",
        "If-Match;      \"x\";                    \"x\";                            \"x\";    \"x\"",
    })
    void tagsComeBackToTheServerAsItKnowsThem(String name, String sent, String arrives, String tag, String heard) {
        try (var origin = RawOrigin.answering("HTTP/1.1 304 Not Modified\r\nETag: " + tag + "\r\nAccept-Ranges: bytes\r\n\r\n"); var proxy = TestProxy.with(GZIP, origin)) {
            RawAnswer answer = proxy.send(get(ACCEPTS, name + ": " + sent));
            assertThat(origin.nextRequest()).contains(name + ": " + arrives + "\r\n");
            assertThat(answer.status()).isEqualTo(304);
            assertThat(answer.field("ETag")).isEqualTo(heard);
            assertThat(answer.field("Vary")).isEqualTo("Accept-Encoding");
            assertThat(answer.field("Accept-Ranges") == null).isEqualTo(!heard.equals(tag));
        }
    }

    // ---- secrets

    @ParameterizedTest(name = "{0} | {1} | {2}")
    @CsvSource(delimiter = '|', value = {
        // the request                                                               | the response              | same-site | never | always
        "X-None: 1                                                                   | X-None: 1                 | true      | true  | true",
        "Cookie: a=b                                                                 | X-None: 1                 | false     | false | true",
        "Cookie: a=b;Sec-Fetch-Site: cross-site                                      | X-None: 1                 | false     | false | true",
        "Cookie: a=b;Sec-Fetch-Site: cross-site;Referer: http://a.example/           | X-None: 1                 | false     | false | true",
        "Cookie: a=b;Sec-Fetch-Site: same-origin                                     | X-None: 1                 | true      | false | true",
        "Cookie: a=b;Sec-Fetch-Site: same-site                                       | X-None: 1                 | true      | false | true",
        "Cookie: a=b;Sec-Fetch-Site: none                                            | X-None: 1                 | true      | false | true",
        "Cookie: a=b;Referer: http://a.example/x                                     | X-None: 1                 | true      | false | true",
        "Cookie: a=b;Referer: https://A.Example                                      | X-None: 1                 | true      | false | true",
        "Cookie: a=b;Referer: https://a.example?x                                    | X-None: 1                 | true      | false | true",
        "Cookie: a=b;Referer: http://a.example.evil/                                 | X-None: 1                 | false     | false | true",
        "Cookie: a=b;Referer: http://a.exampl                                        | X-None: 1                 | false     | false | true",
        "Cookie: a=b;Referer: http://evil/http://a.example/                          | X-None: 1                 | false     | false | true",
        "Cookie: a=b;Referer: a.example                                              | X-None: 1                 | false     | false | true",
        "Cookie: a=b;Sec-Fetch-Site: cross-site                                      | Cache-Control: public     | true      | true  | true",
        "Cookie: a=b;Sec-Fetch-Site: cross-site                                      | Cache-Control: max-age=60 | true      | true  | true",
        "Cookie: a=b;Sec-Fetch-Site: cross-site                                      | Cache-Control: private, max-age=60 | false | false | true",
        "Authorization: Basic eA==                                                   | X-None: 1                 | false     | false | true",
        "Authorization: bearer x                                                     | X-None: 1                 | true      | true  | true",
        "Sec-Fetch-Site: cross-site                                                  | X-None: 1                 | true      | true  | true",
    })
    void secretsAreNotToldByTheLength(String fields, String response, boolean sameSite, boolean never, boolean always) {
        for (var row : List.of(new Object[] {"same-site", sameSite}, new Object[] {"never", never}, new Object[] {"always", always})) {
            String configuration = "filter.squeeze = gzip busy=100% credentials=" + row[0] + "\nroute.test.use = squeeze\n";
            try (var origin = RawOrigin.answering(ok(TEXT, "Content-Type: text/html", response.strip())); var proxy = TestProxy.with(configuration, origin)) {
                RawAnswer answer = proxy.send(get((ACCEPTS + ";" + fields.strip()).split(";", -1)));
                assertThat("gzip".equals(answer.field("Content-Encoding"))).as((String) row[0]).isEqualTo(row[1]);
                assertThat(answer.field("Vary")).isEqualTo("Accept-Encoding");
                assertThat(passed(proxy, "credentials")).isEqualTo((boolean) row[1] ? 0 : 1);
            }
        }
    }

    // ---- streams

    /** Each event is seen while the server holds the response, however long that is. */
    @Test
    void eventsArriveAtOnce() {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (String event = events.take(); !event.isEmpty(); event = events.take()) {
                connection.send(Chunks.of(event));
            }
            connection.send("0\r\n\r\n");
        }); var proxy = TestProxy.with(GZIP, origin); var client = proxy.connect()) {
            client.send(get(ACCEPTS));
            assertThat(client.readHead()).contains("Content-Encoding: gzip");
            Inflater inflater = new Inflater(true);
            int header = 10;
            for (int i = 0; i < 5; i++) {
                String event = "data: event " + i + "\n\n";
                events.add(event);                                        // the next one comes only when this one has been read
                StringBuilder seen = new StringBuilder();
                while (seen.length() < event.length()) {
                    seen.append(inflated(inflater, nextChunk(client).substring(header)));
                    header = 0;
                }
                assertThat(seen.toString()).isEqualTo(event);
            }
            events.add("");
            assertThat(inflated(inflater, nextChunk(client))).isEmpty();
            assertThat(inflater.finished()).isTrue();
            inflater.end();
        }
    }

    private static String nextChunk(RawConnection client) {
        int size = Integer.parseInt(client.readLine().strip(), 16);
        String chunk = client.readBytes(size);
        client.readBytes(2);
        return chunk;
    }

    private static String inflated(Inflater inflater, String bytes) {
        byte[] out = new byte[10_000];
        inflater.setInput(bytes.getBytes(StandardCharsets.ISO_8859_1));
        try {
            return new String(out, 0, inflater.inflate(out), StandardCharsets.ISO_8859_1);
        } catch (DataFormatException e) {
            throw new AssertionError(e);
        }
    }

    /** What broke off must not look whole: neither to HTTP nor to gzip. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"Content-Length: 100000", "Transfer-Encoding: chunked"})
    void contentThatBreaksOffIsNoWholeGzip(String framing) {
        String part = "some text ".repeat(500);
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + framing + "\r\n\r\n" + (framing.endsWith("chunked") ? Chunks.of(part) : part));
        }); var proxy = TestProxy.with(GZIP, origin); var client = proxy.connect()) {
            client.send(get(ACCEPTS));
            assertThat(client.readHead()).contains("Content-Encoding: gzip");
            String all = client.readAll();
            assertThat(all).doesNotContain("\r\n0\r\n\r\n");
            assertThat(proxy.nextEnd()).startsWith("origin-truncated");
            assertCodersBack(proxy);
        }
    }

    @Test
    void contentThatBreaksOffIsNoWholeGzipForHttp10() {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n" + "some text ".repeat(5));
        }); var proxy = TestProxy.with(GZIP, origin); var client = proxy.connect()) {
            client.send(get(ACCEPTS).replace("HTTP/1.1", "HTTP/1.0"));
            assertThat(client.readHead()).contains("Content-Encoding: gzip");
            String all = client.readAll();
            assertThatThrownBy(() -> Gzip.unpacked(all)).isInstanceOf(UncheckedIOException.class);
        }
    }

    /** Trailers are passed on behind other content, but those that speak of the bytes that were. */
    @Test
    void trailersPass() {
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks.of(TEXT)
                + "0\r\nX-Time: 5\r\nContent-Digest: sha-256=:x:\r\n\r\n"); var proxy = TestProxy.with(GZIP, origin)) {
            RawAnswer answer = proxy.send(get(ACCEPTS, "TE: trailers", "Connection: TE"));
            assertThat(Gzip.unpacked(Gzip.content(answer))).isEqualTo(TEXT);
            assertThat(Chunks.trailers(answer.body())).isEqualTo("X-Time: 5\r\n");
        }
    }

    @Test
    void aClientThatLeavesInTheMiddleGivesAllBack() {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n");
            Random random = new Random(1);
            byte[] noise = new byte[64 << 10];
            try {
                while (true) {
                    random.nextBytes(noise);
                    connection.send(noise);
                }
            } catch (UncheckedIOException gone) {
                connection.close();
            }
        }); var proxy = TestProxy.with(GZIP, origin)) {
            try (var client = proxy.connect()) {
                client.send(get(ACCEPTS));
                client.readHead();
                client.readBytes(100_000);
                assertThat(proxy.metric("weir_coders_in_use{kind=\"compressor\"}")).isEqualTo(1);
                client.reset();
            }
            assertThat(proxy.nextEnd()).startsWith("client-gone");
            assertCodersBack(proxy);
        }
    }

    @Test
    void theEndOfTheProcessGivesAllBack() {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks.of(TEXT));
            connection.readHead();
        }); var proxy = TestProxy.with(GZIP, origin); var client = proxy.connect()) {
            client.send(get(ACCEPTS));
            client.readHead();
            nextChunk(client);
            assertThat(proxy.metric("weir_coders_in_use{kind=\"compressor\"}")).isEqualTo(1);
            proxy.cut();
            assertThat(client.readAll()).doesNotContain("0\r\n\r\n");
            assertThat(proxy.metric("weir_coders_in_use{kind=\"compressor\"}")).isZero();
        }
    }

    /** The bound is reached: the next one goes as it came, and is counted; a place that is free again is used again. */
    @Test
    void compressorsAreBounded() {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks.of(TEXT));
            connection.readHead();
        }); var proxy = TestProxy.with(GZIP + "server.coders = 2\n", origin); var one = proxy.connect(); var other = proxy.connect(); var third = proxy.connect()) {
            assertThat(one.send(get(ACCEPTS)).readHead()).contains("Content-Encoding");
            assertThat(other.send(get(ACCEPTS)).readHead()).contains("Content-Encoding");
            assertThat(third.send(get(ACCEPTS)).readHead()).doesNotContain("Content-Encoding").contains("Vary: Accept-Encoding");
            assertThat(passed(proxy, "coders")).isEqualTo(1);
            one.reset();
            Await.until("one is back", () -> proxy.metric("weir_coders_in_use{kind=\"compressor\"}") == 1);
            try (var fourth = proxy.connect()) {
                assertThat(fourth.send(get(ACCEPTS)).readHead()).contains("Content-Encoding");
            }
        }
    }

    @Test
    void aReloadChangesTheFilterAndItsFiguresGoOn() throws Exception {
        try (var origin = RawOrigin.answering(ok(TEXT, "Content-Type: text/html")); var proxy = TestProxy.with(GZIP, origin)) {
            String base = "pool.test = " + TestProxy.addresses(origin) + "\nroute.test = /* -> test\n";
            assertThat(proxy.send(get(ACCEPTS)).field("Content-Encoding")).isEqualTo("gzip");
            proxy.reload(base + "filter.squeeze = gzip min=1m\nroute.test.use = squeeze\n");
            assertThat(proxy.send(get(ACCEPTS)).field("Content-Encoding")).isNull();
            proxy.reload(base);
            assertThat(proxy.send(get(ACCEPTS)).field("Vary")).isNull();
            proxy.reload(base + GZIP);
            assertThat(proxy.send(get(ACCEPTS)).field("Content-Encoding")).isEqualTo("gzip");
            assertThat(passed(proxy, "converted")).isEqualTo(2);
            assertThat(passed(proxy, "short")).isEqualTo(1);
        }
    }

    // ---- any content

    /** 1,000 bodies of any size and kind, in chunks and pieces of any size, at any level: decoded by the JDK they are what they were. */
    @Test
    void anyContentComesBackTheSame() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        int level = 1 + random.nextInt(9);
        String[] bodies = new String[1000];
        for (int i = 0; i < bodies.length; i++) {
            bodies[i] = body(random);
        }
        try (var origin = RawOrigin.running(connection -> {
            Random cuts = new Random(seed);
            for (String asked = connection.readHead(); !asked.isEmpty(); asked = connection.readHead()) {
                String body = bodies[Integer.parseInt(asked.substring(5, asked.indexOf(" HTTP")))];
                connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n");
                if (cuts.nextBoolean()) {
                    connection.send("Content-Length: " + body.length() + "\r\n\r\n" + body);
                    continue;
                }
                connection.send("Transfer-Encoding: chunked\r\n\r\n");
                for (int at = 0; at < body.length(); ) {
                    int to = Math.min(body.length(), at + 1 + cuts.nextInt(1 << cuts.nextInt(17)));
                    connection.send(Chunks.of(body.substring(at, to)));
                    at = to;
                }
                connection.send("0\r\n\r\n");
            }
        }); var proxy = TestProxy.with("filter.squeeze = gzip min=0 busy=100% level=" + level + "\nroute.test.use = squeeze\n", origin); var client = proxy.connect()) {
            for (int i = 0; i < bodies.length; i++) {
                client.send(get(ACCEPTS).replace("/a", "/" + i));
                RawAnswer answer = RawAnswer.read(client, false);
                String content = Gzip.content(answer);
                String got = answer.field("Content-Encoding") == null ? content : Gzip.unpacked(content);
                assertThat(got.equals(bodies[i])).as("seed " + seed + ", level " + level + ", body " + i + " of " + bodies[i].length() + " bytes").isTrue();
            }
            assertCodersBack(proxy);
        }
    }

    private static String body(Random random) {
        int length = random.nextInt(1 << random.nextInt(18));
        int letters = 1 << random.nextInt(9);
        char[] text = new char[length];
        for (int i = 0; i < length; i++) {
            text[i] = (char) random.nextInt(letters);
        }
        return new String(text);
    }
}
