package weir.upstream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What the loops count of one server. Each loop has cells of its own, so that no request costs an atomic operation; whoever
 * reads makes the sum. They belong to the server's name: a reload that keeps the name keeps them.
 */
final class ServerCounts {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int OPEN = 0;
    private static final int HEADS = 1;
    private static final int HEAD_NANOS = 2;
    private static final int CONNECTIONS = 3;
    private static final int RESULTS = 4;
    /** Longs: whole pairs of cache lines, as neighbours are fetched in pairs. */
    private static final int STRIDE = (RESULTS + OriginResult.values().length + 15) / 16 * 16;

    private final long[] cells;

    ServerCounts(int loops) {
        cells = new long[(loops + 1) * STRIDE];               // one of padding in front of the first
    }

    private static int cell(int loop, int which) {
        return (loop + 1) * STRIDE + which;
    }

    private void add(int loop, int which, long change) {
        int cell = cell(loop, which);
        CELL.setOpaque(cells, cell, cells[cell] + change);    // only this loop writes it
    }

    private long sum(int which) {
        long sum = 0;
        for (int i = cell(0, which); i < cells.length; i += STRIDE) {
            sum += (long) CELL.getOpaque(cells, i);
        }
        return sum;
    }

    void begin(int loop) {
        add(loop, OPEN, 1);
    }

    void end(int loop, OriginResult result) {
        add(loop, OPEN, -1);
        add(loop, RESULTS + result.ordinal(), 1);
    }

    /** A request that never began failed so. */
    void result(int loop, OriginResult result) {
        add(loop, RESULTS + result.ordinal(), 1);
    }

    /** A response's head came so long after its request began. */
    void head(int loop, long nanos) {
        add(loop, HEADS, 1);
        add(loop, HEAD_NANOS, nanos);
    }

    void connections(int loop, int change) {
        add(loop, CONNECTIONS, change);
    }

    /** Requests that run from this loop; exact on it. */
    int open(int loop) {
        return (int) cells[cell(loop, OPEN)];
    }

    /** Requests that run; a moment's sum. */
    int open() {
        return (int) sum(OPEN);
    }

    /** Connections that are open, in use or not. */
    int connections() {
        return (int) sum(CONNECTIONS);
    }

    long results(OriginResult result) {
        return sum(RESULTS + result.ordinal());
    }

    long heads() {
        return sum(HEADS);
    }

    long headNanos() {
        return sum(HEAD_NANOS);
    }
}
