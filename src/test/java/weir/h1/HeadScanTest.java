package weir.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import weir.FuzzSeed;

/** The searches by words against plain loops. */
class HeadScanTest {
    private static final String TOKENS = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private final long seed = FuzzSeed.seed();
    private final Random random = new Random(seed);

    private static boolean isText(int b) {
        return b >= 0x20 && b != 0x7f || b == '\t';
    }

    private static int end(byte[] b, int from, IntPredicate goesOn) {
        int p = from;
        while (goesOn.test(b[p] & 0xff)) {
            p++;
        }
        return p;
    }

    @Test
    void agreesWithPlainLoops() {
        ByteBuffer in = ByteBuffer.allocateDirect(9000);
        HeadScan scan = HeadScan.ofThisLoop();
        for (int round = 0; round < 20_000; round++) {
            int length = random.nextInt(round % 100 == 0 ? 8000 : 60);
            for (int i = 0; i < length; i++) {
                in.put(i + 5, anyByte());
            }
            byte[] b = scan.copy(in, 5, length);
            int from = random.nextInt(length + 1);
            String what = "round " + round + " of -Dfuzz.seed=" + seed;
            for (int i = 0; i < length; i++) {
                assertThat(b[i]).as(what).isEqualTo(in.get(i + 5));
            }
            assertThat(HeadScan.textEnd(b, from)).as(what).isEqualTo(end(b, from, HeadScanTest::isText)).isLessThanOrEqualTo(length);
            assertThat(HeadScan.targetEnd(b, from)).as(what).isEqualTo(end(b, from, c -> c > 0x20 && c != 0x7f && c != '#'));
            assertThat(HeadScan.tokenEnd(b, from)).as(what).isEqualTo(end(b, from, c -> TOKENS.indexOf(c) >= 0));
            assertThat(firstOf(b, from, true)).as(what).isEqualTo(end(b, from, c -> c < 128 && Character.isLetter(c) || c == '-'));
            assertThat(firstOf(b, from, false)).as(what).isEqualTo(end(b, from, c -> c >= 0x20 && c < 0x7f));
        }
    }

    private static int firstOf(byte[] b, int from, boolean letters) {
        for (int p = from; ; p += Long.BYTES) {
            long stop = letters ? HeadScan.noLetters(HeadScan.word(b, p)) : HeadScan.noText(HeadScan.word(b, p));
            if (stop != 0) {
                return p + HeadScan.firstByte(stop);
            }
        }
    }

    /** Mostly what goes on, so that searches are long. */
    private byte anyByte() {
        return (byte) (random.nextInt(20) == 0 ? random.nextInt(256) : random.nextInt(20) == 0 ? "\t #\u00ff\u0080@[`{/:".charAt(random.nextInt(11))
                : TOKENS.charAt(random.nextInt(TOKENS.length())));
    }
}
