package weir.cache;

import java.nio.ByteBuffer;
import weir.http.FieldName;
import weir.http.Head;

/** Walks the elements of a list (RFC 9110 §5.6.1) whose elements may hold quoted strings (§5.6.4). Offsets are the head's. */
final class Elements {
    /** The number of an argument that is none. */
    static final long NO_NUMBER = -1;

    private Elements() {}

    static byte at(Head head, int offset) {
        return head.bytes().get(head.at(offset));
    }

    /** The comma that ends the element which starts at {@code from}, or {@code to}. A quote that never ends is a plain byte. */
    static int end(Head head, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = at(head, i);
            if (b == ',') {
                return i;
            }
            if (b == '"') {
                int close = closingQuote(head, i, to);
                i = close < 0 ? i : close;
            }
        }
        return to;
    }

    /** The quote that ends the string which the one at {@code open} begins, or -1. */
    static int closingQuote(Head head, int open, int to) {
        for (int i = open + 1; i < to; i++) {
            byte b = at(head, i);
            if (b == '"') {
                return i;
            }
            if (b == '\\') {
                i++;
            }
        }
        return -1;
    }

    /** The first byte that is not part of a token (RFC 9110 §5.6.2). */
    static int tokenEnd(Head head, int from, int to) {
        int i = from;
        while (i < to && isToken(at(head, i))) {
            i++;
        }
        return i;
    }

    static boolean isToken(byte b) {
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b > 0 && "!#$%&'*+-.^_`|~".indexOf(b) >= 0;
    }

    /** Delta-seconds (RFC 9111 §1.2.2): digits and nothing else, saturating at {@code max}; else {@link #NO_NUMBER}. */
    static long delta(ByteBuffer b, int from, int to, long max) {
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = b.get(i) - '0';
            if (digit < 0 || digit > 9) {
                return NO_NUMBER;
            }
            value = Math.min(value * 10 + digit, max);
        }
        return from < to ? value : NO_NUMBER;
    }

    static boolean equalsIgnoreCase(Head a, int from, int to, Head b, int otherFrom, int otherTo) {
        if (to - from != otherTo - otherFrom) {
            return false;
        }
        for (int i = 0; i < to - from; i++) {
            if (lower(at(a, from + i)) != lower(at(b, otherFrom + i))) {
                return false;
            }
        }
        return true;
    }

    static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
    }

    /** Whether a field of {@code message}, any of its lines, lists the token that is {@code [from, to)} of {@code other}. */
    static boolean listHolds(Head message, FieldName name, Head other, int from, int to) {
        for (int field = message.find(name); field >= 0; field = message.findAfter(name, field)) {
            int end = message.valueTo(field);
            for (int at = message.valueFrom(field); at < end; ) {
                int comma = message.listEnd(at, end);
                int first = message.skipBlanks(at, comma);
                if (equalsIgnoreCase(message, first, message.trimBlanks(first, comma), other, from, to)) {
                    return true;
                }
                at = comma + 1;
            }
        }
        return false;
    }
}
