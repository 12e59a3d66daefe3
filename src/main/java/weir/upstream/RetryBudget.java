package weir.upstream;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * How many requests may be tried once more at the same time: a share of those that are live, and never less than a floor. So a
 * pool that fails as a whole gets little more than its usual load, whatever clients and tries there are. Any thread.
 */
final class RetryBudget {
    private final int percent;
    private final int min;
    private final IntSupplier live;
    private final AtomicInteger running = new AtomicInteger();

    /** @param live requests that run on the pool's servers now */
    RetryBudget(RetrySettings settings, IntSupplier live) {
        percent = settings.budgetPercent();
        min = settings.budgetMin();
        this.live = live;
    }

    /** @return false when enough run already */
    boolean take() {
        int now = running.incrementAndGet();
        if (now <= min || now * 100L <= (long) live.getAsInt() * percent) {
            return true;
        }
        running.decrementAndGet();
        return false;
    }

    void give() {
        running.decrementAndGet();
    }

    int running() {
        return running.get();
    }
}
