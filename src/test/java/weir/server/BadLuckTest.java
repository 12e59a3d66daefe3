package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/** What origins, clients and networks do to a proxy, and what it makes of that. */
class BadLuckTest {
    private static final String OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";

    private static int deadPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- origins

    @Test
    void asksTheNextOriginWhenOneRefuses() {
        try (var origin = RawOrigin.answering(OK_HI);
                var proxy = TestProxy.configured("pool.test = 127.0.0.1:" + deadPort() + ", 127.0.0.1:" + origin.port()
                        + "\nroute.test = /* -> test\n")) {
            for (int i = 0; i < 4; i++) {
                assertThat(proxy.send(GET).status()).isEqualTo(200);
                assertThat(proxy.send(POST).status()).as("nothing was sent, so even a POST may go elsewhere").isEqualTo(200);
            }
            assertThat(proxy.metric("weir_retries_total{pool=\"test\",reason=\"connect-error\"}")).isEqualTo(4);
        }
    }

    @Test
    void answers502WhenEveryOriginRefuses() {
        try (var proxy = TestProxy.configured("pool.test = 127.0.0.1:" + deadPort() + "\nroute.test = /* -> test\n")) {
            assertThat(proxy.send(GET).status()).isEqualTo(502);
            assertThat(proxy.nextEnd()).startsWith("origin-refused");
        }
    }

    @Test
    void answers503WhenNoOriginHasAnAddress() {
        try (var proxy = TestProxy.configured("pool.test = does-not-exist.invalid:80\nroute.test = /* -> test\n")) {
            assertThat(proxy.send(GET).status()).isEqualTo(503);
            assertThat(proxy.nextEnd()).startsWith("no-origin");
        }
    }

    @Test
    void triesAnIdempotentRequestElsewhereAfterAReset() {
        try (var bad = RawOrigin.running(connection -> {
            connection.readHead();
            connection.reset();
        }); var good = RawOrigin.answering(OK_HI); var proxy = TestProxy.to(bad, good)) {
            for (int i = 0; i < 4; i++) {
                assertThat(proxy.send(GET).status()).isEqualTo(200);
            }
            assertThat(bad.connections()).isPositive();
        }
    }

    @Test
    void doesNotSendAPostTwice() {
        try (var bad = RawOrigin.running(connection -> {
            RawOrigin.readRequest(connection);
            connection.reset();
        }); var other = RawOrigin.answering(OK_HI); var proxy = TestProxy.to(other, bad)) {
            assertThat(proxy.send(POST).status()).isEqualTo(502);
            assertThat(proxy.nextEnd()).startsWith("origin-reset");
            assertThat(bad.connections()).isEqualTo(1);
            assertThat(other.connections()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi", "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\nhi", "HTTP/1.1 200 OK\r\nA: b\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"})
    void answers502ToNonsense(String wire) {
        try (var origin = RawOrigin.answering(wire); var proxy = TestProxy.to(origin)) {
            assertThat(proxy.send(GET).status()).isEqualTo(502);
            assertThat(proxy.nextEnd()).startsWith("malformed");
        }
    }

    @Test
    void answers504WhenAnOriginIsSilent() {
        try (var origin = RawOrigin.running(RawConnection::readAll);
                var proxy = TestProxy.with("pool.test.timeout = response 100ms\n", origin)) {
            assertThat(proxy.send(POST).status()).isEqualTo(504);
            assertThat(proxy.nextEnd()).isEqualTo("timeout-response");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"})
    void neverMakesACutResponseLookComplete(String wire) {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send(wire);
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send(GET);
            String head = client.readHead();
            String body = client.readAll();
            if (head.contains("chunked")) {
                assertThat(body).doesNotContain("0\r\n");
            } else if (!head.isEmpty()) {
                assertThat(head).contains("Content-Length: 10");
                assertThat(body.length()).isLessThan(10);
            }
            assertThat(proxy.nextEnd()).startsWith("origin-truncated");
            assertThat(proxy.metric("weir_failures_total{end=\"origin-truncated\"}")).isEqualTo(1);
        }
    }

    @Test
    void resetsAnHttp10ClientWhoseCloseDelimitedBodyWasCut() {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n");
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            assertThat(client.readHead()).doesNotContain("chunked").contains("Connection: close");
            assertThat(client.readBytes(2)).isIn("hi", "");      // a reset may overtake what was read
            assertThat(client.ending()).isEqualTo(RawConnection.Ending.RESET);
        }
    }

    @Test
    void doesNotUseAConnectionAgainThatCarriedMoreThanTheResponse() {
        try (var origin = RawOrigin.answering(OK_HI + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"); var proxy = TestProxy.to(origin)) {
            assertThat(proxy.send(GET).body()).isEqualTo("hi");
            assertThat(proxy.send(GET).body()).isEqualTo("hi");
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    @Test
    void losesNoRequestWhenAnOriginClosesEachConnectionAfterItsResponse() {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send(OK_HI);                       // and closes, without saying so before
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            for (int i = 0; i < 200; i++) {
                client.send(GET);
                assertThat(RawAnswer.read(client, false).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void looksWhetherAKeptConnectionIsOpenBeforeAPost() {
        try (var origin = RawOrigin.running(connection -> {
            RawOrigin.readRequest(connection);
            connection.send(OK_HI);
        }); var proxy = TestProxy.to(origin)) {
            for (int i = 0; i < 50; i++) {
                assertThat(proxy.send(POST).status()).isIn(200, 502);       // 502: the close was still on its way
            }
        }
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            for (int i = 0; i < 50; i++) {
                client.send(POST);
                assertThat(RawAnswer.read(client, false).body()).isEqualTo("hi");
                assertThat(origin.nextRequest()).endsWith("\r\n\r\nhello");
            }
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void discardsWhatFollowsAnAnswerThatCameEarly() {
        try (var origin = RawOrigin.running(RawConnection::readAll); var proxy = TestProxy.with("route.test.body-max = 10\n", origin)) {
            RawAnswer answer = proxy.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + "b\r\nhello world\r\n".repeat(50) + "zz\r\n");
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).startsWith("413");
        }
    }

    // ---- clients

    @Test
    void answers408ToASlowHead() {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.with("listen.test.head-timeout = 100ms\n", origin);
                var client = proxy.connect()) {
            client.send("GET / HT");
            assertThat(RawAnswer.read(client, false).status()).isEqualTo(408);
            assertThat(proxy.nextEnd()).isEqualTo("timeout-head");
            assertThat(client.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
        }
    }

    @Test
    void answers408ToAStalledUploadAndCutsTheOrigin() throws InterruptedException {
        CountDownLatch cut = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.readAll();
            cut.countDown();
        }); var proxy = TestProxy.with("listen.test.idle = 100ms\n", origin); var client = proxy.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhel");
            assertThat(RawAnswer.read(client, false).status()).isEqualTo(408);
            assertThat(cut.await(10, TimeUnit.SECONDS)).as("origin request aborted").isTrue();
            assertThat(proxy.nextEnd()).isEqualTo("timeout-content");
        }
    }

    @Test
    void cutsAnUploadWhoseFramingTurnsBad() throws InterruptedException {
        CountDownLatch cut = new CountDownLatch(1);
        String[] seen = new String[1];
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            seen[0] = connection.readAll();
            cut.countDown();
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            client.send("zz\r\n");
            assertThat(RawAnswer.read(client, false).status()).isEqualTo(400);
            assertThat(cut.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(seen[0]).doesNotContain("0\r\n");
            assertThat(proxy.nextEnd()).startsWith("malformed: chunk size");
        }
    }

    @Test
    void abortsTheOriginWhenTheClientGoesAway() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            asked.countDown();
            connection.read();
            gone.countDown();
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send(GET);
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            client.reset();
            assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(proxy.nextEnd()).startsWith("client-gone");
        }
    }

    @Test
    void answers413AboveTheBodyLimitBeforeAndWhileReading() {
        try (var origin = RawOrigin.running(RawConnection::readAll);
                var proxy = TestProxy.with("route.test.body-max = 10\n", origin)) {
            RawAnswer announced = proxy.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
            assertThat(announced.status()).isEqualTo(413);
            assertThat(origin.connections()).isZero();
            RawAnswer streamed = proxy.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n");
            assertThat(streamed.status()).isEqualTo(413);
            assertThat(proxy.nextEnd()).isEqualTo("body-too-large");
        }
    }

    @Test
    void readsNoFurtherThanItsBuffersForAClientThatStopsReading() {
        long size = 1L << 30;
        long[] sent = new long[1];
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
            byte[] piece = new byte[64 << 10];
            for (; sent[0] < size; sent[0] += piece.length) {
                connection.send(piece);
            }
        }); var proxy = TestProxy.with("listen.test.idle = 500ms\n", origin); var client = proxy.connect()) {
            client.send(GET);
            client.readHead();
            assertThat(proxy.nextEnd()).as("the client took nothing for the idle time").isEqualTo("timeout-client-write");
            assertThat(proxy.metric("weir_failures_total{end=\"timeout-client-write\"}")).isEqualTo(1);
            assertThat(sent[0]).as("kernel buffers on the way hold some MiB, weir 256 KiB").isLessThan(size / 8);
            assertThat(proxy.metric("weir_upstream_requests_total{pool=\"test\",result=\"aborted\",server=\"127.0.0.1:" + origin.port() + "\"}"))
                    .isEqualTo(1);
        }
    }
}
