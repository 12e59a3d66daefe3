package weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import weir.FuzzSeed;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;

/**
 * weir with a disk tier, killed in the middle of traffic and started again on the same directory: what it answers from there is
 * what it was given. {@code -Dcache.kills=200} for more than the {@value #KILLS} of a usual run.
 */
class CacheKillTest {
    private static final int KILLS = 3;
    /** So much is on the disk before the last kill. */
    private static final int STORED = 90;
    private static final int CLIENTS = 6;
    private static final int PATHS = 120;
    private static final int READ_MILLIS_MAX = 20_000;

    @TempDir Path directory;

    private final Map<String, byte[]> bodies = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    private static String path(int number) {
        return "/" + number * number * 17 + "/" + number;      // up to a quarter of a megabyte
    }

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

    /** Reads one response and compares each byte as it comes. @throws IOException the connection ended */
    private void read(Socket socket, String path) throws IOException {
        socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: a.example\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("ended");
            }
            head.append((char) b);
        }
        byte[] expected = body(path);
        if (!head.toString().startsWith("HTTP/1.1 200 ") || head.indexOf("\r\nContent-Length: " + expected.length + "\r\n") < 0) {
            wrong.add(path + ": " + head);
        }
        byte[] part = new byte[1 << 16];
        for (int at = 0; at < expected.length; ) {
            int n = in.read(part, 0, Math.min(part.length, expected.length - at));
            if (n < 0) {
                throw new IOException("ended");
            }
            if (!Arrays.equals(part, 0, n, expected, at, at + n)) {
                wrong.add(path + " differs between " + at + " and " + (at + n));
                return;
            }
            at += n;
        }
    }

    private List<Thread> traffic(InetSocketAddress address, long seed) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(seed + i);
            Thread thread = new Thread(() -> {
                try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                    socket.setSoTimeout(READ_MILLIS_MAX);
                    while (wrong.isEmpty()) {
                        read(socket, path(random.nextInt(PATHS)));
                    }
                } catch (IOException killed) {
                    assertThat(killed).isNotNull();
                }
            });
            thread.start();
            threads.add(thread);
        }
        return threads;
    }

    private static int stored(WeirProcess weir) {
        try (RawConnection connection = weir.connect("metrics")) {
            String text = RawAnswer.read(connection.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"), false).body();
            Matcher entries = Pattern.compile("weir_cache_disk_stored_responses\\{cache=\"hot\"} (\\d+)").matcher(text);
            assertThat(entries.find()).as(text).isTrue();
            return Integer.parseInt(entries.group(1));
        }
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void noWrongByteAfterAKill() throws IOException, InterruptedException {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        int kills = Integer.getInteger("cache.kills", KILLS);
        try (var origin = origin()) {
            Path file = Files.writeString(directory.resolve("weir.properties"), "server.workers = 2\nlog.access = off\nlisten.web = 127.0.0.1:0\nmetrics = 127.0.0.1:0/metrics\npool.app = 127.0.0.1:" + origin.port()
                    + "\nroute.app = /* -> app\nroute.app.cache = hot\ncache.hot = 2m\ncache.hot.disk = " + directory.resolve("disk") + " 16m\n");
            for (int kill = 0; kill < kills; kill++) {
                try (WeirProcess weir = WeirProcess.start("run", file.toString())) {
                    List<Thread> threads = traffic(weir.address("listen.web"), random.nextLong());
                    LockSupport.parkNanos(200_000_000L + random.nextInt(800_000_000));
                    while (kill == kills - 1 && stored(weir) < STORED && threads.stream().anyMatch(Thread::isAlive)) {
                        LockSupport.parkNanos(10_000_000);
                    }
                    weir.signal("KILL").exitCode();
                    for (Thread thread : threads) {
                        thread.join();
                    }
                    assertThat(wrong).as("seed %d, kill %d", seed, kill).isEmpty();
                    assertThat(weir.err()).doesNotContain("error");
                }
            }
            int before = asked.get();
            try (WeirProcess weir = WeirProcess.start("run", file.toString()); Socket socket = new Socket(weir.address("listen.web").getAddress(), weir.address("listen.web").getPort())) {
                socket.setSoTimeout(READ_MILLIS_MAX);
                for (int number = 0; number < PATHS; number++) {
                    read(socket, path(number));
                }
            }
            assertThat(wrong).as("seed %d", seed).isEmpty();
            assertThat(asked.get() - before).as("most of what was stored is there again").isLessThanOrEqualTo(PATHS - STORED / 2);
        }
    }
}
