package weir;

import java.util.Locale;

/**
 * A response as it came.
 *
 * @param head start line and field lines with their CRLFs, and the empty line
 * @param body as on the wire: chunked stays chunked
 * @param connectionOpen whether the connection could carry another request after it
 */
public record RawAnswer(String head, String body, boolean connectionOpen) {
    public int status() {
        return head.length() < 12 ? 0 : Integer.parseInt(head.substring(9, 12));
    }

    /** The value of the first field line of this name, or null. */
    public String field(String name) {
        for (String line : head.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
                return line.substring(colon + 1).trim();
            }
        }
        return null;
    }

    /** Reads the next response. @param toHead it answers a HEAD request: there is no body */
    public static RawAnswer read(RawConnection connection, boolean toHead) {
        String head = connection.readHead();
        RawAnswer bare = new RawAnswer(head, "", true);
        int status = bare.status();
        boolean close = head.isEmpty() || "close".equals(bare.field("Connection"));
        String body = "";
        if (!toHead && status >= 200 && status != 204 && status != 304) {
            if ("chunked".equals(bare.field("Transfer-Encoding"))) {
                body = connection.readChunked();
            } else if (bare.field("Content-Length") != null) {
                body = connection.readBytes(Integer.parseInt(bare.field("Content-Length")));
            } else if (!head.isEmpty()) {
                body = connection.readAll();
                close = true;
            }
        }
        return new RawAnswer(head, body, !close);
    }
}
