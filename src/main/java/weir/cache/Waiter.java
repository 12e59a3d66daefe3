package weir.cache;

import weir.exchange.Exchange;
import weir.net.Deferred;
import weir.net.EventLoop;
import weir.net.Timer;

/** An exchange that waits for what another one fetches, or for what is read from the disk. Its own loop's, but for {@link #tell}. */
final class Waiter extends Timer implements Deferred, Runnable {
    private static final long LOOK_NANOS = 1_000_000_000L;   // when the news found the loop's mailbox full

    private final CacheFilter filter;
    private final Exchange exchange;
    private final Recall recall;
    private final long wait;
    private final EventLoop loop;
    private volatile boolean told;
    private volatile boolean onItsOwn;
    private boolean done;

    /** @param recall what it waits for; null for a fetch */
    Waiter(CacheFilter filter, Exchange exchange, Recall recall) {
        this.filter = filter;
        this.recall = recall;
        this.exchange = exchange;
        wait = exchange.suspension();
        loop = exchange.loop();
    }

    /** It has been taken up by a fetch. */
    void waits() {
        loop.timers().set(this, loop.nowNanos() + LOOK_NANOS);
    }

    Exchange exchange() {
        return exchange;
    }

    /** Whether there is still somebody to be answered. */
    boolean isThere() {
        return exchange.isSuspended(wait);
    }

    /** Goes on to the origin as if there were no cache. */
    void resume() {
        exchange.resume(wait);
    }

    /** The fetch, or the recall, knows what comes of it. Any thread. @param alone nothing that could be shared */
    void tell(boolean alone) {
        onItsOwn = alone;
        told = true;
        if (Thread.currentThread() == loop.thread()) {
            loop.defer(this);
        } else {
            boolean posted = loop.execute(this);
            assert posted || isSet() : "the timer looks";
        }
    }

    @Override
    public void runDeferred() {
        run();
    }

    @Override
    public void run() {
        if (done) {
            return;
        }
        done = true;
        if (isSet()) {
            loop.timers().cancel(this);
        }
        if (isThere()) {
            filter.goOn(this, recall, onItsOwn);
        }
    }

    @Override
    protected void onExpired(long nowNanos) {
        if (told) {
            run();
        } else if (isThere()) {
            waits();
        }
    }
}
