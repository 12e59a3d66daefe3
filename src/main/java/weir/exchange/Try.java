package weir.exchange;

import java.io.IOException;
import java.nio.ByteBuffer;
import weir.http.ClientStream;
import weir.http.Head;
import weir.http.OriginStream;
import weir.http.ResponseHandler;
import weir.net.EventLoop;
import weir.upstream.Origin;
import weir.upstream.OriginResult;
import weir.upstream.Pool;

/**
 * One try at one server: the stream and what it tells. {@link Attempt} decides what follows from that. One loop's; used again
 * for the next try.
 */
final class Try implements ResponseHandler {
    private final Attempt attempt;
    private final EventLoop loop;

    private Pool pool;
    private Origin origin;
    private OriginStream stream;
    private boolean sent;
    private int status;
    private long beginNanos;

    Try(Attempt attempt, EventLoop loop) {
        this.attempt = attempt;
        this.loop = loop;
    }

    /**
     * Begins; {@link #onReady} follows, or has to be called when the stream is ready at once.
     *
     * @return false when the server has no room for the request any more
     * @throws IOException no connection can even be tried
     */
    boolean begin(Pool from, Origin chosen, boolean reuse, boolean probe) throws IOException {
        assert stream == null;
        pool = from;
        origin = chosen;
        sent = false;
        status = 0;
        beginNanos = loop.nowNanos();
        stream = pool.begin(loop, chosen, this, reuse, probe);
        return stream != null;
    }

    boolean isRunning() {
        return stream != null;
    }

    /** The head has gone out. */
    boolean isSent() {
        return stream != null && sent;
    }

    Origin origin() {
        return origin;
    }

    OriginStream stream() {
        return stream;
    }

    @Override
    public ClientStream client() {
        return attempt.client();
    }

    void send(Head request, long responseNanos, long idleNanos) {
        sent = true;
        stream.send(request, responseNanos, idleNanos);
    }

    long elapsedNanos() {
        return loop.nowNanos() - beginNanos;
    }

    @Override
    public void onReady() {
        if (!stream.isReused()) {
            pool.connected(loop, elapsedNanos());
        }
        attempt.ready(this);
    }

    @Override
    public void onOriginDrained() {
        attempt.originDrained();
    }

    @Override
    public void onInterim(Head head) {
        attempt.interim(this, head);
    }

    @Override
    public void onResponse(Head head) {
        status = head.status();
        origin.spoke(head.versionMinor());
        attempt.response(this, head);
    }

    @Override
    public int onResponseContent(ByteBuffer content, int from, int to) {
        return attempt.responseContent(content, from, to);
    }

    @Override
    public void onResponseEnd(Head trailers, boolean reusable) {
        OriginStream done = stream;
        Pool from = pool;
        Origin answered = origin;
        OriginResult result = result();
        stream = null;
        attempt.responseEnd(trailers);                       // from here on this object may be the next request's
        // Only now: a pool that keeps no more connections closes this one, and with it the buffer that holds the trailers.
        from.end(loop, answered, reusable ? done : null, result);
    }

    private OriginResult result() {
        return OriginResult.of(status);
    }

    @Override
    public void onOriginFailed(OriginFailure failure, String reason) {
        boolean stale = stream.isReused() && failure == OriginFailure.RESET;
        boolean nothingSent = !sent || !stream.hasSent();
        release(stale ? OriginResult.STALE : Attempt.result(failure));
        attempt.tryFailed(this, failure, reason, stale, nothingSent);
    }

    private void release(OriginResult result) {
        stream = null;
        pool.end(loop, origin, null, result);
    }

    /** Its response is not wanted: another server is asked, or was faster. */
    void discard() {
        stop(status == 0 ? OriginResult.ABORTED : result());
    }

    /** Given up: its connection is closed. */
    void stop(OriginResult result) {
        if (stream != null) {
            OriginStream given = stream;
            release(result);
            given.abort();
        }
    }

    /** The connection was another protocol's, which has ended. */
    void tunnelEnded() {
        if (stream != null) {
            release(OriginResult.OK);
        }
    }
}
