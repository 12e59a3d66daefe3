package weir.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.FuzzSeed;
import weir.net.EventLoop;
import weir.upstream.BalanceSettings.Policy;

/** Queue, budget, breaker, adaptive limit and percentile against the numbers that the manual promises, on a clock turned by hand. */
class LimitsOfPoolsTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final Server A = new Server("127.0.0.1", 1, 1);

    // ---- queue

    /** A request that takes a server as soon as it has its turn. */
    private static final class Request extends Waiter {
        private final PoolRig rig;
        private final EventLoop loop;
        private final QueueClass rank;
        private final List<String> log;
        private final String name;
        private Origin origin;
        private boolean late;

        Request(PoolRig rig, EventLoop loop, QueueClass rank, String name, List<String> log) {
            this.rig = rig;
            this.loop = loop;
            this.rank = rank;
            this.name = name;
            this.log = log;
        }

        boolean arrive() throws IOException {
            if (!rig.pool.mustWait(loop, rank) && onTurn()) {
                return true;
            }
            return rig.pool.enqueue(loop, this, rank);
        }

        @Override
        protected boolean onTurn() {
            Origin chosen = rig.pool.pick(loop, List.of(), 0);
            try {
                if (chosen == null || rig.pool.begin(loop, chosen, null, true, false) == null) {
                    return false;
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            origin = chosen;
            log.add(name);
            return true;
        }

        @Override
        protected void onTooLate() {
            late = true;
            log.add("late " + name);
        }

        void end() {
            rig.pool.end(loop, origin, null, OriginResult.OK);
            origin = null;
        }
    }

    private static PoolRig rig(int loops, LimitSettings limits, Server... servers) throws IOException {
        PoolRig rig = new PoolRig(loops);
        rig.open(PoolRig.settings(BalanceSettings.of(Policy.LEAST_REQUESTS), limits, RetrySettings.DEFAULT, servers));
        return rig;
    }

    private static LimitSettings permits(int permits, int queue, long nanos) {
        return new LimitSettings(permits, 0, 0, 0, queue, nanos, null);
    }

    @Test
    void whoWaitedLongestInTheHighestClassGoesFirstWhateverItsLoop() throws IOException {
        List<String> log = new ArrayList<>();
        try (PoolRig rig = rig(3, permits(1, 100, 60 * SECOND), A)) {
            Request running = new Request(rig, rig.loops.get(0), QueueClass.NORMAL, "first", log);
            assertThat(running.arrive()).isTrue();
            List<Request> all = new ArrayList<>(List.of(running));
            QueueClass[] classes = {QueueClass.LOW, QueueClass.NORMAL, QueueClass.HIGH};
            for (int i = 0; i < 9; i++) {
                rig.pass(MILLI);
                Request next = new Request(rig, rig.loops.get(i % 3), classes[i / 3], classes[i / 3] + " " + i, log);
                assertThat(next.arrive()).isTrue();
                all.add(next);
            }
            assertThat(rig.pool.waiting()).isEqualTo(9);
            for (int i = 0; i < 10; i++) {
                all.stream().filter(request -> request.origin != null).findFirst().orElseThrow().end();
                rig.turn();
                rig.turn();
            }
            assertThat(log).containsExactly("first", "HIGH 6", "HIGH 7", "HIGH 8", "NORMAL 3", "NORMAL 4", "NORMAL 5", "LOW 0", "LOW 1", "LOW 2");
            assertThat(rig.pool.waiting()).isZero();
        }
    }

    @Test
    void theQueueIsBoundedOverAllLoopsAndByTime() throws IOException {
        List<String> log = new ArrayList<>();
        try (PoolRig rig = rig(2, permits(1, 3, SECOND), A)) {
            for (int i = 0; i < 4; i++) {
                assertThat(new Request(rig, rig.loops.get(i % 2), QueueClass.NORMAL, "r" + i, log).arrive()).isTrue();
            }
            assertThat(new Request(rig, rig.loops.get(0), QueueClass.HIGH, "too much", log).arrive()).isFalse();
            rig.pass(SECOND - 10 * MILLI);
            assertThat(log).containsExactly("r0");
            rig.pass(20 * MILLI);
            assertThat(log).containsExactlyInAnyOrder("r0", "late r1", "late r2", "late r3");
            assertThat(rig.pool.waiting()).isZero();
        }
    }

    @Test
    void aServerThatComesBackServesWhoWaits() throws IOException {
        List<String> log = new ArrayList<>();
        Server other = new Server("127.0.0.1", 2, 1);
        try (PoolRig rig = rig(1, permits(1, 10, 60 * SECOND), A, other)) {
            rig.pool.origin("127.0.0.1:2").standing().checked(false, "down");
            for (int i = 0; i < 2; i++) {
                new Request(rig, rig.loops.get(0), QueueClass.NORMAL, "r" + i, log).arrive();
            }
            assertThat(log).containsExactly("r0");
            rig.pool.origin("127.0.0.1:2").standing().checked(true, "up");
            rig.turn();
            assertThat(log).containsExactly("r0", "r1");
        }
    }

    /** Thousands of requests that come, wait, leave and end at random: the limit holds at every moment, and nobody is forgotten. */
    @Test
    void permitsAreNeverExceededNorLost() throws IOException {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        List<String> log = new ArrayList<>();
        Server[] servers = {A, new Server("127.0.0.1", 2, 1), new Server("127.0.0.1", 3, 1)};
        try (PoolRig rig = rig(3, permits(4, 20, 10 * MILLI), servers)) {
            List<Request> live = new ArrayList<>();
            int sentAway = 0;
            for (int i = 0; i < 20_000; i++) {
                Request next = new Request(rig, rig.loops.get(random.nextInt(3)), QueueClass.values()[random.nextInt(3)], "r", log);
                if (next.arrive()) {
                    live.add(next);
                } else {
                    sentAway++;
                }
                while (!live.isEmpty() && random.nextInt(100) < 45) {
                    Request one = live.remove(random.nextInt(live.size()));
                    if (one.origin != null) {
                        one.end();
                    } else {
                        one.leave();
                    }
                }
                rig.pass(random.nextInt((int) MILLI));
                live.removeIf(request -> request.late);
                for (Origin origin : rig.pool.origins()) {
                    assertThat(origin.openRequests()).as("seed " + seed).isBetween(0, 4);
                }
                assertThat(rig.pool.waiting()).as("seed " + seed).isBetween(0, 20);
            }
            assertThat(sentAway).as("the bound was reached; seed " + seed).isPositive();
            assertThat(log).as("so was the deadline; seed " + seed).contains("late r");
            live.forEach(request -> {
                if (request.origin != null) {
                    request.end();
                } else {
                    request.leave();
                }
            });
            rig.turn();
            assertThat(rig.pool.waiting()).as("seed " + seed).isZero();
            for (int i = 0; i < 12; i++) {
                assertThat(new Request(rig, rig.loops.get(0), QueueClass.NORMAL, "r", log).onTurn()).as("permit " + i + ", seed " + seed).isTrue();
            }
        }
    }

    // ---- budget

    @ParameterizedTest(name = "{0}% min {1} of {2} live")
    @CsvSource({"20, 3, 0, 3", "20, 3, 15, 3", "20, 3, 16, 3", "20, 3, 100, 20", "0, 0, 1000, 0", "0, 2, 1000, 2", "100, 0, 7, 7", "20, 3, 19, 3", "20, 3, 20, 4"})
    void theBudgetIsAShareAndAFloor(int percent, int min, int live, int allowed) {
        RetrySettings usual = RetrySettings.DEFAULT;
        RetryBudget budget = new RetryBudget(new RetrySettings(2, usual.causes(), usual.statuses(), 0, percent, min, 0, 0), () -> live);
        for (int i = 0; i < allowed; i++) {
            assertThat(budget.take()).isTrue();
        }
        assertThat(budget.take()).isFalse();
        assertThat(budget.running()).isEqualTo(allowed);
        if (allowed > 0) {
            budget.give();
            assertThat(budget.take()).isTrue();
        }
    }

    // ---- breaker

    private static Breaker breaker() {
        return new Breaker(new BreakerSettings(50, 20, 10 * SECOND, 5 * SECOND), 2);
    }

    private static void end(Breaker breaker, int requests, boolean failed, long now) {
        for (int i = 0; i < requests; i++) {
            breaker.ended(i % 2, failed, now);
        }
    }

    @Test
    void theBreakerOpensAtItsShareAndNotBelowItsNumber() {
        long now = 1_000 * SECOND;
        Breaker few = breaker();
        end(few, 19, true, now);
        assertThat(few.isOpen()).isFalse();
        end(few, 1, true, now);
        assertThat(few.isOpen()).isTrue();
        Breaker half = breaker();
        end(half, 21, false, now);
        end(half, 20, true, now);
        assertThat(half.isOpen()).as("20 of 41").isFalse();
        end(half, 1, true, now);
        assertThat(half.isOpen()).as("21 of 42").isTrue();
        assertThat(half.timesOpened()).isEqualTo(1);
    }

    @Test
    void theBreakerForgetsWhatIsOlderThanItsWindow() {
        Breaker breaker = breaker();
        end(breaker, 19, true, 1_000 * SECOND);
        end(breaker, 1, true, 1_011 * SECOND);
        assertThat(breaker.isOpen()).isFalse();
        end(breaker, 19, true, 1_012 * SECOND);
        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void theBreakerLetsOneThroughAndClosesWhenThatGoesWell() {
        long now = 1_000 * SECOND;
        Breaker breaker = breaker();
        end(breaker, 20, true, now);
        assertThat(breaker.admits(now + 4 * SECOND)).isFalse();
        now += 5 * SECOND;
        assertThat(breaker.admits(now)).isTrue();
        assertThat(breaker.admits(now)).as("only one").isFalse();
        breaker.ended(0, true, now);
        assertThat(breaker.admits(now + 4 * SECOND)).isFalse();
        now += 5 * SECOND;
        assertThat(breaker.admits(now)).isTrue();
        breaker.ended(1, false, now);
        assertThat(breaker.isOpen()).isFalse();
        end(breaker, 19, true, now);
        assertThat(breaker.isOpen()).as("counted anew").isFalse();
    }

    @Test
    void aTrialThatNeverEndsDoesNotHoldTheBreakerForEver() {
        Breaker breaker = breaker();
        end(breaker, 20, true, 1_000 * SECOND);
        assertThat(breaker.admits(1_005 * SECOND)).isTrue();
        assertThat(breaker.admits(1_009 * SECOND)).isFalse();
        assertThat(breaker.admits(1_010 * SECOND)).isTrue();
    }

    // ---- percentile

    @ParameterizedTest
    @ValueSource(ints = {50, 90, 95, 99})
    void thePercentileIsRightToAFifth(int percentile) {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        Latencies latencies = new Latencies(percentile);
        long[] last = new long[256];
        for (int i = 0; i < 40 * 256; i++) {
            long nanos = (long) (2 * MILLI * Math.exp(random.nextGaussian()));
            latencies.record(nanos);
            last[i % 256] = nanos;
        }
        // what is kept is more than the last 256; so the truth comes from the distribution itself
        double z = new double[] {0, 1.2816, 1.6449, 2.3263}[Arrays.asList(50, 90, 95, 99).indexOf(percentile)];
        double truth = 2 * MILLI * Math.exp(z);
        assertThat((double) latencies.value()).as("seed " + seed).isBetween(truth * 0.6, truth * 1.7);
    }

    @Test
    void nothingIsSaidOfTooFewAndOldOnesFade() {
        Latencies latencies = new Latencies(90);
        for (int i = 0; i < Latencies.MIN - 1; i++) {
            latencies.record(MILLI);
        }
        assertThat(latencies.value()).isZero();
        for (int i = 0; i < 1_000; i++) {
            latencies.record(MILLI);
        }
        assertThat(latencies.value()).isBetween(MILLI, MILLI * 5 / 4);
        for (int i = 0; i < 4_000; i++) {
            latencies.record(10 * MILLI);
        }
        assertThat(latencies.value()).isBetween(10 * MILLI, 10 * MILLI * 5 / 4);
    }

    // ---- adaptive limit

    /** A server that answers in 10 ms while it has no more to do than it can do at once, and queues what is more. */
    private static final class Pressed {
        private final GradientLimit limit;
        private final ServerCounts counts = new ServerCounts(1);
        private int interval;
        private int now;
        private int capacity;

        Pressed(LimitSettings settings, int capacity) {
            limit = new GradientLimit(settings);
            now = limit.first();
            this.capacity = capacity;
        }

        /** As many requests as the limit allows, all the time. @return the largest limit, apart from when it measures */
        int run(int intervals) {
            int most = 0;
            for (int i = 0; i < intervals; i++) {
                while (counts.open() < now) {
                    counts.begin(0);
                }
                while (counts.open() > now) {
                    counts.end(0, OriginResult.OK);
                }
                for (int response = 0; response < 20; response++) {
                    counts.head(0, 10 * MILLI * Math.max(capacity, now) / capacity);
                }
                int next = limit.observe(counts, ++interval * GradientLimit.INTERVAL_NANOS);
                now = next > 0 ? next : now;
                most = Math.max(most, now);
            }
            return most;
        }
    }

    @Test
    void anAdaptiveLimitFindsWhatAServerCanDo() {
        Pressed server = new Pressed(new LimitSettings(0, 5, 500, 0, 1000, SECOND, null), 40);
        server.run(300);
        // in balance the limit is where latency is a quarter above that of rest, and the square root more
        assertThat(server.run(3_000)).isBetween(45, 70);
        server.capacity = 10;
        server.run(300);
        assertThat(server.run(3_000)).isBetween(11, 30);
        server.capacity = 100;
        server.run(700);
        assertThat(server.run(3_000)).isBetween(105, 160);
    }

    @Test
    void anAdaptiveLimitStaysBetweenItsBounds() {
        assertThat(new Pressed(new LimitSettings(0, 5, 30, 0, 1000, SECOND, null), 1_000).run(2_000)).isEqualTo(30);
        Pressed slow = new Pressed(new LimitSettings(0, 5, 30, 0, 1000, SECOND, null), 1);
        slow.run(2_000);
        assertThat(slow.now).isGreaterThanOrEqualTo(5);
    }

    @Test
    void anAdaptiveLimitLearnsNothingWhereItIsNotReached() {
        GradientLimit limit = new GradientLimit(new LimitSettings(0, 5, 500, 0, 1000, SECOND, null));
        ServerCounts counts = new ServerCounts(1);
        int now = 0;
        for (int i = 1; i < 500; i++) {
            for (int response = 0; response < 20; response++) {
                counts.head(0, MILLI);
            }
            now = Math.max(now, limit.observe(counts, i * GradientLimit.INTERVAL_NANOS));
        }
        assertThat(now).isEqualTo(20);
    }
}
