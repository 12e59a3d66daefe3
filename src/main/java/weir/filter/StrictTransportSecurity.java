package weir.filter;

import java.nio.charset.StandardCharsets;
import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.Verdict;
import weir.http.FieldName;

/**
 * Tells browsers to come by https only (RFC 6797), in place of what an origin says of that. On a plain connection nothing is
 * said: there anybody could say it (§7.2). Stands left of all other filters, so that it sees their answers too.
 */
public final class StrictTransportSecurity implements Filter {
    private final byte[] value;

    /** @param value of the field, as {@code max-age=31536000; includeSubDomains} */
    public StrictTransportSecurity(String value) {
        this.value = value.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        return Verdict.NEXT;
    }

    @Override
    public boolean editsResponse() {
        return true;
    }

    @Override
    public void onResponse(Exchange exchange) {
        exchange.response().removeAll(FieldName.STRICT_TRANSPORT_SECURITY);
        if (exchange.client().isSecure() && !exchange.response().add(FieldName.STRICT_TRANSPORT_SECURITY, value)) {
            exchange.loop().journal().warnAtMostOncePerSecond("memory",
                    "server.memory is used up: a response goes without Strict-Transport-Security");
        }
    }
}
