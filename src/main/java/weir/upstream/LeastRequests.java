package weir.upstream;

/** The server with the fewest running requests for its weight, over all loops; among equals each in turn. */
final class LeastRequests implements Balancer {
    private int start;

    LeastRequests(int loop) {
        start = loop;
    }

    @Override
    public Origin pick(Candidates among, long key, long nowNanos) {
        int count = among.count();
        start = start + 1 >= count ? 0 : start + 1;
        Origin best = among.get(start);
        long bestOpen = best.openRequests();
        long bestWeight = best.weight();
        for (int i = 1; i < count; i++) {
            Origin origin = among.get(start + i < count ? start + i : start + i - count);
            long open = origin.openRequests();
            long weight = origin.weight();
            if ((open + 1) * bestWeight < (bestOpen + 1) * weight) {     // compared without a division
                best = origin;
                bestOpen = open;
                bestWeight = weight;
            }
        }
        return best;
    }
}
