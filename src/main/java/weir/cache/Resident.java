package weir.cache;

/**
 * Something in the store under a key: reference counted. The store holds one reference while it can be found, each user
 * another. It starts with its creator's.
 */
abstract class Resident extends Counted {
    /** What an object and its blobs take on the heap, about, in bytes; counts towards the bound of the store. */
    static final int HEAP_BYTES = 300;

    private static final int HITS_MAX = 3;

    // The store's, under its lock, but for the hits.
    Probe key;
    Fifo queue;
    Resident before;
    Resident after;
    long weight;
    private byte hits; // written by any loop as it likes: a lost hit is no harm, a barrier on each hit would be

    /** Returns how much it takes in bytes: off-heap bytes and {@link #HEAP_BYTES}. Asked when it is put, and by {@link Store#reweigh}. */
    abstract long bytes();

    /** Whether it still comes: if it went now, what has come of it would be lost, and it would be asked for again. Any thread. */
    boolean isFilling() {
        return false;
    }

    /** Counts a use, at most {@value #HITS_MAX}: one plain write, none for what is often used. */
    final void countHit() {
        byte count = hits;
        if (count < HITS_MAX) {
            hits = (byte) (count + 1);
        }
    }

    final int hits() {
        return hits;
    }

    final void setHits(int count) {
        hits = (byte) count;
    }
}
