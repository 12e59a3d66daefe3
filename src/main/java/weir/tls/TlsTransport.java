package weir.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import weir.net.Deferred;
import weir.net.EventLoop;
import weir.net.HandshakeFailure;
import weir.net.Protection;
import weir.net.ProxyHeader;
import weir.net.Timer;
import weir.net.Transport;
import weir.net.TransportHandler;

/**
 * TLS over another transport. Neither side tells its owner of the connection before the {@link Handshake} is over, so that
 * nobody above ever sees an unprotected byte.
 *
 * <pre>
 *   client: CONNECTING -connected-> HANDSHAKE -over-> OPEN -close, all taken-> CLOSED
 *   server: HANDSHAKE -over-> OPEN                         OPEN -close, socket full-> FLUSHING -taken, late-> CLOSED
 *           any -abort, failure, deadline-> CLOSED
 * </pre>
 *
 * One loop's.
 */
public final class TlsTransport extends Timer implements Transport, TransportHandler, Deferred {
    enum State { CONNECTING, HANDSHAKE, OPEN, FLUSHING, CLOSED }

    /** How long the last bytes of a closed connection wait for the peer to take them. */
    private static final long FLUSH_NANOS = 5_000_000_000L;

    /** Who accepts connections. */
    public interface Owner {
        /** The handshake is over: the transport needs a handler, during this call. */
        void onEstablished(TlsTransport transport);

        /** There was no handshake; the transport is closed. */
        void onRefused(TlsTransport transport);
    }

    private final TlsLoop shared;
    private final EventLoop loop;
    private final TlsContext context;
    private final Owner owner;                  // null on a client's side
    private final Inbound inbound;
    private final Outbound outbound;
    private final Transport raw;
    private byte[] preface;                     // goes out in clear before the handshake; or null
    private Handshake handshake;                // null when it is over
    private SSLEngine engine;                   // null until then
    private TransportHandler handler;
    private Protection protection;
    private State state;
    private boolean wantsReading = true;
    private boolean wantsWriting;
    private boolean handlerHasRead;
    private boolean resumeQueued;
    private boolean ending;                     // our direction, as soon as what is pending is gone

    private TlsTransport(TlsLoop shared, TlsContext context, Owner owner, Transport accepted, InetSocketAddress peer, TransportHandler handler)
            throws IOException {
        this.shared = shared;
        this.loop = shared.loop();
        this.context = context;
        this.owner = owner;
        this.handler = handler;
        state = accepted == null ? State.CONNECTING : State.HANDSHAKE;
        raw = accepted == null ? loop.connect(peer, this) : accepted;
        inbound = new Inbound(shared, raw);
        outbound = new Outbound(shared, raw);
        handshake = new Handshake(shared, context, this, raw, inbound, outbound);
    }

    /** Takes over an accepted connection, which is the new transport's from here on; {@code owner} hears what comes of it. */
    public static TlsTransport accept(TlsLoop shared, Transport accepted, TlsListener listener, Owner owner) {
        TlsTransport transport;
        try {
            transport = new TlsTransport(shared, listener, owner, accepted, null, null);
        } catch (IOException e) {
            throw new AssertionError("an accepted connection is not opened", e);
        }
        accepted.handler(transport);
        shared.loop().timers().set(transport, shared.loop().nowNanos() + listener.handshakeNanos());
        return transport;
    }

    /**
     * Opens a connection; {@code handler} hears {@code onConnected} after the handshake.
     *
     * @param connectNanos until the connection stands; the handshake has a deadline of its own
     * @param preface sent in clear before the handshake, or null
     * @throws IOException when no socket can be had
     */
    static TlsTransport connect(TlsLoop shared, TlsContext dialer, InetSocketAddress peer, long connectNanos, byte[] preface,
            TransportHandler handler) throws IOException {
        TlsTransport transport = new TlsTransport(shared, dialer, null, null, peer, handler);
        transport.preface = preface;
        shared.loop().timers().set(transport, shared.loop().nowNanos() + connectNanos);
        return transport;
    }

    /** No byte of the client is there yet. */
    public boolean isIdle() {
        return state == State.HANDSHAKE && handshake.isIdle();
    }

    // ---- what the transport below tells

    @Override
    public void onConnected() throws IOException {
        state = State.HANDSHAKE;
        loop.timers().set(this, loop.nowNanos() + context.handshakeNanos());
        if (preface != null) {
            outbound.emit(ByteBuffer.wrap(preface));
            preface = null;
        }
        handshake.begin();
    }

    @Override
    public void onReadable() throws IOException {
        switch (state) {
            case HANDSHAKE -> handshake.goOn();
            case OPEN -> serveHandler();
            case CONNECTING, FLUSHING, CLOSED -> { }
        }
    }

    private void serveHandler() throws IOException {
        handlerHasRead = false;
        handler.onReadable();
        resumeIfInput();
    }

    /** What was read from the socket and not taken yet raises no event there. */
    private void resumeIfInput() {
        if (state == State.OPEN && wantsReading && handlerHasRead && !resumeQueued && inbound.hasInput()) {
            resumeQueued = true;
            loop.defer(this);
        }
    }

    @Override
    public void runDeferred() {
        resumeQueued = false;
        if (state == State.OPEN && wantsReading && inbound.hasInput()) {
            try {
                serveHandler();
            } catch (IOException e) {
                handler.onFailed(e);
            }
        }
    }

    @Override
    public void onWritable() throws IOException {
        boolean empty = state == State.CLOSED || outbound.flush();
        if (!empty || state == State.CLOSED) {
            return;
        }
        if (state == State.FLUSHING) {
            finish();
            return;
        }
        if (ending) {
            raw.shutdownOutput();
        }
        if (state == State.HANDSHAKE) {
            handshake.goOn();
        } else if (state == State.OPEN && wantsWriting) {
            handler.onWritable();
        }
        if (state == State.OPEN || state == State.HANDSHAKE) {
            watchWrites();
        }
    }

    void watchWrites() {
        raw.writing(wantsWriting || outbound.isPending());
    }

    @Override
    public void onFailed(IOException cause) {
        switch (state) {
            case CONNECTING, OPEN -> handler.onFailed(cause);
            case HANDSHAKE -> handshake.fail(HandshakeCause.CLOSED, cause);
            case FLUSHING -> cutOff();
            case CLOSED -> { }
        }
    }

    @Override
    protected void onExpired(long nowNanos) {
        switch (state) {
            case CONNECTING -> handler.onFailed(new SocketTimeoutException("no connection in time"));
            case HANDSHAKE -> handshake.giveUp(HandshakeCause.TIMEOUT, "the handshake was not finished in time");
            case FLUSHING -> cutOff();
            case OPEN, CLOSED -> { }
        }
    }

    // ---- what the handshake tells

    void established(SSLEngine shaken, Protection how) {
        engine = shaken;
        protection = how;
        handshake = null;
        state = State.OPEN;
        loop.timers().cancel(this);
        tellEstablished();
        if (state != State.OPEN) {
            return;
        }
        raw.reading(wantsReading);                           // the handshake read whatever the owner wanted
        watchWrites();
        handlerHasRead = true;                               // may: a request often comes with the end of the handshake
        resumeIfInput();
    }

    private void tellEstablished() {
        if (owner != null) {
            owner.onEstablished(this);
            return;
        }
        try {
            handler.onConnected();
        } catch (IOException e) {
            handler.onFailed(e);
        }
    }

    void refused(IOException why) {
        release();
        raw.close();
        if (owner != null) {
            owner.onRefused(this);
        } else {
            String text = why instanceof SSLException ? reason(why) : "the server ended the connection in the handshake";
            handler.onFailed(new HandshakeFailure(text, why));
        }
    }

    /** What the JDK says, with what it says at the bottom of it: that a check failed, and what was wrong. */
    private static String reason(Throwable why) {
        Throwable root = why;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String first = String.valueOf(why.getMessage());
        String last = String.valueOf(root.getMessage());
        return first.contains(last) ? first : first + ": " + last;
    }

    /** A record that is no content, in a connection that stands: a ticket or new keys in TLS 1.3, else a renegotiation. */
    void handshakeAfterwards(HandshakeStatus status) throws IOException {
        if (status == HandshakeStatus.FINISHED) {
            return;
        }
        if (engine.isInboundDone()) {
            return;                                          // in TLS 1.2 the engine would answer at once: only close() says that all was sent
        }
        // Whoever embeds weir may have loaded TLS before the property that refuses it could be set; so it is refused here too.
        if (!protection.version().equals(TlsVersion.TLS_1_3.jdkName()) && status != HandshakeStatus.NOT_HANDSHAKING) {
            refuseRenegotiation(status);
        }
        if (status == HandshakeStatus.NEED_WRAP) {
            outbound.control();
            watchWrites();
        } else if (status == HandshakeStatus.NEED_TASK) {
            shared.tasks().spent(TaskLane.run(engine));
        }
    }

    /** The JDK refuses it by itself, and by a proper alert, if it was told to in time; that costs no signature. */
    private void refuseRenegotiation(HandshakeStatus status) throws IOException {
        if (status == HandshakeStatus.NEED_TASK && JdkTls.refusesRenegotiation()) {
            shared.tasks().spent(TaskLane.run(engine));
            outbound.control();                              // throws what the task came to: the alert is what the next one sends
        }
        throw new SSLException("renegotiation is refused");
    }

    private void release() {
        state = State.CLOSED;
        loop.timers().cancel(this);
        if (handshake != null) {
            handshake.close();
        }
        inbound.close();
        outbound.close();
        engine = null;
    }

    // ---- what the owner asks for

    @Override
    public void handler(TransportHandler handler) {
        this.handler = handler;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (state != State.OPEN) {
            return state == State.CLOSED ? -1 : 0;
        }
        handlerHasRead = true;
        try {
            return inbound.read(into, this);
        } catch (SSLException e) {
            outbound.alert();
            throw new IOException("TLS: " + e.getMessage(), e);
        }
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return (int) write(from, null);
    }

    @Override
    public long write(ByteBuffer first, ByteBuffer second) throws IOException {
        if (state != State.OPEN) {
            throw new IOException("the TLS connection is not open");
        }
        long taken = outbound.write(first, second);
        if (outbound.isPending()) {
            raw.writing(true);
        }
        return taken;
    }

    @Override
    public void reading(boolean wanted) {
        wantsReading = wanted;
        if (state == State.OPEN) {
            raw.reading(wanted);
            handlerHasRead |= wanted;
            resumeIfInput();
        }
    }

    @Override
    public void writing(boolean wanted) {
        wantsWriting = wanted;
        if (state == State.OPEN) {
            watchWrites();
        }
    }

    /** RFC 8446 §6.1: close_notify ends our direction only. */
    @Override
    public void shutdownOutput() throws IOException {
        if (state == State.OPEN && !ending) {
            ending = true;
            engine.closeOutbound();
            outbound.control();
            if (outbound.isPending()) {
                raw.writing(true);
            } else {
                raw.shutdownOutput();
            }
        }
    }

    @Override
    public void close() {
        if (state == State.FLUSHING || state == State.CLOSED) {
            return;
        }
        boolean stood = state == State.OPEN;
        if (stood && !ending && !inbound.isCut()) {
            outbound.alert();
        }
        inbound.close();
        if (stood && outbound.isPending()) {
            state = State.FLUSHING;
            raw.reading(false);
            raw.writing(true);
            loop.timers().set(this, loop.nowNanos() + FLUSH_NANOS);
        } else {
            finish();
        }
    }

    private void finish() {
        release();
        raw.close();
    }

    @Override
    public void abort() {
        if (state != State.CLOSED) {
            cutOff();
        }
    }

    private void cutOff() {
        release();
        raw.abort();
    }

    @Override
    public boolean isOpen() {
        return state != State.CLOSED && state != State.FLUSHING;
    }

    @Override
    public Protection protection() {
        return protection;
    }

    @Override
    public InetSocketAddress peer() {
        return raw.peer();
    }

    @Override
    public InetSocketAddress local() {
        return raw.local();
    }

    @Override
    public ProxyHeader proxyHeader() {
        return raw.proxyHeader();
    }
}
