package weir.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weir.http.ResponseHandler.OriginFailure;

/** When servers are checked, and what becomes of the results, on loops and a clock turned by hand. */
class CheckerTest {
    private static final long SECOND = PoolRig.SECOND;
    private static final long EVERY = 5 * SECOND;
    /** A timer may be so late: a tick of the wheel, and a step of the clock. */
    private static final long LATE = 30_000_000;
    private static final Server A = new Server("127.0.0.1", 1, 1);
    private static final Server B = new Server("127.0.0.1", 2, 1);

    private static CheckSettings check(String method, String host, int port, String body, int rise, int fall, boolean startsUp) {
        return new CheckSettings(CheckSettings.Kind.HTTP, method, "/healthz?x", host, port, List.of(new CheckSettings.Statuses(200, 200),
                new CheckSettings.Statuses(300, 302)), body, EVERY, 2 * SECOND, 10, rise, fall, startsUp);
    }

    private static HealthSettings health(int rise, int fall, boolean startsUp) {
        return new HealthSettings(check("GET", "", 0, "", rise, fall, startsUp), EjectSettings.DEFAULT, 0);
    }

    private static HealthSettings health() {
        return health(2, 2, true);
    }

    private static HealthSettings holding(String body) {
        return new HealthSettings(check("GET", "", 0, body, 1, 1, true), EjectSettings.DEFAULT, 0);
    }

    // ---- rise and fall

    /** o: a good check, x: a bad one; below: + up, - down after it. */
    static Stream<Arguments> sequences() {
        return Stream.of(
                arguments("one of each is enough", true, 1, 1,
                        "xoxxoo",
                        "-+--++"),
                arguments("two in a row", true, 2, 2,
                        "xoxxoxoox",
                        "+++----++"),
                arguments("three bad, two good", true, 2, 3,
                        "xxoxxxoxoooxxx",
                        "+++++----++++-"),
                arguments("down at first: the first good one decides", false, 3, 2,
                        "oxx",
                        "++-"),
                arguments("down at first, and bad: then it takes all three", false, 3, 2,
                        "xoooxx",
                        "---++-"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sequences")
    void theStateFollowsTheResults(String what, boolean startsUp, int rise, int fall, String results, String states) {
        Health health = new Health();
        CheckSettings check = check("GET", "", 0, "", rise, fall, startsUp);
        boolean up = startsUp;
        StringBuilder seen = new StringBuilder();
        for (int i = 0; i < results.length(); i++) {
            up ^= health.turns(results.charAt(i) == 'o', up, check);
            seen.append(up ? '+' : '-');
        }
        assertThat(seen).hasToString(states);
    }

    // ---- a pool that is checked

    /** Servers by port answer with these statuses; 0 is silence. */
    private static void answers(PoolRig rig, Map<Integer, Integer> statuses) {
        rig.onCheck = connection -> {
            int status = statuses.getOrDefault(connection.member.port(), 200);
            if (status > 0) {
                connection.answer(status, "");
            }
        };
    }

    @Test
    void aServerThatAnswersBadlyGetsNoRequestsUntilItAnswersWell() throws IOException {
        try (PoolRig rig = new PoolRig(2)) {
            Map<Integer, Integer> statuses = new HashMap<>(Map.of(1, 503));
            answers(rig, statuses);
            Pool pool = rig.open(PoolRig.settings(health(), A, B));
            Origin sick = pool.origin("127.0.0.1:1");
            assertThat(sick.standing().isUp()).isTrue();
            rig.run(2 * EVERY);
            assertThat(sick.standing().isUp()).isFalse();
            assertThat(sick.standing().reason()).isEqualTo("HTTP 503");
            assertThat(rig.told()).containsExactly("pool app: 127.0.0.1:1 is down: HTTP 503 (2 checks in a row)");
            for (int i = 0; i < 20; i++) {
                assertThat(pool.pick(rig.loops.get(i % 2), List.of(), 0).name()).isEqualTo("127.0.0.1:2");
            }
            statuses.remove(1);
            rig.run(3 * EVERY);
            assertThat(sick.standing().isUp()).isTrue();
            assertThat(sick.standing().reason()).isEqualTo("HTTP 200 in 0 ms");
            assertThat(rig.told()).singleElement().asString().matches("pool app: 127.0.0.1:1 is up again: HTTP 200 after [0-9.]+ s");
            assertThat(sick.checks(true)).isGreaterThanOrEqualTo(2);
            assertThat(sick.checks(false)).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void aSilentServerTimesOutAndItsConnectionIsClosed() throws IOException {
        try (PoolRig rig = new PoolRig(1)) {
            answers(rig, Map.of(1, 0));
            Pool pool = rig.open(PoolRig.settings(health(1, 1, true), A));
            rig.run(SECOND + LATE);
            assertThat(rig.connections).hasSize(1);
            assertThat(pool.origins().get(0).standing().isUp()).isTrue();
            rig.run(2 * SECOND);
            assertThat(pool.origins().get(0).standing().reason()).isEqualTo("timeout after 2s");
            assertThat(pool.origins().get(0).standing().isUp()).isFalse();
            assertThat(rig.connections.get(0).aborted).isTrue();
            assertThat(pool.whyNone()).isEqualTo("all servers of pool app are down");
        }
    }

    @Test
    void oneCheckerForEachServerWhateverTheNumberOfLoops() throws IOException {
        try (PoolRig rig = new PoolRig(4)) {
            rig.open(PoolRig.settings(health(), A, B));
            answers(rig, Map.of());
            rig.run(60 * EVERY);
            assertThat(rig.connections.stream().map(connection -> connection.loop).distinct()).hasSize(1);
            for (Server server : List.of(A, B)) {
                assertThat(rig.connections.stream().filter(connection -> connection.member.port() == server.port()).count()).isBetween(54L, 67L);
            }
        }
    }

    @Test
    void theFirstChecksComeAtOnceAndTheNextAreSpread() throws IOException {
        Server[] servers = Stream.iterate(1, port -> port + 1).limit(100).map(port -> new Server("127.0.0.1", port, 1)).toArray(Server[]::new);
        try (PoolRig rig = new PoolRig(2)) {
            answers(rig, Map.of());
            rig.open(PoolRig.settings(health(), servers));
            long start = rig.nowNanos();
            rig.run(20 * EVERY);
            Map<Integer, List<Long>> times = new HashMap<>();
            rig.connections.forEach(each -> times.computeIfAbsent(each.member.port(), port -> new ArrayList<>()).add(each.beginNanos - start));
            assertThat(times).hasSize(100);
            Set<Long> phases = new HashSet<>();
            times.forEach((port, at) -> {
                assertThat(at.get(0)).isBetween(SECOND / 10, SECOND + LATE);
                assertThat(at.get(1) - at.get(0)).isBetween(EVERY / 10, EVERY + LATE);
                phases.add(at.get(1) / SECOND);
                for (int i = 2; i < at.size(); i++) {
                    assertThat(at.get(i) - at.get(i - 1)).isBetween(EVERY * 9 / 10, EVERY * 11 / 10 + LATE);
                }
            });
            assertThat(phases).as("seconds in which the second checks begin").hasSizeGreaterThanOrEqualTo(5);
        }
    }

    @Test
    void aDisabledServerIsNotCheckedADrainingOneIs() throws IOException {
        try (PoolRig rig = new PoolRig(1)) {
            answers(rig, Map.of());
            Pool pool = rig.open(PoolRig.settings(health(), A, B));
            pool.administer(pool.origin("127.0.0.1:1"), Standing.Administration.DISABLED);
            pool.administer(pool.origin("127.0.0.1:2"), Standing.Administration.DRAINING);
            rig.run(10 * EVERY);
            assertThat(rig.connections).isNotEmpty().allMatch(connection -> connection.member.port() == 2);
            int before = rig.connections.size();
            pool.administer(pool.origin("127.0.0.1:1"), Standing.Administration.ENABLED);
            rig.run(10 * EVERY);
            assertThat(rig.connections.stream().skip(before).filter(connection -> connection.member.port() == 1).count()).isBetween(8L, 12L);
        }
    }

    @Test
    void aCheckerComesAndGoesWithItsServer() throws IOException {
        try (PoolRig rig = new PoolRig(1)) {
            answers(rig, Map.of(1, 0, 2, 0));
            Pool pool = rig.open(PoolRig.settings(health(), A));
            pool.add(B);
            rig.run(SECOND + LATE);
            assertThat(rig.connections).extracting(connection -> connection.member.port()).containsExactlyInAnyOrder(1, 2);
            pool.remove("127.0.0.1:2");
            rig.turn();
            assertThat(rig.connections).as("the check that ran is given up").allMatch(connection -> connection.aborted == (connection.member.port() == 2));
            rig.run(4 * EVERY);
            assertThat(rig.connections.stream().filter(connection -> connection.member.port() == 2).count()).isEqualTo(1);
            int before = rig.connections.size();
            pool.close();
            rig.turn();
            assertThat(rig.connections).allMatch(connection -> connection.aborted);
            rig.run(4 * EVERY);
            assertThat(rig.connections).hasSize(before);
        }
    }

    @Test
    void eachAddressOfANameInTurnAndNoRequestCounted() throws IOException {
        Server name = new Server(Server.Kind.DNS, "app.test", 80, 1, false, List.of());
        try (PoolRig rig = new PoolRig(1)) {
            answers(rig, Map.of());
            Pool pool = rig.open(PoolRig.settings(health(2, 2, false), name));
            Member one = PoolRig.member("127.0.0.1", 80, 1, 0);
            Member two = PoolRig.member("127.0.0.2", 80, 1, 0);
            Member none = new Member("app.test:80", "app.test", 80, 1, 0, List.of(), List.of());
            rig.sources.get("dns://app.test:80").accept(List.of(none));
            rig.run(2 * EVERY);
            assertThat(rig.connections).as("a name without an address cannot be asked").isEmpty();
            rig.sources.get("dns://app.test:80").accept(List.of(new Member("app.test:80", "app.test", 80, 1, 0, List.of(),
                    List.of(one.addresses().get(0), two.addresses().get(0)))));
            rig.run(SECOND + LATE);
            assertThat(pool.origins().get(0).standing().isUp()).as("the first good check of a server that starts down").isTrue();
            assertThat(rig.told()).containsExactly("pool app: app.test:80 is up: HTTP 200");
            rig.run(4 * EVERY);
            assertThat(rig.connections).extracting(connection -> connection.address.getAddress().getHostAddress()).startsWith("127.0.0.1", "127.0.0.2",
                    "127.0.0.1", "127.0.0.2");
            assertThat(pool.origins().get(0).connections()).isZero();
            assertThat(pool.origins().get(0).openRequests()).isZero();
            assertThat(pool.origins().get(0).results(OriginResult.OK)).isZero();
        }
    }

    @Test
    void aServerThatCannotBeReachedHasItsNameLookedUpAnew() throws IOException {
        Server name = new Server(Server.Kind.DNS, "app.test", 80, 1, false, List.of());
        try (PoolRig rig = new PoolRig(1)) {
            rig.onCheck = connection -> connection.fail(OriginFailure.CONNECT, "origin-refused: Connection refused");
            rig.open(PoolRig.settings(health(), name));
            rig.sources.get("dns://app.test:80").accept(List.of(PoolRig.member("127.0.0.1", 80, 1, 0)));
            rig.run(SECOND + LATE);
            assertThat(rig.refreshes).isEqualTo(rig.connections.size()).isPositive();
            rig.onCheck = connection -> connection.answer(500, "");
            rig.run(2 * EVERY);
            assertThat(rig.refreshes).isLessThan(rig.connections.size());
        }
    }

    @Test
    void whatWeirLacksIsNoServersFault() throws IOException {
        try (PoolRig rig = new PoolRig(1)) {
            rig.outOfDescriptors = true;
            Pool pool = rig.open(PoolRig.settings(health(1, 1, true), A));
            rig.run(2 * EVERY);
            assertThat(pool.origins().get(0).standing().isUp()).isTrue();
            assertThat(rig.told()).isNotEmpty().allMatch(line -> line.startsWith("no check of 127.0.0.1:1: Too many open files"));
            rig.outOfDescriptors = false;
            rig.onCheck = connection -> connection.answer(500, "");
            rig.run(2 * EVERY);
            assertThat(pool.origins().get(0).standing().isUp()).as("checks went on").isFalse();
        }
    }

    // ---- a pool in another's place

    @Test
    void aKeeperInAnothersPlaceGoesOn() throws IOException {
        try (PoolRig rig = new PoolRig(3)) {
            answers(rig, Map.of(1, 500));
            Pool first = rig.open(PoolRig.settings(health(2, 3, true), A, B));
            rig.run(SECOND + LATE);
            assertThat(first.origin("127.0.0.1:1").checks(false)).isBetween(1L, 2L);
            int before = rig.connections.size();
            for (int i = 0; i < 75; i++) {
                rig.open(PoolRig.settings(health(2, 3, true), A, B));
                rig.pass(SECOND / 5);
            }
            assertThat(rig.connections.size() - before).as("checks of both servers in 15 s, in spite of 75 reloads").isBetween(4, 6);
            rig.run(EVERY);
            Origin sick = rig.pool.origin("127.0.0.1:1");
            assertThat(sick.checks(false)).as("counted on").isGreaterThanOrEqualTo(3);
            assertThat(sick.standing().isUp()).isFalse();
            assertThat(rig.told()).containsExactly("pool app: 127.0.0.1:1 is down: HTTP 500 (3 checks in a row)");
            rig.open(PoolRig.settings(A, B));
            rig.turn();
            assertThat(sick.standing().isUp()).as("nobody would ever find it well").isTrue();
        }
    }

    @Test
    void noTwoKeepersAtOnceAndNothingIsLeftOfTheLast() throws IOException {
        HealthSettings all = new HealthSettings(check("GET", "", 0, "", 2, 2, true), new EjectSettings(5, SECOND, SECOND, 50, OutlierSettings.DEFAULT), SECOND);
        try (PoolRig rig = new PoolRig(2)) {
            answers(rig, Map.of());
            rig.open(PoolRig.settings(all, A, B));
            rig.run(2 * EVERY);
            Pool before = rig.replace(PoolRig.settings(all, A, B));
            int connections = rig.connections.size();
            rig.run(10 * EVERY);
            assertThat(rig.connections.size() - connections).as("checks of two servers").isBetween(17, 23);
            before.close();
            rig.pool.close();
            rig.turn();
            assertThat(rig.loops).allMatch(loop -> loop.timers().millisToNext(loop.nowNanos()) < 0);
        }
    }

    // ---- what is sent, and what is good

    @Test
    void theRequestIsWhatTheSettingsSay() throws IOException {
        List<String> seen = new ArrayList<>();
        for (CheckSettings check : List.of(check("GET", "", 0, "", 2, 2, true), check("POST", "app.test", 9000, "", 2, 2, true))) {
            try (PoolRig rig = new PoolRig(1)) {
                rig.onCheck = connection -> seen.add(connection.address.getPort() + "\n" + connection.request);
                rig.open(PoolRig.settings(new HealthSettings(check, EjectSettings.DEFAULT, 0), A));
                rig.run(SECOND + LATE);
            }
        }
        assertThat(seen).containsExactly(
                "1\nGET /healthz?x\n127.0.0.1:1\n-1\nUser-Agent: weir-check\r\nAccept: */*\r\nConnection: close\r\n",
                "9000\nPOST /healthz?x\napp.test\n0\nUser-Agent: weir-check\r\nAccept: */*\r\nConnection: close\r\n");
    }

    static Stream<Arguments> answers() {
        String long64k = "x".repeat(CheckSettings.BODY_BYTES_MAX);
        return Stream.of(
                arguments("200", health(1, 1, true), says(200, ""), "HTTP 200 in 0 ms"),
                arguments("a status of a range", health(1, 1, true), says(302, ""), "HTTP 302 in 0 ms"),
                arguments("a status beside it", health(1, 1, true), says(303, ""), "HTTP 303"),
                arguments("204 is not 200", health(1, 1, true), says(204, ""), "HTTP 204"),
                arguments("content", holding("ok"), says(200, "all ok"), "HTTP 200 in 0 ms"),
                arguments("other content", holding("ok"), says(200, "o k"), "body does not hold 'ok'"),
                arguments("good content, bad status", holding("ok"), says(500, "ok"), "HTTP 500"),
                arguments("at the very end of 64 KiB", holding("ok"), says(200, long64k.substring(2) + "ok"), "HTTP 200 in 0 ms"),
                arguments("a byte beyond", holding("ok"), says(200, long64k.substring(1) + "ok"), "body does not hold 'ok'"),
                arguments("endless content", health(1, 1, true), says(200, long64k + long64k), "HTTP 200 in 0 ms"),
                arguments("refused", health(1, 1, true), fails(OriginFailure.CONNECT, "origin-refused: Connection refused"), "connection refused"),
                arguments("no connection", health(1, 1, true), fails(OriginFailure.CONNECT_TIMEOUT, "timeout-connect"), "no connection in time"),
                arguments("TLS", health(1, 1, true), fails(OriginFailure.TLS, "origin-tls: no"), "TLS: no"),
                arguments("reset", health(1, 1, true), fails(OriginFailure.RESET, "origin-reset: end of stream before a response"),
                        "end of stream before a response"),
                arguments("malformed", health(1, 1, true), fails(OriginFailure.MALFORMED, "malformed: bare LF"), "malformed: bare LF"),
                arguments("broken off after the verdict", health(1, 1, true), (Consumer<PoolRig.Connection>) connection -> {
                    connection.head(200);
                    connection.fail(OriginFailure.TRUNCATED, "origin-truncated: x");
                }, "HTTP 200 in 0 ms"),
                arguments("weir's own lack is no verdict", health(1, 1, true), fails(OriginFailure.MEMORY, "memory"), "not checked"));
    }

    private static Consumer<PoolRig.Connection> says(int status, String content) {
        return connection -> connection.answer(status, content);
    }

    private static Consumer<PoolRig.Connection> fails(OriginFailure failure, String reason) {
        return connection -> connection.fail(failure, reason);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void anAnswerIsGoodOrHasAReason(String what, HealthSettings health, Consumer<PoolRig.Connection> answer, String reason) throws IOException {
        try (PoolRig rig = new PoolRig(1)) {
            rig.onCheck = answer;
            Pool pool = rig.open(PoolRig.settings(health, A));
            rig.run(SECOND + LATE);
            Standing standing = pool.origins().get(0).standing();
            assertThat(standing.reason()).isEqualTo(reason);
            assertThat(standing.isUp()).isEqualTo(reason.endsWith(" ms") || reason.equals("not checked"));
            assertThat(rig.connections).hasSizeBetween(1, 2);
        }
    }
}
