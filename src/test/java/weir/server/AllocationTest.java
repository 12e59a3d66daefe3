package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/**
 * A request that is passed on allocates nothing on its loop, once what it runs is compiled and warm. Counted in a JVM of its
 * own without assertions: with them every lease is a new object that remembers where it was borrowed.
 */
class AllocationTest {
    private static final byte[] ANSWER = ("HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: text/plain\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
            + "Content-Length: 100\r\n\r\n" + "x".repeat(100)).getBytes(StandardCharsets.US_ASCII);
    private static final String REQUEST = "GET /some/path?and=query HTTP/1.1\r\nHost: example.com\r\nUser-Agent: test\r\n"
            + "Accept: */*\r\nReferer: http://example.com/\r\nCookie: a=b\r\n\r\n";
    private static final int ROUNDS = 20_000;
    /** The time text of the log and the Date of a second are made anew each second: noise, far below one byte a request. */
    private static final double BYTES_PER_REQUEST_MAX = 2;

    @ParameterizedTest
    @ValueSource(strings = {"off", "json", "combined"})
    void allocatesNothingForARequest(String log) throws Exception {
        Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-da", "-Xmx256m", "-cp",
                System.getProperty("java.class.path"), AllocationTest.class.getName(), log).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(Double.parseDouble(output.trim())).as("bytes a request").isLessThan(BYTES_PER_REQUEST_MAX);
    }

    /** The JVM that is counted in. Prints the fewest bytes a request of some rounds. */
    public static void main(String[] args) throws Exception {
        Path file = Files.createTempFile("weir-allocation", ".log");
        String access = "log.access = " + (args[0].equals("off") ? "off" : file + " " + args[0]) + "\n";
        try (var origin = RawOrigin.running(AllocationTest::answerAll);
                var proxy = TestProxy.with(access, origin);
                var client = proxy.connect()) {
            byte[] request = REQUEST.getBytes(StandardCharsets.US_ASCII);
            long thread = proxy.server().loops().get(0).thread().getId();
            exchange(client, request, ROUNDS);                       // compiles what runs, fills the pools
            double best = Double.MAX_VALUE;
            for (int i = 0; i < 5 && best > BYTES_PER_REQUEST_MAX; i++) {
                long before = allocated(thread);
                exchange(client, request, ROUNDS);
                best = Math.min(best, (double) (allocated(thread) - before) / ROUNDS);
            }
            System.out.println(best);
        } finally {
            Files.delete(file);
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

    private static void exchange(RawConnection client, byte[] request, int rounds) throws Exception {
        InputStream in = client.socket().getInputStream();
        byte[] buffer = new byte[4096];
        for (int i = 0; i < rounds; i++) {
            client.send(request);
            for (int got = 0; got < ANSWER.length; ) {
                int n = in.read(buffer);
                assertThat(n).isPositive();
                got += n;
            }
        }
    }

    private static long allocated(long thread) {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getThreadAllocatedBytes(thread);
    }
}
