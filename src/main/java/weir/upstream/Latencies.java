package weir.upstream;

import java.util.Arrays;

/**
 * How long responses took of late, as one loop saw it: counts by time, in steps of a quarter of each doubling, so that a
 * percentile is right to a fifth. The old fade: at each reckoning all counts are halved. Allocates nothing.
 */
final class Latencies {
    /** Below so many responses nothing is said. */
    static final int MIN = 100;
    private static final int RECKON_EVERY = 256;
    private static final int STEPS = 4;
    private static final int SHIFT = 14;                     // the first step ends at 16 us

    private final int percentile;
    private final int[] counts = new int[(64 - SHIFT) * STEPS];
    private int sum;
    private int sinceReckoning;
    private long value;

    /** @param percentile 1..99 */
    Latencies(int percentile) {
        this.percentile = percentile;
    }

    void record(long nanos) {
        counts[step(Math.max(0, nanos))]++;
        sum++;
        if (++sinceReckoning >= RECKON_EVERY || value == 0 && sum >= MIN) {
            reckon();
        }
    }

    /** The percentile as of the last reckoning, in nanoseconds; 0 while too little is known. */
    long value() {
        return value;
    }

    private static int step(long nanos) {
        long units = nanos >>> SHIFT;
        if (units == 0) {
            return 0;
        }
        int doubling = 63 - Long.numberOfLeadingZeros(units);
        int quarter = (int) ((nanos >>> (SHIFT + doubling - 2)) & (STEPS - 1));
        return doubling * STEPS + quarter;
    }

    private static long upperBound(int step) {
        return (long) (STEPS + step % STEPS + 1) << (SHIFT + step / STEPS - 2);
    }

    private void reckon() {
        long rank = ((long) sum * percentile + 99) / 100;
        int step = 0;
        for (long seen = counts[0]; seen < rank; seen += counts[step]) {
            step++;
        }
        value = sum >= MIN ? upperBound(step) : 0;
        sinceReckoning = 0;
        if (sum >= 2 * RECKON_EVERY) {
            Arrays.setAll(counts, i -> counts[i] / 2);
            sum = Arrays.stream(counts).sum();
        }
    }
}
