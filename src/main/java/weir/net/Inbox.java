package weir.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import weir.buffer.BufferPool;
import weir.buffer.Lease;

/**
 * The receiving half of a connection: reads into the loop's shared buffer, and only what is left when the event is served
 * moves into a lease of this connection: a little is copied, much takes the whole buffer along and the loop borrows a new
 * one. So an idle connection, and one whose bytes are all passed on at once, holds no memory.
 *
 * <p>Between {@link #fill} and {@link #settle} the bytes {@code [from, to)} of {@link #bytes} are what
 * is there and not consumed yet.
 */
public final class Inbox {
    /** Up to this share of a shared buffer is copied out of it, rather than pinning all of it for a slow reader. */
    private static final int COPIED_SHARE = 4;

    private final EventLoop loop;
    private Lease lease;                // shared or kept; null when nothing is open and nothing is kept
    private boolean kept;
    private int from;
    private int to;
    private boolean ended;

    public Inbox(EventLoop loop) {
        this.loop = loop;
    }

    /** What is read from. Only valid while there are bytes, and until {@link #settle}. */
    public ByteBuffer bytes() {
        return lease.bytes();
    }

    public int from() {
        return from;
    }

    public int to() {
        return to;
    }

    public int length() {
        return to - from;
    }

    /** The first {@code length} bytes are done with. */
    public void consume(int length) {
        assert length >= 0 && length <= to - from;
        from += length;
    }

    /** The peer has ended its direction, and every byte before that has been read. */
    public boolean hasEnded() {
        return ended;
    }

    /**
     * Reads once, behind the bytes that are kept. Bytes that were read in the same event have to be consumed, or settled, before.
     *
     * @param bulk into a larger buffer, as a long body is coming
     * @return bytes read, 0 when none were there (or no memory to read into: see {@link #isFull}), -1 at the end of the stream
     */
    public int fill(Transport transport, boolean bulk) throws IOException {
        if (ended) {
            return -1;
        }
        if (!kept) {
            assert from == to : "bytes that were not settled would be lost";
            assert loop.readBy(this) : "two inboxes in one shared read buffer";
            lease = loop.readLease(bulk);
            from = to = 0;
        } else if (!makeRoom()) {
            return 0;
        }
        ByteBuffer b = lease.bytes();
        b.limit(b.capacity()).position(to);
        int n;
        try {
            n = transport.read(b);
        } finally {
            b.position(0);
        }
        if (n > 0) {
            to += n;
        }
        ended = n < 0;
        return n;
    }

    /** A read of {@code n} bytes took all the room there was: more is likely to be there. */
    public boolean filledUp(int n) {
        return n > 0 && lease != null && to == lease.capacity();
    }

    /** Nothing more can be read until bytes are consumed or memory is there. */
    public boolean isFull() {
        return kept && to == lease.capacity() && from == 0;
    }

    private boolean makeRoom() {
        if (to < lease.capacity()) {
            return true;
        }
        int held = to - from;
        if (from > 0 && held <= lease.capacity() / 2) {
            lease.bytes().put(0, lease.bytes(), from, held);
        } else {
            int size = Math.min(lease.capacity() * 2, BufferPool.BYTES_MAX);
            Lease larger = size == lease.capacity() && from == 0 ? null : loop.pool().borrow(size);
            if (larger == null) {
                return false;
            }
            larger.bytes().put(0, lease.bytes(), from, held);
            lease.close();
            lease = larger;
        }
        from = 0;
        to = held;
        return true;
    }

    /**
     * The event is served: what is left moves out of the loop's shared buffer.
     *
     * @return false when the pool is at its bound: the bytes are lost, and the connection with them
     */
    public boolean settle() {
        if (lease == null) {
            return true;
        }
        assert kept || loop.readBy(null);
        if (from == to) {
            release();
            return true;
        }
        if (kept) {
            return true;
        }
        int held = to - from;
        if (held > lease.capacity() / COPIED_SHARE && loop.giveAway(lease)) {
            kept = true;
            return true;
        }
        Lease own = loop.pool().borrow(held);
        if (own == null) {
            loop.cutForMemory();
            lease = null;
            from = to = 0;
            return false;
        }
        own.bytes().put(0, lease.bytes(), from, held);
        lease = own;
        kept = true;
        from = 0;
        to = held;
        return true;
    }

    /** Gives the bytes over to another inbox of the same loop: an upgrade hands them to the tunnel. */
    public void moveTo(Inbox other) {
        assert other.lease == null;
        other.lease = lease;
        other.kept = kept;
        other.from = from;
        other.to = to;
        other.ended = ended;
        lease = null;
        kept = false;
        from = to = 0;
    }

    private void release() {
        if (kept) {
            lease.close();
        }
        lease = null;
        kept = false;
        from = to = 0;
    }

    /** Drops what is there and gives the memory back. */
    public void close() {
        if (lease != null) {
            assert kept || loop.readBy(null);
            release();
        }
    }
}
