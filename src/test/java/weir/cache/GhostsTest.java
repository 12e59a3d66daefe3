package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.FuzzSeed;

class GhostsTest {
    private final Ghosts ghosts = new Ghosts();

    @Test
    void anAdditionIsKnownOnce() {
        for (int hash : new int[] {0, 1, -1, Integer.MIN_VALUE}) {
            assertThat(ghosts.remove(hash)).isFalse();
            ghosts.add(hash);
            ghosts.add(hash);
            assertThat(ghosts.remove(hash)).isTrue();
            assertThat(ghosts.remove(hash)).isFalse();
        }
    }

    /** Beside a model: at which addition each key came. */
    @RepeatedTest(5)
    void knowsWhoWentLatelyAndNobodyElse() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        int countMax = Ghosts.COUNT_MIN + random.nextInt(10_000);
        ghosts.setCountMax(countMax);
        Map<Integer, Integer> model = new HashMap<>();
        int[] keys = random.ints(3L * countMax).toArray();
        int added = 0;
        int asked = 0;
        int known = 0;
        for (int step = 0; step < 200_000; step++) {
            int hash = keys[random.nextInt(keys.length)];
            if (random.nextInt(4) > 0) {
                ghosts.add(hash);
                model.put(hash, added++);
            } else {
                Integer when = model.remove(hash);
                boolean lately = when != null && added - when <= countMax;
                asked += lately ? 1 : 0;
                if (ghosts.remove(hash)) {
                    assertThat(lately).as("-Dfuzz.seed=%d: step %d", seed, step).isTrue();
                    known++;
                }
            }
        }
        assertThat((double) known / asked).as("a full bucket loses its oldest, which is seldom").isBetween(0.98, 1.0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, Ghosts.COUNT_MIN})
    void isNeverShorterThan(int wanted) {
        ghosts.setCountMax(wanted);
        assertThat(knownOf(Ghosts.COUNT_MIN)).isGreaterThan(Ghosts.COUNT_MIN * 97 / 100);
        assertThat(knownOf(3 * Ghosts.COUNT_MIN)).isLessThanOrEqualTo(Ghosts.COUNT_MIN);
    }

    @ParameterizedTest
    @ValueSource(ints = {2000, 2048, 2049, 100_000})
    void isAsLongAsItIsSaidToBe(int countMax) {
        ghosts.setCountMax(countMax);
        assertThat(knownOf(countMax)).isGreaterThan(countMax * 97 / 100);
        assertThat(knownOf(2 * countMax)).isLessThanOrEqualTo(countMax);
    }

    @Test
    void keepsWhatItKnowsAsItGrows() {
        Random random = new Random(7);
        int[] keys = random.ints(1000).toArray();
        for (int key : keys) {
            ghosts.add(key);
        }
        ghosts.setCountMax(5000);
        ghosts.setCountMax(50_000);
        assertThat(known(keys)).isGreaterThan(970);
    }

    @Test
    void whatIsTooOldStaysForgottenAsItShrinksAndGrows() {
        ghosts.setCountMax(3000);
        ghosts.add(77);
        for (int i = 0; i < 2000; i++) {
            ghosts.add(1_000_000 + i);
        }
        ghosts.setCountMax(1500);
        assertThat(ghosts.remove(77)).isFalse();
        ghosts.setCountMax(3000);
        assertThat(ghosts.remove(77)).as("it is within the bound again").isTrue();
    }

    private int knownOf(int count) {
        int[] keys = new Random(count).ints(count).toArray();
        for (int key : keys) {
            ghosts.add(key);
        }
        return known(keys);
    }

    private int known(int[] keys) {
        int known = 0;
        for (int key : keys) {
            known += ghosts.remove(key) ? 1 : 0;
        }
        return known;
    }
}
