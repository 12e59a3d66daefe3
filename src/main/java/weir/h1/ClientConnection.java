package weir.h1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import weir.http.BodyFraming;
import weir.http.ClientStream;
import weir.http.Head;
import weir.http.RequestHandler;
import weir.net.Deferred;
import weir.net.EventLoop;
import weir.net.Inbox;
import weir.net.Outbox;
import weir.net.Protection;
import weir.net.ProxyHeader;
import weir.net.Timer;
import weir.net.Transport;
import weir.net.TransportHandler;

/**
 * A client's connection: one request after the other, answered in order (RFC 9112 §9.3.2). Pipelined requests wait in the
 * inbox until the response before them is sent.
 *
 * <pre>
 *   IDLE -first byte-> HEAD -complete-> EXCHANGE -response sent, request read-> IDLE
 *                      HEAD -bad, late-> EXCHANGE (answered by the handler) -> LINGER -> CLOSED
 *   EXCHANGE -101-> TUNNEL          any -reset, write error, abort-> CLOSED
 * </pre>
 *
 * One loop's; not thread safe.
 */
public final class ClientConnection extends Timer implements TransportHandler, ClientStream, Outbox.Owner, Deferred, BodyReader.Sink {
    enum State { IDLE, HEAD, EXCHANGE, TUNNEL, LINGER, CLOSED }

    /** How long, and how much, is read of a request that was refused: so that the client sees the answer, not a reset. */
    private static final long LINGER_NANOS = 2_000_000_000L;
    private static final long LINGER_BYTES_MAX = 256 << 10;
    /** A body with this much to come is read in larger pieces. */
    private static final int LONG_BODY_BYTES = 256 << 10;
    /** Reads in one event before others of the loop get their turn. */
    private static final int READS_PER_EVENT = 4;

    /** What the connection tells its listener. */
    public interface Owner {
        /** Where its connections get what a request needs; always the same. */
        Receptions receptions();

        /** Asked before each response: whether the connection should end with it. */
        boolean isDraining();

        /** The connection moved between idle and busy; one that idles may be ended at once. */
        void onIdle(ClientConnection connection, boolean idle);

        /** The connection is closed. */
        void onClosed(ClientConnection connection);
    }

    private final EventLoop loop;
    private final Transport transport;
    private final HttpLimits limits;
    private final Owner owner;
    private final Inbox inbox;
    private final Outbox outbox;
    private final BodyWriter writer;
    private Reception at;                // null while it idles, and once a response was sent to its end
    private byte[] peerBytes;
    private byte[] peerText;

    private State state = State.IDLE;
    private boolean contentWanted;
    private boolean contentToldEnd;
    private boolean resumeQueued;
    private boolean lastRequest;         // the connection ends after this exchange
    private boolean headSent;
    private boolean responseEnded;
    private boolean refused;             // bytes may still come that nobody reads
    private boolean drainWanted;         // the handler was told that less was taken
    private boolean fresh = true;        // no request has been begun
    private long sentBefore;
    private long lingerBytes;

    public ClientConnection(EventLoop loop, Transport transport, HttpLimits limits, Owner owner) {
        this.loop = loop;
        this.transport = transport;
        this.limits = limits;
        this.owner = owner;
        inbox = new Inbox(loop);
        outbox = new Outbox(loop, transport, this);
        writer = new BodyWriter(outbox);
        transport.handler(this);
        // without keep-alive there is still a first request to wait for
        loop.timers().set(this, loop.nowNanos() + (limits.keepAliveNanos() > 0 ? limits.keepAliveNanos() : limits.headTimeoutNanos()));
    }

    // ---- what the loop tells

    @Override
    public void onReadable() throws IOException {
        switch (state) {
            case IDLE, HEAD -> readRequest();
            case EXCHANGE -> readDuringExchange();
            case LINGER -> linger();
            case TUNNEL, CLOSED -> { }
        }
    }

    private void readRequest() throws IOException {
        int n = inbox.fill(transport, false);
        if (n < 0) {
            clientEnded();
            return;
        }
        if (n > 0) {
            parseRequest();
        }
        settleInbox();
    }

    private void clientEnded() {
        if (state == State.IDLE || !at.parser.hasBegun()) {
            close();
        } else {
            refuse(Fault.HEAD_CUT);
        }
    }

    private void parseRequest() {
        if (state == State.IDLE) {
            state = State.HEAD;
            at = owner.receptions().take(limits, this);
            owner.onIdle(this, false);
            sentBefore = outbox.bytesSent();
            at.parser.reset();
            at.head.start(inbox.bytes(), inbox.from());
            loop.timers().cancel(this);
        } else {
            at.head.moved(inbox.bytes(), inbox.from());
        }
        switch (at.parser.parse(inbox.bytes(), inbox.from(), inbox.to(), at.head)) {
            case DONE -> request();
            case FAULT -> refuse(at.parser.fault());
            case MORE -> {
                if (inbox.hasEnded()) {
                    clientEnded();
                } else if (!isSet()) {                     // most heads come whole and need no deadline
                    loop.timers().set(this, loop.nowNanos() + limits.headTimeoutNanos());
                }
            }
        }
    }

    private void request() {
        Fault fault = at.rules.request(at.head, isSecure());
        if (fault != null) {
            refuse(fault);
            return;
        }
        inbox.consume(at.head.length());
        beginExchange();
        lastRequest = !at.head.isPersistent() || limits.keepAliveNanos() == 0;
        at.body.start(at.head.framing(), at.head.contentLength());
        if (isSet()) {
            loop.timers().cancel(this);
        }
        at.handler.onRequest(at.head);
    }

    private void beginExchange() {
        state = State.EXCHANGE;
        fresh = false;
        contentWanted = contentToldEnd = headSent = responseEnded = drainWanted = refused = false;
    }

    private void refuse(Fault fault) {
        refuse(fault.status, fault.reason);
    }

    private void refuse(int status, String reason) {
        if (inbox.length() > 0) {
            at.head.moved(inbox.bytes(), inbox.from());
            if (at.head.length() == 0) {
                at.head.finish(Math.min(inbox.length(), limits.headBytesMax()));      // as far as it came: for the log
            }
        }
        beginExchange();
        lastRequest = refused = true;
        at.body.start(BodyFraming.NONE, 0);
        loop.timers().cancel(this);
        at.handler.onMalformed(at.head, status, reason);
    }

    /** Content that is wanted, a pipelined request that has to wait, or the end of the stream. */
    private void readDuringExchange() throws IOException {
        boolean reading = contentWanted && at.body.state() != BodyReader.State.DONE;
        if (!reading && inbox.length() > 0 || reading && at.body.isBlocked()) {
            transport.reading(false);                       // level-triggered: these bytes would wake us each turn
            return;
        }
        pull(READS_PER_EVENT);
        settleInbox();
    }

    /** Reads and passes on content until none is there, the sink is full, or others of the loop should have their turn. */
    private void pull(int readsMax) throws IOException {
        for (int i = 0; i < readsMax && state == State.EXCHANGE; i++) {
            int n = inbox.fill(transport, at.body.isLong(LONG_BODY_BYTES));
            if (n < 0) {
                endOfStream();
                return;
            }
            if (n == 0) {
                return;
            }
            if (!contentWanted || at.body.state() == BodyReader.State.DONE) {
                return;                                     // kept by settle: a pipelined request, or content not asked for yet
            }
            passContent();
            if (state != State.EXCHANGE) {
                return;
            }
            if (!inbox.filledUp(n) || at.body.isBlocked() || !contentWanted || inbox.length() > 0) {
                return;                                     // what is left (a pipelined request) has to be settled first
            }
        }
    }

    private void passContent() {
        BodyReader.State before = at.body.state();
        if (before == BodyReader.State.DONE || before == BodyReader.State.FAULT) {
            return;
        }
        BodyReader.State after = at.body.read(inbox, this);
        loop.timers().set(this, loop.nowNanos() + limits.idleNanos());
        if (state != State.EXCHANGE) {
            return;
        }
        if (after == BodyReader.State.FAULT) {
            contentFault(at.body.fault());
        } else if (after == BodyReader.State.DONE) {
            contentEnd();
        }
    }

    private void contentEnd() {
        if (!contentToldEnd) {
            contentToldEnd = true;
            stillTimer();
            at.handler.onContentEnd(at.body.trailers());
            finishWhenDone();
        }
    }

    private void contentFault(Fault fault) {
        lastRequest = refused = true;
        at.handler.onMalformed(at.head, fault.status, fault.reason);
    }

    @Override
    public int content(ByteBuffer bytes, int from, int to) {
        return at.handler.onContent(bytes, from, to);
    }

    /** RFC 9112 §9.6 leaves half-closed clients to us: by default an end of stream is taken for a client that left. */
    private void endOfStream() {
        boolean complete = at.body.state() == BodyReader.State.DONE;
        if (complete && limits.halfClose() || responseEnded) {
            lastRequest = true;
            transport.reading(false);
            return;
        }
        gone(complete ? "client-gone" : "client-gone in the middle of the content");
    }

    /** The stream breaks under a running exchange. */
    private void gone(String reason) {
        boolean running = state == State.EXCHANGE;
        if (running && headSent) {
            transport.abort();                              // an orderly end would complete a body that ends with the connection
        }
        close();
        if (running) {
            at.handler.onClientGone(reason);
        }
        closeHead();
    }

    private void settleInbox() {
        if (state == State.CLOSED || state == State.TUNNEL) {
            return;
        }
        if (!inbox.settle()) {
            gone("memory");
        } else if (state == State.HEAD && inbox.isFull()) {
            at.head.moved(inbox.bytes(), inbox.from());
        }
    }

    @Override
    public void onWritable() {
        outbox.onWritable();
    }

    @Override
    public void onFailed(IOException cause) {
        gone("client-gone: " + cause.getMessage());
    }

    @Override
    protected void onExpired(long nowNanos) {
        switch (state) {
            case IDLE, LINGER -> close();
            case HEAD -> refuse(408, "timeout-head");
            case EXCHANGE -> stalled();
            case TUNNEL, CLOSED -> { }
        }
    }

    private void stalled() {
        if (outbox.isBlocked()) {
            transport.abort();
            gone("timeout-client-write");
        } else if (contentWanted && at.body.state() != BodyReader.State.DONE && !at.body.isBlocked()) {
            lastRequest = refused = true;
            at.handler.onMalformed(at.head, 408, "timeout-content");
        }
    }

    /** The timer watches the client only while the client is who we wait for. */
    private void stillTimer() {
        if (!outbox.isBlocked()) {
            loop.timers().cancel(this);
        }
    }

    // ---- sending

    @Override
    public void onDrained() {
        if (state == State.EXCHANGE) {
            if (responseEnded) {
                finishWhenDone();
            } else if (drainWanted) {
                drainWanted = false;
                if (at.body.state() == BodyReader.State.DONE || !contentWanted) {
                    loop.timers().cancel(this);
                }
                at.handler.onClientDrained();
                if (state == State.EXCHANGE && outbox.isBlocked()) {
                    loop.timers().set(this, loop.nowNanos() + limits.idleNanos());
                }
            }
        }
    }

    /** Also the end of a response that was staged whole waits for the client: within the idle time, as its content does. */
    @Override
    public void onBlocked() {
        if (state == State.EXCHANGE) {
            watchWrites();
        }
    }

    @Override
    public void onBroken(String reason) {
        if (state != State.CLOSED) {
            gone("memory".equals(reason) ? "memory" : "client-gone: " + reason);
        }
    }

    @Override
    public void sendInterim(Head interim) {
        if (at.head.versionMinor() > 0 && !headSent) {
            HeadWriter.interim(interim, outbox);
        }
    }

    @Override
    public void sendHead(Head response, boolean last) {
        assert state == State.EXCHANGE && !headSent : state;
        headSent = true;
        lastRequest |= last || owner.isDraining() || inbox.hasEnded();
        BodyFraming framing = response.framing();
        if (framing == BodyFraming.CHUNKED || framing == BodyFraming.UNTIL_CLOSE) {
            // RFC 9112 §6.1: no chunked to HTTP/1.0; there the end of the connection is the end of the body
            framing = at.head.versionMinor() > 0 ? BodyFraming.CHUNKED : BodyFraming.UNTIL_CLOSE;
            lastRequest |= framing == BodyFraming.UNTIL_CLOSE;
        }
        HeadWriter.response(response, framing, lastRequest, at.head.versionMinor() == 0 && !lastRequest, loop.wallMillis(), outbox);
        writer.start(framing, response.contentLength());
        watchWrites();
    }

    @Override
    public void sendBare(int status) {
        assert state == State.EXCHANGE && !headSent : state;
        headSent = lastRequest = refused = true;
        HeadWriter.bare(status, loop.wallMillis(), outbox);
        writer.start(BodyFraming.NONE, 0);
        end(null);
    }

    @Override
    public void sendUpgrade(Head response) {
        headSent = true;
        HeadWriter.upgrade(response, outbox);
    }

    @Override
    public int write(ByteBuffer content, int from, int to) {
        int taken = writer.write(content, from, to);
        if (taken < to - from) {
            drainWanted = true;
        }
        watchWrites();
        return taken;
    }

    private void watchWrites() {
        if (outbox.isBlocked()) {
            loop.timers().set(this, loop.nowNanos() + limits.idleNanos());
        }
    }

    @Override
    public void end(Head trailers) {
        assert headSent && !responseEnded;
        boolean passed = trailers != null && at.head.acceptsTrailers();
        writer.end(passed ? trailers : null);
        responseEnded = true;
        watchWrites();
        if (outbox.isEmpty()) {
            finishWhenDone();
        }
    }

    private void finishWhenDone() {
        if (!responseEnded || !outbox.isEmpty() || outbox.isBroken() || state != State.EXCHANGE) {
            return;                                         // broken: onBroken follows, and bytes that got lost must not look sent
        }
        loop.timers().cancel(this);
        boolean complete = at.body.state() == BodyReader.State.DONE;
        at.handler.onResponseSent();
        at.head.close();
        owner.receptions().giveBack(at);
        at = null;
        if (lastRequest || !complete) {
            if (complete && !refused && inbox.length() == 0) {
                close();                                    // nothing unread: a plain close cannot turn into a reset
            } else {
                startLinger();
            }
            return;
        }
        state = State.IDLE;
        loop.timers().set(this, loop.nowNanos() + limits.keepAliveNanos());
        queueResume();                                      // a pipelined request, or reading that was turned off
        owner.onIdle(this, true);                           // last: it may end the connection
    }

    // ---- the request's content

    @Override
    public void requestContent() {
        if (state == State.EXCHANGE) {
            if (!contentWanted && at.body.state() != BodyReader.State.DONE) {
                loop.timers().set(this, loop.nowNanos() + limits.idleNanos());
            }
            contentWanted = true;
            queueResume();
        }
    }

    @Override
    public void refuseContent() {
        contentWanted = false;
        lastRequest = refused = true;
    }

    private void queueResume() {
        if (!resumeQueued) {
            resumeQueued = true;
            loop.defer(this);
        }
    }

    @Override
    public void runDeferred() {
        resumeQueued = false;
        try {
            if (state == State.EXCHANGE && contentWanted) {
                resumeContent();
            } else if (state == State.IDLE) {
                if (inbox.length() > 0) {
                    parseRequest();
                    settleInbox();
                }
                if (state == State.IDLE || state == State.HEAD || state == State.EXCHANGE) {
                    transport.reading(true);
                }
            }
        } catch (IOException e) {
            onFailed(e);
        }
    }

    private void resumeContent() throws IOException {
        if (at.body.state() == BodyReader.State.DONE) {
            contentEnd();
            return;
        }
        if (inbox.length() > 0) {
            passContent();
        }
        if (state == State.EXCHANGE && at.body.state() != BodyReader.State.DONE && !at.body.isBlocked()) {
            pull(READS_PER_EVENT);
        }
        settleInbox();
        if (state == State.EXCHANGE && !at.body.isBlocked()) {
            transport.reading(true);
        }
    }

    // ---- the end

    /** RFC 9112 §9.6: our direction ends, what still comes is read for a while, else a reset would eat the response. */
    private void startLinger() {
        inbox.close();
        outbox.close();
        if (inbox.hasEnded()) {
            close();
            return;
        }
        state = State.LINGER;
        lingerBytes = 0;
        try {
            transport.shutdownOutput();
            transport.reading(true);
            loop.timers().set(this, loop.nowNanos() + LINGER_NANOS);
        } catch (IOException e) {
            close();
        }
    }

    private void linger() throws IOException {
        int n = inbox.fill(transport, false);
        lingerBytes += Math.max(0, n);
        inbox.close();
        if (n < 0 || lingerBytes > LINGER_BYTES_MAX) {
            close();
        }
    }

    /**
     * Ends the connection unless a request is running or has come already: that one's response ends it. Not while the loop serves
     * an event of this connection.
     *
     * @param freshNanos how long one that had no request yet may still begin its first: whoever connects means to ask at once, and
     *                   would be told by a reset that nobody listens here
     */
    public void drain(long freshNanos) {
        if (state != State.IDLE || inbox.length() > 0) {
            return;
        }
        try {
            readRequest();
        } catch (IOException e) {
            onFailed(e);
        }
        if (state != State.IDLE) {
            return;
        }
        long latest = loop.nowNanos() + freshNanos;
        if (!fresh) {
            close();
        } else if (deadlineNanos() - latest > 0) {
            loop.timers().set(this, latest);
        }
    }

    /** Ends the connection whatever is running. On the loop. */
    public void cut(String reason) {
        if (state == State.TUNNEL) {
            at.handler.onClientGone(reason);
        } else {
            transport.abort();
            gone(reason);
        }
    }

    @Override
    public void abort() {
        if (state != State.CLOSED) {
            transport.abort();
            close();
            closeHead();
        }
    }

    private void closeHead() {
        if (at != null) {
            at.head.close();
        }
    }

    private void close() {
        if (state == State.CLOSED) {
            return;
        }
        boolean wasIdle = state == State.IDLE;
        state = State.CLOSED;
        loop.timers().cancel(this);
        inbox.close();
        outbox.close();
        transport.close();
        if (wasIdle) {
            owner.onIdle(this, false);
        }
        owner.onClosed(this);
    }

    @Override
    public Transport takeOver(Inbox rest) {
        outbox.flushNow();
        if (!outbox.isEmpty() || outbox.isBroken()) {
            return null;                                    // a client that does not even take the 101
        }
        state = State.TUNNEL;
        loop.timers().cancel(this);
        inbox.moveTo(rest);
        return transport;
    }

    @Override
    public void released() {
        assert state == State.TUNNEL;
        state = State.CLOSED;
        at.head.close();
        owner.onClosed(this);
    }

    // ---- figures

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public InetSocketAddress peer() {
        return transport.peer();
    }

    @Override
    public byte[] peerBytes() {
        if (peerBytes == null) {
            peerBytes = ClientStream.super.peerBytes();
        }
        return peerBytes;
    }

    @Override
    public byte[] peerText() {
        if (peerText == null) {
            peerText = ClientStream.super.peerText();
        }
        return peerText;
    }

    @Override
    public InetSocketAddress local() {
        return transport.local();
    }

    @Override
    public Protection protection() {
        return transport.protection();
    }

    @Override
    public ProxyHeader proxyHeader() {
        return transport.proxyHeader();
    }

    @Override
    public int versionMinor() {
        return at == null ? 1 : at.head.versionMinor();
    }

    @Override
    public long bytesSent() {
        return outbox.bytesSent() - sentBefore;
    }
}
