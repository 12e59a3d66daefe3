package weir.upstream;

/** Chooses a server. One loop's instance: state needs no lock. Health, retries and limits have chosen the candidates. */
interface Balancer {
    /** @param usable the first {@code count} may be chosen; count is 1 or more */
    Origin pick(Origin[] usable, int count);

    /** @param origins all servers of the pool, in order */
    static Balancer of(PoolSettings.Balance balance, Origin[] origins, int loop) {
        return switch (balance) {
            case ROUND_ROBIN -> new RoundRobin(origins, loop);
            case LEAST_REQUESTS -> new LeastRequests(loop);
            case RANDOM_TWO -> new TwoChoices(loop);
        };
    }
}
