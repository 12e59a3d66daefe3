package weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static weir.ProxyWire.SIGNATURE;
import static weir.ProxyWire.V4;
import static weir.ProxyWire.V6;
import static weir.ProxyWire.binary;
import static weir.ProxyWire.bytes;
import static weir.ProxyWire.field;
import static weir.ProxyWire.hex;
import static weir.ProxyWire.latin;
import static weir.ProxyWire.proxied;
import static weir.ProxyWire.ssl;
import static weir.ProxyWire.withChecksum;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weir.FuzzSeed;
import weir.net.ProxyHeaderReader.State;

/** PROXY headers in bytes, in any pieces: what they say, and that nothing behind them is taken. */
class ProxyHeaderTest {
    private static final String REST = "\r\n\r\n\0\r\nQUIT\nPROXY TCP4 ";
    private static final String FROM_V4 = "/192.0.2.7:54321 /198.51.100.1:443";

    private static Arguments good(String what, String wire, String says) {
        return arguments(what, wire, says);
    }

    private static Arguments bad(String what, String wire) {
        return arguments(what, wire, null);
    }

    static Stream<Arguments> rows() {
        String nobody = "null null null null null null";
        String nothingMore = " null null null null";
        String line = "PROXY TCP4 192.0.2.7 198.51.100.1 54321 443\r\n";
        return Stream.of(
                good("1: TCP4", line, FROM_V4 + nothingMore),
                good("1: shortest addresses", "PROXY TCP4 1.1.1.1 2.2.2.2 0 0\r\n", "/1.1.1.1:0 /2.2.2.2:0" + nothingMore),
                good("1: longest addresses of version 4", "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
                        "/255.255.255.255:65535 /255.255.255.255:65535" + nothingMore),
                good("1: TCP6", "PROXY TCP6 2001:db8::1 2001:DB8::2 1 2\r\n", "/[2001:db8:0:0:0:0:0:1]:1 /[2001:db8:0:0:0:0:0:2]:2" + nothingMore),
                good("1: TCP6, shortest", "PROXY TCP6 :: :: 1 2\r\n", "/[0:0:0:0:0:0:0:0]:1 /[0:0:0:0:0:0:0:0]:2" + nothingMore),
                good("1: TCP6, mapped", "PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n", "/192.0.2.7:1 /[0:0:0:0:0:0:0:1]:2" + nothingMore),
                good("1: longest of all", "PROXY TCP6 " + "ffff:".repeat(7) + "ffff " + "ffff:".repeat(7) + "ffff 65535 65535\r\n",
                        ("/[" + "ffff:".repeat(7) + "ffff]:65535 ").repeat(2).strip() + nothingMore),
                good("1: UNKNOWN", "PROXY UNKNOWN\r\n", nobody),
                good("1: UNKNOWN with something", "PROXY UNKNOWN ffff:f...f:ffff 65535 x\0y\r\n", nobody),
                good("1: UNKNOWN, 107 bytes", "PROXY UNKNOWN " + "x".repeat(91) + "\r\n", nobody),
                bad("1: UNKNOWN, 108 bytes", "PROXY UNKNOWN " + "x".repeat(92) + "\r\n"),
                bad("1: UNKNOWN and no blank", "PROXY UNKNOWNS\r\n"),
                bad("1: no line end", "PROXY TCP4 " + "1".repeat(200)),
                bad("1: bare LF", line.replace("\r", "")),
                bad("1: bare CR", line.replace("\n", "")),
                bad("1: another protocol", line.replace("TCP4", "UDP4")),
                bad("1: lower case", line.toLowerCase(java.util.Locale.ROOT)),
                bad("1: nothing but a line", "PROXY \r\n"),
                bad("1: no addresses", "PROXY TCP4\r\n"),
                bad("1: a field is missing", "PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n"),
                bad("1: a field too many", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\r\n"),
                bad("1: two blanks", "PROXY TCP4  1.1.1.1 2.2.2.2 1 2\r\n"),
                bad("1: a blank at the end", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 \r\n"),
                bad("1: families mixed", "PROXY TCP4 1.1.1.1 ::1 1 2\r\n"),
                bad("1: the other family", "PROXY TCP6 1.1.1.1 2.2.2.2 1 2\r\n"),
                bad("1: a leading zero in an address", "PROXY TCP4 010.1.1.1 2.2.2.2 1 2\r\n"),
                bad("1: no address", "PROXY TCP4 1.1.1.256 2.2.2.2 1 2\r\n"),
                bad("1: two gaps", "PROXY TCP6 1::2::3 ::1 1 2\r\n"),
                bad("1: a zone", "PROXY TCP6 fe80::1%1 ::1 1 2\r\n"),
                bad("1: a port beyond 65535", "PROXY TCP4 1.1.1.1 2.2.2.2 65536 2\r\n"),
                bad("1: a port of five leading zeros", "PROXY TCP4 1.1.1.1 2.2.2.2 00080 2\r\n"),
                bad("1: a signed port", "PROXY TCP4 1.1.1.1 2.2.2.2 +1 2\r\n"),
                bad("1: an empty port", "PROXY TCP4 1.1.1.1 2.2.2.2  2\r\n"),

                good("2: TCP4", proxied(""), FROM_V4 + nothingMore),
                good("2: TCP6", binary(0x21, 0x21, V6), "/[2001:db8:0:0:0:0:0:1]:54321 /[2001:db8:0:0:0:0:0:2]:443" + nothingMore),
                good("2: LOCAL", binary(0x20, 0x00, ""), nobody),
                good("2: LOCAL, all else ignored", binary(0x20, 0xff, "x".repeat(40)), nobody),
                good("2: LOCAL, as large as may be", binary(0x20, 0x11, "x".repeat(4080)), nobody),
                bad("2: LOCAL, larger", binary(0x20, 0x11, "x".repeat(4081))),
                good("2: UNSPEC", binary(0x21, 0x00, ""), nobody),
                good("2: UNSPEC with an id", binary(0x21, 0x00, field(5, "id")), "null null null null null id"),
                good("2: UDP4", binary(0x21, 0x12, V4), nobody),
                good("2: AF_UNIX", binary(0x21, 0x31, "x".repeat(216) + field(5, "id")), "null null null null null id"),
                bad("2: AF_UNIX, too short", binary(0x21, 0x31, "x".repeat(215))),
                bad("2: version 1", binary(0x11, 0x11, V4)),
                bad("2: version 3", binary(0x31, 0x11, V4)),
                bad("2: another command", binary(0x22, 0x11, V4)),
                bad("2: another family", binary(0x21, 0x41, V4)),
                bad("2: another protocol", binary(0x21, 0x13, V4)),
                bad("2: too short for its addresses", binary(0x21, 0x11, V4.substring(1))),
                bad("2: version 6 in the room of version 4", binary(0x21, 0x21, V4)),
                bad("2: the largest length", SIGNATURE + hex("2111ffff") + V4),

                good("2: NOOP, empty and not", proxied(field(4, "") + field(4, "xx") + field(4, "")), FROM_V4 + nothingMore),
                good("2: fields nobody knows", proxied(field(0xea, "\1vpce-1") + field(0x30, "netns") + field(0xff, "") + field(0, "")), FROM_V4 + nothingMore),
                good("2: application protocol and authority", proxied(field(1, "h2") + field(2, "a.example")), FROM_V4 + " null h2 a.example null"),
                good("2: unique id of 128 bytes", proxied(field(5, "i".repeat(128))), FROM_V4 + " null null null " + "i".repeat(128)),
                bad("2: unique id of 129 bytes", proxied(field(5, "i".repeat(129)))),
                bad("2: unique id twice", proxied(field(5, "a") + field(5, "a"))),
                good("2: checksum", withChecksum("", 0), FROM_V4 + nothingMore),
                good("2: checksum behind others", withChecksum(field(5, "id"), 0), FROM_V4 + " null null null id"),
                bad("2: checksum wrong", withChecksum("", 1)),
                bad("2: checksum of 3 bytes", proxied(field(3, "\0\0\0"))),
                good("2: TLS", proxied(ssl(1, 1, field(0x21, "TLSv1.3") + field(0x23, "TLS_AES_128_GCM_SHA256"))),
                        FROM_V4 + " Tls[version=TLSv1.3, commonName=null] null null null"),
                good("2: TLS with a certificate", proxied(ssl(7, 0, field(0x21, "TLSv1.2") + field(0x22, "al\u00c3\u00afce"))),
                        FROM_V4 + " Tls[version=TLSv1.2, commonName=al\u00efce] null null null"),
                good("2: TLS, certificate not verified", proxied(ssl(7, 1, field(0x22, "mallory"))),
                        FROM_V4 + " Tls[version=, commonName=null] null null null"),
                good("2: TLS says no TLS", proxied(ssl(0, 1, field(0x21, "TLSv1.3"))), FROM_V4 + nothingMore),
                bad("2: TLS too short", proxied(field(0x20, "\1\0\0\0"))),
                bad("2: TLS with a field beyond its end", proxied(field(0x20, "\1\0\0\0\0\41\0\10TLSv1.3"))),
                bad("2: TLS with half a field", proxied(ssl(1, 0, "\41\0"))),
                bad("2: a field beyond the end", proxied("\5\0\3id")),
                bad("2: half a field", proxied("\5\0")),

                bad("HTTP", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("TLS", hex("1603010200010001fc0303") + "x".repeat(100)),
                bad("a signature that turns wrong", SIGNATURE.substring(0, 11) + "X" + "x".repeat(100)),
                bad("another word", "PROXIES TCP4 1.1.1.1 2.2.2.2 1 2\r\n"));
    }

    /** Whole, byte by byte, in two at each place (the long ones at some). */
    static List<int[]> ways(int length) {
        List<int[]> ways = new ArrayList<>();
        ways.add(new int[] {length});
        ways.add(IntStream.rangeClosed(1, length).toArray());
        for (int cut = 1; cut < length; cut += length < 600 ? 1 : 97) {
            ways.add(new int[] {cut, length});
        }
        return ways;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void saysTheSameInAnyPieces(String what, String wire, String says) throws IOException {
        byte[] all = bytes(wire + REST);
        for (int[] way : ways(all.length)) {
            assertThat(read(all, way)).as("cut at %s", Arrays.toString(way)).isEqualTo(says == null ? null : wire.length() + " " + says);
        }
        assertThat(PlainProxyHeader.read(all)).as("the twin").isEqualTo(says == null ? null : wire.length() + " " + says);
    }

    /** As the twin has it; null when it was refused. Of a good one, exactly its bytes must be taken. */
    private static String read(byte[] all, int... way) throws IOException {
        MemoryTransport transport = new MemoryTransport();
        ProxyHeaderReader reader = new ProxyHeaderReader();
        State state = State.MORE;
        int from = 0;
        for (int to : way) {
            transport.give(Arrays.copyOfRange(all, from, to));
            from = to;
            state = reader.read(transport);
        }
        if (state == State.MORE) {
            transport.giveEnd();
            state = reader.read(transport);
        }
        if (state != State.DONE) {
            assertThat(state).isEqualTo(State.BAD);
            assertThat(reader.fault()).isNotEmpty();
            return null;
        }
        ByteBuffer rest = ByteBuffer.allocate(all.length);
        transport.read(rest);
        ProxyHeader header = reader.header();
        assertThat(latin(Arrays.copyOf(rest.array(), rest.position()))).isEqualTo(latin(all).substring(all.length - rest.position()));
        return all.length - rest.position() + " " + header.client() + " " + header.destination() + " " + header.tls() + " " + text(header.alpn())
                + " " + text(header.authority()) + " " + text(header.uniqueId());
    }

    private static String text(byte[] value) {
        return value == null ? null : latin(value);
    }

    // ---- written

    private static InetSocketAddress at(String address, int port) {
        try {
            byte[] raw = IpLiteral.parse(address);
            return new InetSocketAddress(InetAddress.getByAddress(raw), port);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ProxyHeader of(String client, String destination) {
        return new ProxyHeader(at(client, 54321), at(destination, 443), null, null, null, null, null);
    }

    @Test
    void isWrittenAsTheSpecificationHasIt() {
        assertThat(latin(of("192.0.2.7", "198.51.100.1").line())).isEqualTo("PROXY TCP4 192.0.2.7 198.51.100.1 54321 443\r\n");
        assertThat(latin(of("192.0.2.7", "198.51.100.1").binary())).isEqualTo(proxied(""));
        assertThat(latin(of("2001:db8::1", "2001:db8::2").line())).isEqualTo("PROXY TCP6 2001:db8:0:0:0:0:0:1 2001:db8:0:0:0:0:0:2 54321 443\r\n");
        assertThat(latin(of("2001:db8::1", "2001:db8::2").binary())).isEqualTo(binary(0x21, 0x21, V6));
        assertThat(latin(of("192.0.2.7", "::1").line())).isEqualTo("PROXY TCP6 ::ffff:192.0.2.7 0:0:0:0:0:0:0:1 54321 443\r\n");
        assertThat(latin(ProxyHeader.NOBODY.line())).isEqualTo("PROXY UNKNOWN\r\n");
        assertThat(latin(ProxyHeader.NOBODY.binary())).isEqualTo(binary(0x20, 0, ""));
        ProxyHeader all = new ProxyHeader(at("192.0.2.7", 54321), at("198.51.100.1", 443), new ProxyHeader.Tls("TLSv1.3", "al\u00efce"), bytes("h2"),
                bytes("a.example"), bytes("id"), "id");
        assertThat(latin(all.binary())).isEqualTo(proxied(ssl(5, 0, field(0x21, "TLSv1.3") + field(0x22, "al\u00c3\u00afce")) + field(5, "id")
                + field(2, "a.example") + field(1, "h2")));
    }

    static Stream<Arguments> written() {
        return rows().filter(row -> row.get()[2] != null && ((String) row.get()[2]).indexOf("null null") != 0);
    }

    /** What was read is written, and read again. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("written")
    void isReadAsItWasWritten(String what, String wire, String says) throws IOException {
        ProxyHeader header = header(bytes(wire));
        byte[] binary = header.binary();
        assertThat(read(binary, binary.length)).isEqualTo(binary.length + " " + says);
        byte[] line = header.line();
        assertThat(read(line, line.length)).isEqualTo(line.length + " " + header.client() + " " + header.destination() + " null null null null");
        assertThat(line.length).isLessThanOrEqualTo(ProxyHeader.LINE_BYTES_MAX);
    }

    private static ProxyHeader header(byte[] wire) throws IOException {
        MemoryTransport transport = new MemoryTransport();
        transport.give(wire);
        ProxyHeaderReader reader = new ProxyHeaderReader();
        assertThat(reader.read(transport)).isEqualTo(State.DONE);
        return reader.header();
    }

    @Test
    void leavesOutWhatDoesNotFit() throws IOException {
        byte[] binary = new ProxyHeader(at("::1", 1), at("::2", 2), new ProxyHeader.Tls("TLSv1.3", "n".repeat(2000)), bytes("h2"), bytes("a".repeat(2100)),
                bytes("id"), "id").binary();
        assertThat(binary.length).isLessThanOrEqualTo(ProxyHeader.BYTES_MAX);
        ProxyHeader header = header(binary);
        assertThat(header.tls().commonName()).hasSize(2000);
        assertThat(header.authority()).isNull();
        assertThat(header.alpn()).isEqualTo(bytes("h2"));
        assertThat(header.uniqueIdText()).isEqualTo("id");
    }

    // ---- what else

    @Test
    void anEndBeforeTheFirstByteIsNoFault() throws IOException {
        MemoryTransport transport = new MemoryTransport();
        transport.giveEnd();
        assertThat(new ProxyHeaderReader().read(transport)).isEqualTo(State.NOTHING);
    }

    @Test
    void anIdOfAnyBytesIsTextInLogs() throws IOException {
        for (String[] row : new String[][] {{"req-1 \"x\"", "req-1 \"x\""}, {"\0\u00ff", "00ff"}, {"a\n", "610a"}}) {
            assertThat(header(bytes(proxied(field(5, row[0])))).uniqueIdText()).isEqualTo(row[1]);
        }
    }

    @Test
    void whateverComesTheTwinAgrees() throws IOException {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        List<byte[]> rows = rows().map(row -> bytes((String) row.get()[1])).filter(row -> row.length < 600).toList();
        int good = 0;
        for (int round = 0; round < 200_000; round++) {
            byte[] wire = mutated(rows.get(random.nextInt(rows.size())), random);
            String twin = PlainProxyHeader.read(wire);
            good += twin == null ? 0 : 1;
            int cut = 1 + random.nextInt(wire.length);
            try {
                assertThat(read(wire, cut, wire.length)).isEqualTo(twin);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", round " + round + ", cut at " + cut + ": " + HexFormat.of().formatHex(wire), e);
            }
        }
        assertThat(good).as("seed " + seed + ": headers that were good").isGreaterThan(1_000);
    }

    private static byte[] mutated(byte[] row, Random random) {
        byte[] wire = Arrays.copyOf(row, row.length + random.nextInt(8));
        for (int i = random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(wire.length);
            switch (random.nextInt(4)) {
                case 0 -> wire[at] = (byte) random.nextInt();
                case 1 -> wire[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> wire[at] = (byte) "\r\n .:0159fTPS\0\1\2\5 !".charAt(random.nextInt(19));
                default -> System.arraycopy(wire, at, wire, Math.min(at + 1, wire.length - 1), wire.length - Math.min(at + 1, wire.length - 1));
            }
        }
        return wire;
    }
}
