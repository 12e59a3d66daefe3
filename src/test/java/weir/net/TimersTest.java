package weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimersTest {
    private static final long TICK = Timers.TICK_NANOS;
    private static final long MILLI = 1_000_000;

    private final List<String> ran = new ArrayList<>();
    private long now = 123_456_789;
    private final Timers timers = new Timers(now);

    @Test
    void anEmptyWheelWaitsForEver() {
        assertThat(timers.millisToNext(now)).isEqualTo(-1);
        now += Long.MAX_VALUE / 4;
        assertThat(timers.expire(now, 10)).isZero();
        assertThat(timers.millisToNext(now)).isEqualTo(-1);
    }

    /** Around every border between slots and levels, and far beyond the last level, on both sides of a wrap-around. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 63 * TICK, Long.MAX_VALUE, Long.MAX_VALUE - 70 * TICK, Long.MIN_VALUE, -1})
    void expiresOnTimeFromAnyStart(long start) {
        long[] ticks = {0, 1, 2, 62, 63, 64, 65, 127, 128, 4095, 4096, 4097, 262_143, 262_144, 262_145, 16_777_215,
            16_777_216, 16_777_217, 17_039_359, 17_039_360, 33_554_433, 1_000_000_000_000L};
        for (long first : new long[] {0, 1, 61, 64, 4095, 262_143, 16_777_215}) {
            for (long after : ticks) {
                for (long offset : new long[] {-1, 0, 1}) {
                    expiresOnTime(start, first * TICK, after * TICK + offset);
                }
            }
        }
    }

    private static void expiresOnTime(long start, long firstNanos, long afterNanos) {
        Timers timers = new Timers(start);
        timers.expire(start + firstNanos, 1);
        long[] ranAt = {0, 0};
        Timer timer = new Timer() {
            @Override
            protected void onExpired(long nowNanos) {
                ranAt[0] = nowNanos;
                ranAt[1]++;
            }
        };
        long deadline = start + firstNanos + afterNanos;
        timers.set(timer, deadline);
        long now = start + firstNanos;
        int waits = 0;
        while (timer.isSet()) { // as a loop does it
            long millis = timers.millisToNext(now);
            now += millis * MILLI;
            timers.expire(now, 1);
            assertThat(waits++).as("waits for %d after %d", afterNanos, firstNanos).isLessThan(100_000);
        }
        assertThat(ranAt[1]).isOne();
        long late = ranAt[0] - deadline;
        assertThat(late).as("late: %d after %d", afterNanos, firstNanos).isBetween(0L, TICK + MILLI);
    }

    @Test
    void movingLaterAndCancellingLeaveTheWheelAlone() {
        Timer timer = timer("a");
        timers.set(timer, now + 10 * TICK);
        Timer neighbour = timer.next;
        for (int i = 0; i < 1000; i++) {
            timers.cancel(timer);
            assertThat(timer.isSet()).isFalse();
            assertThat(timers.size()).isZero();
            assertThat(timers.millisToNext(now)).isEqualTo(-1);
            timers.set(timer, now + (10 + i) * TICK);
            assertThat(timer.next).isSameAs(neighbour);
            assertThat(timers.linked()).isOne();
        }
        assertThat(timer.deadlineNanos()).isEqualTo(now + 1009 * TICK);
        expire(1008 * TICK);
        assertThat(ran).isEmpty();
        expire(TICK);
        assertThat(ran).containsExactly("a");
        assertThat(timers.linked()).isZero();
    }

    @Test
    void movingEarlierIsNotLate() {
        Timer timer = timer("a");
        timers.set(timer, now + 1_000_000 * TICK);
        timers.set(timer, now + 5000 * TICK);
        timers.set(timer, now + TICK);
        expire(TICK);
        assertThat(ran).containsExactly("a");
        timers.set(timer, now + 5000 * TICK);
        timers.set(timer, now - 1); // passed already
        assertThat(timers.millisToNext(now)).isZero();
        expire(0);
        assertThat(ran).containsExactly("a", "a");
    }

    @Test
    void runsAtMostSoManyAndTheRestNextTime() {
        for (int i = 0; i < 10; i++) {
            timers.set(timer("t" + i), now + TICK);
        }
        now += TICK;
        assertThat(timers.expire(now, 4)).isEqualTo(4);
        assertThat(timers.millisToNext(now)).isZero();
        assertThat(timers.size()).isEqualTo(6);
        assertThat(timers.expire(now, 4)).isEqualTo(4);
        assertThat(timers.expire(now, 4)).isEqualTo(2);
        assertThat(timers.millisToNext(now)).isEqualTo(-1);
        assertThat(ran).doesNotHaveDuplicates().hasSize(10);
    }

    @Test
    void aSlotFullOfFarDeadlinesIsHungAnewInPieces() {
        Timer[] far = new Timer[1000];
        for (int i = 0; i < far.length; i++) {
            far[i] = timer("far");
            timers.set(far[i], now + 64 * TICK);
            timers.set(far[i], now + 6400 * TICK);
        }
        Timer last = timer("last");
        timers.set(last, now + 64 * TICK);
        now += 64 * TICK;
        int calls = 0;
        while (timers.millisToNext(now) == 0) {
            timers.expire(now, 4);
            calls++;
        }
        assertThat(calls).isBetween(1000 / 64, 1000 / 64 + 2);
        assertThat(ran).containsExactly("last");
    }

    @Test
    void aTimerMayBeSetAgainWhereItExpiresAndCancelOthers() {
        Timer other = timer("never");
        int[] count = {0};
        Timer timer = new Timer() {
            @Override
            protected void onExpired(long nowNanos) {
                assertThat(isSet()).isFalse();
                count[0]++;
                timers.cancel(other);
                timers.set(this, nowNanos); // due at once: bounded by max
            }
        };
        timers.set(timer, now + TICK);
        timers.set(other, now + TICK);
        now += TICK;
        assertThat(timers.expire(now, 7)).isEqualTo(7);
        assertThat(count[0]).isEqualTo(7);
        assertThat(ran).isEmpty();
        timers.cancel(timer);
        assertThat(timers.expire(now, 7)).isZero();
        assertThat(timers.linked()).isZero();
    }

    @Test
    void anExceptionLeavesTheOthersToTheNextCall() {
        Timer broken = new Timer() {
            @Override
            protected void onExpired(long nowNanos) {
                throw new IllegalStateException("broken");
            }
        };
        timers.set(broken, now);
        timers.set(timer("a"), now);
        assertThatThrownBy(() -> timers.expire(now, 10)).hasMessage("broken");
        expire(0);
        assertThat(ran).containsExactly("a");
        assertThat(timers.size()).isZero();
    }

    @Test
    void cancelledTimersAreBounded() {
        for (int i = 0; i < 10 * Timers.CANCELLED_MAX; i++) {
            Timer timer = timer("never");
            timers.set(timer, now + 100_000 * TICK);
            timers.cancel(timer);
            timers.cancel(timer);
        }
        assertThat(timers.size()).isZero();
        assertThat(timers.linked()).isEqualTo(Timers.CANCELLED_MAX);
        now += 100_000 * TICK;
        while (timers.linked() > 0) {
            timers.expire(now, 64);
        }
        assertThat(ran).isEmpty();
    }

    private void expire(long passedNanos) {
        now += passedNanos;
        timers.expire(now, Integer.MAX_VALUE);
    }

    private Timer timer(String name) {
        return new Timer() {
            @Override
            protected void onExpired(long nowNanos) {
                ran.add(name);
            }
        };
    }
}
