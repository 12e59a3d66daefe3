package weir.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import weir.FuzzSeed;

/** Who is left out because of how requests ended, and for how long, on loops and a clock turned by hand. */
class EjectorTest {
    private static final long SECOND = PoolRig.SECOND;
    /** A timer may be so late: a tick of the wheel, and a step of the clock. */
    private static final long LATE = 30_000_000;

    private static Server[] servers(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(port -> new Server("127.0.0.1", port, 1)).toArray(Server[]::new);
    }

    private static PoolSettings settings(int servers, EjectSettings eject) {
        return PoolRig.settings(new HealthSettings(null, eject, 0), servers(servers));
    }

    private static EjectSettings eject(int failures, int percentMax) {
        return new EjectSettings(failures, 10 * SECOND, 35 * SECOND, percentMax, null);
    }

    private static Origin server(PoolRig rig, int port) {
        return rig.pool.origin("127.0.0.1:" + port);
    }

    private static void fail(PoolRig rig, int port, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            rig.request(i % rig.loops.size(), server(rig, port), OriginResult.TIMEOUT);
        }
        rig.turn();
        rig.turn();
    }

    // ---- failures in a row

    @ParameterizedTest
    @EnumSource(OriginResult.class)
    void whatCountsWhatEndsTheRowAndWhatSaysNothing(OriginResult result) throws IOException {
        Set<OriginResult> failures = Set.of(OriginResult.CONNECT, OriginResult.TLS, OriginResult.RESET, OriginResult.TIMEOUT, OriginResult.MALFORMED,
                OriginResult.TRUNCATED, OriginResult.UNAVAILABLE);
        Set<OriginResult> nothing = Set.of(OriginResult.STALE, OriginResult.ABORTED);
        try (PoolRig rig = new PoolRig(2)) {
            rig.open(settings(2, eject(5, 50)));
            rig.turn();
            fail(rig, 1, 4);
            rig.request(0, server(rig, 1), result);
            rig.turn();
            rig.turn();
            assertThat(server(rig, 1).standing().isEjected()).isEqualTo(failures.contains(result));
            if (!failures.contains(result)) {
                fail(rig, 1, 1);
                assertThat(server(rig, 1).standing().isEjected()).isEqualTo(nothing.contains(result));
            }
        }
    }

    @Test
    void statusesAreSortedByWhatTheyMean() {
        Map<Integer, OriginResult> expected = new HashMap<>(Map.of(200, OriginResult.OK, 404, OriginResult.OK, 429, OriginResult.OK, 499, OriginResult.OK,
                500, OriginResult.SERVER_ERROR, 501, OriginResult.SERVER_ERROR, 502, OriginResult.UNAVAILABLE, 503, OriginResult.UNAVAILABLE,
                504, OriginResult.UNAVAILABLE, 505, OriginResult.SERVER_ERROR));
        expected.put(599, OriginResult.SERVER_ERROR);
        expected.forEach((status, result) -> assertThat(OriginResult.of(status)).as("%d", status).isEqualTo(result));
    }

    @Test
    void eachTimeInARowIsLongerUpToTheLongest() throws IOException {
        try (PoolRig rig = new PoolRig(2)) {
            Pool pool = rig.open(settings(2, eject(5, 50)));
            Standing standing = server(rig, 1).standing();
            for (int seconds : new int[] {10, 20, 30, 35, 35}) {
                fail(rig, 1, 5);
                assertThat(standing.isEjected()).isTrue();
                assertThat(standing.ejection()).isEqualTo("5 failures in a row, the last one: timeout");
                assertThat(rig.told()).containsExactly("pool app: 127.0.0.1:1 is ejected for " + seconds + " s: 5 failures in a row, the last one: timeout");
                for (int i = 0; i < 10; i++) {
                    assertThat(pool.pick(rig.loops.get(i % 2), List.of(), 0).name()).isEqualTo("127.0.0.1:2");
                }
                rig.run(seconds * SECOND - LATE);
                assertThat(standing.isEjected()).isTrue();
                rig.run(2 * LATE);
                assertThat(standing.isEjected()).isFalse();
                assertThat(rig.told()).containsExactly("pool app: 127.0.0.1:1 is back after " + seconds + " s");
                fail(rig, 1, 4);
                assertThat(standing.isEjected()).as("failures count from none again").isFalse();
                rig.request(0, server(rig, 1), OriginResult.OK);
            }
            assertThat(server(rig, 1).ejections()).isEqualTo(Map.of("failures", 5L, "outlier", 0L));
            rig.run(35 * SECOND + LATE);
            fail(rig, 1, 5);
            assertThat(rig.told()).singleElement().asString().as("it stayed in for as long as it was out").contains(" is ejected for 10 s: ");
        }
    }

    static Stream<Arguments> shares() {
        return Stream.of(arguments(1, 100, 0), arguments(2, 1, 1), arguments(2, 50, 1), arguments(2, 100, 1), arguments(3, 50, 1), arguments(3, 67, 2),
                arguments(4, 50, 2), arguments(5, 100, 4), arguments(10, 10, 1), arguments(10, 25, 2), arguments(10, 9, 1));
    }

    @ParameterizedTest(name = "of {0} servers at most {1}%: {2}")
    @MethodSource("shares")
    void neverMoreThanTheShareAndNeverTheLast(int count, int percent, int out) throws IOException {
        try (PoolRig rig = new PoolRig(2)) {
            Pool pool = rig.open(settings(count, eject(3, percent)));
            for (int round = 0; round < 2; round++) {
                for (int port = 1; port <= count; port++) {
                    fail(rig, port, 3);
                }
            }
            assertThat(pool.origins().stream().filter(origin -> origin.standing().isEjected()).count()).isEqualTo(out);
            assertThat(pool.pick(rig.loops.get(0), List.of(), 0)).isNotNull();
            if (count == 3 && percent == 50) {
                rig.run(10 * SECOND + LATE);
                fail(rig, 3, 1);
                assertThat(server(rig, 3).standing().isEjected()).as("one that was spared before is next when it fails on").isTrue();
            }
        }
    }

    @Test
    void whenOnlyEjectedServersAreLeftTheyAreBetterThanNone() throws IOException {
        try (PoolRig rig = new PoolRig(2)) {
            Pool pool = rig.open(settings(3, eject(5, 50)));
            fail(rig, 1, 5);
            pool.administer(server(rig, 2), Standing.Administration.DISABLED);
            rig.turn();
            rig.turn();
            assertThat(server(rig, 1).standing().isEjected()).isTrue();
            rig.told();
            pool.administer(server(rig, 3), Standing.Administration.DRAINING);
            rig.turn();
            rig.turn();
            assertThat(server(rig, 1).standing().isEjected()).isFalse();
            assertThat(rig.told()).containsExactly("pool app: 127.0.0.1:1 gets requests again: no other server is usable");
            fail(rig, 1, 20);
            assertThat(server(rig, 1).standing().isEjected()).isFalse();
        }
    }

    @Test
    void aGoodRequestBetweenTheLastFailureAndTheLookSavesIt() throws IOException {
        try (PoolRig rig = new PoolRig(1)) {
            rig.open(settings(2, eject(5, 50)));
            rig.turn();
            for (int i = 0; i < 5; i++) {
                rig.request(0, server(rig, 1), OriginResult.RESET);
            }
            rig.request(0, server(rig, 1), OriginResult.OK);
            rig.turn();
            assertThat(server(rig, 1).standing().isEjected()).isFalse();
            fail(rig, 1, 5);
            assertThat(server(rig, 1).standing().isEjected()).isTrue();
        }
    }

    @Test
    void offIsOff() throws IOException {
        try (PoolRig rig = new PoolRig(1)) {
            rig.open(settings(2, eject(0, 50)));
            fail(rig, 1, 1000);
            assertThat(server(rig, 1).standing().isEjected()).isFalse();
        }
    }

    @Test
    void aPoolInAnothersPlaceGoesOn() throws IOException {
        try (PoolRig rig = new PoolRig(3)) {
            rig.open(settings(2, eject(5, 50)));
            fail(rig, 1, 5);
            rig.run(4 * SECOND);
            rig.open(settings(2, eject(6, 50)));
            rig.run(6 * SECOND - LATE);
            assertThat(server(rig, 1).standing().isEjected()).isTrue();
            rig.run(2 * LATE);
            assertThat(server(rig, 1).standing().isEjected()).isFalse();
            fail(rig, 1, 6);
            assertThat(rig.told()).contains("pool app: 127.0.0.1:1 is ejected for 20 s: 6 failures in a row, the last one: timeout");
            rig.open(settings(2, eject(0, 50)));
            rig.turn();
            assertThat(server(rig, 1).standing().isEjected()).isFalse();
            assertThat(server(rig, 1).ejections()).containsEntry("failures", 2L);
        }
    }

    /** Servers have bad times at random; whatever happens, what is promised holds. */
    @Test
    void whatIsPromisedHoldsUnderAnyLoad() throws IOException {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        try (PoolRig rig = new PoolRig(3)) {
            Pool pool = rig.open(settings(6, eject(3, 50)));
            rig.turn();
            Map<Origin, Long> outSince = new HashMap<>();
            boolean[] bad = new boolean[6];
            int ejections = 0;
            for (int i = 0; i < 20_000; i++) {
                if (random.nextInt(100) == 0) {
                    bad[random.nextInt(6)] = random.nextInt(3) > 0;
                }
                int loop = random.nextInt(3);
                Origin picked = pool.pick(rig.loops.get(loop), List.of(), 0);
                assertThat(picked).as("seed %d: somebody is always usable", seed).isNotNull();
                assertThat(picked.standing().isEjected()).as("seed %d", seed).isFalse();
                rig.request(loop, picked, random.nextInt(10) < (bad[picked.member().port() - 1] ? 9 : 1) ? OriginResult.UNAVAILABLE : OriginResult.OK);
                if (random.nextInt(5) == 0) {
                    rig.pass(random.nextInt(20) * 10_000_000L);
                }
                int out = 0;
                for (Origin origin : pool.origins()) {
                    if (origin.standing().isEjected()) {
                        out++;
                        ejections += outSince.putIfAbsent(origin, rig.nowNanos()) == null ? 1 : 0;
                    } else if (outSince.containsKey(origin)) {
                        long nanos = rig.nowNanos() - outSince.remove(origin);
                        assertThat(nanos).as("seed %d: time out", seed).isBetween(10 * SECOND - 200_000_000, 35 * SECOND + 400_000_000);
                    }
                }
                assertThat(out).as("seed %d: out at once", seed).isLessThanOrEqualTo(3);
            }
            assertThat(ejections).as("seed %d", seed).isGreaterThan(10);
        }
    }

    // ---- outliers

    private static EjectSettings outliers(double factor) {
        return new EjectSettings(0, 10 * SECOND, 35 * SECOND, 100, new OutlierSettings(10 * SECOND, 5, 100, factor));
    }

    private static void requests(PoolRig rig, int port, int good, int bad) throws IOException {
        OriginResult[] failures = {OriginResult.SERVER_ERROR, OriginResult.UNAVAILABLE, OriginResult.CONNECT, OriginResult.RESET};
        for (int i = 0; i < good; i++) {
            rig.request(i % rig.loops.size(), server(rig, port), OriginResult.OK);
        }
        for (int i = 0; i < bad; i++) {
            rig.request(i % rig.loops.size(), server(rig, port), failures[i % failures.length]);
        }
        rig.request(0, server(rig, port), OriginResult.ABORTED);
        rig.request(0, server(rig, port), OriginResult.STALE);
    }

    private static Set<String> ejected(PoolRig rig) {
        Set<String> names = new TreeSet<>();
        rig.pool.origins().stream().filter(origin -> origin.standing().isEjected()).forEach(origin -> names.add(origin.name()));
        return names;
    }

    @Test
    void outliersAreThoseOfTheDefinition() throws IOException {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        int found = 0;
        for (int round = 0; round < 40; round++) {
            int count = 3 + random.nextInt(8);
            double factor = (5 + random.nextInt(20)) / 10.0;
            try (PoolRig rig = new PoolRig(2)) {
                rig.open(settings(count, outliers(factor)));
                rig.run(SECOND);
                int[] good = new int[count];
                int[] bad = new int[count];
                for (int i = 0; i < count; i++) {
                    int all = random.nextInt(8) == 0 ? 99 : 100 + random.nextInt(50);
                    bad[i] = random.nextInt(4) == 0 ? random.nextInt(60) : random.nextInt(5);
                    good[i] = all - bad[i];
                    requests(rig, i + 1, good[i], bad[i]);
                }
                rig.run(9 * SECOND + LATE);
                Set<String> expected = expected(good, bad, factor);
                assertThat(ejected(rig)).as("seed %d, round %d", seed, round).isEqualTo(expected);
                found += expected.size();
            }
        }
        assertThat(found).as("seed %d", seed).isGreaterThan(5);
    }

    /** In the plainest way: Envoy's success-rate outlier detection, with the population's standard deviation. */
    private static Set<String> expected(int[] good, int[] bad, double factor) {
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < good.length; i++) {
            if (good[i] + bad[i] >= 100) {
                rates.add(good[i] * 100.0 / (good[i] + bad[i]));
            }
        }
        Set<String> names = new TreeSet<>();
        if (rates.size() < 5) {
            return names;
        }
        double mean = rates.stream().mapToDouble(rate -> rate).sum() / rates.size();
        double deviation = Math.sqrt(rates.stream().mapToDouble(rate -> Math.pow(rate - mean, 2)).sum() / rates.size());
        for (int i = 0; i < good.length; i++) {
            if (good[i] + bad[i] >= 100 && good[i] * 100.0 / (good[i] + bad[i]) < mean - factor * deviation) {
                names.add("127.0.0.1:" + (i + 1));
            }
        }
        return names;
    }

    @Test
    void eachLookCountsWhatCameSinceTheLast() throws IOException {
        try (PoolRig rig = new PoolRig(1)) {
            rig.open(settings(6, new EjectSettings(0, 10 * SECOND, 35 * SECOND, 50, null)));
            rig.turn();
            requests(rig, 1, 0, 100);
            rig.open(settings(6, outliers(1.9)));
            rig.turn();
            for (int port = 1; port <= 6; port++) {
                requests(rig, port, 100, 0);
            }
            rig.run(10 * SECOND + LATE);
            assertThat(ejected(rig)).as("what failed before anybody looked").isEmpty();
            for (int port = 1; port <= 6; port++) {
                requests(rig, port, port == 2 ? 80 : 100, port == 2 ? 20 : 0);
            }
            rig.run(10 * SECOND);
            assertThat(ejected(rig)).containsExactly("127.0.0.1:2");
            assertThat(rig.told()).containsExactly(
                    "pool app: 127.0.0.1:2 is ejected for 10 s: 80.0 % of 100 requests went well, less than the bound of 82.5 %");
            assertThat(server(rig, 2).ejections()).isEqualTo(Map.of("failures", 0L, "outlier", 1L));
            rig.run(10 * SECOND + LATE);
            assertThat(ejected(rig)).isEmpty();
        }
    }
}
