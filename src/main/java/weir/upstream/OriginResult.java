package weir.upstream;

/** How a request that was sent to a server ended, as metrics count it. */
public enum OriginResult {
    /** A response of a status below 500. */
    OK("ok"),
    /** A response of status 500 or above. */
    SERVER_ERROR("server-error"),
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
    /** Given up from this side: the client went away, or broke its own request, or another server was faster. */
    ABORTED("aborted");

    private final String label;

    OriginResult(String label) {
        this.label = label;
    }

    /** Whether it speaks against the server. */
    boolean isFailure() {
        return switch (this) {
            case OK, STALE, ABORTED -> false;
            case SERVER_ERROR, CONNECT, TLS, RESET, TIMEOUT, MALFORMED, TRUNCATED -> true;
        };
    }

    /** The metric's label. */
    public String label() {
        return label;
    }
}
