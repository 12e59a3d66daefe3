package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import weir.FuzzSeed;

class DiskIndexTest {
    private static final long HASH = 0x1234_5678_9abc_def0L;

    private final DiskIndex index = new DiskIndex(10_000);

    @Test
    void findsWhatWasPutNewestFirst() {
        index.setNewest(7);
        assertThat(index.has(HASH)).isFalse();
        index.put(HASH, 1, DiskIndex.place(7, 1));
        index.put(HASH, 2, DiskIndex.place(7, (1 << DiskIndex.UNIT_BITS) - 1));
        index.put(HASH, 3, DiskIndex.place(6, 5));
        assertThat(index.has(HASH)).isTrue();
        assertThat(index.find(HASH)).containsExactly(DiskIndex.place(7, (1 << DiskIndex.UNIT_BITS) - 1), DiskIndex.place(7, 1), DiskIndex.place(6, 5));
        index.put(HASH, 2, DiskIndex.place(7, 3));
        assertThat(index.find(HASH)).as("replaced").containsExactly(DiskIndex.place(7, 3), DiskIndex.place(7, 1), DiskIndex.place(6, 5));
        assertThat(index.count()).isEqualTo(3);
        index.removeAll(HASH);
        assertThat(index.has(HASH)).isFalse();
        assertThat(index.count()).isZero();
    }

    @Test
    void aKeyHasABoundOfVariants() {
        index.setNewest(1);
        for (int i = 0; i < DiskIndex.VARIANTS_MAX + 5; i++) {
            index.put(HASH, i, DiskIndex.place(1, 1 + i));
        }
        assertThat(index.find(HASH)).hasSize(DiskIndex.VARIANTS_MAX).startsWith(DiskIndex.place(1, DiskIndex.VARIANTS_MAX + 5)).endsWith(DiskIndex.place(1, 6));
    }

    @Test
    void numbersOfSegmentsMayBeLarge() {
        long number = (1L << 40) - 1; // the last one
        index.setNewest(number - DiskIndex.SEGMENTS_MAX + 1);
        index.put(HASH, 1, DiskIndex.place(number - DiskIndex.SEGMENTS_MAX + 1, 9));
        index.setNewest(number);
        index.put(HASH, 2, DiskIndex.place(number, 9));
        assertThat(index.find(HASH)).containsExactly(DiskIndex.place(number, 9), DiskIndex.place(number - DiskIndex.SEGMENTS_MAX + 1, 9));
    }

    @Test
    void knowsWhatWasRead() {
        index.setNewest(2);
        index.put(HASH, 1, DiskIndex.place(1, 1));
        index.put(HASH, 2, DiskIndex.place(1, 2));
        index.put(HASH + 1, 2, DiskIndex.place(1, 9));
        index.markRead(HASH, DiskIndex.place(1, 2));
        index.markRead(HASH, DiskIndex.place(1, 3));
        assertThat(places(1, true)).containsExactly(DiskIndex.place(1, 2));
        assertThat(places(1, false)).containsExactly(DiskIndex.place(1, 1), DiskIndex.place(1, 2), DiskIndex.place(1, 9));
        assertThat(index.move(HASH, DiskIndex.place(1, 3), DiskIndex.place(2, 1))).isFalse();
        assertThat(index.move(HASH, DiskIndex.place(1, 2), DiskIndex.place(2, 1))).isTrue();
        assertThat(places(2, false)).containsExactly(DiskIndex.place(2, 1));
        assertThat(places(2, true)).isEmpty();
        assertThat(index.remove(HASH, 2)).as("the variant has moved along").isTrue();
    }

    @RepeatedTest(20)
    void agreesWithAModel() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        Map<Long, TreeMap<Long, Integer>> model = new HashMap<>(); // hash to place to variant
        int hashBits = 1 + random.nextInt(12);
        long newest = 3000L + random.nextInt(3000);
        index.setNewest(newest);
        long unit = 1;
        for (int i = 0; i < 5000; i++) {
            long hash = Long.rotateLeft(random.nextInt(1 << hashBits), random.nextInt(2) * 40); // few tables, and slots that meet
            TreeMap<Long, Integer> places = model.computeIfAbsent(hash, key -> new TreeMap<>());
            int variant = random.nextInt(40);
            switch (random.nextInt(12)) {
                case 0 -> {
                    index.removeAll(hash);
                    places.clear();
                }
                case 1, 2 -> assertThat(index.remove(hash, variant)).as("-Dfuzz.seed=%d", seed).isEqualTo(places.values().remove(variant));
                case 3 -> {
                    if (!places.isEmpty()) {
                        assertThat(index.removeAt(hash, places.firstKey())).isTrue();
                        places.pollFirstEntry();
                    }
                }
                case 4 -> {
                    long number = newest - random.nextInt(20);
                    long gone = 0;
                    for (TreeMap<Long, Integer> each : model.values()) {
                        int before = each.size();
                        each.keySet().removeIf(place -> DiskIndex.numberOf(place) == number);
                        gone += before - each.size();
                    }
                    long removed = 0;
                    for (int table = 0; table < index.tableCount(); table++) {
                        removed += index.removeSegment(table, number);
                    }
                    assertThat(removed).as("-Dfuzz.seed=%d", seed).isEqualTo(gone);
                }
                case 5 -> index.setNewest(++newest);
                default -> {
                    long place = DiskIndex.place(newest - random.nextInt(10), unit++);
                    index.put(hash, variant, place);
                    places.values().remove(variant);
                    if (places.size() == DiskIndex.VARIANTS_MAX) {
                        places.pollFirstEntry();
                    }
                    places.put(place, variant);
                }
            }
            assertThat(index.has(hash)).as("-Dfuzz.seed=%d", seed).isEqualTo(!places.isEmpty());
            assertThat(index.find(hash)).as("-Dfuzz.seed=%d", seed).containsExactly(places.descendingKeySet().toArray(new Long[0]));
        }
        assertThat(index.count()).isEqualTo(model.values().stream().mapToLong(TreeMap::size).sum());
        model.forEach((hash, places) -> assertThat(index.find(hash)).as("-Dfuzz.seed=%d", seed).containsExactly(places.descendingKeySet().toArray(new Long[0])));
    }

    private List<Long> places(long number, boolean onlyRead) {
        DiskIndex.Places places = new DiskIndex.Places();
        for (int table = 0; table < index.tableCount(); table++) {
            index.places(table, number, onlyRead, places);
        }
        places.sorted();
        List<Long> list = new ArrayList<>();
        for (int i = 0; i < places.count(); i++) {
            list.add(places.place(i));
            assertThat(index.isAt(places.hash(i), places.place(i))).isTrue();
        }
        return list;
    }
}
