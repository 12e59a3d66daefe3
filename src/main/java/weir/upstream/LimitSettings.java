package weir.upstream;

/**
 * {@code pool.NAME.max-requests}, {@code max-connections}, {@code queue}, {@code breaker}: what servers are spared, and who waits meanwhile.
 *
 * @param requestsMax that run on one server at once, over all loops; 0 for any number
 * @param adaptiveMin with {@code adaptiveMax}: the limit follows the server's latency between these; 0 for a fixed one
 * @param connectionsMax to one server, in use or idle, over all loops; 0 for any number
 * @param queueMax requests that wait for a server, 0..100,000
 * @param queueNanos how long one waits at most
 * @param breaker null for none
 */
public record LimitSettings(int requestsMax, int adaptiveMin, int adaptiveMax, int connectionsMax, int queueMax, long queueNanos,
        BreakerSettings breaker) {
    public static final LimitSettings NONE = new LimitSettings(0, 0, 0, 0, 1000, 1_000_000_000L, null);

    public LimitSettings {
        if (requestsMax < 0 || connectionsMax < 0 || queueMax < 0 || queueMax > 100_000 || queueNanos < 0 || adaptiveMin < 0
                || adaptiveMax < adaptiveMin || adaptiveMin == 0 && adaptiveMax > 0) {
            throw new IllegalArgumentException("limits: a number is out of its range");
        }
    }

    /** Whether anything can be full. */
    boolean any() {
        return limitsRequests() || connectionsMax > 0;
    }

    boolean limitsRequests() {
        return requestsMax > 0 || isAdaptive();
    }

    boolean isAdaptive() {
        return adaptiveMax > 0;
    }
}
