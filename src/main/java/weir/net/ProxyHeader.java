package weir.net;

import java.net.InetSocketAddress;

/**
 * What a proxy in front says of a connection by the header it begins with (HAProxy's PROXY protocol, versions 1 and 2). Arrays
 * are not to be changed.
 *
 * @param client who opened the connection; null where the header names nobody, as in a health check of the proxy's own: then
 *               the socket's own addresses hold
 * @param destination what the client connected to; null together with {@code client}
 * @param tls how the client came by TLS, or null
 * @param alpn the application protocol that was agreed on (RFC 7301), or null
 * @param authority the host name that the client asked for (SNI), UTF-8, or null
 * @param uniqueId what the proxy calls this connection, 1..128 bytes of its choice, or null
 * @param uniqueIdText the same for logs: as it is when all of it is printable ASCII, else in hex
 */
public record ProxyHeader(InetSocketAddress client, InetSocketAddress destination, Tls tls, byte[] alpn, byte[] authority,
        byte[] uniqueId, String uniqueIdText) {
    /** Both versions together with what follows a signature: longer ones are refused. */
    public static final int BYTES_MAX = 4096;
    /** Bound of the specification. */
    public static final int UNIQUE_ID_BYTES_MAX = 128;

    static final String SIGNATURE_1 = "PROXY ";
    static final String SIGNATURE_2 = "\r\n\r\n\0\r\nQUIT\n";
    /** A line of version 1 at its longest, CRLF included. */
    static final int LINE_BYTES_MAX = 107;
    /** Signature, version with command, family with protocol, and the length of what follows. */
    static final int FIXED_BYTES = 16;

    static final int TLV_ALPN = 0x01;
    static final int TLV_AUTHORITY = 0x02;
    static final int TLV_CRC32C = 0x03;
    static final int TLV_NOOP = 0x04;
    static final int TLV_UNIQUE_ID = 0x05;
    static final int TLV_SSL = 0x20;
    static final int SSL_VERSION = 0x21;
    static final int SSL_COMMON_NAME = 0x22;
    static final int CLIENT_SSL = 0x01;
    static final int CLIENT_CERTIFICATE_SHOWN = 0x02;

    /** A header that names nobody. */
    static final ProxyHeader NOBODY = new ProxyHeader(null, null, null, null, null, null, null);

    /**
     * TLS between the client and the proxy in front.
     *
     * @param version as the proxy writes it, {@code TLSv1.3}; empty when it does not say
     * @param commonName of the certificate that the client showed and the proxy verified, or null
     */
    public record Tls(String version, String commonName) {}
}
