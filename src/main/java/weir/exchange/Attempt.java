package weir.exchange;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import weir.buffer.Scan;
import weir.http.BodyFraming;
import weir.http.ClientStream;
import weir.http.Head;
import weir.http.Method;
import weir.http.OriginStream;
import weir.http.ResponseHandler;
import weir.net.EventLoop;
import weir.net.Inbox;
import weir.net.Transport;
import weir.upstream.Origin;
import weir.upstream.OriginResult;
import weir.upstream.Pool;

/**
 * The origin's side of an exchange: picks a server, sends the request, tries another one where that is safe.
 *
 * <p>Safe means (RFC 9110 §9.2.2): nothing was sent, or the method is idempotent and no byte of the content was taken from the
 * client yet. A kept connection that turns out dead says nothing about its server: the request goes once more to the same
 * server on a fresh connection, and that counts as no try.
 */
final class Attempt implements ResponseHandler {
    private final Exchange exchange;
    private final ClientStream client;
    private final EventLoop loop;
    private final List<Origin> tried = new ArrayList<>(4);

    private Pool pool;
    private Origin origin;
    private OriginStream stream;
    private boolean sent;
    private boolean contentTaken;
    private boolean requestEnded;
    private boolean reuse;
    private int tries;
    private long beginNanos;

    Attempt(Exchange exchange, ClientStream client) {
        this.exchange = exchange;
        this.client = client;
        this.loop = client.loop();
    }

    void reset() {
        assert stream == null;
        tried.clear();
        pool = null;
        origin = null;
        sent = contentTaken = requestEnded = false;
        reuse = true;
        tries = 0;
    }

    /** The request has been sent to its end. */
    boolean requestEnded() {
        return requestEnded;
    }

    Origin origin() {
        return origin;
    }

    int tries() {
        return tries;
    }

    // ---- the request

    void start(Target.ToPools target) {
        pool = choose(target.shares());
        next(null, 503, null);
    }

    /** By weight; the exact share matters less than that no state is shared. */
    private Pool choose(List<Target.Share> shares) {
        if (shares.size() == 1) {
            return shares.get(0).pool();
        }
        int sum = 0;
        for (int i = 0; i < shares.size(); i++) {
            sum += shares.get(i).weight();
        }
        int dice = ThreadLocalRandom.current().nextInt(sum);
        int i = 0;
        while ((dice -= shares.get(i).weight()) >= 0) {
            i++;
        }
        return shares.get(i).pool();
    }

    /**
     * Asks the next server.
     *
     * @param same this one once more, or null
     * @param status the answer if there is none
     * @param reason for the log then; null for that there was none from the start
     */
    private void next(Origin same, int status, String reason) {
        Origin chosen = same != null ? same : pool.pick(loop, tried, 0);
        if (chosen == null) {
            exchange.answer(status, reason != null ? reason : "no-origin: none of pool " + pool.settings().name() + " has an address");
            return;
        }
        origin = chosen;
        if (same == null) {
            tries++;
            tried.add(chosen);
        }
        sent = false;
        beginNanos = loop.nowNanos();
        try {
            stream = pool.begin(loop, chosen, this, reuse, !couldBeSentTwice());
        } catch (IOException e) {
            loop.journal().warnAtMostOncePerSecond("connect", "no connection to " + chosen.name() + ": " + e.getMessage());
            failed(OriginFailure.CONNECT, "origin-unreachable: " + e.getMessage(), false);
            return;
        }
        if (stream.isReady()) {
            onReady();
        }
    }

    @Override
    public void onReady() {
        if (!stream.isReused()) {
            pool.connected(loop, loop.nowNanos() - beginNanos);
        }
        Head request = exchange.request();
        if (request.framing() == BodyFraming.CHUNKED && origin.speaksHttp10()) {
            abort();
            exchange.answer(411, "length-required: the origin speaks HTTP/1.0");
            return;
        }
        long response = exchange.route().limits().responseNanos();
        if (exchange.route().originHost() != null && !OriginHost.set(request, exchange.route().originHost(), origin)) {
            abort();
            exchange.answer(503, "memory");
            return;
        }
        sent = true;
        stream.send(request, response > 0 ? response : pool.settings().responseNanos(), pool.settings().idleNanos());
        if (request.framing() == BodyFraming.NONE || requestEnded) {
            requestEnded = true;
            stream.endRequest(null);
        } else {
            client.requestContent();
        }
    }

    /** Content is not kept: once some of it has been taken, even an idempotent request cannot be repeated. */
    private boolean couldBeSentTwice() {
        Head request = exchange.request();
        return request.method().isIdempotent() && request.framing() == BodyFraming.NONE;
    }

    int content(ByteBuffer content, int from, int to) {
        if (stream == null || !sent) {
            return stream == null && exchange.isResponding() ? to - from : 0;
        }
        contentTaken = true;
        return stream.write(content, from, to);
    }

    void contentEnd() {
        requestEnded = true;
        if (stream != null && sent) {
            stream.endRequest(null);
        }
    }

    @Override
    public void onOriginDrained() {
        client.requestContent();
    }

    // ---- the response

    @Override
    public void onInterim(Head head) {
        client.sendInterim(head);
    }

    @Override
    public void onResponse(Head head) {
        origin.spoke(head.versionMinor());
        pool.answered(loop, origin, loop.nowNanos() - beginNanos);
        if (head.status() == 101) {
            upgrade(head);
        } else {
            exchange.respond(head);
        }
    }

    private void upgrade(Head head) {
        if (isOffered(head)) {
            exchange.upgraded(head);
        } else {
            OriginStream bogus = stream;
            release(null, OriginResult.MALFORMED);
            bogus.abort();
            exchange.answer(502, "malformed: 101 with a token that was not offered");
        }
    }

    private boolean isOffered(Head head) {
        Head request = exchange.request();
        byte[] offered = new byte[request.upgradeTo() - request.upgradeFrom()];
        for (int i = 0; i < offered.length; i++) {
            byte b = request.bytes().get(request.at(request.upgradeFrom() + i));
            offered[i] = b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
        }
        return offered.length > 0
                && Scan.equalsIgnoreCase(head.bytes(), head.at(head.upgradeFrom()), head.at(head.upgradeTo()), offered);
    }

    @Override
    public int onResponseContent(ByteBuffer content, int from, int to) {
        return exchange.respondContent(content, from, to);
    }

    @Override
    public void onResponseEnd(Head trailers, boolean reusable) {
        OriginStream done = stream;
        stream = null;
        if (exchange.isResponding()) {
            exchange.respondEnd(trailers, requestEnded);
        }
        // Only now: a pool that keeps no more connections closes this one, and with it the buffer that holds the trailers.
        pool.end(loop, origin, reusable ? done : null, OriginResult.OK);
    }

    /** The client takes bytes again. */
    void drained() {
        if (stream != null) {
            stream.responseContent();
        }
    }

    // ---- failure

    @Override
    public void onOriginFailed(OriginFailure failure, String reason) {
        boolean stale = stream.isReused() && failure == OriginFailure.RESET;
        boolean nothingSent = !sent || !stream.hasSent();
        release(null, stale ? OriginResult.STALE : result(failure));
        if (exchange.isResponding()) {
            exchange.truncated(reason);
            return;
        }
        if (stale && isSafe(failure, nothingSent)) {
            reuse = false;
            pool.retried(loop, OriginResult.STALE.label());
            next(origin, 502, reason);
            return;
        }
        failed(failure, reason, nothingSent);
    }

    private boolean isSafe(OriginFailure failure, boolean nothingSent) {
        Method method = exchange.request().method();
        boolean held = !contentTaken;
        return switch (failure) {
            case CONNECT, CONNECT_TIMEOUT, TLS -> held;
            case RESET -> held && (nothingSent || method.isIdempotent());
            case MALFORMED, HEAD_TIMEOUT -> held && method.isSafe();
            case TRUNCATED, MEMORY -> false;
        };
    }

    private void failed(OriginFailure failure, String reason, boolean nothingSent) {
        boolean connecting = failure == OriginFailure.CONNECT || failure == OriginFailure.CONNECT_TIMEOUT || failure == OriginFailure.TLS;
        int status = switch (failure) {
            case CONNECT_TIMEOUT, HEAD_TIMEOUT -> 504;
            case MEMORY -> 503;
            case CONNECT, TLS, RESET, MALFORMED, TRUNCATED -> 502;
        };
        if (tries < pool.settings().retry().triesMax() && isSafe(failure, connecting || nothingSent)) {
            reuse = false;                                   // whatever broke may have broken the kept ones too
            pool.retried(loop, result(failure).label());
            next(null, status, reason);
        } else {
            exchange.answer(status, reason);
        }
    }

    private static OriginResult result(OriginFailure failure) {
        return switch (failure) {
            case CONNECT -> OriginResult.CONNECT;
            case CONNECT_TIMEOUT, HEAD_TIMEOUT -> OriginResult.TIMEOUT;
            case TLS -> OriginResult.TLS;
            case RESET -> OriginResult.RESET;
            case MALFORMED -> OriginResult.MALFORMED;
            case TRUNCATED -> OriginResult.TRUNCATED;
            case MEMORY -> OriginResult.ABORTED;
        };
    }

    private void release(OriginStream reusable, OriginResult result) {
        stream = null;
        pool.end(loop, origin, reusable, result);
    }

    /** The request is given up: its connection is closed. */
    void abort() {
        if (stream != null) {
            OriginStream given = stream;
            release(null, OriginResult.ABORTED);
            given.abort();
        }
    }

    Transport takeOver(Inbox rest) {
        return stream.takeOver(rest);
    }

    void tunnelEnded() {
        if (stream != null) {
            release(null, OriginResult.OK);
        }
    }
}
