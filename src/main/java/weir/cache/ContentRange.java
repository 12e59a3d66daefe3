package weir.cache;

import java.nio.charset.StandardCharsets;
import weir.buffer.Scan;
import weir.http.BodyFraming;
import weir.http.FieldName;
import weir.http.Head;

/**
 * Which part of a representation a response with one part carries (RFC 9110 §14.4).
 *
 * @param first position of the first byte, 0 or above
 * @param last position of the last one, not below {@code first}
 * @param complete bytes of the whole representation, above {@code last}; {@link #UNKNOWN} where the origin does not say
 */
record ContentRange(long first, long last, long complete) {
    static final long UNKNOWN = -1;

    private static final String UNIT = "bytes ";

    /** Of a 206; null when it has no readable one, more than one, or one that contradicts its Content-Length. */
    static ContentRange of(Head response) {
        int field = response.find(FieldName.CONTENT_RANGE);
        if (field < 0 || response.findAfter(FieldName.CONTENT_RANGE, field) >= 0) {
            return null;
        }
        ContentRange range = parse(response, response.valueFrom(field), response.valueTo(field));
        boolean contradicts = range != null && response.framing() == BodyFraming.LENGTH
                && response.contentLength() != range.length();
        return contradicts ? null : range;
    }

    /** Whether a 206 speaks of bytes, as one with several ranges does without this field (RFC 9110 §15.3.7.2). */
    static boolean isInBytes(Head response) {
        int field = response.find(FieldName.CONTENT_RANGE);
        return field < 0 || response.valueFrom(field) + UNIT.length() <= response.valueTo(field) && startsWithUnit(response, response.valueFrom(field));
    }

    private static ContentRange parse(Head response, int from, int to) {
        int at = from + UNIT.length();
        if (at > to || !startsWithUnit(response, from)) {
            return null;
        }
        int dash = find(response, at, to, '-');
        int slash = find(response, at, to, '/');
        if (dash < 0 || slash < dash) {
            return null;
        }
        long first = number(response, at, dash);
        long last = number(response, dash + 1, slash);
        boolean unknown = to == slash + 2 && Elements.at(response, slash + 1) == '*';
        long complete = unknown ? UNKNOWN : number(response, slash + 1, to);
        boolean valid = first >= 0 && last >= first && (unknown || complete > last);
        return valid ? new ContentRange(first, last, complete) : null;
    }

    /** Adds the field of a 206 to a kept head. @return false at the pool's bound */
    static boolean add(Head head, long first, long last, long complete) {
        return head.add(FieldName.CONTENT_RANGE, new ContentRange(first, last, complete).toString().getBytes(StandardCharsets.US_ASCII));
    }

    /** Adds the field of a 416 to a kept head (RFC 9110 §15.5.17). @return false at the pool's bound */
    static boolean addUnsatisfied(Head head, long complete) {
        return head.add(FieldName.CONTENT_RANGE, (UNIT + "*/" + complete).getBytes(StandardCharsets.US_ASCII));
    }

    /** Range units are case-insensitive (RFC 9110 §14.1). */
    private static boolean startsWithUnit(Head response, int from) {
        for (int i = 0; i < UNIT.length(); i++) {
            if (Elements.lower(Elements.at(response, from + i)) != UNIT.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int find(Head response, int from, int to, char wanted) {
        int at = Scan.indexOf(response.bytes(), response.at(from), response.at(to), (byte) wanted);
        return at < 0 ? -1 : from + at - response.at(from);
    }

    private static long number(Head response, int from, int to) {
        return Scan.decimal(response.bytes(), response.at(from), response.at(to));
    }

    /** As a field's value. */
    @Override
    public String toString() {
        return UNIT + first + "-" + last + "/" + complete;
    }

    long length() {
        return last - first + 1;
    }
}
