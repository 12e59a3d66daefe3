package weir.upstream;

/**
 * {@code pool.NAME.eject}: when a server is left out for a while because of how its requests ended. Times in nanoseconds.
 *
 * @param failures so many in a row, 1..1000; 0 for never
 * @param forNanos the first time for so long, the second twice, and so on
 * @param maxNanos but never longer, at least {@code forNanos}
 * @param percentMax never more than this share of the pool's servers at once, 1..100; one may always be
 * @param outliers null for off
 */
public record EjectSettings(int failures, long forNanos, long maxNanos, int percentMax, OutlierSettings outliers) {
    public static final EjectSettings DEFAULT = new EjectSettings(5, 10_000_000_000L, 300_000_000_000L, 50, null);

    public EjectSettings {
        if (failures < 0 || failures > 1000 || forNanos < 1 || maxNanos < forNanos || percentMax < 1 || percentMax > 100) {
            throw new IllegalArgumentException("eject: a number is out of its range");
        }
    }

    boolean isOff() {
        return failures == 0 && outliers == null;
    }

    /** @param inRow how many ejections of the server have followed one another, this one included */
    long nanos(int inRow) {
        return inRow > maxNanos / forNanos ? maxNanos : forNanos * inRow;
    }
}
