package weir.upstream;

/**
 * Chooses a server. One loop's instance: state needs no lock. Health, tiers, retries and limits have chosen the candidates
 * before; a policy knows nothing of them.
 */
interface Balancer {
    /**
     * @param among one or more; the same object at every call
     * @param key of {@link HashKey}, for policies that send equal requests to equal servers
     */
    Origin pick(Candidates among, long key, long nowNanos);

    /** A server's response began so long after its request did; or its request failed, and that counts as a slow one. */
    default void observe(Origin origin, long nanos, long nowNanos) {}

    /** A new instance for one loop. */
    static Balancer of(BalanceSettings settings, int loop) {
        return switch (settings.policy()) {
            case ROUND_ROBIN -> new RoundRobin(loop);
            case LEAST_REQUESTS -> new LeastRequests(loop);
            case RANDOM_TWO -> new TwoChoices(loop);
            case LEAST_TIME -> new LeastTime(loop);
            case HASH -> new ConsistentHash(settings.hashBoundPercent());
            case FIRST -> new First();
        };
    }
}
