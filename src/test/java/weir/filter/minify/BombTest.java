package weir.filter.minify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weir.Await;
import weir.Chunks;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;
import weir.filter.gzip.Gzip;

/** Little content that becomes much, on a route that decodes it and then holds it to make it smaller. */
class BombTest {
    private static final int MIB = 1 << 20;
    private static final int TIMES = 10 << 10;
    private static final String CACHE = "cache.hot = 8m\nroute.test.cache = hot\n";
    private static final String CSS = "a { b : c }";
    private static final String CSS_LESS = "a{b:c}";

    /** 10 GiB in 10 MiB: a text's beginning, then one octet for ever. Each part but the first is the same, so that it is made once. */
    private record Bomb(byte[] first, byte[] again) {
        static Bomb of(String text, char octet) {
            Deflater deflater = new Deflater(9, true);
            byte[] many = new byte[MIB];
            Arrays.fill(many, (byte) octet);
            byte[] beginning = text.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(beginning, 0, many, 0, beginning.length);
            byte[] first = part(deflater, many, Gzip.packed("").substring(0, 10).getBytes(StandardCharsets.ISO_8859_1));
            Arrays.fill(many, (byte) octet);
            byte[] again = part(deflater, many);
            deflater.end();
            return new Bomb(first, again);
        }

        private static byte[] part(Deflater deflater, byte[] input, byte... before) {
            byte[] output = new byte[64 << 10];
            deflater.setInput(input);
            int count = deflater.deflate(output, 0, output.length, Deflater.SYNC_FLUSH);
            ByteArrayOutputStream part = new ByteArrayOutputStream();
            part.write(before, 0, before.length);
            part.write(output, 0, count);
            return part.toByteArray();
        }

        long length() {
            return first.length + (long) again.length * (TIMES - 1);
        }

        void send(RawConnection connection) {
            connection.send(first);
            for (int i = 1; i < TIMES; i++) {
                connection.send(again);
            }
        }
    }

    private static RawOrigin origin(String type, Bomb bomb) {
        return RawOrigin.running(connection -> {
            try {
                for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                    if (head.startsWith("GET /text ")) {
                        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nCache-Control: max-age=9\r\nContent-Length: " + CSS.length() + "\r\n\r\n" + CSS);
                    } else {
                        connection.send("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nCache-Control: max-age=9\r\nContent-Encoding: gzip\r\nContent-Length: " + bomb.length() + "\r\n\r\n");
                        bomb.send(connection);
                    }
                }
            } catch (UncheckedIOException cut) {
                connection.close();
            }
        });
    }

    private static String filters(String use, String held, String cache) {
        return "filter.open = gunzip\nfilter.pack = gzip\nfilter.less = minify css,html,json" + held + "\nroute.test.use = " + use + "\n" + cache;
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a.example\r\n\r\n";
    }

    private static double responses(TestProxy proxy, String filter, String result) {
        return proxy.metric("weir_filter_responses_total{filter=\"" + filter + "\",result=\"" + result + "\"}");
    }

    private static double bytes(TestProxy proxy, String filter, String side) {
        return proxy.metric("weir_filter_bytes_total{filter=\"" + filter + "\",side=\"" + side + "\"}");
    }

    static Stream<Arguments> bombs() {
        return Stream.of(
                arguments("application/json", "", '\0', "open, less", "", ""),
                arguments("application/json", "[", ' ', "less, open", "", CACHE),
                arguments("text/css", "a {", ' ', "open, less", " max=4m", CACHE),
                arguments("text/html", "<p>", ' ', "less, pack, open", " max=4m uncached=4m", ""));
    }

    /** More of them than a loop holds texts: each is cut when little more has come out than is free, says why, and leaves nothing behind. */
    @ParameterizedTest(name = "{0} {1}: {3}{4} {5}")
    @MethodSource("bombs")
    void isCut(String type, String text, char octet, String use, String held, String cache) {
        Bomb bomb = Bomb.of(text, octet);
        assertThat(bomb.length()).isBetween(9L * MIB, 11L * MIB);
        int bombs = Workbenches.MAX + 1;
        try (var origin = origin(type, bomb); var proxy = TestProxy.with(filters(use, held, cache), origin)) {
            for (int i = 0; i < bombs; i++) {
                try (RawConnection client = proxy.connect()) {
                    client.send(get("/bomb").replace("\r\n\r\n", "\r\nAccept-Encoding: gzip\r\n\r\n"));
                    assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
                    String all = client.readAll();
                    assertThat(all.length()).isLessThan(2 * MIB);
                    assertThat(all).doesNotContain("0\r\n\r\n");
                    assertThat(proxy.nextEnd()).isEqualTo((cache.isEmpty() ? "" : "cache-broken: ") + "decompression-bomb: more than filter.open allows");
                }
            }
            assertThat(responses(proxy, "open", "bomb")).isEqualTo(bombs);
            assertThat(responses(proxy, "less", "cut")).isEqualTo(bombs);
            assertThat(bytes(proxy, "open", "in")).as("octets that were inflated").isLessThan(bombs * 8e3);
            assertThat(bytes(proxy, "open", "out") / bombs).as("octets that came out").isBetween((double) MIB, 1.1 * MIB);
            assertThat(bytes(proxy, "less", "in") / bombs).as("octets that were taken").isLessThan(1.1 * MIB);
            assertThat(proxy.metric("weir_buffers_bytes{state=\"allocated\"}")).as("the most that was lent").isLessThan(2.0 * MIB);
            assertThat(proxy.metric("weir_cache_bytes{cache=\"hot\"}")).isZero();
            assertEverythingIsBack(proxy);
            assertThat(Gzip.content(proxy.send(get("/text")))).isEqualTo(CSS_LESS);
        }
    }

    private static void assertEverythingIsBack(TestProxy proxy) {
        for (String kind : List.of("compressor", "decompressor")) {
            Await.until("no " + kind + " is in use", () -> proxy.metric("weir_coders_in_use{kind=\"" + kind + "\"}") == 0);
        }
        assertThat(responses(proxy, "less", "benches")).isZero();
    }

    private static String spread(String begin, String end, int length) {
        return begin + " ".repeat(length - begin.length() - end.length()) + end;
    }

    static Stream<Arguments> texts() {
        int most = 512 << 10;
        int mostUncached = 16 << 10;
        return Stream.of(
                arguments("application/json", spread("[", "1]", most), "[1]", CACHE),
                arguments("application/json", spread("[", "1]", most + 1), null, CACHE),
                arguments("text/css", spread("a{", "b:c}", most), CSS_LESS, CACHE),
                arguments("text/css", spread("a{", "b:c}", most + 1), null, CACHE),
                arguments("application/json", spread("[", "1]", mostUncached), "[1]", ""),
                arguments("application/json", spread("[", "1]", mostUncached + 1), null, ""));
    }

    /** What becomes as long as a text may be is no bomb, however short it was: it is made smaller. One octet more, and it passes. */
    @ParameterizedTest(name = "{0} {2} {3}")
    @MethodSource("texts")
    void asMuchAsIsHeld(String type, String text, String less, String cache) {
        String packed = Gzip.packed(text);
        assertThat(packed.length()).isLessThan(1000);
        String wire = "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nCache-Control: max-age=9\r\nContent-Encoding: gzip\r\nContent-Length: " + packed.length() + "\r\n\r\n" + packed;
        try (var origin = RawOrigin.answering(wire); var proxy = TestProxy.with(filters("open, less", "", cache), origin)) {
            int times = less == null ? 2 : Workbenches.MAX + 1;
            for (int i = 0; i < times; i++) {
                assertThat(Gzip.content(proxy.send(get("/" + i)))).isEqualTo(less == null ? text : less);
            }
            Await.until("all are counted", () -> responses(proxy, "less", less == null ? "long" : "converted") == times);
            assertThat(proxy.metric("weir_buffers_bytes{state=\"allocated\"}")).as("the most that was lent").isLessThan(2.0 * MIB);
            assertEverythingIsBack(proxy);
        }
    }

    /** As many as come at once: so many are held, the others pass as they come. */
    @Test
    void soManyAreHeldAtOnce() throws Exception {
        String text = spread("[", "1]", 512 << 10);
        String packed = Gzip.packed(text);
        CountDownLatch go = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: max-age=9\r\nContent-Encoding: gzip\r\nContent-Length: " + packed.length() + "\r\n\r\n");
            connection.send(packed.substring(0, packed.length() - 1));
            go.await();
            connection.send(packed.substring(packed.length() - 1));
            connection.readHead();
        }); var proxy = TestProxy.with(filters("open, less", "", CACHE), origin)) {
            List<RawConnection> clients = new ArrayList<>();
            for (int i = 0; i < Workbenches.MAX + 2; i++) {
                RawConnection client = proxy.connect();
                client.send(get("/" + i)).readHead();
                clients.add(client);
            }
            assertThat(responses(proxy, "less", "benches")).isEqualTo(2);
            go.countDown();
            for (int i = 0; i < clients.size(); i++) {
                assertThat(Chunks.content(clients.get(i).readChunked())).isEqualTo(i < Workbenches.MAX ? "[1]" : text);
                clients.get(i).close();
            }
            assertThat(bytes(proxy, "less", "in")).isEqualTo(Workbenches.MAX * (double) text.length());
        }
    }

    /** What has grown for one text is not kept for the next. */
    @Test
    void whatIsKeptIsSmall() {
        Workbenches.OfLoop benches = new Workbenches(1).at(0);
        Workbenches.Workbench bench = benches.take();
        bench.makeRoom(256 << 10, MIB);
        bench.giveBack();
        assertThat(benches.take()).isSameAs(bench);
        bench.makeRoom(512 << 10, MIB);
        bench.shorter = new byte[bench.text.length];
        bench.giveBack();
        assertThat(benches.take()).isNotSameAs(bench);
    }
}
