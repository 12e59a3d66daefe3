package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import weir.FuzzSeed;

/** Blocks are taken and given back at random, beside a model: one bit for each unit. */
class ArenaTest {
    private static final int MIB_UNITS = Arena.BLOCK_BYTES_MAX / Arena.UNIT_BYTES;

    private record Run(int first, int units, byte mark) {}

    @RepeatedTest(20)
    void noTwoBlocksOverlapAndAllMergeAgain() {
        long seed = FuzzSeed.seed();
        try {
            run(new Random(seed));
        } catch (Throwable failure) {
            throw new AssertionError("-Dfuzz.seed=" + seed, failure);
        }
    }

    private static void run(Random random) {
        int unitsMax = 1 + random.nextInt(4 * MIB_UNITS);
        Arena arena = new Arena((long) unitsMax * Arena.UNIT_BYTES + random.nextInt(Arena.UNIT_BYTES));
        int ordersUsed = 1 + random.nextInt(12);
        BitSet taken = new BitSet();
        List<Run> runs = new ArrayList<>();
        for (int step = 0; step < 4000; step++) {
            if (random.nextInt(100) < (step / 500 % 2 == 0 ? 70 : 30)) {
                int order = random.nextInt(ordersUsed);
                int block = arena.take(order);
                if (block >= 0) {
                    assertThat(Arena.index(block) % (Arena.UNIT_BYTES << order)).as("lies at a multiple of its size").isZero();
                    assertThat(taken.get(block, block + (1 << order)).isEmpty()).as("nobody else's").isTrue();
                    taken.set(block, block + (1 << order));
                    runs.add(mark(arena, new Run(block, 1 << order, (byte) random.nextInt())));
                } else {
                    assertThat(holeOf(taken, unitsMax, order)).as("refused, so there is no such block").isFalse();
                }
            } else if (!runs.isEmpty()) {
                Run run = runs.remove(random.nextInt(runs.size()));
                int keep = random.nextInt(3) == 0 ? random.nextInt(run.units) : 0;
                check(arena, run);
                arena.give(run.first + keep, run.units - keep);
                taken.clear(run.first + keep, run.first + run.units);
                if (keep > 0) {
                    runs.add(new Run(run.first, keep, run.mark));
                }
            }
            assertThat(arena.bytesTaken()).isEqualTo((long) taken.cardinality() * Arena.UNIT_BYTES);
        }
        for (Run run : runs) {
            check(arena, run);
            arena.give(run.first, run.units);
        }
        assertThat(arena.bytesTaken()).isZero();
        for (int left = unitsMax; left > 0; ) {
            int order = Math.min(11, 31 - Integer.numberOfLeadingZeros(left));
            assertThat(arena.take(order)).as("all is merged: the largest blocks that the bound allows").isGreaterThanOrEqualTo(0);
            left -= 1 << order;
        }
        assertThat(arena.take(0)).isEqualTo(-1);
        assertThat(arena.bytesAllocated()).isEqualTo((long) unitsMax * Arena.UNIT_BYTES);
    }

    private static boolean holeOf(BitSet taken, int unitsMax, int order) {
        int units = 1 << order;
        for (int first = 0; first + units <= unitsMax; first += units) {
            int next = taken.nextSetBit(first);
            if (next < 0 || next >= first + units) {
                return true;
            }
        }
        return false;
    }

    private static Run mark(Arena arena, Run run) {
        for (int i = 0; i < run.units; i++) {
            arena.chunk(run.first).put(Arena.index(run.first + i) + i % Arena.UNIT_BYTES, run.mark);
        }
        return run;
    }

    private static void check(Arena arena, Run run) {
        for (int i = 0; i < run.units; i++) {
            assertThat(arena.chunk(run.first).get(Arena.index(run.first + i) + i % Arena.UNIT_BYTES)).isEqualTo(run.mark);
        }
    }

    @Test
    void knowsTheOrderOfASize() {
        assertThat(new int[] {Arena.orderOf(1), Arena.orderOf(512), Arena.orderOf(513), Arena.orderOf(1024), Arena.orderOf(1025), Arena.orderOf(1 << 20)})
                .containsExactly(0, 0, 1, 1, 2, 11);
        assertThat(new int[] {Arena.unitsOf(0), Arena.unitsOf(1), Arena.unitsOf(512), Arena.unitsOf(513)}).containsExactly(0, 1, 1, 2);
    }

    @Test
    void takesNoMemoryBeforeItIsNeeded() {
        Arena arena = new Arena(1L << 39);
        assertThat(arena.bytesAllocated()).isZero();
        arena.take(0);
        assertThat(arena.bytesAllocated()).isEqualTo(Arena.BLOCK_BYTES_MAX);
        assertThat(arena.bytesTaken()).isEqualTo(Arena.UNIT_BYTES);
    }

    @Test
    void nothingIsGivenBackTwice() {
        Arena arena = new Arena(1 << 20);
        int block = arena.take(3);
        arena.give(block + 4, 4);
        assertThatThrownBy(() -> arena.give(block, 8)).isInstanceOf(AssertionError.class);
        arena.give(block, 4);
        assertThatThrownBy(() -> arena.give(block, 1)).isInstanceOf(AssertionError.class);
        assertThat(arena.take(11)).isZero();
    }

    @Test
    void refusesABoundThatItCannotNumber() {
        assertThatThrownBy(() -> new Arena(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Arena(1L << 50)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("cache memory");
    }
}
