package weir.cache;

import java.nio.ByteBuffer;
import weir.exchange.Content;
import weir.exchange.Exchange;
import weir.net.Deferred;
import weir.net.EventLoop;
import weir.net.Timer;

/**
 * The content of a stored response, or a part of it, on its way to one client: out of the store's memory, as far as it is there,
 * and the rest as it comes. One loop's, and used again; only {@link #onMore} is called from elsewhere.
 *
 * <pre>
 *   IDLE -begin-> READING -caught up with a blob that is being filled-> WAITING -more came-> READING -all taken, broken-> IDLE
 * </pre>
 */
final class Serving extends Timer implements Content, Blob.Reader, Deferred {
    private static final long LOOK_NANOS = 100_000_000;      // when a wake-up found the loop's mailbox full

    private final LoopCache owner;
    private final EventLoop loop;
    private final Runnable wake = this::wake;
    private Exchange exchange;
    private Stored stored;
    private Blob body;
    private boolean follows;
    private long end;
    private long position;
    private boolean done;
    private volatile long passed;        // for the writer of a blob that is being filled
    private volatile boolean waking;
    Serving nextFree;

    Serving(LoopCache owner, EventLoop loop) {
        this.owner = owner;
        this.loop = loop;
    }

    /**
     * @param what a reference to it is this object's from here on, also on failure
     * @param to behind the last byte, -1 for all that comes
     * @return false when it can be read by no more clients for now: nothing has begun
     */
    boolean begin(Exchange asked, Stored what, long from, long to) {
        stored = what;
        body = what.body();
        position = from;
        end = to;
        exchange = asked;
        done = false;
        passed = from;
        follows = !body.isComplete();
        if (follows ? !body.follow(this) : body.isWindow()) {
            close();
            return false;
        }
        return true;
    }

    @Override
    public void pull(Exchange asked) {
        if (done) {
            return;
        }
        boolean whole = body.isComplete();                   // before the length: then that is the last one
        boolean failed = body.isFailed();
        long there = body.length();
        long last = end < 0 ? there : Math.min(end, there);
        while (position < last) {
            ByteBuffer bytes = body.viewAt(position, owner.views());
            int from = body.indexAt(position);
            int to = (int) Math.min(body.endAt(position), from + last - position);
            int taken = asked.write(bytes, from, to);
            if (exchange == null) {
                return;                                      // the client went while it was written to
            }
            position += taken;
            if (taken < to - from) {
                madeRoom();
                return;
            }
        }
        if (position == end || whole) {
            done = true;
            asked.contentEnd(null);
        } else if (failed) {
            done = true;
            asked.contentBroken("cache-broken: " + body.fault());
        } else {
            madeRoom();
            loop.timers().set(this, loop.nowNanos() + LOOK_NANOS * 10);
        }
    }

    private void madeRoom() {
        if (follows) {
            passed = position;
            body.moved();
        }
    }

    @Override
    public long position() {
        return passed;
    }

    @Override
    public void onMore() {
        if (!waking) {
            waking = true;
            if (Thread.currentThread() == loop.thread()) {
                loop.defer(this);
            } else if (!loop.execute(wake)) {
                waking = false;                              // the timer looks
            }
        }
    }

    @Override
    public void runDeferred() {
        wake();
    }

    private void wake() {
        waking = false;
        if (exchange != null) {                              // perhaps another one than it was for: that does no harm
            pull(exchange);
        }
    }

    @Override
    protected void onExpired(long nowNanos) {
        wake();
    }

    @Override
    public void close() {
        exchange = null;
        if (isSet()) {
            loop.timers().cancel(this);
        }
        if (follows) {
            body.leave(this);
            body.moved();
            follows = false;
        }
        body = null;
        Stored gone = stored;
        stored = null;
        gone.release();
        owner.giveBack(this);
    }
}
