package weir.upstream;

import java.util.BitSet;
import java.util.Set;

/**
 * {@code pool.NAME.retry} and its options: which requests are sent once more, and how often.
 *
 * @param triesMax of one request in all, 1..10; each goes to another server
 * @param causes what may be tried again
 * @param statuses of responses that are given up for another try, each 400..599
 * @param bodyBytesMax content of a request that is held so that it can be sent once more, 0..256 KiB
 * @param budgetPercent tries beyond the first may be this share of the pool's live requests, 0..100
 * @param budgetMin so many may always run at once, 0..1000
 * @param hedgePercentile a second try starts beside one that is slower than this share of the pool's responses, 50..99; 0 for none
 * @param hedgeMinNanos but not sooner than this
 */
public record RetrySettings(int triesMax, Set<Cause> causes, Set<Integer> statuses, int bodyBytesMax, int budgetPercent, int budgetMin,
        int hedgePercentile, long hedgeMinNanos) {
    public static final int BODY_BYTES_MAX = 256 << 10;
    public static final RetrySettings DEFAULT = new RetrySettings(2, Set.of(Cause.values()), Set.of(), 16 << 10, 20, 3, 0, 0);

    /** What went wrong with a try. */
    public enum Cause {
        /** No connection, or none that is protected as it must be: nothing was sent. */
        CONNECT_ERROR,
        /** The connection ended before a byte of the response. */
        RESET,
        /** No response in time. */
        TIMEOUT,
        /** What came is no response. */
        MALFORMED
    }

    public RetrySettings {
        causes = Set.copyOf(causes);
        statuses = Set.copyOf(statuses);
        if (triesMax < 1 || triesMax > 10 || bodyBytesMax < 0 || bodyBytesMax > BODY_BYTES_MAX || budgetPercent < 0
                || budgetPercent > 100 || budgetMin < 0 || budgetMin > 1000
                || hedgePercentile != 0 && (hedgePercentile < 50 || hedgePercentile > 99) || hedgeMinNanos < 0) {
            throw new IllegalArgumentException("retry: a number is out of its range");
        }
    }

    /** Whether a slow request gets a second try beside it. */
    public boolean hedges() {
        return hedgePercentile > 0;
    }

    /** The statuses, for a look without boxing. */
    BitSet statusBits() {
        BitSet bits = new BitSet();
        statuses.forEach(bits::set);
        return bits;
    }
}
