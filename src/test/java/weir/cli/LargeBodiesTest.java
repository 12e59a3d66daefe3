package weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import weir.Await;
import weir.FuzzSeed;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;

/** Much of everything, through a process with 64 MiB of heap and the default bound for its buffers. */
class LargeBodiesTest {
    private static final long GIB = 1L << 30;
    private static final int CONNECTIONS = 10_000;
    private static final int REQUESTS = 100_000;
    private static final byte[] OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi".getBytes(StandardCharsets.US_ASCII);
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final byte[] PIECE = piece();

    private static RawOrigin origin;
    private static WeirProcess weir;

    private static byte[] piece() {
        byte[] bytes = new byte[1 << 20];
        new Random(FuzzSeed.seed()).nextBytes(bytes);
        return bytes;
    }

    @BeforeAll
    static void start() {
        origin = RawOrigin.running(LargeBodiesTest::serve);
        weir = WeirProcess.start("--from", "127.0.0.1:0", "--to", "127.0.0.1:" + origin.port(),
                "--set", "metrics=127.0.0.1:0", "--set", "log.access=off", "--set", "server.workers=2", "--set", "server.connections=12000");      // auto keeps a descriptor for each one's origin
    }

    @AfterAll
    static void stop() {
        weir.close();
        origin.close();
    }

    /** GET / answers "hi", GET /down sends a GiB, PUT /up takes one and answers with its sum. */
    private static void serve(RawConnection connection) throws IOException {
        for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
            OutputStream out = connection.socket().getOutputStream();
            if (head.startsWith("GET /down")) {
                out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + GIB + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                sendGib(out);
            } else if (head.startsWith("PUT /up")) {
                String sum = Long.toHexString(sumOfGib(connection.socket().getInputStream()));
                out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + sum.length() + "\r\n\r\n" + sum).getBytes(StandardCharsets.US_ASCII));
            } else {
                out.write(OK_HI);
            }
        }
    }

    private static void sendGib(OutputStream out) throws IOException {
        for (long sent = 0; sent < GIB; sent += PIECE.length) {
            out.write(PIECE);
        }
    }

    private static long sumOfGib(InputStream in) throws IOException {
        CRC32 sum = new CRC32();
        byte[] buffer = new byte[256 << 10];
        for (long got = 0; got < GIB; ) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, GIB - got));
            assertThat(n).isPositive();
            sum.update(buffer, 0, n);
            got += n;
        }
        return sum.getValue();
    }

    private static long expectedSum() {
        CRC32 sum = new CRC32();
        for (long i = 0; i < GIB; i += PIECE.length) {
            sum.update(PIECE);
        }
        return sum.getValue();
    }

    @Test
    void passesAGibibyteOnEachWay() throws Exception {
        long expected = expectedSum();
        try (RawConnection client = weir.connect("listen.main")) {
            client.send("GET /down HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead()).contains("Content-Length: " + GIB);
            assertThat(sumOfGib(client.socket().getInputStream())).isEqualTo(expected);
            client.send("PUT /up HTTP/1.1\r\nHost: a\r\nContent-Length: " + GIB + "\r\n\r\n");
            sendGib(client.socket().getOutputStream());
            assertThat(RawAnswer.read(client, false).body()).isEqualTo(Long.toHexString(expected));
        }
        assertNothingHeld();
    }

    @Test
    void keepsTenThousandIdleConnections() throws Exception {
        InetSocketAddress address = weir.address("listen.main");
        List<SocketChannel> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                SocketChannel client = SocketChannel.open(address);
                clients.add(client);
                ask(client);
            }
            Await.until("all are idle", () -> metric("weir_connections{listener=\"main\",state=\"idle\"}") == CONNECTIONS);
            assertNothingHeld();
            for (int i = 0; i < CONNECTIONS; i += 100) {
                ask(clients.get(i));
            }
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
        Await.until("all connections are closed", () -> metric("weir_connections{listener=\"main\",state=\"idle\"}") == 0);
    }

    private static void ask(SocketChannel client) throws IOException {
        client.write(ByteBuffer.wrap(GET.getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer answer = ByteBuffer.allocate(1024);
        while (!new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII).endsWith("hi")) {
            assertThat(client.read(answer)).isPositive();
        }
    }

    @Test
    void holdsNothingAfterAHundredThousandRequests() throws Exception {
        int threads = 8;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            running.add(pool.submit(() -> {
                try (RawConnection client = weir.connect("listen.main")) {
                    String batch = GET.repeat(10);
                    for (int i = 0; i < REQUESTS / threads / 10; i++) {
                        client.send(batch);
                        for (int k = 0; k < 10; k++) {
                            assertThat(RawAnswer.read(client, false).status()).isEqualTo(200);
                        }
                    }
                }
                return null;
            }));
        }
        for (Future<?> each : running) {
            each.get();
        }
        pool.shutdown();
        assertNothingHeld();
    }

    /** What is lent are the loops' own buffers: 64 KiB to read, 64 KiB to write, 256 KiB for long bodies. */
    private static void assertNothingHeld() {
        double own = 2 * (64 + 64 + 256) * 1024;
        Await.until("buffers are given back", () -> metric("weir_buffers_bytes{state=\"lent\"}") <= own);
    }

    private static double metric(String series) {
        try (RawConnection page = weir.connect("metrics")) {
            String text = RawAnswer.read(page.send("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), false).body();
            for (String line : text.split("\n", -1)) {
                if (line.startsWith(series + " ")) {
                    return Double.parseDouble(line.substring(series.length() + 1));
                }
            }
            throw new AssertionError("no " + series + " in\n" + text);
        }
    }
}
