package weir.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/** The twin of {@link ProxyHeaderReader}: sees all bytes at once, and takes its time. */
final class PlainProxyHeader {
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])";
    private static final String V4 = OCTET + "(?:\\." + OCTET + "){3}";
    private static final String PORT = "(0|[1-9][0-9]{0,4})";
    private static final Pattern UNKNOWN = Pattern.compile("PROXY UNKNOWN(?: [^\\r\\n]*)?\\r\\n");
    private static final Pattern TCP4 = Pattern.compile("PROXY TCP4 (" + V4 + ") (" + V4 + ") " + PORT + " " + PORT + "\\r\\n");
    private static final Pattern TCP6 = Pattern.compile("PROXY TCP6 ([0-9a-fA-F.]*:[0-9a-fA-F:.]+) ([0-9a-fA-F.]*:[0-9a-fA-F:.]+) " + PORT + " " + PORT + "\\r\\n");
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";

    private PlainProxyHeader() {}

    /** What stands at the beginning as text that two of them can be compared by, with its length in front; null when it is none. */
    static String read(byte[] wire) {
        String text = new String(wire, StandardCharsets.ISO_8859_1);
        return text.startsWith(SIGNATURE) ? binary(wire) : line(text.substring(0, Math.min(text.length(), 107)));
    }

    private static String line(String text) {
        for (Pattern pattern : new Pattern[] {UNKNOWN, TCP4, TCP6}) {
            Matcher found = pattern.matcher(text);
            if (found.lookingAt()) {
                return pattern == UNKNOWN ? found.end() + " null null null null null null" : addresses(found);
            }
        }
        return null;
    }

    private static String addresses(Matcher found) {
        String client = address(found.group(1), found.group(3));
        String destination = address(found.group(2), found.group(4));
        return client == null || destination == null ? null : found.end() + " " + client + " " + destination + " null null null null";
    }

    /** An address of version 6 has 8 groups once the gap is filled. */
    private static String address(String text, String port) {
        String address = text;
        if (address.indexOf(':') >= 0) {
            Matcher embedded = Pattern.compile("(.*:)(" + V4 + ")").matcher(address);
            if (embedded.matches()) {
                String[] octets = embedded.group(2).split("\\.", -1);
                address = embedded.group(1) + hex(octets[0], octets[1]) + ":" + hex(octets[2], octets[3]);
            }
            String[] halves = address.split("::", -1);
            int groups = groups(halves[0]) + (halves.length > 1 ? groups(halves[1]) : 0);
            boolean whole = halves.length == 1 ? groups == 8 : halves.length == 2 && groups >= 0 && groups <= 7;
            if (!whole || groups(halves[0]) < 0 || halves.length > 1 && groups(halves[1]) < 0) {
                return null;
            }
        }
        return Integer.parseInt(port) > 65535 ? null : shown(address, Integer.parseInt(port));
    }

    private static String hex(String high, String low) {
        return Integer.toHexString(Integer.parseInt(high) << 8 | Integer.parseInt(low));
    }

    private static int groups(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        return text.matches("[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*") ? text.split(":", -1).length : -100;
    }

    private static String shown(String address, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(address), port).toString();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static String binary(byte[] wire) {
        ByteBuffer in = ByteBuffer.wrap(wire).position(12);
        try {
            int command = in.get();
            int family = in.get();
            int length = in.getShort() & 0xffff;
            if (command != 0x20 && command != 0x21 || length > 4096 - 16) {
                return null;
            }
            if (command == 0x20) {
                return in.remaining() < length ? null : 16 + length + " null null null null null null";
            }
            byte[] block = new byte[length];
            if ((family & 0xf) > 2 || (family & 0xf0) > 0x30) {
                return null;
            }
            in.get(block);
            ByteBuffer header = ByteBuffer.wrap(wire, 0, 16 + length);
            return 16 + length + " " + block(ByteBuffer.wrap(block), family, header);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return null;
        }
    }

    private static String block(ByteBuffer in, int family, ByteBuffer header) {
        String addresses = "null null";
        if (family >> 4 == 3) {
            in.get(new byte[216]);
        } else if (family >> 4 > 0) {
            byte[] client = new byte[family >> 4 == 1 ? 4 : 16];
            byte[] destination = client.clone();
            in.get(client).get(destination);
            addresses = shown(client, in.getShort() & 0xffff) + " " + shown(destination, in.getShort() & 0xffff);
        }
        String tls = null;
        String alpn = null;
        String authority = null;
        String id = null;
        Set<Integer> seen = new HashSet<>();
        while (in.hasRemaining()) {
            int type = in.get() & 0xff;
            byte[] value = new byte[in.getShort() & 0xffff];
            in.get(value);
            if (Set.of(1, 2, 3, 5, 0x20).contains(type) && !seen.add(type)) {
                throw new IllegalArgumentException("twice");
            }
            switch (type) {
                case 1 -> alpn = latin(value);
                case 2 -> authority = latin(value);
                case 3 -> {
                    byte[] all = new byte[header.limit()];
                    header.duplicate().position(0).get(all);
                    int at = 16 + in.position() - value.length;
                    if (value.length != 4 || crc(all, at) != ByteBuffer.wrap(value).getInt()) {
                        throw new IllegalArgumentException("checksum");
                    }
                }
                case 5 -> {
                    if (value.length > 128) {
                        throw new IllegalArgumentException("id");
                    }
                    id = latin(value);
                }
                case 0x20 -> tls = tls(ByteBuffer.wrap(value));
                default -> { }
            }
        }
        return ((family & 0xf) == 1 ? addresses : "null null") + " " + tls + " " + alpn + " " + authority + " " + id;
    }

    private static int crc(byte[] all, int at) {
        all[at] = all[at + 1] = all[at + 2] = all[at + 3] = 0;
        CRC32C crc = new CRC32C();
        crc.update(all);
        return (int) crc.getValue();
    }

    private static String tls(ByteBuffer in) {
        int client = in.get();
        int verify = in.getInt();
        String version = "";
        String name = null;
        while (in.hasRemaining()) {
            int type = in.get();
            byte[] value = new byte[in.getShort() & 0xffff];
            in.get(value);
            if (type == 0x21) {
                version = new String(value, StandardCharsets.ISO_8859_1);
            } else if (type == 0x22 && verify == 0) {
                name = new String(value, StandardCharsets.UTF_8);
            }
        }
        return (client & 1) == 0 ? null : new ProxyHeader.Tls(version, name).toString();
    }

    private static String latin(byte[] value) {
        return value.length == 0 ? null : new String(value, StandardCharsets.ISO_8859_1);
    }

    private static String shown(byte[] address, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port).toString();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
