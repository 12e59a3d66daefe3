package weir.exchange;

import java.util.List;
import weir.upstream.Pool;

/** Where a route's requests go. */
public sealed interface Target {
    /** To the origins of a pool, chosen by weight when there are several. */
    record ToPools(List<Share> shares) implements Target {
        public ToPools {
            shares = List.copyOf(shares);
            if (shares.isEmpty()) {
                throw new IllegalArgumentException("a target without a pool");
            }
        }
    }

    /** @param weight its share against the others, 1 or more */
    record Share(Pool pool, int weight) {}

    /** Answered here. */
    record Local(LocalAnswer answer) implements Target {}
}
