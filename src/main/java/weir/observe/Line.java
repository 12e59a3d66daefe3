package weir.observe;

import java.nio.ByteBuffer;

/**
 * One log line under construction, reused from line to line: allocates nothing. Not thread safe.
 *
 * <p>The line is bounded. Values, which come from peers, fill it only up to a reserve that is left for what the format
 * itself writes after them; so a line cut short still has its quotes and braces closed. An escaped byte or a UTF-8
 * character is written whole or not at all.
 */
public final class Line {
    private static final byte[] HEX_UPPER = hexDigits("0123456789ABCDEF");
    private static final byte[] HEX_LOWER = hexDigits("0123456789abcdef");
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final int RESERVE_BYTES = 1024;
    private static final int BYTES_MIN = 64;

    private final byte[] bytes;
    private final byte[] digits = new byte[20];
    private final int valuesEnd;
    private int length;
    private boolean truncated;

    /** @param bytesMax bound of a line, 64 or more; a quarter of it, 1 KiB at most, is kept for what follows values */
    public Line(int bytesMax) {
        if (bytesMax < BYTES_MIN) {
            throw new IllegalArgumentException("bytesMax: " + bytesMax);
        }
        bytes = new byte[bytesMax];
        valuesEnd = bytesMax - Math.min(RESERVE_BYTES, bytesMax / 4);
    }

    /** Empties the line. */
    public Line clear() {
        length = 0;
        truncated = false;
        return this;
    }

    /** The bytes of the line, from 0 to {@link #length()}; a look, valid until the next change. */
    public byte[] array() {
        return bytes;
    }

    /** Bytes in the line. */
    public int length() {
        return length;
    }

    /** Whether something had to be left out since {@link #clear()}. */
    public boolean isTruncated() {
        return truncated;
    }

    // ---- what the format itself writes: uses the reserve

    /** Text of our own, without control characters; what is not ASCII becomes {@code ?}. */
    public Line ascii(String text) {
        int fitting = Math.min(text.length(), bytes.length - length);
        for (int i = 0; i < fitting; i++) {
            char c = text.charAt(i);
            assert c >= ' ' && c != 0x7f : "a control character in a log line";
            bytes[length + i] = c < 0x80 ? (byte) c : (byte) '?';
        }
        length += fitting;
        truncated |= fitting < text.length();
        return this;
    }

    /** One character of our own, ASCII. */
    public Line ascii(char c) {
        put((byte) c, bytes.length);
        return this;
    }

    /** A decimal number. */
    public Line number(long value) {
        return number(value, 1);
    }

    /** A decimal number with zeros in front, up to {@code digitsMin}, 1 to 18: milliseconds as {@code 007}. */
    public Line number(long value, int digitsMin) {
        int at = digits.length;
        long rest = value;
        do {
            digits[--at] = (byte) ('0' + Math.abs(rest % 10)); // not abs(value): Long.MIN_VALUE has none
            rest /= 10;
        } while (rest != 0 || digits.length - at < digitsMin);
        if (value < 0) {
            put((byte) '-', bytes.length);
        }
        for (; at < digits.length; at++) {
            put(digits[at], bytes.length);
        }
        return this;
    }

    // ---- values: stop at the reserve

    /** Bytes as they are: for what a parser let through as a token. No control bytes among them. */
    public Line bytes(ByteBuffer b, int from, int to) {
        copy(b, from, to);
        return this;
    }

    /**
     * A value of the combined format: what is not printable ASCII, quotes and backslashes become {@code \xHH}, as nginx
     * writes them; Apache's {@code \"} would end the value for a reader that only looks for the next quote.
     */
    public Line combined(ByteBuffer b, int from, int to) {
        for (int i = plain(b, from, to); i < to; i = plain(b, i + 1, to)) {
            if (fits(4)) {
                bytes[length++] = '\\';
                bytes[length++] = 'x';
                hex(HEX_UPPER, b.get(i));
            }
        }
        return this;
    }

    /**
     * The inside of a JSON string (RFC 8259 §7), without its quotes. UTF-8 stays as it is; a byte that is not part of valid
     * UTF-8 becomes U+FFFD, since a field value may hold any byte and the line must stay JSON.
     */
    public Line json(ByteBuffer b, int from, int to) {
        int i = plain(b, from, to);
        while (i < to) {
            byte c = b.get(i);
            if (c >= 0) {
                jsonAscii(c);
                i++;
            } else {
                int count = utf8Length(b, i, to);
                jsonBeyondAscii(b, i, count);
                i += Math.max(1, count);
            }
            i = plain(b, i, to);
        }
        return this;
    }

    /** The inside of a JSON string from a text of ours or of the system; what is not ASCII becomes {@code ?}. */
    public Line json(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            jsonAscii(c < 0x80 ? (byte) c : (byte) '?');
        }
        return this;
    }

    private void jsonAscii(byte c) {
        byte letter = switch (c) {
            case '"', '\\' -> c;
            case '\b' -> 'b';
            case '\f' -> 'f';
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> 0;
        };
        if (letter != 0) {
            if (fits(2)) {
                bytes[length++] = '\\';
                bytes[length++] = letter;
            }
        } else if (c < ' ' || c == 0x7f) { // DEL may stand there as it is, but does no good on a terminal
            if (fits(6)) {
                bytes[length++] = '\\';
                bytes[length++] = 'u';
                bytes[length++] = '0';
                bytes[length++] = '0';
                hex(HEX_LOWER, c);
            }
        } else {
            put(c, valuesEnd);
        }
    }

    private void jsonBeyondAscii(ByteBuffer b, int at, int count) {
        if (count == 0) {
            if (fits(3)) {
                bytes[length++] = (byte) 0xef;
                bytes[length++] = (byte) 0xbf;
                bytes[length++] = (byte) 0xbd;
            }
        } else if (fits(count)) {
            for (int i = at; i < at + count; i++) {
                bytes[length++] = b.get(i);
            }
        }
    }

    /** Bytes of the UTF-8 character beyond ASCII at {@code i} by the table of RFC 3629 §4; 0 if there is no valid one. */
    private static int utf8Length(ByteBuffer b, int i, int to) {
        int lead = b.get(i) & 0xff;
        int second = i + 1 < to ? b.get(i + 1) & 0xff : 0;
        int length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
        int least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80; // below: overlong
        int most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf; // above: surrogates, beyond U+10FFFF
        if (length == 0 || i + length > to || second < least || second > most) {
            return 0;
        }
        for (int k = i + 2; k < i + length; k++) {
            if ((b.get(k) & 0xc0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    // ---- runs of bytes

    /** Copies what stands in every format as it is, eight bytes at a look. @return where the first byte stands that does not; {@code to} for none */
    private int plain(ByteBuffer b, int from, int to) {
        int i = from;
        while (i + Long.BYTES <= to && !anySpecial(b.getLong(i))) {
            i += Long.BYTES;
        }
        while (i < to && !isSpecial(b.get(i))) {
            i++;
        }
        copy(b, from, i);
        return i;
    }

    private static boolean isSpecial(byte c) {
        return c < ' ' || c == 0x7f || c == '"' || c == '\\'; // a byte is signed: this takes 0x80 to 0xff in
    }

    /** The same of eight bytes at once: subtracting borrows the high bit of a byte that is too small (Warren, Hacker's Delight, §6-1). */
    private static boolean anySpecial(long word) {
        long quotes = word ^ '"' * ONES;
        long slashes = word ^ '\\' * ONES;
        long deletes = word ^ 0x7f * ONES;
        long found = word | (word - ' ' * ONES) & ~word | (quotes - ONES) & ~quotes | (slashes - ONES) & ~slashes | (deletes - ONES) & ~deletes;
        return (found & ONES << 7) != 0;
    }

    /** Values stop at the reserve, and nothing follows once one was cut. */
    private void copy(ByteBuffer b, int from, int to) {
        int fitting = truncated ? 0 : Math.max(0, Math.min(to - from, valuesEnd - length));
        b.get(from, bytes, length, fitting);
        length += fitting;
        truncated |= fitting < to - from;
    }

    private void hex(byte[] alphabet, byte c) {
        bytes[length++] = alphabet[(c & 0xff) >> 4];
        bytes[length++] = alphabet[c & 0xf];
    }

    private boolean fits(int count) {
        boolean fits = !truncated && length + count <= valuesEnd;
        truncated |= !fits;
        return fits;
    }

    /** @param end bound: the reserve's start for values, where nothing more follows once one was cut; else the array's */
    private void put(byte c, int end) {
        if (length < end && (end == bytes.length || !truncated)) {
            bytes[length++] = c;
        } else {
            truncated = true;
        }
    }

    private static byte[] hexDigits(String digits) {
        return digits.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }
}
