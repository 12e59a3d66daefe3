package weir.observe;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that writes the access log, so that no loop waits for a disk or for who reads the pipe.
 *
 * <p>It sleeps until a line comes, writes, and then rests for {@value #REST_MILLIS} ms while lines gather: at full load a
 * loop pays for about twenty wake-ups a second, and an idle process for none.
 */
public final class LogWriter implements AutoCloseable {
    private static final long REST_MILLIS = 50;
    private static final long RETRY_MILLIS = 500;
    private static final long CLOSE_MILLIS = 5_000;

    private final LogDrain drain;
    private final List<LogRing> rings;
    private final Thread thread;
    private volatile boolean reopening;
    private volatile boolean closing;

    /**
     * Opens the target and starts the thread, a daemon; faults are told on stderr.
     *
     * @param rings one for each loop; this writer is their only taker
     * @throws IOException if the target cannot be opened
     */
    public LogWriter(LogTarget target, List<LogRing> rings) throws IOException {
        this(target, rings, new Journal(System.err));
    }

    /** As the other one; write errors are told in {@code journal}, once a second at most. */
    public LogWriter(LogTarget target, List<LogRing> rings, Journal journal) throws IOException {
        this(rings, new LogDrain(target, rings, journal));
    }

    LogWriter(List<LogRing> rings, LogDrain drain) {
        this.drain = drain;
        this.rings = List.copyOf(rings);
        this.thread = new Thread(this::run, "weir-log");
        thread.setDaemon(true);
        thread.start();
    }

    /** Opens the file's name anew, after a log rotation renamed it; from any thread, done soon after. */
    public void reopen() {
        reopening = true;
        LockSupport.unpark(thread);
    }

    /** Failed writes and opens so far; from any thread. */
    public long errors() {
        return drain.errors();
    }

    /**
     * Writes what is in the rings, then ends the thread and closes the file. Call it when the loops have ended: later lines
     * stay unwritten. Waits 5 s at most, if who reads the other end of a pipe is stuck.
     */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Thread thread() {
        return thread;
    }

    private void run() {
        boolean last;
        do {
            last = closing; // read before the turn: what was offered before close() is in this turn
            if (reopening) {
                reopening = false;
                drain.reopen();
            }
            boolean took = drain.turn();
            if (!last) {
                rest(took ? REST_MILLIS : RETRY_MILLIS);
                if (took) {
                    sleepUntilLines();
                }
            }
        } while (!last);
        drain.close();
    }

    private void rest(long millis) {
        if (!closing && !reopening) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(millis));
        }
    }

    /** Tells every ring first and looks into them after, where offer() publishes first and looks after: see there. */
    private void sleepUntilLines() {
        for (LogRing ring : rings) {
            ring.sleepingWriter(thread);
        }
        while (!closing && !reopening && drain.isEmpty()) {
            LockSupport.park(this);
        }
        for (LogRing ring : rings) {
            ring.writerAwake();
        }
    }
}
