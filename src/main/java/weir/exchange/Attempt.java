package weir.exchange;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import weir.buffer.Scan;
import weir.http.BodyFraming;
import weir.http.ClientStream;
import weir.http.Head;
import weir.http.Method;
import weir.http.ResponseHandler.OriginFailure;
import weir.net.EventLoop;
import weir.net.Inbox;
import weir.net.Timer;
import weir.net.Transport;
import weir.upstream.Origin;
import weir.upstream.OriginResult;
import weir.upstream.Pool;
import weir.upstream.RetrySettings;
import weir.upstream.RetrySettings.Cause;
import weir.upstream.Waiter;

/**
 * The origin's side of an exchange: picks a server, sends the request, and where that is safe asks another one: after a
 * failure, after a status that the pool gives up, or beside a slow one (hedging).
 *
 * <pre>
 *   start -picked-> TRY -response-> passed on            TRY -failed, or a status given up-> start, without the servers tried
 *   start -all full-> QUEUED -its turn-> TRY             TRY -slow-> TRY and TRY: the first response wins, the other is stopped
 * </pre>
 *
 * <p>Safe means (RFC 9110 §9.2.2): nothing was sent; or the content is still held and the method is idempotent, for a lost
 * connection, or safe, for a late, malformed or unwanted response, or the route says that the method may be repeated. A kept
 * connection that turns out dead says nothing about its server: the request goes once more to the same server on a fresh
 * connection, and that counts as no try. Tries beyond the first are bounded by the pool's budget, but for failed connections.
 */
final class Attempt extends Timer {
    /** How often a server that was picked may have no room any more, before the request waits. */
    private static final int PICKS_MAX = 3;

    private final Exchange exchange;
    private final EventLoop loop;
    private final List<Origin> tried = new ArrayList<>(4);
    private final HeldContent held;
    private final Try first;
    private Try second;                  // beside the first; made when it is first needed
    private Place place;                 // in the pool's queue; the same

    private Pool pool;
    private long key;
    private Origin stuckTo;              // the server that the client's cookie names, if it can be chosen
    private Try last;
    private Try winner;
    private boolean contentTaken;
    private boolean requestEnded;
    private boolean reuse;
    private boolean entered;
    private boolean budgeted;
    private boolean noRoom;
    private int tries;
    private int failureStatus;
    private String failureReason;

    /** Its place in the queue of a pool whose servers are full. */
    private final class Place extends Waiter {
        @Override
        protected boolean onTurn() {
            if (tryNext()) {
                return true;
            }
            if (noRoom) {
                return false;
            }
            leave();
            answerFailure();                                 // the servers that were full are gone
            return true;
        }

        @Override
        protected void onTooLate() {
            exchange.unavailable("timeout-queue: no server of pool " + pool.settings().name() + " had room in time");
        }
    }

    Attempt(Exchange exchange) {
        this.exchange = exchange;
        this.loop = exchange.loop();
        held = new HeldContent(loop.pool());
        first = new Try(this, loop);
        last = first;
    }

    void reset() {
        assert !first.isRunning() && !entered;
        tried.clear();
        pool = null;
        stuckTo = null;
        last = first;
        winner = null;
        contentTaken = requestEnded = noRoom = false;
        reuse = true;
        tries = 0;
    }

    /** The request has been sent to its end. */
    boolean requestEnded() {
        return requestEnded;
    }

    ClientStream client() {
        return exchange.client();
    }

    Pool pool() {
        return pool;
    }

    /** The server whose response is passed on, or else the one that was asked last; null when none was. */
    Origin origin() {
        return tried.isEmpty() ? null : winner != null ? winner.origin() : last.origin();
    }

    int tries() {
        return tries;
    }

    // ---- which server

    void start(Target.ToPools target) {
        pool = target.choose();
        pool.enter(loop);
        entered = true;
        Head request = exchange.request();
        held.start(mayHoldContent(request) ? pool.settings().retry().bodyBytesMax() : 0);
        if (!pool.admits(loop)) {
            exchange.unavailable("breaker-open: requests to pool " + pool.settings().name() + " failed too often");
            return;
        }
        key = pool.key(request, exchange.peerBytes());
        stuckTo = pool.stuckTo(loop, request);
        failureStatus = 503;
        failureReason = null;
        next();
    }

    /** What binds the client to the server that answers, where it is not bound yet; else null. */
    byte[] stickyCookie() {
        return winner == null || stuckTo != null ? null : winner.origin().stickyCookie();
    }

    /** Asks another server, or waits for one. */
    private void next() {
        held.rewind();
        boolean othersWait = pool.mustWait(loop, exchange.route().limits().queueClass());
        if (!othersWait && tryNext()) {
            return;
        }
        if (othersWait || noRoom) {
            waitForRoom();
        } else {
            answerFailure();
        }
    }

    private void answerFailure() {
        if (failureReason == null) {
            exchange.unavailable("no-origin: " + pool.whyNone());
        } else {
            exchange.answer(failureStatus, failureReason);
        }
    }

    private void waitForRoom() {
        if (place == null) {
            place = new Place();
        }
        if (!pool.enqueue(loop, place, exchange.route().limits().queueClass())) {
            exchange.unavailable("queue-full: " + pool.settings().limits().queueMax() + " requests wait for pool " + pool.settings().name());
        }
    }

    /** @return whether the request is at a server now, or was answered; else {@link #noRoom} says whether to wait */
    private boolean tryNext() {
        noRoom = false;
        for (int i = 0; i < PICKS_MAX; i++) {
            Origin chosen = tries == 0 && i == 0 && stuckTo != null ? stuckTo : pool.pick(loop, tried, key);
            if (chosen == null) {
                noRoom |= pool.sawFull(loop);
                return false;
            }
            if (begin(first, chosen, true)) {
                return true;
            }
            noRoom = true;
        }
        return false;
    }

    private boolean begin(Try which, Origin chosen, boolean counts) {
        try {
            if (!which.begin(pool, chosen, reuse, !couldBeSentTwice())) {
                return false;
            }
        } catch (IOException e) {
            loop.journal().warnAtMostOncePerSecond("connect", "no connection to " + chosen.name() + ": " + e.getMessage());
            asked(which, chosen, counts);
            pool.failed(loop, chosen, OriginResult.CONNECT);
            tryFailed(which, OriginFailure.CONNECT, "origin-unreachable: " + e.getMessage(), false, true);
            return true;
        }
        asked(which, chosen, counts);
        if (which.stream().isReady()) {
            which.onReady();
        }
        return true;
    }

    private void asked(Try which, Origin chosen, boolean counts) {
        last = which;
        if (counts) {
            tries++;
            tried.add(chosen);
        }
    }

    // ---- the request

    void ready(Try which) {
        Head request = exchange.request();
        if (request.framing() == BodyFraming.CHUNKED && which.origin().speaksHttp10()) {
            abort();
            exchange.answer(411, "length-required: the origin speaks HTTP/1.0");
            return;
        }
        if (exchange.route().originHost() != null && !OriginHost.set(request, exchange.route().originHost(), which.origin())) {
            abort();
            exchange.answer(503, "memory");
            return;
        }
        long response = exchange.route().limits().responseNanos();
        which.send(request, response > 0 ? response : pool.settings().responseNanos(), pool.settings().idleNanos());
        if (request.framing() == BodyFraming.NONE) {
            requestEnded = true;
            which.stream().endRequest(null);
            hedgeLater(request);
        } else {
            sendHeld();
        }
    }

    /** What an earlier server got goes to this one, before the client is asked for more. */
    private void sendHeld() {
        if (!held.send(first.stream())) {
            return;                                          // originDrained goes on
        }
        if (requestEnded) {
            first.stream().endRequest(null);
        } else {
            exchange.client().requestContent();
        }
    }

    void originDrained() {
        sendHeld();
    }

    int content(ByteBuffer content, int from, int to) {
        if (!first.isSent()) {
            return !first.isRunning() && exchange.isResponding() ? to - from : 0;
        }
        if (!held.isSent()) {
            return 0;                                        // sendHeld asks for it
        }
        int taken = first.stream().write(content, from, to);
        if (taken > 0) {
            contentTaken = true;
            held.add(content, from, from + taken);
        }
        return taken;
    }

    void contentEnd() {
        requestEnded = true;
        if (first.isSent() && held.isSent()) {
            first.stream().endRequest(null);
        }
    }

    private boolean mayRepeat(Method method) {
        return method.isIdempotent() || exchange.route().limits().repeats(method);
    }

    private boolean mayHoldContent(Head request) {
        return request.framing() != BodyFraming.NONE && mayRepeat(request.method())
                && (request.framing() == BodyFraming.CHUNKED || request.contentLength() <= pool.settings().retry().bodyBytesMax());
    }

    /** Else a kept connection is looked at before it is used. */
    private boolean couldBeSentTwice() {
        Head request = exchange.request();
        return mayRepeat(request.method()) && (request.framing() == BodyFraming.NONE
                || request.framing() == BodyFraming.LENGTH && request.contentLength() <= pool.settings().retry().bodyBytesMax());
    }

    // ---- a second try beside a slow one

    private void hedgeLater(Head request) {
        if (tries == 1 && pool.settings().retry().hedges() && request.method().isSafe() && !request.wantsUpgrade()) {
            long nanos = pool.hedgeNanos(loop);
            if (nanos > 0) {
                loop.timers().set(this, loop.nowNanos() + nanos);
            }
        }
    }

    @Override
    protected void onExpired(long nowNanos) {
        if (!first.isSent() || winner != null || second != null && second.isRunning()) {
            return;
        }
        Origin chosen = pool.hasAnother(loop, tried) && takeBudget() ? pool.pick(loop, tried, key) : null;
        if (chosen == null) {
            return;                                          // the first one has time left all the same
        }
        if (second == null) {
            second = new Try(this, loop);
        }
        if (begin(second, chosen, true)) {
            pool.retried(loop, "hedge");
        }
    }

    private Try other(Try which) {
        return which == first ? second : first;
    }

    private boolean isOtherRunning(Try which) {
        Try other = other(which);
        return other != null && other.isRunning();
    }

    // ---- the response

    void interim(Try which, Head head) {
        if (!isOtherRunning(which)) {
            exchange.client().sendInterim(head);
        }
    }

    void response(Try which, Head head) {
        if (pool.isUnwanted(head.status())) {
            if (isOtherRunning(which)) {
                which.discard();
                return;
            }
            if (maySendAgain() && pool.hasAnother(loop, tried) && takeBudget()) {
                which.discard();
                pool.retried(loop, "status");
                failureStatus = 502;
                failureReason = "origin-status: " + head.status() + ", and no other server answered";
                next();
                return;
            }
        }
        winner = which;
        if (isSet()) {
            loop.timers().cancel(this);
        }
        if (isOtherRunning(which)) {
            if (which == second) {
                pool.hedgeWon(loop);
            }
            other(which).discard();
        }
        pool.answered(loop, which.origin(), which.elapsedNanos(), head.status());
        if (head.status() == 101) {
            upgrade(head);
        } else {
            exchange.respond(head);
        }
    }

    private boolean maySendAgain() {
        Method method = exchange.request().method();
        return tries < pool.settings().retry().triesMax() && requestEnded && isHeld()
                && (method.isSafe() || exchange.route().limits().repeats(method));
    }

    private void upgrade(Head head) {
        if (isOffered(head)) {
            exchange.upgraded(head);
        } else {
            winner.stop(OriginResult.MALFORMED);
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

    int responseContent(ByteBuffer content, int from, int to) {
        return exchange.write(content, from, to);
    }

    void responseEnd(Head trailers) {
        if (exchange.isResponding()) {
            if (!requestEnded) {
                exchange.client().refuseContent();
            }
            exchange.contentEnd(trailers);
        }
    }

    /** The client takes bytes again. */
    void drained() {
        if (winner != null && winner.isRunning()) {
            winner.stream().responseContent();
        }
    }

    // ---- failure

    void tryFailed(Try which, OriginFailure failure, String reason, boolean stale, boolean nothingSent) {
        if (exchange.isResponding()) {
            exchange.contentBroken(reason);
            return;
        }
        if (isOtherRunning(which)) {
            return;                                          // that one may still answer
        }
        boolean connecting = failure == OriginFailure.CONNECT || failure == OriginFailure.CONNECT_TIMEOUT || failure == OriginFailure.TLS;
        failureStatus = switch (failure) {
            case CONNECT_TIMEOUT, HEAD_TIMEOUT -> 504;
            case MEMORY -> 503;
            case CONNECT, TLS, RESET, MALFORMED, TRUNCATED -> 502;
        };
        failureReason = reason;
        boolean safe = isSafe(failure, connecting || nothingSent);
        if (stale && safe) {
            again(which.origin());
        } else if (safe && tries < pool.settings().retry().triesMax() && pool.settings().retry().causes().contains(cause(failure))
                && (connecting || takeBudget())) {
            reuse = false;                                   // whatever broke may have broken the kept ones too
            pool.retried(loop, result(failure).label());
            next();
        } else {
            exchange.answer(failureStatus, failureReason);
        }
    }

    /** The kept connection was dead: the same server, on a fresh one. */
    private void again(Origin same) {
        reuse = false;
        pool.retried(loop, OriginResult.STALE.label());
        held.rewind();
        if (!begin(first, same, false)) {
            waitForRoom();
        }
    }

    /** Whatever a server was given is still here. */
    private boolean isHeld() {
        return !contentTaken || held.isWhole();
    }

    private boolean isSafe(OriginFailure failure, boolean nothingSent) {
        Method method = exchange.request().method();
        boolean repeats = exchange.route().limits().repeats(method);
        return isHeld() && switch (failure) {
            case CONNECT, CONNECT_TIMEOUT, TLS -> true;
            case RESET -> nothingSent || repeats || method.isIdempotent();
            case MALFORMED, HEAD_TIMEOUT -> repeats || method.isSafe();
            case TRUNCATED, MEMORY -> false;
        };
    }

    private static Cause cause(OriginFailure failure) {
        return switch (failure) {
            case CONNECT, CONNECT_TIMEOUT, TLS -> RetrySettings.Cause.CONNECT_ERROR;
            case RESET -> RetrySettings.Cause.RESET;
            case HEAD_TIMEOUT -> RetrySettings.Cause.TIMEOUT;
            case MALFORMED, TRUNCATED, MEMORY -> RetrySettings.Cause.MALFORMED;
        };
    }

    static OriginResult result(OriginFailure failure) {
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

    private boolean takeBudget() {
        budgeted = budgeted || pool.takeRetry(loop);
        return budgeted;
    }

    // ---- the end

    /** The request is given up, or over: what still runs for it ends. */
    void abort() {
        if (isSet()) {
            loop.timers().cancel(this);
        }
        if (place != null) {
            place.leave();
        }
        first.stop(OriginResult.ABORTED);
        if (second != null) {
            second.stop(OriginResult.ABORTED);
        }
        letGo();
    }

    private void letGo() {
        held.close();
        if (budgeted) {
            budgeted = false;
            pool.giveRetry();
        }
        if (entered) {
            entered = false;
            pool.leave(loop);
        }
    }

    Transport takeOver(Inbox rest) {
        return first.stream().takeOver(rest);
    }

    void tunnelEnded() {
        first.tunnelEnded();
        letGo();
    }
}
