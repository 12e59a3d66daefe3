package weir.observe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/**
 * Moves bytes from the rings to the target: the {@link LogWriter} without its thread, so that tests turn it by hand.
 * What the target does not take stays in the ring, also the rest of a line half written: a full disk or a slow reader costs
 * lines only when the ring is full too, and never tears one.
 */
final class LogDrain {
    private final LogTarget target;
    private final List<LogRing> rings;
    private final Journal journal;
    private WritableByteChannel channel;
    private int current; // the ring to go on with: after a failed write it may be in the middle of a line
    private volatile long errors;

    LogDrain(LogTarget target, List<LogRing> rings, Journal journal) throws IOException {
        this(target, rings, journal, target.open());
    }

    LogDrain(LogTarget target, List<LogRing> rings, Journal journal, WritableByteChannel channel) {
        this.target = target;
        this.rings = List.copyOf(rings);
        this.journal = journal;
        this.channel = channel;
    }

    /** Writes what is there; false if the target did not take all of it: try again after a pause. */
    boolean turn() {
        for (int done = 0; done < rings.size(); done++) {
            if (!drain(rings.get(current))) {
                return false;
            }
            current = (current + 1) % rings.size();
        }
        return true;
    }

    private boolean drain(LogRing ring) {
        // Up to what was there at the start: whole lines, and no more, lest a busy loop starves the lines of the others.
        long end = ring.published();
        for (ByteBuffer bytes = ring.readable(end); bytes.hasRemaining(); bytes = ring.readable(end)) {
            int count = write(bytes);
            if (count <= 0) { // 0: the descriptor is in non-blocking mode, as a terminal shared with others can be
                return false;
            }
            ring.taken(count);
        }
        return true;
    }

    private int write(ByteBuffer bytes) {
        try {
            return channel.write(bytes);
        } catch (IOException e) {
            failed("cannot write the log " + target, e);
            return -1;
        }
    }

    /** Opens the target's name anew; if that fails the old one stays in use. */
    void reopen() {
        WritableByteChannel old = channel;
        try {
            channel = target.open();
        } catch (IOException e) {
            failed("cannot reopen the log " + target + ", going on with the old one", e);
            return;
        }
        close(old);
    }

    void close() {
        close(channel);
        long lines = rings.stream().mapToLong(LogRing::lines).sum();
        if (lines > 0) {
            journal.warn(lines + " lines of the log " + target + " were not written");
        }
    }

    boolean isEmpty() {
        return rings.stream().allMatch(LogRing::isEmpty);
    }

    long errors() {
        return errors;
    }

    private void close(WritableByteChannel closing) {
        try {
            closing.close();
        } catch (IOException e) { // the system may tell of a failed earlier write only here
            failed("cannot close the log " + target, e);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes, others only read
    private void failed(String what, IOException e) {
        errors++;
        journal.warnAtMostOncePerSecond("log " + target, what + ": " + e.getMessage());
    }
}
