package weir.upstream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Looks for a text in bytes that come in pieces (Knuth, Morris, Pratt 1977): nothing is kept of what has passed. */
final class Fragment {
    private final byte[] wanted;
    /** For each length of what matches now: how much still matches when the next byte does not fit. */
    private final int[] fallback;
    private int matched;

    Fragment(String text) {
        wanted = text.getBytes(StandardCharsets.UTF_8);
        fallback = new int[wanted.length + 1];
        for (int i = 1; i < wanted.length; i++) {
            fallback[i + 1] = longer(fallback[i], wanted[i]);
        }
    }

    void reset() {
        matched = 0;
    }

    /** Takes the next bytes. */
    void add(ByteBuffer bytes, int from, int to) {
        for (int i = from; i < to && !isFound(); i++) {
            matched = longer(matched, bytes.get(i));
        }
    }

    private int longer(int known, byte next) {
        int length = known;
        while (length > 0 && wanted[length] != next) {
            length = fallback[length];
        }
        return wanted[length] == next ? length + 1 : 0;
    }

    boolean isFound() {
        return matched == wanted.length;
    }
}
