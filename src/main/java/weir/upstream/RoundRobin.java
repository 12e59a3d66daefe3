package weir.upstream;

/**
 * Smooth weighted round robin: in each pick every candidate gains its weight, the highest is chosen and pays the sum of all.
 * Of weights 5, 1, 1 that makes a a b a c a a, where the naive way would send five in a row.
 */
final class RoundRobin implements Balancer {
    private final long[] credit;
    private final boolean equalWeights;
    private int next;

    RoundRobin(Origin[] origins, int loop) {
        credit = new long[origins.length];
        boolean equal = true;
        for (Origin origin : origins) {
            equal &= origin.weight() == origins[0].weight();
        }
        equalWeights = equal;
        next = loop;                                   // loops start at different servers: the first requests spread too
    }

    @Override
    public Origin pick(Origin[] usable, int count) {
        if (equalWeights) {
            next = next + 1 >= count ? 0 : next + 1;
            return usable[next];
        }
        Origin best = usable[0];
        long sum = 0;
        for (int i = 0; i < count; i++) {
            Origin origin = usable[i];
            sum += origin.weight();
            credit[origin.index()] += origin.weight();
            if (credit[origin.index()] > credit[best.index()]) {
                best = origin;
            }
        }
        credit[best.index()] -= sum;
        return best;
    }
}
