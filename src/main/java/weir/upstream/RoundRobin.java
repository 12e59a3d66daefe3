package weir.upstream;

/**
 * Smooth weighted round robin: in each pick every candidate gains its weight, the highest is chosen and pays the sum of all.
 * Of weights 5, 1, 1 that makes a a b a c a a, where the naive way would send five in a row.
 */
final class RoundRobin implements Balancer {
    private final int loop;
    private int next;

    RoundRobin(int loop) {
        this.loop = loop;
        next = loop;                                   // loops start at different servers: the first requests spread too
    }

    @Override
    public Origin pick(Candidates among, long key, long nowNanos) {
        int count = among.count();
        if (among.haveEqualWeights()) {
            next = next + 1 >= count ? 0 : next + 1;
            return among.get(next);
        }
        Origin best = null;
        long bestCredit = 0;
        long sum = 0;
        for (int i = 0; i < count; i++) {
            Origin origin = among.get(i);
            Origin.OnLoop own = origin.on(loop);
            long weight = origin.weight();
            sum += weight;
            own.credit += weight;
            if (best == null || own.credit > bestCredit) {
                best = origin;
                bestCredit = own.credit;
            }
        }
        best.on(loop).credit -= sum;
        return best;
    }
}
