package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;
import weir.tls.TestCertificates;
import weir.tls.TlsSockets;

/**
 * A request that is passed on allocates nothing on its loop, once what it runs is compiled and warm. Counted in a JVM of its
 * own without assertions, as with them every lease is a new object that remembers where it was borrowed; and without escape
 * analysis, which leaves out other allocations in each run: so what counts is what the code says, to the byte.
 */
class AllocationTest {
    private static final byte[] ANSWER = ("HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: text/plain\r\nETag: \"x\"\r\nCache-Control: max-age=1000000\r\n"
            + "Content-Length: 100\r\n\r\n" + "x".repeat(99) + "~").getBytes(StandardCharsets.US_ASCII);
    private static final String REQUEST = "GET /some/path?and=query HTTP/1.1\r\nHost: example.com\r\nUser-Agent: test\r\n"
            + "Accept: */*\r\nReferer: http://example.com/\r\nCookie: a=b\r\n\r\n";
    private static final byte[] LAST_BYTES = {'~'};
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};
    private static final int ROUNDS = 20_000;
    /** The time text of the log and the Date of a second are made anew each second: noise, far below one byte a request. */
    private static final double BYTES_PER_REQUEST_MAX = 2;

    @TempDir
    private static Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"off", "json", "combined", "cached", "gzip", "compressed"})
    void allocatesNothingForARequest(String log) throws Exception {
        assertThat(Double.parseDouble(child(log))).as("bytes a request").isLessThan(BYTES_PER_REQUEST_MAX);
    }

    /** The JDK's engine allocates for each record, and weir nothing on top: compared with bare engines that do the same work. */
    @Test
    void tlsAllocatesWhatTheEngineDoes() throws Exception {
        TestCertificates authority = TestCertificates.create(folder);
        TestCertificates.Issued issued = authority.issue("alloc", "ec256", List.of("localhost"));
        String output = child("tls", authority.ca().toString(), issued.certificate().toString(), issued.key().toString());
        double bare = Double.parseDouble(output.lines().toList().get(0));
        double whole = Double.parseDouble(output.lines().toList().get(1));
        assertThat(bare).as("the twin works").isPositive();
        assertThat(whole - bare).as("bytes a request beyond " + bare + " of the engine").isLessThan(BYTES_PER_REQUEST_MAX);
    }

    private static String child(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(), "-da", "-Xmx256m",
                "-XX:-DoEscapeAnalysis", "-cp", System.getProperty("java.class.path"), AllocationTest.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.trim();
    }

    /** The JVM that is counted in. Prints the fewest bytes a request of some rounds. */
    public static void main(String[] args) throws Exception {
        if (args[0].equals("tls")) {
            tls(Path.of(args[1]), new TestCertificates.Issued(Path.of(args[2]), Path.of(args[3])));
            return;
        }
        Path file = Files.createTempFile("weir-allocation", ".log");
        boolean cached = args[0].equals("cached");                   // with a log too: hits are to be told there
        boolean compressed = args[0].equals("compressed");
        boolean plain = args[0].equals("json") || args[0].equals("combined");
        String access = "log.access = " + (args[0].equals("off") ? "off" : file + " " + (plain ? args[0] : "json")) + "\n"
                + (cached ? "cache.hot = 4m\ncache.hot.status = on\nroute.test.cache = hot\n" : "")
                + (compressed || args[0].equals("gzip") ? "filter.squeeze = gzip min=0 busy=100%\nroute.test.use = squeeze\n" : "");
        try (var origin = RawOrigin.running(AllocationTest::answerAll);
                var proxy = TestProxy.with(access, origin);
                var client = proxy.connect()) {
            String request = compressed ? REQUEST.replace("Cookie: a=b\r\n", "Accept-Encoding: gzip\r\nIf-None-Match: W/\"x\"\r\n") : REQUEST;
            System.out.println(fewest(proxy, client, request, compressed ? LAST_CHUNK : LAST_BYTES, BYTES_PER_REQUEST_MAX));
            if (cached) {
                assertThat(origin.connections()).as("one request was no hit").isEqualTo(1);
                assertThat(proxy.metric("weir_cache_requests_total{cache=\"hot\",result=\"miss\"}")).isEqualTo(1);
            }
        } finally {
            Files.delete(file);
        }
    }

    /** @param enough fewer bytes a request than this need no further round */
    private static double fewest(TestProxy proxy, RawConnection client, String asked, byte[] last, double enough) throws Exception {
        byte[] request = asked.getBytes(StandardCharsets.US_ASCII);
        long thread = proxy.server().loops().get(0).thread().getId();
        exchange(client, request, last, ROUNDS);                     // compiles what runs, fills the pools
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 5 && best > enough; i++) {
            long before = allocated(thread);
            exchange(client, request, last, ROUNDS);
            best = Math.min(best, (double) (allocated(thread) - before) / ROUNDS);
        }
        return best;
    }

    private static void tls(Path ca, TestCertificates.Issued issued) throws Exception {
        String configuration = "tls.main = " + issued.certificate() + " " + issued.key() + "\nlisten.test.certs = main\nlog.access = off\n"
                + "server.tls-warm-up = off\n";
        TlsSockets sockets = TlsSockets.of(ca, issued);
        double bare = bareEngines(sockets.context());
        System.out.println(bare);
        try (var origin = RawOrigin.running(AllocationTest::answerAll);
                var proxy = TestProxy.with(configuration, origin);
                var client = sockets.connect(proxy.address(), "localhost")) {
            System.out.println(fewest(proxy, client, REQUEST, LAST_BYTES, bare));
        }
    }

    /** The fewest bytes that the server's engine allocates for a request that comes in and a response that goes out. */
    private static double bareEngines(SSLContext context) throws Exception {
        SSLEngine client = context.createSSLEngine("localhost", 443);
        SSLEngine server = context.createSSLEngine();
        client.setUseClientMode(true);
        server.setUseClientMode(false);
        ByteBuffer toServer = ByteBuffer.allocate(40_000);
        ByteBuffer toClient = ByteBuffer.allocate(80_000);
        ByteBuffer plain = ByteBuffer.allocateDirect(40_000);
        ByteBuffer sink = ByteBuffer.allocate(40_000);
        ByteBuffer empty = ByteBuffer.allocate(0);
        for (int i = 0; i < 20; i++) {
            move(client, empty, toServer);
            while (toServer.flip().hasRemaining() && server.unwrap(toServer, sink.clear()).bytesConsumed() > 0) {
                toServer.compact();
            }
            toServer.compact();
            for (int k = 0; k < 8; k++) {
                move(server, empty, toClient);
            }
            while (toClient.flip().hasRemaining() && client.unwrap(toClient, sink.clear()).bytesConsumed() > 0) {
                toClient.compact();
            }
            toClient.compact();
        }
        byte[] request = REQUEST.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER.length).put(ANSWER);
        long thread = Thread.currentThread().getId();
        double best = Double.MAX_VALUE;
        ByteBuffer requests = ByteBuffer.allocate(ROUNDS * (request.length + 64) + 17_000);
        for (int round = 0; round < 6; round++) {
            requests.clear();
            for (int i = 0; i < ROUNDS; i++) {
                client.wrap(ByteBuffer.wrap(request), requests.limit(Math.min(requests.capacity(), requests.position() + 17_000)));
                requests.limit(requests.capacity());
            }
            requests.flip();
            long before = allocated(thread);                        // asking costs bytes too: once a round
            for (int i = 0; i < ROUNDS; i++) {
                server.unwrap(requests, plain.clear());
                server.wrap(answer.clear(), toClient.clear());
            }
            best = Math.min(best, (double) (allocated(thread) - before) / ROUNDS);
        }
        return best;
    }

    private static void move(SSLEngine engine, ByteBuffer empty, ByteBuffer out) throws Exception {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        if (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP || engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING
                && engine.getSession().getProtocol().equals("NONE")) {
            engine.wrap(empty, out);
        }
    }

    private static void answerAll(RawConnection connection) throws Exception {
        InputStream in = connection.socket().getInputStream();
        OutputStream out = connection.socket().getOutputStream();
        byte[] buffer = new byte[4096];
        int state = 0;
        for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
            for (int i = 0; i < n; i++) {
                state = buffer[i] == '\n' ? state + 1 : buffer[i] == '\r' ? state : 0;
                if (state == 2) {
                    out.write(ANSWER);
                    state = 0;
                }
            }
        }
    }

    private static void exchange(RawConnection client, byte[] request, byte[] last, int rounds) throws Exception {
        InputStream in = client.socket().getInputStream();
        byte[] buffer = new byte[4096];
        for (int i = 0; i < rounds; i++) {
            client.send(request);
            int n;
            do {
                n = in.read(buffer);
                assertThat(n).isPositive();
            } while (n < last.length || !Arrays.equals(buffer, n - last.length, n, last, 0, last.length));
        }
    }

    private static long allocated(long thread) {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getThreadAllocatedBytes(thread);
    }
}
