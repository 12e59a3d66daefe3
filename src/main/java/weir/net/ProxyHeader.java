package weir.net;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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
    static final int CLIENT_CERTIFICATE = 0x04;

    /** A header that names nobody. */
    public static final ProxyHeader NOBODY = new ProxyHeader(null, null, null, null, null, null, null);

    /**
     * TLS between the client and the proxy in front.
     *
     * @param version as the proxy writes it, {@code TLSv1.3}; empty when it does not say
     * @param commonName of the certificate that the client showed and the proxy verified, or null
     */
    public record Tls(String version, String commonName) {
        private byte[] binary() {
            byte[] versionBytes = version.getBytes(StandardCharsets.US_ASCII);
            byte[] name = commonName == null ? new byte[0] : commonName.getBytes(StandardCharsets.UTF_8);
            ByteBuffer out = ByteBuffer.allocate(5 + 3 + versionBytes.length + 3 + name.length);
            // Whether it was shown on this connection or on an earlier one of the same session is not known: the weaker claim.
            out.put((byte) (CLIENT_SSL | (commonName == null ? 0 : CLIENT_CERTIFICATE))).putInt(commonName == null ? 1 : 0);
            put(out, SSL_VERSION, versionBytes);
            put(out, SSL_COMMON_NAME, name);
            return Arrays.copyOf(out.array(), out.position());
        }
    }

    /** The header in version 1, a line of text: tells addresses and ports and nothing else. */
    public byte[] line() {
        if (client == null) {
            return (SIGNATURE_1 + "UNKNOWN\r\n").getBytes(StandardCharsets.US_ASCII);
        }
        boolean four = isVersion4();
        return (SIGNATURE_1 + (four ? "TCP4 " : "TCP6 ") + text(client, four) + ' ' + text(destination, four) + ' ' + client.getPort() + ' '
                + destination.getPort() + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** The header in version 2: all of it, but for what does not fit into {@link #BYTES_MAX}. */
    public byte[] binary() {
        ByteBuffer out = ByteBuffer.allocate(BYTES_MAX);
        out.put(SIGNATURE_2.getBytes(StandardCharsets.US_ASCII));
        if (client == null) {
            out.put((byte) 0x20).put((byte) 0).putShort((short) 0);
        } else {
            boolean four = isVersion4();
            out.put((byte) 0x21).put((byte) (four ? 0x11 : 0x21)).putShort((short) 0);
            out.put(raw(client, four)).put(raw(destination, four)).putShort((short) client.getPort()).putShort((short) destination.getPort());
            put(out, TLV_SSL, tls == null ? null : tls.binary());
            put(out, TLV_UNIQUE_ID, uniqueId);
            put(out, TLV_AUTHORITY, authority);
            put(out, TLV_ALPN, alpn);
            out.putShort(FIXED_BYTES - 2, (short) (out.position() - FIXED_BYTES));
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    private static void put(ByteBuffer out, int type, byte[] value) {
        if (value != null && value.length > 0 && value.length + 3 <= out.remaining()) {
            out.put((byte) type).putShort((short) value.length).put(value);
        }
    }

    /** Else both are of version 6; where only one is, the other is written as mapped. */
    private boolean isVersion4() {
        return client.getAddress() instanceof Inet4Address && destination.getAddress() instanceof Inet4Address;
    }

    private static byte[] raw(InetSocketAddress address, boolean four) {
        byte[] raw = address.getAddress().getAddress();
        if (four || raw.length == 16) {
            return raw;
        }
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        System.arraycopy(raw, 0, mapped, 12, 4);
        return mapped;
    }

    private static String text(InetSocketAddress address, boolean four) {
        String text = address.getAddress().getHostAddress();
        int zone = text.indexOf('%');
        return !four && address.getAddress() instanceof Inet4Address ? "::ffff:" + text : zone < 0 ? text : text.substring(0, zone);
    }
}
