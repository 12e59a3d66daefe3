package weir.net;

import java.util.concurrent.atomic.AtomicInteger;

/** The process-wide bound on client connections. Any thread. */
public final class ConnectionLimit {
    private final AtomicInteger open = new AtomicInteger();
    private volatile int max;

    /** @param max connections at once, 1 or more */
    public ConnectionLimit(int max) {
        this.max = max;
    }

    /** @return false at the limit: nothing was taken */
    public boolean take() {
        if (open.incrementAndGet() > max) {
            open.decrementAndGet();
            return false;
        }
        return true;
    }

    public void give() {
        open.decrementAndGet();
    }

    public int open() {
        return open.get();
    }

    public int max() {
        return max;
    }
}
