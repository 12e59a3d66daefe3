package weir.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * Reads the PROXY header that a connection begins with, of either version.
 *
 * <p>It takes no byte of what follows, TLS or HTTP: it asks the socket for only as many bytes as the header has for certain,
 * judging by what came so far, and what follows stays in the kernel. So nothing above has to know that there was a header, and
 * connections without one pay nothing. The other ways: looking first (MSG_PEEK) is not in the JDK, and giving back what was read
 * too much would put one more kind of transport below every connection. The price is some reads for each connection that has
 * a header: three for version 2, up to twenty for version 1, which does not say how long it is.
 *
 * <pre>
 *   MORE -header complete-> DONE      MORE -anything else-> BAD      MORE -end of the stream before the first byte-> NOTHING
 * </pre>
 *
 * Not thread safe.
 */
public final class ProxyHeaderReader {
    /** How far it has come. */
    public enum State { MORE, DONE, BAD, NOTHING }

    /** What any header has: {@code PROXY UNKNOWN} and its line end is the shortest one. */
    private static final int FIRST_BYTES = 15;
    private static final int LINE_END_BYTES = 2;
    private static final int ADDRESSES_FROM = ProxyHeader.FIXED_BYTES;
    private static final int SSL_FIXED_BYTES = 5;
    private static final int UNIX_BYTES = 216;
    /** Types of fields that may stand there once, a bit for each. */
    private static final long KNOWN = 1L << ProxyHeader.TLV_ALPN | 1L << ProxyHeader.TLV_AUTHORITY | 1L << ProxyHeader.TLV_CRC32C
            | 1L << ProxyHeader.TLV_UNIQUE_ID | 1L << ProxyHeader.TLV_SSL;

    private byte[] bytes = new byte[ProxyHeader.LINE_BYTES_MAX];
    private int count;
    private int wanted = FIRST_BYTES;
    private State state = State.MORE;
    private ProxyHeader header;
    private String fault;

    /** Takes what is there of the header. @throws IOException the connection is broken */
    public State read(Transport transport) throws IOException {
        while (state == State.MORE) {
            int n = transport.read(ByteBuffer.wrap(bytes, count, wanted - count));
            if (n == 0) {
                break;
            }
            if (n < 0) {
                state = count == 0 ? State.NOTHING : bad("it ends in the middle");
            } else {
                count += n;
                state = judge();
            }
        }
        return state;
    }

    /** Of a header that is DONE. */
    public ProxyHeader header() {
        return header;
    }

    /** What is wrong with one that is BAD. */
    public String fault() {
        return fault;
    }

    /** Whether no byte has come yet. */
    public boolean isIdle() {
        return count == 0;
    }

    private State bad(String what) {
        fault = what;
        return State.BAD;
    }

    private State judge() {
        if (beginsWith(ProxyHeader.SIGNATURE_1)) {
            return judgeLine();
        }
        return beginsWith(ProxyHeader.SIGNATURE_2) ? judgeBinary() : bad("the connection does not begin with one");
    }

    private boolean beginsWith(String signature) {
        for (int i = 0; i < Math.min(count, signature.length()); i++) {
            if (bytes[i] != signature.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    // ---- version 1

    private State judgeLine() {
        int end = 0;
        while (end < count && bytes[end] != '\r' && bytes[end] != '\n') {
            end++;
        }
        if (end < count && bytes[end] == '\n') {
            return bad("a line that does not end with CR LF");
        }
        if (end + 1 >= count) {
            wanted = Math.max(wanted, end < count ? count + 1 : count + lineBytesLeft());
            return wanted > ProxyHeader.LINE_BYTES_MAX ? bad("a line of more than " + ProxyHeader.LINE_BYTES_MAX + " bytes") : State.MORE;
        }
        return bytes[end + 1] != '\n' ? bad("a line that does not end with CR LF") : judgeFields(text(0, end));
    }

    /** What a line with addresses still has at least: the fields that have not begun, the blanks before them, and its end. */
    private int lineBytesLeft() {
        int blanks = 0;
        for (int i = 0; i < count; i++) {
            blanks += bytes[i] == ' ' ? 1 : 0;
        }
        if (count < FIRST_BYTES || bytes[6] != 'T') {
            return LINE_END_BYTES;
        }
        int address = bytes[9] == '4' ? "0.0.0.0".length() : "::".length();
        return LINE_END_BYTES + (blanks < 3 ? 1 + address : 0) + (blanks < 4 ? 2 : 0) + (blanks < 5 ? 2 : 0);
    }

    private State judgeFields(String line) {
        String[] fields = line.split(" ", -1);
        if (fields[1].equals("UNKNOWN")) {
            header = ProxyHeader.NOBODY;                          // whatever follows is to be ignored
            return State.DONE;
        }
        int length = fields[1].equals("TCP4") ? 4 : fields[1].equals("TCP6") ? 16 : 0;
        if (length == 0) {
            return bad("its protocol is neither TCP4, TCP6 nor UNKNOWN");
        }
        if (fields.length != 6) {
            return bad("it has not two addresses and two ports");
        }
        InetSocketAddress client = address(length, fields[2], fields[4]);
        InetSocketAddress destination = address(length, fields[3], fields[5]);
        if (client == null || destination == null) {
            return bad("an address or a port in it is none");
        }
        header = new ProxyHeader(client, destination, null, null, null, null, null);
        return State.DONE;
    }

    private static InetSocketAddress address(int length, String address, String port) {
        byte[] raw = IpLiteral.parse(address);
        boolean digits = !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
        if (raw == null || raw.length != length || !digits || port.length() > 1 && port.charAt(0) == '0' || Integer.parseInt(port) > 65535) {
            return null;
        }
        return socketAddress(raw, Integer.parseInt(port));
    }

    private static InetSocketAddress socketAddress(byte[] raw, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(raw), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);                          // only a length other than 4 or 16 is refused
        }
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    // ---- version 2

    private State judgeBinary() {
        wanted = Math.max(wanted, ProxyHeader.FIXED_BYTES);
        if (count < ProxyHeader.FIXED_BYTES) {
            return State.MORE;
        }
        if (wanted == ProxyHeader.FIXED_BYTES) {
            String what = faultOfFixed();
            if (what != null) {
                return bad(what);
            }
            wanted += number(14);
            bytes = Arrays.copyOf(bytes, wanted);
        }
        return count < wanted ? State.MORE : judgeBlock();
    }

    private String faultOfFixed() {
        if ((bytes[12] & 0xf0) != 0x20) {
            return "its version is not 2";
        }
        if ((bytes[12] & 0x0f) > 1) {
            return "its command is neither LOCAL nor PROXY";
        }
        if (!isLocal() && ((bytes[13] >> 4 & 0x0f) > 3 || (bytes[13] & 0x0f) > 2)) {
            return "its address family or protocol is unknown";
        }
        return ProxyHeader.FIXED_BYTES + number(14) > ProxyHeader.BYTES_MAX ? "it is longer than " + ProxyHeader.BYTES_MAX + " bytes" : null;
    }

    /** The proxy speaks for itself: what else stands in the header is to be ignored. */
    private boolean isLocal() {
        return (bytes[12] & 0x0f) == 0;
    }

    private int number(int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    private State judgeBlock() {
        if (isLocal()) {
            header = ProxyHeader.NOBODY;
            return State.DONE;
        }
        int length = switch (bytes[13] >> 4) {
            case 1 -> 4;
            case 2 -> 16;
            default -> 0;
        };
        int fields = ADDRESSES_FROM + (bytes[13] >> 4 == 3 ? UNIX_BYTES : length == 0 ? 0 : 2 * length + 4);
        if (fields > count) {
            return bad("it is too short for its addresses");
        }
        boolean stream = (bytes[13] & 0x0f) == 1;                 // datagrams are nothing that came here
        InetSocketAddress client = length == 0 || !stream ? null : socketAddress(length, 0);
        InetSocketAddress destination = client == null ? null : socketAddress(length, 1);
        return judgeExtensions(client, destination, fields);
    }

    private InetSocketAddress socketAddress(int length, int index) {
        int from = ADDRESSES_FROM + index * length;
        return socketAddress(Arrays.copyOfRange(bytes, from, from + length), number(ADDRESSES_FROM + 2 * length + 2 * index));
    }

    private State judgeExtensions(InetSocketAddress client, InetSocketAddress destination, int from) {
        byte[] alpn = null;
        byte[] authority = null;
        byte[] uniqueId = null;
        ProxyHeader.Tls tls = null;
        long seen = 0;
        int to;
        for (int at = from; at < count; at = to) {
            to = end(at, count);
            if (to < 0) {
                return bad("a field in it is longer than the header");
            }
            int type = bytes[at] & 0xff;
            boolean known = type < Long.SIZE && (KNOWN >> type & 1) != 0;
            if (known && (seen >> type & 1) != 0) {
                return bad("a field stands twice in it");
            }
            seen |= known ? 1L << type : 0;
            int begin = at + 3;
            switch (type) {
                case ProxyHeader.TLV_ALPN -> alpn = value(begin, to);
                case ProxyHeader.TLV_AUTHORITY -> authority = value(begin, to);
                case ProxyHeader.TLV_UNIQUE_ID -> {
                    if (to - begin > ProxyHeader.UNIQUE_ID_BYTES_MAX) {
                        return bad("a unique id of more than " + ProxyHeader.UNIQUE_ID_BYTES_MAX + " bytes");
                    }
                    uniqueId = value(begin, to);
                }
                case ProxyHeader.TLV_CRC32C -> {
                    if (to - begin != 4 || !checksumHolds(begin)) {
                        return bad("its checksum is wrong");
                    }
                }
                case ProxyHeader.TLV_SSL -> {
                    if (!isWellFormedSsl(begin, to)) {
                        return bad("what it says of TLS has a wrong length");
                    }
                    tls = tls(begin, to);
                }
                default -> { }
            }
        }
        header = new ProxyHeader(client, destination, tls, alpn, authority, uniqueId, uniqueId == null ? null : text(uniqueId));
        return State.DONE;
    }

    /** Null for an empty one. */
    private byte[] value(int from, int to) {
        return from == to ? null : Arrays.copyOfRange(bytes, from, to);
    }

    private static String text(byte[] uniqueId) {
        for (byte b : uniqueId) {
            if (b < ' ' || b == 0x7f) {
                return HexFormat.of().formatHex(uniqueId);
            }
        }
        return new String(uniqueId, StandardCharsets.US_ASCII);
    }

    /** Where the field that begins there ends; -1 when that is beyond the limit. */
    private int end(int at, int limit) {
        int end = at + 3 > limit ? -1 : at + 3 + number(at + 1);
        return end > limit ? -1 : end;
    }

    private boolean checksumHolds(int at) {
        byte[] whole = Arrays.copyOf(bytes, count);
        Arrays.fill(whole, at, at + 4, (byte) 0);
        CRC32C crc = new CRC32C();
        crc.update(whole);
        return (int) crc.getValue() == (number(at) << 16 | number(at + 2));
    }

    private boolean isWellFormedSsl(int from, int to) {
        int at = from + SSL_FIXED_BYTES;
        if (at > to) {
            return false;
        }
        while (at >= 0 && at < to) {
            at = end(at, to);
        }
        return at >= 0;
    }

    /** A common name counts only when the proxy has verified the certificate. Null when the client came without TLS. */
    private ProxyHeader.Tls tls(int from, int to) {
        if ((bytes[from] & ProxyHeader.CLIENT_SSL) == 0) {
            return null;
        }
        boolean verified = number(from + 1) == 0 && number(from + 3) == 0;
        String version = "";
        String name = null;
        for (int at = from + SSL_FIXED_BYTES; at < to; at = end(at, to)) {
            int type = bytes[at] & 0xff;
            if (type == ProxyHeader.SSL_VERSION) {
                version = text(at + 3, end(at, to));
            } else if (type == ProxyHeader.SSL_COMMON_NAME && verified) {
                name = new String(bytes, at + 3, end(at, to) - at - 3, StandardCharsets.UTF_8);
            }
        }
        return new ProxyHeader.Tls(version, name);
    }
}
