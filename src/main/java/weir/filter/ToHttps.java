package weir.filter;

import java.nio.charset.StandardCharsets;
import weir.exchange.Exchange;
import weir.exchange.LocalAnswer;
import weir.http.FieldName;
import weir.http.Head;

/** Sends a request to https: the same host, path and query, another port. */
public final class ToHttps implements LocalAnswer {
    private static final int PORT_OF_HTTPS = 443;
    private static final byte[] TEXT_PLAIN = "text/plain; charset=utf-8".getBytes(StandardCharsets.US_ASCII);

    private final int status;
    private final String port;

    /** @param status 301, 302, 307 or 308 @param port 1..65535 */
    public ToHttps(int status, int port) {
        this.status = status;
        this.port = port == PORT_OF_HTTPS ? "" : ":" + port;
    }

    @Override
    public void answer(Exchange exchange) {
        Head head = exchange.request();
        int hostLength = Routes.withoutPort(head) - head.at(head.authorityFrom());
        if (hostLength == 0) {                               // HTTP/1.0 without Host: nobody knows where to
            exchange.answer(400, "no-host");
            return;
        }
        String url = "https://" + head.text(head.authorityFrom(), head.authorityFrom() + hostLength) + port
                + Redirect.path(head) + head.text(head.queryFrom(), head.queryTo());
        byte[] body = ("See " + url + "\n").getBytes(StandardCharsets.ISO_8859_1);
        exchange.answer(status, "ok", TEXT_PLAIN, body, FieldName.LOCATION, url.getBytes(StandardCharsets.ISO_8859_1));
    }
}
