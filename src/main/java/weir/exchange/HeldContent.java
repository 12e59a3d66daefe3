package weir.exchange;

import java.nio.ByteBuffer;
import weir.buffer.BufferPool;
import weir.buffer.Lease;
import weir.http.OriginStream;

/**
 * The content of a request as far as it went to a server, so that it can go to another one. Bounded: content above the bound
 * is let go, and with it the chance of another try. One loop's.
 */
final class HeldContent {
    private static final int FIRST_BYTES = 4 << 10;

    private final BufferPool pool;
    private Lease lease;
    private int max;
    private int length;
    private int sent;
    private boolean whole;

    HeldContent(BufferPool pool) {
        this.pool = pool;
    }

    /** @param max bytes that may be held; 0 holds none */
    void start(int max) {
        close();
        this.max = max;
        length = sent = 0;
        whole = true;
    }

    /** Whether everything that a server was given is still here. */
    boolean isWhole() {
        return whole;
    }

    /** All of it goes to another server. */
    void rewind() {
        sent = 0;
    }

    /** Whether the server has been given what is held. */
    boolean isSent() {
        return sent >= length;
    }

    /** A server took this. */
    void add(ByteBuffer content, int from, int to) {
        if (!whole) {
            return;
        }
        int bytes = to - from;
        if (bytes > max - length || !makeRoom(length + bytes)) {
            close();
            whole = false;
            length = sent = 0;
            return;
        }
        ByteBuffer held = lease.bytes();
        held.put(length, content, from, bytes);
        length += bytes;
        sent = length;
    }

    private boolean makeRoom(int bytes) {
        if (lease != null && lease.capacity() >= bytes) {
            return true;
        }
        Lease larger = pool.borrow(Math.max(FIRST_BYTES, bytes));
        if (larger == null) {
            return false;                                    // at the memory bound a second try is what can be spared
        }
        if (lease != null) {
            larger.bytes().put(0, lease.bytes(), 0, length);
            lease.close();
        }
        lease = larger;
        return true;
    }

    /** Offers what the server has not got yet. @return whether it has all of it now */
    boolean send(OriginStream to) {
        if (sent < length) {
            sent += to.write(lease.bytes(), sent, length);
        }
        return isSent();
    }

    /** Lets it go. */
    void close() {
        if (lease != null) {
            lease.close();
            lease = null;
        }
        length = sent = 0;
        whole = false;
    }
}
