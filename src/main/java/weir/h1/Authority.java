package weir.h1;

import java.nio.ByteBuffer;

/**
 * Checks {@code uri-host [":" port]} (RFC 9110 §4.2.1) more strictly than the grammar of RFC 3986 does: of a registered name
 * only letters, digits, {@code - . _ ~}, as sub-delims and percent-encodings in a host are read in more than one way.
 */
final class Authority {
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHS = ONES << 7;
    private static final boolean[] NAME = new boolean[256];

    static {
        for (int c = 0; c < 128; c++) {
            NAME[c] = Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0;
        }
    }

    private Authority() {}

    /** @param portNeeded the port may not be missing, as in the authority-form (RFC 9112 §3.2.3) */
    static boolean isValid(ByteBuffer b, int from, int to, boolean portNeeded) {
        int p = from;
        if (p < to && b.get(p) == '[') {
            p++;
            while (p < to && isLiteral(b.get(p))) {
                p++;
            }
            if (p == to || b.get(p) != ']' || p - from < 3) {
                return false;
            }
            p++;
        } else {
            while (p + Long.BYTES <= to && areNames(b.getLong(p))) {
                p += Long.BYTES;
            }
            while (p < to && isName(b.get(p))) {
                p++;
            }
            if (p == from) {
                return false;
            }
        }
        return p == to ? !portNeeded : b.get(p) == ':' && isPort(b, p + 1, to, portNeeded);
    }

    private static boolean isPort(ByteBuffer b, int from, int to, boolean needed) {
        int port = 0;
        for (int i = from; i < to; i++) {
            int digit = b.get(i) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            port = port * 10 + digit;
            if (port > 65535) {
                return false;
            }
        }
        return !needed || to > from;
    }

    /** Whether eight bytes are letters, digits, hyphens and dots, all of them. Below 0x80 no sum carries into the next byte. */
    private static boolean areNames(long word) {
        long folded = word | 0x20 * ONES;
        long letters = folded + (0x80 - 'a') * ONES & ~(folded + (0x7f - 'z') * ONES);
        long hyphenToNine = word + (0x80 - '-') * ONES & ~(word + (0x7f - '9') * ONES);
        long noSlash = (word ^ '/' * ONES) + 0x7f * ONES;
        return ((letters | hyphenToNine & noSlash) & ~word & HIGHS) == HIGHS;
    }

    private static boolean isName(byte b) {
        return NAME[b & 0xff];
    }

    private static boolean isLiteral(byte b) {
        return b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F' || b >= '0' && b <= '9' || b == ':' || b == '.';
    }
}
