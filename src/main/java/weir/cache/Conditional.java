package weir.cache;

import java.nio.charset.StandardCharsets;
import weir.http.FieldName;
import weir.http.Head;

/** Makes a client's request one of the cache's own: for the whole response, or for the validation of a stored one (RFC 9111 §4.3.1). */
final class Conditional {
    private static final FieldName[] OF_THE_CLIENT = {FieldName.IF_MATCH, FieldName.IF_NONE_MATCH, FieldName.IF_MODIFIED_SINCE,
            FieldName.IF_UNMODIFIED_SINCE, FieldName.IF_RANGE, FieldName.RANGE};

    private Conditional() {}

    /** Whether the answer may be something else than the whole response. */
    static boolean isConditional(Head request) {
        for (FieldName name : OF_THE_CLIENT) {
            if (request.has(name)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Replaces the client's conditions by those that validate a stored response, if there is one.
     *
     * @param request kept
     * @param ranged for what its Range asks for, and not for the whole
     * @return false at the pool's bound
     */
    static boolean prepare(Head request, Stored validate, boolean ranged) {
        for (FieldName name : OF_THE_CLIENT) {
            if (!ranged || name != FieldName.RANGE) {
                request.removeAll(name);
            }
        }
        if (validate == null) {
            return true;
        }
        Head stored = new Head();
        validate.readHead(stored);
        return copy(stored, FieldName.ETAG, request, FieldName.IF_NONE_MATCH)
                && copy(stored, FieldName.LAST_MODIFIED, request, FieldName.IF_MODIFIED_SINCE);
    }

    /** Makes a request one for what an assembly lacks, if what it has is still of the current representation (RFC 9110 §13.1.5). @return false at the pool's bound */
    static boolean prepare(Head request, Assembly assembly) {
        return prepare(request, null, false) && request.add(FieldName.RANGE, assembly.gapRange().getBytes(StandardCharsets.US_ASCII))
                && request.add(FieldName.IF_RANGE, assembly.newest().part().validator().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static boolean copy(Head stored, FieldName validator, Head request, FieldName condition) {
        String value = stored.value(validator);
        return value == null || request.add(condition, value.getBytes(StandardCharsets.ISO_8859_1));
    }
}
