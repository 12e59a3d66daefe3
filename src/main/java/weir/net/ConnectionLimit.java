package weir.net;

import java.util.concurrent.atomic.AtomicInteger;

/** A bound on client connections: that of the whole process, or of a listener which should not depend on it. Any thread. */
public final class ConnectionLimit {
    private final AtomicInteger open = new AtomicInteger();
    private final String name;
    private volatile int max;

    /** That of the process. @param max connections at once, 1 or more */
    public ConnectionLimit(int max) {
        this("server.connections", max);
    }

    /** @param name as it is said when the limit is reached */
    public ConnectionLimit(String name, int max) {
        this.name = name;
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

    @Override
    public String toString() {
        return name + " (" + max + ")";
    }
}
