package weir.net;

import java.nio.ByteBuffer;

/**
 * How a connection is protected, for those above who have to tell others: logs, origins, checks. Read on the loop; constant
 * once the connection stands.
 */
public interface Protection {
    /** {@code TLSv1.3} or {@code TLSv1.2}. */
    String version();

    /** The cipher suite by its IANA name. */
    String suite();

    /** The name that the client asked for (SNI), lower case; empty when it named none. */
    String serverName();

    /** The application protocol that was agreed on (RFC 7301), as {@code http/1.1}; empty for none. */
    default String applicationProtocol() {
        return "";
    }

    /** Whether the certificate that was shown covers this host, which stands without port in {@code [from, to)}. */
    boolean covers(ByteBuffer bytes, int from, int to);

    /** What the peer showed and we verified of itself; null when it showed none. */
    PeerCertificate peerCertificate();

    /**
     * A verified certificate of the peer, as text for field lines; arrays are not to be changed.
     *
     * @param subject its distinguished name (RFC 4514), ASCII, other characters escaped
     * @param fingerprint SHA-256 of the certificate, 64 lower case hex digits
     * @param commonName the most specific one of its subject; null for none
     * @param encoded the certificate as a byte sequence of structured fields: base64 of its DER between colons (RFC 9440 §2.1)
     */
    record PeerCertificate(byte[] subject, byte[] fingerprint, String commonName, byte[] encoded) {}
}
