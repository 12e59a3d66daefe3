package weir.upstream;

/**
 * {@code pool.NAME.eject.outliers}: servers that fail more of their requests than the others, as Envoy's outlier detection
 * defines success-rate outliers.
 *
 * @param everyNanos from one look to the next, 1 s to 1 day
 * @param serversMin so many must have had requests enough, 3..1000: of fewer no mean says anything
 * @param requestsMin so many a server must have had since the last look, 1..1,000,000
 * @param factor a server is an outlier whose success rate lies so many standard deviations below the mean, 0.1..10
 */
public record OutlierSettings(long everyNanos, int serversMin, int requestsMin, double factor) {
    public static final OutlierSettings DEFAULT = new OutlierSettings(10_000_000_000L, 5, 100, 1.9);

    public OutlierSettings {
        if (everyNanos < 1_000_000_000L || serversMin < 3 || serversMin > 1000 || requestsMin < 1 || requestsMin > 1_000_000
                || !(factor >= 0.1 && factor <= 10)) {
            throw new IllegalArgumentException("eject.outliers: a number is out of its range");
        }
    }

    /**
     * The success rate below which a server is an outlier.
     *
     * @param rates of all servers that had requests enough
     */
    double bound(double[] rates) {
        double mean = 0;
        for (double rate : rates) {
            mean += rate / rates.length;
        }
        double variance = 0;
        for (double rate : rates) {
            variance += (rate - mean) * (rate - mean) / rates.length;
        }
        return mean - factor * Math.sqrt(variance);
    }
}
