package weir.upstream;

import java.util.List;

/**
 * {@code pool.NAME.balance}, {@code prefer} and {@code sticky}: how the server of a request is chosen.
 *
 * @param hashKey for {@link Policy#HASH}, else null
 * @param hashBoundPercent for {@link Policy#HASH}: requests that a server may run, in percent of its share; 101..1000, or 0 for any
 *     number
 * @param sticky whether a client stays with its server; null for not
 * @param prefer labels of the servers that are asked first, in this order; servers with none of them come after
 */
public record BalanceSettings(Policy policy, HashKey hashKey, int hashBoundPercent, List<Label> prefer, StickySettings sticky) {
    public static final int BOUND_DEFAULT = 150;
    /** Each in turn, wherever it is. */
    public static final BalanceSettings DEFAULT = of(Policy.ROUND_ROBIN);

    /** How a server is chosen among equals. */
    public enum Policy {
        /** In turn, each as often as its weight says. */
        ROUND_ROBIN,
        /** The one with the fewest running requests. */
        LEAST_REQUESTS,
        /** Of two by chance the one with fewer running requests. */
        RANDOM_TWO,
        /** The one that answers soonest. */
        LEAST_TIME,
        /** Equal requests to equal servers. */
        HASH,
        /** The first one that has room. */
        FIRST
    }

    public BalanceSettings {
        prefer = List.copyOf(prefer);
        if ((policy == Policy.HASH) != (hashKey != null) || hashBoundPercent != 0 && (hashBoundPercent < 101 || hashBoundPercent > 1000)) {
            throw new IllegalArgumentException("balance: " + policy + " by " + hashKey + ", bound " + hashBoundPercent);
        }
    }

    /** A policy but {@link Policy#HASH}, without preference. */
    public static BalanceSettings of(Policy policy) {
        return new BalanceSettings(policy, null, 0, List.of(), null);
    }
}
