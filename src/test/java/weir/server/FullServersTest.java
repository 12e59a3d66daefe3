package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/** Servers that have no room: who waits, for how long, in which order, and who is sent away at once. */
class FullServersTest {
    private static final String OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final String BUSY = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    /** Answers one request for each permit. */
    private static RawOrigin held(Semaphore permits) {
        return RawOrigin.running(connection -> {
            String head = connection.readHead();
            while (!head.isEmpty()) {
                permits.acquire();
                connection.send(OK_HI);
                head = connection.readHead();
            }
        });
    }

    private static double inflight(TestProxy proxy, RawOrigin origin) {
        return proxy.metric("weir_server_inflight{pool=\"test\",server=\"127.0.0.1:" + origin.port() + "\"}");
    }

    private static double waiting(TestProxy proxy) {
        return proxy.metric("weir_pool_waiting{pool=\"test\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"max-requests = 2", "max-connections = 2"})
    void whatHasNoRoomWaitsForItsTurn(String limit) {
        Semaphore permits = new Semaphore(0);
        try (var origin = held(permits); var proxy = TestProxy.with("server.workers = 2\npool.test." + limit + "\npool.test.queue = 10 for 1m\n", origin)) {
            List<RawConnection> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                RawConnection client = proxy.connect();
                client.send(GET);
                clients.add(client);
            }
            Await.until("two run and six wait", () -> inflight(proxy, origin) == 2 && waiting(proxy) == 6);
            assertThat(origin.connections()).isLessThanOrEqualTo(2);
            permits.release(8);
            for (RawConnection client : clients) {
                assertThat(RawAnswer.read(client, false).status()).isEqualTo(200);
                client.close();
            }
            assertThat(waiting(proxy)).isZero();
            Await.until("all ended", () -> inflight(proxy, origin) == 0);
            if (limit.startsWith("max-connections")) {
                assertThat(proxy.metric("weir_server_connections{pool=\"test\",server=\"127.0.0.1:" + origin.port() + "\"}")).isLessThanOrEqualTo(2);
            }
        }
    }

    @Test
    void aFullQueueSendsAwayAtOnce() {
        Semaphore permits = new Semaphore(0);
        try (var origin = held(permits); var proxy = TestProxy.with("pool.test.max-requests = 1\npool.test.queue = 1 for 1m\n", origin);
                RawConnection first = proxy.connect(); RawConnection second = proxy.connect()) {
            first.send(GET);
            Await.until("one runs", () -> inflight(proxy, origin) == 1);
            second.send(GET);
            Await.until("one waits", () -> waiting(proxy) == 1);
            RawAnswer third = proxy.send(GET);
            assertThat(third.status()).isEqualTo(503);
            assertThat(third.field("Retry-After")).isEqualTo("1");
            assertThat(proxy.nextEnd()).startsWith("queue-full");
            permits.release(2);
            assertThat(RawAnswer.read(first, false).status()).isEqualTo(200);
            assertThat(RawAnswer.read(second, false).status()).isEqualTo(200);
        }
    }

    @Test
    void nobodyWaitsForEver() {
        Semaphore permits = new Semaphore(0);
        try (var origin = held(permits); var proxy = TestProxy.with("pool.test.max-requests = 1\npool.test.queue = 10 for 20ms\n", origin);
                RawConnection first = proxy.connect()) {
            first.send(GET);
            Await.until("one runs", () -> inflight(proxy, origin) == 1);
            RawAnswer late = proxy.send(GET);
            assertThat(late.status()).isEqualTo(503);
            assertThat(proxy.nextEnd()).startsWith("timeout-queue");
            assertThat(waiting(proxy)).isZero();
            permits.release(1);
            assertThat(RawAnswer.read(first, false).status()).isEqualTo(200);
        }
    }

    @Test
    void whoLeavesWhileWaitingLeavesNothingBehind() {
        Semaphore permits = new Semaphore(0);
        try (var origin = held(permits); var proxy = TestProxy.with("pool.test.max-requests = 1\npool.test.queue = 10 for 1m\n", origin);
                RawConnection first = proxy.connect()) {
            first.send(GET);
            Await.until("one runs", () -> inflight(proxy, origin) == 1);
            try (RawConnection second = proxy.connect()) {
                second.send(GET);
                Await.until("one waits", () -> waiting(proxy) == 1);
            }
            Await.until("nobody waits", () -> waiting(proxy) == 0);
            permits.release(2);
            assertThat(RawAnswer.read(first, false).status()).isEqualTo(200);
            assertThat(proxy.send(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void aHigherClassGoesFirst() {
        Semaphore permits = new Semaphore(0);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        try (var origin = RawOrigin.running(connection -> {
            String head = connection.readHead();
            while (!head.isEmpty()) {
                order.add(head.substring(0, head.indexOf(" HTTP")));
                permits.acquire();
                connection.send(OK_HI);
                head = connection.readHead();
            }
        }); var proxy = TestProxy.with("pool.test.max-requests = 1\npool.test.queue = 10 for 1m\nroute.vip = /vip -> test\nroute.vip.queue = high\n"
                + "route.bulk = /bulk -> test\nroute.bulk.queue = low\n", origin)) {
            List<RawConnection> clients = new ArrayList<>();
            for (String path : List.of("/first", "/bulk", "/a", "/b", "/vip")) {
                RawConnection client = proxy.connect();
                client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
                clients.add(client);
                int all = clients.size();
                Await.until(path + " is there", () -> inflight(proxy, origin) + waiting(proxy) == all);
            }
            permits.release(5);
            for (RawConnection client : clients) {
                assertThat(RawAnswer.read(client, false).status()).isEqualTo(200);
                client.close();
            }
            assertThat(order).containsExactly("GET /first", "GET /vip", "GET /a", "GET /b", "GET /bulk");
        }
    }

    @Test
    void aBreakerKeepsRequestsAwayAndLetsOneThrough() {
        Semaphore good = new Semaphore(0);
        try (var origin = RawOrigin.running(connection -> {
            while (!connection.readHead().isEmpty()) {
                connection.send(good.tryAcquire() ? OK_HI : BUSY);
            }
        }); var proxy = TestProxy.with("pool.test.breaker = 50% of 4 in 10s for 30ms\n", origin)) {
            for (int i = 0; i < 4; i++) {
                assertThat(proxy.send(GET).status()).isEqualTo(500);
                proxy.nextLog();
            }
            assertThat(proxy.metric("weir_pool_breaker_open{pool=\"test\"}")).isEqualTo(1);
            Await.until("it is kept away", () -> proxy.send(GET).status() == 503);
            good.release(1_000);
            Await.until("it comes through again", () -> proxy.send(GET).status() == 200);
            assertThat(proxy.metric("weir_pool_breaker_open{pool=\"test\"}")).isZero();
        }
    }
}
