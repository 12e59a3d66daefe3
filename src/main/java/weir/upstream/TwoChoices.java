package weir.upstream;

/**
 * Two servers by chance, and of these the one with fewer requests for its weight, on this loop's own counts: close to
 * least-requests, with no scan and no shared counter (Mitzenmacher, The Power of Two Choices, 2001).
 */
final class TwoChoices implements Balancer {
    private final int loop;
    private int seed;

    TwoChoices(int loop) {
        this.loop = loop;
        seed = (int) System.nanoTime() | 1;
    }

    @Override
    public Origin pick(Candidates among, long key, long nowNanos) {
        int count = among.count();
        if (count == 1) {
            return among.get(0);
        }
        int a = dice(count);
        int b = dice(count - 1);
        Origin first = among.get(a);
        Origin second = among.get(b < a ? b : b + 1);            // another one
        long firstLoad = (first.openRequests(loop) + 1L) * second.weight();
        long secondLoad = (second.openRequests(loop) + 1L) * first.weight();
        return secondLoad < firstLoad ? second : first;
    }

    private int dice(int sides) {
        seed ^= seed << 13;                                   // xorshift32 (Marsaglia 2003)
        seed ^= seed >>> 17;
        seed ^= seed << 5;
        return (int) ((seed & 0xffffffffL) * sides >>> 32);
    }
}
