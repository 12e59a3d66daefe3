package weir.upstream;

/**
 * Equal keys to equal servers, by rendezvous hashing (Thaler and Ravishankar, 1998): each server has a score for each key, and
 * the highest wins. So a server that goes takes only its own keys with it, one that comes takes only its share, and no table is
 * kept that all processes would have to agree on. With weights the score is -weight / ln(hash).
 *
 * <p>With a bound on the load (Mirrokni, Thorup and Zadimoghaddam, 2018) a server that runs more than its share times the bound
 * is passed over in favour of the next score, so that one hot key cannot sink a server.
 */
final class ConsistentHash implements Balancer {
    /** A server with fewer requests is not full, whatever its share: small numbers say nothing. */
    static final int FREE_REQUESTS = 8;

    private final int boundPercent;

    /** @param boundPercent 101 or more; 0 for none */
    ConsistentHash(int boundPercent) {
        this.boundPercent = boundPercent;
    }

    @Override
    public Origin pick(Candidates among, long key, long nowNanos) {
        int count = among.count();
        Origin first = best(among, key, Long.MAX_VALUE, 0);
        if (boundPercent == 0 || first.openRequests() < FREE_REQUESTS) {
            return first;                                        // not full, whatever the others run
        }
        long open = 0;
        long weights = 0;
        for (int i = 0; i < count; i++) {
            open += among.get(i).openRequests();
            weights += among.get(i).weight();
        }
        long share = (open + 1) * boundPercent;
        Origin bounded = isFull(first, share, weights * 100) ? best(among, key, share, weights * 100) : first;
        return bounded != null ? bounded : first;
    }

    /** @param share of the requests, in parts of {@code whole}, that a server may run for each part of its weight */
    private static Origin best(Candidates among, long key, long share, long whole) {
        Origin best = null;
        double bestScore = 0;
        for (int i = 0; i < among.count(); i++) {
            Origin origin = among.get(i);
            if (share != Long.MAX_VALUE && isFull(origin, share, whole)) {
                continue;
            }
            long hash = HashKey.mix(key ^ origin.hash());
            double score = among.haveEqualWeights() ? (hash >>> 1) + 1.0 : score(hash, origin);
            if (best == null || score > bestScore) {
                best = origin;
                bestScore = score;
            }
        }
        return best;
    }

    private static double score(long hash, Origin origin) {
        return -origin.configuredWeight() / Math.log(((hash >>> 11) + 0.5) * 0x1p-53);
    }

    private static boolean isFull(Origin origin, long share, long whole) {
        long open = origin.openRequests();
        return open >= FREE_REQUESTS && open * whole >= share * origin.weight();
    }
}
