package weir.cache;

import weir.http.FieldName;
import weir.http.Head;

/**
 * The ranges of a request (RFC 9110 §14.1.2, §14.2), as far as they are answered: one, or several that do not overlap. Used again;
 * allocates nothing.
 */
final class ByteRange {
    /** A field with more ranges is ignored (RFC 9110 §14.2, §17.15). */
    static final int RANGES_MAX = 16;

    /** What is to be done with a Range field. */
    enum Kind {
        /** There is none, or none that is understood, or one that asks for bytes twice: the whole (RFC 9110 §14.2: MAY ignore). */
        WHOLE,
        ONE,
        SEVERAL,
        UNSATISFIABLE
    }

    private static final String UNIT = "bytes=";

    private final long[] firsts = new long[RANGES_MAX];
    private final long[] lasts = new long[RANGES_MAX];
    private int count;

    /** @param bytes of the whole representation */
    Kind read(Head request, long bytes) {
        int field = request.find(FieldName.RANGE);
        if (field < 0 || request.findAfter(FieldName.RANGE, field) >= 0) {
            return Kind.WHOLE;
        }
        int at = request.valueFrom(field) + UNIT.length();
        int to = request.valueTo(field);
        if (at >= to || !isBytes(request, request.valueFrom(field))) {
            return Kind.WHOLE;
        }
        count = 0;
        int asked = 0;
        while (at <= to) {
            int end = request.listEnd(at, to);
            int from = request.skipBlanks(at, end);
            int behind = request.trimBlanks(from, end);
            if (from < behind && (++asked > RANGES_MAX || !element(request, from, behind, bytes))) {
                return Kind.WHOLE;
            }
            at = end + 1;
        }
        return switch (count) {
            case 0 -> asked == 0 ? Kind.WHOLE : Kind.UNSATISFIABLE;
            case 1 -> Kind.ONE;
            default -> overlap() ? Kind.WHOLE : Kind.SEVERAL;
        };
    }

    /** Takes up one range, unless nothing of it is there. @return false when it is none */
    private boolean element(Head request, int from, int to, long bytes) {
        int dash = from;
        while (dash < to && Elements.at(request, dash) != '-') {
            dash++;
        }
        if (dash == to) {
            return false;
        }
        long low = Elements.delta(request.bytes(), request.at(from), request.at(dash), Long.MAX_VALUE / 20);
        long high = Elements.delta(request.bytes(), request.at(dash + 1), request.at(to), Long.MAX_VALUE / 20);
        if (dash == from) {                                  // the last so many bytes
            return high >= 0 && add(Math.max(0, bytes - high), bytes - 1);
        }
        high = dash + 1 == to ? Long.MAX_VALUE : high;
        return low >= 0 && high >= low && add(low, Math.min(high, bytes - 1));
    }

    private boolean add(long first, long last) {
        if (first <= last) {
            firsts[count] = first;
            lasts[count++] = last;
        }
        return true;
    }

    /** At most 120 comparisons. */
    private boolean overlap() {
        for (int i = 1; i < count; i++) {
            for (int j = 0; j < i; j++) {
                if (firsts[i] <= lasts[j] && firsts[j] <= lasts[i]) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isBytes(Head request, int from) {
        for (int i = 0; i < UNIT.length(); i++) {
            if (Elements.lower(Elements.at(request, from + i)) != UNIT.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    int count() {
        return count;
    }

    long first(int range) {
        return firsts[range];
    }

    long last(int range) {
        return lasts[range];
    }

    long length(int range) {
        return lasts[range] - firsts[range] + 1;
    }
}
