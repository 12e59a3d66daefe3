package weir.upstream;

import java.util.List;

/**
 * {@code pool.NAME.balance} and {@code pool.NAME.prefer}: how the server of a request is chosen.
 *
 * @param prefer labels of the servers that are asked first, in this order; servers with none of them come after
 */
public record BalanceSettings(Policy policy, List<Label> prefer) {
    /** Each in turn, wherever it is. */
    public static final BalanceSettings DEFAULT = new BalanceSettings(Policy.ROUND_ROBIN, List.of());

    /** How a server is chosen among equals. */
    public enum Policy { ROUND_ROBIN, LEAST_REQUESTS, RANDOM_TWO }

    public BalanceSettings {
        prefer = List.copyOf(prefer);
    }
}
