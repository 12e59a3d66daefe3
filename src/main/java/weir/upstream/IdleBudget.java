package weir.upstream;

/** How many connections to servers a process keeps unused, over all pools and servers: an equal share for each loop, counted by that loop alone. */
public final class IdleBudget {
    private static final int APART = 32;                     // counts of two loops lie in different cache lines

    private final int perLoopMax;
    private final int[] kept;

    /** @param connectionsMax for all loops together; each gets one at least */
    public IdleBudget(int loops, long connectionsMax) {
        perLoopMax = (int) Math.max(1, Math.min(Integer.MAX_VALUE, connectionsMax / loops));
        kept = new int[loops * APART];
    }

    /** One more is kept. On this loop. @return false when the loop keeps as many as it may */
    boolean take(int loop) {
        if (kept[loop * APART] >= perLoopMax) {
            return false;
        }
        kept[loop * APART]++;
        return true;
    }

    /** One is kept no more. On this loop. */
    void give(int loop) {
        kept[loop * APART]--;
    }
}
