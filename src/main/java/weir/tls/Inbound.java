package weir.tls;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import weir.buffer.Lease;
import weir.net.Transport;

/**
 * The receiving half of a TLS connection: records from the transport below, content to whoever reads. Between two events it
 * holds a part of a record at most, in a lease as small as that; an idle connection holds nothing.
 *
 * <p>Not more is read than the reader has room for: content is never longer than the records around it. Only a reader with
 * less room than one record leaves content behind.
 */
final class Inbound {
    private static final int HEADER_BYTES = 5;
    /** Records without content in a row (alerts, tickets, key updates, empty ones): more are a flood. */
    private static final int EMPTY_RECORDS_MAX = 32;

    private final TlsLoop shared;
    private final Transport raw;
    private SSLEngine engine;
    private Lease cipher;               // records, or a part of one, in [cipherFrom, position)
    private Lease plain;                // content that found no room, in [plainFrom, position)
    private int plainFrom;
    private int emptyRecords;
    private boolean ended;              // by close_notify
    private boolean endTold;
    private boolean cut;                // the stream below has ended
    private long bytesRead;

    Inbound(TlsLoop shared, Transport raw) {
        this.shared = shared;
        this.raw = raw;
    }

    void engine(SSLEngine engine) {
        this.engine = engine;
    }

    /** Bytes that came from below. */
    long bytesRead() {
        return bytesRead;
    }

    /** The peer has ended the stream below: there is nobody to send to. */
    boolean isCut() {
        return cut;
    }

    /** There is something to read that no event from below will tell of. */
    boolean hasInput() {
        return plain != null || ended && !endTold || cipher != null && hasRecord(cipher.bytes(), 0, cipher.bytes().position());
    }

    /** Collects bytes until a whole record is there. @return the shared buffer with it in front, or null when more has to come */
    ByteBuffer record() throws IOException {
        ByteBuffer in = collect(TlsLoop.RECORD_BYTES_MAX);
        if (in == null || hasRecord(in, in.position(), in.limit())) {
            return in;
        }
        keep(in);
        return null;
    }

    /**
     * Puts what is kept in front of what can be read now.
     *
     * @return the shared buffer, ready to be read from; null when nothing came, and what was kept stays kept
     */
    ByteBuffer collect(int bytesMax) throws IOException {
        ByteBuffer in = shared.in().clear();
        boolean whole = false;
        if (cipher != null) {
            ByteBuffer kept = cipher.bytes();
            whole = hasRecord(kept, 0, kept.position());
            in.put(0, kept, 0, kept.position()).position(kept.position());
        }
        if (!whole) {
            in.limit(Math.min(in.capacity(), Math.max(bytesMax, in.position() + HEADER_BYTES)));
            int n = raw.read(in);
            if (n < 0) {
                cut = true;
                if (!ended) {
                    throw new EOFException("the peer ended the connection without close_notify");
                }
                return null;
            }
            if (n == 0) {
                return null;
            }
            bytesRead += n;
        }
        if (cipher != null) {
            cipher.close();
            cipher = null;
        }
        return in.flip();
    }

    /** Puts what is left of the shared buffer into a lease of our own. */
    void keep(ByteBuffer in) throws IOException {
        assert cipher == null;
        if (in.hasRemaining()) {
            cipher = borrow(in.remaining());
            cipher.bytes().put(in);
        }
    }

    private Lease borrow(int bytes) throws IOException {
        Lease lease = shared.loop().pool().borrow(bytes);
        if (lease == null) {
            throw new IOException("memory");
        }
        return lease;
    }

    /** Takes one record of a handshake. Content has no place there, but in the same step as its end. */
    SSLEngineResult unwrap(ByteBuffer in) throws SSLException {
        SSLEngineResult result = engine.unwrap(in, shared.plain().clear());
        assert result.bytesProduced() == 0;
        checkTaken(result);
        return result;
    }

    /** @return bytes of content, 0 when there are none now, -1 after close_notify */
    int read(ByteBuffer into, TlsTransport owner) throws IOException {
        if (plain != null) {
            return takeLeft(into);
        }
        if (ended) {
            endTold = true;
            return -1;
        }
        ByteBuffer in = collect(Math.max(into.remaining(), TlsLoop.RECORD_BYTES_MAX));
        if (in == null) {
            return 0;
        }
        int before = into.position();
        while (!ended && plain == null && hasRecord(in, in.position(), in.limit()) && decrypt(in, into, owner)) {
            // one record after the other
        }
        if (!ended) {
            keep(in);                                        // what follows close_notify is nobody's (RFC 8446 §6.1)
        }
        int read = into.position() - before;
        if (read == 0 && ended) {
            endTold = true;
            return -1;
        }
        return read;
    }

    /** One record. @return whether the next one may be tried */
    private boolean decrypt(ByteBuffer in, ByteBuffer into, TlsTransport owner) throws IOException {
        boolean fits = into.remaining() >= recordBytes(in, in.position()) - HEADER_BYTES;
        if (!fits && into.remaining() == 0) {
            return false;
        }
        ByteBuffer target = fits ? into : shared.plain().clear();
        SSLEngineResult result = engine.unwrap(in, target);
        checkTaken(result);
        ended |= result.getStatus() == SSLEngineResult.Status.CLOSED;
        if (result.bytesProduced() > 0) {
            emptyRecords = 0;
        } else if (++emptyRecords > EMPTY_RECORDS_MAX) {
            throw new SSLException("more than " + EMPTY_RECORDS_MAX + " records without content in a row");
        }
        if (result.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING) {
            owner.handshakeAfterwards(result.getHandshakeStatus());
        }
        if (engine.isInboundDone()) {
            ended = true;
        }
        if (!fits) {
            leave(target.flip(), into);
        }
        return true;
    }

    /** The JDK waits for records of up to 33,093 bytes, which some old servers send. Here they are over the bound: RFC 8446 §5.2. */
    private static void checkTaken(SSLEngineResult result) throws SSLException {
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW || result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            throw new SSLException("a record is longer than the protocol allows");
        }
    }

    private void leave(ByteBuffer from, ByteBuffer into) throws IOException {
        int fitting = Math.min(from.remaining(), into.remaining());
        into.put(into.position(), from, 0, fitting).position(into.position() + fitting);
        from.position(fitting);
        if (from.hasRemaining()) {
            plain = borrow(from.remaining());
            plain.bytes().put(from);
            plainFrom = 0;
        }
    }

    private int takeLeft(ByteBuffer into) {
        ByteBuffer left = plain.bytes();
        int n = Math.min(into.remaining(), left.position() - plainFrom);
        into.put(into.position(), left, plainFrom, n).position(into.position() + n);
        plainFrom += n;
        if (plainFrom == left.position()) {
            plain.close();
            plain = null;
        }
        return n;
    }

    /** A record that says it has nothing in it. */
    static boolean isEmptyRecord(ByteBuffer in) {
        return in.remaining() >= HEADER_BYTES && recordBytes(in, in.position()) == HEADER_BYTES;
    }

    private static boolean hasRecord(ByteBuffer b, int from, int to) {
        return to - from >= HEADER_BYTES && to - from >= recordBytes(b, from);
    }

    /** With its header (RFC 8446 §5.1); one that is too long is the engine's to refuse, as soon as its header is there. */
    private static int recordBytes(ByteBuffer b, int from) {
        int length = HEADER_BYTES + ((b.get(from + 3) & 0xff) << 8 | b.get(from + 4) & 0xff);
        return length > TlsLoop.RECORD_BYTES_MAX ? HEADER_BYTES : length;
    }

    void close() {
        if (cipher != null) {
            cipher.close();
            cipher = null;
        }
        if (plain != null) {
            plain.close();
            plain = null;
        }
        endTold = true;
    }
}
