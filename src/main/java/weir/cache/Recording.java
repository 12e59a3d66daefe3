package weir.cache;

import java.nio.ByteBuffer;
import weir.exchange.Conversion;

/**
 * Stores the response to a POST while it passes to its client: one that says that it is what a GET of the same URI would bring (RFC 9110
 * §9.3.3). It can be found when all of it is there, unless its target was changed or purged meanwhile. One loop's.
 */
final class Recording implements Conversion {
    private final LoopCache own;
    private final Probe key;
    private final Stored stored;
    private final Blob body;
    private final int path;
    private final long sinceNanos;
    private final long purges;
    private boolean records = true;

    /**
     * @param key frozen
     * @param stored a reference to it is this object's from here on, and another one to its content
     * @param path its {@link Outdated#hash}
     * @param sinceNanos when the POST itself has invalidated what was there
     */
    Recording(LoopCache own, Probe key, Stored stored, int path, long sinceNanos) {
        this.own = own;
        this.key = key;
        this.stored = stored;
        body = stored.body();
        this.path = path;
        this.sinceNanos = sinceNanos;
        purges = own.cache().purgeCount();
    }

    @Override
    public Progress convert(ByteBuffer in, ByteBuffer out, Wanted wanted) {
        int count = Math.min(in.remaining(), out.remaining());
        if (records && body.append(in, in.position(), in.position() + count) < count) {
            drop();                                          // too long, or no room: it goes on to the client alone
        }
        out.put(out.position(), in, in.position(), count).position(out.position() + count);
        in.position(in.position() + count);
        if (in.hasRemaining()) {
            return Progress.FULL;
        }
        if (wanted == Wanted.END && records) {
            body.complete();
            records = false;
            Cache cache = own.cache();
            if (purges == cache.purgeCount() && !cache.outdated().isSince(path, sinceNanos)) {
                cache.note(key, stored);
                own.put(key, stored);
                cache.keep(key, stored);
            }
        }
        return Progress.DONE;
    }

    private void drop() {
        records = false;
        body.fail();
    }

    @Override
    public String fault() {
        throw new AssertionError("copies only");
    }

    @Override
    public void close() {
        if (records) {
            drop();
        }
        body.release();
        stored.release();
    }
}
