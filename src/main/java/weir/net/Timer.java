package weir.net;

/**
 * One deadline of one owner, set and set again for as long as the owner lives; {@link Timers} links it in place, so that no
 * call allocates. It belongs to one {@link Timers}, and so to one loop: not thread safe.
 */
public abstract class Timer {
    Timer next; // null: not linked
    Timer previous;
    long wakeTick; // the tick at which its slot is looked into at the latest; never after the deadline
    long deadlineNanos;
    boolean set;

    /**
     * The deadline has passed, at most one tick before this call's turn. The timer is no longer set and may be set again.
     *
     * @param nowNanos the time of the loop's turn
     */
    protected abstract void onExpired(long nowNanos);

    /** Whether it is going to expire. */
    public final boolean isSet() {
        return set;
    }

    /** The deadline set last, on the clock of {@link System#nanoTime}; says nothing while the timer is not set. */
    public final long deadlineNanos() {
        return deadlineNanos;
    }
}
