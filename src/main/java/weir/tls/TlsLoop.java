package weir.tls;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import weir.net.EventLoop;
import weir.net.HelperThreads;

/**
 * What all TLS connections of one loop share: the arrays that records are staged in, the helpers, and the bound on handshakes
 * that clients keep unfinished. The loop's own, but for what {@link HelperThreads} says.
 *
 * <p>Records are staged on the heap: the JDK's AES-GCM works on arrays, and copies direct buffers into new ones piece by
 * piece. With the copy to the socket included, a full record takes 2.4 us to wrap that way against 4.2 us (JDK 25; JDK 17: 3.1
 * against 3.7).
 */
public final class TlsLoop {
    /** A record at its largest, header included: what the JDK wants to see as room before it wraps a single byte. */
    static final int RECORD_BYTES_MAX = 16_709;
    /** About four handshakes with elliptic curves: as long as other connections may wait for them. */
    public static final long TURN_NANOS_MAX = 2_000_000;
    /** Full records that leave in one write, and still fit into a lease: with 4 a large answer costs a fifth more. */
    private static final int RECORDS_PER_WRITE = 15;

    private final EventLoop loop;
    private final TaskLane tasks;
    private final int handshakesMax;
    private final ByteBuffer in = ByteBuffer.allocate(EventLoop.READ_BYTES + RECORD_BYTES_MAX);
    private final ByteBuffer out = ByteBuffer.allocate(RECORDS_PER_WRITE * RECORD_BYTES_MAX);
    private final ByteBuffer plain = ByteBuffer.allocate(RECORD_BYTES_MAX);
    private final ByteBuffer[] sources = new ByteBuffer[2];
    private Handshake oldest;
    private Handshake newest;
    private int handshakes;

    /**
     * What one loop has.
     *
     * @param helpers where delegated tasks run that do not run in place: {@link HelperThreads}, which may refuse; null for none
     * @param turnNanosMax what tasks in place may take of one turn, 0 for none; {@link #TURN_NANOS_MAX} keeps a loop quick
     * @param handshakesMax clients that this loop lets be in the middle of a handshake at once, 1 or more
     */
    public TlsLoop(EventLoop loop, Executor helpers, long turnNanosMax, int handshakesMax) {
        this.loop = loop;
        this.tasks = new TaskLane(loop, helpers, turnNanosMax);
        this.handshakesMax = handshakesMax;
    }

    EventLoop loop() {
        return loop;
    }

    TaskLane tasks() {
        return tasks;
    }

    /** Records that were read; valid until the next call of any transport. */
    ByteBuffer in() {
        return in;
    }

    /** Records to be written. */
    ByteBuffer out() {
        return out;
    }

    /** Content of one record, where the reader has no room for it. */
    ByteBuffer plain() {
        return plain;
    }

    ByteBuffer[] sources() {
        return sources;
    }

    /**
     * A client begins a handshake. At the bound the one goes that has kept its handshake open for longest: a client that
     * stalls on purpose loses its place to one that means it.
     *
     * @return false when all of them wait for our own helpers: then there is no place
     */
    boolean enter(Handshake entering) {
        if (handshakes == handshakesMax) {
            Handshake victim = oldest;
            while (victim != null && victim.isBusy()) {
                victim = victim.after;
            }
            if (victim == null) {
                return false;
            }
            victim.giveUp(HandshakeCause.FLOOD, "a newer handshake took its place");
        }
        entering.before = newest;
        if (newest == null) {
            oldest = entering;
        } else {
            newest.after = entering;
        }
        newest = entering;
        handshakes++;
        return true;
    }

    void leave(Handshake leaving) {
        if (leaving.before == null) {
            oldest = leaving.after;
        } else {
            leaving.before.after = leaving.after;
        }
        if (leaving.after == null) {
            newest = leaving.before;
        } else {
            leaving.after.before = leaving.before;
        }
        leaving.before = leaving.after = null;
        handshakes--;
    }
}
