package weir.filter.gzip;

import java.nio.charset.StandardCharsets;
import weir.exchange.Exchange;
import weir.exchange.Verdict;
import weir.filter.ChangedContent;
import weir.http.FieldName;
import weir.http.Head;

/** What a filter of codings reads and writes whichever way it goes. Two of them on a route do it once. */
public final class Negotiation {
    /** In {@link Exchange#codings}, beside the bits of {@link Codings}: the request has been read. */
    private static final int READ = Codings.SETS;

    private static final byte[] ACCEPT_ENCODING = "Accept-Encoding".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ACCEPT_ENCODING_LOWER = "accept-encoding".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ANY = "*".getBytes(StandardCharsets.US_ASCII);

    private Negotiation() {}

    /** Of the request as the client sent it: filters behind may edit it. */
    public static Verdict read(Exchange exchange) {
        if (exchange.codings() != 0) {
            return Verdict.NEXT;
        }
        Head request = exchange.request();
        exchange.codings(Codings.accepted(request) | READ);
        if (request.has(FieldName.IF_NONE_MATCH) && !EntityTags.addStrong(request, FieldName.IF_NONE_MATCH)
                || request.has(FieldName.IF_MATCH) && !EntityTags.addStrong(request, FieldName.IF_MATCH)) {
            exchange.answer(503, "memory");
            return Verdict.ANSWERED;
        }
        return Verdict.NEXT;
    }

    static boolean acceptsGzip(Exchange exchange) {
        return (exchange.codings() & Codings.GZIP) != 0;
    }

    /**
     * RFC 9110 §15.4.5: a 304 has the Vary and the tag of the response that it confirms. That one's type nobody tells, so Vary is there always.
     *
     * @return false at the pool's bound
     */
    static boolean notModified(Head request, Head response) {
        return addVary(response) && weakenConfirmed(request, response);
    }

    /** Gives a 304 the tag in the form in which the client has it. @return false at the pool's bound */
    public static boolean weakenConfirmed(Head request, Head response) {
        return !EntityTags.hasWeakened(request, response) || ChangedContent.tell(response);
    }

    /** Whether content has a coding. */
    public static boolean isCoded(Head response) {
        return Codings.isCoded(response);
    }

    /** Whether one of them says no-transform (RFC 9111 §5.2.1.6, §5.2.2.6). */
    public static boolean forbidsTransformation(Head request, Head response) {
        return ((CacheControl.read(response) | CacheControl.read(request)) & CacheControl.NO_TRANSFORM) != 0;
    }

    /** Says that it depends on Accept-Encoding. @return false at the pool's bound */
    static boolean addVary(Head response) {
        return response.hasToken(FieldName.VARY, ACCEPT_ENCODING_LOWER) || response.hasToken(FieldName.VARY, ANY)
                || response.add(FieldName.VARY, ACCEPT_ENCODING);
    }
}
