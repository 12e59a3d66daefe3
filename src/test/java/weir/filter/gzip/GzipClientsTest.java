package weir.filter.gzip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.Child;
import weir.FuzzSeed;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/** Clients that nobody here wrote decode what comes, for bodies of any content and size. */
class GzipClientsTest {
    private static final int BODIES = 1000;
    private static final int SIZE_BITS_MAX = 16;
    private static final int LARGE_BYTES_MAX = 400_000;
    private static final String ROUTES = """
            filter.squeeze = gzip min=0 busy=100%
            filter.plain = gunzip
            route.test.use = squeeze
            cache.hot = 64m
            route.cached = /cached/* -> test
            route.cached.use = squeeze
            route.cached.cache = hot
            route.packed = /packed/* -> test
            route.packed.use = plain
            """;

    private static final AtomicInteger ASKED = new AtomicInteger();
    private static final byte[][] BODY = new byte[BODIES][];
    private static long seed;
    private static RawOrigin origin;
    private static TestProxy proxy;

    @BeforeAll
    static void start() {
        seed = FuzzSeed.seed();
        Random random = new Random(seed);
        for (int i = 0; i < BODIES; i++) {
            BODY[i] = body(random, i % 100 == 50 ? LARGE_BYTES_MAX : 1 << random.nextInt(SIZE_BITS_MAX + 1));
        }
        origin = RawOrigin.running(GzipClientsTest::answer);
        proxy = TestProxy.with(ROUTES, origin);
    }

    @AfterAll
    static void stop() {
        proxy.cut();                                           // the JDK's client keeps its connections
        proxy.close();
        origin.close();
    }

    /** With one to eight bits of chance in each byte. */
    private static byte[] body(Random random, int bytesMax) {
        byte[] body = new byte[random.nextInt(bytesMax)];
        random.nextBytes(body);
        int mask = (1 << 1 + random.nextInt(8)) - 1;
        for (int i = 0; i < body.length; i++) {
            body[i] &= (byte) mask;
        }
        return body;
    }

    private static boolean isChunked(int index) {
        return index % 3 == 0;
    }

    private static void answer(RawConnection connection) throws IOException {
        for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
            ASKED.incrementAndGet();
            String path = head.split(" ", 3)[1];
            int index = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
            boolean packed = path.startsWith("/packed/");
            byte[] content = packed ? Gzip.packed(new String(BODY[index], StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1) : BODY[index];
            ByteArrayOutputStream wire = new ByteArrayOutputStream();
            wire.writeBytes(ascii("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nCache-Control: max-age=1000\r\n" + (packed ? "Content-Encoding: gzip\r\n" : "")
                    + (isChunked(index) ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: " + content.length + "\r\n\r\n")));
            if (isChunked(index)) {
                Random random = new Random(index);
                for (int at = 0; at < content.length; ) {
                    int size = Math.min(content.length - at, 1 + random.nextInt(20_000));
                    wire.writeBytes(ascii(Integer.toHexString(size) + "\r\n"));
                    wire.write(content, at, size);
                    wire.writeBytes(ascii("\r\n"));
                    at += size;
                }
                wire.writeBytes(ascii("0\r\n\r\n"));
            } else {
                wire.writeBytes(content);
            }
            connection.send(wire.toByteArray());
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String failure(String path, int index) {
        return path + index + " of -Dfuzz.seed=" + seed;
    }

    private static double converted(String path) {
        return proxy.metric("weir_filter_responses_total{filter=\"" + (path.equals("/packed/") ? "plain" : "squeeze") + "\",result=\"converted\"}");
    }

    @Test
    void theJdksClient() throws Exception {
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (int i = 0; i < BODIES; i++) {
            String path = i % 2 == 0 ? "/" : "/cached/";
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + path + i)).header("Accept-Encoding", "gzip").build();
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            boolean coded = isChunked(i) || BODY[i].length > 0;
            assertThat(response.headers().firstValue("Content-Encoding").isPresent()).as(failure(path, i)).isEqualTo(coded);
            byte[] content = response.body();
            if (coded) {
                try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(content))) {
                    content = in.readAllBytes();
                }
            }
            assertThat(Arrays.equals(content, BODY[i])).as(failure(path, i)).isTrue();
        }
    }

    /** All, or one in so many, by one process; a route with a cache is asked twice, and the second time the server is not. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"/, --compressed, 1, 1", "/, --compressed -0, 4, 1", "/cached/, --compressed, 2, 2", "/cached/, --compressed -0, 4, 1", "/packed/, --http1.1, 4, 1"})
    void curl(String path, String options, int step, int rounds, @TempDir Path folder) throws IOException {
        String url = String.format(Locale.ROOT, "http://127.0.0.1:%d%s[0-%d:%d]", proxy.port(), path, BODIES - 1, step);
        for (int round = 0; round < rounds; round++) {
            int before = ASKED.get();
            double convertedBefore = converted(path);
            Path got = Files.createDirectory(folder.resolve("round" + round));
            List<String> command = new ArrayList<>(List.of("curl", "-q", "-sS", "--fail", "--max-time", "60", "--noproxy", "*", "-o", got + "/#1", url));
            command.addAll(List.of(options.split(" ")));
            try (Child curl = Child.start("apt-get install curl", command)) {
                assertThat(curl.finish()).isEmpty();
            }
            for (int i = 0; i < BODIES; i += step) {
                assertThat(Arrays.equals(Files.readAllBytes(got.resolve(Integer.toString(i))), BODY[i])).as(failure(path, i)).isTrue();
            }
            if (!path.equals("/cached/")) {
                assertThat(converted(path) - convertedBefore).isGreaterThan(0.9 * BODIES / step);
            }
            if (round > 0) {
                assertThat(ASKED.get()).isEqualTo(before);
            }
        }
    }
}
