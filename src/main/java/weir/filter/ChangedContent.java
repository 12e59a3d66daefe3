package weir.filter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import weir.http.BodyFraming;
import weir.http.Digests;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.Method;

/** What the head of a response must say, and no longer say, when its content is not what the origin sent. Allocates nothing. */
public final class ChangedContent {
    private static final byte[] WEAK = "ETag: W/".getBytes(StandardCharsets.US_ASCII);
    private static final int NAME_BYTES = 4;
    private static final int VALUE_AT = 6;

    private static final byte[] ACCEPT_RANGES = "accept-ranges".getBytes(StandardCharsets.US_ASCII);

    private ChangedContent() {}

    /** Whether a response has content, or would have it to GET, and that is a whole representation: no part of one, and no word about one. */
    public static boolean isWhole(Head request, Head response) {
        int status = response.status();
        boolean content = request.method() == Method.HEAD || response.framing() != BodyFraming.NONE;
        return content && status >= 200 && status != 204 && status != 205 && status != 206 && status != 304 && !response.has(FieldName.CONTENT_RANGE);
    }

    /**
     * Edits a kept head: the tag becomes weak (RFC 9110 §8.8.1: not the same bytes any more), digests go, and so does the offer of ranges,
     * which would be cut from other bytes than the client has.
     *
     * @return false at the pool's bound: nothing has been changed
     */
    public static boolean tell(Head head) {
        if (!weaken(head)) {
            return false;
        }
        Digests.remove(head);
        head.removeAll(ACCEPT_RANGES);
        return true;
    }

    /** Makes a strong tag weak. @return false at the pool's bound: nothing has been changed */
    private static boolean weaken(Head head) {
        int field = head.find(FieldName.ETAG);
        if (field < 0 || isWeak(head, head.valueFrom(field), head.valueTo(field))) {
            return true;
        }
        int from = head.valueFrom(field);
        int length = head.valueTo(field) - from;
        int at = head.append(WEAK.length + length + 2);
        if (at < 0) {
            return false;
        }
        int end = at + WEAK.length + length;
        ByteBuffer bytes = head.bytes();
        bytes.put(head.at(at), WEAK);
        bytes.put(head.at(at + WEAK.length), bytes, head.at(from), length);
        bytes.put(head.at(end), (byte) '\r').put(head.at(end + 1), (byte) '\n');
        head.removeAll(FieldName.ETAG);
        head.field(FieldName.ETAG.ordinal(), at, at + NAME_BYTES, at + VALUE_AT, end);
        return true;
    }

    /** Whether an entity tag is a weak one. */
    public static boolean isWeak(Head head, int from, int to) {
        return to - from > 2 && head.bytes().get(head.at(from)) == 'W' && head.bytes().get(head.at(from + 1)) == '/';
    }
}
