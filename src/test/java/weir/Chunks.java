package weir;

/** The chunked transfer coding, the slow and obvious way. */
public final class Chunks {
    private Chunks() {}

    /** The content of a chunked body as {@link RawConnection#readChunked} gives it. */
    public static String content(String wire) {
        StringBuilder content = new StringBuilder();
        int at = 0;
        while (true) {
            int lineEnd = wire.indexOf("\r\n", at);
            int size = Integer.parseInt(wire.substring(at, lineEnd), 16);
            if (size == 0) {
                return content.toString();
            }
            content.append(wire, lineEnd + 2, lineEnd + 2 + size);
            at = lineEnd + 2 + size + 2;
        }
    }

    /** The field lines behind the last chunk, with their CRLFs and without the empty line. */
    public static String trailers(String wire) {
        int last = wire.startsWith("0\r\n") ? 3 : wire.lastIndexOf("\r\n0\r\n") + 5;
        return wire.substring(last, wire.length() - 2);
    }

    /** One chunk. */
    public static String of(String content) {
        return Integer.toHexString(content.length()) + "\r\n" + content + "\r\n";
    }
}
