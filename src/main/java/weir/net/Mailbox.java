package weir.net;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Tasks for a loop from other threads: bounded, any thread puts, the loop drains. No locks; after Vyukov's bounded queue
 * (each slot has a number that says whose turn it is), with one consumer.
 *
 * <p>No wake-up is lost between the loop's look at an empty mailbox and its {@code select}. {@link #isEmpty()} first arms
 * the wake-up and then looks; {@link #put} first publishes and then looks whether it is armed. In the one order of volatile
 * accesses that all threads agree on, either the loop sees the task or the put sees the arming. In the second case it calls
 * {@code Selector.wakeup()}, which makes the next select return at once if none is waiting now. While the loop is at work
 * nothing is armed, and a put costs no system call.
 *
 * <p>A put that was held up between taking a slot and filling it hides what others put behind it. That is no loss either:
 * it looks at the arming after it has filled the slot.
 */
public final class Mailbox {
    private final Runnable[] tasks;
    /** For slot i: n when it waits for put number n, n + 1 when it holds what put n brought; n counts puts, n % length = i. */
    private final AtomicLongArray turns;
    private final int mask;
    private final Runnable wakeUp;
    private final AtomicLong puts = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicBoolean armed = new AtomicBoolean();
    private long drained; // only the loop's

    /**
     * A mailbox with nothing in it.
     *
     * @param tasksMax 2 to 2^20, rounded up to a power of two
     * @param wakeUp makes a waiting consumer, or the next one that starts to wait, go on ({@code Selector.wakeup}); called on
     *     the thread that puts, at most once for each {@link #isEmpty()} that was true
     */
    public Mailbox(int tasksMax, Runnable wakeUp) {
        if (tasksMax < 2 || tasksMax > 1 << 20) {
            throw new IllegalArgumentException("tasksMax: " + tasksMax);
        }
        int length = Integer.highestOneBit(tasksMax - 1) << 1;
        this.tasks = new Runnable[length];
        this.turns = new AtomicLongArray(length);
        this.mask = length - 1;
        this.wakeUp = Objects.requireNonNull(wakeUp);
        for (int i = 0; i < length; i++) {
            turns.set(i, i);
        }
    }

    /**
     * Leaves a task, from any thread.
     *
     * @param task runs on the loop, after those that the same thread put before
     * @return false if the mailbox is full: the task will not run; counted
     */
    public boolean put(Runnable task) {
        Objects.requireNonNull(task);
        long number = puts.get();
        while (true) {
            long turn = turns.get((int) number & mask);
            if (turn == number) {
                if (puts.compareAndSet(number, number + 1)) {
                    break;
                }
                number = puts.get();
            } else if (turn < number) { // holds a task that was put one round before
                refused.incrementAndGet();
                return false;
            } else {
                number = puts.get(); // another thread was faster
            }
        }
        int index = (int) number & mask;
        tasks[index] = task;
        turns.set(index, number + 1);
        if (armed.get() && armed.compareAndSet(true, false)) { // the look first: no write to a shared line at full load
            wakeUp.run();
        }
        return true;
    }

    /**
     * Whether there is nothing to drain; if so, the next put wakes the loop. By the loop only, before it waits: another
     * thread would disarm a wake-up that the loop relies on.
     */
    public boolean isEmpty() {
        if (isPublished()) {
            return false;
        }
        armed.set(true);
        if (isPublished()) {
            armed.set(false);
            return false;
        }
        return true;
    }

    /** Says that the loop is awake, so that until the next {@link #isEmpty()} no put wakes it. Spares system calls only. */
    public void awake() {
        if (armed.get()) {
            armed.set(false);
        }
    }

    /**
     * Runs tasks, oldest first; by the loop. What a task throws comes out here; the others are left for the next call.
     *
     * @param max 1 or more
     * @return how many ran
     */
    public int drain(int max) {
        awake();
        int ran = 0;
        while (ran < max && isPublished()) {
            int index = (int) drained & mask;
            Runnable task = tasks[index];
            tasks[index] = null;
            turns.set(index, drained + tasks.length);
            drained++;
            ran++;
            task.run();
        }
        return ran;
    }

    /** Puts that found the mailbox full, since the start; from any thread. */
    public long refused() {
        return refused.get();
    }

    private boolean isPublished() {
        return turns.get((int) drained & mask) == drained + 1;
    }
}
