package weir.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import weir.buffer.BufferPool;
import weir.buffer.Lease;

/**
 * The sending half of a connection. Small pieces (heads, chunk sizes, short content) are staged in the loop's shared write
 * buffer and leave in one write when the event at hand is served; long content goes straight from the buffer it was read
 * into, in the same gathering write as what is staged. What the socket does not take of staged bytes is kept in a lease of
 * this outbox; what it does not take of content stays with the caller, who offers it again after
 * {@link Owner#onDrained}. So the bytes held for a peer that stopped reading are bounded by what its source holds.
 *
 * <pre>
 *   OPEN -socket full-> BLOCKED -all taken-> OPEN      any -write error or memory bound-> BROKEN (told later, once)
 * </pre>
 */
public final class Outbox implements Deferred {
    /** Content up to this size is copied behind what is staged: cheaper than a gathering write. */
    private static final int COPY_BYTES_MAX = 8 << 10;

    /** Who sends here. */
    public interface Owner {
        /** Everything staged is with the kernel, and there is room for more. */
        void onDrained();

        /** The socket took some of what was staged or pending, and not all: from now on the peer is waited for. */
        default void onBlocked() {}

        /** The peer cannot be written to any more; nothing that was offered since got out. */
        void onBroken(String reason);
    }

    private final EventLoop loop;
    private final Transport transport;
    private final Owner owner;
    private Lease pending;              // unsent bytes in [pendingFrom, position) of its buffer
    private int pendingFrom;
    private boolean waiting;            // for the socket to take more
    private String broken;
    private boolean brokenTold;
    private boolean closed;
    private long bytesSent;

    public Outbox(EventLoop loop, Transport transport, Owner owner) {
        this.loop = loop;
        this.transport = transport;
        this.owner = owner;
    }

    /** The socket takes no more for now; {@link Owner#onDrained} follows. */
    public boolean isBlocked() {
        return (waiting || pending != null) && broken == null;
    }

    public boolean isBroken() {
        return broken != null;
    }

    /** Nothing is staged or pending. */
    public boolean isEmpty() {
        return pending == null && !loop.isCorkedBy(this);
    }

    /** Bytes that the kernel has taken. */
    public long bytesSent() {
        return bytesSent;
    }

    /**
     * A buffer with room for at least {@code bytes}; what is put at its position will be sent. Valid until the next call of
     * any method.
     */
    public ByteBuffer stage(int bytes) {
        if (pending == null) {
            loop.cork(this);
            ByteBuffer staged = loop.writeLease().bytes();
            if (broken != null) {
                return staged.clear();                       // read by nobody
            }
            if (staged.remaining() >= bytes) {
                return staged;
            }
            send(staged);
            if (pending == null && broken == null && bytes <= staged.capacity()) {
                return staged.clear();
            }
            loop.forget(this);
        }
        return pendingWithRoom(bytes);
    }

    private ByteBuffer pendingWithRoom(int bytes) {
        int held = pending == null ? 0 : pending.bytes().position() - pendingFrom;
        if (pending != null && pending.bytes().remaining() >= bytes) {
            return pending.bytes();
        }
        Lease larger = held + bytes > BufferPool.BYTES_MAX ? null : loop.pool().borrow(held + bytes);
        if (larger == null) {
            loop.cutForMemory();
            breakOff("memory");
            loop.cork(this);
            return loop.writeLease().bytes().clear();
        }
        if (pending != null) {
            larger.bytes().put(0, pending.bytes(), pendingFrom, held).position(held);
            pending.close();
        }
        pending = larger;
        pendingFrom = 0;
        waitForRoom();
        return larger.bytes();
    }

    /** Content that is offered; consumed from the front. @return how many bytes were taken: less than offered when blocked */
    public int write(ByteBuffer content, int from, int to) {
        int length = to - from;
        if (broken != null) {
            return length;                                   // nobody will read it: let the source run dry and be told
        }
        if (isBlocked()) {
            return 0;
        }
        if (length <= COPY_BYTES_MAX) {
            ByteBuffer staged = stage(length);
            int at = staged.position();
            staged.put(at, content, from, length).position(at + length);
            return length;
        }
        return writeThrough(content, from, to);
    }

    private int writeThrough(ByteBuffer content, int from, int to) {
        int limit = content.limit();
        int position = content.position();
        content.limit(to).position(from);
        try {
            if (loop.isCorkedBy(this)) {
                loop.forget(this);
                ByteBuffer staged = loop.writeLease().bytes().flip();
                bytesSent += transport.write(staged, content);
                if (staged.hasRemaining()) {
                    keep(staged);
                }
            } else {
                bytesSent += transport.write(content);
            }
        } catch (IOException e) {
            breakOff(e.getMessage());
        }
        int taken = broken != null ? to - from : content.position() - from;
        content.limit(limit).position(position);
        if (taken < to - from) {
            waitForRoom();
        }
        return taken;
    }

    /** Sends the shared buffer, which stages bytes of this outbox. Called by the loop when the event is served. */
    void flush() {
        ByteBuffer staged = loop.writeLease().bytes();
        if (staged.position() > 0 && !closed) {
            send(staged);
            if (isBlocked()) {
                owner.onBlocked();
            } else if (broken == null) {
                owner.onDrained();
            }
        }
    }

    /** Sends what is staged without waiting for the end of the event, and tells nobody. */
    public void flushNow() {
        if (loop.isCorkedBy(this)) {
            loop.forget(this);
            send(loop.writeLease().bytes());
        }
    }

    private void send(ByteBuffer staged) {
        if (broken != null) {
            return;
        }
        staged.flip();
        try {
            bytesSent += transport.write(staged);
            if (staged.hasRemaining()) {
                keep(staged);
            }
        } catch (IOException e) {
            breakOff(e.getMessage());
        }
    }

    private void keep(ByteBuffer rest) {
        Lease lease = loop.pool().borrow(rest.remaining());
        if (lease == null) {
            loop.cutForMemory();
            breakOff("memory");
            return;
        }
        lease.bytes().put(rest);
        pending = lease;
        pendingFrom = 0;
        waitForRoom();
    }

    private void waitForRoom() {
        if (broken == null && !waiting) {
            waiting = true;
            transport.writing(true);
        }
    }

    /** The socket takes bytes again. */
    public void onWritable() {
        if (!waiting || broken != null || pending != null && !sendPending()) {
            return;
        }
        waiting = false;
        owner.onDrained();
        // The interest stays while the owner at once filled the socket again: no epoll_ctl a round in a long body.
        if (!waiting && !closed) {
            transport.writing(false);
        }
    }

    private boolean sendPending() {
        ByteBuffer held = pending.bytes();
        int end = held.position();
        held.limit(end).position(pendingFrom);
        try {
            bytesSent += transport.write(held);
        } catch (IOException e) {
            breakOff(e.getMessage());
        }
        boolean moved = held.position() > pendingFrom;
        pendingFrom = held.position();
        held.limit(held.capacity()).position(end);
        if (pendingFrom < end) {
            if (moved && broken == null) {
                owner.onBlocked();
            }
            return false;
        }
        pending.close();
        pending = null;
        return true;
    }

    private void breakOff(String reason) {
        if (broken == null) {
            broken = reason == null ? "write error" : reason;
            loop.defer(this);
        }
    }

    @Override
    public void runDeferred() {
        if (!brokenTold && !closed) {
            brokenTold = true;
            owner.onBroken(broken);
        }
    }

    /** Gives the buffers back. What was not sent is gone. */
    public void close() {
        closed = true;
        loop.forget(this);
        if (pending != null) {
            pending.close();
            pending = null;
        }
    }
}
