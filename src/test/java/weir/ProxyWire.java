package weir;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** PROXY headers of version 2, as bytes; a char of a text is a byte. */
public final class ProxyWire {
    public static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    public static final String V4 = hex("c0000207 c6336401 d431 01bb");
    public static final String V6 = hex("20010db8000000000000000000000001 20010db8000000000000000000000002 d431 01bb");

    private ProxyWire() {}

    public static String hex(String digits) {
        return latin(HexFormat.of().parseHex(digits.replace(" ", "")));
    }

    public static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    public static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A header of version 2. @param command with the version @param family with the protocol */
    public static String binary(int command, int family, String block) {
        return SIGNATURE + (char) command + (char) family + (char) (block.length() >> 8) + (char) (block.length() & 0xff) + block;
    }

    /** PROXY, TCP4, from 192.0.2.7:54321 to 198.51.100.1:443. */
    public static String proxied(String fields) {
        return binary(0x21, 0x11, V4 + fields);
    }

    /** Type, length and value. */
    public static String field(int type, String value) {
        return "" + (char) type + (char) (value.length() >> 8) + (char) (value.length() & 0xff) + value;
    }

    /** @param error 0 for one that holds */
    public static String withChecksum(String fields, int error) {
        byte[] wire = bytes(proxied(fields + field(3, "\0\0\0\0")));
        CRC32C crc = new CRC32C();
        crc.update(wire);
        return latin(ByteBuffer.wrap(wire).putInt(wire.length - 4, (int) crc.getValue() + error).array());
    }

    /** @param client bits: 1 by TLS, 2 and 4 with a certificate @param verify 0 when that was verified @param more fields */
    public static String ssl(int client, int verify, String more) {
        return field(0x20, (char) client + "\0\0\0" + (char) verify + more);
    }
}
