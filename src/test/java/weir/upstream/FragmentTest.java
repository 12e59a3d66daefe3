package weir.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import weir.FuzzSeed;

class FragmentTest {
    private static final int ROUNDS = 20_000;

    /** Few letters, so that much nearly matches; pieces of all lengths. */
    @Test
    void findsWhatAPlainSearchFinds() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        int found = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String wanted = word(random, 1 + random.nextInt(7));
            String text = word(random, random.nextInt(60));
            Fragment fragment = new Fragment(wanted);
            fragment.add(ByteBuffer.wrap(new byte[] {'a', 'b'}), 0, random.nextInt(3));
            fragment.reset();
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            for (int at = 0; at < text.length(); ) {
                int to = at + 1 + random.nextInt(text.length() - at);
                fragment.add(bytes, at, to);
                at = to;
            }
            assertThat(fragment.isFound()).as("'%s' in '%s', -Dfuzz.seed=%d", wanted, text, seed).isEqualTo(text.contains(wanted));
            found += fragment.isFound() ? 1 : 0;
        }
        assertThat(found).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
    }

    private static String word(Random random, int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append((char) ('a' + random.nextInt(2)));
        }
        return word.toString();
    }

    @Test
    void comparesTheBytesOfUtf8() {
        Fragment fragment = new Fragment("größe");
        byte[] bytes = "die größe".getBytes(StandardCharsets.UTF_8);
        fragment.add(ByteBuffer.wrap(bytes), 0, bytes.length - 1);
        assertThat(fragment.isFound()).isFalse();
        fragment.add(ByteBuffer.wrap(bytes), bytes.length - 1, bytes.length);
        assertThat(fragment.isFound()).isTrue();
    }
}
