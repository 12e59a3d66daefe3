package weir.cache;

import weir.http.FieldName;
import weir.http.Head;
import weir.http.HttpDate;

/**
 * What a request's preconditions mean for a stored response (RFC 9110 §13, RFC 9111 §4.3.2). If-Match and If-Unmodified-Since are
 * the origin's alone. Allocates nothing.
 */
final class Preconditions {
    private Preconditions() {}

    /**
     * Whether the client has the stored response already: 304. If-Modified-Since counts only without If-None-Match (RFC 9110 §13.1.3).
     *
     * @param stored its head
     */
    static boolean isNotModified(Head request, Head stored, long nowMillis) {
        if (request.has(FieldName.IF_NONE_MATCH)) {
            return matchesAny(request, stored);
        }
        if (!request.has(FieldName.IF_MODIFIED_SINCE)) {
            return false;
        }
        long since = Freshness.date(request, FieldName.IF_MODIFIED_SINCE, nowMillis);
        long modified = stored.has(FieldName.LAST_MODIFIED) ? Freshness.date(stored, FieldName.LAST_MODIFIED, nowMillis)
                : Freshness.date(stored, FieldName.DATE, nowMillis);
        return since != HttpDate.INVALID && modified != HttpDate.INVALID && modified <= since;
    }

    private static boolean matchesAny(Head request, Head stored) {
        int tag = stored.find(FieldName.ETAG);
        FieldName name = FieldName.IF_NONE_MATCH;
        for (int field = request.find(name); field >= 0; field = request.findAfter(name, field)) {
            int to = request.valueTo(field);
            for (int from = request.valueFrom(field); from < to; ) {
                int end = Elements.end(request, from, to);
                int first = request.skipBlanks(from, end);
                int last = request.trimBlanks(first, end);
                boolean star = last - first == 1 && Elements.at(request, first) == '*';
                if (star || tag >= 0 && first < last && sameOpaque(request, first, last, stored, stored.valueFrom(tag), stored.valueTo(tag))) {
                    return true;
                }
                from = end + 1;
            }
        }
        return false;
    }

    /** Weak comparison (RFC 9110 §8.8.3.2): whatever stands before the quotes. */
    static boolean sameOpaque(Head a, int from, int to, Head b, int otherFrom, int otherTo) {
        return same(a, from + weakPrefix(a, from, to), to, b, otherFrom + weakPrefix(b, otherFrom, otherTo), otherTo);
    }

    private static int weakPrefix(Head head, int from, int to) {
        return to - from > 2 && Elements.at(head, from) == 'W' && Elements.at(head, from + 1) == '/' ? 2 : 0;
    }

    private static boolean same(Head a, int from, int to, Head b, int otherFrom, int otherTo) {
        if (to - from != otherTo - otherFrom) {
            return false;
        }
        for (int i = 0; i < to - from; i++) {
            if (Elements.at(a, from + i) != Elements.at(b, otherFrom + i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether Range counts: there is no If-Range, or it names this very representation by a strong validator (RFC 9110 §13.1.5). */
    static boolean isRangeWanted(Head request, Head stored, long nowMillis) {
        int field = request.find(FieldName.IF_RANGE);
        if (field < 0) {
            return true;
        }
        int from = request.valueFrom(field);
        int to = request.valueTo(field);
        if (request.findAfter(FieldName.IF_RANGE, field) >= 0 || from == to) {
            return false;
        }
        if (Elements.at(request, from) == '"') {
            int tag = stored.find(FieldName.ETAG);
            return tag >= 0 && same(request, from, to, stored, stored.valueFrom(tag), stored.valueTo(tag));
        }
        long asked = Freshness.date(request, FieldName.IF_RANGE, nowMillis);
        long modified = Freshness.date(stored, FieldName.LAST_MODIFIED, nowMillis);
        long date = Freshness.date(stored, FieldName.DATE, nowMillis);
        return asked != HttpDate.INVALID && asked == modified && date != HttpDate.INVALID && date > modified;      // §8.8.2.2: strong
    }
}
