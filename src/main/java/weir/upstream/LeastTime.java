package weir.upstream;

/**
 * The server that would answer soonest: its latency times the requests that would share it, by weight. Latency is a peak EWMA
 * (as in Twitter's Finagle): a slower response counts at once, a faster one by and by, and what was seen long ago fades, so
 * that a server that was slow is tried again. On this loop's own figures.
 */
final class LeastTime implements Balancer {
    static final double DECAY_NANOS = 10e9;                  // after this time what was seen counts for a third
    private static final long STEP_NANOS = 1_000_000;        // fading is reckoned so often at most: an exp() costs 20 ns

    private final int loop;
    private int start;

    LeastTime(int loop) {
        this.loop = loop;
        start = loop;
    }

    @Override
    public Origin pick(Candidates among, long key, long nowNanos) {
        int count = among.count();
        start = start + 1 >= count ? 0 : start + 1;
        Origin best = null;
        double bestCost = 0;
        for (int i = 0; i < count; i++) {
            Origin origin = among.get(start + i < count ? start + i : start + i - count);
            double cost = cost(origin, nowNanos);
            if (best == null || cost < bestCost) {
                best = origin;
                bestCost = cost;
            }
        }
        return best;
    }

    private double cost(Origin origin, long nowNanos) {
        Origin.OnLoop own = origin.on(loop);
        if (nowNanos - own.latencyAtNanos > STEP_NANOS) {
            own.latencyNanos *= Math.exp((own.latencyAtNanos - nowNanos) / DECAY_NANOS);
            own.latencyAtNanos = nowNanos;
        }
        // One microsecond: where nothing was seen yet, the open requests decide, so that not all go to one unknown server.
        return (own.latencyNanos + 1_000) * (origin.openRequests(loop) + 1) / origin.weight();
    }

    @Override
    public void observe(Origin origin, long nanos, long nowNanos) {
        Origin.OnLoop own = origin.on(loop);
        if (nanos > own.latencyNanos) {
            own.latencyNanos = nanos;
        } else {
            double kept = Math.exp(-Math.max(1, nowNanos - own.observedAtNanos) / DECAY_NANOS);
            own.latencyNanos = own.latencyNanos * kept + nanos * (1 - kept);
        }
        own.observedAtNanos = own.latencyAtNanos = nowNanos;
    }
}
