package weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;
import weir.tls.TestCertificates;
import weir.tls.TlsSockets;

/** The end in order: what idles is closed, what runs may finish, at most for the grace. */
class DrainTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private static CompletableFuture<Boolean> drain(TestProxy proxy) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return proxy.server().drain();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }, task -> new Thread(task, "drain").start());
    }

    @Test
    void closesWhatIdles() throws Exception {
        // An address of its own: on a shared one another test may listen on the port as soon as it is free.
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.with("listen.test = 127.0.0.78:0\n", origin); var used = proxy.connect(); var fresh = proxy.connect()) {
            assertThat(RawAnswer.read(used.send(GET), false).status()).isEqualTo(200);
            Await.until("both are open", () -> proxy.server().openConnections() == 2);
            InetSocketAddress address = proxy.address();
            CompletableFuture<Boolean> drained = drain(proxy);
            assertThat(used.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
            assertThat(drained.get(10, TimeUnit.SECONDS)).as("also who never asks is not waited for long").isTrue();
            assertThat(fresh.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
            assertThatThrownBy(() -> RawConnection.to(address)).hasMessageContaining("refused");
        }
    }

    /** Whoever has just connected would else be told by a reset that nobody listens, although somebody does elsewhere. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersTheFirstRequestOfAConnectionThatWasThere(boolean tls, @TempDir Path folder) throws Exception {
        TestCertificates authority = TestCertificates.create(folder);
        TestCertificates.Issued issued = authority.issue("main", "ec256", List.of("localhost"));
        String secure = tls ? "tls.main = " + issued.certificate() + " " + issued.key() + "\nlisten.test.certs = main\n" : "";
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.with("listen.test = 127.0.0.79:0\n" + secure, origin); var raw = proxy.connect();
                var silent = proxy.connect()) {
            Await.until("both are accepted", () -> proxy.server().openConnections() == 2);
            InetSocketAddress address = proxy.address();
            CompletableFuture<Boolean> drained = drain(proxy);
            Await.until("nobody listens any more", () -> refuses(address));
            try (var client = tls ? TlsSockets.of(authority.ca(), null).over(raw.socket(), "localhost", parameters -> { }) : raw) {
                RawAnswer answer = RawAnswer.read(client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), false);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.field("Connection")).isEqualTo("close");
                assertThat(client.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
            }
            assertThat(drained.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(silent.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
        }
    }

    @Test
    void waitsNoLongerForTheFirstRequestAfterAHandshake(@TempDir Path folder) throws Exception {
        TestCertificates authority = TestCertificates.create(folder);
        TestCertificates.Issued issued = authority.issue("main", "ec256", List.of("localhost"));
        try (var proxy = TestProxy.configured("listen.test = 127.0.0.80:0\nroute.x = /* -> respond 200 \"x\"\ntls.main = " + issued.certificate() + " "
                + issued.key() + "\nlisten.test.certs = main\n"); var raw = proxy.connect()) {
            Await.until("it is accepted", () -> proxy.server().openConnections() == 1);
            InetSocketAddress address = proxy.address();
            CompletableFuture<Boolean> drained = drain(proxy);
            Await.until("nobody listens any more", () -> refuses(address));
            try (var client = TlsSockets.of(authority.ca(), null).over(raw.socket(), "localhost", parameters -> { })) {
                assertThat(client.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
            }
            assertThat(drained.get(10, TimeUnit.SECONDS)).isTrue();
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

    @Test
    void letsWhatRunsFinishAsTheLastOfItsConnection() throws Exception {
        CountDownLatch asked = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            String head = connection.readHead();
            connection.send(head.startsWith("GET /begun ") ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" : "");
            asked.countDown();
            release.await();
            connection.send(head.startsWith("GET /begun ") ? "hi" : OK_HI).readAll();
        }); var proxy = TestProxy.to(origin); var running = proxy.connect(); var begun = proxy.connect();
                var idle = proxy.connect()) {
            running.send(GET + GET);
            begun.send("GET /begun HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(begun.readHead()).doesNotContain("Connection");
            CompletableFuture<Boolean> drained = drain(proxy);
            assertThat(idle.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
            assertThat(drained.isDone()).isFalse();
            release.countDown();
            RawAnswer last = RawAnswer.read(running, false);
            assertThat(last.body()).isEqualTo("hi");
            assertThat(last.field("Connection")).isEqualTo("close");
            assertThat(running.ending()).as("the pipelined one is not answered").isEqualTo(RawConnection.Ending.END_OF_STREAM);
            running.shutdownOutput();
            assertThat(begun.readBytes(2)).isEqualTo("hi");
            assertThat(begun.ending()).as("its head was sent before, and still it is the last").isEqualTo(RawConnection.Ending.END_OF_STREAM);
            assertThat(drained.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void cutsWhatDoesNotEndWithinTheGrace() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch cut = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            asked.countDown();
            connection.readAll();
            cut.countDown();
        }); var proxy = TestProxy.with("server.shutdown-grace = 100ms\n", origin); var client = proxy.connect()) {
            client.send(GET);
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(drain(proxy).get(10, TimeUnit.SECONDS)).isFalse();
            assertThat(proxy.server().openConnections()).isEqualTo(1);
            proxy.cut();
            assertThat(client.ending()).isEqualTo(RawConnection.Ending.RESET);
            assertThat(cut.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(proxy.nextEnd()).isEqualTo("shutdown");
        }
    }

    @Test
    void waitsForATunnelAndCutsItAfterTheGrace() throws Exception {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n").readAll();
        }); var proxy = TestProxy.with("server.shutdown-grace = 100ms\n", origin); var client = proxy.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n").readHead();
            assertThat(drain(proxy).get(10, TimeUnit.SECONDS)).isFalse();
            proxy.cut();
            assertThat(client.ending()).isEqualTo(RawConnection.Ending.RESET);
            assertThat(proxy.nextEnd()).isEqualTo("shutdown");
        }
    }

    @Test
    void acceptsDuringItsDelayAndSaysThatItEnds() throws Exception {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.with("server.drain-delay = 1s\n", origin); var kept = proxy.connect()) {
            assertThat(RawAnswer.read(kept.send(GET), false).connectionOpen()).isTrue();
            CompletableFuture<Boolean> drained = drain(proxy);
            Await.until("answers to new connections say close", () -> !proxy.send(GET).connectionOpen());
            RawAnswer last = RawAnswer.read(kept.send(GET), false);
            assertThat(last.status()).isEqualTo(200);
            assertThat(last.field("Connection")).isEqualTo("close");
            assertThat(kept.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
            assertThat(drained.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
