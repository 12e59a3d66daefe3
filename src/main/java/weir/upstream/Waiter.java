package weir.upstream;

import weir.net.Timer;

/**
 * A request's place in the queue of a pool whose servers have no room. Of one loop; may be used for one request after the
 * other. The timer is its deadline.
 */
public abstract class Waiter extends Timer {
    WaitingLine line;            // null: does not wait
    QueueClass queueClass;
    long sinceNanos;
    Waiter ahead;
    Waiter behind;

    /** A server may have room. @return false when there was none for this request: it goes on waiting */
    protected abstract boolean onTurn();

    /** It has waited for as long as the pool allows; it waits no more. */
    protected abstract void onTooLate();

    @Override
    protected final void onExpired(long nowNanos) {
        leave();
        onTooLate();
    }

    /** Stops to wait; does nothing when it does not. */
    public final void leave() {
        if (line != null) {
            line.remove(this);
        }
    }
}
