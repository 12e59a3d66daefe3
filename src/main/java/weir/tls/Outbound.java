package weir.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import weir.buffer.BufferPool;
import weir.buffer.Lease;
import weir.net.Transport;

/**
 * The sending half of a TLS connection: content becomes records, several of them leave in one write, and what the socket does
 * not take waits in a lease: bytes that are in a record once cannot be offered a second time.
 *
 * <p>A small response is one record. A longer one begins with small records, which a client can decrypt as soon as three
 * segments are there, and goes on with full ones; after a pause it begins anew.
 */
final class Outbound {
    /** Content of a full record of TLS 1.3: with 16,384 the JDK would write another record for the last 17 bytes. */
    private static final int FULL_BYTES = 16_367;
    private static final int SMALL_BYTES = 4_096;
    /** So much goes out in small records: about what a fresh connection may send at once (RFC 6928). */
    private static final int SMALL_FIRST_BYTES = 16 << 10;
    /** Records in one write to a peer that does not take them all: they wait in memory. */
    private static final int RECORDS_FOR_SLOW = 4;
    private static final long PAUSE_NANOS = 1_000_000_000L;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final TlsLoop shared;
    private final Transport raw;
    private SSLEngine engine;
    private Lease pending;              // unsent bytes in [pendingFrom, position)
    private int pendingFrom;
    private long streamBytes;           // content since the last pause
    private long lastNanos;
    private boolean slow;               // the peer, at the last write

    Outbound(TlsLoop shared, Transport raw) {
        this.shared = shared;
        this.raw = raw;
    }

    void engine(SSLEngine engine) {
        this.engine = engine;
    }

    boolean isPending() {
        return pending != null;
    }

    /** Offers what is pending to the socket. @return whether nothing is left */
    boolean flush() throws IOException {
        if (pending == null) {
            return true;
        }
        ByteBuffer held = pending.bytes();
        int end = held.position();
        held.limit(end).position(pendingFrom);
        try {
            raw.write(held);
        } finally {
            pendingFrom = held.position();
            held.limit(held.capacity()).position(end);
        }
        if (pendingFrom < end) {
            return false;
        }
        pending.close();
        pending = null;
        return true;
    }

    /** Content. @param second null when there is one buffer only. @return bytes taken; what of them is not sent is pending */
    long write(ByteBuffer first, ByteBuffer second) throws IOException {
        if (!flush()) {
            return 0;
        }
        long now = shared.loop().nowNanos();
        if (now - lastNanos > PAUSE_NANOS) {
            streamBytes = 0;
        }
        lastNanos = now;
        long taken = 0;
        do {
            taken += batch(first, second);
        } while (pending == null && left(first, second) > 0);
        return taken;
    }

    private static int left(ByteBuffer first, ByteBuffer second) {
        return first.remaining() + (second == null ? 0 : second.remaining());
    }

    /** As many records as the shared buffer has room for, in one write. */
    private long batch(ByteBuffer first, ByteBuffer second) throws IOException {
        ByteBuffer out = shared.out().clear();
        out.limit(slow ? RECORDS_FOR_SLOW * TlsLoop.RECORD_BYTES_MAX : out.capacity());
        long taken = 0;
        int left;
        while ((left = left(first, second)) > 0 && out.remaining() >= TlsLoop.RECORD_BYTES_MAX) {
            int size = left <= FULL_BYTES || streamBytes >= SMALL_FIRST_BYTES ? FULL_BYTES : SMALL_BYTES;
            int n = record(first, second, size, out);
            streamBytes += n;
            taken += n;
        }
        emit(out.flip());
        slow = pending != null;
        return taken;
    }

    /** One record of at most {@code size} bytes of content. */
    private int record(ByteBuffer first, ByteBuffer second, int size, ByteBuffer out) throws IOException {
        boolean firstOnly = second == null || first.remaining() >= size;
        ByteBuffer cut = firstOnly ? first : second;
        int room = firstOnly ? size : size - first.remaining();
        int limit = cut.limit();
        if (cut.remaining() > room) {
            cut.limit(cut.position() + room);
        }
        try {
            SSLEngineResult result;
            if (firstOnly) {
                result = engine.wrap(first, out);
            } else {
                ByteBuffer[] sources = shared.sources();
                sources[0] = first;
                sources[1] = second;
                result = engine.wrap(sources, 0, 2, out);
            }
            if (result.getStatus() != SSLEngineResult.Status.OK) {
                throw new SSLException("the TLS connection is closed for writing");
            }
            return result.bytesConsumed();
        } finally {
            cut.limit(limit);
        }
    }

    /** Sends what the engine itself has to say: messages of a handshake, alerts, close_notify. */
    void control() throws IOException {
        ByteBuffer out = shared.out().clear();
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            if (out.remaining() < TlsLoop.RECORD_BYTES_MAX) {
                emit(out.flip());
                out = shared.out().clear();
            }
            if (engine.wrap(EMPTY, out).bytesProduced() == 0) {
                break;
            }
        }
        emit(out.flip());
    }

    /** Ends our direction by an alert: the one that the engine has for what went wrong, else close_notify. The peer may be gone. */
    void alert() {
        try {
            engine.closeOutbound();
            control();
        } catch (IOException e) {
            shared.loop().journal().warnAtMostOncePerSecond("tls alert", "a TLS alert could not be sent: " + e.getMessage());
        }
    }

    /** Bytes that are records already, or no TLS at all, behind what is pending. */
    void emit(ByteBuffer out) throws IOException {
        if (out.hasRemaining() && pending == null) {
            raw.write(out);
        }
        if (!out.hasRemaining()) {
            return;
        }
        int held = pending == null ? 0 : pending.bytes().position() - pendingFrom;
        int bytes = held + out.remaining();
        if (pending == null || pending.bytes().remaining() < out.remaining()) {
            Lease larger = bytes > BufferPool.BYTES_MAX ? null : shared.loop().pool().borrow(bytes);
            if (larger == null) {
                throw new IOException("memory");
            }
            if (pending != null) {
                larger.bytes().put(0, pending.bytes(), pendingFrom, held).position(held);
                pending.close();
            }
            pending = larger;
            pendingFrom = 0;
        }
        pending.bytes().put(out);
    }

    void close() {
        if (pending != null) {
            pending.close();
            pending = null;
        }
    }
}
