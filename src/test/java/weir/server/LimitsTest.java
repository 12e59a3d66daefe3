package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import weir.Await;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;
import weir.net.EventLoop;

/** Each limit of the process is reached under load, and left again without a restart. */
class LimitsTest {
    private static final String OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @Test
    void acceptingPausesAtTheConnectionLimitAndGoesOn() {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.with("server.connections = 10\n", origin)) {
            List<RawConnection> first = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                RawConnection client = proxy.connect().send(GET);
                assertThat(RawAnswer.read(client, false).status()).isEqualTo(200);
                first.add(client);
            }
            try (RawConnection waiting = proxy.connect().send(GET)) {             // the kernel took it, weir does not yet
                Await.until("accepting pauses", () -> proxy.metric("weir_accept_pauses_total{listener=\"test\"}") > 0);
                assertThat(proxy.server().openConnections()).isEqualTo(10);
                first.forEach(RawConnection::close);
                assertThat(RawAnswer.read(waiting, false).status()).isEqualTo(200);
            }
            assertThat(proxy.journal()).contains("server.connections (10) reached");
        }
    }

    @Test
    void refusesOrCutsAtTheMemoryBoundAndRecovers() throws Exception {
        String body = "x".repeat(1 << 20);
        try (var origin = RawOrigin.running(connection -> {
            while (!connection.readHead().isEmpty()) {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + 64L * body.length() + "\r\n\r\n");
                for (int i = 0; i < 64; i++) {
                    connection.send(body);
                }
            }
        }); var proxy = TestProxy.with("server.memory = 2m\nlisten.test.idle = 2s\n", origin)) {
            List<RawConnection> slow = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                slow.add(proxy.connect().send(GET));                              // and reads nothing of 64 MiB
            }
            Await.until("memory is used up", () -> proxy.journal().contains("server.memory is used up"));
            assertThat(proxy.server().lentBuffers()).isPositive();
            slow.forEach(RawConnection::reset);
            proxy.assertNothingHeld();
            try (RawConnection client = proxy.connect().send(GET)) {
                assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK");
                assertThat(client.readBytes(1000)).hasSize(1000);
            }
        }
    }

    @Test
    void aHungResolverHoldsUpNothingElse() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger hanging = new AtomicInteger();
        try (var origin = RawOrigin.answering(OK_HI);
                var proxy = TestProxy.resolving(host -> {
                    hanging.incrementAndGet();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        throw new java.net.UnknownHostException(host);
                    }
                    return new InetAddress[] {InetAddress.getLoopbackAddress()};
                }, "server.helpers = 2\npool.slow = one.example:" + origin.port() + ", two.example:" + origin.port() + ", three.example:" + origin.port()
                        + "\nroute.slow = /slow -> slow\npool.test = 127.0.0.1:" + origin.port() + "\nroute.test = /* -> test\n")) {
            Await.until("both helpers hang", () -> hanging.get() == 2);
            assertThat(proxy.send(GET).status()).isEqualTo(200);
            assertThat(proxy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(503);
            release.countDown();
            Await.until("names resolve", () -> proxy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").status() == 200);
        }
    }

    @Test
    void aFullMailboxRefusesAndRecovers() throws Exception {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.to(origin)) {
            EventLoop loop = proxy.server().loops().get(0);
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch held = new CountDownLatch(1);
            loop.execute(() -> {
                held.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
            AtomicInteger ran = new AtomicInteger();
            int queued = 0;
            while (loop.execute(ran::incrementAndGet)) {
                queued++;
                assertThat(queued).as("bounded").isLessThan(1 << 20);
            }
            Thread surely = new Thread(() -> assertThat(loop.executeSurely(ran::incrementAndGet)).isTrue(), "surely");
            surely.start();
            release.countDown();
            surely.join();
            int all = queued + 1;
            Await.until("what was queued has run", () -> ran.get() == all);
            assertThat(loop.execute(ran::incrementAndGet)).isTrue();
            assertThat(proxy.send(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void keepsNoMoreIdleConnectionsThanAllowed() throws Exception {
        CountDownLatch all = new CountDownLatch(8);
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                all.countDown();
                all.await();                                                      // eight at once, so eight connections
                connection.send(OK_HI);
            }
        }); var proxy = TestProxy.with("pool.test.idle-connections = 3\n", origin)) {
            List<RawConnection> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(proxy.connect().send(GET));
            }
            for (RawConnection client : clients) {
                assertThat(RawAnswer.read(client, false).status()).isEqualTo(200);
            }
            assertThat(origin.connections()).isEqualTo(8);
            Await.until("five of eight are closed", () -> origin.openConnections() == 3);
            clients.forEach(RawConnection::close);
        }
    }

    @Test
    void aFullLogRingDropsAndCountsLines() {
        try (var origin = RawOrigin.answering(OK_HI);
                var proxy = TestProxy.with("log.access = /dev/full json\nlog.access.ring = 64k\n", origin); var client = proxy.connect()) {
            for (int i = 0; proxy.metric("weir_log_lines_dropped_total") == 0; i++) {
                assertThat(i).as("requests until the ring is full").isLessThan(5_000);
                assertThat(RawAnswer.read(client.send(GET), false).status()).as("no request waits for the log").isEqualTo(200);
            }
            assertThat(proxy.metric("weir_log_write_errors_total")).isPositive();
        }
    }
}
