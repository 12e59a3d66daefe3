package weir.cache;

import java.nio.charset.StandardCharsets;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.Status;
import weir.net.EventLoop;
import weir.net.Timer;

/**
 * Copies stored parts that lack nothing into one stored response, a piece a millisecond, so that nobody else waits for long; it can be
 * found and read meanwhile. One loop's.
 */
final class Combining extends Timer {
    /** What is copied at a time, in bytes: about a tenth of a millisecond. */
    static final int STEP_BYTES = 1 << 20;

    /** How often. */
    static final long STEP_NANOS = 1_000_000;
    private static final byte[] OK = Status.reason(200).getBytes(StandardCharsets.US_ASCII);

    private final LoopCache own;
    private final EventLoop loop;
    private final Probe key;
    private final Assembly assembly;
    private final Stored stored;
    private final Blob body;

    private Combining(LoopCache own, Probe key, Assembly assembly, Stored stored) {
        this.own = own;
        loop = own.loop();
        this.key = key;
        this.assembly = assembly;
        this.stored = stored;
        body = stored.body();
    }

    /**
     * @param key frozen
     * @param assembly without a gap; it is closed at the end, also on failure
     * @return what comes of it, with a reference for the caller; null when there is no room: nothing has changed
     */
    static Stored start(LoopCache own, Probe key, Assembly assembly) {
        Stored newest = assembly.newest();
        Head head = new Head();
        newest.readHead(head);
        boolean kept = head.keep(own.loop().pool());
        Stored made = kept && reframe(head, assembly.part()) ? stored(own, head, assembly, newest.freshness(), newest.askedNanos()) : null;
        head.close();
        if (made == null) {
            assembly.close();
            return null;
        }
        boolean held = made.retain() && made.body().retain();    // the caller's, and the writer's
        assert held;
        own.cache().note(key, made);
        Combining combining = new Combining(own, key, assembly, made);
        if (!assembly.copy(made.body(), STEP_BYTES) || !own.put(key, made)) {
            combining.fail();
            made.release();
            return null;
        }
        combining.go();
        return made;
    }

    /**
     * Makes the head of a part that of what several parts are together (RFC 9110 §15.3.7.3).
     *
     * @param head kept
     * @param part null for the whole
     */
    static boolean reframe(Head head, Part part) {
        head.removeAll(FieldName.CONTENT_RANGE);
        if (part != null) {
            return ContentRange.add(head, part.first(), part.range().last(), part.complete());
        }
        int at = head.append(OK);
        head.statusLine(200, at, at + OK.length, 1);
        return at >= 0;
    }

    private static Stored stored(LoopCache own, Head head, Assembly assembly, Freshness freshness, long askedNanos) {
        Store store = own.cache().store();
        Blob body = store.blob(assembly.bytes());
        return body == null ? null : Stored.of(store, head, body, assembly.bytes(), assembly.newest().variant(), assembly.part(), freshness, askedNanos);
    }

    private void go() {
        if (assembly.isDone()) {
            body.complete();
            own.cache().keep(key, stored);
            own.combine(key, stored);
            end();
        } else {
            loop.timers().set(this, loop.nowNanos() + STEP_NANOS);
        }
    }

    @Override
    protected void onExpired(long nowNanos) {
        if (assembly.copy(body, STEP_BYTES)) {
            go();
        } else {
            fail();
        }
    }

    private void fail() {
        body.fail();
        own.cache().store().remove(stored);
        end();
    }

    private void end() {
        assembly.close();
        body.release();
        stored.release();
    }
}
