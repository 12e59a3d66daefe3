package weir.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.ParameterizedTest;
import weir.FuzzSeed;

class ScanTest {
    private static final int LENGTH_MAX = 40;

    /** Every pair of neighbours, at each offset in a word and each length: where a carry or a borrow between bytes would show. */
    @Test
    void agreesWithItsTwinsOnEveryPairOfBytes() {
        ByteBuffer b = ByteBuffer.allocateDirect(32).order(ByteOrder.LITTLE_ENDIAN);
        for (int pair = 0; pair < 1 << 16; pair++) {
            for (int at = 0; at < 16; at++) {
                b.put(at, (byte) (pair >> 8)).put(at + 1, (byte) pair);
                compareSearches(b, 0, 24, (byte) (pair >> 8), "pair ");
                b.put(at, (byte) 'n').put(at + 1, (byte) 'n');
            }
        }
    }

    @Test
    void agreesWithItsTwinsAtAllAlignmentsAndLengths() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        String as = "-Dfuzz.seed=" + seed;
        for (int round = 0; round < 60; round++) {
            ByteBuffer b = buffer(random, round % 3);
            fill(b, random);
            for (int from = 0; from < 16; from++) {
                for (int length = 0; length <= LENGTH_MAX; length++) {
                    compareSearches(b, from, from + length, b.get(random.nextInt(b.limit())), as);
                    compareEquals(b, from, from + length, random, as);
                }
            }
        }
    }

    /** The whole capacity up to its last byte, and a hit just behind the end of the range, which must not be seen. */
    @ParameterizedTest
    @CsvSource({"0,0", "7,7", "007,7", "999999999999999999,999999999999999999", "1000000000000000000,-1", "'',-1", "+1,-1", "-1,-1",
        "' 1',-1", "1a,-1", "0x1,-1"})
    void readsDecimalsAndNothingElse(String text, long value) {
        ByteBuffer b = ByteBuffer.wrap(("9" + text + "9").getBytes(StandardCharsets.US_ASCII));
        assertThat(Scan.decimal(b, 1, 1 + text.length())).isEqualTo(value);
    }

    @Test
    void staysInsideItsRange() {
        for (int capacity = 0; capacity < 32; capacity++) {
            ByteBuffer b = ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < capacity; i++) {
                b.put(i, (byte) 'a');
            }
            assertThat(Scan.indexOf(b, 0, capacity, (byte) 'b')).isEqualTo(-1);
            assertThat(Scan.indexOfControl(b, 0, capacity)).isEqualTo(-1);
            for (int hit = 0; hit < capacity; hit++) {
                b.put(hit, (byte) 0);
                assertThat(Scan.indexOf(b, 0, hit, (byte) 0)).isEqualTo(-1);
                assertThat(Scan.indexOf(b, hit + 1, capacity, (byte) 0)).isEqualTo(-1);
                assertThat(Scan.indexOf(b, 0, capacity, (byte) 0)).isEqualTo(hit);
                assertThat(Scan.indexOfControl(b, 0, hit)).isEqualTo(-1);
                assertThat(Scan.indexOfControl(b, hit + 1, capacity)).isEqualTo(-1);
                assertThat(Scan.indexOfControl(b, hit, capacity)).isEqualTo(hit);
                b.put(hit, (byte) 'a');
            }
        }
    }

    @Test
    void anEmptyOrReversedRangeHoldsNothing() {
        ByteBuffer b = ByteBuffer.allocateDirect(64).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(Scan.indexOf(b, 5, 5, (byte) 0)).isEqualTo(-1);
        assertThat(Scan.indexOf(b, 50, 5, (byte) 0)).isEqualTo(-1);
        assertThat(Scan.indexOfControl(b, 50, 5)).isEqualTo(-1);
        assertThat(Scan.equals(b, 5, 5, new byte[0])).isTrue();
        assertThat(Scan.equals(b, 50, 5, new byte[0])).isFalse();
        assertThat(Scan.equalsIgnoreCase(b, 5, 5, new byte[0])).isTrue();
    }

    @Test
    void foldsTheLettersAndNothingElse() {
        byte[] lower = "content-length".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Scan.equalsIgnoreCase(wrap("Content-Length"), 0, 14, lower)).isTrue();
        assertThat(Scan.equalsIgnoreCase(wrap("CONTENT-LENGTH"), 0, 14, lower)).isTrue();
        assertThat(Scan.equalsIgnoreCase(wrap("CONTENT_LENGTH"), 0, 14, lower)).isFalse();
        assertThat(Scan.equalsIgnoreCase(wrap("Content\rLength"), 0, 14, lower)).isFalse(); // 0x0d | 0x20 is '-'
        assertThat(Scan.equalsIgnoreCase(wrap("HOST"), 0, 4, "host".getBytes(StandardCharsets.ISO_8859_1))).isTrue();
        assertThat(Scan.equalsIgnoreCase(wrap("@@@@[[[["), 0, 8, "````{{{{".getBytes(StandardCharsets.ISO_8859_1))).isFalse();
    }

    @Test
    void leavesTheBufferAsItWas() {
        ByteBuffer b = wrap("Content-Length: 12\r\n").order(ByteOrder.BIG_ENDIAN).position(3);
        assertThat(Scan.indexOf(b, 0, 20, (byte) '\n')).isEqualTo(19);
        assertThat(Scan.indexOfControl(b, 0, 20)).isEqualTo(18);
        assertThat(b.position()).isEqualTo(3);
        assertThat(b.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    }

    private static void compareSearches(ByteBuffer b, int from, int to, byte wanted, String as) {
        int index = Scan.indexOf(b, from, to, wanted);
        int control = Scan.indexOfControl(b, from, to);
        if (index != plainIndexOf(b, from, to, wanted) || control != plainIndexOfControl(b, from, to)) {
            throw new AssertionError(as + ": " + Arrays.toString(bytes(b, from, to)) + " indexOf " + wanted + ": " + index + ", control: " + control);
        }
    }

    private static void compareEquals(ByteBuffer b, int from, int to, Random random, String as) {
        byte[] other = bytes(b, from, to);
        byte[] lower = new byte[other.length];
        for (int i = 0; i < other.length; i++) {
            lower[i] = plainLower(other[i]);
        }
        assertThat(Scan.equals(b, from, to, other)).as(as).isTrue();
        assertThat(Scan.equalsIgnoreCase(b, from, to, lower)).as(as).isTrue();
        assertThat(Scan.equalsIgnoreCase(b, from, to, other)).as(as).isEqualTo(Arrays.equals(other, lower));
        if (other.length > 0) {
            int at = random.nextInt(other.length);
            other[at] ^= (byte) (1 << random.nextInt(8));
            lower[at] ^= (byte) (1 << random.nextInt(8));
            assertThat(Scan.equals(b, from, to, other)).as(as).isFalse();
            assertThat(Scan.equalsIgnoreCase(b, from, to, lower)).as(as).isFalse();
            assertThat(Scan.equals(b, from, to - 1, bytes(b, from, to))).as(as).isFalse();
            assertThat(Scan.equalsIgnoreCase(b, from, to - 1, lower)).as(as).isFalse();
        }
    }

    private static int plainIndexOf(ByteBuffer b, int from, int to, byte wanted) {
        for (int i = from; i < to; i++) {
            if (b.get(i) == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static int plainIndexOfControl(ByteBuffer b, int from, int to) {
        for (int i = from; i < to; i++) {
            int c = b.get(i) & 0xff;
            if (c == 0x7f || (c <= 0x1f && c != '\t')) {
                return i;
            }
        }
        return -1;
    }

    private static byte plainLower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b - 'A' + 'a') : b;
    }

    private static byte[] bytes(ByteBuffer b, int from, int to) {
        byte[] copy = new byte[to - from];
        b.get(from, copy);
        return copy;
    }

    private static ByteBuffer wrap(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer buffer(Random random, int kind) {
        int capacity = 16 + LENGTH_MAX;
        return switch (kind) {
            case 0 -> ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
            case 1 -> ByteBuffer.allocateDirect(capacity); // big endian
            default -> {
                ByteBuffer whole = ByteBuffer.allocateDirect(capacity + 8);
                yield whole.slice(random.nextInt(8), capacity).order(ByteOrder.LITTLE_ENDIAN);
            }
        };
    }

    /** Mostly text, so that a hit is rare enough to come late, with the bytes next to every border of the tables. */
    private static void fill(ByteBuffer b, Random random) {
        byte[] borders = {0, 1, 8, 9, 10, 13, 31, 32, 0x40, 'A', 'Z', '[', '`', 'a', 'z', '{', 0x7e, 0x7f, (byte) 0x80, (byte) 0x89, (byte) 0xc1, (byte) 0xff};
        int oneIn = 1 << random.nextInt(6);
        for (int i = 0; i < b.limit(); i++) {
            b.put(i, random.nextInt(oneIn) == 0 ? borders[random.nextInt(borders.length)] : (byte) (0x20 + random.nextInt(0x5f)));
        }
    }
}
