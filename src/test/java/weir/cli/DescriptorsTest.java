package weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import weir.Await;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;

/** File descriptors run out: the process stays up, says so, and recovers by itself. */
class DescriptorsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final int DESCRIPTORS = 80;
    private static final int CLIENTS = 100;

    @Test
    void acceptingPausesAndGoesOn() {
        long start = System.nanoTime();
        try (RawOrigin origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
                WeirProcess weir = WeirProcess.withDescriptors(DESCRIPTORS, "--from", "127.0.0.1:0", "--to", "127.0.0.1:" + origin.port(),
                        "--set", "server.connections=1000", "--set", "log.access=off", "--set", "server.workers=1")) {
            List<RawConnection> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(weir.connect("listen.main"));              // the kernel's queue takes those that weir cannot
            }
            Await.until("weir says that descriptors are used up", () -> weir.err().contains("Too many open files"));
            clients.forEach(RawConnection::close);
            Await.until("a request is answered again", () -> {
                try (RawConnection client = weir.connect("listen.main")) {
                    return RawAnswer.read(client.send(GET), false).status() == 200;
                }
            });
            long said = weir.err().lines().filter(line -> line.contains("Too many open files")).count();
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + 1;
            assertThat(said).as("once a second at most, for each of accepting and connecting").isBetween(1L, 2 * seconds + 2);
        }
    }
}
