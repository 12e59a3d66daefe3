package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/** RFC 9110 §7.8: which protocols may be changed to, and what a tunnel carries. */
class UpgradeTest {
    private static final String OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final String WEBSOCKET = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private static final String SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "websocket       | websocket              | websocket",
        "websocket       | WebSocket              | WebSocket",
        "websocket       | h2c, websocket         | websocket",
        "websocket       | h2c                    | none",
        "websocket       | foo                    | none",
        "off             | websocket              | none",
        "foo, websocket  | foo/2, foo             | foo",
        "foo, websocket  | x, websocket, foo      | websocket"})
    void passesTheFirstTokenOnThatIsAllowed(String setting, String offered, String passedOn) {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.with("route.test.upgrade = " + setting + "\n", origin)) {
            RawAnswer answer = proxy.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: " + offered
                    + "\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
            assertThat(answer.body()).as("an origin may ignore it").isEqualTo("hi");
            String request = origin.nextRequest();
            if (passedOn.equals("none")) {
                assertThat(request).doesNotContain("Upgrade", "Connection", "HTTP2-Settings");
            } else {
                assertThat(request).contains("\r\nConnection: upgrade\r\nUpgrade: " + passedOn + "\r\n").doesNotContain("HTTP2-Settings");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"Upgrade: websocket | POST / HTTP/1.1", "Upgrade: websocket | GET / HTTP/1.0"})
    void passesNoUpgradeOnThatWaitsForContentOrComesFromHttp10(String field, String line) {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.to(origin)) {
            String length = line.startsWith("POST") ? "Content-Length: 2\r\n" : "";
            assertThat(proxy.send(line + "\r\nHost: a\r\n" + length + "Connection: upgrade\r\n" + field + "\r\n\r\n" + (length.isEmpty() ? "" : "hi"))
                    .status()).isEqualTo(200);
            assertThat(origin.nextRequest()).doesNotContain("Upgrade");
        }
    }

    @Test
    void passesNoUpgradeOnThatConnectionDoesNotName() {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.to(origin)) {
            assertThat(proxy.send("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n").status()).isEqualTo(200);
            assertThat(origin.nextRequest()).doesNotContain("Upgrade");
        }
    }

    @ParameterizedTest
    @CsvSource({"foo", "h2c", "'websocket, foo'", "websocket/13", "''"})
    void answers502ToATokenThatWasNotOffered(String token) {
        try (var origin = RawOrigin.answering("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: " + token + "\r\n\r\n");
                var proxy = TestProxy.to(origin)) {
            assertThat(proxy.send(WEBSOCKET).status()).isEqualTo(502);
            assertThat(proxy.nextEnd()).startsWith("malformed: 101");
        }
    }

    @Test
    void passesARefusalOn() {
        try (var origin = RawOrigin.answering("HTTP/1.1 426 Upgrade Required\r\nUpgrade: foo\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\nno");
                var proxy = TestProxy.to(origin)) {
            RawAnswer answer = proxy.send(WEBSOCKET);
            assertThat(answer.status()).isEqualTo(426);
            assertThat(answer.body()).isEqualTo("no");
            assertThat(answer.connectionOpen()).isTrue();
        }
    }

    @Test
    void carriesWhatCameWithTheHeads() {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send(SWITCHING + "early");
            connection.send(connection.readBytes(7));
            connection.readAll();
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send(WEBSOCKET + "earlier");                            // not allowed by RFC 6455, and lost by nobody
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ").contains("Upgrade: websocket\r\n", "Connection: upgrade\r\n");
            assertThat(client.readBytes(12)).isEqualTo("earlyearlier");
        }
    }

    @Test
    void keepsTheOriginsDirectionOpenWhenTheClientEndsItsOwn() {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send(SWITCHING);
            connection.send("you said " + connection.readAll());
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send(WEBSOCKET);
            client.readHead();
            client.send("bye").shutdownOutput();
            assertThat(client.readAll()).isEqualTo("you said bye");
            assertThat(proxy.nextEnd()).isEqualTo("ok");
        }
    }

    @Test
    void keepsTheClientsDirectionOpenWhenTheOriginEndsItsOwn() throws InterruptedException {
        String[] seen = new String[1];
        CountDownLatch done = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send(SWITCHING + "bye").shutdownOutput();
            seen[0] = connection.readAll();
            done.countDown();
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send(WEBSOCKET);
            client.readHead();
            assertThat(client.readAll()).isEqualTo("bye");
            client.send("still ").send("here").shutdownOutput();
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(seen[0]).isEqualTo("still here");
            assertThat(proxy.nextEnd()).isEqualTo("ok");
            assertThat(client.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
        }
    }

    @Test
    void carriesMuchBothWaysAtOnce() throws InterruptedException {
        String piece = "0123456789abcdef".repeat(1 << 10);
        int pieces = 512;                                                  // 8 MiB each way
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send(SWITCHING);
            byte[] buffer = new byte[64 << 10];
            var in = connection.socket().getInputStream();
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                connection.socket().getOutputStream().write(buffer, 0, n);
            }
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send(WEBSOCKET);
            client.readHead();
            Thread sender = new Thread(() -> {
                for (int i = 0; i < pieces; i++) {
                    client.send(piece);
                }
                client.shutdownOutput();
            }, "sender");
            sender.start();
            byte[] echoed;
            try {
                echoed = client.socket().getInputStream().readAllBytes();
            } catch (java.io.IOException e) {
                throw new AssertionError(e);
            }
            sender.join();
            assertThat(new String(echoed, java.nio.charset.StandardCharsets.ISO_8859_1)).isEqualTo(piece.repeat(pieces));
        }
    }
}
