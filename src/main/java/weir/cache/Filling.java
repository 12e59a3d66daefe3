package weir.cache;

import java.nio.ByteBuffer;
import weir.net.Deferred;
import weir.net.EventLoop;
import weir.net.Timer;

/**
 * Writes the content of a stored response while it comes from the origin; with an {@link Assembly} also what its parts have, before and
 * behind that. One loop's, but for the readers, who say from theirs that they have moved on.
 *
 * <p>What does not fit, because nobody knew its length or the memory is held by readers, is a window from there on: it cannot be found any
 * more, and what all its readers have read makes room for what comes.
 */
final class Filling extends Timer implements Deferred {
    private static final long LOOK_NANOS = 100_000_000L;

    /** Where the content comes from. On the loop. */
    interface Source {
        /** It takes content again, after it took less than it was offered. */
        void onRoom();

        /** The stored response is whole, after {@link Filling#end}. */
        void onFilled();

        /** Nobody needs more: to be given up, and not from within. */
        void onUseless();
    }

    private final LoopCache own;
    private final EventLoop loop;
    private final Probe key;
    private final Stored stored;
    private final Blob body;
    private final Assembly assembly;
    private final long expected;
    private final Source source;
    private boolean window;
    private boolean closed;
    private volatile boolean paused;

    /**
     * @param stored a reference to it is this object's from here on, and another one to its content
     * @param assembly closed by its owner, after this; null for none
     * @param expected how long the content is when the origin has sent all of its own; -1 when that is not known
     */
    Filling(LoopCache own, Probe key, Stored stored, Assembly assembly, long expected, Source source) {
        this.own = own;
        loop = own.loop();
        this.key = key;
        this.stored = stored;
        body = stored.body();
        this.assembly = assembly;
        this.expected = expected;
        this.source = source;
    }

    Stored stored() {
        return stored;
    }

    /** Begins with what the parts have, if there are any. */
    void start() {
        if (assembly != null) {
            copy();
        }
    }

    /** Content from the origin. @return how much was taken; after less than all {@link Source#onRoom} follows */
    int write(ByteBuffer content, int from, int to) {
        if (assembly != null && !assembly.isAtGap()) {
            paused = true;                                   // until what stands before it has been copied
            return 0;
        }
        if (expected >= 0 && body.length() + to - from > expected) {
            source.onUseless();                              // more than it said
            return to - from;
        }
        int taken = body.append(content, from, to);
        if (taken == to - from) {
            return taken;
        }
        if (assembly != null) {
            source.onUseless();                              // what is before it is not the origin's: no window
            return to - from;
        }
        if (!window) {
            toWindow();
        }
        paused = true;                                       // before the look: who moves on after it says so
        if (body.trim() == 0) {
            source.onUseless();
            return to - from;
        }
        taken += body.append(content, from + taken, to);
        paused = taken < to - from;
        if (paused) {
            loop.timers().set(this, loop.nowNanos() + LOOK_NANOS);
        }
        return taken;
    }

    /** It is for those who read it already. */
    void toWindow() {
        window = true;
        own.cache().drop(key, stored);
        own.passes().add(key, loop.nowNanos());
        body.toWindow();
        body.onMoved(this::readersMoved);
    }

    private void readersMoved() {
        if (paused) {
            if (Thread.currentThread() == loop.thread()) {
                loop.defer(this);
            } else if (!loop.execute(this::goOn)) {
                return;                                      // the timer looks
            }
        }
    }

    @Override
    public void runDeferred() {
        goOn();
    }

    @Override
    protected void onExpired(long nowNanos) {
        if (assembly != null && !assembly.isAtGap()) {
            copy();
        } else {
            goOn();
        }
    }

    private void goOn() {
        if (paused && !closed) {
            paused = false;
            source.onRoom();
        }
    }

    /** Copies what the parts have, a piece at a time: up to what the origin is asked for, and behind it. */
    private void copy() {
        if (!assembly.copy(body, Combining.STEP_BYTES)) {
            source.onUseless();
        } else if (assembly.isDone()) {
            whole();
        } else if (assembly.isAtGap()) {
            goOn();
        } else {
            loop.timers().set(this, loop.nowNanos() + Combining.STEP_NANOS);
        }
    }

    /** The origin has sent all. */
    void end() {
        if (expected >= 0 && body.length() != expected) {
            fail();
            source.onFilled();
        } else if (assembly != null) {
            assembly.gapFilled();
            copy();
        } else {
            whole();
        }
    }

    private void whole() {
        body.complete();
        own.cache().keep(key, stored);
        own.combine(key, stored);
        source.onFilled();
    }

    /** The rest will never come. */
    private void fail() {
        fail(Blob.BROKEN_OFF);
    }

    /** The same. @param why for the log of who reads it */
    void fail(String why) {
        body.fail(why);
        own.cache().store().remove(stored);
    }

    /** The end, whatever has come. */
    void close() {
        closed = true;
        if (isSet()) {
            loop.timers().cancel(this);
        }
        if (!body.isComplete() && !body.isFailed()) {
            fail();
        }
        body.release();
        stored.release();
    }
}
