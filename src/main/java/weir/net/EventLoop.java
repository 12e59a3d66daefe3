package weir.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import weir.buffer.BufferPool;
import weir.buffer.Lease;
import weir.buffer.SlabStore;
import weir.observe.Figure;
import weir.observe.Journal;

/**
 * One thread, one selector, and everything that is one loop's: timers, buffers, mailbox. Each turn waits for events, serves
 * them, fires timers that are due, and takes work from other threads out of the mailbox; each of these is bounded.
 *
 * <p>All methods are for the loop's own thread but {@link #execute}, {@link #start}, {@link #stop} and the figures.
 */
public final class EventLoop implements Runnable {
    /** Shared read buffer: what one read takes at most. */
    public static final int READ_BYTES = 64 << 10;
    /** Shared read buffer for long bodies: CPU of a 10 MiB answer is 0.93 of what it is with 128 KiB. Also all that a slow reader pins. */
    public static final int BULK_READ_BYTES = 256 << 10;
    /** Shared write buffer: a head and a small body that leave in one write. */
    static final int WRITE_BYTES = 64 << 10;

    private static final int TIMERS_PER_TURN = 4096;
    private static final int TASKS_PER_TURN = 256;
    private static final int DEFERRED_PER_TURN = 8192;
    private static final long ROOM_WAIT_NANOS = 5_000_000_000L;
    private static final int MAILBOX_TASKS_MAX = 8 << 10;
    /** Over at least so long the load is measured: longer than a pause of the collector, shorter than a wave of requests. */
    private static final long LOAD_NANOS = 100_000_000L;

    private final int index;
    private final Clock clock;
    private final Journal journal;
    private final Selector selector;
    private final Timers timers;
    private final Mailbox mailbox;
    private final BufferPool pool;
    private final Connector connector;
    private final ArrayDeque<Deferred> deferred = new ArrayDeque<>(64);
    private final ArrayDeque<Deferred> nextTurn = new ArrayDeque<>(64);
    private final Consumer<SelectionKey> collect = this::collect;
    private final Runnable expireTimers = this::expireTimers;
    private final Runnable drainMailbox = this::drainMailbox;
    private final Runnable endTurn = this::endTurn;
    private final Thread thread;

    private SelectionKey[] ready = new SelectionKey[256];
    private int readyCount;
    private long nowNanos;
    private long wallMillis;
    private Object reader;
    private Lease readLease;
    private Lease bulkLease;
    private Lease writeLease;
    private Outbox corked;
    private boolean stopping;
    private int dueThisTurn;
    private long loadSinceNanos;
    private long loadBusyNanos;
    private double load;
    private final Figure busyNanos = new Figure();
    private final Figure turns = new Figure();

    /** How a loop opens connections: by sockets, or in memory for a test. */
    public interface Connector {
        /** Starts to connect; the handler hears {@code onConnected} or {@code onFailed}. */
        Transport connect(EventLoop loop, InetSocketAddress peer, TransportHandler handler) throws IOException;
    }

    /** @param index 0 for the first loop of the process; counters are kept by it */
    public EventLoop(int index, SlabStore store, Journal journal) throws IOException {
        this(index, store, journal, Clock.SYSTEM, SocketTransport::connect);
    }

    public EventLoop(int index, SlabStore store, Journal journal, Clock clock, Connector connector) throws IOException {
        this.index = index;
        this.journal = journal;
        this.clock = clock;
        this.connector = connector;
        selector = Selector.open();
        nowNanos = clock.nanoTime();
        loadSinceNanos = nowNanos;
        timers = new Timers(nowNanos);
        mailbox = new Mailbox(MAILBOX_TASKS_MAX, selector::wakeup);
        pool = new BufferPool(store);
        readLease = needed(READ_BYTES);
        writeLease = needed(WRITE_BYTES);
        thread = new Thread(this, "weir-loop-" + index);
    }

    private Lease needed(int bytes) throws IOException {
        Lease lease = pool.borrow(bytes);
        if (lease == null) {
            selector.close();
            throw new IOException("server.memory is too small for the buffers of loop " + index);
        }
        return lease;
    }

    public void start() {
        thread.start();
    }

    /** Asks the loop to end after its turn. From any thread. */
    public void stop() {
        executeSurely(() -> stopping = true);
    }

    /** Waits for the loop's end. */
    public void join() throws InterruptedException {
        thread.join();
    }

    @Override
    public void run() {
        while (!stopping) {
            try {
                turn();
            } catch (IOException e) {
                throw new UncheckedIOException("selector", e);       // nothing can go on without it
            } catch (OutOfMemoryError e) {
                outOfMemory();
            }
        }
        close();
    }

    /** The Java heap is used up, in a place that no connection can be blamed for: what is there may go on once some is free. */
    private void outOfMemory() {
        try {
            journal.warnAtMostOncePerSecond("heap", "the Java heap is used up: give the JVM more (-Xmx)");
        } catch (OutOfMemoryError again) {
            Thread.onSpinWait();                                     // not even for a line of text
        }
    }

    /** Serves what is there, and waits for it when there is nothing. */
    public void turn() throws IOException {
        readyCount = 0;
        dueThisTurn = nextTurn.size();
        long wait = dueThisTurn == 0 && deferred.isEmpty() && mailbox.isEmpty() ? timers.millisToNext(nowNanos) : 0;
        if (wait == 0) {
            selector.selectNow(collect);
        } else {
            selector.select(collect, Math.max(0, wait));             // 0 means for ever here, and -1 is "no timer"
        }
        nowNanos = clock.nanoTime();                                 // after the wait, before anybody asks for the time
        wallMillis = 0;
        for (int i = 0; i < readyCount; i++) {
            serve(ready[i]);
        }
        guarded(expireTimers);
        guarded(drainMailbox);
        if (dueThisTurn > 0) {
            guarded(endTurn);
        }
        long end = clock.nanoTime();
        busyNanos.add(end - nowNanos);
        turns.add(1);
        if (end - loadSinceNanos >= LOAD_NANOS) {
            measureLoad(end);
        }
    }

    private void measureLoad(long end) {
        load = (double) (busyNanos.get() - loadBusyNanos) / (end - loadSinceNanos);
        loadSinceNanos = end;
        loadBusyNanos = busyNanos.get();
    }

    private void endTurn() {
        while (dueThisTurn > 0) {
            dueThisTurn--;                                           // first: one that fails is not run again
            nextTurn.poll().runDeferred();
        }
    }

    private void expireTimers() {
        timers.expire(nowNanos, TIMERS_PER_TURN);
    }

    private void drainMailbox() {
        mailbox.drain(TASKS_PER_TURN);
    }

    /** A bug in a timer or a task ends that one, not the loop. */
    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error bug) {
            survived(bug);
        }
        settle();
    }

    private void collect(SelectionKey key) {
        if (readyCount == ready.length) {
            ready = Arrays.copyOf(ready, readyCount * 2);
        }
        ready[readyCount++] = key;
    }

    private void serve(SelectionKey key) {
        if (!key.isValid()) {
            return;                                                  // closed by an event before this one
        }
        Ready target = (Ready) key.attachment();
        try {
            target.ready(key.readyOps());
        } catch (IOException e) {
            target.failed(e);
        } catch (RuntimeException | Error e) {
            crashed(target, e);
        }
        settle();
    }

    /** A bug ends one connection, not the loop. */
    private void crashed(Ready target, Throwable bug) {
        journal.warnAtMostOncePerSecond("internal", "loop " + index + ": internal error, one connection closed: " + describe(bug));
        try {
            target.crashed();
        } catch (RuntimeException | Error again) {
            journal.warnAtMostOncePerSecond("internal", "loop " + index + ": while closing it: " + describe(again));
        }
    }

    private void survived(Throwable bug) {
        journal.warnAtMostOncePerSecond("internal", "loop " + index + ": internal error: " + describe(bug));
    }

    private static String describe(Throwable bug) {
        StackTraceElement[] trace = bug.getStackTrace();
        StringBuilder text = new StringBuilder(bug.toString());
        for (int i = 0; i < Math.min(8, trace.length); i++) {
            text.append(" <- ").append(trace[i]);
        }
        return text.toString();
    }

    /** Sends what was staged, and runs what was put off, until neither is left (bounded: the rest waits a turn). */
    public void settle() {
        if (corked == null && deferred.isEmpty()) {
            return;
        }
        uncork();
        for (int i = 0; i < DEFERRED_PER_TURN && !deferred.isEmpty(); i++) {
            try {
                deferred.poll().runDeferred();
            } catch (RuntimeException | Error bug) {
                survived(bug);
            }
            uncork();
        }
    }

    private void uncork() {
        if (corked != null) {
            Outbox outbox = corked;
            corked = null;
            outbox.flush();
        }
    }

    /** The shared write buffer now stages this outbox's bytes; whoever had it before is flushed. */
    void cork(Outbox outbox) {
        if (corked != outbox) {
            uncork();
            writeLease.bytes().clear();
            corked = outbox;
        }
    }

    boolean isCorkedBy(Outbox outbox) {
        return corked == outbox;
    }

    void forget(Outbox outbox) {
        if (corked == outbox) {
            corked = null;
        }
    }

    Lease writeLease() {
        return writeLease;
    }

    /** One inbox at a time may hold bytes in the shared read buffers; the next may only after {@link Inbox#settle}. */
    boolean readBy(Object inbox) {
        boolean free = reader == null || reader == inbox || inbox == null;
        reader = inbox;
        return free;
    }

    /** The shared read buffer. @param bulk the larger one for long bodies, when it can be had */
    Lease readLease(boolean bulk) {
        if (!bulk) {
            return readLease;
        }
        if (bulkLease == null) {
            bulkLease = pool.borrow(BULK_READ_BYTES);
        }
        return bulkLease != null ? bulkLease : readLease;
    }

    /** The pool is at its bound and a connection pays for it: the operator hears of that. */
    public void cutForMemory() {
        journal.warnAtMostOncePerSecond("memory", "server.memory is used up: a connection is cut");
    }

    /** Hands a shared read buffer over for good. @return false at the pool's bound: the buffer stays the loop's */
    boolean giveAway(Lease shared) {
        if (shared == bulkLease) {
            bulkLease = null;                                        // borrowed anew when it is next wanted
            return true;
        }
        Lease fresh = pool.borrow(READ_BYTES);
        if (fresh == null) {
            return false;
        }
        readLease = fresh;
        return true;
    }

    /** Runs this after the event at hand, on this loop. */
    public void defer(Deferred work) {
        deferred.add(work);
    }

    /**
     * Runs this at the end of the next turn, which does not wait for events: by then all that is there now has been served. For what
     * is better done when nothing more comes than after each piece.
     */
    public void deferToNextTurn(Deferred work) {
        nextTurn.add(work);
    }

    /** Runs this on the loop soon. From any thread. @return false when the mailbox is full: nothing was queued */
    public boolean execute(Runnable task) {
        return mailbox.put(task);
    }

    /**
     * As {@link #execute}, but waits for room, at most 5 s: for what must not get lost, as the start of a listener. Not from a
     * loop.
     *
     * @return false when there was no room all the time
     */
    public boolean executeSurely(Runnable task) {
        long start = System.nanoTime();
        while (!mailbox.put(task)) {
            if (System.nanoTime() - start > ROOM_WAIT_NANOS) {
                journal.error("loop " + index + " takes no more tasks");
                return false;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }

    /** Opens a connection. @throws IOException when that cannot even be tried (no descriptor, no route) */
    public Transport connect(InetSocketAddress peer, TransportHandler handler) throws IOException {
        return connector.connect(this, peer, handler);
    }

    /** Closes selector and buffers; for the loop's end and for tests that turn a loop by hand. */
    public void close() {
        uncork();
        deferred.clear();
        nextTurn.clear();
        readLease.close();
        writeLease.close();
        if (bulkLease != null) {
            bulkLease.close();
        }
        try {
            selector.close();
        } catch (IOException e) {
            journal.warn("closing a selector: " + e.getMessage());
        }
    }

    public int index() {
        return index;
    }

    /** The time of this turn, in nanoseconds of {@link Clock#nanoTime}. */
    public long nowNanos() {
        return nowNanos;
    }

    /** The time of day of this turn, in milliseconds since 1970 UTC; read once a turn, and only when asked for. */
    public long wallMillis() {
        if (wallMillis == 0) {
            wallMillis = clock.wallMillis();
        }
        return wallMillis;
    }

    public Timers timers() {
        return timers;
    }

    public BufferPool pool() {
        return pool;
    }

    public Journal journal() {
        return journal;
    }

    /** The JDK keeps the descriptor of a closed socket until the next select. This is one; what is ready is told by the next. */
    void releaseClosed() throws IOException {
        selector.selectNow(key -> { });
    }

    Selector selector() {
        return selector;
    }

    /** The thread that runs it, for figures. From any thread. */
    public Thread thread() {
        return thread;
    }

    /** Nanoseconds spent outside of the wait since the start. From any thread. */
    public long busyNanos() {
        return busyNanos.get();
    }

    /** Share of the time of late, 0 to 1, that it did not wait: over a tenth of a second or the last turn, whichever was longer. On the loop. */
    public double load() {
        return load;
    }

    /** Turns since the start. From any thread. */
    public long turns() {
        return turns.get();
    }

    /** Leases that connections hold: lent ones less the loop's own shared buffers. From any thread, exact on the loop. */
    public int lentByConnections() {
        return pool.lentCount() - (bulkLease != null ? 3 : 2);
    }
}
