package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.Await;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;
import weir.observe.Metrics;

/** What the metrics listener says of the process to those who watch it. */
class ProbesTest {
    private static final String OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private static RawAnswer ask(RawConnection connection, String path) {
        return RawAnswer.read(connection.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"), false);
    }

    private static RawAnswer probe(TestProxy proxy, String path) {
        try (RawConnection connection = RawConnection.to(proxy.server().address("metrics"))) {
            return ask(connection, path);
        }
    }

    private static boolean refuses(InetSocketAddress address) {
        try {
            RawConnection.to(address).close();
            return false;
        } catch (UncheckedIOException e) {
            return true;
        }
    }

    private static CompletableFuture<Boolean> drain(TestProxy proxy) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return proxy.server().drain();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }, task -> new Thread(task, "drain").start());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"/live, 200, live", "/ready, 200, ready", "/lives, 404, 404", "/ready/, 404, 404"})
    void whileItServes(String path, int status, String body) {
        try (var proxy = TestProxy.configured("route.x = /* -> respond 200 \"x\"\n")) {
            RawAnswer answer = probe(proxy, path);
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).startsWith(body);
            assertThat(answer.field("Content-Type")).startsWith("text/plain");
        }
    }

    @ParameterizedTest(name = "serving {0}, draining {1}: {2}")
    @CsvSource({"false, false, STARTING", "true, false, READY", "true, true, DRAINING", "false, true, DRAINING"})
    void isReadyBetweenTheStartAndTheDrain(boolean serving, boolean draining, Probes.Readiness readiness) {
        assertThat(new Probes(new Metrics(1), () -> serving, () -> draining).readiness()).isEqualTo(readiness);
    }

    /** The probe sees the end before connections are refused, and as long as anything runs. */
    @Test
    void isNotReadyFromTheBeginningOfADrainToItsEnd() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            asked.countDown();
            release.await();
            connection.send(OK_HI).readAll();
        }); var proxy = TestProxy.with("listen.test = 127.0.0.83:0\n", origin); var client = proxy.connect(); var kept = RawConnection.to(proxy.server().address("metrics"))) {
            assertThat(ask(kept, "/ready").status()).isEqualTo(200);
            InetSocketAddress port = proxy.address();
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Boolean> drained = drain(proxy);
            Await.until("it says that it drains", () -> ask(kept, "/ready").status() == 503);
            Await.until("the port for clients is closed", () -> refuses(port));
            assertThat(ask(kept, "/ready").body()).isEqualTo("draining\n");
            assertThat(probe(proxy, "/ready").status()).as("on a new connection").isEqualTo(503);
            assertThat(probe(proxy, "/live").status()).isEqualTo(200);
            assertThat(probe(proxy, "/metrics").status()).isEqualTo(200);
            assertThat(drained).isNotDone();
            release.countDown();
            assertThat(RawAnswer.read(client, false).body()).isEqualTo("hi");
            assertThat(drained.get(10, TimeUnit.SECONDS)).as("a probe that keeps its connection is no client to wait for").isTrue();
            assertThat(kept.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
        }
    }

    @Test
    void isAnsweredWhenNoClientCanConnectAnyMore() {
        try (var proxy = TestProxy.configured("server.connections = 1\nroute.x = /* -> respond 200 \"x\"\n"); var client = proxy.connect()) {
            assertThat(ask(client, "/").body()).isEqualTo("x");
            assertThat(probe(proxy, "/live").status()).isEqualTo(200);
        }
    }

    @Test
    void aReloadMovesThePageOfMetrics() throws Exception {
        String route = "route.x = /* -> respond 200 \"x\"\n";
        try (var proxy = TestProxy.configured(route); var kept = RawConnection.to(proxy.server().address("metrics"))) {
            assertThat(ask(kept, "/metrics").status()).isEqualTo(200);
            proxy.reload(route + "metrics = 127.0.0.1:0/figures\n");
            assertThat(ask(kept, "/figures").status()).isEqualTo(200);
            assertThat(ask(kept, "/metrics").status()).isEqualTo(404);
            assertThat(ask(kept, "/ready").status()).isEqualTo(200);
        }
    }
}
