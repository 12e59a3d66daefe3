package weir.h1;

/**
 * What is wrong with a message. In a request it becomes an answer with {@link #status}, in an origin's response a 502; the
 * reason goes to the access log as {@code end=malformed: …}.
 */
enum Fault {
    BARE_LF(400, "bare LF as a line end"),
    BARE_CR(400, "bare CR"),
    CONTROL_IN_VALUE(400, "control byte in a field value"),
    NAME_INVALID(400, "byte in a field name that is no token character"),
    NAME_EMPTY(400, "empty field name"),
    SPACE_BEFORE_COLON(400, "white space before the colon of a field line"),
    OBS_FOLD(400, "folded field line"),
    COLON_MISSING(400, "field line without a colon"),
    METHOD_INVALID(400, "byte in the method that is no token character"),
    METHOD_TOO_LONG(501, "method too long"),
    TARGET_EMPTY(400, "empty request-target"),
    TARGET_CONTROL(400, "control byte in the request-target"),
    TARGET_FRAGMENT(400, "# in the request-target"),
    TARGET_TOO_LONG(414, "request-target too long"),
    TARGET_FORM(400, "request-target in a form that the method does not allow"),
    TARGET_SCHEME(400, "scheme of the request-target is not http or https"),
    TARGET_USERINFO(400, "user information in the request-target"),
    TARGET_AUTHORITY(400, "invalid authority in the request-target"),
    PATH_INVALID(400, "invalid percent-encoding or control byte in the path"),
    MISDIRECTED(421, "scheme of the request-target is not the one of this listener"),
    VERSION_INVALID(400, "malformed HTTP version"),
    VERSION_UNSUPPORTED(505, "HTTP version other than 1.0 and 1.1"),
    STATUS_LINE_INVALID(400, "malformed status line"),
    STATUS_INVALID(400, "status code outside 100 to 599"),
    HEAD_CUT(400, "end of stream in the middle of the head"),
    HEAD_TOO_LARGE(431, "head too large"),
    FIELDS_TOO_MANY(431, "too many field lines"),
    HOST_MISSING(400, "Host missing"),
    HOST_DUPLICATE(400, "Host given twice"),
    HOST_INVALID(400, "invalid Host"),
    LENGTH_INVALID(400, "Content-Length is not a decimal number below 2^63"),
    LENGTH_DIFFERS(400, "two different Content-Length values"),
    LENGTH_WITH_CODING(400, "Content-Length with Transfer-Encoding"),
    CODING_IN_OLD_VERSION(400, "Transfer-Encoding in HTTP/1.0"),
    CODING_NOT_FINAL(400, "chunked is not the one and final transfer coding"),
    CODING_UNKNOWN(501, "transfer coding other than chunked"),
    EXPECTATION_UNKNOWN(417, "expectation other than 100-continue"),
    OPTIONS_TOO_MANY(431, "too many options in Connection"),
    MAX_FORWARDS_INVALID(400, "Max-Forwards is not a decimal number"),
    CHUNK_SIZE_INVALID(400, "chunk size is not 1 to 15 hexadecimal digits"),
    CHUNK_EXTENSION_INVALID(400, "control byte in a chunk extension"),
    CHUNK_LINE_TOO_LONG(400, "chunk-size line too long"),
    CHUNK_END_INVALID(400, "chunk data not followed by CRLF"),
    TRAILER_TOO_LARGE(431, "trailer section too large");

    /** What this fault in a request is answered with. */
    final int status;
    /** What the log says: {@code malformed: bare CR}. */
    final String reason;

    Fault(int status, String text) {
        this.status = status;
        this.reason = "malformed: " + text;
    }
}
