package weir.tls;

import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import weir.net.EventLoop;

/**
 * Where a loop's delegated tasks run. In place is cheapest: handing one to another thread and back wakes two threads, which made
 * a full handshake 30 to 60 % dearer. But a task is half a millisecond and more in which the loop serves nobody else, so that a
 * turn has a bound for it; what would exceed it goes to the helpers: the tasks of a flood, and signatures that are slow.
 *
 * <p>The loop's own.
 */
final class TaskLane {
    private final EventLoop loop;
    private final Executor helpers;
    private final long turnNanosMax;
    private long turn;
    private long spentNanos;

    /**
     * @param helpers may refuse; null: all run in place
     * @param turnNanosMax what the tasks of one turn may take in place; 0: none of them does
     */
    TaskLane(EventLoop loop, Executor helpers, long turnNanosMax) {
        this.loop = loop;
        this.helpers = helpers;
        this.turnNanosMax = turnNanosMax;
    }

    /** Whether a task that is expected to take so long may run here and now. */
    boolean hasTimeFor(long expectedNanos) {
        if (loop.nowNanos() != turn) {
            turn = loop.nowNanos();
            spentNanos = 0;
        }
        return helpers == null || expectedNanos <= turnNanosMax - spentNanos;
    }

    /** A task has run in place. */
    void spent(long nanos) {
        spentNanos += nanos;
    }

    /** Runs what the engine delegates. On any thread, while no other touches the engine. @return how long it took, in nanoseconds */
    static long run(SSLEngine engine) {
        long start = System.nanoTime();
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();                                      // what goes wrong in it comes out of the next wrap or unwrap
        }
        return System.nanoTime() - start;
    }

    /** @throws java.util.concurrent.RejectedExecutionException when too many wait already */
    void handOver(Runnable task) {
        helpers.execute(task);
    }
}
