package weir.tls;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * Multiples of the base point, for {@link X25519}: a table of its multiples spares the most of the ladder. It is made on the twisted
 * Edwards curve -x^2 + y^2 = 1 + d x^2 y^2, which is the same group as that of X25519 by u = (1 + y) / (1 - y) (RFC 7748 §4.1), in
 * the coordinates and by the formulas of H. Hisil et al., "Twisted Edwards curves revisited", 2008, §3; these are complete, no
 * sum is an exception. A scalar is cut into 64 digits of -8 to 8 (Bernstein et al., "High-speed high-security signatures", 2011,
 * §4); every fourth digit has a table of its own, of 8 points, so that 64 sums and 12 doublings make a multiple.
 *
 * <p>A point is taken from its table by looking at all eight under masks: no index and no branch is made of a digit.
 */
final class X25519Base {
    private static final int DIGITS = 64;
    private static final int PASSES = 4;                        // each fourth digit has a table
    private static final int TABLES = DIGITS / PASSES;
    private static final int POINTS = 8;
    private static final int POINT_LONGS = 3 * X25519Element.LIMBS;
    private static final X25519Element ZERO = new X25519Element();
    /** 15 KiB: for each point y + x, y - x and 2 d x y. */
    private static final long[] TABLE = table();

    private final X25519Element x = new X25519Element();
    private final X25519Element y = new X25519Element();
    private final X25519Element z = new X25519Element();
    private final X25519Element t = new X25519Element();       // x y / z
    private final X25519Element plus = new X25519Element();
    private final X25519Element minus = new X25519Element();
    private final X25519Element twist = new X25519Element();
    private final X25519Element a = new X25519Element();
    private final X25519Element b = new X25519Element();
    private final X25519Element c = new X25519Element();
    private final X25519Element d = new X25519Element();

    /** The neutral point. */
    private X25519Base() {
        y.set(1);
        z.set(1);
    }

    /** @param scalar 32 bytes, clamped @return the u coordinate of that multiple of the base point, 32 bytes */
    static byte[] multiple(byte[] scalar) {
        byte[] digits = digits(scalar);
        X25519Base sum = new X25519Base();
        for (int pass = PASSES - 1; pass >= 0; pass--) {
            for (int i = 0; i < TABLES; i++) {
                sum.take(i, digits[PASSES * i + pass]);
                sum.d.sum(sum.z, sum.z);
                sum.add(sum.plus, sum.minus, sum.twist);
            }
            for (int i = 0; i < 4 && pass > 0; i++) {           // times 16
                sum.twice();
            }
        }
        byte[] result = new byte[X25519.LENGTH];
        sum.a.sum(sum.z, sum.y);
        sum.b.difference(sum.z, sum.y);
        sum.c.inverse(sum.b);
        sum.a.product(sum.a, sum.c);
        sum.a.write(result);
        Arrays.fill(digits, (byte) 0);
        sum.clear();
        return result;
    }

    /** Digits of base 16 from -8 to 8, the least first. The highest half byte is at most 7, so that nothing is carried out. */
    private static byte[] digits(byte[] scalar) {
        byte[] digits = new byte[DIGITS];
        int carry = 0;
        for (int i = 0; i < DIGITS; i++) {
            int digit = (scalar[i >>> 1] >>> 4 * (i & 1) & 15) + carry;
            carry = i == DIGITS - 1 ? 0 : digit + 8 >>> 4;
            digits[i] = (byte) (digit - (carry << 4));
        }
        return digits;
    }

    /** The point times a digit: (plus, minus, twist) become it. */
    private void take(int table, int digit) {
        int sign = digit >> 31;
        int size = (digit ^ sign) - sign;
        int from = table * POINTS * POINT_LONGS;
        long none = size - 1L >> 63;
        plus.pick(TABLE, from, POINT_LONGS, POINTS, size, none & 1);
        minus.pick(TABLE, from + X25519Element.LIMBS, POINT_LONGS, POINTS, size, none & 1);
        twist.pick(TABLE, from + 2 * X25519Element.LIMBS, POINT_LONGS, POINTS, size, 0);
        a.difference(ZERO, twist);                              // (-x, y) is what (x, y) and this sum to nothing
        plus.swap(sign, minus);
        twist.swap(sign, a);
    }

    /** Adds a point in the table's form; d is two times the product of both z. */
    private void add(X25519Element otherPlus, X25519Element otherMinus, X25519Element otherTwist) {
        a.difference(y, x);
        a.product(a, otherMinus);
        b.sum(y, x);
        b.product(b, otherPlus);
        c.product(otherTwist, t);
        x.difference(b, a);
        y.sum(b, a);
        z.sum(d, c);
        d.difference(d, c);                                     // wide: only ever the second factor
        t.product(x, y);
        x.product(x, d);
        y.product(y, z);
        z.product(z, d);
    }

    private void twice() {
        a.square(x);
        b.square(y);
        d.square(z);
        c.product(x, y);
        c.difference(ZERO, c);
        x.sum(c, c);
        y.sum(a, b);
        z.difference(a, b);
        d.sum(d, d);
        d.sum(d, z);                                            // wide
        t.product(x, y);
        x.product(x, d);
        y.product(y, z);
        z.product(z, d);
    }

    private void clear() {
        for (X25519Element each : new X25519Element[] {x, y, z, t, plus, minus, twist, a, b, c, d}) {
            each.set(0);
        }
    }

    private static X25519Element constant(String greatestFirst) {
        byte[] bytes = HexFormat.of().parseHex(greatestFirst);
        byte[] leastFirst = new byte[X25519.LENGTH];
        for (int i = 0; i < leastFirst.length; i++) {
            leastFirst[i] = bytes[leastFirst.length - 1 - i];
        }
        X25519Element element = new X25519Element();
        element.read(leastFirst);
        return element;
    }

    /** Points 1 to 8 times 2^16i of the base point, all of them brought to z = 1 by a single inversion. */
    private static long[] table() {
        X25519Element twiceD = constant("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3");
        twiceD.multiple(twiceD, 2);
        X25519Base point = new X25519Base();
        point.x.read(HexFormat.of().parseHex("1ad5258f602d56c9b2a7259560c72c695cdcd6fd31e2a4c0fe536ecdd3366921"));
        point.y.read(HexFormat.of().parseHex("58" + "66".repeat(31)));
        point.t.product(point.x, point.y);
        X25519Base[] points = new X25519Base[TABLES * POINTS];
        for (int i = 0; i < TABLES; i++) {
            point.plus.sum(point.y, point.x);
            point.minus.difference(point.y, point.x);
            point.twist.product(point.t, twiceD);
            for (int j = 0; j < POINTS; j++) {
                X25519Base multiple = new X25519Base();
                if (j == 0) {
                    multiple.copy(point);
                } else {
                    multiple.copy(points[POINTS * i + j - 1]);
                    multiple.d.product(multiple.z, point.z);
                    multiple.d.sum(multiple.d, multiple.d);
                    multiple.add(point.plus, point.minus, point.twist);
                }
                points[POINTS * i + j] = multiple;
            }
            for (int j = 0; j < 4 * PASSES; j++) {
                point.twice();
            }
        }
        return written(points, twiceD);
    }

    /** P. L. Montgomery's way to invert many: the inverse of the product of all, times the product of all others. */
    private static long[] written(X25519Base[] points, X25519Element twiceD) {
        X25519Element all = new X25519Element();
        all.set(1);
        for (X25519Base each : points) {
            each.d.set(all);                                    // the product of all before
            all.product(all, each.z);
        }
        X25519Element inverse = new X25519Element();
        inverse.inverse(all);
        long[] table = new long[points.length * POINT_LONGS];
        for (int i = points.length - 1; i >= 0; i--) {
            X25519Base each = points[i];
            each.c.product(inverse, each.d);
            inverse.product(inverse, each.z);
            each.x.product(each.x, each.c);
            each.y.product(each.y, each.c);
            each.t.product(each.x, each.y);
            each.a.sum(each.y, each.x);
            each.b.difference(each.y, each.x);
            each.c.product(each.t, twiceD);
            each.a.multiple(each.a, 1);                         // tight
            each.b.multiple(each.b, 1);
            each.a.put(table, i * POINT_LONGS);
            each.b.put(table, i * POINT_LONGS + X25519Element.LIMBS);
            each.c.put(table, i * POINT_LONGS + 2 * X25519Element.LIMBS);
        }
        return table;
    }

    private void copy(X25519Base other) {
        x.set(other.x);
        y.set(other.y);
        z.set(other.z);
        t.set(other.t);
    }
}
