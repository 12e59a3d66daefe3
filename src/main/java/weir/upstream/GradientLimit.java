package weir.upstream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A limit of requests at once that follows a server's latency, as Envoy's adaptive concurrency does: the latency of a server
 * that is not pressed is measured, and while responses take not much longer than that the limit grows by its square root; when
 * they take longer it shrinks in proportion. What "not pressed" means is measured again each minute, with the limit at its
 * least for a moment: an average over the past would take every queue for normal by and by, and grow without end.
 *
 * <p>The loops only count; whoever sees that an interval is over reckons.
 *
 * <pre>
 *   DRAINING -few enough run, or it took too long-> MEASURING -enough responses, or it took too long-> FOLLOWING -a minute-> DRAINING
 * </pre>
 */
final class GradientLimit {
    static final long INTERVAL_NANOS = 100_000_000;
    /** How long {@link State#FOLLOWING} lasts, in intervals. */
    static final int FOLLOWING_INTERVALS = 600;
    /** How long the other two last at most. */
    static final int MEASURING_INTERVALS_MAX = 20;
    /** Latency may be so much more than that of a server which is not pressed. */
    static final double TOLERANCE = 1.25;

    private static final int SAMPLES_MIN = 10;
    private static final double SMOOTHING = 0.2;

    private enum State { DRAINING, MEASURING, FOLLOWING }

    private final int min;
    private final int max;
    private final AtomicLong nextNanos = new AtomicLong(Long.MIN_VALUE);
    private State state = State.MEASURING;
    private int intervals;
    private double limit;
    private double restNanos;                                // latency of the server when it is not pressed; 0: not known
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
        return min;
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
        intervals++;
        long samples = heads - headsBefore;
        double seen = samples == 0 ? 0 : (double) (nanos - nanosBefore) / samples;
        state = switch (state) {
            case DRAINING -> open <= min || intervals >= MEASURING_INTERVALS_MAX ? begin(State.MEASURING, heads, nanos) : State.DRAINING;
            case MEASURING -> measured(samples, seen) ? begin(State.FOLLOWING, heads, nanos) : State.MEASURING;
            case FOLLOWING -> {
                if (samples >= SAMPLES_MIN) {
                    follow(seen, open);
                    headsBefore = heads;
                    nanosBefore = nanos;
                }
                yield intervals >= FOLLOWING_INTERVALS ? begin(State.DRAINING, heads, nanos) : State.FOLLOWING;
            }
        };
        return state == State.FOLLOWING ? (int) limit : min;
    }

    private State begin(State next, long heads, long nanos) {
        intervals = 0;
        headsBefore = heads;
        nanosBefore = nanos;
        return next;
    }

    private boolean measured(long samples, double seen) {
        if (samples >= SAMPLES_MIN) {
            restNanos = seen;
            return true;
        }
        return restNanos > 0 && intervals >= MEASURING_INTERVALS_MAX;      // too few came: what was known has to do
    }

    private void follow(double seen, int open) {
        if (open < limit / 2) {
            return;                                          // not the limit is what bounds it
        }
        double gradient = Math.max(0.5, Math.min(1, TOLERANCE * restNanos / seen));
        double wanted = limit * gradient + Math.sqrt(limit);
        limit = Math.max(min, Math.min(max, limit + (wanted - limit) * SMOOTHING));
    }
}
