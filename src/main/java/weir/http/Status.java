package weir.http;

import java.nio.charset.StandardCharsets;

/** Status codes and their reason phrases (RFC 9110 §15, RFC 6585, RFC 8297). */
public final class Status {
    private static final String[] REASONS = new String[600];
    private static final byte[][] LINES = new byte[600][];

    static {
        reason(100, "Continue");
        reason(101, "Switching Protocols");
        reason(103, "Early Hints");
        reason(200, "OK");
        reason(201, "Created");
        reason(202, "Accepted");
        reason(204, "No Content");
        reason(206, "Partial Content");
        reason(301, "Moved Permanently");
        reason(302, "Found");
        reason(303, "See Other");
        reason(304, "Not Modified");
        reason(307, "Temporary Redirect");
        reason(308, "Permanent Redirect");
        reason(400, "Bad Request");
        reason(401, "Unauthorized");
        reason(403, "Forbidden");
        reason(404, "Not Found");
        reason(405, "Method Not Allowed");
        reason(408, "Request Timeout");
        reason(410, "Gone");
        reason(411, "Length Required");
        reason(412, "Precondition Failed");
        reason(413, "Content Too Large");
        reason(414, "URI Too Long");
        reason(415, "Unsupported Media Type");
        reason(416, "Range Not Satisfiable");
        reason(417, "Expectation Failed");
        reason(421, "Misdirected Request");
        reason(422, "Unprocessable Content");
        reason(425, "Too Early");
        reason(426, "Upgrade Required");
        reason(429, "Too Many Requests");
        reason(431, "Request Header Fields Too Large");
        reason(451, "Unavailable For Legal Reasons");
        reason(500, "Internal Server Error");
        reason(501, "Not Implemented");
        reason(502, "Bad Gateway");
        reason(503, "Service Unavailable");
        reason(504, "Gateway Timeout");
        reason(505, "HTTP Version Not Supported");
    }

    private Status() {}

    /** The standard reason phrase, or an empty string (RFC 9112 §4 allows none). */
    public static String reason(int status) {
        return status >= 100 && status < 600 && REASONS[status] != null ? REASONS[status] : "";
    }

    /** {@code HTTP/1.1 200 OK CRLF} as bytes, ready to be copied; not to be changed. {@code status} is 100..599. */
    public static byte[] line(int status) {
        byte[] line = LINES[status];
        if (line == null) {                        // every loop computes the same bytes: a race is harmless
            line = ("HTTP/1.1 " + status + ' ' + reason(status) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            LINES[status] = line;
        }
        return line;
    }

    private static void reason(int status, String phrase) {
        REASONS[status] = phrase;
    }
}
