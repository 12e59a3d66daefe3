package weir.h1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import weir.http.BodyFraming;
import weir.http.Head;
import weir.http.Method;
import weir.http.OriginStream;
import weir.http.ResponseHandler;
import weir.http.ResponseHandler.OriginFailure;
import weir.net.Deferred;
import weir.net.EventLoop;
import weir.net.HandshakeFailure;
import weir.net.Inbox;
import weir.net.Outbox;
import weir.net.Timer;
import weir.net.Transport;
import weir.net.TransportHandler;

/**
 * A connection to an origin: one request at a time, kept for the next one only after a complete, unambiguous response with
 * nothing left over (RFC 9112 §9.3).
 *
 * <pre>
 *   CONNECTING -> READY -send-> HEAD -response head-> BODY -complete-> READY (parked) | CLOSED
 *                               HEAD -101-> UPGRADED -> (tunnel's)        any -failure, abort-> CLOSED
 * </pre>
 *
 * One loop's; not thread safe.
 */
public final class OriginConnection extends Timer implements TransportHandler, OriginStream, Outbox.Owner, Deferred, BodyReader.Sink {
    enum State { CONNECTING, READY, HEAD, BODY, UPGRADED, CLOSED }

    private static final int LONG_BODY_BYTES = 256 << 10;
    private static final int READS_PER_EVENT = 4;
    /** 1xx responses before the final one: more is an origin gone wild. */
    private static final int INTERIMS_MAX = 16;

    private static final ThreadLocal<ByteBuffer> PROBE = ThreadLocal.withInitial(() -> ByteBuffer.allocate(1));

    private final EventLoop loop;
    private final InetSocketAddress peer;
    private final Inbox inbox;
    private final HeadParser parser;
    private final MessageRules rules = new MessageRules();
    private final BodyReader body;
    private final Head head = new Head();
    private Transport transport;
    private Outbox outbox;
    private BodyWriter writer;
    private byte[] preface;
    private ResponseHandler handler;
    private Parked parkedOwner;

    private State state = State.CONNECTING;
    private Method method = Method.GET;
    private boolean upgradeAsked;
    private boolean requestEnded;
    private boolean responseDone;
    private boolean reused;
    private boolean headBegun;
    private boolean drainWanted;
    private boolean resumeQueued;
    private int interims;
    private long headTimeoutNanos;
    private long idleNanos;
    private long sentBefore;

    private OriginConnection(EventLoop loop, InetSocketAddress peer, HttpLimits limits, ResponseHandler handler) {
        this.loop = loop;
        this.peer = peer;
        this.handler = handler;
        inbox = new Inbox(loop);
        parser = new HeadParser(HeadParser.Kind.RESPONSE, limits.headBytesMax(), limits.fieldLinesMax(), 0);
        body = new BodyReader(limits.headBytesMax(), limits.fieldLinesMax());
    }

    /**
     * Starts to connect; the handler hears {@code onReady} or {@code onOriginFailed}, never during this call.
     *
     * @param connector opens the connection, plain or protected
     * @param limits the origin's: only head size and field count are used
     * @param connectNanos to open it, and to agree on its protection
     * @throws IOException when no socket can be had
     */
    public static OriginConnection connect(EventLoop loop, EventLoop.Connector connector, InetSocketAddress peer, HttpLimits limits,
            long connectNanos, ResponseHandler handler) throws IOException {
        return connect(loop, connector, peer, limits, connectNanos, null, handler);
    }

    /** The same. @param preface goes out before the first request, in one write with it; or null */
    public static OriginConnection connect(EventLoop loop, EventLoop.Connector connector, InetSocketAddress peer, HttpLimits limits,
            long connectNanos, byte[] preface, ResponseHandler handler) throws IOException {
        OriginConnection connection = new OriginConnection(loop, peer, limits, handler);
        connection.preface = preface;
        loop.timers().set(connection, loop.nowNanos() + connectNanos);
        try {
            connection.transport = connector.connect(loop, peer, connection);
        } catch (IOException | RuntimeException e) {
            loop.timers().cancel(connection);
            throw e;
        }
        connection.outbox = new Outbox(loop, connection.transport, connection);
        connection.writer = new BodyWriter(connection.outbox);
        return connection;
    }

    // ---- what the loop tells

    @Override
    public void onConnected() {
        if (state == State.CONNECTING) {
            state = State.READY;
            loop.timers().cancel(this);
            if (preface != null) {
                outbox.stage(preface.length).put(preface);
                preface = null;
            }
            handler.onReady();
        }
    }

    @Override
    public void onReadable() throws IOException {
        switch (state) {
            case READY -> idleReadable();
            case HEAD, BODY -> {
                if (body.isBlocked() && state == State.BODY) {
                    transport.reading(false);               // level-triggered: these bytes would wake us each turn
                } else {
                    pull();
                }
            }
            case CONNECTING, UPGRADED, CLOSED -> { }
        }
    }

    /** Parked, or about to be used: end of stream or bytes nobody asked for (RFC 9112 §9.2) make it useless. */
    private void idleReadable() throws IOException {
        int n = inbox.fill(transport, false);
        inbox.close();
        if (n != 0) {
            unusable();
        }
    }

    private void unusable() {
        Parked owner = parkedOwner;
        close();
        if (owner != null) {
            owner.onDead(this);
        } else {
            handler.onOriginFailed(OriginFailure.RESET, "origin-reset: closed before the request");
        }
    }

    @Override
    public boolean isStillOpen() {
        try {
            PROBE.get().clear();                            // not the loop's read buffer: the request's content may lie there
            return transport.read(PROBE.get()) == 0;
        } catch (IOException e) {
            return false;                                   // the caller aborts it
        }
    }

    private void pull() throws IOException {
        for (int i = 0; i < READS_PER_EVENT && (state == State.HEAD || state == State.BODY); i++) {
            int n = inbox.fill(transport, state == State.BODY && body.isLong(LONG_BODY_BYTES));
            if (n < 0) {
                endOfStream();
                break;
            }
            if (n > 0) {
                take();
            }
            if (!inbox.filledUp(n) || body.isBlocked() || inbox.length() > 0) {
                break;                                      // what is left (a part of a head, of trailers) has to be settled first
            }
        }
        settleInbox();
    }

    private void settleInbox() {
        if (state != State.CLOSED && state != State.UPGRADED && !inbox.settle()) {
            fail(OriginFailure.MEMORY, "memory");
        }
    }

    /** Bytes are in the inbox: heads first, then content. */
    private void take() {
        while (state == State.HEAD && inbox.length() > 0 && parseHead()) {
            // one 1xx response after the other
        }
        if (state == State.BODY) {
            passContent();
        }
    }

    /** @return whether another head may follow */
    private boolean parseHead() {
        if (headBegun) {
            head.moved(inbox.bytes(), inbox.from());
        } else {
            headBegun = true;
            parser.reset();
            head.start(inbox.bytes(), inbox.from());
        }
        switch (parser.parse(inbox.bytes(), inbox.from(), inbox.to(), head)) {
            case MORE:
                return false;
            case FAULT:
                fail(OriginFailure.MALFORMED, parser.fault().reason);
                return false;
            default:
                break;
        }
        Fault fault = rules.response(head, method);
        if (fault != null) {
            fail(OriginFailure.MALFORMED, fault.reason);
            return false;
        }
        inbox.consume(head.length());
        headBegun = false;
        return head.status() < 200 ? interim() : response();
    }

    private boolean interim() {
        if (head.status() == 101) {
            if (!upgradeAsked || !head.wantsUpgrade()) {
                fail(OriginFailure.MALFORMED, "malformed: 101 to a request that asked for no upgrade");
                return false;
            }
            state = State.UPGRADED;
            loop.timers().cancel(this);
            handler.onResponse(head);
            return false;
        }
        if (++interims > INTERIMS_MAX) {
            fail(OriginFailure.MALFORMED, "malformed: more than " + INTERIMS_MAX + " interim responses");
            return false;
        }
        handler.onInterim(head);
        return state == State.HEAD;
    }

    private boolean response() {
        state = State.BODY;
        body.start(head.framing(), head.contentLength());
        watch();
        handler.onResponse(head);
        head.close();                                       // its lease, if a filter had it kept; framing and persistence stay
        return false;
    }

    private void passContent() {
        if (body.state() == BodyReader.State.CONTENT || body.state() == BodyReader.State.TRAILERS) {
            body.read(inbox, this);
            if (state != State.BODY) {
                return;                                     // aborted by whoever took the content
            }
            watch();
        }
        if (body.state() == BodyReader.State.FAULT) {
            fail(OriginFailure.TRUNCATED, body.fault().reason);
        } else if (body.state() == BodyReader.State.DONE) {
            complete();
        }
    }

    @Override
    public int content(ByteBuffer bytes, int from, int to) {
        return handler.onResponseContent(bytes, from, to);
    }

    private void complete() {
        if (responseDone) {
            return;
        }
        responseDone = true;
        loop.timers().cancel(this);
        boolean clean = inbox.length() == 0 && !inbox.hasEnded() && head.isPersistent();
        boolean reusable = clean && requestEnded && outbox.isEmpty() && !outbox.isBroken();
        if (reusable) {
            state = State.READY;
            handler.onResponseEnd(body.trailers(), true);
            return;
        }
        handler.onResponseEnd(body.trailers(), false);
        // Whatever is left over belongs to no request; a request that is cut short by this must not look complete.
        abort();
    }

    private void endOfStream() {
        if (state == State.HEAD) {
            fail(headBegun ? OriginFailure.TRUNCATED : OriginFailure.RESET,
                    headBegun ? "origin-truncated: end of stream in the middle of the head"
                            : "origin-reset: end of stream before a response");
        } else if (body.endsWithClose()) {
            complete();
        } else {
            fail(OriginFailure.TRUNCATED, "origin-truncated: end of stream in the middle of the content");
        }
    }

    /** While the response's content flows the origin must go on; while our reader is blocked nobody can blame it. */
    private void watch() {
        if (body.isBlocked() || body.state() == BodyReader.State.DONE) {
            loop.timers().cancel(this);
        } else {
            loop.timers().set(this, loop.nowNanos() + idleNanos);
        }
    }

    @Override
    public void onWritable() {
        outbox.onWritable();
    }

    @Override
    public void onFailed(IOException cause) {
        if (state == State.READY && parkedOwner != null) {
            unusable();
        } else if (state == State.CONNECTING) {
            connectFailed(cause);
        } else if (state != State.CLOSED) {
            boolean begun = state == State.BODY || headBegun;
            fail(begun ? OriginFailure.TRUNCATED : OriginFailure.RESET,
                    (begun ? "origin-truncated: " : "origin-reset: ") + cause.getMessage());
        }
    }

    private void connectFailed(IOException cause) {
        if (cause instanceof SocketTimeoutException) {
            fail(OriginFailure.CONNECT_TIMEOUT, "timeout-connect");
        } else if (cause instanceof HandshakeFailure) {
            fail(OriginFailure.TLS, "origin-tls: " + cause.getMessage());
        } else {
            fail(OriginFailure.CONNECT, "origin-refused: " + cause.getMessage());
        }
    }

    @Override
    protected void onExpired(long nowNanos) {
        switch (state) {
            case CONNECTING -> fail(OriginFailure.CONNECT_TIMEOUT, "timeout-connect");
            case READY -> unusable();
            case HEAD -> {
                if (requestEnded || outbox.isBlocked()) {
                    fail(OriginFailure.HEAD_TIMEOUT, requestEnded ? "timeout-response" : "timeout-origin-write");
                }
            }
            case BODY -> fail(OriginFailure.TRUNCATED, "timeout-origin-content");
            case UPGRADED, CLOSED -> { }
        }
    }

    private void fail(OriginFailure failure, String reason) {
        if (state == State.CLOSED) {
            return;
        }
        ResponseHandler told = handler;
        closeUnfinished();
        told.onOriginFailed(failure, reason);
    }

    // ---- sending

    @Override
    public void assign(ResponseHandler handler) {
        assert state == State.READY;
        this.handler = handler;
        parkedOwner = null;
        reused = true;
        loop.timers().cancel(this);
    }

    @Override
    public void send(Head request, long headTimeoutNanos, long idleNanos) {
        assert state == State.READY : state;
        this.headTimeoutNanos = headTimeoutNanos;
        this.idleNanos = idleNanos;
        method = request.method();
        upgradeAsked = request.wantsUpgrade();
        state = State.HEAD;
        sentBefore = outbox.bytesSent();
        requestEnded = responseDone = headBegun = drainWanted = false;
        body.start(BodyFraming.NONE, 0);
        interims = 0;
        HeadWriter.request(request, outbox);
        writer.start(request.framing(), request.contentLength());
        watchWrites();
    }

    @Override
    public int write(ByteBuffer content, int from, int to) {
        int taken = writer.write(content, from, to);
        drainWanted |= taken < to - from;
        watchWrites();
        return taken;
    }

    /** The origin has to take what we send, within its idle time. */
    private void watchWrites() {
        if (outbox.isBlocked() && state == State.HEAD) {
            loop.timers().set(this, loop.nowNanos() + idleNanos);
        }
    }

    @Override
    public void endRequest(Head trailers) {
        writer.end(trailers);
        requestEnded = true;
        if (state == State.HEAD) {
            loop.timers().set(this, loop.nowNanos() + headTimeoutNanos);
        }
    }

    @Override
    public void onDrained() {
        if (drainWanted && (state == State.HEAD || state == State.BODY)) {
            drainWanted = false;
            if (!requestEnded && state == State.HEAD) {
                loop.timers().cancel(this);
            }
            handler.onOriginDrained();
            watchWrites();
        }
    }

    @Override
    public void onBlocked() {
        if (!requestEnded) {
            watchWrites();
        }
    }

    /** The origin does not take the request; it may have answered all the same (RFC 9112 §9.5), which its bytes will tell. */
    @Override
    public void onBroken(String reason) {
        if (state != State.HEAD && state != State.BODY) {
            return;
        }
        try {
            pull();
        } catch (IOException e) {
            onFailed(e);
        }
        if (state == State.HEAD) {
            fail(OriginFailure.RESET, "origin-reset: " + reason);
        }
    }

    @Override
    public void responseContent() {
        if (!resumeQueued && state == State.BODY) {
            resumeQueued = true;
            loop.defer(this);
        }
    }

    @Override
    public void runDeferred() {
        resumeQueued = false;
        if (state != State.BODY) {
            return;
        }
        try {
            if (inbox.length() > 0) {
                passContent();
            }
            if (state == State.BODY && !body.isBlocked()) {
                // Read at once: the socket was full of bytes when reading stopped. Only an empty one waits for an event.
                pull();
            } else {
                settleInbox();
            }
            if (state == State.BODY && !body.isBlocked()) {
                transport.reading(true);
            }
        } catch (IOException e) {
            onFailed(e);
        }
    }

    // ---- the end

    @Override
    public void park(long idleNanos, Parked owner) {
        assert state == State.READY;
        parkedOwner = owner;
        handler = null;
        transport.reading(true);
        loop.timers().set(this, loop.nowNanos() + idleNanos);
    }

    @Override
    public void abort() {
        if (state != State.CLOSED) {
            closeUnfinished();
        }
    }

    private void closeUnfinished() {
        if (state != State.READY && state != State.CONNECTING && !requestEnded) {
            transport.abort();
        }
        close();
    }

    private void close() {
        state = State.CLOSED;
        loop.timers().cancel(this);
        inbox.close();
        if (outbox != null) {
            outbox.close();
            transport.close();
        }
        head.close();
    }

    @Override
    public Transport takeOver(Inbox rest) {
        assert state == State.UPGRADED;
        inbox.moveTo(rest);
        loop.timers().cancel(this);
        return transport;
    }

    // ---- figures

    @Override
    public boolean isReused() {
        return reused;
    }

    @Override
    public boolean isReady() {
        return state == State.READY;
    }

    @Override
    public boolean hasSent() {
        return outbox != null && outbox.bytesSent() > sentBefore;
    }

    @Override
    public InetSocketAddress peer() {
        return peer;
    }
}
