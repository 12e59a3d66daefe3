package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import weir.Await;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/** Which requests are sent once more, where, and how often; and which never. */
class RetryTest {
    private static final String OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final String BUSY = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy";
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String ON_503 = "pool.test.retry = 3 on connect-error, reset, 503\n";

    private static String request(String method, String content) {
        return method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: " + content.length() + "\r\n\r\n" + content;
    }

    /** Takes a whole request and answers nothing. */
    private static RawOrigin resetting() {
        return RawOrigin.running(connection -> {
            RawOrigin.readRequest(connection);
            connection.reset();
        });
    }

    private static double retries(TestProxy proxy, String reason) {
        return proxy.metric("weir_retries_total{pool=\"test\",reason=\"" + reason + "\"}");
    }

    // ---- a status

    @Test
    void aStatusThatIsNamedIsGivenUpForAnotherServer() {
        try (var busy = RawOrigin.answering(BUSY); var good = RawOrigin.answering(OK_HI); var proxy = TestProxy.with(ON_503, busy, good)) {
            for (int i = 0; i < 6; i++) {
                assertThat(proxy.send(GET).status()).isEqualTo(200);
            }
            assertThat(busy.connections()).isPositive();
            assertThat(retries(proxy, "status")).isEqualTo(busy.connections());
            assertThat(proxy.metric("weir_upstream_requests_total{pool=\"test\",result=\"unavailable\",server=\"127.0.0.1:" + busy.port() + "\"}"))
                    .isEqualTo(busy.connections());
        }
    }

    @Test
    void anotherStatusIsPassedOn() {
        try (var busy = RawOrigin.answering(BUSY.replace("503", "500")); var good = RawOrigin.answering(OK_HI);
                var proxy = TestProxy.with(ON_503, busy, good)) {
            assertThat(List.of(proxy.send(GET).status(), proxy.send(GET).status())).containsExactlyInAnyOrder(200, 500);
        }
    }

    @Test
    void theLastServersStatusIsPassedOn() {
        try (var one = RawOrigin.answering(BUSY); var two = RawOrigin.answering(BUSY); var proxy = TestProxy.with(ON_503, one, two)) {
            RawAnswer answer = proxy.send(GET);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).isEqualTo("busy");
            assertThat(one.connections() + two.connections()).isEqualTo(2);
        }
    }

    @Test
    void aStatusDoesNotMakeAPostGoTwiceUnlessItsRouteSaysSo() {
        try (var busy = RawOrigin.answering(BUSY); var good = RawOrigin.answering(OK_HI); var proxy = TestProxy.with(ON_503, busy, good)) {
            assertThat(List.of(proxy.send(request("POST", "x")).status(), proxy.send(request("POST", "x")).status())).containsExactlyInAnyOrder(200, 503);
        }
        try (var busy = RawOrigin.answering(BUSY); var good = RawOrigin.answering(OK_HI);
                var proxy = TestProxy.with(ON_503 + "route.test.retry-methods = POST\n", busy, good)) {
            assertThat(List.of(proxy.send(request("POST", "x")).status(), proxy.send(request("POST", "x")).status())).containsOnly(200);
            assertThat(busy.connections()).isEqualTo(1);
        }
    }

    // ---- content

    @Test
    void contentThatIsHeldGoesToTheNextServerWhole() {
        String content = "0123456789".repeat(1_200);
        try (var bad = resetting(); var good = RawOrigin.running(connection -> {
            String got = RawOrigin.readRequest(connection);
            connection.send(got.endsWith(content) ? OK_HI : BUSY);
        }); var proxy = TestProxy.to(bad, good)) {
            for (int i = 0; i < 4; i++) {
                assertThat(proxy.send(request("PUT", content)).status()).isEqualTo(200);
            }
            assertThat(bad.connections()).isPositive();
        }
    }

    @Test
    void chunkedContentToo() {
        try (var bad = resetting(); var good = RawOrigin.running(connection -> {
            String got = RawOrigin.readRequest(connection);
            connection.send(got.contains("hello") && got.contains("world") ? OK_HI : BUSY);
        }); var proxy = TestProxy.to(bad, good)) {
            for (int i = 0; i < 2; i++) {
                assertThat(proxy.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n").status()).isEqualTo(200);
            }
            assertThat(bad.connections()).isEqualTo(1);
        }
    }

    @Test
    void contentAboveTheBoundCannotGoTwice() {
        try (var bad = resetting(); var good = RawOrigin.answering(OK_HI); var proxy = TestProxy.with("pool.test.retry.body = 10\n", good, bad)) {
            assertThat(proxy.send(request("PUT", "01234567890")).status()).isEqualTo(502);
            assertThat(proxy.nextEnd()).startsWith("origin-reset");
            assertThat(good.connections()).isZero();
        }
        try (var bad = resetting(); var good = RawOrigin.answering(OK_HI); var proxy = TestProxy.with("pool.test.retry.body = 10\n", good, bad)) {
            assertThat(proxy.send(request("PUT", "0123456789")).status()).isEqualTo(200);
        }
    }

    // ---- budget

    @Test
    void aBudgetOfNothingLeavesFailuresAsTheyAre() {
        try (var busy = RawOrigin.answering(BUSY); var good = RawOrigin.answering(OK_HI);
                var proxy = TestProxy.with(ON_503 + "pool.test.retry.budget = 0% min 0\n", good, busy)) {
            assertThat(List.of(proxy.send(GET).status(), proxy.send(GET).status())).containsExactlyInAnyOrder(200, 503);
            assertThat(proxy.metric("weir_retries_refused_total{pool=\"test\"}")).isEqualTo(1);
        }
    }

    @Test
    void theBudgetIsOfTriesAtOnceAndComesBack() {
        CountDownLatch hold = new CountDownLatch(1);
        try (var busy = RawOrigin.answering(BUSY); var slow = RawOrigin.running(connection -> {
            while (!connection.readHead().isEmpty()) {
                hold.await();
                connection.send(OK_HI);
            }
        }); var proxy = TestProxy.with("pool.test.retry = 2 on 503\npool.test.balance = first\npool.test.retry.budget = 0% min 2\n", busy, slow)) {
            List<RawConnection> clients = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                RawConnection client = proxy.connect();
                client.send(GET);
                clients.add(client);
            }
            Await.until("both second tries", () -> proxy.metric("weir_pool_retries_running{pool=\"test\"}") == 2);
            assertThat(proxy.send(GET).status()).as("a third one at once").isEqualTo(503);
            hold.countDown();
            for (RawConnection client : clients) {
                assertThat(RawAnswer.read(client, false).status()).isEqualTo(200);
                client.close();
            }
            Await.until("the budget is back", () -> proxy.metric("weir_pool_retries_running{pool=\"test\"}") == 0);
            assertThat(proxy.send(GET).status()).as("when they are over").isEqualTo(200);
        }
    }

    // ---- hedging

    @Test
    void aSlowRequestIsAskedForASecondTimeAndTheFirstResponseWins() {
        CountDownLatch hold = new CountDownLatch(1);
        try (var slow = RawOrigin.running(connection -> {
            String head = connection.readHead();
            while (!head.isEmpty()) {
                if (head.startsWith("GET /slow")) {
                    hold.await();
                }
                connection.send(OK_HI);
                head = connection.readHead();
            }
        }); var other = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother");
                var proxy = TestProxy.with("pool.test.balance = first\npool.test.hedge = p90\n", slow, other)) {
            try (RawConnection client = proxy.connect()) {
                for (int i = 0; i < 120; i++) {                      // so many tell what is slow here
                    client.send(GET);
                    assertThat(RawAnswer.read(client, false).status()).isEqualTo(200);
                }
            }
            assertThat(proxy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").body()).isEqualTo("other");
            assertThat(proxy.metric("weir_hedges_won_total{pool=\"test\"}")).isPositive();
            Await.until("the budget is back", () -> proxy.metric("weir_pool_retries_running{pool=\"test\"}") == 0);
            Await.until("the loser is over", () -> proxy.metric("weir_server_inflight{pool=\"test\",server=\"127.0.0.1:" + slow.port() + "\"}") == 0);
            int before = other.connections();
            try (RawConnection client = proxy.connect()) {
                client.send(request("POST", "x").replace("POST /", "POST /slow"));
                hold.countDown();
                assertThat(RawAnswer.read(client, false).body()).as("a POST waits for its one server").isEqualTo("hi");
            }
            assertThat(other.connections()).isEqualTo(before);
        }
    }
}
