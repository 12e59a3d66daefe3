package weir.observe;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts of durations by fixed upper bounds, in cells per loop as in {@link Counter}. */
public final class Histogram {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double[] boundsSeconds;
    private final long[] boundsNanos;
    private final int loops;
    private final int stride;
    private final AtomicLongArray cells; // per loop: a count for each bound, one for what is above all, the sum of nanos

    Histogram(int loops, double[] boundsSeconds) {
        this.loops = loops;
        this.boundsSeconds = boundsSeconds.clone();
        this.boundsNanos = new long[boundsSeconds.length];
        for (int i = 0; i < boundsSeconds.length; i++) {
            if (!(boundsSeconds[i] >= 0) || (i > 0 && boundsSeconds[i] <= boundsSeconds[i - 1])) {
                throw new IllegalArgumentException("bounds must be 0 or more and rise: " + boundsSeconds[i]);
            }
            boundsNanos[i] = Math.round(boundsSeconds[i] * NANOS_PER_SECOND);
        }
        int used = boundsSeconds.length + 2;
        this.stride = (used + 2 * Counter.CELL_LONGS - 1) / Counter.CELL_LONGS * Counter.CELL_LONGS; // a line of padding
        this.cells = new AtomicLongArray((loops + 1) * stride + Counter.CELL_LONGS);
    }

    /**
     * Records one duration; allocates nothing.
     *
     * @param loop as in {@link Counter#add}
     * @param nanos the duration; below 0 counts as 0
     */
    public void record(int loop, long nanos) {
        long value = Math.max(0, nanos);
        int bucket = 0;
        while (bucket < boundsNanos.length && value > boundsNanos[bucket]) {
            bucket++;
        }
        int base = Counter.CELL_LONGS + loop * stride;
        boolean shared = loop == loops;
        Counter.add(cells, base + bucket, shared, 1);
        Counter.add(cells, base + boundsNanos.length + 1, shared, value);
    }

    double[] boundsSeconds() {
        return boundsSeconds.clone();
    }

    /** One count for each bound and a last one for what is above all of them; not cumulative. */
    long[] counts() {
        long[] counts = new long[boundsNanos.length + 1];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = sumOver(i);
        }
        return counts;
    }

    double sumSeconds() {
        return sumOver(boundsNanos.length + 1) / NANOS_PER_SECOND;
    }

    private long sumOver(int offset) {
        long sum = 0;
        for (int loop = 0; loop <= loops; loop++) {
            sum += cells.getOpaque(Counter.CELL_LONGS + loop * stride + offset);
        }
        return sum;
    }
}
