package weir.exchange;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
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

        /** By weight; the exact share matters less than that no state is shared. */
        Pool choose() {
            if (shares.size() == 1) {
                return shares.get(0).pool();
            }
            int sum = 0;
            for (int i = 0; i < shares.size(); i++) {
                sum += shares.get(i).weight();
            }
            int dice = ThreadLocalRandom.current().nextInt(sum);
            int i = 0;
            while ((dice -= shares.get(i).weight()) >= 0) {
                i++;
            }
            return shares.get(i).pool();
        }
    }

    /** @param weight its share against the others, 1 or more */
    record Share(Pool pool, int weight) {}

    /** Answered here. */
    record Local(LocalAnswer answer) implements Target {}
}
