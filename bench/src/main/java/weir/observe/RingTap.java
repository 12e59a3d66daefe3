package weir.observe;

import java.nio.ByteBuffer;

/** Takes the lines out of a ring in place of the writer and its thread, for benches. */
public final class RingTap {
    private RingTap() {}

    /** Throws away what is in it. @return how many bytes that was */
    public static int empty(LogRing ring) {
        long end = ring.published();
        int taken = 0;
        while (!ring.isEmpty()) {
            int piece = ring.readable(end).remaining();
            ring.taken(piece);
            taken += piece;
        }
        return taken;
    }

    /** What is in it, with its line feeds, as text of which each char is a byte. */
    public static String text(LogRing ring) {
        long end = ring.published();
        StringBuilder text = new StringBuilder();
        while (!ring.isEmpty()) {
            ByteBuffer piece = ring.readable(end);
            ring.taken(piece.remaining());
            while (piece.hasRemaining()) {
                text.append((char) (piece.get() & 0xff));
            }
        }
        return text.toString();
    }
}
