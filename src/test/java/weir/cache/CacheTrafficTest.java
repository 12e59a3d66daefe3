package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import weir.FuzzSeed;
import weir.RawOrigin;
import weir.TestProxy;

/** Many clients of several loops, and every byte of what they get. */
class CacheTrafficTest {
    private static final int CLIENTS = 64;
    private static final int READ_MILLIS_MAX = 20_000;

    private final Map<String, byte[]> bodies = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    /** Of a path {@code /LENGTH/any}. */
    private byte[] body(String path) {
        return bodies.computeIfAbsent(path, key -> {
            byte[] bytes = new byte[Integer.parseInt(key.split("/", -1)[1])];
            Random random = new Random(key.hashCode());
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ('a' + random.nextInt(26));
            }
            return bytes;
        });
    }

    private RawOrigin origin() {
        return RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                asked.incrementAndGet();
                byte[] body = body(head.split(" ", 3)[1]);
                connection.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=1000\r\nContent-Length: " + body.length + "\r\n\r\n" + new String(body, StandardCharsets.US_ASCII));
            }
        });
    }

    private void read(Socket socket, String path) throws IOException {
        socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: a.example\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException(path + " ended after " + head);
            }
            head.append((char) b);
        }
        byte[] expected = body(path);
        assertThat(head).startsWith("HTTP/1.1 200 ").contains("\r\nContent-Length: " + expected.length + "\r\n");
        byte[] part = new byte[1 << 16];
        for (int at = 0; at < expected.length; ) {
            int n = in.read(part, 0, Math.min(part.length, expected.length - at));
            if (n < 0 || !Arrays.equals(part, 0, n, expected, at, at + n)) {
                throw new IOException(path + (n < 0 ? " ended at " + at : " differs between " + at + " and " + (at + n)));
            }
            at += n;
        }
    }

    private interface Client {
        void run(Socket socket, Random random) throws IOException;
    }

    private void clients(TestProxy proxy, Client each) throws InterruptedException {
        long seed = FuzzSeed.seed();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(seed + i);
            Thread thread = new Thread(() -> {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
                    socket.setSoTimeout(READ_MILLIS_MAX);
                    each.run(socket, random);
                } catch (IOException | RuntimeException | AssertionError e) {
                    wrong.add("seed " + seed + ": " + e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void oneLongResponseForAll() throws InterruptedException {
        try (var origin = origin(); var proxy = TestProxy.with("cache.hot = 64m\nroute.test.cache = hot\nserver.workers = 4\n", origin)) {
            clients(proxy, (socket, random) -> read(socket, "/" + (10 << 20) + "/a"));
            assertThat(asked).as("one fetch").hasValue(1);
            assertThat(proxy.metric("weir_cache_bytes{cache=\"hot\"}")).isBetween(10.0 * (1 << 20), 10.5 * (1 << 20));
        }
    }

    /** Of lengths that are written together with the head, from the store's memory, and from more than one block of it. */
    @Test
    void manyResponsesFromTheSameMemory() throws InterruptedException {
        try (var origin = origin(); var proxy = TestProxy.with("cache.hot = 64m\nroute.test.cache = hot\nserver.workers = 4\n", origin)) {
            clients(proxy, (socket, random) -> {
                for (int i = 0; i < 60; i++) {
                    read(socket, "/" + new int[] {100, 3000, 20_000, 70_000}[random.nextInt(4)] + "/" + random.nextInt(10));
                }
            });
            assertThat(asked).as("each is fetched once").hasValueLessThanOrEqualTo(40);
        }
    }

    /** More than there is room for: what is evicted is read to its end by those who have begun. */
    @Test
    void moreThanThereIsRoomFor() throws InterruptedException {
        try (var origin = origin(); var proxy = TestProxy.with("cache.hot = 2m\nroute.test.cache = hot\nserver.workers = 4\n", origin)) {
            clients(proxy, (socket, random) -> {
                for (int i = 0; i < 40; i++) {
                    read(socket, "/" + new int[] {3000, 70_000, 300_000}[random.nextInt(3)] + "/" + random.nextInt(20));
                }
            });
            assertThat(proxy.metric("weir_cache_evictions_total{cache=\"hot\"}")).isPositive();
            assertThat(proxy.metric("weir_cache_bytes{cache=\"hot\"}")).isLessThanOrEqualTo(2 << 20);
        }
    }
}
