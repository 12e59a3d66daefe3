package weir.http;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The normal form of a path (RFC 3986 §6.2.2) and the other readings that an origin might take of it. Works on bytes, keeps
 * no state, allocates nothing.
 *
 * <p>In the normal form unreserved characters are not percent-encoded, hexadecimal digits are upper case, and there are no
 * dot segments, encoded or not. Everything else stays as it came: {@code %2F} is no separator, {@code %252e} is decoded
 * once at most and so not at all, empty segments are kept (RFC 3986 gives them a meaning), bytes beyond ASCII are not
 * looked into. Dot segments never lead above the root.
 *
 * <p>Use: {@link #scan}; if {@link #isBad} answer 400; if {@link #needsWork} call {@link #normalize}, and scan again what it
 * wrote. Route, and send to the origin, the normal form. If it {@link #isAmbiguous}, go through {@link #nextReading}, write
 * each by {@link #read} and route that too.
 */
public final class PathForm {
    /** Result of {@link #normalize}: the path is in normal form already; what was written to {@code out} is undefined. */
    public static final int SAME = 0;
    /** Result of {@link #normalize}: not a path, or one with control bytes; the answer is 400. */
    public static final int BAD = -1;

    /** Reading: {@code %2F} is a separator. */
    public static final int SLASH_DECODED = 1;
    /** Reading: a backslash, raw or as {@code %5C}, is a separator, as on Windows. */
    public static final int BACKSLASH_IS_SLASH = 2;
    /** Reading: path parameters are dropped, from {@code ;} to the next separator of this reading. */
    public static final int PARAMETERS_DROPPED = 4;
    /** Reading: path parameters are dropped before anything is decoded, from {@code ;} to the next raw slash. */
    public static final int PARAMETERS_DROPPED_FIRST = 8;

    private static final int READINGS = 16;
    private static final int ESCAPED = 16; // a percent sign
    private static final int DOT_FIRST = 32; // a segment that begins with a dot
    private static final int BROKEN = 64;
    private static final int NO_ESCAPE = -1;

    /** What a raw byte alone says. */
    private static final byte[] FLAGS = flags();

    private static final boolean[] UNRESERVED = unreserved();
    private static final byte[] HEX_DIGIT = hexDigits();

    private PathForm() {}

    /**
     * Looks at a path once.
     *
     * @param b the path stands in it from index {@code from} up to {@code to}, without query
     * @return flags for the other methods
     */
    public static int scan(ByteBuffer b, int from, int to) {
        int flags = from < to && b.get(from) == '/' ? 0 : BROKEN;
        byte previous = 0;
        for (int i = from; i < to; i++) {
            byte c = b.get(i);
            int flag = FLAGS[c & 0xff];
            if (flag != 0) {
                flags |= switch (flag) {
                    case ESCAPED -> ESCAPED | readingOf(escape(b, i, to));
                    case DOT_FIRST -> previous == '/' ? DOT_FIRST : 0;
                    default -> flag;
                };
            }
            previous = c;
        }
        return flags;
    }

    /** Whether the raw bytes alone make it no path: 400. What is wrong behind a percent sign is found by normalizing. */
    public static boolean isBad(int flags) {
        return (flags & BROKEN) != 0;
    }

    /** Whether the path may differ from its normal form; if not it is neither changed nor bad. */
    public static boolean needsWork(int flags) {
        return (flags & (BROKEN | ESCAPED | DOT_FIRST)) != 0;
    }

    /** Whether there is another reading: the path holds {@code %2F}, {@code %5C}, a backslash or {@code ;}. */
    public static boolean isAmbiguous(int flags) {
        return (flags & (SLASH_DECODED | BACKSLASH_IS_SLASH | PARAMETERS_DROPPED)) != 0;
    }

    /**
     * Writes the normal form.
     *
     * @param out room for {@code to - from} bytes from index {@code at}; may be the same place as the input
     * @return {@link #SAME}, {@link #BAD}, or the length of what was written, 1 or more and never above {@code to - from}
     */
    public static int normalize(ByteBuffer b, int from, int to, ByteBuffer out, int at) {
        return write(b, from, to, 0, out, at);
    }

    /**
     * The readings of a path one after the other: every combination of those that its bytes allow. A server may combine
     * them as it likes, and one combination can lead where its parts do not.
     *
     * @param flags of the normal form
     * @param reading 0 to begin, then the last one
     * @return a reading, or 0 when there are no more
     */
    public static int nextReading(int flags, int reading) {
        for (int next = reading + 1; next < READINGS; next++) {
            int needed = next;
            if ((next & PARAMETERS_DROPPED_FIRST) != 0) {
                if ((next & PARAMETERS_DROPPED) != 0 || next == PARAMETERS_DROPPED_FIRST) {
                    continue; // one or the other; and without another separator both are the same
                }
                needed = next - PARAMETERS_DROPPED_FIRST + PARAMETERS_DROPPED;
            }
            if ((needed & ~flags) == 0) {
                return next;
            }
        }
        return 0;
    }

    /**
     * Writes the normal form of another reading.
     *
     * @param reading from {@link #nextReading}
     * @param out as for {@link #normalize}
     * @return the length of what was written, or {@link #BAD}
     */
    public static int read(ByteBuffer b, int from, int to, int reading, ByteBuffer out, int at) {
        int length = write(b, from, to, reading, out, at);
        return length == SAME ? to - from : length;
    }

    /** One pass. What is written never overtakes what is read. */
    private static int write(ByteBuffer b, int from, int to, int reading, ByteBuffer out, int at) {
        if (from >= to || b.get(from) != '/') {
            return BAD;
        }
        out.put(at, (byte) '/');
        int segment = at + 1; // where the one that is being written begins, just after a slash
        int end = segment;
        boolean changed = false;
        for (int i = from + 1; i < to; i++) {
            byte c = b.get(i);
            int value = c == '%' ? escape(b, i, to) : c & 0xff;
            if (value == NO_ESCAPE || isForbidden(c, value)) {
                return BAD;
            }
            if (isSeparator(c, value, reading)) {
                int kept = withoutDots(out, at, segment, end);
                changed |= kept != end || c != '/';
                if (kept == end) {
                    out.put(kept++, (byte) '/');
                }
                segment = kept;
                end = kept;
                i += c == '%' ? 2 : 0;
            } else if (c == '%') {
                byte high = b.get(++i);
                byte low = b.get(++i);
                if (UNRESERVED[value]) {
                    out.put(end++, (byte) value);
                    changed = true;
                } else {
                    changed |= high >= 'a' || low >= 'a';
                    out.put(end++, (byte) '%').put(end++, upperCase(high)).put(end++, upperCase(low));
                }
            } else if (c == ';' && (reading & (PARAMETERS_DROPPED | PARAMETERS_DROPPED_FIRST)) != 0) {
                i = parameterEnd(b, i, to, reading) - 1;
                changed = true;
            } else {
                out.put(end++, c);
            }
        }
        int kept = withoutDots(out, at, segment, end);
        return changed || kept != end ? kept - at : SAME;
    }

    /**
     * RFC 3986 §5.2.4 for the segment that ends at {@code end}: the end itself if it is no dot segment, else behind the slash
     * to go on from, which is always before it. Each byte is walked over once more at most, and then it is gone.
     */
    private static int withoutDots(ByteBuffer out, int at, int segment, int end) {
        int length = end - segment;
        if (length < 1 || length > 2 || out.get(segment) != '.' || out.get(end - 1) != '.') {
            return end;
        }
        int parent = segment;
        if (length == 2 && parent > at + 1) { // above the root is the root
            parent--;
            while (out.get(parent - 1) != '/') {
                parent--;
            }
        }
        return parent;
    }

    private static boolean isSeparator(byte c, int value, int reading) {
        return c == '/'
                || (value == '/' && (reading & SLASH_DECODED) != 0)
                || (value == '\\' && (reading & BACKSLASH_IS_SLASH) != 0);
    }

    private static int parameterEnd(ByteBuffer b, int from, int to, int reading) {
        int decoding = (reading & PARAMETERS_DROPPED_FIRST) != 0 ? 0 : reading;
        for (int i = from; i < to; i++) {
            byte c = b.get(i);
            if (isSeparator(c, c == '%' ? escape(b, i, to) : c & 0xff, decoding)) {
                return i;
            }
        }
        return to;
    }

    /** The byte that the percent sign at {@code i} stands for, or {@link #NO_ESCAPE}. */
    private static int escape(ByteBuffer b, int i, int to) {
        if (i + 2 >= to) {
            return NO_ESCAPE;
        }
        return HEX_DIGIT[b.get(i + 1) & 0xff] << 4 | HEX_DIGIT[b.get(i + 2) & 0xff]; // -1 if one of them is
    }

    /** Control bytes in any form, and what ends a path if it stands there raw. */
    private static boolean isForbidden(byte c, int value) {
        return c == '%' ? value < ' ' || value == 0x7f : (FLAGS[value] & BROKEN) != 0;
    }

    private static int readingOf(int escaped) {
        return escaped == '/' ? SLASH_DECODED : escaped == '\\' ? BACKSLASH_IS_SLASH : 0;
    }

    private static byte upperCase(byte hexDigit) {
        return hexDigit >= 'a' ? (byte) (hexDigit - ('a' - 'A')) : hexDigit;
    }

    private static byte[] flags() {
        byte[] flags = new byte[256];
        Arrays.fill(flags, 0, ' ' + 1, (byte) BROKEN);
        flags[0x7f] = BROKEN;
        flags['?'] = BROKEN;
        flags['#'] = BROKEN; // no fragment is ever sent; some servers end the path there (CVE-2023-45539)
        flags['%'] = ESCAPED;
        flags['.'] = DOT_FIRST;
        flags['\\'] = BACKSLASH_IS_SLASH;
        flags[';'] = PARAMETERS_DROPPED;
        return flags;
    }

    private static boolean[] unreserved() {
        boolean[] unreserved = new boolean[256];
        for (char c : "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray()) {
            unreserved[c] = true;
        }
        return unreserved;
    }

    private static byte[] hexDigits() {
        byte[] digits = new byte[256];
        for (int c = 0; c < digits.length; c++) {
            digits[c] = (byte) (c < 0x80 ? Character.digit(c, 16) : -1); // beyond ASCII there are digits of other scripts
        }
        return digits;
    }
}
