package weir.exchange;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * The far end of a TLS connection: the JDK's engine between clear text and a {@link FaultyTransport}. It does nothing by
 * itself: whenever {@link #canMove} says so, {@link #move} takes or gives some bytes of the network.
 */
public final class TlsPeer implements SimulatedPeer {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);
    private static final int HANDSHAKE_RECORD = 22;
    private static final int HEADER_BYTES = 5;
    /** Records that wait for the network: more are not made. */
    private static final int OUT_BYTES_MAX = 40_000;
    private static final int CLEAR_BYTES_MAX = 40_000;
    private static final int RECORD_CONTENT_MAX = 16_384;

    /** A queue of bytes. */
    private static final class Bytes {
        private byte[] bytes = new byte[1024];
        private int from;
        private int to;

        int length() {
            return to - from;
        }

        void put(byte[] more, int at, int length) {
            if (to + length > bytes.length) {
                bytes = Arrays.copyOfRange(bytes, from, from + Math.max(bytes.length * 2, length() + length));
                to -= from;
                from = 0;
            }
            System.arraycopy(more, at, bytes, to, length);
            to += length;
        }

        byte[] take(int length) {
            byte[] taken = Arrays.copyOfRange(bytes, from, from + length);
            from += length;
            return taken;
        }
    }

    private final SSLEngine engine;
    private final FaultyTransport wire;
    private final Random random;
    private final Bytes in = new Bytes();
    private final Bytes out = new Bytes();
    private final Bytes clear = new Bytes();
    private final ByteBuffer record = ByteBuffer.allocate(40_000);
    private final boolean cutsHandshake;   // its messages in clear come in several records (RFC 8446 §5.1)
    private boolean encrypts;
    private boolean established;
    private boolean notified;          // by close_notify
    private boolean cut;               // the network ended without it, or with anything else
    private boolean wireEnded;
    private boolean outputEnded;
    private boolean closing;
    private boolean closed;
    private boolean mute;
    private boolean deaf;
    private String failure;
    private int messages;

    /** @param engine in client or in server mode, and not used yet */
    public TlsPeer(SSLEngine engine, FaultyTransport wire, Random random) {
        this.engine = engine;
        this.wire = wire;
        this.random = random;
        cutsHandshake = random.nextInt(4) == 0;
        try {
            engine.beginHandshake();
            work();
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    // ---- the network's side

    /** Some bytes can go out or come in, or the end of the stream. */
    public boolean canMove() {
        return canFlush() || canRead();
    }

    private boolean canFlush() {
        return !closed && !mute && (out.length() > 0 || closing || outputEnded) && wire.peerCanSend();
    }

    private boolean canRead() {
        return !closed && !closing && !deaf && clear.length() < CLEAR_BYTES_MAX
                && (wire.peerReadable() > 0 || !wireEnded && (wire.peerSeesEnd() || wire.peerSeesReset()));
    }

    public void move() {
        if (canFlush() && (!canRead() || random.nextBoolean())) {
            flush();
        } else {
            read();
        }
    }

    private void flush() {
        int length = out.length() == 0 ? 0 : random.nextInt(3) == 0 ? 1 + random.nextInt(out.length()) : out.length();
        out.from += wire.peerSend(out.bytes, out.from, out.from + length);
        if (out.length() == 0 && closing) {
            closed = true;
            wire.peerClose();
        } else if (out.length() == 0 && outputEnded) {
            mute = true;
            if (random.nextBoolean()) {
                wire.peerEnd();                              // else close_notify has to be enough
            }
        }
    }

    private void read() {
        int there = wire.peerReadable();
        if (there == 0) {
            wireEnded = true;
            cut |= !notified || wire.peerSeesReset();
            return;
        }
        byte[] bytes = wire.peerRead(random.nextInt(3) == 0 ? 1 + random.nextInt(there) : there);
        if (notified) {
            throw new AssertionError(bytes.length + " bytes came behind close_notify");
        }
        if (failure != null) {
            return;
        }
        in.put(bytes, 0, bytes.length);
        try {
            work();
        } catch (SSLException e) {
            failure = e.toString();
            sendAlert();
        }
    }

    private void sendAlert() {
        try {
            engine.closeOutbound();
            wrapControl();
        } catch (SSLException e) {
            failure += ", and " + e;
        }
    }

    /** Takes every record that is there whole, and says what the engine has to say about it. */
    private void work() throws SSLException {
        do {
            wrapControl();
        } while (!notified && hasRecord() && unwrap());
        wrapControl();
    }

    private void wrapControl() throws SSLException {
        while (true) {
            HandshakeStatus status = engine.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                engine.getDelegatedTask().run();
            } else if (status == HandshakeStatus.NEED_WRAP && !engine.isOutboundDone() && !(established && isTls13() && engine.isInboundDone() && !outputEnded)) {
                if (wrap(EMPTY).bytesProduced() == 0) {
                    return;
                }
            } else {
                established |= status == HandshakeStatus.NOT_HANDSHAKING && !engine.getSession().getProtocol().equals("NONE");
                return;
            }
        }
    }

    private SSLEngineResult wrap(ByteBuffer content) throws SSLException {
        SSLEngineResult result = engine.wrap(content, record.clear());
        emit(record.array(), record.position());
        established |= result.getHandshakeStatus() == HandshakeStatus.FINISHED;
        return result;
    }

    private void emit(byte[] bytes, int length) {
        encrypts |= length > 0 && bytes[0] != HANDSHAKE_RECORD;
        if (!cutsHandshake || encrypts) {
            out.put(bytes, 0, length);
            return;
        }
        for (int at = HEADER_BYTES; at < length; ) {
            int piece = Math.min(length - at, 1 + random.nextInt(random.nextBoolean() ? 10 : 300));
            out.put(new byte[] {bytes[0], bytes[1], bytes[2], (byte) (piece >> 8), (byte) piece}, 0, HEADER_BYTES);
            out.put(bytes, at, piece);
            at += piece;
        }
    }

    private boolean hasRecord() {
        return in.length() >= HEADER_BYTES
                && in.length() >= HEADER_BYTES + ((in.bytes[in.from + 3] & 0xff) << 8 | in.bytes[in.from + 4] & 0xff);
    }

    private boolean unwrap() throws SSLException {
        ByteBuffer from = ByteBuffer.wrap(in.bytes, in.from, in.length());
        SSLEngineResult result = engine.unwrap(from, record.clear());
        in.from = from.position();
        messages += established && record.position() == 0 ? 1 : 0;
        clear.put(record.array(), 0, record.position());
        established |= result.getHandshakeStatus() == HandshakeStatus.FINISHED;
        if (engine.isInboundDone()) {
            notified = true;
            if (in.length() > 0) {
                throw new AssertionError(in.length() + " bytes came behind close_notify");
            }
        }
        return result.bytesConsumed() > 0;
    }

    private boolean isTls13() {
        return engine.getSession().getProtocol().equals("TLSv1.3");
    }

    // ---- what the client or the origin asks for

    public boolean isEstablished() {
        return established;
    }

    /** What the engine did not like, or null. */
    public String failure() {
        return failure;
    }

    /** Records that came after the handshake and had no content: tickets, new keys, alerts. */
    public int messages() {
        return messages;
    }

    @Override
    public int peerSend(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && out.length() < OUT_BYTES_MAX) {
            int most = Math.min(to - at, RECORD_CONTENT_MAX);
            at += seal(bytes, at, random.nextInt(4) == 0 ? 1 + random.nextInt(most) : most);
        }
        return at - from;
    }

    /** One record, or what the engine makes of it. @param length 0 for a record without content */
    public int seal(byte[] bytes, int from, int length) {
        try {
            SSLEngineResult result = wrap(ByteBuffer.wrap(bytes, from, length));
            if (result.getStatus() != SSLEngineResult.Status.OK) {
                throw new AssertionError("wrap: " + result);
            }
            return result.bytesConsumed();
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public boolean peerCanSend() {
        return established && failure == null && !outputEnded && !closing && !closed && !engine.isOutboundDone() && out.length() < OUT_BYTES_MAX;
    }

    @Override
    public byte[] peerRead(int most) {
        return clear.take(Math.min(most, clear.length()));
    }

    @Override
    public int peerReadable() {
        return clear.length();
    }

    /** By close_notify, and by nothing else (RFC 8446 §6.1). */
    @Override
    public boolean peerSeesEnd() {
        return notified && clear.length() == 0;
    }

    @Override
    public boolean peerSeesReset() {
        return (cut || failure != null) && !notified && clear.length() == 0;
    }

    @Override
    public void peerEnd() {
        notifyClose();
        outputEnded = true;
    }

    private void notifyClose() {
        if (!outputEnded && failure == null) {
            outputEnded = true;
            engine.closeOutbound();
            try {
                wrapControl();
            } catch (SSLException e) {
                failure = e.toString();
            }
        }
    }

    @Override
    public void peerClose() {
        notifyClose();
        closing = true;
        mute = false;
    }

    @Override
    public void peerCloseSilently() {
        closing = true;
        mute = false;
    }

    @Override
    public void peerCut() {
        if (random.nextBoolean()) {
            peerReset();
        } else {
            closed = true;
            wire.peerClose();
        }
    }

    @Override
    public void peerReset() {
        closed = true;
        wire.peerReset();
    }

    @Override
    public void peerMute() {
        mute = true;
    }

    @Override
    public void peerDeafen() {
        deaf = true;
    }

    @Override
    public String toString() {
        return engine.getSession().getProtocol() + (established ? " established" : " " + engine.getHandshakeStatus()) + " in " + in.length() + " out "
                + out.length() + " clear " + clear.length() + (notified ? " notified" : "") + (cut ? " cut" : "") + (outputEnded ? " output ended" : "")
                + (closing ? " closing" : "") + (closed ? " closed" : "") + (mute ? " mute" : "") + (deaf ? " deaf" : "")
                + (failure == null ? "" : " " + failure);
    }
}
