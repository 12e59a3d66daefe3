package weir.buffer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * One buffer on loan from a {@link BufferPool}: whoever holds the Lease owns the buffer and closes it once, on the pool's
 * own thread. Passing a Lease on passes the ownership on.
 *
 * <p>With assertions on, a Lease is good for one loan only, so that every use after close and every second close fails,
 * and the buffer is overwritten at close, so that a view kept by mistake reads rubbish. Without assertions the object is
 * used again for the next loan, and nothing is allocated.
 */
public final class Lease implements AutoCloseable {
    /** Whether the JVM runs this package with assertions; a constant to the compiler. */
    static final boolean CHECKED = Lease.class.desiredAssertionStatus();

    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final int FRAMES_MAX = 8;

    private final Slab slab;
    private final ByteBuffer bytes;
    private boolean lent;
    private List<StackWalker.StackFrame> borrowedAt = List.of();

    Lease(Slab slab, ByteBuffer bytes) {
        this.slab = slab;
        this.bytes = bytes;
    }

    /** Returns the buffer, always the same one: its position and limit are the owner's to keep. Not after {@link #close}. */
    public ByteBuffer bytes() {
        assert lent : "use after close of a lease of " + bytes.capacity() + " bytes" + origin();
        return bytes;
    }

    /** Returns the size of the buffer in bytes, a power of two. */
    public int capacity() {
        assert lent : "use after close of a lease of " + bytes.capacity() + " bytes" + origin();
        return bytes.capacity();
    }

    /**
     * Gives the buffer back to its pool.
     *
     * @throws AssertionError at a second close; without assertions only while the buffer has not been lent again
     */
    @Override
    public void close() {
        if (!lent) { // checked always: two owners of one buffer would send one client's bytes to another
            throw new AssertionError("second close of a lease of " + bytes.capacity() + " bytes" + origin());
        }
        lent = false;
        slab.takeBack(this);
    }

    /** Starts a loan. */
    void lend() {
        lent = true;
        bytes.clear().order(ByteOrder.LITTLE_ENDIAN);
        if (CHECKED) {
            borrowedAt = WALKER.walk(frames -> frames.dropWhile(Lease::isOurs).limit(FRAMES_MAX).toList());
        }
    }

    /** Returns what lies free for the next loan: this very object, or with assertions on another one over the same bytes. */
    Lease next() {
        if (!CHECKED) {
            return this;
        }
        bytes.clear();
        while (bytes.hasRemaining()) {
            bytes.putLong(0xDBDB_DBDB_DBDB_DBDBL);
        }
        return new Lease(slab, bytes);
    }

    /** Returns where the loan began, one frame a line; empty without assertions. */
    String origin() {
        StringBuilder text = new StringBuilder();
        borrowedAt.forEach(frame -> text.append("\n\tborrowed at ").append(frame));
        return text.toString();
    }

    private static boolean isOurs(StackWalker.StackFrame frame) {
        String name = frame.getClassName();
        return name.equals("weir.buffer.Lease") || name.equals("weir.buffer.SizeClass") || name.equals("weir.buffer.BufferPool");
    }

    @Override
    public String toString() {
        return "Lease[" + bytes.capacity() + " bytes, " + (lent ? "lent" : "closed") + "]" + origin();
    }
}
