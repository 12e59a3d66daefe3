package weir.exchange;

import java.nio.ByteBuffer;
import java.util.function.Supplier;
import weir.http.BodyFraming;
import weir.http.ClientStream;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.Method;
import weir.http.RequestHandler;
import weir.net.EventLoop;
import weir.net.Inbox;
import weir.tunnel.Tunnel;
import weir.upstream.Origin;
import weir.upstream.Pool;

/**
 * One request and its response. Hangs on a client's stream, and is used for requests one after the other, also of other clients.
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

    private final EventLoop loop;
    private final Supplier<Service> services;
    private final Chain chain = new Chain(this);
    private final Figures figures;
    private final Attempt attempt;
    private final Response response;
    private final LocalResponse local;

    private ClientStream client;
    private State state = State.IDLE;
    private Service service;
    private Head request;
    private Route route = Route.NONE;
    private int pathFlags;
    private boolean answered;            // by weir itself
    private String source;
    private Exchange inner;              // asked the origin in place of this one; null for none
    private Object note;
    private int codings;

    private String end = "ok";
    private Tunnel tunnel;

    /** @param services the listener's, as of now; asked once for each request */
    public Exchange(EventLoop loop, Supplier<Service> services) {
        this.loop = loop;
        this.services = services;
        figures = new Figures(this);
        attempt = new Attempt(this);
        response = new Response(this, chain, figures);
        local = new LocalResponse(loop.pool());
    }

    /** For this client alone. */
    public Exchange(ClientStream client, Supplier<Service> services) {
        this(client.loop(), services);
        serve(client);
    }

    @Override
    public void serve(ClientStream stream) {
        assert state == State.IDLE : state;
        client = stream;
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
        chain.start(route);
        state = State.FILTERS;
        runFilters();
    }

    private void begin(Head head) {
        assert state == State.IDLE : state;
        request = head;
        response.reset();
        service = services.get();
        route = Route.NONE;
        chain.start(route);
        answered = false;
        end = "ok";
        figures.start();
        source = null;
        inner = null;
        note = null;
        codings = 0;
        attempt.reset();
        state = State.FILTERS;
    }

    private void runFilters() {
        if (chain.request()) {
            toTarget();
        }
    }

    /**
     * For a filter that will answer {@link Verdict#SUSPENDED}: the name of this wait. What the filter waits for may come when the
     * client is gone and the exchange has gone on to another request, which waits for something of its own: that one has another name.
     */
    public long suspension() {
        return chain.suspension();
    }

    /** Whether this wait still lasts: the filter may answer in its place. On the exchange's loop. */
    public boolean isSuspended(long wait) {
        return state == State.FILTERS && chain.isSuspended(wait);
    }

    /** Goes on behind the filter that answered {@link Verdict#SUSPENDED}, if this wait still lasts. On the exchange's loop. */
    public void resume(long wait) {
        if (isSuspended(wait)) {
            chain.resume();
            runFilters();
        }
    }

    private void toTarget() {
        if (request.wantsUpgrade()) {
            route.narrowUpgrade(request);
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
            contentBroken(reason);
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
        if (figures.contentReceived() + length > route.limits().bodyBytesMax()) {
            attempt.abort();
            if (state == State.RESPONDING) {
                contentBroken("body-too-large");
            } else {
                answer(413, "body-too-large");
            }
            return length;
        }
        int taken = attempt.content(content, from, to);
        figures.receive(taken);
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
        if (!response.filter(head, null, true)) {
            attempt.abort();
            refuseForMemory();
            return;
        }
        response.send(head, !attempt.requestEnded());        // RFC 9112 §9.6: an upload that is not done may never be read
    }

    /**
     * For a response filter: the content goes through this on its way to the client, and behind what filters before gave. How long it
     * will be nobody knows then, and the head says so; what else it says of the content is the filter's to change.
     *
     * @param conversion the exchange's from here on
     */
    public void convert(Conversion conversion) {
        response.convert(conversion);
    }

    @Override
    public void onClientDrained() {
        if (response.drained()) {
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
        answer(answerStatus, reason, LocalResponse.TEXT_PLAIN, LocalResponse.text(answerStatus), null, LocalResponse.NOTHING);
    }

    /**
     * Answers the request here; it does not go to an origin. Not after a response has begun.
     *
     * @param contentType of the body; empty for none
     * @param extra another field line, or null
     */
    public void answer(int answerStatus, String reason, byte[] contentType, byte[] body, FieldName extra, byte[] extraValue) {
        assert state != State.IDLE && state != State.RESPONDING : state;
        boolean begun = local.start(request.method(), answerStatus, contentType, body, extra, extraValue);
        Content content = begun && local.hasContent() ? local : null;
        begun = begun && begin(local.head(), content, reason, true);
        local.head().close();
        goOn(begun, content);
    }

    /** 503 at once, and when to come again (RFC 9110 §10.2.3). */
    void unavailable(String reason) {
        answer(503, reason, LocalResponse.TEXT_PLAIN, LocalResponse.text(503), FieldName.RETRY_AFTER, LocalResponse.SECONDS_LATER);
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
        goOn(begin(head, from, reason, false), from);
    }

    /** @param withAnswering also by the filter that answers @return whether the head went out */
    private boolean begin(Head head, Content content, String reason, boolean withAnswering) {
        end = reason;
        answered = true;
        chain.answered();
        if (!response.filter(head, content, withAnswering)) {
            return false;
        }
        state = State.RESPONDING;
        if (request.framing() != BodyFraming.NONE) {
            client.refuseContent();
        }
        response.send(head, false);
        return true;
    }

    private void goOn(boolean begun, Content content) {
        if (begun) {
            response.pull(content);
        } else {
            refuseForMemory();
        }
    }

    /** For {@link Content}: offers bytes to the client. @return how many were taken; less than offered: a pull follows */
    public int write(ByteBuffer bytes, int from, int to) {
        return response.write(bytes, from, to);
    }

    /** For {@link Content}: that was all. @param trailers the trailer section, or null */
    public void contentEnd(Head trailers) {
        response.end(trailers);
    }

    /** For {@link Content}: there will be no more, and this was not all. The client must not take it for complete. */
    public void contentBroken(String reason) {
        end = reason;
        attempt.abort();
        finish();
        client.abort();
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
        end = "memory";
        answered = true;
        chain.answered();
        state = State.RESPONDING;
        response.sendBare(503);
    }

    // ---- upgrade

    /** The origin has switched protocols (RFC 9110 §7.8). */
    void upgraded(Head head) {
        response.sendUpgrade(head);
        Inbox fromClient = new Inbox(loop);
        Inbox fromOrigin = new Inbox(loop);
        var clientSide = client.takeOver(fromClient);
        if (clientSide == null) {
            attempt.abort();
            contentBroken("client-gone: 101 not taken");
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
        figures.tunnel(clientBytes, originBytes);
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
            response.gone();
            attempt.abort();
            finish();
        }
    }

    @Override
    public void onResponseSent() {
        attempt.abort();                                     // a request that was not read to its end
        finish();
    }

    private void finish() {
        state = State.IDLE;
        response.close();
        for (int i = 0; i < service.observers().size(); i++) {
            service.observers().get(i).onEnd(this);
        }
    }

    // ---- what filters and observers see

    /** The raw address of the client's side of the connection: 4 or 16 bytes; not to be changed. */
    public byte[] peerBytes() {
        return client.peerBytes();
    }

    /** The same as text, without port; not to be changed. */
    public byte[] peerText() {
        return client.peerText();
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
        return response.head();
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
        return response.status();
    }

    /** How the exchange ended: {@code ok}, or what went wrong. */
    public String end() {
        return end;
    }

    /** How much it was, and how long it took. */
    public Figures figures() {
        return figures;
    }

    boolean isResponding() {
        return state == State.RESPONDING;
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
}
