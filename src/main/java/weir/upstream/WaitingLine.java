package weir.upstream;

import weir.net.Deferred;
import weir.net.EventLoop;

/**
 * The part of a {@link PoolQueue} that waits on one loop: who waits there, in the order of class and arrival. Only that loop
 * calls it, but for {@link #serveFromElsewhere}.
 */
final class WaitingLine implements Deferred {
    /** Of those whose turn it is, so many may find that no server is free for them, before the rest waits for the next event. */
    private static final int REFUSALS_MAX = 16;
    private static final QueueClass[] CLASSES = QueueClass.values();

    private final PoolQueue queue;
    private final EventLoop loop;
    private final Waiter[] heads = new Waiter[CLASSES.length];
    private final Waiter[] tails = new Waiter[CLASSES.length];
    private final Runnable serve = this::runDeferred;
    private boolean deferred;

    WaitingLine(PoolQueue queue, EventLoop loop) {
        this.queue = queue;
        this.loop = loop;
    }

    void add(Waiter waiter, QueueClass queueClass, long deadlineNanos) {
        int at = queueClass.ordinal();
        waiter.line = this;
        waiter.queueClass = queueClass;
        waiter.sinceNanos = loop.nowNanos();
        waiter.ahead = tails[at];
        waiter.behind = null;
        if (tails[at] == null) {
            heads[at] = waiter;
        } else {
            tails[at].behind = waiter;
        }
        tails[at] = waiter;
        loop.timers().set(waiter, deadlineNanos);
        publish(queueClass);
    }

    void remove(Waiter waiter) {
        int at = waiter.queueClass.ordinal();
        if (waiter.ahead == null) {
            heads[at] = waiter.behind;
        } else {
            waiter.ahead.behind = waiter.behind;
        }
        if (waiter.behind == null) {
            tails[at] = waiter.ahead;
        } else {
            waiter.behind.ahead = waiter.ahead;
        }
        waiter.line = null;
        waiter.ahead = waiter.behind = null;
        loop.timers().cancel(waiter);
        queue.left();
        publish(waiter.queueClass);
    }

    private void publish(QueueClass queueClass) {
        Waiter head = heads[queueClass.ordinal()];
        queue.publish(loop.index(), queueClass, head == null ? PoolQueue.NOBODY : head.sinceNanos);
    }

    /** Serves who waits here, behind the event at hand. */
    void serveSoon() {
        if (!deferred) {
            deferred = true;
            loop.defer(this);
        }
    }

    /** The same from any thread. @return false when the loop takes no more tasks */
    boolean serveFromElsewhere() {
        return loop.execute(serve);
    }

    @Override
    public void runDeferred() {
        deferred = false;
        int refusals = 0;
        for (int at = 0; at < heads.length && refusals < REFUSALS_MAX; at++) {
            Waiter waiter = heads[at];
            while (waiter != null && refusals < REFUSALS_MAX) {
                Waiter next = waiter.behind;
                if (waiter.onTurn()) {
                    waiter.leave();
                } else {
                    refusals++;
                }
                waiter = next == null || next.line == this ? next : heads[at];   // its answer may have ended others' waiting
            }
        }
    }
}
