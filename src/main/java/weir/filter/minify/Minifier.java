package weir.filter.minify;

import java.nio.ByteBuffer;

/**
 * Makes a text shorter that means the same to whoever reads it, or leaves it alone. Each language has its own idea of what nobody
 * can tell; see its class. Time grows with the length of the text and with nothing else, and no text needs more stack than another.
 */
public enum Minifier {
    CSS, JS, HTML, JSON, SVG;

    /** What {@link #minify} returns for a text that stays as it is. */
    public static final int LEFT_ALONE = -1;

    /** A text of this type; null when none of these can read it, for the type or for its charset. @param value in which a Content-Type stands */
    public static Minifier of(ByteBuffer value, int from, int to) {
        return MediaTypes.find(value, from, to);
    }

    /**
     * Writes what remains of {@code in[0, length)} to the beginning of {@code out}, which has room for {@code length} octets and is
     * not {@code in}.
     *
     * @return how many octets were written, less than {@code length}; or {@link #LEFT_ALONE} when the text was not understood to its
     *     end, or cannot be shorter: what {@code out} holds is void then
     */
    public int minify(byte[] in, int length, byte[] out) {
        Rewrite rewrite = rewrite(in, 0, length, out, 0);
        boolean shorter = rewrite.run() && rewrite.written < length;
        return shorter && (!hasMark(out, rewrite.written) || hasMark(in, length)) ? rewrite.written : LEFT_ALONE;
    }

    /** A byte order mark, which decides on the charset where it stands first (Encoding §6.1): what stood before must not go. */
    private static boolean hasMark(byte[] text, int length) {
        int first = length > 1 ? (text[0] & 0xff) << 8 | text[1] & 0xff : 0;
        return first == 0xfeff || first == 0xfffe || first == 0xefbb && length > 2 && text[2] == (byte) 0xbf;
    }

    Rewrite rewrite(byte[] in, int from, int end, byte[] out, int written) {
        return switch (this) {
            case CSS -> new CssMinifier(in, from, end, out, written);
            case JS -> new JsMinifier(in, from, end, out, written);
            case HTML -> new HtmlMinifier(in, from, end, out, written);
            case JSON -> new JsonMinifier(in, from, end, out, written);
            case SVG -> new SvgMinifier(in, from, end, out, written);
        };
    }
}
