package weir.upstream;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import weir.net.EventLoop;

/**
 * Requests that wait for a server of a pool to have room. Each loop has a line of its own, as exchanges do not change their
 * loop; a loop on which room is made looks which line has waited longest in the highest class, and wakes that one. Bounded over
 * all loops. Costs nothing while nobody waits but one volatile read when a request ends.
 */
final class PoolQueue {
    static final long NOBODY = Long.MAX_VALUE;
    private static final int CLASSES = QueueClass.values().length;
    private static final int STRIDE = 16;                    // longs: two cache lines

    private final WaitingLine[] lines;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLongArray since;                     // of the first in each class of each loop's line
    private final int max;
    private final long waitNanos;

    PoolQueue(List<EventLoop> loops, LimitSettings settings) {
        max = settings.queueMax();
        waitNanos = settings.queueNanos();
        lines = loops.stream().map(loop -> new WaitingLine(this, loop)).toArray(WaitingLine[]::new);
        since = new AtomicLongArray(lines.length * STRIDE);
        for (int i = 0; i < since.length(); i++) {
            since.set(i, NOBODY);
        }
    }

    /** How many wait, on all loops. */
    int waiting() {
        return waiting.get();
    }

    /** Whether somebody of this class, or a higher one, waits already. */
    boolean isBehind(QueueClass queueClass) {
        if (waiting.get() == 0) {
            return false;
        }
        for (int loop = 0; loop < lines.length; loop++) {
            for (int at = 0; at <= queueClass.ordinal(); at++) {
                if (since.get(loop * STRIDE + at) != NOBODY) {
                    return true;
                }
            }
        }
        return false;
    }

    /** @return false when the queue is full */
    boolean add(EventLoop loop, Waiter waiter, QueueClass queueClass) {
        if (waiting.incrementAndGet() > max) {
            waiting.decrementAndGet();
            return false;
        }
        lines[loop.index()].add(waiter, queueClass, loop.nowNanos() + waitNanos);
        return true;
    }

    void left() {
        waiting.decrementAndGet();
    }

    void publish(int loop, QueueClass queueClass, long sinceNanos) {
        since.set(loop * STRIDE + queueClass.ordinal(), sinceNanos);
    }

    /** Room was made, on this loop: who has waited longest in the highest class gets a turn. */
    void roomMade(EventLoop loop) {
        if (waiting.get() == 0) {
            return;
        }
        int best = longest();
        if (best == loop.index() || best < 0) {
            lines[loop.index()].serveSoon();
        } else if (!lines[best].serveFromElsewhere()) {
            lines[loop.index()].serveSoon();
        }
    }

    private int longest() {
        for (int at = 0; at < CLASSES; at++) {
            int best = -1;
            long bestSince = NOBODY;
            for (int loop = 0; loop < lines.length; loop++) {
                long own = since.get(loop * STRIDE + at);
                if (own != NOBODY && (best < 0 || own - bestSince < 0)) {
                    best = loop;
                    bestSince = own;
                }
            }
            if (best >= 0) {
                return best;
            }
        }
        return -1;
    }

    /** Servers came, or came back: everybody gets a turn. Any thread. */
    void choicesChanged() {
        if (waiting.get() > 0) {
            for (WaitingLine line : lines) {
                line.serveFromElsewhere();
            }
        }
    }

    /** Whether somebody waits on another loop than this. */
    boolean isWaitedForElsewhere(EventLoop loop) {
        if (waiting.get() > 0) {
            for (int other = 0; other < lines.length; other++) {
                for (int at = 0; other != loop.index() && at < CLASSES; at++) {
                    if (since.get(other * STRIDE + at) != NOBODY) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
