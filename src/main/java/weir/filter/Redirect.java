package weir.filter;

import java.nio.charset.StandardCharsets;
import weir.exchange.Exchange;
import weir.exchange.LocalAnswer;
import weir.http.FieldName;
import weir.http.Head;

/**
 * {@code redirect STATUS URL}: {@code {path}}, {@code {query}} (with its question mark) and {@code {host}} are filled in with
 * what the client asked for. Nothing of it can end the field line: the parser has refused control bytes.
 */
public final class Redirect implements LocalAnswer {
    private static final byte[] TEXT_PLAIN = "text/plain; charset=utf-8".getBytes(StandardCharsets.US_ASCII);

    private final int status;
    private final String location;

    /** @param status 301, 302, 303, 307 or 308 */
    public Redirect(int status, String location) {
        this.status = status;
        this.location = location;
    }

    @Override
    public void answer(Exchange exchange) {
        Head head = exchange.request();
        String path = path(head);
        // "//evil.example" behind an empty host would be another site to a browser
        String safePath = path.startsWith("//") ? "/" + path.replaceFirst("^/+", "") : path;
        String url = location.replace("{path}", safePath)
                .replace("{query}", head.text(head.queryFrom(), head.queryTo()))
                .replace("{host}", head.text(head.authorityFrom(), head.authorityTo()));
        byte[] body = ("See " + url + "\n").getBytes(StandardCharsets.ISO_8859_1);
        exchange.answer(status, "ok", TEXT_PLAIN, body, FieldName.LOCATION, url.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Empty for the asterisk-form (RFC 9112 §3.2.4): behind a host the star would become a part of it. */
    static String path(Head head) {
        String path = head.text(head.pathFrom(), head.pathTo());
        return path.startsWith("/") ? path : "";
    }
}
