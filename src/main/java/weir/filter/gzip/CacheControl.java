package weir.filter.gzip;

import java.nio.charset.StandardCharsets;
import weir.buffer.Scan;
import weir.http.FieldName;
import weir.http.Head;

/** What Cache-Control says that matters to a coding (RFC 9111 §5.2). Allocates nothing. */
final class CacheControl {
    /** Intermediaries leave the content as it is (§5.2.1.6, §5.2.2.6). */
    static final int NO_TRANSFORM = 1;
    /** A response that shared caches may store, so that nobody's secrets can be in it. */
    static final int SHARED = 2;

    private static final int KEPT = 4;
    private static final byte[] NO_TRANSFORM_TEXT = lower("no-transform");
    private static final byte[] MAX_AGE = lower("max-age");
    private static final byte[][] FOR_ALL = {lower("public"), lower("s-maxage")};
    private static final byte[][] FOR_ONE = {lower("private"), lower("no-store"), lower("no-cache")};

    private CacheControl() {}

    private static byte[] lower(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    /** @return {@link #NO_TRANSFORM} and {@link #SHARED}, of those that are said */
    static int read(Head head) {
        int said = 0;
        for (int field = head.find(FieldName.CACHE_CONTROL); field >= 0; field = head.findAfter(FieldName.CACHE_CONTROL, field)) {
            int to = head.valueTo(field);
            for (int from = head.valueFrom(field); from < to; ) {
                int end = head.listEnd(from, to);
                said |= directive(head, head.skipBlanks(from, end), head.trimBlanks(from, end));
                from = end + 1;
            }
        }
        return (said & KEPT) != 0 ? said & NO_TRANSFORM : said;
    }

    private static int directive(Head head, int from, int to) {
        int equals = Scan.indexOf(head.bytes(), head.at(from), head.at(Math.max(from, to)), (byte) '=');
        int nameEnd = equals < 0 ? to : equals - head.at(0);
        if (is(head, from, nameEnd, NO_TRANSFORM_TEXT)) {
            return NO_TRANSFORM;
        }
        if (is(head, from, nameEnd, MAX_AGE)) {
            return isPositive(head, nameEnd + 1, to) ? SHARED : 0;
        }
        return isOneOf(head, from, nameEnd, FOR_ALL) ? SHARED : isOneOf(head, from, nameEnd, FOR_ONE) ? KEPT : 0;
    }

    private static boolean isOneOf(Head head, int from, int to, byte[][] names) {
        for (byte[] name : names) {
            if (is(head, from, to, name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean is(Head head, int from, int to, byte[] name) {
        return to - from == name.length && Scan.equalsIgnoreCase(head.bytes(), head.at(from), head.at(to), name);
    }

    private static boolean isPositive(Head head, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = head.bytes().get(head.at(i));
            if (b >= '1' && b <= '9') {
                return true;
            }
        }
        return false;
    }
}
