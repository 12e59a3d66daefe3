package weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weir.Await;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;
import weir.tls.TestCertificates;
import weir.tls.TlsSockets;

/** Servers that are checked, on real sockets: who is found sick, what the operator reads, and what clients get. */
class HealthChecksTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String EVERY = " every 500ms";

    @TempDir
    private static Path folder;

    private static String answer(int status, String content) {
        return "HTTP/1.1 " + status + " x\r\nContent-Length: " + content.length() + "\r\n\r\n" + content;
    }

    private static List<String> lines(TestProxy proxy) {
        return proxy.journal().lines().filter(line -> line.contains(" pool ")).map(line -> line.substring(line.indexOf(' ') + 1)).toList();
    }

    private static void awaitLine(TestProxy proxy, int count) {
        Await.until(count + " lines about the pool, not " + lines(proxy), () -> lines(proxy).size() >= count);
    }

    private static String up(int port) {
        return "weir_server_up{pool=\"test\",server=\"127.0.0.1:" + port + "\"}";
    }

    private static int deadPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    // ---- what is found

    static Stream<Arguments> sick() {
        return Stream.of(
                arguments("answers 503", "GET /", says(answer(503, "")), "HTTP 503"),
                arguments("never answers", "GET /", (RawOrigin.Script) RawConnection::readAll, "timeout after 500ms"),
                arguments("never ends its answer", "GET / body ok", (RawOrigin.Script) connection -> {
                    connection.readHead();
                    connection.send("HTTP/1.1 200 OK\r\n\r\no").readAll();
                }, "timeout after 500ms"),
                arguments("answers something else", "GET / body ok", says(answer(200, "o k")), "body does not hold 'ok'"),
                arguments("half a head", "GET /", says("HTTP/1.1 200 OK\r\nServer: x"), "end of stream in the middle of the head"),
                arguments("half of the content", "GET / body ok", says("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\no"), "end of stream in the middle of the content"),
                arguments("closes", "GET /", says(""), "end of stream before a response"),
                arguments("no HTTP", "GET /", says("SSH-2.0-OpenSSH\r\n"), "malformed: "),
                arguments("a redirect that is not wanted", "GET / expect 200", says(answer(302, "")), "HTTP 302"));
    }

    private static RawOrigin.Script says(String wire) {
        return connection -> {
            connection.readHead();
            connection.send(wire);
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sick")
    void isDown(String what, String check, RawOrigin.Script script, String why) {
        try (var origin = RawOrigin.running(script); var proxy = TestProxy.with("pool.test.check = " + check + EVERY + " fall 1\n", origin)) {
            awaitLine(proxy, 1);
            assertThat(lines(proxy).get(0)).startsWith("warn pool test: 127.0.0.1:" + origin.port() + " is down: " + why).endsWith(" (1 check)");
            assertThat(proxy.metric(up(origin.port()))).isZero();
            assertThat(proxy.send(GET).status()).isEqualTo(503);
            assertThat(proxy.nextEnd()).isEqualTo("no-origin: all servers of pool test are down");
            assertThat(proxy.metric("weir_upstream_requests_total{pool=\"test\",result=\"ok\",server=\"127.0.0.1:" + origin.port() + "\"}")).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("checks")
    void aServerThatIsNotThereIsDown(String check) {
        int port = deadPort();
        try (var proxy = TestProxy.configured("pool.test = 127.0.0.1:" + port + "\nroute.test = /* -> test\npool.test.check = " + check + EVERY + " fall 1\n")) {
            awaitLine(proxy, 1);
            assertThat(lines(proxy).get(0)).isEqualTo("warn pool test: 127.0.0.1:" + port + " is down: connection refused (1 check)");
        }
    }

    static Stream<String> checks() {
        return Stream.of("GET /", "tcp");
    }

    // ---- from down to up

    @Test
    void aSickServerGetsNoRequestsUntilItIsWell() {
        AtomicInteger status = new AtomicInteger(503);
        try (var sick = RawOrigin.running(connection -> {
            String head = connection.readHead();
            if (!head.isEmpty()) {
                connection.send(answer(head.startsWith("GET /healthz ") ? status.get() : 200, "sick"));
            }
        }); var well = RawOrigin.answering(answer(200, "well"));
                var proxy = TestProxy.with("pool.test.check = /healthz every 200ms\n", sick, well)) {
            awaitLine(proxy, 1);
            for (int i = 0; i < 10; i++) {
                assertThat(proxy.send(GET).body()).isEqualTo("well");
            }
            status.set(200);
            awaitLine(proxy, 2);
            Await.until("the server gets requests again", () -> proxy.send(GET).body().equals("sick"));
            assertThat(lines(proxy)).hasSize(2);
            assertThat(lines(proxy).get(0)).isEqualTo("warn pool test: 127.0.0.1:" + sick.port() + " is down: HTTP 503 (2 checks in a row)");
            assertThat(lines(proxy).get(1)).matches("info pool test: 127.0.0.1:" + sick.port() + " is up again: HTTP 200 after [0-9.]+ s");
            assertThat(proxy.metric(up(sick.port()))).isEqualTo(1);
            String checks = "weir_server_checks_total{pool=\"test\",result=\"%s\",server=\"127.0.0.1:" + sick.port() + "\"}";
            assertThat(proxy.metric(String.format(checks, "failed"))).isGreaterThanOrEqualTo(2);
            assertThat(proxy.metric(String.format(checks, "ok"))).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void aServerThatStartsDownGetsItsFirstRequestAfterItsFirstGoodCheck() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            asked.countDown();
            release.await();
            connection.send(answer(200, "hi"));
        }); var proxy = TestProxy.with("pool.test.check = / every 10s timeout 10s start down rise 5\n", origin)) {
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(proxy.send(GET).status()).isEqualTo(503);
            release.countDown();
            awaitLine(proxy, 1);
            assertThat(lines(proxy)).containsExactly("info pool test: 127.0.0.1:" + origin.port() + " is up: HTTP 200");
            assertThat(proxy.send(GET).body()).isEqualTo("hi");
        }
    }

    @Test
    void theCheckOfAnotherPortDecides() {
        try (var origin = RawOrigin.answering(answer(200, "hi")); var status = RawOrigin.answering(answer(500, ""));
                var proxy = TestProxy.with("pool.test.check = HEAD /a?b every 500ms fall 1 host app.test port " + status.port() + "\n", origin)) {
            awaitLine(proxy, 1);
            assertThat(lines(proxy).get(0)).contains("127.0.0.1:" + origin.port() + " is down: HTTP 500");
            assertThat(status.nextRequest()).isEqualTo("HEAD /a?b HTTP/1.1\r\nHost: app.test\r\nUser-Agent: weir-check\r\nAccept: */*\r\nConnection: close\r\n\r\n");
            assertThat(origin.connections()).isZero();
        }
    }

    // ---- by TLS and TCP

    @Test
    void checksSpeakTlsAsThePoolDoes() {
        TestCertificates authority = TestCertificates.create(folder);
        TlsSockets server = TlsSockets.of(authority.ca(), authority.issue("check", "ec256", List.of("127.0.0.1")));
        try (var origin = RawOrigin.answering(server::server, answer(200, "hi"))) {
            String pool = "pool.test = https://127.0.0.1:" + origin.port() + "\nroute.test = /* -> test\n";
            for (String check : List.of("tls", "/", "tcp")) {
                try (var proxy = TestProxy.configured(pool + "pool.test.ca = " + authority.ca() + "\npool.test.check = " + check + " every 10s start down\n")) {
                    awaitLine(proxy, 1);
                    assertThat(lines(proxy)).singleElement().asString().matches("info pool test: .* is up: (HTTP 200|TLS handshake|connection)");
                    assertThat(proxy.send(GET).status()).isEqualTo(200);
                }
            }
            for (String check : List.of("tls", "/")) {
                try (var proxy = TestProxy.configured(pool + "pool.test.check = " + check + EVERY + " fall 1\n")) {
                    awaitLine(proxy, 1);
                    assertThat(lines(proxy).get(0)).contains(" is down: TLS: ").contains("valid certification path");
                }
            }
        }
    }

    // ---- reload

    @Test
    void aReloadKeepsWhatIsKnown() throws IOException {
        try (var sick = RawOrigin.answering(answer(500, "")); var well = RawOrigin.answering(answer(200, "well"));
                var proxy = TestProxy.with("pool.test.check = / every 300ms\n", sick, well)) {
            awaitLine(proxy, 1);
            String pool = "pool.test = " + TestProxy.addresses(sick, well) + "\nroute.test = /* -> test\npool.test.check = / every 300ms";
            for (String change : List.of("\nroute.more = /more -> respond 200 \"x\"\n", "\npool.test.timeout = response 5s\n", " fall 1\n", " start down\n")) {
                proxy.reload(pool + change);
                assertThat(proxy.metric(up(sick.port()))).as(change).isZero();
                for (int i = 0; i < 4; i++) {
                    assertThat(proxy.send(GET).body()).as(change).isEqualTo("well");
                }
            }
            assertThat(lines(proxy)).hasSize(1);
            proxy.reload("pool.test = " + TestProxy.addresses(sick, well) + "\nroute.test = /* -> test\n");
            Await.until("without checks nobody is down", () -> proxy.metric(up(sick.port())) == 1);
        }
    }
}
