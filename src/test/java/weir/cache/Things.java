package weir.cache;

import java.nio.ByteBuffer;
import java.util.Random;

/** What the tests put into a store: one blob under a key, filled from a seed so that any byte can be told from any other thing's. */
final class Things {
    private Things() {}

    /** A resident with a blob, which it releases when it goes. */
    static final class Thing extends Resident {
        final Blob blob;
        final long seed;

        /** Takes the creator's reference to the blob over. */
        Thing(Blob blob, long seed) {
            this.blob = blob;
            this.seed = seed;
        }

        @Override
        long bytes() {
            return HEAP_BYTES + blob.bytes();
        }

        @Override
        void free() {
            blob.release();
        }
    }

    static Probe probe(String key) {
        return new Probe().put(key);
    }

    static Probe probe(long key) {
        return probe("/" + key);
    }

    /** A whole thing, with the caller's reference; null when there was no room for it. */
    static Thing thing(Store store, long seed, int bytes, boolean known) {
        Blob blob = store.blob(known ? bytes : -1);
        ByteBuffer content = content(seed, bytes);
        if (blob.append(content, 0, bytes) < bytes) {
            blob.fail();
            blob.release();
            return null;
        }
        blob.complete();
        return new Thing(blob, seed);
    }

    /** Puts a whole thing, and lets go of it. Returns whether it was put. */
    static boolean put(Store store, String key, int bytes) {
        Thing thing = thing(store, key.hashCode(), bytes, true);
        if (thing == null) {
            return false;
        }
        boolean put = store.put(probe(key), thing, null);
        thing.release();
        return put;
    }

    static byte[] bytes(long seed, int count) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static ByteBuffer content(long seed, int count) {
        return ByteBuffer.wrap(bytes(seed, count));
    }

    /** Reads everything that is published, in the pieces it lies in. */
    static byte[] read(Blob blob) {
        byte[] bytes = new byte[(int) blob.length()];
        for (int at = 0; at < bytes.length; ) {
            int from = blob.indexAt(at);
            int to = Math.min(blob.endAt(at), from + bytes.length - at);
            blob.bufferAt(at).get(from, bytes, at, to - from);
            at += to - from;
        }
        return bytes;
    }
}
