package weir.h1;

import java.util.EnumSet;
import java.util.Set;
import weir.http.FieldName;
import weir.http.Head;

/** Which fields a trailer section may not carry (RFC 9110 §6.5.1): what frames, routes, authenticates or steers a message. */
final class TrailerRules {
    private static final Set<FieldName> ALLOWED = EnumSet.of(FieldName.ETAG, FieldName.DATE);

    private TrailerRules() {}

    /** Takes out every field that weir or a server behind it acts on: they were decided on without the trailer section. */
    static void strip(Head trailers) {
        for (int i = 0, n = trailers.fields(); i < n; i++) {
            int id = trailers.id(i);
            if (id >= 0 && !ALLOWED.contains(FieldName.of(id))) {
                trailers.remove(i);
            }
        }
    }
}
