package weir.tls;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/**
 * Reads and writes the distinguished encoding of ASN.1 (X.690 §10), as far as keys and certificates need it: tags of one byte,
 * lengths below 2^31. What cannot be read gives empty content and makes {@link #broken} true for good, for the whole of what is
 * read: so that a reader asks once, at its end.
 */
final class Der {
    static final int INTEGER = 0x02;
    static final int BITS = 0x03;
    static final int OCTETS = 0x04;
    static final int OID = 0x06;
    static final int UTF8 = 0x0c;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;
    private static final DateTimeFormatter UTC_TIME = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter LONG_TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private final byte[] bytes;
    private final boolean[] broken;                             // one for all readers of these bytes
    private final int end;
    private int at;

    Der(byte[] bytes) {
        this(bytes, 0, bytes.length, new boolean[1]);
    }

    private Der(byte[] bytes, int from, int end, boolean[] broken) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
        this.broken = broken;
    }

    boolean broken() {
        return broken[0];
    }

    boolean more() {
        return at < end && !broken[0];
    }

    /** The tag of the next element; -1 at the end. */
    int tag() {
        return more() ? bytes[at] & 0xff : -1;
    }

    /** Steps over the next element, which has to have this tag. @return its content */
    Der enter(int tag) {
        if (tag() != tag) {
            return fail();
        }
        return next();
    }

    /** Steps over the next element, whatever it is. */
    Der skip() {
        next();
        return this;
    }

    /** The next element with its tag and length. */
    byte[] element() {
        int from = at;
        next();
        return broken[0] ? new byte[0] : Arrays.copyOfRange(bytes, from, at);
    }

    /** All that is left in here. */
    byte[] rest() {
        return broken[0] ? new byte[0] : Arrays.copyOfRange(bytes, at, end);
    }

    /** The next element, an object identifier with dots; empty when it is none. */
    String oid() {
        Der content = enter(OID);
        StringBuilder text = new StringBuilder();
        while (content.more()) {
            long arc = content.arc();
            if (text.length() == 0) {
                long first = Math.min(arc / 40, 2);
                text.append(first).append('.').append(arc - first * 40);
            } else {
                text.append('.').append(arc);
            }
        }
        if (text.length() == 0) {
            fail();
        }
        return broken[0] ? "" : text.toString();
    }

    private long arc() {
        long value = 0;
        while (at < end && value >>> 40 == 0) {
            byte b = bytes[at++];
            value = value << 7 | b & 0x7f;
            if (b >= 0) {
                return value;
            }
        }
        fail();
        return 0;
    }

    private Der next() {
        if (end - at < 2 || broken[0]) {
            return fail();
        }
        int length = bytes[at + 1] & 0xff;
        int from = at + 2;
        if (length >= 0x80) {
            int count = length & 0x7f;                          // 0, the indefinite form, is not distinguished
            if (count == 0 || count > 4 || end - from < count) {
                return fail();
            }
            length = 0;
            for (int i = 0; i < count; i++) {
                length = length << 8 | bytes[from++] & 0xff;
            }
        }
        if (length < 0 || length > end - from) {
            return fail();
        }
        at = from + length;
        return new Der(bytes, from, at, broken);
    }

    private Der fail() {
        broken[0] = true;
        at = end;
        return new Der(bytes, end, end, broken);
    }

    /** An element. */
    static byte[] of(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] head = length < 0x80 ? new byte[] {(byte) tag, (byte) length}
                : length < 0x100 ? new byte[] {(byte) tag, (byte) 0x81, (byte) length}
                : length < 0x10000 ? new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length}
                : new byte[] {(byte) tag, (byte) 0x84, (byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length};
        byte[] all = Arrays.copyOf(head, head.length + length);
        int at = head.length;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    static byte[] integer(BigInteger value) {
        return of(INTEGER, value.toByteArray());
    }

    /** A string of whole bytes. */
    static byte[] bits(byte[] content) {
        return of(BITS, new byte[1], content);
    }

    static byte[] utf8(String text) {
        return of(UTF8, text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param dotted arcs below 2^31, the second one below 40 */
    static byte[] oid(String dotted) {
        String[] arcs = dotted.split("\\.", -1);
        byte[] content = new byte[arcs.length * 5];
        int length = 0;
        content[length++] = (byte) (Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            int arc = Integer.parseInt(arcs[i]);
            for (int shift = 28; shift > 0; shift -= 7) {
                if (arc >>> shift != 0) {
                    content[length++] = (byte) (arc >>> shift & 0x7f | 0x80);
                }
            }
            content[length++] = (byte) (arc & 0x7f);
        }
        return of(OID, Arrays.copyOf(content, length));
    }

    /** Whole seconds; in two forms, as RFC 5280 §4.1.2.5 demands. */
    static byte[] time(Instant time) {
        int year = ZonedDateTime.ofInstant(time, ZoneOffset.UTC).getYear();
        return year >= 1950 && year < 2050 ? of(0x17, UTC_TIME.format(time).getBytes(StandardCharsets.US_ASCII))
                : of(0x18, LONG_TIME.format(time).getBytes(StandardCharsets.US_ASCII));
    }
}
