package weir.cache;

import weir.http.FieldName;
import weir.http.Head;

/** The one range of a request (RFC 9110 §14.1.2, §14.2). Used again; allocates nothing. */
final class ByteRange {
    /** What is to be done with a Range field. */
    enum Kind {
        /** There is none, or none that is understood: the whole (RFC 9110 §14.2: MAY ignore). */
        WHOLE,
        ONE,
        UNSATISFIABLE
    }

    private static final String UNIT = "bytes=";

    private long first;
    private long last;

    /** @param bytes of the whole representation */
    Kind read(Head request, long bytes) {
        int field = request.find(FieldName.RANGE);
        if (field < 0 || request.findAfter(FieldName.RANGE, field) >= 0) {
            return Kind.WHOLE;
        }
        int from = request.valueFrom(field) + UNIT.length();
        int to = request.valueTo(field);
        if (from >= to || !isBytes(request, request.valueFrom(field)) || request.listEnd(from, to) < to) {
            return Kind.WHOLE;
        }
        int dash = from;
        while (dash < to && Elements.at(request, dash) != '-') {
            dash++;
        }
        if (dash == to) {
            return Kind.WHOLE;
        }
        long low = Elements.delta(request.bytes(), request.at(from), request.at(dash), Long.MAX_VALUE / 20);
        long high = Elements.delta(request.bytes(), request.at(dash + 1), request.at(to), Long.MAX_VALUE / 20);
        return dash == from ? suffix(high, bytes) : from(low, dash + 1 == to ? Long.MAX_VALUE : high, bytes);
    }

    private Kind suffix(long count, long bytes) {
        if (count < 0) {
            return Kind.WHOLE;
        }
        first = Math.max(0, bytes - count);
        last = bytes - 1;
        return count == 0 || bytes == 0 ? Kind.UNSATISFIABLE : Kind.ONE;
    }

    private Kind from(long low, long high, long bytes) {
        if (low < 0 || high < low) {
            return Kind.WHOLE;
        }
        first = low;
        last = Math.min(high, bytes - 1);
        return low >= bytes ? Kind.UNSATISFIABLE : Kind.ONE;
    }

    private static boolean isBytes(Head request, int from) {
        for (int i = 0; i < UNIT.length(); i++) {
            if (Elements.lower(Elements.at(request, from + i)) != UNIT.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    long first() {
        return first;
    }

    long last() {
        return last;
    }

    long length() {
        return last - first + 1;
    }
}
