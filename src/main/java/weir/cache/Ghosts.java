package weir.cache;

/**
 * The ghost queue of S3-FIFO: which keys went lately, by 32 bits of their hash (with a million of them one lookup in 4,000 is
 * wrong, which costs a place in the wrong queue and no more). A table of buckets of eight; an entry is good until as many
 * others were added as the queue is long, so nothing has to be removed in order. Under the store's lock.
 */
final class Ghosts {
    /** The least length of the queue. */
    static final int COUNT_MIN = 1024;

    private static final int WAYS = 8;
    private static final long LOW = 0xffff_ffffL;

    private long[] entries = new long[2 * COUNT_MIN]; // the hash above, below the number of the addition it came with; 0: empty
    private int countMax = COUNT_MIN;
    private int added = 1;

    /** Sets the length of the queue; the table grows with it, and never shrinks. */
    void setCountMax(int wanted) {
        countMax = Math.max(COUNT_MIN, Math.min(wanted, 1 << 28));
        if (2L * countMax > entries.length) {
            long[] old = entries;
            entries = new long[Integer.highestOneBit(countMax - 1) << 2]; // twice and more, so that it grows seldom
            for (long entry : old) {
                if (isGood(entry)) {
                    put(entry);
                }
            }
        }
    }

    void add(int hash) {
        added = added == -1 ? 1 : added + 1; // 0 stays free for "empty"
        put((long) hash << Integer.SIZE | added & LOW);
    }

    /** Returns whether that key went lately, and forgets it. */
    boolean remove(int hash) {
        int bucket = bucketOf(hash);
        for (int i = bucket; i < bucket + WAYS; i++) {
            if ((int) (entries[i] >>> Integer.SIZE) == hash && isGood(entries[i])) {
                entries[i] = 0;
                return true;
            }
        }
        return false;
    }

    private void put(long entry) {
        int bucket = bucketOf((int) (entry >>> Integer.SIZE));
        int place = bucket; // of the same key, or of nothing, or of the oldest
        for (int i = bucket; i < bucket + WAYS; i++) {
            if (entries[i] >>> Integer.SIZE == entry >>> Integer.SIZE && entries[i] != 0) {
                place = i;
                break;
            }
            if (oldness(entries[i]) > oldness(entries[place])) {
                place = i;
            }
        }
        entries[place] = entry;
    }

    private long oldness(long entry) {
        return entry == 0 ? Long.MAX_VALUE : ageOf(entry);
    }

    private boolean isGood(long entry) {
        return entry != 0 && ageOf(entry) < countMax;
    }

    private long ageOf(long entry) {
        return added - (int) entry & LOW;
    }

    private int bucketOf(int hash) {
        return hash * 0x9E37_79B9 >>> 1 & entries.length - WAYS; // a multiple of WAYS, as the length is a power of two
    }
}
