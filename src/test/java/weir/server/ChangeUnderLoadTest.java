package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import weir.Await;
import weir.OriginProcess;
import weir.OriginProcess.Mood;
import weir.SteadyLoad;
import weir.TestProxy;
import weir.upstream.Pool;
import weir.upstream.Server;

/** Servers die, stall, refuse and change while clients ask without a pause: no request by a safe method is lost. */
class ChangeUnderLoadTest {
    private static final int CLIENTS = 6;
    private static final int REQUESTS = 3_000;
    /** A third of all requests may fail at the same moment here, which is more than the usual budget saves. */
    private static final String BUDGET = "pool.test.retry.budget = 100%\n";
    private static final List<OriginProcess> ORIGINS = new ArrayList<>();

    @BeforeAll
    static void start() {
        for (int i = 0; i < 4; i++) {
            ORIGINS.add(OriginProcess.start());
        }
    }

    @AfterAll
    static void end() {
        ORIGINS.forEach(OriginProcess::close);
    }

    private static String servers(OriginProcess... origins) {
        StringBuilder text = new StringBuilder();
        for (OriginProcess origin : origins) {
            text.append(text.length() == 0 ? "" : ", ").append("127.0.0.1:").append(origin.port());
        }
        return text.toString();
    }

    private static String configuration(String more, OriginProcess... origins) {
        return "server.workers = 2\nlog.access = off\npool.test = " + servers(origins) + "\nroute.test = /* -> test\n" + more;
    }

    private static TestProxy proxy(String more, OriginProcess... origins) {
        return TestProxy.configured(configuration(more, origins));
    }

    private static double results(TestProxy proxy, OriginProcess origin, String result) {
        return proxy.metric("weir_upstream_requests_total{pool=\"test\",result=\"" + result + "\",server=\"127.0.0.1:" + origin.port() + "\"}");
    }

    @Test
    void oneOfThreeIsKilled() {
        try (OriginProcess victim = OriginProcess.start(); TestProxy proxy = proxy(BUDGET, victim, ORIGINS.get(0), ORIGINS.get(1))) {
            try (SteadyLoad load = SteadyLoad.on(proxy.address(), CLIENTS)) {
                load.serve(REQUESTS);
                victim.kill();
                load.serve(REQUESTS);
                load.endWithoutFailure();
                assertThat(results(proxy, victim, "ok")).isPositive();
                assertThat(results(proxy, victim, "reset") + results(proxy, victim, "stale") + results(proxy, victim, "connect-error")).isPositive();
            }
        }
    }

    @Test
    void oneOfThreeTakesRequestsAndNeverAnswers() {
        try (OriginProcess stalled = OriginProcess.start();
                TestProxy proxy = proxy(BUDGET + "pool.test.timeout = response 200ms\n", stalled, ORIGINS.get(0), ORIGINS.get(1))) {
            try (SteadyLoad load = SteadyLoad.on(proxy.address(), CLIENTS)) {
                load.serve(REQUESTS);
                stalled.become(Mood.SILENT);
                Await.until("it was noticed", () -> results(proxy, stalled, "timeout") > 0);
                load.serve(100);
                load.endWithoutFailure();
            }
        }
    }

    @Test
    void connectionsAreClosedInTheMomentOfTheirNextUse() {
        try (OriginProcess rude = OriginProcess.start(); TestProxy proxy = proxy("", rude)) {
            rude.become(Mood.RUDE);
            try (SteadyLoad load = SteadyLoad.on(proxy.address(), CLIENTS)) {
                load.serve(REQUESTS);
                load.endWithoutFailure();
            }
        }
    }

    @Test
    void oneOfThreeAnswers503ForAWhile() {
        try (OriginProcess busy = OriginProcess.start();
                TestProxy proxy = proxy(BUDGET + "pool.test.retry = 3 on connect-error, reset, 503\n", busy, ORIGINS.get(0), ORIGINS.get(1))) {
            try (SteadyLoad load = SteadyLoad.on(proxy.address(), CLIENTS)) {
                load.serve(REQUESTS);
                busy.become(Mood.BUSY);
                load.serve(REQUESTS);
                assertThat(results(proxy, busy, "unavailable")).isPositive();
                busy.become(Mood.WELL);
                load.serve(REQUESTS);
                load.endWithoutFailure();
            }
        }
    }

    @Test
    void thePoolIsDoubledAndHalved() {
        try (TestProxy proxy = proxy("", ORIGINS.get(0), ORIGINS.get(1))) {
            Pool pool = proxy.server().pools().get(0);
            try (SteadyLoad load = SteadyLoad.on(proxy.address(), CLIENTS)) {
                for (int i = 0; i < 10; i++) {
                    load.serve(REQUESTS / 10);
                    assertThat(pool.add(new Server("127.0.0.1", ORIGINS.get(2).port(), 1))).isTrue();
                    assertThat(pool.add(new Server("127.0.0.1", ORIGINS.get(3).port(), 1))).isTrue();
                    load.serve(REQUESTS / 10);
                    assertThat(pool.remove("127.0.0.1:" + ORIGINS.get(2).port())).isTrue();
                    assertThat(pool.remove("127.0.0.1:" + ORIGINS.get(3).port())).isTrue();
                }
                load.endWithoutFailure();
            }
        }
    }

    @Test
    void fiftyReloads() throws IOException {
        String[] variants = {"", "pool.test.balance = least-requests\n", "pool.test.keep-alive = 20s\n", "pool.test.max-requests = 50\n",
            "pool.test.balance = random-two\npool.test.retry = 3\n"};
        try (TestProxy proxy = proxy("", ORIGINS.get(0), ORIGINS.get(1))) {
            try (SteadyLoad load = SteadyLoad.on(proxy.address(), CLIENTS)) {
                for (int i = 0; i < 50; i++) {
                    load.serve(REQUESTS / 50);
                    OriginProcess second = ORIGINS.get(1 + i % 3);
                    proxy.reload(configuration(variants[i % variants.length], ORIGINS.get(0), second));
                }
                load.serve(REQUESTS);
                load.endWithoutFailure();
                assertThat(results(proxy, ORIGINS.get(0), "ok")).as("counted on through all of them").isGreaterThan(REQUESTS * 3.0 / 4);
            }
        }
    }
}
