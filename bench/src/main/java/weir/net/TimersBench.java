package weir.net;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Timers moved, set and cancelled, and expired, while time goes on; against a binary heap whose entries know their place, as the queue
 * of ScheduledThreadPoolExecutor has it, but without its lock and its objects for each task.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class TimersBench {
    private static final long SECOND = 1_000_000_000L;
    /** 100,000 operations a second. */
    private static final long OPERATION_NANOS = 10_000;
    private static final int OPERATIONS_PER_TURN = 32;
    /** 10,000 turns a second; one timer expires in each on average. */
    private static final long TURN_NANOS = 100_000;
    private static final int EXPIRED_MAX = 4096;

    /** A connection's: an idle timer that waits all the time, and one for the response. */
    @State(Scope.Thread)
    public static class Connections {
        /** How many wait all the time. */
        @Param({"1000", "100000"})
        public int timers;

        private final Timers wheel = new Timers(0);
        private final Heap heap = new Heap();
        private WheelTimer[] idle;
        private WheelTimer[] response;
        private HeapTimer[] heapIdle;
        private HeapTimer[] heapResponse;
        private long now;
        private int at;

        @Setup
        public void fill() {
            check();
            idle = new WheelTimer[timers];
            response = new WheelTimer[timers];
            heapIdle = new HeapTimer[timers];
            heapResponse = new HeapTimer[timers];
            for (int i = 0; i < timers; i++) {
                idle[i] = new WheelTimer(wheel, 60 * SECOND);
                response[i] = new WheelTimer(null, 0);
                heapIdle[i] = new HeapTimer(60 * SECOND);
                heapResponse[i] = new HeapTimer(0);
                wheel.set(idle[i], 60 * SECOND + i * OPERATION_NANOS);
                heap.set(heapIdle[i], 60 * SECOND + i * OPERATION_NANOS);
            }
        }

        private int next() {
            now += OPERATION_NANOS;
            at = at + 1 == idle.length ? 0 : at + 1;
            return at;
        }
    }

    /** Timers that are set again as soon as they expire. */
    @State(Scope.Thread)
    public static class Periodic {
        /** How many wait all the time. */
        @Param({"1000", "100000"})
        public int timers;

        private final Timers wheel = new Timers(0);
        private final Heap heap = new Heap();
        private long now;

        @Setup
        public void fill() {
            SplittableRandom random = new SplittableRandom(42);
            long mean = TURN_NANOS * timers;
            for (int i = 0; i < timers; i++) {
                long period = mean / 2 + random.nextLong(mean);
                long first = 1 + random.nextLong(period);
                wheel.set(new WheelTimer(wheel, period), first);
                heap.set(new HeapTimer(period), first);
            }
            long oursRan = 0;
            long theirsRan = 0;
            for (int i = 0; i < timers; i++) {
                oursRan += turn();
                theirsRan += heap.expire(now);
            }
            if (oursRan < timers * 0.9 || oursRan > theirsRan || theirsRan > timers * 1.3) {
                throw new AssertionError(oursRan + " and " + theirsRan + " expired in " + timers + " turns");
            }
        }

        private int turn() {
            now += TURN_NANOS;
            return wheel.expire(now, EXPIRED_MAX);
        }
    }

    private static final class WheelTimer extends Timer {
        private final Timers wheel;
        private final long periodNanos;

        WheelTimer(Timers wheel, long periodNanos) {
            this.wheel = wheel;
            this.periodNanos = periodNanos;
        }

        @Override
        protected void onExpired(long nowNanos) {
            if (wheel != null) {
                wheel.set(this, nowNanos + periodNanos);
            }
        }
    }

    /** Random calls of both, then all that is set expires: as many, and none before its time. */
    private static void check() {
        SplittableRandom random = new SplittableRandom(42);
        Timers wheel = new Timers(0);
        Heap heap = new Heap();
        WheelTimer[] ours = new WheelTimer[64];
        HeapTimer[] theirs = new HeapTimer[64];
        Arrays.setAll(ours, i -> new WheelTimer(null, 0));
        Arrays.setAll(theirs, i -> new HeapTimer(0));
        for (int i = 0; i < 10_000; i++) {
            int which = random.nextInt(ours.length);
            long deadline = 60 * SECOND + random.nextLong(60 * SECOND);
            if (random.nextInt(3) == 0) {
                wheel.cancel(ours[which]);
                heap.cancel(theirs[which]);
            } else {
                wheel.set(ours[which], deadline);
                heap.set(theirs[which], deadline);
            }
        }
        int oursRan = 0;
        int theirsRan = 0;
        for (long now = 0; now <= 121 * SECOND; now += SECOND / 10) {
            theirsRan += heap.expire(now);
            oursRan += wheel.expire(now, EXPIRED_MAX);
            boolean early = oursRan > theirsRan;
            oursRan += wheel.expire(now + Timers.TICK_NANOS, EXPIRED_MAX);
            if (early || oursRan < theirsRan) {
                throw new AssertionError(oursRan + " expired, not " + theirsRan);
            }
        }
        if (oursRan == 0 || oursRan != theirsRan || wheel.size() != 0 || heap.count != 0) {
            throw new AssertionError(oursRan + " expired, not " + theirsRan);
        }
    }

    /** The idle timer, at each request. */
    @Benchmark
    public int move(Connections all) {
        int i = all.next();
        all.wheel.set(all.idle[i], all.now + 60 * SECOND);
        return turn(all, i);
    }

    @Benchmark
    public int moveInHeap(Connections all) {
        int i = all.next();
        all.heap.set(all.heapIdle[i], all.now + 60 * SECOND);
        return turnOfHeap(all, i);
    }

    /** The timer for a response that comes in time. */
    @Benchmark
    public int setAndCancel(Connections all) {
        int i = all.next();
        all.wheel.set(all.response[i], all.now + 30 * SECOND);
        all.wheel.cancel(all.response[i]);
        return turn(all, i);
    }

    @Benchmark
    public int setAndCancelInHeap(Connections all) {
        int i = all.next();
        all.heap.set(all.heapResponse[i], all.now + 30 * SECOND);
        all.heap.cancel(all.heapResponse[i]);
        return turnOfHeap(all, i);
    }

    private static int turn(Connections all, int i) {
        return i % OPERATIONS_PER_TURN == 0 ? all.wheel.expire(all.now, EXPIRED_MAX) : 0;
    }

    private static int turnOfHeap(Connections all, int i) {
        return i % OPERATIONS_PER_TURN == 0 ? all.heap.expire(all.now) : 0;
    }

    /** A turn of the loop: how long it may wait, and one timer that expires and is set again. */
    @Benchmark
    public long expire(Periodic all) {
        return all.turn() + all.wheel.millisToNext(all.now);
    }

    @Benchmark
    public long expireInHeap(Periodic all) {
        all.now += TURN_NANOS;
        return all.heap.expire(all.now) + all.heap.nanosToNext(all.now);
    }

    private static final class HeapTimer {
        private final long periodNanos;
        private long deadlineNanos;
        private int index = -1;

        HeapTimer(long periodNanos) {
            this.periodNanos = periodNanos;
        }
    }

    /** The baseline. */
    private static final class Heap {
        private HeapTimer[] queue = new HeapTimer[64];
        private int count;

        void set(HeapTimer timer, long deadlineNanos) {
            timer.deadlineNanos = deadlineNanos;
            if (timer.index < 0) {
                if (count == queue.length) {
                    queue = Arrays.copyOf(queue, count * 2);
                }
                up(count++, timer);
            } else {
                place(timer.index, timer);
            }
        }

        void cancel(HeapTimer timer) {
            if (timer.index >= 0) {
                remove(timer.index);
            }
        }

        int expire(long nowNanos) {
            int ran = 0;
            while (count > 0 && queue[0].deadlineNanos <= nowNanos) {
                HeapTimer timer = queue[0];
                remove(0);
                ran++;
                if (timer.periodNanos > 0) {
                    set(timer, nowNanos + timer.periodNanos);
                }
            }
            return ran;
        }

        long nanosToNext(long nowNanos) {
            return count == 0 ? -1 : queue[0].deadlineNanos - nowNanos;
        }

        private void remove(int index) {
            queue[index].index = -1;
            HeapTimer last = queue[--count];
            queue[count] = null;
            if (index < count) {
                place(index, last);
            }
        }

        private void place(int index, HeapTimer timer) {
            down(index, timer);
            if (queue[index] == timer) {
                up(index, timer);
            }
        }

        private void up(int index, HeapTimer timer) {
            int at = index;
            while (at > 0 && queue[(at - 1) >>> 1].deadlineNanos > timer.deadlineNanos) {
                put(at, queue[(at - 1) >>> 1]);
                at = (at - 1) >>> 1;
            }
            put(at, timer);
        }

        private void down(int index, HeapTimer timer) {
            int at = index;
            for (int child = 2 * at + 1; child < count; child = 2 * at + 1) {
                if (child + 1 < count && queue[child + 1].deadlineNanos < queue[child].deadlineNanos) {
                    child++;
                }
                if (queue[child].deadlineNanos >= timer.deadlineNanos) {
                    break;
                }
                put(at, queue[child]);
                at = child;
            }
            put(at, timer);
        }

        private void put(int index, HeapTimer timer) {
            queue[index] = timer;
            timer.index = index;
        }
    }
}
