package weir.filter.gzip;

import java.nio.charset.StandardCharsets;
import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.Verdict;
import weir.http.FieldName;
import weir.http.Head;

/**
 * Stands left of a cache: writes Accept-Encoding anew, one of eight values, so that a response that depends on it is stored at most that
 * many times, and not once for each browser's way to write it. What an origin may code in itself (br, zstd, gzip) stays; quality values
 * do not, as any coding that is left is one that the client accepts and likes no less than none.
 */
public final class AcceptedCodings implements Filter {
    private static final byte[][] VALUES = new byte[Codings.SETS][];

    static {
        for (int set = 0; set < VALUES.length; set++) {
            VALUES[set] = Codings.text(set).getBytes(StandardCharsets.US_ASCII);
        }
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        Head request = exchange.request();
        byte[] value = VALUES[Codings.accepted(request)];
        request.removeAll(FieldName.ACCEPT_ENCODING);
        if (!request.add(FieldName.ACCEPT_ENCODING, value)) {
            exchange.answer(503, "memory");
            return Verdict.ANSWERED;
        }
        return Verdict.NEXT;
    }
}
