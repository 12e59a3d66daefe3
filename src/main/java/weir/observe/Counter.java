package weir.observe;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A number that only grows. Each loop has a cell of its own, so that adding is a plain load and store on a cache line
 * that no other thread writes; the sum is made by whoever reads.
 */
public final class Counter {
    /** 128 bytes: a cache line and the neighbour that the prefetcher of x86 pulls in with it. */
    static final int CELL_LONGS = 16;

    private final AtomicLongArray cells;
    private final int loops;

    Counter(int loops) {
        this.loops = loops;
        this.cells = new AtomicLongArray((loops + 2) * CELL_LONGS); // one cell of padding in front of the first
    }

    /**
     * Adds; allocates nothing.
     *
     * @param loop index of the calling loop, which must be the only thread that uses it; {@link Metrics#shared()} from
     *     any other thread
     * @param n 0 or more
     */
    public void add(int loop, long n) {
        add(cells, (loop + 1) * CELL_LONGS, loop == loops, n);
    }

    /** Adds one; see {@link #add}. */
    public void increment(int loop) {
        add(loop, 1);
    }

    /** The sum over all loops, from any thread; what a loop is adding at this moment may be missing. */
    public long sum() {
        long sum = 0;
        for (int i = CELL_LONGS; i < cells.length(); i += CELL_LONGS) {
            sum += cells.getOpaque(i);
        }
        return sum;
    }

    /** Opaque store: never torn and seen in the end, but without the fence and the lock prefix of an atomic add. */
    static void add(AtomicLongArray cells, int index, boolean shared, long n) {
        if (shared) {
            cells.getAndAdd(index, n);
        } else {
            cells.setOpaque(index, cells.getPlain(index) + n);
        }
    }
}
