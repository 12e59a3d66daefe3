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
     * @return false at the pool's bound
     */
    static boolean prepare(Head request, Stored validate) {
        for (FieldName name : OF_THE_CLIENT) {
            request.removeAll(name);
        }
        if (validate == null) {
            return true;
        }
        Head stored = new Head();
        validate.readHead(stored);
        return copy(stored, FieldName.ETAG, request, FieldName.IF_NONE_MATCH)
                && copy(stored, FieldName.LAST_MODIFIED, request, FieldName.IF_MODIFIED_SINCE);
    }

    private static boolean copy(Head stored, FieldName validator, Head request, FieldName condition) {
        String value = stored.value(validator);
        return value == null || request.add(condition, value.getBytes(StandardCharsets.ISO_8859_1));
    }
}
