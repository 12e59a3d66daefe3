package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.Await;
import weir.RawOrigin;
import weir.TestProxy;

/** Servers that fail requests, on real sockets: who is left out, what the operator reads, and when they are back. */
class EjectionTest {
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    private static final String WELL = "HTTP/1.1 200 x\r\nContent-Length: 4\r\n\r\nwell";

    private static RawOrigin answering(AtomicReference<String> wire) {
        return RawOrigin.running(connection -> {
            while (!RawOrigin.readRequest(connection).isEmpty()) {
                connection.send(wire.get());
                if (!wire.get().startsWith("HTTP/1.1 ")) {
                    return;
                }
            }
        });
    }

    private static long lines(TestProxy proxy, String text) {
        return proxy.journal().lines().filter(line -> line.contains(text)).count();
    }

    /** What the first server says, the result that it is counted as, and whether that ejects it. */
    @ParameterizedTest
    @CsvSource({"HTTP/1.1 503 x, unavailable, true", "HTTP/1.1 502 x, unavailable, true", "HTTP/1.1 500 x, server-error, false",
        "HTTP/1.1 404 x, ok, false", "nonsense, malformed, true", "'', reset, true"})
    void aServerIsLeftOutAfterFiveFailuresInARow(String start, String result, boolean out) {
        String wire = start.startsWith("HTTP/1.1 ") ? start + "\r\nContent-Length: 0\r\n\r\n" : start;
        try (var bad = answering(new AtomicReference<>(wire)); var well = RawOrigin.answering(WELL);
                var proxy = TestProxy.with("pool.test.retry = 1\npool.test.eject = 5 failures for 1h, max 1h\n", bad, well)) {
            String server = "127.0.0.1:" + bad.port();
            for (int i = 0; i < 10; i++) {
                proxy.send(POST);
            }
            String line = " warn pool test: " + server + " is ejected for 3600 s: 5 failures in a row, the last one: " + result;
            String ejections = "weir_server_ejections_total{pool=\"test\",reason=\"failures\",server=\"" + server + "\"}";
            if (out) {
                Await.until("it is ejected", () -> lines(proxy, line) == 1);
            }
            int answeredWell = 0;
            for (int i = 0; i < 10; i++) {
                answeredWell += proxy.send(POST).body().equals("well") ? 1 : 0;
            }
            assertThat(answeredWell).isEqualTo(out ? 10 : 5);
            assertThat(lines(proxy, "is ejected")).isEqualTo(out ? 1 : 0);
            assertThat(proxy.metric(ejections)).isEqualTo(out ? 1 : 0);
            assertThat(proxy.metric("weir_server_up{pool=\"test\",server=\"" + server + "\"}")).isEqualTo(out ? 0 : 1);
            assertThat(proxy.metric("weir_upstream_requests_total{pool=\"test\",result=\"" + result + "\",server=\"" + server + "\"}")).isEqualTo(out ? 5 : 10);
        }
    }

    @Test
    void itIsBackInTime() {
        AtomicReference<String> wire = new AtomicReference<>("HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n");
        try (var first = answering(wire); var well = RawOrigin.answering(WELL);
                var proxy = TestProxy.with("pool.test.eject = 3 failures for 300ms\npool.test.slow-start = 1s\n", first, well)) {
            for (int i = 0; i < 6; i++) {
                proxy.send(POST);
            }
            wire.set("HTTP/1.1 200 x\r\nContent-Length: 4\r\n\r\nback");
            Await.until("it is ejected and comes back", () -> lines(proxy, "127.0.0.1:" + first.port() + " is back after 0.3 s") == 1);
            Await.until("it gets requests", () -> proxy.send(POST).body().equals("back"));
            assertThat(lines(proxy, " pool test: ")).isEqualTo(2);
        }
    }

    @Test
    void theOnlyServerIsNeverLeftOut() {
        try (var bad = RawOrigin.answering("HTTP/1.1 503 x\r\nContent-Length: 4\r\n\r\nsick"); var proxy = TestProxy.to(bad)) {
            for (int i = 0; i < 20; i++) {
                assertThat(proxy.send(POST).body()).isEqualTo("sick");
            }
            assertThat(lines(proxy, " pool test: ")).isZero();
        }
    }

    @Test
    void aReloadOfAnotherPoolInItsPlaceKeepsItOut() throws IOException {
        AtomicReference<String> wire = new AtomicReference<>("HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n");
        try (var bad = answering(wire); var well = RawOrigin.answering(WELL);
                var proxy = TestProxy.with("pool.test.eject = 3 failures for 1h, max 1h\n", bad, well)) {
            for (int i = 0; i < 6; i++) {
                proxy.send(POST);
            }
            Await.until("it is ejected", () -> lines(proxy, "is ejected") == 1);
            String pool = "pool.test = " + TestProxy.addresses(bad, well) + "\nroute.test = /* -> test\n";
            proxy.reload(pool + "pool.test.eject = 4 failures for 1h, max 1h\n");
            for (int i = 0; i < 10; i++) {
                assertThat(proxy.send(POST).body()).isEqualTo("well");
            }
            wire.set("HTTP/1.1 200 x\r\nContent-Length: 4\r\n\r\nback");
            proxy.reload(pool + "pool.test.eject = off\n");
            Await.until("nobody is ejected any more", () -> proxy.send(POST).body().equals("back"));
        }
    }
}
