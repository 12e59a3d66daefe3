package weir.upstream;

/** How a request that was sent to a server ended, as metrics count it. */
public enum OriginResult {
    /** A complete response. */
    OK("ok"),
    /** No connection. */
    CONNECT("connect-error"),
    /** A connection, but no agreement on how to protect it, or a certificate that is not the server's. */
    TLS("tls"),
    /** The connection ended before a byte of the response. */
    RESET("reset"),
    /** A kept connection was dead: says nothing about the server. */
    STALE("stale"),
    /** No connection, or no response, in time. */
    TIMEOUT("timeout"),
    /** What came is no response. */
    MALFORMED("malformed"),
    /** The response broke off. */
    TRUNCATED("truncated"),
    /** Given up from this side: the client went away, or broke its own request. */
    ABORTED("aborted");

    private final String label;

    OriginResult(String label) {
        this.label = label;
    }

    /** The metric's label. */
    public String label() {
        return label;
    }
}
