package weir.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import weir.net.Transport;

/**
 * The handshake of one connection, from its first byte to its last. A server's side has no engine before a whole record of the
 * client is there: who only connects, or drips, costs a few bytes.
 *
 * <pre>
 *   server: HELLO -whole record-> SHAKING -finished-> OVER       client: SHAKING -> OVER
 *           SHAKING -delegated tasks on a helper-> COMPUTING -done-> SHAKING     any -failure, deadline, flood-> OVER
 * </pre>
 *
 * The loop's own; while it is COMPUTING nothing here touches the engine.
 */
final class Handshake {
    enum State { HELLO, SHAKING, COMPUTING, OVER }

    /** Bytes that a peer may send in a handshake: a certificate chain of ten at 8 KiB each, and then some. */
    private static final int BYTES_MAX = 128 << 10;
    private static final int HANDSHAKE_RECORD = 0x16;
    private static final byte[] PLAIN_HTTP = plainHttpAnswer();

    private final TlsLoop shared;
    private final TlsContext context;
    private final TlsTransport transport;
    private final Transport raw;
    private final Inbound inbound;
    private final Outbound outbound;
    private State state = State.HELLO;
    private SSLEngine engine;
    private boolean counted;                    // among those that clients keep open
    private long startMillis;
    Handshake before;                           // neighbours in the list of TlsLoop
    Handshake after;

    Handshake(TlsLoop shared, TlsContext context, TlsTransport transport, Transport raw, Inbound inbound, Outbound outbound) {
        this.shared = shared;
        this.context = context;
        this.transport = transport;
        this.raw = raw;
        this.inbound = inbound;
        this.outbound = outbound;
    }

    /** No byte of the client is there yet. */
    boolean isIdle() {
        return state == State.HELLO && inbound.bytesRead() == 0;
    }

    /** Its next step is not the peer's but ours. */
    boolean isBusy() {
        return state == State.COMPUTING;
    }

    /** Bytes may be there, or room for ours. */
    void goOn() {
        switch (state) {
            case HELLO -> hello();
            case SHAKING -> progress();
            case COMPUTING -> raw.reading(false);            // level-triggered: these bytes would wake us each turn
            case OVER -> { }
        }
    }

    private void hello() {
        try {
            ByteBuffer in = inbound.collect(TlsLoop.RECORD_BYTES_MAX);
            if (in == null) {
                return;
            }
            int first = in.get(in.position());
            if (first != HANDSHAKE_RECORD) {
                refuseForeign(in, first);
                return;
            }
            boolean empty = Inbound.isEmptyRecord(in);
            inbound.keep(in);
            if (empty) {
                giveUp(HandshakeCause.PROTOCOL, "an empty handshake record");    // RFC 8446 §5.1; the engine would wait for more
                return;
            }
            if (!inbound.hasInput()) {
                return;
            }
        } catch (IOException e) {
            fail(HandshakeCause.CLOSED, e);
            return;
        }
        counted = shared.enter(this);
        if (counted) {
            begin();
        } else {
            giveUp(HandshakeCause.FLOOD, "too many handshakes at once");
        }
    }

    private void refuseForeign(ByteBuffer in, int first) {
        boolean http = first >= 'A' && first <= 'Z';
        in.position(in.limit());
        if (http) {
            try {
                outbound.emit(ByteBuffer.wrap(PLAIN_HTTP));
            } catch (IOException e) {
                shared.loop().journal().warnAtMostOncePerSecond("tls", "telling a client that it should speak TLS: " + e.getMessage());
            }
        }
        end(http ? HandshakeCause.PLAIN_HTTP : HandshakeCause.NO_TLS, null);
    }

    /** The first step of a client's side, the second of a server's. */
    void begin() {
        state = State.SHAKING;
        startMillis = System.currentTimeMillis();
        engine = context.engine();
        inbound.engine(engine);
        outbound.engine(engine);
        try {
            engine.beginHandshake();
        } catch (SSLException e) {
            fail(HandshakeCause.of(e), e);
        }
        progress();
    }

    private void progress() {
        try {
            while (state == State.SHAKING && step()) {
                // one message after the other
            }
        } catch (SSLException e) {
            fail(HandshakeCause.of(e), e);
        } catch (IOException e) {
            fail(HandshakeCause.CLOSED, e);
        }
    }

    /** @return whether the next one may be tried */
    private boolean step() throws IOException {
        switch (engine.getHandshakeStatus()) {
            case NEED_WRAP -> {
                outbound.control();
                transport.watchWrites();
                return true;
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                return takeRecord();
            }
            case NEED_TASK -> {
                return compute();
            }
            case FINISHED, NOT_HANDSHAKING -> {
                finish();
                return false;
            }
        }
        throw new AssertionError(engine.getHandshakeStatus());
    }

    private boolean takeRecord() throws IOException {
        ByteBuffer in = inbound.record();
        if (in == null) {
            return false;
        }
        if (inbound.bytesRead() > BYTES_MAX) {
            throw new SSLException("more than " + BYTES_MAX + " bytes in a handshake");
        }
        inbound.unwrap(in);
        inbound.keep(in);
        if (engine.isInboundDone()) {
            throw new SSLException("the peer closed the connection in the middle of the handshake");
        }
        return true;
    }

    /** @return whether it is done already */
    private boolean compute() {
        TaskLane lane = shared.tasks();
        if (lane.hasTimeFor(context.taskNanos())) {
            lane.spent(runTasks());
            return true;
        }
        state = State.COMPUTING;
        try {
            lane.handOver(() -> {
                Throwable bug = null;
                try {
                    long unused = runTasks();
                } catch (RuntimeException | Error e) {       // an image without a module of TLS: the engine would wait for ever
                    bug = e;
                }
                Throwable thrown = bug;
                shared.loop().executeSurely(() -> computed(thrown));
            });
        } catch (RejectedExecutionException e) {
            giveUp(HandshakeCause.FLOOD, "the queue of the helpers is full");
        }
        return false;
    }

    /** On the loop or on a helper. @return how long they took, in nanoseconds */
    private long runTasks() {
        long nanos = TaskLane.run(engine);
        context.tasksTook(nanos);
        return nanos;
    }

    private void computed(Throwable bug) {
        if (state != State.COMPUTING) {
            return;                                          // given up meanwhile
        }
        if (bug != null) {
            shared.loop().journal().warnAtMostOncePerSecond("tls", "TLS of this JVM fails: " + bug);
            giveUp(HandshakeCause.PROTOCOL, "internal error: " + bug);
            return;
        }
        state = State.SHAKING;
        raw.reading(true);
        progress();
    }

    private void finish() throws SSLException {
        SSLSession session = engine.getSession();
        boolean resumed = session.getCreationTime() < startMillis;
        Established protection = context.protection(session, resumed);
        protection.applicationProtocol(engine.getApplicationProtocol());
        close();
        context.countCompleted(shared.loop().index(), protection.version(), resumed);
        transport.established(engine, protection);
    }

    // ---- the end of one that leads nowhere

    /** Ends it for a reason of ours. */
    void giveUp(HandshakeCause cause, String why) {
        fail(cause, new SSLException(why));
    }

    /** Ends it; the peer hears why where it may still listen. */
    void fail(HandshakeCause cause, IOException why) {
        if (state == State.SHAKING && cause != HandshakeCause.CLOSED) {
            outbound.alert();
        }
        if (state != State.OVER) {
            end(cause, why);
        }
    }

    private void end(HandshakeCause cause, IOException why) {
        context.countFailed(shared.loop().index(), cause);
        close();
        transport.refused(why);
    }

    /** Gives up its place among those that are open; the transport is somebody else's to close. */
    void close() {
        state = State.OVER;
        if (counted) {
            counted = false;
            shared.leave(this);
        }
    }

    private static byte[] plainHttpAnswer() {
        String text = "This port speaks TLS: use https://\n";
        return ("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " + text.length()
                + "\r\nConnection: close\r\n\r\n" + text).getBytes(StandardCharsets.US_ASCII);
    }
}
