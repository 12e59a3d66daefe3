package weir.upstream;

/** How a request that was sent to a server ended, as metrics count it. */
public enum OriginResult {
    /** A response of a status below 500. */
    OK("ok"),
    /** A response of status 500 or above, but for those of {@link #UNAVAILABLE}. */
    SERVER_ERROR("server-error"),
    /**
     * A response of status 502, 503 or 504: the server, or one behind it, cannot serve now (RFC 9110 §15.6). Other 5xx are more
     * often the fault of one request: who can make a server answer 500 shall not be able to take it away from everybody.
     */
    UNAVAILABLE("unavailable"),
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
            case SERVER_ERROR, UNAVAILABLE, CONNECT, TLS, RESET, TIMEOUT, MALFORMED, TRUNCATED -> true;
        };
    }

    /** Whether some of these in a row eject the server. */
    boolean meansOutage() {
        return isFailure() && this != SERVER_ERROR;
    }

    /** Whether it says nothing about the server. */
    boolean saysNothing() {
        return this == STALE || this == ABORTED;
    }

    /** A response of this status has come, and was complete or not wanted. */
    public static OriginResult of(int status) {
        return status < 500 ? OK : status >= 502 && status <= 504 ? UNAVAILABLE : SERVER_ERROR;
    }

    /** The metric's label. */
    public String label() {
        return label;
    }
}
