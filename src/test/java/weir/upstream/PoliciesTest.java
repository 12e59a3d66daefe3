package weir.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import weir.FuzzSeed;
import weir.http.OriginStream;
import weir.net.EventLoop;
import weir.upstream.BalanceSettings.Policy;

/** Each policy against its own definition, on thousands of requests. */
class PoliciesTest {
    private static final HashKey BY_PATH = new HashKey(HashKey.Kind.PATH, "");
    private static final int KEYS = 20_000;

    private static Server server(int port, int weight) {
        return new Server("127.0.0.1", port, weight);
    }

    private static Server[] servers(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(port -> server(port, 1)).toArray(Server[]::new);
    }

    private static PoolRig rig(BalanceSettings balance, Server... servers) throws IOException {
        PoolRig rig = new PoolRig(1);
        rig.open(PoolRig.settings(balance, LimitSettings.NONE, RetrySettings.DEFAULT, servers));
        return rig;
    }

    private static BalanceSettings hash(int bound) {
        return new BalanceSettings(Policy.HASH, BY_PATH, bound, List.of(), null);
    }

    private static String pick(PoolRig rig, long key) {
        return rig.pool.pick(rig.loops.get(0), List.of(), key).name().substring("127.0.0.1:".length());
    }

    private static Origin begin(PoolRig rig, long key) throws IOException {
        EventLoop loop = rig.loops.get(0);
        Origin origin = rig.pool.pick(loop, List.of(), key);
        rig.pool.begin(loop, origin, null, false, false);
        return origin;
    }

    private static Map<String, Integer> counts(PoolRig rig, int requests) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < requests; i++) {
            counts.merge(pick(rig, 0), 1, Integer::sum);
        }
        return counts;
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void oneServerGetsAll(Policy policy) throws IOException {
        try (PoolRig rig = rig(policy == Policy.HASH ? hash(150) : BalanceSettings.of(policy), server(7, 3))) {
            assertThat(counts(rig, 100)).containsExactly(Map.entry("7", 100));
        }
    }

    // ---- round robin

    @Test
    void roundRobinIsExactAndSmooth() throws IOException {
        try (PoolRig rig = rig(BalanceSettings.DEFAULT, server(1, 5), server(2, 1), server(3, 1))) {
            StringBuilder order = new StringBuilder();
            for (int i = 0; i < 14; i++) {
                order.append(pick(rig, 0));
            }
            assertThat(order).hasToString("11213111121311");
            assertThat(counts(rig, 7_000)).containsExactlyInAnyOrderEntriesOf(Map.of("1", 5_000, "2", 1_000, "3", 1_000));
        }
    }

    @Test
    void roundRobinWithoutWeightsTakesEachInTurn() throws IOException {
        try (PoolRig rig = rig(BalanceSettings.DEFAULT, servers(3))) {
            assertThat(counts(rig, 300).values()).containsOnly(100);
        }
    }

    @Test
    void anotherWeightOfTheOperatorCountsAtOnce() throws IOException {
        try (PoolRig rig = rig(BalanceSettings.DEFAULT, servers(2))) {
            rig.pool.weight(rig.pool.origin("127.0.0.1:2"), 3);
            assertThat(counts(rig, 400)).containsExactlyInAnyOrderEntriesOf(Map.of("1", 100, "2", 300));
            rig.pool.weight(rig.pool.origin("127.0.0.1:2"), 0);
            assertThat(counts(rig, 400)).containsExactlyInAnyOrderEntriesOf(Map.of("1", 200, "2", 200));
        }
    }

    // ---- by load

    @Test
    void leastRequestsTakesOneOfTheLeastLoadedForItsWeight() throws IOException {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        try (PoolRig rig = rig(BalanceSettings.of(Policy.LEAST_REQUESTS), server(1, 1), server(2, 2), server(3, 5), server(4, 1))) {
            List<Map.Entry<Origin, OriginStream>> running = new ArrayList<>();
            EventLoop loop = rig.loops.get(0);
            for (int i = 0; i < 5_000; i++) {
                Origin chosen = rig.pool.pick(loop, List.of(), 0);
                for (Origin other : rig.pool.origins()) {
                    assertThat((chosen.openRequests() + 1) * other.weight()).as("seed " + seed).isLessThanOrEqualTo((other.openRequests() + 1) * chosen.weight());
                }
                running.add(Map.entry(chosen, rig.pool.begin(loop, chosen, null, false, false)));
                while (running.size() > random.nextInt(60)) {
                    Map.Entry<Origin, OriginStream> done = running.remove(random.nextInt(running.size()));
                    rig.pool.end(loop, done.getKey(), null, OriginResult.OK);
                }
            }
        }
    }

    @Test
    void randomTwoKeepsServersCloseTogether() throws IOException {
        try (PoolRig rig = rig(BalanceSettings.of(Policy.RANDOM_TWO), servers(10))) {
            for (int i = 0; i < 10_000; i++) {
                begin(rig, 0);
            }
            IntSummaryStatistics open = rig.pool.origins().stream().mapToInt(Origin::openRequests).summaryStatistics();
            // by pure chance the spread would be some 3 x sqrt(1000) to either side; of two it is ln ln n
            assertThat(open.getMax() - open.getMin()).isLessThan(20);
        }
    }

    @Test
    void leastTimePrefersWhoAnswersSoonerAndTriesASlowOneAgain() throws IOException {
        try (PoolRig rig = rig(BalanceSettings.of(Policy.LEAST_TIME), servers(2))) {
            EventLoop loop = rig.loops.get(0);
            for (Origin origin : rig.pool.origins()) {
                rig.pool.answered(loop, origin, origin.name().endsWith(":1") ? 2_000_000 : 200_000_000, 200);
            }
            assertThat(counts(rig, 100)).containsExactly(Map.entry("1", 100));
            for (int i = 0; i < 50; i++) {
                begin(rig, 0);
            }
            assertThat(rig.pool.origin("127.0.0.1:1").openRequests()).as("fifty at 2 ms are better than one at 200 ms").isEqualTo(50);
            begin(rig, 0);
            for (int i = 0; i < 60; i++) {
                begin(rig, 0);
            }
            assertThat(rig.pool.origin("127.0.0.1:2").openRequests()).as("a hundred are not").isPositive();
            rig.pass(120 * PoolRig.SECOND);
            long before = rig.pool.origin("127.0.0.1:2").openRequests();
            for (int i = 0; i < 200; i++) {
                begin(rig, 0);
            }
            assertThat(rig.pool.origin("127.0.0.1:2").openRequests() - before).as("what was slow long ago is tried again").isGreaterThan(50);
        }
    }

    @Test
    void leastTimeTurnsAwayFromFailures() throws IOException {
        try (PoolRig rig = rig(BalanceSettings.of(Policy.LEAST_TIME), servers(2))) {
            EventLoop loop = rig.loops.get(0);
            rig.pool.answered(loop, rig.pool.origin("127.0.0.1:1"), 5_000_000, 200);
            rig.pool.failed(loop, rig.pool.origin("127.0.0.1:2"), OriginResult.CONNECT);
            assertThat(counts(rig, 50)).containsExactly(Map.entry("1", 50));
        }
    }

    @Test
    void firstFillsOneServerAfterTheOther() throws IOException {
        LimitSettings two = new LimitSettings(2, 0, 0, 0, 10, PoolRig.SECOND, null);
        try (PoolRig rig = new PoolRig(1)) {
            rig.open(PoolRig.settings(BalanceSettings.of(Policy.FIRST), two, RetrySettings.DEFAULT, servers(3)));
            StringBuilder order = new StringBuilder();
            for (int i = 0; i < 5; i++) {
                order.append(begin(rig, 0).name().substring(10));
            }
            assertThat(order).hasToString("11223");
        }
    }

    // ---- hash

    private static List<String> placesOfKeys(PoolRig rig) {
        Random keys = new Random(42);
        return IntStream.range(0, KEYS).mapToObj(i -> pick(rig, keys.nextLong())).toList();
    }

    @Test
    void aServerThatGoesTakesOnlyItsOwnKeysWithIt() throws IOException {
        try (PoolRig rig = rig(hash(0), servers(10))) {
            List<String> before = placesOfKeys(rig);
            for (int port = 1; port <= 10; port++) {
                String name = String.valueOf(port);
                assertThat(before.stream().filter(name::equals).count()).isBetween(KEYS / 10L - 200, KEYS / 10L + 200);   // 4.7 sigma
            }
            rig.pool.origin("127.0.0.1:4").standing().checked(false, "gone");
            List<String> after = placesOfKeys(rig);
            int moved = 0;
            for (int i = 0; i < KEYS; i++) {
                if (before.get(i).equals("4")) {
                    moved++;
                    assertThat(after.get(i)).isNotEqualTo("4");
                } else {
                    assertThat(after.get(i)).isEqualTo(before.get(i));
                }
            }
            assertThat(moved).isLessThan(KEYS * 12 / 100);
            rig.pool.origin("127.0.0.1:4").standing().checked(true, "back");
            assertThat(placesOfKeys(rig)).isEqualTo(before);
        }
    }

    @Test
    void theOrderOfTheFileDoesNotMatterToAHash() throws IOException {
        try (PoolRig one = rig(hash(0), server(1, 1), server(2, 1), server(3, 1)); PoolRig other = rig(hash(0), server(3, 1), server(1, 1), server(2, 1))) {
            assertThat(placesOfKeys(one)).isEqualTo(placesOfKeys(other));
        }
    }

    @Test
    void aHashHeedsWeightsAndMovesLittleWhenOneChanges() throws IOException {
        try (PoolRig rig = rig(hash(0), server(1, 1), server(2, 2), server(3, 1))) {
            List<String> before = placesOfKeys(rig);
            assertThat(before.stream().filter("2"::equals).count()).isBetween(KEYS / 2L - 350, KEYS / 2L + 350);
            rig.pool.weight(rig.pool.origin("127.0.0.1:2"), 3);
            List<String> after = placesOfKeys(rig);
            assertThat(after.stream().filter("2"::equals).count()).isBetween(KEYS * 3 / 5L - 350, KEYS * 3 / 5L + 350);
            for (int i = 0; i < KEYS; i++) {
                if (!after.get(i).equals(before.get(i))) {
                    assertThat(after.get(i)).as("keys move only to the server that weighs more").isEqualTo("2");
                }
            }
        }
    }

    @Test
    void oneHotKeyDoesNotSinkItsServer() throws IOException {
        try (PoolRig rig = rig(hash(150), servers(5))) {
            for (int i = 0; i < 1_000; i++) {
                begin(rig, 4711);
            }
            for (Origin origin : rig.pool.origins()) {
                assertThat(origin.openRequests()).isLessThanOrEqualTo(1_000 / 5 * 3 / 2 + 1);
            }
        }
    }
}
