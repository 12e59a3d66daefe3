package weir.filter.gzip;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import weir.buffer.Scan;
import weir.filter.ChangedContent;
import weir.http.FieldName;
import weir.http.Head;

/**
 * Entity tags between a client that has coded content, with a weak tag, and an origin that gave it a strong one. Allocates nothing.
 *
 * <p>A client sends back {@code W/"x"}. In If-None-Match that means the same as {@code "x"} (RFC 9110 §8.8.3.2), which not every origin
 * knows; in If-Match it matches nothing (§13.1.1), and whoever read a text that was compressed on the way could never write it back. So the
 * strong tag is said as well. To an origin whose tag is weak itself that changes nothing: a strong comparison fails then as before.
 */
final class EntityTags {
    private static final int WEAK_BYTES = 2;
    /** What is added at most, in bytes; a request that would need more goes as it came, so that it stays within what servers take. */
    static final int MORE_BYTES_MAX = 4 << 10;
    private static final byte[] IF_MATCH = "If-Match".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] IF_NONE_MATCH = "If-None-Match".getBytes(StandardCharsets.US_ASCII);

    private EntityTags() {}

    /**
     * Adds to the tags of a condition the strong forms of weak ones, in one line.
     *
     * @param condition If-Match or If-None-Match
     * @return false at the pool's bound
     */
    static boolean addStrong(Head request, FieldName condition) {
        int more = 0;
        int before = 0;
        for (int field = request.find(condition); field >= 0; field = request.findAfter(condition, field)) {
            before += request.valueTo(field) - request.valueFrom(field) + 2;
            int end;
            for (int at = weak(request, request.valueFrom(field), request.valueTo(field)); at >= 0; at = weak(request, end, request.valueTo(field))) {
                end = tagEnd(request, at, request.valueTo(field));
                more += end - at - WEAK_BYTES + 2;
            }
        }
        return more == 0 || more > MORE_BYTES_MAX || rewrite(request, condition, before + more - 2);
    }

    private static boolean rewrite(Head request, FieldName condition, int length) {
        byte[] name = condition == FieldName.IF_MATCH ? IF_MATCH : IF_NONE_MATCH;
        int at = request.append(name.length + 2 + length + 2);
        if (at < 0) {
            return false;
        }
        ByteBuffer bytes = request.bytes();
        int start = at + name.length + 2;
        int to = start;
        bytes.put(request.at(at), name).put(request.at(at + name.length), (byte) ':').put(request.at(at + name.length + 1), (byte) ' ');
        for (int field = request.find(condition); field >= 0; field = request.findAfter(condition, field)) {
            to = copy(request, request.valueFrom(field), request.valueTo(field), to, start);
        }
        for (int field = request.find(condition); field >= 0; field = request.findAfter(condition, field)) {
            int end;
            for (int from = weak(request, request.valueFrom(field), request.valueTo(field)); from >= 0; from = weak(request, end, request.valueTo(field))) {
                end = tagEnd(request, from, request.valueTo(field));
                to = copy(request, from + WEAK_BYTES, end, to, start);
            }
        }
        assert to == start + length : "counted otherwise than written";
        bytes.put(request.at(to), (byte) '\r').put(request.at(to + 1), (byte) '\n');
        request.removeAll(condition);
        request.field(condition.ordinal(), at, at + name.length, start, to);
        return true;
    }

    /** @param start of all elements: behind the first one stands a comma before each */
    private static int copy(Head head, int from, int end, int to, int start) {
        int at = to;
        ByteBuffer bytes = head.bytes();
        if (at > start) {
            bytes.put(head.at(at++), (byte) ',').put(head.at(at++), (byte) ' ');
        }
        bytes.put(head.at(at), bytes, head.at(from), end - from);
        return at + end - from;
    }

    /** The next weak tag of a list from a place outside of quotes on, or -1. */
    private static int weak(Head request, int from, int to) {
        boolean quoted = false;
        for (int i = from; i < to; i++) {
            byte b = request.bytes().get(request.at(i));
            if (b == '"') {
                quoted = !quoted;
            } else if (!quoted && b == 'W' && to - i > WEAK_BYTES + 1 && request.bytes().get(request.at(i + 1)) == '/'
                    && request.bytes().get(request.at(i + WEAK_BYTES)) == '"') {
                return tagEnd(request, i, to) > 0 ? i : -1;
            }
        }
        return -1;
    }

    /** Behind the closing quote of the weak tag that starts there; 0 when there is none. No tag holds an escaped quote (RFC 9110 §8.8.3). */
    private static int tagEnd(Head request, int from, int to) {
        int close = Scan.indexOf(request.bytes(), request.at(from + WEAK_BYTES + 1), request.at(to), (byte) '"');
        return close < 0 ? 0 : close + 1 - request.at(0);
    }

    /** Whether the client has the response with the weak form of its strong tag: it names that in If-None-Match. */
    static boolean hasWeakened(Head request, Head response) {
        int tag = response.find(FieldName.ETAG);
        if (tag < 0 || ChangedContent.isWeak(response, response.valueFrom(tag), response.valueTo(tag))) {
            return false;
        }
        FieldName condition = FieldName.IF_NONE_MATCH;
        for (int field = request.find(condition); field >= 0; field = request.findAfter(condition, field)) {
            int end;
            for (int at = weak(request, request.valueFrom(field), request.valueTo(field)); at >= 0; at = weak(request, end, request.valueTo(field))) {
                end = tagEnd(request, at, request.valueTo(field));
                if (same(request, at + WEAK_BYTES, end, response, response.valueFrom(tag), response.valueTo(tag))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean same(Head a, int from, int to, Head b, int otherFrom, int otherTo) {
        boolean same = to - from == otherTo - otherFrom;
        for (int i = 0; same && i < to - from; i++) {
            same = a.bytes().get(a.at(from + i)) == b.bytes().get(b.at(otherFrom + i));
        }
        return same;
    }
}
