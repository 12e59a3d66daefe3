package weir.cache;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * What a cache holds: residents under keys, and the off-heap memory of their {@link Blob}s, within a bound in bytes. Knows
 * nothing of HTTP. Thread safe: a look-up and a hit take no lock; what adds, removes or allocates takes the one lock for a
 * short and bounded time, and calls nobody while it holds it but {@link Resident#bytes} and the {@code free} of residents.
 *
 * <p>Eviction is S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023), by bytes. What is new
 * comes into a small queue of a tenth of the bytes, and what was asked for fewer than twice by its end goes: so a scan, whose
 * keys come once, passes through the tenth and leaves the rest alone. The others move on to the main queue, in which a resident
 * goes round once more for each of its last hits, at most three. A ghost queue remembers the keys that left the small queue;
 * what comes back from there goes straight to the main one.
 *
 * <pre>
 *   put ---> small --2 hits--> main <--+ a hit: round again
 *    |         |                 |  ---+
 *    |         v                 v
 *    |       ghosts            gone
 *    +--known there--> main
 * </pre>
 */
final class Store {
    /** The most residents under one key. */
    static final int VARIANTS_MAX = 32;
    /** The most residents that go for one piece of memory; when there is still no room, there is none. */
    static final int EVICTIONS_MAX = 256;

    private static final int ROUNDS_MAX = 64; // of residents spared in one eviction: with all of a million hit, none would end
    private static final int HITS_TO_MAIN = 2;
    private static final int SMALL_PART = 10;
    private static final int ORDERS_BELOW = 4;
    private static final Resident[] NONE = {};

    private final String name;
    private final long bytesMax;
    private final long objectBytesMax;
    private final ConcurrentHashMap<Probe, Resident[]> index = new ConcurrentHashMap<>(); // written under the lock only

    private final Object lock = new Object(); // guards all that follows, and the arena's free lists
    private final Arena arena;
    private final Fifo small = new Fifo();
    private final Fifo main = new Fifo();
    private final Ghosts ghosts = new Ghosts();
    private long heapBytes;
    private long evictions;
    private long ghostHits;
    private long refusals;

    /**
     * Takes no memory yet.
     *
     * @param name for messages
     * @param bytesMax bound for all blocks and for what residents take on the heap, in bytes
     * @param objectBytesMax bound for one blob in bytes; the smaller one of it, of {@code bytesMax} and of 4 GiB counts
     */
    Store(String name, long bytesMax, long objectBytesMax) {
        this.name = name;
        this.bytesMax = bytesMax;
        this.objectBytesMax = Math.min(Math.min(objectBytesMax, bytesMax), (long) Blob.PIECES_MAX * Arena.BLOCK_BYTES_MAX);
        arena = new Arena(bytesMax);
    }

    /**
     * Returns all residents under a key, newest first: the store's own array, not to be changed, and empty when there is none.
     * One that is to be used is {@link Resident#retain retained} first, which fails when it went meanwhile. No lock, allocates nothing.
     */
    Resident[] find(Probe probe) {
        Resident[] found = probe.isTooLong() ? null : index.get(probe);
        return found == null ? NONE : found;
    }

    /** Counts a use of a resident for eviction: at most one plain write. */
    void hit(Resident what) {
        what.countHit();
    }

    /**
     * Returns an empty blob with a reference for the caller, or null when more is expected than an object may have. It takes
     * memory as bytes come.
     *
     * @param bytesExpected how many bytes will come, -1 when unknown; others may come nevertheless
     */
    Blob blob(long bytesExpected) {
        return bytesExpected > objectBytesMax ? null : new Blob(this, bytesExpected, objectBytesMax, false);
    }

    /** Returns an empty blob, with a reference for the caller, whose bytes will lie in one piece. @param bytes 1 to {@link Arena#BLOCK_BYTES_MAX} */
    Blob blobInOnePiece(int bytes) {
        return new Blob(this, bytes, bytes, true);
    }

    /**
     * Makes a resident findable under a key, in front of the others there, with a reference for the store; the caller keeps its
     * own. The last of {@link #VARIANTS_MAX} others goes.
     *
     * @param replaced goes, when it is still there, and what is new gets its hits and its place in the main queue; may be null
     * @return false when there is no room, or the key is too long: then nothing has been put, but {@code replaced} is gone
     */
    boolean put(Probe probe, Resident what, Resident replaced) {
        return put(probe, what, replaced, null);
    }

    /**
     * The same, with a place of its own among the others under the key: for what is older than some of them.
     *
     * @param order which of two residents comes first; null for in front
     */
    boolean put(Probe probe, Resident what, Resident replaced, Comparator<? super Resident> order) {
        synchronized (lock) {
            if (what.queue != null) {
                throw new AssertionError("in the store already: " + what);
            }
            boolean toMain = false;
            int hits = 0;
            if (replaced != null && replaced.queue != null) {
                toMain = replaced.queue == main;
                hits = replaced.hits();
                drop(replaced);
            }
            long heap = Resident.HEAP_BYTES + (long) probe.length();
            if (probe.isTooLong() || !makeRoom(heap) || !what.retain()) {
                refusals++;
                return false;
            }
            if (replaced == null && ghosts.remove(ghostOf(probe))) {
                ghostHits++;
                toMain = true;
            }
            what.key = probe.frozen();
            what.weight = what.bytes() + probe.length();
            what.setHits(hits);
            (toMain ? main : small).add(what);
            heapBytes += heap;
            addToIndex(what, order);
            ghosts.setCountMax(main.count());
            return true;
        }
    }

    /** Returns whether it can be found. */
    boolean holds(Resident what) {
        synchronized (lock) {
            return what.queue != null;
        }
    }

    /** Takes one resident out, wherever it is. Returns whether it was there. */
    boolean remove(Resident what) {
        synchronized (lock) {
            boolean there = what.queue != null;
            if (there) {
                drop(what);
            }
            return there;
        }
    }

    /** Takes one resident out when it is under that key. Returns whether it was there. */
    boolean remove(Probe probe, Resident what) {
        synchronized (lock) {
            return probe.equals(what.key) && remove(what);
        }
    }

    /** Takes all residents under a key out. Returns how many there were. */
    int removeAll(Probe probe) {
        synchronized (lock) {
            Resident[] found = find(probe);
            for (Resident what : found) {
                drop(what);
            }
            return found.length;
        }
    }

    /** Asks a resident for its {@link Resident#bytes} again, because it has grown or shrunk since it was put. */
    void reweigh(Resident what) {
        synchronized (lock) {
            if (what.queue != null) {
                what.queue.reweigh(what, what.bytes() + what.key.length());
            }
        }
    }

    /** Takes everything out; a piece at a time, so that others come in between. What is put meanwhile may stay. */
    void clear() {
        forEach((key, what) -> remove(what));
    }

    /** Calls back for every resident, see {@link Walk#next}. For whoever has the time: no loop. */
    void forEach(BiConsumer<byte[], Resident> each) {
        Walk walk = walk();
        boolean more = true;
        while (more) {
            more = walk.next(EVICTIONS_MAX, each);
        }
    }

    /** Starts a walk over all residents. */
    Walk walk() {
        return new Walk(index.entrySet().iterator());
    }

    /** A walk over all residents that can stop after every few. Sees what is there all the time once; the rest perhaps. One thread's. */
    static final class Walk {
        private final Iterator<Map.Entry<Probe, Resident[]>> keys;

        private Walk(Iterator<Map.Entry<Probe, Resident[]>> keys) {
            this.keys = keys;
        }

        /**
         * Calls back, without a lock, for the residents of so many keys more. Each is retained for the time of its call; the
         * bytes of its key are the store's own, not to be changed. It may be removed in the call.
         *
         * @return false at the end
         */
        boolean next(int keysMax, BiConsumer<byte[], Resident> each) {
            for (int i = 0; i < keysMax && keys.hasNext(); i++) {
                Map.Entry<Probe, Resident[]> entry = keys.next();
                for (Resident what : entry.getValue()) {
                    if (what.retain()) {
                        try {
                            each.accept(entry.getKey().frozenBytes(), what);
                        } finally {
                            what.release();
                        }
                    }
                }
            }
            return keys.hasNext();
        }
    }

    String name() {
        return name;
    }

    /** Returns the bound in bytes. */
    long bytesMax() {
        return bytesMax;
    }

    /** Returns the bound of one blob in bytes. */
    long objectBytesMax() {
        return objectBytesMax;
    }

    /**
     * Returns the bytes in use, never above {@link #bytesMax}: all blocks, also of blobs that are being filled or are still read
     * after they went, and {@link Resident#HEAP_BYTES} and the key for each resident.
     */
    long bytes() {
        synchronized (lock) {
            return used();
        }
    }

    /** Returns the bytes of direct memory taken from the system; never falls. */
    long bytesAllocated() {
        synchronized (lock) {
            return arena.bytesAllocated();
        }
    }

    /** Returns how many residents can be found. */
    int residents() {
        synchronized (lock) {
            return small.count() + main.count();
        }
    }

    /** Returns how many of them are in the main queue. */
    int mainResidents() {
        synchronized (lock) {
            return main.count();
        }
    }

    /** Returns how many residents went to make room. */
    long evictions() {
        synchronized (lock) {
            return evictions;
        }
    }

    /** Returns how many residents came back soon after they went from the small queue. */
    long ghostHits() {
        synchronized (lock) {
            return ghostHits;
        }
    }

    /** Returns how often there was no room for a piece of a blob or for a resident. */
    long refusals() {
        synchronized (lock) {
            return refusals;
        }
    }

    /**
     * Takes a piece for a blob: of {@code want} bytes, or of a sixteenth at the least when that spares evictions (memory in parts
     * is still memory), and as little as {@code least} when evictions are used up. What a block has more than wanted goes back at once.
     *
     * @return null when there is no room
     */
    Piece take(int want, int least, long start) {
        int order = Arena.orderOf(want);
        int leastOrder = Arena.orderOf(least);
        int easy = least == want ? order : Math.max(leastOrder, order - ORDERS_BELOW);
        synchronized (lock) {
            Piece piece = takeOf(want, order, easy, start);
            for (int i = 0; piece == null && i < EVICTIONS_MAX && evict(); i++) {
                piece = takeOf(want, order, easy, start);
            }
            if (piece == null) {
                piece = takeOf(want, easy - 1, leastOrder, start);
            }
            if (piece == null) {
                refusals++;
            }
            return piece;
        }
    }

    /** Gives the end of a piece back. */
    void shorten(Piece piece, int units) {
        synchronized (lock) {
            if (units < piece.units) {
                arena.give(piece.block + units, piece.units - units);
                piece.units = units;
            }
        }
    }

    void giveBack(Piece[] pieces) {
        synchronized (lock) {
            for (Piece piece : pieces) {
                arena.give(piece.block, piece.units);
            }
        }
    }

    private Piece takeOf(int want, int order, int leastOrder, long start) {
        for (int o = order; o >= leastOrder; o--) {
            int units = Math.min(Arena.unitsOf(want), 1 << o);
            int block = used() + (long) units * Arena.UNIT_BYTES > bytesMax ? -1 : arena.take(o);
            if (block >= 0) {
                if (units < 1 << o) {
                    arena.give(block + units, (1 << o) - units);
                }
                return new Piece(arena, block, units, start);
            }
        }
        return null;
    }

    private long used() {
        return arena.bytesTaken() + heapBytes;
    }

    private boolean makeRoom(long bytes) {
        for (int i = 0; used() + bytes > bytesMax; i++) {
            if (i == EVICTIONS_MAX || !evict()) {
                return false;
            }
        }
        return true;
    }

    /** Gives up one resident; its memory comes back when its last reader is done. False when there is none. */
    private boolean evict() {
        int rounds = 0;
        while (true) {
            boolean fromSmall = small.count() > 0 && (small.bytes() > bytesMax / SMALL_PART || main.count() == 0);
            Resident what = fromSmall ? small.oldest() : main.oldest();
            if (what == null) {
                return false;
            }
            int hits = what.hits();
            boolean stays = rounds++ < ROUNDS_MAX && (hits >= (fromSmall ? HITS_TO_MAIN : 1) || what.isFilling());
            if (!stays) {
                if (fromSmall) {
                    ghosts.add(ghostOf(what.key));
                }
                evictions++;
                drop(what);
                return true;
            }
            what.queue.remove(what);
            what.setHits(fromSmall ? 0 : Math.max(0, hits - 1));
            main.add(what);
        }
    }

    private void drop(Resident what) {
        what.queue.remove(what);
        heapBytes -= Resident.HEAP_BYTES + (long) what.key.length();
        removeFromIndex(what);
        what.release();
    }

    private void addToIndex(Resident what, Comparator<? super Resident> order) {
        Resident[] old = find(what.key);
        if (old.length == VARIANTS_MAX) {
            drop(old[VARIANTS_MAX - 1]);
            old = find(what.key);
        }
        Resident[] more = new Resident[old.length + 1];
        int at = 0;
        while (order != null && at < old.length && order.compare(old[at], what) <= 0) {
            at++;
        }
        System.arraycopy(old, 0, more, 0, at);
        more[at] = what;
        System.arraycopy(old, at, more, at + 1, old.length - at);
        index.put(what.key, more);
    }

    private void removeFromIndex(Resident what) {
        Resident[] old = find(what.key);
        int i = Arrays.asList(old).indexOf(what);
        if (old.length == 1) {
            index.remove(what.key);
            return;
        }
        Resident[] fewer = new Resident[old.length - 1];
        System.arraycopy(old, 0, fewer, 0, i);
        System.arraycopy(old, i + 1, fewer, i, fewer.length - i);
        index.put(what.key, fewer);
    }

    private static int ghostOf(Probe probe) {
        return (int) (probe.hash() >>> Integer.SIZE);
    }

    @Override
    public String toString() {
        return "Store[" + name + ", " + bytes() + " of " + bytesMax + " bytes]";
    }
}
