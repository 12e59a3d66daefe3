package weir.cache;

import weir.buffer.BufferPool;
import weir.http.FieldName;
import weir.http.Head;

/** A stored head after a 304 or a HEAD has confirmed it (RFC 9111 §3.2, §4.3.4, §4.3.5). */
final class Update {
    private Update() {}

    /** Whether a 304 is about this stored head: it names no other representation than that (RFC 9111 §4.3.4). */
    static boolean isAbout(Head stored, Head confirming) {
        return agrees(stored, confirming, FieldName.ETAG)
                && (confirming.has(FieldName.ETAG) || agrees(stored, confirming, FieldName.LAST_MODIFIED));
    }

    /**
     * Whether the response to a HEAD is about another representation than the stored one (RFC 9111 §4.3.5): a validator differs, or
     * the length does.
     *
     * @param bytes of the stored content, -1 while nobody knows
     */
    static boolean isContradicted(Head stored, long bytes, Head response) {
        long length = response.contentLength();
        return !agrees(stored, response, FieldName.ETAG) || !agrees(stored, response, FieldName.LAST_MODIFIED)
                || bytes >= 0 && length >= 0 && length != bytes;
    }

    private static boolean agrees(Head stored, Head confirming, FieldName validator) {
        int a = stored.find(validator);
        int b = confirming.find(validator);
        return b < 0 || a >= 0 && Preconditions.sameOpaque(stored, stored.valueFrom(a), stored.valueTo(a), confirming, confirming.valueFrom(b),
                confirming.valueTo(b));
    }

    /**
     * Replaces the fields of {@code merged} by those that came, but for the ones that its content depends on (RFC 9111 §3.2).
     *
     * @param merged the stored head, kept
     * @param said directives of the one that came
     * @return false at the pool's bound
     */
    static boolean merge(Head merged, Head confirming, Directives said, BufferPool pool) {
        for (int i = 0; i < confirming.fields(); i++) {
            if (replaces(confirming, i, said)) {
                merged.removeAll(name(confirming, i, true));
            }
        }
        if (!confirming.has(FieldName.DATE)) {
            merged.removeAll(FieldName.DATE);                // it is as old as this answer now
        }
        for (int i = 0; i < confirming.fields(); i++) {
            if (replaces(confirming, i, said) && !merged.add(confirming.id(i), name(confirming, i, false), value(confirming, i))) {
                return false;
            }
        }
        return merged.keep(pool);
    }

    private static boolean replaces(Head confirming, int field, Directives said) {
        int id = confirming.id(field);
        boolean kept = id == FieldName.CONTENT_ENCODING.ordinal() || id == FieldName.CONTENT_RANGE.ordinal();
        return !kept && (Storing.isFieldStored(confirming, field, said) || id == FieldName.AGE.ordinal());
    }

    private static byte[] name(Head head, int field, boolean lowerCase) {
        byte[] name = new byte[head.nameTo(field) - head.nameFrom(field)];
        for (int i = 0; i < name.length; i++) {
            byte b = Elements.at(head, head.nameFrom(field) + i);
            name[i] = lowerCase ? (byte) Elements.lower(b) : b;
        }
        return name;
    }

    private static byte[] value(Head head, int field) {
        byte[] value = new byte[head.valueTo(field) - head.valueFrom(field)];
        head.bytes().get(head.at(head.valueFrom(field)), value);
        return value;
    }
}
