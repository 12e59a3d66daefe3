package weir.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import weir.http.BodyFraming;
import weir.http.ClientStream;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.Method;
import weir.http.RequestHandler;
import weir.http.Status;
import weir.net.EventLoop;
import weir.net.Inbox;
import weir.tunnel.Tunnel;
import weir.upstream.Origin;
import weir.upstream.Pool;

/**
 * One request and its response. Hangs on the client's stream and is used for its requests one after the other.
 *
 * <pre>
 *   IDLE -request-> FILTERS -to a pool-> FORWARDING -response head-> RESPONDING -sent-> IDLE
 *                   FILTERS -answered here-> RESPONDING              RESPONDING -101-> TUNNEL -> IDLE
 *   any -client gone, response cut-> IDLE
 * </pre>
 *
 * {@link Attempt} holds the origin's side. One loop's. Allocates nothing for a request that is passed on.
 */
public final class Exchange implements RequestHandler {
    enum State { IDLE, FILTERS, FORWARDING, RESPONDING, TUNNEL }

    private static final byte[] TEXT_PLAIN = ascii("text/plain; charset=utf-8");
    private static final byte[] SERVER = ascii("weir");
    private static final byte[] RETRY_AFTER = ascii("1");
    private static final byte[] EMPTY = new byte[0];
    private static final byte[][] REASONS = new byte[600][];
    private static final byte[][] TEXTS = new byte[600][];
    private static final int LOCAL_PIECE_BYTES = 64 << 10;

    static {
        for (int status = 100; status < 600; status++) {
            REASONS[status] = ascii(Status.reason(status));
            TEXTS[status] = ascii(status + " " + Status.reason(status) + "\n");
        }
    }

    private final ClientStream client;
    private final EventLoop loop;
    private final Supplier<Service> services;
    private final Attempt attempt;
    private final Head local = new Head();

    private byte[] peerBytes;
    private byte[] peerText;
    private State state = State.IDLE;
    private Service service;
    private Head request;
    private Head response;
    private Route route = Route.NONE;
    private int pathFlags;
    private int nextFilter;
    private boolean suspended;
    private long suspension;             // the number of the wait that runs, or that comes next
    private boolean answered;            // by weir itself
    private ByteBuffer localBody;
    private int localAt;
    private Content content;             // from nearer than an origin; null for none
    private String source;
    private Exchange inner;              // asked the origin in place of this one; null for none
    private Object note;
    private Conversions conversions;     // of the response's content; made when they are first needed
    private int codings;

    private int status;
    private String end = "ok";
    private long startNanos;
    private long headNanos;
    private long contentReceived;
    private long contentSent;
    private long tunnelBytes;
    private Tunnel tunnel;

    /** @param services the listener's, as of now; asked once for each request */
    public Exchange(ClientStream client, Supplier<Service> services) {
        this.client = client;
        this.loop = client.loop();
        this.services = services;
        this.attempt = new Attempt(this, client);
    }

    // ---- the request

    @Override
    public void onRequest(Head head) {
        begin(head);
        if (!head.keep(loop.pool())) {
            refuseForMemory();
            return;
        }
        if (head.method() == Method.CONNECT) {
            refuse(501, "connect-not-offered");          // what follows may be meant for a tunnel
            return;
        }
        pathFlags = RequestPath.normalise(head);
        if (pathFlags < 0) {
            refuse(pathFlags == RequestPath.BAD ? 400 : 503, pathFlags == RequestPath.BAD ? "malformed: path" : "memory");
            return;
        }
        if (MaxForwards.isFinal(this)) {
            return;
        }
        route = service.router().route(this);
        state = State.FILTERS;
        runFilters();
    }

    private void begin(Head head) {
        assert state == State.IDLE : state;
        request = head;
        response = null;
        service = services.get();
        route = Route.NONE;
        nextFilter = 0;
        suspension++;
        suspended = answered = false;
        status = 0;
        end = "ok";
        startNanos = loop.nowNanos();
        headNanos = 0;
        contentReceived = contentSent = tunnelBytes = 0;
        localBody = null;
        source = null;
        inner = null;
        note = null;
        codings = 0;
        attempt.reset();
        state = State.FILTERS;
    }

    private void runFilters() {
        Filter[] filters = route.filters();
        while (nextFilter < filters.length) {
            switch (filters[nextFilter++].onRequest(this)) {
                case NEXT -> { }
                case ANSWERED -> {
                    return;
                }
                case SUSPENDED -> {
                    suspended = true;
                    return;
                }
            }
        }
        toTarget();
    }

    /**
     * For a filter that will answer {@link Verdict#SUSPENDED}: the name of this wait. What the filter waits for may come when the
     * client is gone and the exchange has gone on to another request, which waits for something of its own: that one has another name.
     */
    public long suspension() {
        return suspension;
    }

    /** Whether this wait still lasts: the filter may answer in its place. On the exchange's loop. */
    public boolean isSuspended(long wait) {
        return suspended && wait == suspension && state == State.FILTERS;
    }

    /** Goes on behind the filter that answered {@link Verdict#SUSPENDED}, if this wait still lasts. On the exchange's loop. */
    public void resume(long wait) {
        if (isSuspended(wait)) {
            suspended = false;
            suspension++;
            runFilters();
        }
    }

    private void toTarget() {
        if (request.wantsUpgrade()) {
            if (request.framing() == BodyFraming.NONE) {
                route.narrowUpgrade(request);
            } else {
                request.upgrade(0, 0);                       // an upgrade that waits for a body first: nobody does that
            }
        }
        if (request.framing() == BodyFraming.LENGTH && request.contentLength() > route.limits().bodyBytesMax()) {
            answer(413, "body-too-large");
        } else if (route.target() instanceof Target.Local here) {
            here.answer().answer(this);
        } else {
            state = State.FORWARDING;
            attempt.start((Target.ToPools) route.target());
        }
    }

    @Override
    public void onMalformed(Head head, int badStatus, String reason) {
        if (state == State.IDLE) {
            begin(head);
            if (!head.keep(loop.pool())) {
                refuseForMemory();
                return;
            }
        }
        if (answered) {
            return;                                          // on its way already, and the connection ends with it
        }
        if (state == State.RESPONDING || state == State.TUNNEL) {
            cutClient(reason);
        } else {
            attempt.abort();
            refuse(badStatus, reason);
        }
    }

    @Override
    public int onContent(ByteBuffer content, int from, int to) {
        int length = to - from;
        if (answered) {
            return length;                                   // the connection ends with the answer: nobody reads this
        }
        if (contentReceived + length > route.limits().bodyBytesMax()) {
            attempt.abort();
            if (state == State.RESPONDING) {
                cutClient("body-too-large");
            } else {
                answer(413, "body-too-large");
            }
            return length;
        }
        int taken = attempt.content(content, from, to);
        contentReceived += taken;
        return taken;
    }

    @Override
    public void onContentEnd(Head trailers) {
        attempt.contentEnd();
    }

    // ---- the response: from an origin

    /** The final response's head has come. */
    void respond(Head head) {
        state = State.RESPONDING;
        status = head.status();
        headNanos = loop.nowNanos();
        if (!runResponseFilters(head)) {
            attempt.abort();
            refuseForMemory();
            return;
        }
        client.sendHead(head, !attempt.requestEnded());      // RFC 9112 §9.6: an upload that is not done may never be read
        response = null;
    }

    int respondContent(ByteBuffer bytes, int from, int to) {
        return isConverting() ? conversions.put(bytes, from, to) : send(bytes, from, to);
    }

    /** Offers the client what it shall see. */
    int send(ByteBuffer bytes, int from, int to) {
        int taken = client.write(bytes, from, to);
        contentSent += taken;
        return taken;
    }

    /** The client has been offered all that it shall see. */
    void endContent(Head trailers) {
        client.end(trailers);
    }

    private boolean isConverting() {
        return conversions != null && conversions.isActive();
    }

    private void respondedAll(Head trailers) {
        if (isConverting()) {
            conversions.end(trailers);
        } else {
            client.end(trailers);
        }
    }

    /**
     * For a response filter: the content goes through this on its way to the client, and behind what filters before gave. How long it
     * will be nobody knows then, and the head says so; what else it says of the content is the filter's to change.
     *
     * @param conversion the exchange's from here on
     */
    public void convert(Conversion conversion) {
        assert response.framing() != BodyFraming.NONE : "no content to convert";
        if (conversions == null) {
            conversions = new Conversions(this);
        }
        conversions.add(conversion);
        response.framing(BodyFraming.CHUNKED, -1);
    }

    void respondEnd(Head trailers, boolean requestComplete) {
        if (!requestComplete) {
            client.refuseContent();
        }
        respondedAll(trailers);
    }

    /** The response broke off after its head was sent: the client must not take it for complete. */
    void truncated(String reason) {
        cutClient(reason);
    }

    private boolean runResponseFilters(Head head) {
        return runResponseFilters(head, nextFilter);
    }

    /** @param count only so many filters, from the left */
    private boolean runResponseFilters(Head head, int count) {
        response = head;
        if (route.editsResponse()) {
            if (!head.keep(loop.pool())) {
                return false;
            }
            Filter[] filters = route.filters();
            for (int i = Math.min(count, filters.length) - 1; i >= 0; i--) {
                filters[i].onResponse(this);
            }
        }
        return true;
    }

    @Override
    public void onClientDrained() {
        if (isConverting() && !conversions.drained()) {
            return;                                          // still full, or at the end
        }
        if (localBody != null) {
            sendLocalBody();
        } else if (content != null) {
            content.pull(this);
        } else {
            attempt.drained();
        }
    }

    // ---- the response: made here

    /** Answers a request that nobody should have sent, and ends the connection with that. */
    void refuse(int answerStatus, String reason) {
        client.refuseContent();
        answer(answerStatus, reason);
    }

    /** Answers with the standard text of a status. @param reason for the log, a constant or a short text */
    public void answer(int answerStatus, String reason) {
        boolean bodiless = answerStatus < 200 || answerStatus == 204 || answerStatus == 304;
        answer(answerStatus, reason, TEXT_PLAIN, bodiless ? EMPTY : TEXTS[answerStatus], null, EMPTY);
    }

    /**
     * Answers the request here; it does not go to an origin. Not after a response has begun.
     *
     * @param contentType of the body; empty for none
     * @param extra another field line, or null
     */
    public void answer(int answerStatus, String reason, byte[] contentType, byte[] body, FieldName extra, byte[] extraValue) {
        assert state != State.IDLE && state != State.RESPONDING : state;
        status = answerStatus;
        end = reason;
        answered = true;
        suspended = false;
        if (!local.startAnswer(loop.pool(), answerStatus, REASONS[answerStatus]) || !fill(contentType, body, extra, extraValue)
                || !runResponseFilters(local)) {
            local.close();
            refuseForMemory();
            return;
        }
        state = State.RESPONDING;
        headNanos = loop.nowNanos();
        if (request.framing() != BodyFraming.NONE) {
            client.refuseContent();
        }
        client.sendHead(local, false);
        local.close();
        response = null;
        if (local.framing() != BodyFraming.NONE && body.length > 0) {
            localBody = ByteBuffer.wrap(body);
            localAt = 0;
            sendLocalBody();
        } else {
            respondedAll(null);
        }
    }

    /** 503 at once, and when to come again (RFC 9110 §10.2.3). */
    void unavailable(String reason) {
        answer(503, reason, TEXT_PLAIN, TEXTS[503], FieldName.RETRY_AFTER, RETRY_AFTER);
    }

    private boolean fill(byte[] contentType, byte[] body, FieldName extra, byte[] extraValue) {
        boolean head = request.method() == Method.HEAD;
        boolean bodiless = status < 200 || status == 204 || status == 304;
        local.framing(head || bodiless ? BodyFraming.NONE : BodyFraming.LENGTH, bodiless ? -1 : body.length);
        return local.add(FieldName.SERVER, SERVER)
                && (body.length == 0 || local.add(FieldName.CONTENT_TYPE, contentType))
                && (extra == null || local.add(extra, extraValue));
    }

    private void sendLocalBody() {
        while (localAt < localBody.capacity()) {
            int to = Math.min(localBody.capacity(), localAt + LOCAL_PIECE_BYTES);
            localAt += respondContent(localBody, localAt, to);
            if (localBody == null || localAt < to) {
                return;                                      // cut; or onClientDrained goes on
            }
        }
        localBody = null;
        respondedAll(null);
    }

    // ---- the response: from nearer than an origin

    /**
     * For a filter, when it is asked or while its wait lasts: answers with this response; the filters left of it see it as any other.
     *
     * @param head kept; the caller closes it afterwards
     * @param from its content, which is the exchange's from here on; null for none
     * @param reason as {@link #end}
     */
    public void answer(Head head, Content from, String reason) {
        assert state == State.FILTERS : state;
        status = head.status();
        end = reason;
        answered = true;
        suspended = false;
        content = from;
        if (!runResponseFilters(head, nextFilter - 1)) {
            refuseForMemory();
            return;
        }
        state = State.RESPONDING;
        headNanos = loop.nowNanos();
        if (request.framing() != BodyFraming.NONE) {
            client.refuseContent();
        }
        client.sendHead(head, false);
        response = null;
        if (from == null) {
            respondedAll(null);
        } else if (content != null) {                        // else the client was found gone
            from.pull(this);
        }
    }

    /** For {@link Content}: offers bytes to the client. @return how many were taken; less than offered: a pull follows */
    public int write(ByteBuffer bytes, int from, int to) {
        return respondContent(bytes, from, to);
    }

    /** For {@link Content}: that was all. @param trailers the trailer section, or null */
    public void contentEnd(Head trailers) {
        respondedAll(trailers);
    }

    /** For {@link Content}: there will be no more, and this was not all. The client must not take it for complete. */
    public void contentBroken(String reason) {
        cutClient(reason);
    }

    /**
     * For a filter that answers, or that found out that it cannot: what the log says of it.
     *
     * @param how a constant
     * @param asked what asked the origin in place of this exchange; null when nobody did
     */
    public void source(String how, Exchange asked) {
        source = how;
        inner = asked;
    }

    /** What a filter said of where the response came from; null when none did. */
    public String source() {
        return source;
    }

    /** For a filter: what its {@link Filter#onResponse} has to know of the request as its {@link Filter#onRequest} saw it, before others wrote it anew. */
    public void note(Object what) {
        assert note == null : "one filter's only";
        note = what;
    }

    /** What a filter has noted; null when none has. */
    public Object note() {
        return note;
    }

    private void refuseForMemory() {
        loop.journal().warnAtMostOncePerSecond("memory", "server.memory is used up: a request gets 503");
        status = 503;
        end = "memory";
        answered = true;
        state = State.RESPONDING;
        closeConversions();
        client.sendBare(503);
    }

    // ---- upgrade

    /** The origin has switched protocols (RFC 9110 §7.8). */
    void upgraded(Head head) {
        status = 101;
        headNanos = loop.nowNanos();
        response = head;
        client.sendUpgrade(head);
        response = null;
        Inbox fromClient = new Inbox(loop);
        Inbox fromOrigin = new Inbox(loop);
        var clientSide = client.takeOver(fromClient);
        if (clientSide == null) {
            attempt.abort();
            cutClient("client-gone: 101 not taken");
            return;
        }
        state = State.TUNNEL;
        tunnel = new Tunnel(loop, clientSide, fromClient, attempt.takeOver(fromOrigin), fromOrigin,
                route.limits().tunnelIdleNanos(), this::tunnelEnd);
        tunnel.start();
    }

    private void tunnelEnd(String reason, long clientBytes, long originBytes) {
        tunnel = null;
        end = reason;
        contentReceived = clientBytes;
        contentSent = tunnelBytes = originBytes;
        attempt.tunnelEnded();
        finish();
        client.released();
    }

    // ---- the end

    @Override
    public void onClientGone(String reason) {
        if (state == State.TUNNEL) {
            tunnel.cut(reason);
        } else if (state != State.IDLE) {
            end = reason;
            if (status == 0) {
                status = 499;                                // the log's way to say that nobody waited; never sent
            }
            attempt.abort();
            finish();
        }
    }

    @Override
    public void onResponseSent() {
        attempt.abort();                                     // a request that was not read to its end
        finish();
    }

    private void cutClient(String reason) {
        end = reason;
        attempt.abort();
        finish();
        client.abort();
    }

    private void finish() {
        state = State.IDLE;
        localBody = null;
        closeConversions();
        if (content != null) {
            content.close();
            content = null;
        }
        for (int i = 0; i < service.observers().size(); i++) {
            service.observers().get(i).onEnd(this);
        }
    }

    private void closeConversions() {
        if (conversions != null) {
            conversions.close();
        }
    }

    // ---- what filters and observers see

    /** The raw address of the client's side of the connection: 4 or 16 bytes; not to be changed. */
    public byte[] peerBytes() {
        if (peerBytes == null) {
            peerBytes = client.peer().getAddress().getAddress();
        }
        return peerBytes;
    }

    /** The same as text, without port; not to be changed. */
    public byte[] peerText() {
        if (peerText == null) {
            String text = client.peer().getAddress().getHostAddress();
            int zone = text.indexOf('%');
            peerText = ascii(zone < 0 ? text : text.substring(0, zone));
        }
        return peerText;
    }

    public EventLoop loop() {
        return loop;
    }

    public ClientStream client() {
        return client;
    }

    /** Kept: may be edited by request filters. Possibly incomplete when the request was malformed. */
    public Head request() {
        return request;
    }

    /** What {@link weir.http.PathForm#scan} says of the request's path, which is in normal form. */
    public int pathFlags() {
        return pathFlags;
    }

    /** In a response filter: kept, may be edited. */
    public Head response() {
        return response;
    }

    public Route route() {
        return route;
    }

    /** For a filter that reads Accept-Encoding before others edit the request: what it made of it, in bits of its own. */
    public void codings(int accepted) {
        codings = accepted;
    }

    /** The same; 0 when no filter has read it. */
    public int codings() {
        return codings;
    }

    /** The status that was sent, 499 when the client was gone before one was. */
    public int status() {
        return status;
    }

    /** How the exchange ended: {@code ok}, or what went wrong. */
    public String end() {
        return end;
    }

    void end(String reason) {
        end = reason;
    }

    boolean isForwarding() {
        return state == State.FORWARDING;
    }

    boolean isResponding() {
        return state == State.RESPONDING;
    }

    /** From the end of the request's head to now. */
    public long durationNanos() {
        return loop.nowNanos() - startNanos;
    }

    /** From the end of the request's head to that of the response's; 0 when there was none. */
    public long headNanos() {
        return headNanos == 0 ? 0 : headNanos - startNanos;
    }

    /** Bytes of content that were passed on to the client, without framing. */
    public long contentSent() {
        return contentSent;
    }

    /** Bytes of content that came from the client, without framing. */
    public long contentReceived() {
        return contentReceived;
    }

    /** Bytes on the wire to the client: head, framing and content. */
    public long bytesSent() {
        return client.bytesSent() + tunnelBytes;
    }

    /** The server that was asked last, or null when none was. */
    public Origin origin() {
        return inner != null ? inner.origin() : attempt.origin();
    }

    /** In a response filter: the Set-Cookie that keeps the client with the server that answers; null when there is to be none. */
    public byte[] stickyCookie() {
        return inner != null ? inner.stickyCookie() : attempt.stickyCookie();
    }

    /** The pool that the request went to, or null when it went to none. */
    public Pool pool() {
        return inner != null ? inner.pool() : attempt.pool();
    }

    /** How many servers were asked. */
    public int tries() {
        return inner != null ? inner.tries() : attempt.tries();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
