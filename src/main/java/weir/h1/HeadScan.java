package weir.h1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Looks at the bytes of a head, eight at a time where that pays. They are looked at in an array, a copy of the read buffer:
 * the copy costs 10 ns for 700 bytes, and each access of a direct buffer checks so much (index, session, byte order) that
 * the parser takes 40 ns more there. Behind the bytes stand eight zeroes, which no name, target or value may hold: every
 * search ends there at the latest, and none looks for the end.
 *
 * <p>In a little-endian word the byte with the lowest index is the lowest, so the lowest flag is the first hit.
 */
final class HeadScan {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle PAIR = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHS = ONES << 7;
    private static final long LOWS = 0x7fL * ONES;
    /** Zeroes, and what a search may read behind the first of them. */
    private static final int SPARE_BYTES = 2 * Long.BYTES;

    private static final boolean[] TOKEN = new boolean[256];            // RFC 9110 §5.6.2

    static {
        for (char c = 0x21; c < 0x7f; c++) {
            TOKEN[c] = "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
        }
    }

    /** A loop is one thread, and a head is looked at in one go: one array serves all connections of a loop. */
    private static final ThreadLocal<HeadScan> LOOPS = ThreadLocal.withInitial(HeadScan::new);

    private byte[] bytes = new byte[(2 << 10) + SPARE_BYTES];

    private HeadScan() {}

    static HeadScan ofThisLoop() {
        return LOOPS.get();
    }

    /** A copy of {@code in[from, from + length)}, from index 0 on, with zeroes behind; good until the loop's next call. */
    byte[] copy(ByteBuffer in, int from, int length) {
        if (bytes.length < length + SPARE_BYTES) {
            bytes = new byte[length + SPARE_BYTES];                     // bounded by the largest head that any listener takes
        }
        in.get(from, bytes, 0, length);
        WORD.set(bytes, length, 0L);
        return bytes;
    }

    static long word(byte[] b, int at) {
        return (long) WORD.get(b, at);
    }

    static short pair(byte[] b, int at) {
        return (short) PAIR.get(b, at);
    }

    /**
     * Flags bytes that are neither letter nor hyphen, which field names are made of but for a few. The lowest flag is right;
     * those above it may not be, as a byte from 0x80 on, which is flagged itself, carries into the next one.
     */
    static long noLetters(long word) {
        long folded = word | 0x20 * ONES;
        long letter = folded + (0x80 - 'a') * ONES & ~(folded + (0x7f - 'z') * ONES);
        long noHyphen = (word ^ '-' * ONES) + LOWS;
        return (noHyphen & ~letter | word) & HIGHS;
    }

    /** Flags bytes outside of 0x20 to 0x7e. The lowest flag is right; those above it may not be. */
    static long noText(long word) {
        return (word - 0x20 * ONES | word + ONES) & HIGHS;
    }

    /** The place of the lowest flag, 0 to 7. */
    static int firstByte(long flags) {
        return Long.numberOfTrailingZeros(flags) >>> 3;
    }

    /** The first byte that is no token character. */
    static int tokenEnd(byte[] b, int from) {
        int p = from;
        while (TOKEN[b[p] & 0xff]) {
            p++;
        }
        return p;
    }

    /** The first control byte, blank, 0x7f or {@code #}. */
    static int targetEnd(byte[] b, int from) {
        for (int p = from; ; p += Long.BYTES) {
            long word = word(b, p);
            // A borrow flags wrongly only above a byte that is flagged rightly: the lowest flag is right.
            long stop = (word - 0x21 * ONES | (word ^ LOWS) - ONES | (word ^ '#' * ONES) - ONES) & ~word & HIGHS;
            if (stop != 0) {
                return p + firstByte(stop);
            }
        }
    }

    /** The first control byte but HTAB. */
    static int textEnd(byte[] b, int from) {
        int p = from;
        while (true) {
            long stop = noText(word(b, p));
            if (stop == 0) {
                p += Long.BYTES;
            } else {
                p += firstByte(stop);
                if (!isText(b[p])) {
                    return p;
                }
                p++;                                                    // a tab, or a byte from 0x80 on
            }
        }
    }

    private static boolean isText(byte b) {
        return b < 0 || b >= 0x20 && b != 0x7f || b == '\t';
    }
}
