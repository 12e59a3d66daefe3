package weir.cache;

/**
 * Keys whose response was not stored when it was last fetched: for a short time requests for them go to the origin one by one, and
 * do not wait for each other. By hash: two keys that meet cost a fetch that others could have shared. One loop's.
 */
final class Passes {
    /** How long a key is remembered. */
    static final long NANOS = 10_000_000_000L;

    private static final int PLACES = 1024;                  // a power of two; a newer key takes the place of an older one

    private final long[] hashes = new long[PLACES];
    private final long[] ends = new long[PLACES];

    /** Notes a key. */
    void add(Probe key, long nowNanos) {
        int place = (int) key.hash() & PLACES - 1;
        hashes[place] = key.hash();
        ends[place] = nowNanos + NANOS;
    }

    /** Whether it was noted less than {@link #NANOS} ago. */
    boolean has(Probe key, long nowNanos) {
        int place = (int) key.hash() & PLACES - 1;
        return hashes[place] == key.hash() && ends[place] != 0 && nowNanos - ends[place] < 0;
    }
}
