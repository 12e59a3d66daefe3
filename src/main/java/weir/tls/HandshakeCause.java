package weir.tls;

import java.util.Locale;

/** Why a handshake failed: the label of its metric. */
enum HandshakeCause {
    /** Over its deadline. */
    TIMEOUT,
    /** The peer left, in order or not. */
    CLOSED,
    /** The first bytes were an HTTP request in clear. */
    PLAIN_HTTP,
    /** The first bytes were neither TLS nor HTTP. */
    NO_TLS,
    /** No version in common. */
    VERSION,
    /** No cipher suite, group or signature algorithm in common. */
    ALGORITHMS,
    /** A certificate was missing, or nobody we trust vouches for it. */
    CERTIFICATE,
    /** A server name that no certificate covers. */
    SERVER_NAME,
    /** No application protocol in common (RFC 7301 §3.2). */
    APPLICATION_PROTOCOL,
    /** The peer said that it does not want to go on. */
    PEER_ALERT,
    /** Too many at once, or too many bytes. */
    FLOOD,
    /** Anything else that breaks the protocol. */
    PROTOCOL;

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The JDK has one exception for all of them; what it says differs little between 17 and 25. */
    static HandshakeCause of(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        if (text.startsWith("Received fatal alert") || text.startsWith("(certificate_") && text.contains("Received")) {
            return PEER_ALERT;
        } else if (text.contains("nrecognized server name")) {
            return SERVER_NAME;
        } else if (text.contains("No negotiable") || text.contains("no cipher suites in common") || text.contains("No available authentication scheme")
                || text.contains("no group") || text.contains("No supported") || text.contains("in common")) {
            return text.contains("application protocol") ? APPLICATION_PROTOCOL : ALGORITHMS;
        } else if (text.contains("application protocol") || text.contains("application layer protocol")) {
            return APPLICATION_PROTOCOL;
        } else if (text.contains("protocol version") || text.contains("protocol is disabled") || text.contains("is not enabled or supported")
                || text.contains("not enabled") || text.contains("No appropriate protocol")) {
            return VERSION;
        } else if (text.contains("ertificate") || text.contains("PKIX") || text.contains("ertPath") || text.contains("pin")) {
            return CERTIFICATE;
        }
        return PROTOCOL;
    }
}
