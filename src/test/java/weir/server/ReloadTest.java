package weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/** Another configuration is taken over as one, under whatever runs; a bad one changes nothing. */
class ReloadTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String WEBSOCKET = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    private static String ok(String content) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + content.length() + "\r\n\r\n" + content;
    }

    private static String respond(String text) {
        return "route.test = /* -> respond 200 \"" + text + "\"\n";
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static String ask(RawConnection client) {
        return RawAnswer.read(client.send(GET), false).body();
    }

    @Test
    void changesRoutesUnderAnExchangeThatRuns() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (var old = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nold");
            asked.countDown();
            release.await();
            connection.send("old");
            connection.readAll();
        }); var proxy = TestProxy.to(old); var running = proxy.connect(); var idle = proxy.connect()) {
            running.send(GET);
            await(asked);
            proxy.reload(respond("new"));
            assertThat(ask(idle)).as("a connection from before").isEqualTo("new");
            assertThat(proxy.send(GET).body()).as("a new connection").isEqualTo("new");
            running.send(GET);
            release.countDown();
            assertThat(RawAnswer.read(running, false).body()).as("the exchange that ran").isEqualTo("oldold");
            assertThat(RawAnswer.read(running, false).body()).as("the next one on its connection").isEqualTo("new");
            assertThat(old.connections()).isEqualTo(1);
        }
    }

    @Test
    void leavesATunnelAlone() throws IOException {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
            connection.send(connection.readBytes(4)).send(connection.readBytes(4));
            connection.readAll();
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send(WEBSOCKET).readHead();
            assertThat(client.send("ping").readBytes(4)).isEqualTo("ping");
            proxy.reload(respond("new"));
            assertThat(proxy.send(GET).body()).isEqualTo("new");
            assertThat(client.send("pong").readBytes(4)).isEqualTo("pong");
        }
    }

    @Test
    void keepsTheConnectionsOfAPoolThatStaysTheSame() throws IOException {
        try (var origin = RawOrigin.answering(ok("hi")); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            String pool = "pool.test = " + TestProxy.addresses(origin) + "\n";
            assertThat(ask(client)).isEqualTo("hi");
            proxy.reload(pool + "route.other = /* -> test\nroute.none = /none -> respond 404\n");
            assertThat(ask(client)).isEqualTo("hi");
            assertThat(origin.connections()).isEqualTo(1);
            double requests = proxy.metric("weir_upstream_requests_total{pool=\"test\",result=\"ok\",server=\"127.0.0.1:" + origin.port() + "\"}");
            assertThat(requests).as("its counters too").isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pool.test.timeout = response 5s\n", "pool.test.keep-alive = 10s\n", "gone"})
    void closesTheIdleConnectionsOfAPoolThatIsAnotherNow(String change) throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                connection.send(ok("hi"));
            }
            closed.countDown();
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            assertThat(ask(client)).isEqualTo("hi");
            boolean gone = change.equals("gone");
            proxy.reload(gone ? respond("new") : "pool.test = " + TestProxy.addresses(origin) + "\nroute.test = /* -> test\n" + change);
            await(closed);
            assertThat(ask(client)).isEqualTo(gone ? "new" : "hi");
            assertThat(origin.connections()).isEqualTo(gone ? 1 : 2);
        }
    }

    @Test
    void doesNotKeepAConnectionWhosePoolWasReplacedMeanwhile() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            asked.countDown();
            release.await();
            connection.send(ok("hi")).readAll();
            closed.countDown();
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send(GET);
            await(asked);
            proxy.reload(respond("new"));
            release.countDown();
            assertThat(RawAnswer.read(client, false).body()).isEqualTo("hi");
            await(closed);
        }
    }

    @Test
    void refusesAChangeOfTheProcessItself() throws IOException {
        try (var proxy = TestProxy.configured(respond("old"))) {
            assertThatThrownBy(() -> proxy.reload(respond("new") + "server.workers = 2\nserver.shutdown-grace = 1s\n"))
                    .isInstanceOf(IOException.class).hasMessageContaining("server.workers, server.shutdown-grace").hasMessageContaining("restart");
            assertThat(proxy.send(GET).body()).isEqualTo("old");
            proxy.reload(respond("new"));
            assertThat(proxy.send(GET).body()).isEqualTo("new");
        }
    }

    @Test
    void changesNothingWhenANewListenerCannotBeBound() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); var proxy = TestProxy.configured(respond("old"))) {
            String more = "listen.more = 127.0.0.1:0, 127.0.0.1:" + taken.getLocalPort() + "\n";
            assertThatThrownBy(() -> proxy.reload(respond("new") + more)).isInstanceOf(IOException.class)
                    .hasMessageContaining("listen.more").hasMessageContaining("in use");
            assertThat(proxy.send(GET).body()).isEqualTo("old");
            assertThat(proxy.server().addresses("more")).isEmpty();
        }
    }

    @Test
    void changesNothingWhenTheLogCannotBeOpened() {
        try (var proxy = TestProxy.configured(respond("old"))) {
            assertThatThrownBy(() -> proxy.reload(respond("new") + "log.access = /does/not/exist.log json\n")).isInstanceOf(IOException.class)
                    .hasMessageContaining("log.access");
            assertThat(proxy.send(GET).body()).isEqualTo("old");
        }
    }

    /** A child that another test forks has a copy of every socket for a moment, until it starts its program: so long the port is open. */
    private static boolean isRefused(InetSocketAddress address) {
        try (RawConnection connection = RawConnection.to(address)) {
            return !connection.socket().isConnected();
        } catch (UncheckedIOException e) {
            assertThat(e).hasMessageContaining("refused");
            return true;
        }
    }

    @Test
    void opensAndClosesListeners() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            asked.countDown();
            release.await();
            connection.send(ok("slow")).readAll();
        }); var proxy = TestProxy.configured(respond("one"))) {
            // An address of its own: on a shared one another test may listen on the port as soon as it is free.
            proxy.reload("listen.more = 127.0.0.77:0\nroute.slow = /slow -> 127.0.0.1:" + origin.port() + '\n' + respond("two"));
            InetSocketAddress more = proxy.server().address("more");
            try (var running = RawConnection.to(more); var idle = RawConnection.to(more)) {
                assertThat(ask(idle)).isEqualTo("two");
                running.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
                await(asked);
                proxy.reload(respond("three"));
                assertThat(idle.ending()).as("an idle connection of the listener that went").isEqualTo(RawConnection.Ending.END_OF_STREAM);
                Await.until("the port is closed", () -> isRefused(more));
                assertThat(proxy.send(GET).body()).isEqualTo("three");
                release.countDown();
                RawAnswer last = RawAnswer.read(running, false);
                assertThat(last.body()).isEqualTo("slow");
                assertThat(last.connectionOpen()).as("Connection: close").isFalse();
                assertThat(running.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
            }
        }
    }

    @Test
    void takesOverLimitsForConnectionsThatComeThen() throws IOException {
        try (var proxy = TestProxy.configured(respond("hi")); var before = proxy.connect()) {
            assertThat(ask(before)).isEqualTo("hi");
            proxy.reload(respond("hi") + "listen.test.head-max = 256\n");
            String large = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(300) + "\r\n\r\n";
            assertThat(proxy.send(large).status()).isEqualTo(431);
            assertThat(RawAnswer.read(before.send(large), false).status()).isEqualTo(200);
        }
    }

    /** Reload after reload under load: no request is lost, and nothing of old configurations stays. */
    @Test
    void losesNoRequestWhileReloading() throws Exception {
        try (var one = RawOrigin.answering(ok("1")); var two = RawOrigin.answering(ok("2")); var proxy = TestProxy.to(one)) {
            int clients = 4;
            CountDownLatch done = new CountDownLatch(clients);
            Throwable[] failure = new Throwable[1];
            boolean[] stop = new boolean[1];
            for (int i = 0; i < clients; i++) {
                Thread thread = new Thread(() -> {
                    try (var client = proxy.connect()) {
                        for (boolean last = false; !last; ) {
                            synchronized (stop) {
                                last = stop[0];
                            }
                            assertThat(ask(client)).isIn("1", "2");
                        }
                    } catch (RuntimeException | AssertionError e) {
                        failure[0] = e;
                    } finally {
                        done.countDown();
                    }
                }, "client-" + i);
                thread.start();
            }
            for (int i = 0; i < 50; i++) {
                proxy.reload("pool.test = " + TestProxy.addresses(i % 2 == 0 ? two : one) + "\nroute.test = /* -> test\n");
            }
            synchronized (stop) {
                stop[0] = true;
            }
            await(done);
            assertThat(failure[0]).isNull();
            Await.until("no request runs any more", () -> proxy.metric("weir_connections{listener=\"test\",state=\"active\"}") == 0);
        }
    }
}
