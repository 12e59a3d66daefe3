package weir.upstream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A limit of requests at once that follows a server's latency, after Netflix's Gradient2 (concurrency-limits, 2018): while
 * responses take no longer than they usually do the limit grows by its square root; when they take longer it shrinks in
 * proportion. The loops only count; whoever sees that an interval is over reckons.
 */
final class GradientLimit {
    static final long INTERVAL_NANOS = 100_000_000;
    private static final int SAMPLES_MIN = 10;
    private static final double TOLERANCE = 1.5;             // latency may be so much more than usual before the limit shrinks
    private static final double SMOOTHING = 0.2;
    private static final double USUAL_SHARE = 2.0 / 601;     // the usual latency is that of some 600 intervals: a minute
    private static final int WARM_UP = 10;

    private final int min;
    private final int max;
    private final AtomicLong nextNanos = new AtomicLong(Long.MIN_VALUE);
    private double limit;
    private double usualNanos;
    private int intervals;
    private long headsBefore;
    private long nanosBefore;

    GradientLimit(LimitSettings settings) {
        min = settings.adaptiveMin();
        max = settings.adaptiveMax();
        limit = Math.min(max, Math.max(min, 20));
    }

    boolean isFor(LimitSettings settings) {
        return settings.adaptiveMin() == min && settings.adaptiveMax() == max;
    }

    /** The limit to begin with. */
    int first() {
        return (int) limit;
    }

    /** A response has come. @return the limit from now on, or 0 when it stays */
    int observe(ServerCounts counts, long nowNanos) {
        long next = nextNanos.get();
        if (next != Long.MIN_VALUE && nowNanos - next < 0 || !nextNanos.compareAndSet(next, nowNanos + INTERVAL_NANOS)) {
            return 0;
        }
        return reckon(counts.heads(), counts.headNanos(), counts.open());
    }

    /** One thread at a time: who has won the interval, and that is longer than this takes. */
    private synchronized int reckon(long heads, long nanos, int open) {
        long samples = heads - headsBefore;
        if (samples < SAMPLES_MIN) {
            return 0;                                        // they count with the next interval's
        }
        double seen = (double) (nanos - nanosBefore) / samples;
        headsBefore = heads;
        nanosBefore = nanos;
        if (intervals < WARM_UP) {
            intervals++;
            usualNanos += (seen - usualNanos) / intervals;
        } else {
            usualNanos += (seen - usualNanos) * USUAL_SHARE;
        }
        if (usualNanos > 2 * seen) {
            usualNanos *= 0.95;                              // it was slow for long, and is not any more
        }
        if (open < limit / 2) {
            return 0;                                        // not the limit is what bounds it
        }
        double gradient = Math.max(0.5, Math.min(1, TOLERANCE * usualNanos / seen));
        double wanted = limit * gradient + Math.sqrt(limit);
        limit = Math.max(min, Math.min(max, limit + (wanted - limit) * SMOOTHING));
        return (int) limit;
    }
}
