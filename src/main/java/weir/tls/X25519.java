package weir.tls;

import java.util.Arrays;

/**
 * The function X25519 (RFC 7748 §5): of any point by the Montgomery ladder (P. L. Montgomery, "Speeding the Pollard and elliptic
 * curve methods of factorization", 1987, §10), of the base point by the table of {@link X25519Base}. The JDK's own takes 2.5 times
 * as long for the first and 6 times for the second, and is two thirds of the processor time of a resumed handshake of TLS 1.3. What
 * is done here, and in which order, depends on no bit of a scalar or of a point, as far as Java can promise that: what has to be
 * chosen is chosen by masks. Scratch is cleared before it is left to the collector.
 */
final class X25519 {
    /** Bytes of a scalar, a coordinate and a shared secret. */
    static final int LENGTH = 32;
    private static final int A24 = 121_665;                     // (486662 - 2) / 4, of the curve v^2 = u^3 + 486662 u^2 + u

    private final X25519Element u = new X25519Element();
    private final X25519Element x2 = new X25519Element();
    private final X25519Element z2 = new X25519Element();
    private final X25519Element x3 = new X25519Element();
    private final X25519Element z3 = new X25519Element();
    private final X25519Element a = new X25519Element();
    private final X25519Element b = new X25519Element();
    private final X25519Element c = new X25519Element();
    private final X25519Element d = new X25519Element();

    private X25519() {}

    /**
     * The public key that belongs to a scalar: the multiple of the base point.
     *
     * @param scalar 32 bytes, any; they are clamped as they are read, and not changed
     * @return 32 bytes, the u coordinate, below 2^255 - 19
     */
    static byte[] publicKey(byte[] scalar) {
        byte[] k = clamped(scalar);
        byte[] result = X25519Base.multiple(k);
        Arrays.fill(k, (byte) 0);
        return result;
    }

    /**
     * The secret that both sides share.
     *
     * @param scalar 32 bytes, any; they are clamped as they are read, and not changed
     * @param point 32 bytes, the u coordinate of the other side; the highest bit is ignored, 2^255 - 19 and more are reduced
     * @return 32 bytes; null when they would all be 0, because the point has a small order: then the secret would not depend on
     *     the scalar (RFC 7748 §6.1), and everybody would know it
     */
    static byte[] sharedSecret(byte[] scalar, byte[] point) {
        X25519 scratch = new X25519();
        scratch.u.read(point);
        byte[] secret = scratch.multiply(scalar);
        int all = 0;
        for (byte each : secret) {
            all |= each;
        }
        return all == 0 ? null : secret;
    }

    /** RFC 7748 §5: a multiple of 8, with the same highest bit for all. */
    private static byte[] clamped(byte[] scalar) {
        byte[] k = Arrays.copyOf(scalar, LENGTH);
        k[0] &= (byte) 248;
        k[31] = (byte) (k[31] & 127 | 64);
        return k;
    }

    private byte[] multiply(byte[] scalar) {
        byte[] k = clamped(scalar);
        x2.set(1);
        z2.set(0);
        x3.set(u);
        z3.set(1);
        int swapped = 0;
        for (int t = 254; t >= 0; t--) {
            int bit = k[t >>> 3] >>> (t & 7) & 1;
            long mask = -(long) (swapped ^ bit);
            x2.swap(mask, x3);
            z2.swap(mask, z3);
            swapped = bit;
            step();
        }
        z3.inverse(z2);                                         // the lowest bit is 0: nothing is left swapped
        x2.product(x2, z3);
        byte[] result = new byte[LENGTH];
        x2.write(result);
        Arrays.fill(k, (byte) 0);
        clear();
        return result;
    }

    /** (x2 : z2) is doubled, (x3 : z3) becomes the sum of both, whose difference is always (u : 1). RFC 7748 §5, in its order. */
    private void step() {
        a.sum(x2, z2);
        b.difference(x2, z2);
        c.sum(x3, z3);
        d.difference(x3, z3);
        d.product(d, a);
        c.product(c, b);
        a.square(a);
        b.square(b);
        x3.sum(d, c);
        x3.square(x3);
        z3.difference(d, c);
        z3.square(z3);
        z3.product(z3, u);
        x2.product(a, b);
        b.difference(a, b);
        z2.multiple(b, A24);
        z2.sum(z2, a);
        z2.product(z2, b);
    }

    private void clear() {
        for (X25519Element each : new X25519Element[] {u, x2, z2, x3, z3, a, b, c, d}) {
            each.set(0);
        }
    }
}
