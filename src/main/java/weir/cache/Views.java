package weir.cache;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A loop's own views of an {@link Arena}'s chunks: a socket is written to from a buffer's position to its limit, which no two loops
 * may share. As many as there are chunks at most, made when a chunk is first read from. One loop's.
 */
final class Views {
    private ByteBuffer[] views = new ByteBuffer[8];

    /** Returns the view of a chunk; its position and limit may be changed, and are put back. Allocates when it is the first time. */
    ByteBuffer of(int number, ByteBuffer chunk) {
        if (number >= views.length) {
            views = Arrays.copyOf(views, Math.max(number + 1, 2 * views.length));
        }
        ByteBuffer view = views[number];
        if (view == null) {
            view = chunk.duplicate();
            views[number] = view;
        }
        return view;
    }
}
