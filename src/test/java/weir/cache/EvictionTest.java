package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * S3-FIFO as a table: a store with room for 20 things, 2 of them the small queue's tenth; what is done with it, a step a word,
 * and which of some things are there afterwards.
 *
 * <pre>
 *   7      puts thing 7        7?   a hit of it          -7   removes it
 *   1..20  puts 1 to 20        7?3  three of them        7!   puts another in its place
 * </pre>
 */
class EvictionTest {
    private static final int KEY_BYTES = 8;
    private static final int UNIT = Resident.HEAP_BYTES + KEY_BYTES;
    private static final int COUNT = 20;

    /** The main queue is full of 1001 to 1018, in the small one are 1199 and 1200, and 1019 to 1180 are ghosts. */
    private static final String MAIN_FULL = "1001..1200 1001..1018 ";

    private Store store = new Store("test", (long) COUNT * UNIT, 1);

    /** Takes a unit of the store with its key, and no memory. */
    private static final class Weight extends Resident {
        int bytes = HEAP_BYTES;

        @Override
        long bytes() {
            return bytes;
        }

        @Override
        void free() {}
    }

    static Stream<Arguments> behaviour() {
        return Stream.of(
                arguments("what fits stays, asked for or not", "1..20", "1 20", "", 0, 0),
                arguments("the oldest in the small queue goes first", "1..21", "2 21", "1", 0, 0),
                arguments("one hit does not save it", "1..20 1? 21", "2 21", "1", 0, 0),
                arguments("two do: it goes on to the main queue, and the next one goes", "1..20 1?2 21", "1 3 21", "2", 1, 0),
                arguments("each that was hit twice goes on", "1..20 1..10?2 21", "1 10 12 21", "11", 10, 0),
                arguments("while the small queue has more than a tenth, the main one loses nothing", "1..20 1..10?2 21..500", "1 10 491 500", "490", 10, 0),
                arguments("down to a tenth, the main queue loses its oldest", "1..20 1..18?2 21", "2 18 19 20 21", "1", 17, 0),
                arguments("and that is the rule for each that comes into it", MAIN_FULL + "1019 1020", "1003 1018 1019 1020 1199 1200", "1001 1002", 18, 20),
                arguments("a scan passes through the small tenth and leaves the main queue alone", MAIN_FULL + "5000..6000", "1002..1018 5998..6000", "1199 1200 5997", 17, 18),
                arguments("so does one that asks for each of its things twice", MAIN_FULL + "5000 5001 5001? 5002 5002? 5003 5003? 5004", "1002..1018 5002..5004", "5000 5001", 17, 18),

                arguments("what comes back soon after it went from the small queue goes to the main one", "1..21 1", "1 3", "2", 1, 1),
                arguments("which forgets the ghost", "1..21 1 -1 1", "1", "", 0, 1),
                arguments("what was removed is no ghost", "1..20 -1 1", "1 20", "", 0, 0),
                arguments("what went from the main queue is no ghost", MAIN_FULL + "1019 1001", "1001 1003 1200", "1002", 17, 19),

                arguments("a hit in the main queue is a round more", MAIN_FULL + "1001? 1019..1035", "1001 1019", "1002 1018", 18, 35),
                arguments("and then it goes", MAIN_FULL + "1001? 1019..1036", "1019", "1001", 18, 36),
                arguments("three hits are three rounds", MAIN_FULL + "1001?3 1019..1069", "1001", "1018", 18, 69),
                arguments("and then it goes", MAIN_FULL + "1001?3 1019..1070", "1070", "1001", 18, 70),
                arguments("more do not count", MAIN_FULL + "1001?100 1019..1070", "1070", "1001", 18, 70),
                arguments("hits in the small queue do not count in the main one", "1..20 1..18?100 21", "2 18 19 20 21", "1", 17, 0),

                arguments("in the place of an old one in the small queue, it is the newest there", "1..20 1! 21", "1 3", "2", 0, 0),
                arguments("with the hits of the old one", "1..20 1?2 1! 21..40", "1 22 40", "2 20 21", 1, 0),
                arguments("in the place of an old one in the main queue, it is the newest there", MAIN_FULL + "1001! 1019", "1001 1003", "1002", 18, 19),
                arguments("with the hits of the old one", MAIN_FULL + "1001? 1001! 1019..1036", "1001", "1018", 18, 36));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("behaviour")
    void evicts(String rule, String steps, String there, String gone, int inMain, int ghostHits) {
        run(steps);
        assertThat(things(there).filter(thing -> !isThere(thing))).as("not there").isEmpty();
        assertThat(things(gone).filter(this::isThere)).as("there").isEmpty();
        assertThat(store.mainResidents()).as("in the main queue").isEqualTo(inMain);
        assertThat(store.ghostHits()).as("ghost hits").isEqualTo(ghostHits);
        assertThat(store.bytes()).isEqualTo((long) store.residents() * UNIT).isLessThanOrEqualTo(store.bytesMax());
    }

    @Test
    void anOldOneThatHasGoneMeanwhileHasNoPlaceToGive() {
        run("1..20 1?2");
        Resident old = store.find(key(1))[0];
        run("21 -1");
        put(1, old);
        assertThat(store.mainResidents()).isZero();
        assertThat(old.isHeld()).isFalse();
    }

    @Test
    void theTenthIsOfBytes() {
        run(MAIN_FULL + "1200?");
        Weight grown = (Weight) store.find(key(1200))[0];
        grown.bytes += UNIT;
        store.reweigh(grown);
        run("1019");
        assertThat(store.mainResidents()).as("two things of three units: the small queue has more than a tenth").isEqualTo(19);
        assertThat(isThere(1199)).isFalse();
        grown.bytes -= UNIT;
        store.reweigh(grown);
        run("1020");
        assertThat(store.mainResidents()).isEqualTo(19);
        assertThat(isThere(1001)).isFalse();
    }

    @Test
    void anEvictionEndsThoughAllAreAskedFor() {
        store = new Store("test", 1000L * UNIT, 1);
        run("1..1000 1..1000?3 1001");
        assertThat(isThere(64)).isTrue();
        assertThat(store.mainResidents()).as("spared in one eviction").isEqualTo(64);
        assertThat(isThere(65)).as("but not so many that it takes long").isFalse();
        assertThat(store.evictions()).isEqualTo(1);
    }

    @Test
    void takesAsManyAsAreNeededAndNoMoreThanItsBound() {
        Store mixed = new Store("test", 400L << 10, 400 << 10);
        for (int i = 0; i < 500; i++) {
            assertThat(Things.put(mixed, "/" + i, 100)).isTrue();
        }
        long gone = mixed.evictions();
        Blob large = mixed.blobInOnePiece(256 << 10);
        assertThat(large.append(Things.content(1, 256 << 10), 0, 256 << 10)).as("more than %d would have to go", Store.EVICTIONS_MAX).isZero();
        assertThat(mixed.evictions() - gone).isEqualTo(Store.EVICTIONS_MAX);
        assertThat(mixed.refusals()).isEqualTo(1);
        large.release();
        Blob again = mixed.blobInOnePiece(256 << 10);
        assertThat(again.append(Things.content(1, 256 << 10), 0, 256 << 10)).isEqualTo(256 << 10);
        again.release();
    }

    private void run(String steps) {
        for (String step : steps.split(" ", -1)) {
            if (step.startsWith("-")) {
                things(step.substring(1)).forEach(thing -> assertThat(store.removeAll(key(thing))).isEqualTo(1));
            } else if (step.endsWith("!")) {
                things(step.substring(0, step.length() - 1)).forEach(thing -> put(thing, store.find(key(thing))[0]));
            } else if (step.contains("?")) {
                String times = step.substring(step.indexOf('?') + 1);
                things(step.substring(0, step.indexOf('?'))).forEach(thing -> hit(thing, times.isEmpty() ? 1 : Integer.parseInt(times)));
            } else {
                things(step).forEach(thing -> put(thing, null));
            }
        }
    }

    private void hit(int thing, int times) {
        for (int i = 0; i < times; i++) {
            store.hit(store.find(key(thing))[0]);
        }
    }

    private static IntStream things(String ranges) {
        return Arrays.stream(ranges.split(" ", -1)).filter(range -> !range.isEmpty()).flatMapToInt(range -> {
            int dots = range.indexOf("..");
            int first = Integer.parseInt(dots < 0 ? range : range.substring(0, dots));
            return IntStream.rangeClosed(first, dots < 0 ? first : Integer.parseInt(range.substring(dots + 2)));
        });
    }

    private static Probe key(int thing) {
        return new Probe().put(String.format("%0" + KEY_BYTES + "d", thing));
    }

    private void put(int thing, Resident replaced) {
        Weight weight = new Weight();
        assertThat(store.put(key(thing), weight, replaced)).isTrue();
        weight.release();
    }

    private boolean isThere(int thing) {
        return store.find(key(thing)).length > 0;
    }
}
