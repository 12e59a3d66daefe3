package weir.observe;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Bytes of log lines on their way from one loop to the {@link LogWriter}. One thread offers, one thread takes; neither ever
 * waits for the other. A line is published whole, so that everything before {@code tail} ends with a line feed and the
 * lines of several rings never mix in one file.
 */
public final class LogRing {
    private static final int BYTES_MIN = 256;
    private static final int BYTES_MAX = 1 << 30;
    /** One write; more would only make the JDK keep a larger direct buffer for the writer's thread. */
    private static final int WRITE_BYTES_MAX = 64 << 10;

    private final byte[] bytes; // a power of two long
    private final ByteBuffer view;
    private final AtomicLong head = new AtomicLong(); // taken up to here; written by the writer
    private final AtomicLong tail = new AtomicLong(); // published up to here; written by the loop
    private final AtomicLong dropped = new AtomicLong();
    private volatile boolean writerAsleep;
    private volatile Thread writer;

    /** @param bytesMax 256 to 2^30, rounded down to a power of two; allocated at once */
    public LogRing(int bytesMax) {
        if (bytesMax < BYTES_MIN || bytesMax > BYTES_MAX) {
            throw new IllegalArgumentException("bytesMax: " + bytesMax);
        }
        bytes = new byte[Integer.highestOneBit(bytesMax)];
        view = ByteBuffer.wrap(bytes);
    }

    /**
     * Takes a copy of the line and adds the line feed. Never waits, allocates nothing; by the ring's loop only.
     *
     * @param line holds no line feed in its first {@code length} bytes
     * @return false if there was no room for the whole line: it is dropped and counted
     */
    public boolean offer(byte[] line, int length) {
        long end = tail.getPlain();
        if (length + 1 > bytes.length - (end - head.getAcquire())) {
            dropped.setOpaque(dropped.getPlain() + 1);
            return false;
        }
        int at = index(end);
        int first = Math.min(length, bytes.length - at);
        System.arraycopy(line, 0, bytes, at, first);
        System.arraycopy(line, first, bytes, 0, length - first);
        bytes[index(end + length)] = '\n';
        // A volatile store, and then a volatile load: the writer does the same two steps the other way round, so that at
        // least one of us sees the other (no line waits in the ring of a sleeping writer).
        tail.set(end + length + 1);
        if (writerAsleep) {
            wakeWriter();
        }
        return true;
    }

    /** Lines that found no room, since the start; from any thread. */
    public long dropped() {
        return dropped.getOpaque();
    }

    // ---- the writer's side

    void sleepingWriter(Thread sleeper) {
        writer = sleeper;
        writerAsleep = true;
    }

    void writerAwake() {
        writerAsleep = false;
    }

    boolean isEmpty() {
        return head.getPlain() == tail.get();
    }

    /** A position behind the last whole line. */
    long published() {
        return tail.get();
    }

    /** What can be written in one piece before {@code end}, a published position; valid until the next call. */
    ByteBuffer readable(long end) {
        long from = head.getPlain();
        int at = index(from);
        int length = (int) Math.min(Math.min(end - from, bytes.length - at), WRITE_BYTES_MAX);
        return view.limit(at + length).position(at);
    }

    void taken(int count) {
        head.setRelease(head.getPlain() + count);
    }

    /** Lines in the ring, counting one whose beginning was taken; for the report when they cannot be written. */
    long lines() {
        long count = 0;
        for (long i = head.getPlain(); i < tail.get(); i++) {
            count += bytes[index(i)] == '\n' ? 1 : 0;
        }
        return count;
    }

    private void wakeWriter() {
        writerAsleep = false;
        LockSupport.unpark(writer);
    }

    private int index(long position) {
        return (int) position & bytes.length - 1;
    }
}
