package weir.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import weir.FuzzSeed;

/** The wheel against a sorted map, with a clock turned by hand. */
class TimersFuzzTest {
    private static final long TICK = Timers.TICK_NANOS;

    private final long seed = FuzzSeed.seed();
    private final Random random = new Random(seed);
    private long start;
    private long passed; // nanos since start: the twin's clock, which does not wrap around
    private Timers timers;
    /** What is set: deadlines in nanos since start, by timer. */
    private final Map<Numbered, Long> twin = new TreeMap<>(Comparator.comparingInt(timer -> timer.number));
    private int ran;

    @Test
    void agreesWithASortedTwin() {
        for (int round = 0; round < 60; round++) {
            try {
                play();
            } catch (AssertionError failure) {
                throw new AssertionError("round " + round + " of -Dfuzz.seed=" + seed, failure);
            }
        }
    }

    private void play() {
        start = random.nextBoolean() ? random.nextLong() : Long.MAX_VALUE - random.nextInt(1_000_000_000);
        passed = 0;
        timers = new Timers(start);
        twin.clear();
        Numbered[] all = new Numbered[1 + random.nextInt(300)];
        for (int i = 0; i < all.length; i++) {
            all[i] = new Numbered(i);
        }
        boolean bounded = random.nextBoolean();
        for (int step = 0; step < 3000; step++) {
            Numbered timer = all[random.nextInt(all.length)];
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> set(timer, passed + delay());
                case 4 -> {
                    timers.cancel(timer);
                    twin.remove(timer);
                }
                case 5, 6 -> turn(random.nextInt(3) == 0 ? delay() : random.nextInt(100_000_000), bounded);
                default -> turn(Math.max(0, timers.millisToNext(start + passed)) * 1_000_000, bounded);
            }
            check(all);
        }
    }

    private void set(Numbered timer, long deadline) {
        timers.set(timer, start + deadline);
        twin.put(timer, deadline);
    }

    private void turn(long delay, boolean bounded) {
        passed += delay;
        if (bounded) {
            int max = 1 + random.nextInt(5);
            ran = 0;
            int told = timers.expire(start + passed, max);
            assertThat(told).isEqualTo(ran).isLessThanOrEqualTo(max);
        }
        if (!bounded || random.nextInt(3) == 0) {
            for (int calls = 0; timers.millisToNext(start + passed) == 0; calls++) {
                timers.expire(start + passed, 50);
                assertThat(calls).isLessThan(1000);
            }
            long late = twin.values().stream().mapToLong(deadline -> passed - deadline).max().orElse(0);
            assertThat(late).isLessThan(TICK);
        }
    }

    private void check(Numbered[] all) {
        assertThat(timers.size()).isEqualTo(twin.size());
        long next = twin.values().stream().mapToLong(deadline -> deadline - passed).min().orElse(-1);
        long millis = timers.millisToNext(start + passed);
        if (twin.isEmpty()) {
            assertThat(millis).isEqualTo(-1);
        } else {
            assertThat(millis).isBetween(0L, Math.max(0, next + TICK + 1_000_000) / 1_000_000);
        }
        for (Numbered timer : all) {
            Long deadline = twin.get(timer);
            assertThat(timer.isSet()).isEqualTo(deadline != null);
            if (deadline != null) {
                assertThat(timer.deadlineNanos()).isEqualTo(start + deadline);
            }
        }
    }

    /** From within a tick to beyond the last level, each width as likely as the others. */
    private long delay() {
        return random.nextLong() >>> (17 + random.nextInt(40));
    }

    private final class Numbered extends Timer {
        final int number;

        Numbered(int number) {
            this.number = number;
        }

        @Override
        protected void onExpired(long nowNanos) {
            ran++;
            assertThat(nowNanos).isEqualTo(start + passed);
            Long deadline = twin.remove(this);
            assertThat(deadline).as("ran without being set").isNotNull();
            assertThat(passed).as("ran early").isGreaterThanOrEqualTo(deadline);
            if (random.nextInt(4) == 0) {
                set(this, passed + delay() + 1);
            }
        }
    }
}
