package weir.upstream;

/**
 * {@code pool.NAME.breaker}: when a pool gets no requests any more for a while.
 *
 * @param failurePercent of the requests in the window, 1..100
 * @param requestsMin below so many in the window nothing is concluded, 1 or more
 * @param windowNanos how far back requests count, 1 s to 60 s
 * @param openNanos how long the pool is left alone, until one request is let through to see
 */
public record BreakerSettings(int failurePercent, int requestsMin, long windowNanos, long openNanos) {
    public BreakerSettings {
        if (failurePercent < 1 || failurePercent > 100 || requestsMin < 1 || windowNanos < 1_000_000_000L || windowNanos > 60_000_000_000L
                || openNanos < 1) {
            throw new IllegalArgumentException("breaker: a number is out of its range");
        }
    }
}
