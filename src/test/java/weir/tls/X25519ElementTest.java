package weir.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import weir.FuzzSeed;

/** The field of 2^255 - 19 elements against {@link BigInteger}, at the bounds of the limbs and on random numbers. */
class X25519ElementTest {
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final long LOOSE_MAX = (1L << 53) - 1;
    private static final long WIDE_MAX = (1L << 54) - 1;
    private static final long TIGHT_MAX = (1L << 51) + (1 << 16) - 1;
    private static final long SEED = FuzzSeed.seed();

    /** Limbs, which may stand for more than 2^255. */
    private record Limbs(long... limbs) {
        BigInteger value() {
            BigInteger value = BigInteger.ZERO;
            for (int i = 4; i >= 0; i--) {
                value = value.shiftLeft(51).add(BigInteger.valueOf(limbs[i]));
            }
            return value;
        }

        X25519Element element() {
            X25519Element element = new X25519Element();
            element.set(limbs[0], limbs[1], limbs[2], limbs[3], limbs[4]);
            return element;
        }
    }

    private static List<Limbs> limbs(long max) {
        Random random = new Random(SEED);
        long[] edges = {0, 1, 18, 19, (1L << 51) - 20, (1L << 51) - 19, (1L << 51) - 1, 1L << 51, max};
        List<Limbs> all = new ArrayList<>();
        for (long edge : edges) {
            all.add(new Limbs(edge, edge, edge, edge, edge));
            all.add(new Limbs(edge, max, max, max, max));
            all.add(new Limbs(max, max, max, max, edge));
            all.add(new Limbs(edge, (1L << 51) - 1, (1L << 51) - 1, (1L << 51) - 1, (1L << 51) - 1));
            all.add(new Limbs(edge, 0, 0, 0, 0));
            all.add(new Limbs(0, 0, 0, 0, edge));
        }
        for (int i = 0; i < 60; i++) {
            long[] limbs = new long[5];
            for (int j = 0; j < 5; j++) {
                limbs[j] = random.nextInt(4) == 0 ? edges[random.nextInt(edges.length)] : (random.nextLong() >>> 1) % (max + 1);
            }
            all.add(new Limbs(limbs));
        }
        return all;
    }

    @Test
    void productsAndSquaresOfWhatIsLooseOrWide() {
        List<Limbs> all = limbs(LOOSE_MAX);
        X25519Element result = new X25519Element();
        for (Limbs a : all) {
            result.square(a.element());
            is(result, a.value().pow(2), a);
            result.multiple(a.element(), 121_665);
            is(result, a.value().multiply(BigInteger.valueOf(121_665)), a);
            for (Limbs b : limbs(WIDE_MAX)) {
                result.product(a.element(), b.element());
                is(result, a.value().multiply(b.value()), a, b);
            }
        }
    }

    /** What a product leaves at its worst is within what a sum and a difference take, and these within what a product takes. */
    @Test
    void boundsFollowFromEachOther() {
        List<Limbs> all = limbs(WIDE_MAX);
        Limbs worst = new Limbs(LOOSE_MAX, LOOSE_MAX, LOOSE_MAX, LOOSE_MAX, LOOSE_MAX);
        X25519Element zero = new X25519Element();
        for (Limbs a : all) {
            X25519Element product = new X25519Element();
            product.product(worst.element(), a.element());
            X25519Element difference = new X25519Element();
            difference.difference(zero, product);
            X25519Element square = new X25519Element();
            square.square(difference);
            is(square, a.value().multiply(worst.value()).pow(2), a);
            square.product(square, difference);
            is(square, a.value().multiply(worst.value()).pow(3).negate(), a);
        }
    }

    @Test
    void sumsDifferencesAndExchangesOfWhatIsTight() {
        List<Limbs> all = limbs(TIGHT_MAX);
        X25519Element result = new X25519Element();
        for (Limbs a : all) {
            for (Limbs b : all) {
                result.sum(a.element(), b.element());
                is(result, a.value().add(b.value()), a, b);
                result.difference(a.element(), b.element());
                is(result, a.value().subtract(b.value()), a, b);
                X25519Element left = a.element();
                X25519Element right = b.element();
                left.swap(0, right);
                is(left, a.value(), a);
                is(right, b.value(), b);
                left.swap(-1, right);
                is(left, b.value(), b);
                is(right, a.value(), a);
            }
        }
    }

    @Test
    void inverses() {
        X25519Element result = new X25519Element();
        for (Limbs a : limbs(LOOSE_MAX)) {
            result.inverse(a.element());
            is(result, a.value().modPow(P.subtract(BigInteger.TWO), P), a);
        }
        result.inverse(new X25519Element());
        is(result, BigInteger.ZERO);
    }

    @Test
    void resultsMayTakeThePlaceOfWhatTheyAreMadeOf() {
        for (Limbs a : limbs(TIGHT_MAX)) {
            X25519Element x = a.element();
            x.product(x, x);
            is(x, a.value().pow(2), a);
            x = a.element();
            x.square(x);
            is(x, a.value().pow(2), a);
            x.set(a.element());
            x.sum(x, x);
            is(x, a.value().shiftLeft(1), a);
            x = a.element();
            x.difference(x, x);
            is(x, BigInteger.ZERO, a);
            x = a.element();
            x.multiple(x, 9);
            is(x, a.value().multiply(BigInteger.valueOf(9)), a);
        }
    }

    @Test
    void readsAndWritesBytes() {
        List<BigInteger> numbers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            numbers.add(P.add(BigInteger.valueOf(i - 20)));       // from 2^255 - 39 to 2^255 and what the highest bit adds
            numbers.add(BigInteger.valueOf(i));
            numbers.add(BigInteger.TWO.pow(256).subtract(BigInteger.valueOf(i + 1)));
        }
        Random random = new Random(SEED);
        for (int i = 0; i < 2000; i++) {
            numbers.add(new BigInteger(256, random));
        }
        for (int bit = 0; bit < 256; bit++) {
            numbers.add(BigInteger.TWO.pow(bit));
            numbers.add(BigInteger.TWO.pow(bit).subtract(BigInteger.ONE));
        }
        for (BigInteger number : numbers) {
            X25519Element element = new X25519Element();
            element.read(littleEndian(number));
            is(element, number.clearBit(255));
        }
    }

    private static void is(X25519Element element, BigInteger value, Limbs... of) {
        byte[] written = new byte[X25519.LENGTH];
        element.write(written);
        assertThat(written).as("seed %d, %s", SEED, List.of(of)).isEqualTo(littleEndian(value.mod(P)));
    }

    /** @param value below 2^256 */
    static byte[] littleEndian(BigInteger value) {
        byte[] bytes = new byte[X25519.LENGTH];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = value.shiftRight(8 * i).byteValue();
        }
        return bytes;
    }
}
