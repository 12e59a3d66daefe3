package weir.cache;

import java.util.concurrent.atomic.AtomicLongArray;
import weir.http.Head;

/**
 * When a path was last invalidated (RFC 9111 §4.4), for responses whose keys hold more than its URI, so that not all of them can be
 * found by it. A table of fixed size by the hash of the path: paths that meet in it are invalidated together, which costs a fetch and
 * is never wrong. Any thread.
 */
final class Outdated {
    static final int PLACES = 4096;                          // 32 KiB

    private final AtomicLongArray times = new AtomicLongArray(PLACES);   // System.nanoTime, 0 for never

    /** @param path hash of it, see {@link #hash} */
    void add(int path) {
        long now = System.nanoTime();                        // not a loop's, which lags behind
        times.set(Math.floorMod(path, PLACES), now == 0 ? 1 : now);
    }

    /** Whether the path was invalidated since. @param sinceNanos a loop's time, at which the request for a response went out */
    boolean isSince(int path, long sinceNanos) {
        long time = times.get(Math.floorMod(path, PLACES));
        return time != 0 && sinceNanos - time <= 0;
    }

    /** Of a request's path. */
    static int hash(Head request) {
        int hash = 0;
        for (int at = request.pathFrom(); at < request.pathTo(); at++) {
            hash = 31 * hash + (Elements.at(request, at) & 0xff);
        }
        return hash;
    }

    /** Of a path as a request has it. */
    static int hash(String path) {
        return path.hashCode();                              // each char is a byte: the same function
    }
}
