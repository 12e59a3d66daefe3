package weir.upstream;

import java.util.List;
import java.util.function.Supplier;
import weir.net.EventLoop;
import weir.net.Timer;

/**
 * Gives a server that comes back a tenth of its share, and more by and by: caches are cold and connections few, and with
 * {@code least-requests} it would get all new requests at once. A server that is alone in its group gets all of them anyway, so
 * it starts with its whole share; the next one that comes back is measured against that. The keeper's loop.
 */
final class SlowStart extends Timer {
    private static final int FIRST_PERCENT = 10;
    private static final int STEPS = 20;

    private final long nanos;
    private final List<Label> prefer;
    private final Supplier<Origin[]> origins;
    private final EventLoop loop;

    /** @param nanos how long it takes; 0 for no time */
    SlowStart(long nanos, List<Label> prefer, Supplier<Origin[]> origins, EventLoop loop) {
        this.nanos = nanos;
        this.prefer = prefer;
        this.origins = origins;
        this.loop = loop;
    }

    /** The share of its weight that a server gets so long after it came back. */
    static int percent(long elapsedNanos, long nanos) {
        return elapsedNanos >= nanos ? 100 : (int) (FIRST_PERCENT + (100 - FIRST_PERCENT) * elapsedNanos / nanos);
    }

    /** What was begun under an earlier configuration goes on. */
    void resume() {
        if (nanos > 0) {
            loop.timers().set(this, loop.nowNanos());
            return;
        }
        for (Origin origin : origins.get()) {
            end(origin);
        }
    }

    /** A server gets requests from now on. */
    void begin(Origin origin) {
        if (nanos == 0 || !hasCompany(origin)) {
            end(origin);
            return;
        }
        origin.standing().health().slowStart(loop.nowNanos());
        origin.standing().sharePercent(FIRST_PERCENT);
        if (!isSet()) {
            loop.timers().set(this, loop.nowNanos() + nanos / STEPS);
        }
    }

    private boolean hasCompany(Origin origin) {
        for (Origin each : origins.get()) {
            if (each != origin && each.isUsable() && each.standing().health().wasUsable()
                    && Candidates.rank(each, prefer) == Candidates.rank(origin, prefer)) {
                return true;
            }
        }
        return false;
    }

    private static void end(Origin origin) {
        origin.standing().health().slowStartEnds();
        origin.standing().sharePercent(100);
    }

    void stop() {
        loop.timers().cancel(this);
    }

    @Override
    protected void onExpired(long nowNanos) {
        long next = nanos / STEPS;
        boolean more = false;
        for (Origin origin : origins.get()) {
            Health health = origin.standing().health();
            if (health.isInSlowStart()) {
                long left = nanos - (nowNanos - health.slowStartNanos());
                if (left <= 0) {
                    end(origin);
                } else {
                    origin.standing().sharePercent(percent(nanos - left, nanos));
                    next = Math.min(next, left);
                    more = true;
                }
            }
        }
        if (more) {
            loop.timers().set(this, nowNanos + next);
        }
    }
}
