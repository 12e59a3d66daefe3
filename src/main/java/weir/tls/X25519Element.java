package weir.tls;

import static java.lang.Math.multiplyHigh;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * An element of the field of 2^255 - 19 elements, for {@link X25519}: five limbs of 51 bits (D. J. Bernstein et al., "High-speed
 * high-security signatures", 2011, §4, whose shape this is), each of them a long of its own and no array, which spares the checks
 * of indexes. The time that an operation takes does not depend on values: no branch and no index here is made of them.
 *
 * <p>Java has neither products of 128 bits nor a carry. A column of products T = sum of a[i] b[j] is therefore kept as
 * H = sum of (a[i] b[j] div 2^54), which is the high half of (2^10 a[i]) b[j], and the sum of the low halves of a[i] b[j], which
 * is T modulo 2^64: T - 2^54 H is below 5 * 2^54, so that it is known when it is known modulo 2^64. This takes one addition for
 * each half of a product, and no carry.
 *
 * <p>Bounds: what a product, square or multiple leaves in a limb is below 2^51 + 2^16 ("tight"); a sum or difference of two tight
 * elements is below 2^53 ("loose"). Products and squares take loose ones, a product as its second factor even one below 2^54 ("wide"); sums and differences
 * take tight ones, where nothing else is said. No limb is ever
 * negative: {@code multiplyHigh}, where it is not yet compiled to a processor's instruction, branches on the sign.
 */
final class X25519Element {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MASK = (1L << 51) - 1;
    /** Longs of an element in a table. */
    static final int LIMBS = 5;
    private static final int SHIFT = 10;                        // 2^53 is the bound of loose limbs, and 2^63 that of a long
    private static final int COLUMN = 64 - SHIFT;

    private long l0;
    private long l1;
    private long l2;
    private long l3;
    private long l4;

    /** This becomes a small number. */
    void set(int value) {
        set(value, 0, 0, 0, 0);
    }

    void set(X25519Element a) {
        set(a.l0, a.l1, a.l2, a.l3, a.l4);
    }

    /** Limbs as they are, within the bounds of a loose element. */
    void set(long v0, long v1, long v2, long v3, long v4) {
        l0 = v0;
        l1 = v1;
        l2 = v2;
        l3 = v3;
        l4 = v4;
    }

    /** This becomes a number of 32 bytes, the least first, whose highest bit is ignored (RFC 7748 §5); 2^255 - 19 and more may come. */
    void read(byte[] bytes) {
        l0 = (long) LONGS.get(bytes, 0) & MASK;
        l1 = (long) LONGS.get(bytes, 6) >>> 3 & MASK;
        l2 = (long) LONGS.get(bytes, 12) >>> 6 & MASK;
        l3 = (long) LONGS.get(bytes, 19) >>> 1 & MASK;
        l4 = (long) LONGS.get(bytes, 24) >>> 12 & MASK;
    }

    /** Writes 32 bytes, the least first: the one number below 2^255 - 19 that this is. */
    void write(byte[] bytes) {
        long v0 = l0;
        long v1 = l1;
        long v2 = l2;
        long v3 = l3;
        long v4 = l4;
        for (int i = 0; i < 2; i++) {                           // after the second time all of it is below 2^255
            v1 += v0 >>> 51;
            v2 += v1 >>> 51;
            v3 += v2 >>> 51;
            v4 += v3 >>> 51;
            v0 = (v0 & MASK) + 19 * (v4 >>> 51);
            v1 &= MASK;
            v2 &= MASK;
            v3 &= MASK;
            v4 &= MASK;
        }
        long carry = v0 + 19 >>> 51;                            // whether 19 more make 2^255, that is, whether to subtract once
        carry = v1 + carry >>> 51;
        carry = v2 + carry >>> 51;
        carry = v3 + carry >>> 51;
        carry = v4 + carry >>> 51;
        v0 += 19 * carry;
        v1 += v0 >>> 51;
        v2 += v1 >>> 51;
        v3 += v2 >>> 51;
        v4 += v3 >>> 51;
        v0 &= MASK;
        v1 &= MASK;
        v2 &= MASK;
        v3 &= MASK;
        v4 &= MASK;
        LONGS.set(bytes, 0, v0 | v1 << 51);
        LONGS.set(bytes, 8, v1 >>> 13 | v2 << 38);
        LONGS.set(bytes, 16, v2 >>> 26 | v3 << 25);
        LONGS.set(bytes, 24, v3 >>> 39 | v4 << 12);
    }

    /** This becomes a + b. */
    void sum(X25519Element a, X25519Element b) {
        set(a.l0 + b.l0, a.l1 + b.l1, a.l2 + b.l2, a.l3 + b.l3, a.l4 + b.l4);
    }

    /** This becomes a - b; 2 (2^255 - 19) is added, so that no limb is negative. */
    void difference(X25519Element a, X25519Element b) {
        set(a.l0 + (2 * MASK - 36) - b.l0, a.l1 + 2 * MASK - b.l1, a.l2 + 2 * MASK - b.l2, a.l3 + 2 * MASK - b.l3,
                a.l4 + 2 * MASK - b.l4);
    }

    /** Exchanges this and another one when the mask is -1, and does not when it is 0, in the same time. */
    void swap(long mask, X25519Element other) {
        long d0 = mask & (l0 ^ other.l0);
        long d1 = mask & (l1 ^ other.l1);
        long d2 = mask & (l2 ^ other.l2);
        long d3 = mask & (l3 ^ other.l3);
        long d4 = mask & (l4 ^ other.l4);
        set(l0 ^ d0, l1 ^ d1, l2 ^ d2, l3 ^ d3, l4 ^ d4);
        other.set(other.l0 ^ d0, other.l1 ^ d1, other.l2 ^ d2, other.l3 ^ d3, other.l4 ^ d4);
    }

    /**
     * This becomes the element of a table that has this number, which stays unknown to who watches: all are read.
     *
     * @param stride from one element to the next
     * @param number from 1 to count; for 0 it is what is given as none
     */
    void pick(long[] table, int from, int stride, int count, int number, long none) {
        long v0 = none;
        long v1 = 0;
        long v2 = 0;
        long v3 = 0;
        long v4 = 0;
        for (int i = 1, at = from; i <= count; i++, at += stride) {
            long mask = (number ^ i) - 1L >> 63;
            v0 |= mask & table[at];
            v1 |= mask & table[at + 1];
            v2 |= mask & table[at + 2];
            v3 |= mask & table[at + 3];
            v4 |= mask & table[at + 4];
        }
        set(v0, v1, v2, v3, v4);
    }

    /** Writes the limbs into a table. */
    void put(long[] table, int at) {
        table[at] = l0;
        table[at + 1] = l1;
        table[at + 2] = l2;
        table[at + 3] = l3;
        table[at + 4] = l4;
    }

    /** This becomes a b. 2^255 is 19, so that the columns from the fifth on come back times 19. */
    void product(X25519Element a, X25519Element b) {
        long a0 = a.l0;
        long a1 = a.l1;
        long a2 = a.l2;
        long a3 = a.l3;
        long a4 = a.l4;
        long s0 = a0 << SHIFT;
        long s1 = a1 << SHIFT;
        long s2 = a2 << SHIFT;
        long s3 = a3 << SHIFT;
        long s4 = a4 << SHIFT;
        long b0 = b.l0;
        long b1 = b.l1;
        long b2 = b.l2;
        long b3 = b.l3;
        long b4 = b.l4;
        long c1 = 19 * b1;
        long c2 = 19 * b2;
        long c3 = 19 * b3;
        long c4 = 19 * b4;
        long h0 = multiplyHigh(s0, b0) + multiplyHigh(s1, c4) + multiplyHigh(s2, c3) + multiplyHigh(s3, c2) + multiplyHigh(s4, c1);
        long t0 = a0 * b0 + a1 * c4 + a2 * c3 + a3 * c2 + a4 * c1 - (h0 << COLUMN);
        long h1 = multiplyHigh(s0, b1) + multiplyHigh(s1, b0) + multiplyHigh(s2, c4) + multiplyHigh(s3, c3) + multiplyHigh(s4, c2);
        long t1 = a0 * b1 + a1 * b0 + a2 * c4 + a3 * c3 + a4 * c2 - (h1 << COLUMN);
        long h2 = multiplyHigh(s0, b2) + multiplyHigh(s1, b1) + multiplyHigh(s2, b0) + multiplyHigh(s3, c4) + multiplyHigh(s4, c3);
        long t2 = a0 * b2 + a1 * b1 + a2 * b0 + a3 * c4 + a4 * c3 - (h2 << COLUMN);
        long h3 = multiplyHigh(s0, b3) + multiplyHigh(s1, b2) + multiplyHigh(s2, b1) + multiplyHigh(s3, b0) + multiplyHigh(s4, c4);
        long t3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + a4 * c4 - (h3 << COLUMN);
        long h4 = multiplyHigh(s0, b4) + multiplyHigh(s1, b3) + multiplyHigh(s2, b2) + multiplyHigh(s3, b1) + multiplyHigh(s4, b0);
        long t4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 - (h4 << COLUMN);
        carry(t0 + (19 * h4 << 3), t1 + (h0 << 3), t2 + (h1 << 3), t3 + (h2 << 3), t4 + (h3 << 3));
    }

    /** This becomes a squared: products that occur twice are made once, 15 in place of 25. */
    void square(X25519Element a) {
        long a0 = a.l0;
        long a1 = a.l1;
        long a2 = a.l2;
        long a3 = a.l3;
        long a4 = a.l4;
        long s1 = a1 << SHIFT;
        long s2 = a2 << SHIFT;
        long s3 = a3 << SHIFT;
        long s4 = a4 << SHIFT;
        long d0 = 2 * a0;
        long d1 = 2 * a1;
        long c3 = 19 * a3;
        long c4 = 19 * a4;
        long d3 = 2 * c3;
        long d4 = 2 * c4;
        long h0 = multiplyHigh(a0 << SHIFT, a0) + multiplyHigh(s1, d4) + multiplyHigh(s2, d3);
        long t0 = a0 * a0 + a1 * d4 + a2 * d3 - (h0 << COLUMN);
        long h1 = multiplyHigh(s1, d0) + multiplyHigh(s2, d4) + multiplyHigh(s3, c3);
        long t1 = a1 * d0 + a2 * d4 + a3 * c3 - (h1 << COLUMN);
        long h2 = multiplyHigh(s2, d0) + multiplyHigh(s1, a1) + multiplyHigh(s3, d4);
        long t2 = a2 * d0 + a1 * a1 + a3 * d4 - (h2 << COLUMN);
        long h3 = multiplyHigh(s3, d0) + multiplyHigh(s2, d1) + multiplyHigh(s4, c4);
        long t3 = a3 * d0 + a2 * d1 + a4 * c4 - (h3 << COLUMN);
        long h4 = multiplyHigh(s4, d0) + multiplyHigh(s3, d1) + multiplyHigh(s2, a2);
        long t4 = a4 * d0 + a3 * d1 + a2 * a2 - (h4 << COLUMN);
        carry(t0 + (19 * h4 << 3), t1 + (h0 << 3), t2 + (h1 << 3), t3 + (h2 << 3), t4 + (h3 << 3));
    }

    /** This becomes a n. @param n 0 to 2^18 */
    void multiple(X25519Element a, int n) {
        long h0 = multiplyHigh(a.l0 << SHIFT, n);
        long h1 = multiplyHigh(a.l1 << SHIFT, n);
        long h2 = multiplyHigh(a.l2 << SHIFT, n);
        long h3 = multiplyHigh(a.l3 << SHIFT, n);
        long h4 = multiplyHigh(a.l4 << SHIFT, n);
        carry(a.l0 * n - (h0 << COLUMN) + (19 * h4 << 3), a.l1 * n - (h1 << COLUMN) + (h0 << 3), a.l2 * n - (h2 << COLUMN) + (h1 << 3),
                a.l3 * n - (h3 << COLUMN) + (h2 << 3), a.l4 * n - (h4 << COLUMN) + (h3 << 3));
    }

    /** This becomes columns below 2^63, each of which gives what it has above 51 bits to the next one, all at the same time. */
    private void carry(long t0, long t1, long t2, long t3, long t4) {
        set((t0 & MASK) + 19 * (t4 >>> 51), (t1 & MASK) + (t0 >>> 51), (t2 & MASK) + (t1 >>> 51), (t3 & MASK) + (t2 >>> 51),
                (t4 & MASK) + (t3 >>> 51));
    }

    /** This becomes a to the power of 2^count. */
    private void squares(X25519Element a, int count) {
        square(a);
        for (int i = 1; i < count; i++) {
            square(this);
        }
    }

    /** This, which is not a, becomes 1/a, or 0 for 0: a to the power of 2^255 - 21, by the chain of Bernstein's "Curve25519", 2006. */
    void inverse(X25519Element a) {
        X25519Element t0 = new X25519Element();
        X25519Element t1 = new X25519Element();
        X25519Element t2 = new X25519Element();
        t0.square(a);
        t1.squares(t0, 2);
        t1.product(t1, a);                                      // 9
        t0.product(t0, t1);                                     // 11
        t2.square(t0);
        t1.product(t1, t2);                                     // 2^5 - 1
        t2.squares(t1, 5);
        t1.product(t2, t1);                                     // 2^10 - 1
        t2.squares(t1, 10);
        t2.product(t2, t1);                                     // 2^20 - 1
        squares(t2, 20);
        t2.product(this, t2);                                   // 2^40 - 1
        t2.squares(t2, 10);
        t1.product(t2, t1);                                     // 2^50 - 1
        t2.squares(t1, 50);
        t2.product(t2, t1);                                     // 2^100 - 1
        squares(t2, 100);
        t2.product(this, t2);                                   // 2^200 - 1
        t2.squares(t2, 50);
        t1.product(t2, t1);                                     // 2^250 - 1
        t1.squares(t1, 5);
        product(t1, t0);                                        // 2^255 - 2^5 + 11
        t0.set(0);
        t1.set(0);
        t2.set(0);
    }
}
