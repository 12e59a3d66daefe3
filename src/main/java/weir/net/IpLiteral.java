package weir.net;

/** IP addresses in text, without ever asking a name service. */
public final class IpLiteral {
    private IpLiteral() {}

    /** The 4 or 16 bytes of an address without brackets and zone, or null. */
    public static byte[] parse(String text) {
        return text.indexOf(':') >= 0 ? v6(text) : v4(text);
    }

    /** Four decimal numbers; a leading zero, which some read as octal, is refused. */
    private static byte[] v4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4 || text.length() > 15) return null;
        byte[] address = new byte[4];
        for (int i = 0; i < 4; i++) {
            String part = parts[i];
            if (part.isEmpty() || part.length() > 3 || (part.length() > 1 && part.charAt(0) == '0')) return null;
            if (!isDecimal(part) || Integer.parseInt(part) > 255) return null;
            address[i] = (byte) Integer.parseInt(part);
        }
        return address;
    }

    private static byte[] v6(String text) {
        if (text.length() > 45) return null;
        int gap = text.indexOf("::");
        if (gap < 0) {
            byte[] all = groups(text);
            return all != null && all.length == 16 ? all : null;
        }
        byte[] head = groups(text.substring(0, gap));
        byte[] tail = groups(text.substring(gap + 2));
        if (head == null || tail == null || head.length + tail.length > 14 || text.substring(0, gap).indexOf('.') >= 0) return null;
        byte[] address = new byte[16];
        System.arraycopy(head, 0, address, 0, head.length);
        System.arraycopy(tail, 0, address, 16 - tail.length, tail.length);
        return address;
    }

    /** Groups of up to four hexadecimal digits between colons, the last one may be an IPv4 address; null when wrong. */
    private static byte[] groups(String text) {
        if (text.isEmpty()) return new byte[0];
        String[] parts = text.split(":", -1);
        if (parts.length > 8) return null;
        byte[] last = v4(parts[parts.length - 1]);
        int hex = last == null ? parts.length : parts.length - 1;
        byte[] bytes = new byte[hex * 2 + (last == null ? 0 : 4)];
        for (int i = 0; i < hex; i++) {
            String part = parts[i];
            if (part.isEmpty() || part.length() > 4 || !part.chars().allMatch(IpLiteral::isHex)) return null;
            int value = Integer.parseInt(part, 16);
            bytes[i * 2] = (byte) (value >>> 8);
            bytes[i * 2 + 1] = (byte) value;
        }
        if (last != null) System.arraycopy(last, 0, bytes, hex * 2, 4);
        return bytes;
    }

    private static boolean isDecimal(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean isHex(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }
}
