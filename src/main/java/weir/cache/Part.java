package weir.cache;

import weir.http.FieldName;
import weir.http.Head;
import weir.http.HttpDate;

/**
 * Which part of a representation a stored response is (RFC 9111 §3.3).
 *
 * @param range of the representation, whose whole length is known
 * @param validator a strong one (RFC 9110 §8.8.1), as it stands in ETag or Last-Modified; null for none: then it goes together with no other part
 */
record Part(ContentRange range, String validator) {
    /** Of a 206; null when it does not say, or not clearly, which part of how much it is. */
    static Part of(Head response, long nowMillis) {
        ContentRange range = response.status() == 206 ? ContentRange.of(response) : null;
        return range == null || range.complete() == ContentRange.UNKNOWN ? null : new Part(range, validator(response, nowMillis));
    }

    /** RFC 9110 §8.8.2.2: a date is strong when the representation had not changed for a while when it was sent. */
    private static String validator(Head response, long nowMillis) {
        if (response.has(FieldName.ETAG)) {
            String tag = response.value(FieldName.ETAG);
            boolean strong = tag.length() > 1 && tag.charAt(0) == '"' && response.findAfter(FieldName.ETAG, response.find(FieldName.ETAG)) < 0;
            return strong ? tag : null;
        }
        long modified = Freshness.date(response, FieldName.LAST_MODIFIED, nowMillis);
        long date = Freshness.date(response, FieldName.DATE, nowMillis);
        return modified != HttpDate.INVALID && date != HttpDate.INVALID && date > modified ? response.value(FieldName.LAST_MODIFIED) : null;
    }

    long first() {
        return range.first();
    }

    /** Behind its last byte. */
    long end() {
        return range.last() + 1;
    }

    long complete() {
        return range.complete();
    }

    /** Whether it has these bytes of the representation. */
    boolean covers(long first, long last) {
        return first >= range.first() && last <= range.last();
    }

    /** Whether both are parts of the same representation for sure (RFC 9110 §15.3.7.3). */
    boolean isOfSame(Part other) {
        return validator != null && validator.equals(other.validator) && complete() == other.complete();
    }

    /** Whether nothing is lost when it goes and the newer one stays: that has all of it, or is of another representation. */
    boolean isObsolete(Part newer) {
        return !isOfSame(newer) || newer.covers(first(), range.last());
    }
}
