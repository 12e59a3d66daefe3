package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weir.Await;
import weir.FuzzSeed;
import weir.cache.DiskThings.Collector;
import weir.cache.DiskThings.Got;
import weir.observe.Journal;

class DiskBoundsTest {
    private static final int MIB = 1 << 20;

    @TempDir Path directory;

    private final Store store = new Store("test", 64L * MIB, 32L * MIB);
    private final StringBuilder journal = new StringBuilder();

    @AfterEach
    void nothingIsHeld() {
        assertThat(store.bytes()).isZero();
        assertThat(journal).isEmpty();
    }

    @Test
    void filesAreNeverLongerThanTheBound() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        try (Disk disk = open(2L * MIB)) {
            for (int i = 0; i < 400; i++) {
                int bytes = random.nextInt(random.nextInt(5) == 0 ? 400_000 : 20_000);
                DiskThings.written(disk, store, "/" + i, "", "", Things.bytes(i, bytes));
                assertThat(disk.bytes()).as("-Dfuzz.seed=%d", seed).isLessThanOrEqualTo(2L * MIB);
                if (random.nextInt(3) == 0) {
                    DiskThings.read(disk, store, "/" + (i - random.nextInt(20)));
                }
                if (random.nextInt(10) == 0) {
                    disk.remove(DiskThings.key("/" + (i - random.nextInt(20))));
                }
                if (i % 20 == 0) {
                    assertThat(DiskThings.bytesIn(directory)).as("-Dfuzz.seed=%d", seed).isLessThanOrEqualTo(2L * MIB);
                }
            }
            assertThat(disk.evictions()).isPositive();
            assertThat(disk.kept()).isPositive();
            assertThat(disk.has(Things.probe("/399")) || disk.has(Things.probe("/398"))).isTrue();
            DiskThings.awaitRemovals(disk);
            long inFiles = DiskThings.bytesIn(directory);
            assertThat(disk.bytes()).as("the last entry of a segment is not filled up").isBetween(inFiles, inFiles + 64L * DiskThings.files(directory, ".data").size());
            assertThat(inFiles).isGreaterThan(MIB);
        }
        try (Disk disk = open(MIB)) {
            assertThat(disk.bytes()).as("the bound is lower now").isEqualTo(DiskThings.bytesIn(directory)).isLessThanOrEqualTo(MIB);
            assertThat(disk.entries()).isPositive();
        }
    }

    /** Nor while entries are copied that get a second chance: the segment that they come from goes only then. */
    @Test
    void thereIsAlwaysRoomForWhatIsKept() throws IOException {
        AtomicLong most = new AtomicLong();
        DiskDirectory files = new DiskDirectory(directory) {
            @Override
            void delete(long number) throws IOException {
                most.accumulateAndGet(DiskThings.bytesIn(directory), Math::max);
                super.delete(number);
            }
        };
        try (Disk disk = Disk.open("test", files, MIB, MIB, System::nanoTime, new Journal(journal))) {
            for (int i = 0; disk.kept() < 200; i++) {
                DiskThings.written(disk, store, "/" + i, "", "", Things.bytes(i, i % 50 == 0 ? 100_000 : 3_000));
                disk.used(Things.probe("/" + i));
            }
        }
        assertThat(most.get()).isBetween(MIB - 200_000L, (long) MIB);
    }

    @Test
    void theOldestGoFirst() {
        try (Disk disk = open(2L * MIB)) {
            for (int i = 0; i < 200; i++) {
                DiskThings.written(disk, store, "/" + i, "", "", Things.bytes(i, 20_000));
            }
            int first = 0;
            while (!disk.has(Things.probe("/" + first))) {
                first++;
            }
            assertThat(first).isBetween(95, 105);
            for (int i = first; i < 200; i++) {
                assertThat(disk.has(Things.probe("/" + i))).isTrue();
            }
        }
    }

    @Test
    void whatIsReadGetsASecondChance() {
        try (Disk disk = open(2L * MIB)) {
            for (int i = 0; i < 1000; i++) {
                DiskThings.written(disk, store, "/" + i, "", "meta" + i, Things.bytes(i, 8_000));
                List<Got> got = DiskThings.read(disk, store, "/0");
                assertThat(got).extracting(Got::meta).containsExactly("meta0");
                assertThat(got.get(0).body()).isEqualTo(Things.bytes(0, 8_000));
            }
            assertThat(disk.kept()).isBetween(2L, 20L);
            assertThat(disk.has(Things.probe("/1"))).isFalse();
        }
        try (Disk disk = open(2L * MIB)) {
            assertThat(DiskThings.read(disk, store, "/0")).extracting(Got::meta).containsExactly("meta0");
        }
    }

    @Test
    void soDoesWhatIsUsedElsewhere() {
        try (Disk disk = open(2L * MIB)) {
            for (int i = 0; disk.evictions() < 100; i++) {
                DiskThings.written(disk, store, "/" + i, "", "meta" + i, Things.bytes(i, 8_000));
                if (i == 3) {
                    disk.used(Things.probe("/0"));
                    disk.used(Things.probe("/none"));
                }
            }
            assertThat(disk.kept()).isEqualTo(1);
            assertThat(disk.has(Things.probe("/0"))).isTrue();
            assertThat(disk.has(Things.probe("/1"))).isFalse();
        }
    }

    @Test
    void ofWhatIsReadAQuarterOfASegmentStaysAndNoMore() {
        try (Disk disk = open(2L * MIB)) { // segments of 64 KiB
            for (int i = 0; i < 600; i++) {
                DiskThings.written(disk, store, "/" + i, "", "", Things.bytes(i, 5_000));
                DiskThings.read(disk, store, "/" + i);
            }
            assertThat(disk.kept()).isPositive().isLessThan(disk.evictions() / 2);
        }
    }

    @Test
    void entriesHaveABound() {
        try (Disk disk = open(MIB)) {
            for (int i = 0; i < 2500; i++) {
                DiskThings.written(disk, store, "/" + i, "", "", new byte[0]);
                assertThat(disk.entries()).isLessThanOrEqualTo(1024);
            }
            assertThat(disk.has(Things.probe("/2499"))).isTrue();
            assertThat(disk.bytes()).isLessThan(MIB / 2);
        }
    }

    @Test
    void segmentsHaveABound() throws IOException {
        int segments = DiskIndex.SEGMENTS_MAX + 20;
        try (DiskDirectory files = new DiskDirectory(directory)) {
            DiskOutput output = new DiskOutput(ByteBuffer.allocateDirect(DiskFormat.BUFFER_BYTES));
            for (int number = 1; number <= segments; number++) {
                for (byte part : new byte[] {DiskFormat.DATA, DiskFormat.INDEX}) {
                    try (FileChannel file = files.create(number, part)) {
                        output.fileHead(file, part, number, 5);
                    }
                }
            }
        }
        try (Disk disk = open(64L * MIB)) {
            assertThat(disk.torn()).isZero();
            assertThat(DiskThings.files(directory, ".data")).hasSize(DiskIndex.SEGMENTS_MAX - 1);
            DiskThings.written(disk, store, "/a", "", "", new byte[10]);
            DiskThings.written(disk, store, "/b", "", "", new byte[600_000]);
            DiskThings.written(disk, store, "/c", "", "", new byte[600_000]);
            assertThat(DiskThings.files(directory, ".data")).hasSize(DiskIndex.SEGMENTS_MAX);
            assertThat(disk.has(Things.probe("/a")) && disk.has(Things.probe("/c"))).isTrue();
        }
    }

    @Test
    void writesThatWaitHaveABoundInNumberAndBytes() throws IOException {
        AtomicLong looked = new AtomicLong(-2);
        CountDownLatch go = new CountDownLatch(1);
        try (Disk disk = Disk.open("test", directory, 16L * MIB, 1000 * 300, new Journal(journal))) {
            block(disk, go, looked);
            int taken = 0;
            while (DiskThings.write(disk, store, "/n" + taken, "", "", Things.bytes(taken, 1000))) {
                taken++;
            }
            assertThat(taken).isEqualTo(DiskWrites.WRITES_MAX);
            assertThat(disk.dropped()).isEqualTo(1);
            go.countDown();
            Await.until("all is written", () -> disk.written() == 1 + DiskWrites.WRITES_MAX);

            CountDownLatch again = new CountDownLatch(1);
            block(disk, again, looked);
            assertThat(DiskThings.write(disk, store, "/long", "", "", Things.bytes(5, 2 * MIB))).as("one always").isTrue();
            assertThat(DiskThings.write(disk, store, "/m", "", "", new byte[1])).isFalse();
            again.countDown();
            Await.until("all is written", () -> disk.written() == 3 + DiskWrites.WRITES_MAX);
            assertThat(disk.has(Things.probe("/long"))).isTrue();
            assertThat(disk.dropped()).isEqualTo(2);
        }
    }

    @Test
    void walksThatWaitHaveABound() {
        AtomicLong looked = new AtomicLong(-2);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        try (Disk disk = open(2L * MIB)) {
            block(disk, go, looked);
            for (int i = 1; i < DiskWrites.WALKS_MAX; i++) {
                assertThat(disk.removeIf((key, meta) -> false, count -> done.incrementAndGet())).isTrue();
            }
            assertThat(disk.removeIf((key, meta) -> false, count -> done.incrementAndGet())).isFalse();
            go.countDown();
            Await.until("all have ended", () -> done.get() == DiskWrites.WALKS_MAX - 1);
        }
    }

    @Test
    void nothingEscapesAWalk() {
        AtomicLong removed = new AtomicLong(-2);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Disk disk = open(2L * MIB)) {
            for (int i = 0; i < 25; i++) {
                DiskThings.written(disk, store, "/" + i, "", "", Things.bytes(i, 60_000)); // a segment each
            }
            DiskThings.written(disk, store, "/wanted", "", "removed", Things.bytes(5, 1000));
            disk.used(Things.probe("/wanted"));
            assertThat(disk.removeIf((key, meta) -> {
                started.countDown();
                await(go);
                return meta.length > 0;
            }, removed::set)).isTrue();
            await(started);
            for (int i = 0; i < 6; i++) { // each takes several segments away, which the walk has not come to
                assertThat(DiskThings.write(disk, store, "/long" + i, "", "", Things.bytes(i, 400_000))).isTrue();
            }
            go.countDown();
            Await.until("it has ended", () -> removed.get() >= 0 && disk.written() == 32);
            assertThat(disk.has(Things.probe("/wanted"))).as("not copied past the walk").isFalse();
            assertThat(disk.has(Things.probe("/long5"))).isTrue();
        }
    }

    @Test
    void readsThatWaitHaveABound() {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Disk disk = open(2L * MIB)) {
            DiskThings.written(disk, store, "/a", "", "", new byte[10]);
            assertThat(disk.read(DiskThings.key("/a"), new Collector(store, blob -> {
                started.countDown();
                await(go);
            }))).isTrue();
            await(started);
            List<Collector> waiting = new ArrayList<>();
            Collector next = new Collector(store, blob -> {});
            while (disk.read(DiskThings.key("/a"), next)) {
                waiting.add(next);
                next = new Collector(store, blob -> {});
            }
            assertThat(waiting).hasSize(DiskReads.READS_MAX);
            go.countDown();
            for (Collector each : waiting) {
                assertThat(each.await()).hasSize(1);
            }
            assertThat(disk.read()).isEqualTo(DiskReads.READS_MAX + 1);
        }
    }

    @Test
    void moreRemovalsThanCanWaitTakeSegmentsAway() {
        AtomicLong looked = new AtomicLong(-2);
        CountDownLatch go = new CountDownLatch(1);
        int keys = DiskWrites.REMOVALS_MAX + 2;
        try (Disk disk = open(64L * MIB)) { // 8192 entries at most, in segments of 512 KiB
            for (int i = 0; i < keys; i++) {
                String key = "/" + i;
                Await.until("there is room in the queue", () -> DiskThings.write(disk, store, key, "", "", new byte[numberOf(key) < 100 ? 10_000 : 0]));
            }
            Await.until("what came before is written", () -> disk.written() == keys);
            DiskThings.written(disk, store, "/new", "", "", Things.bytes(1, 600_000)); // in the next segment
            block(disk, go, looked);
            for (int i = 0; i < keys; i++) {
                assertThat(disk.remove(DiskThings.key("/" + i))).isEqualTo(1);
            }
            assertThat(disk.entries()).as("at once: /new, and what holds the lane up").isEqualTo(2);
            go.countDown();
            DiskThings.awaitRemovals(disk);
            assertThat(disk.has(Things.probe("/new"))).isTrue();
            assertThat(DiskThings.files(directory, ".data")).as("that of the last key, and all before it, are gone").hasSizeLessThanOrEqualTo(2);
        }
        try (Disk disk = open(64L * MIB)) {
            assertThat(disk.entries()).isBetween(1L, 2L);
            assertThat(disk.has(Things.probe("/new"))).isTrue();
        }
    }

    private static int numberOf(String key) {
        return Integer.parseInt(key.substring(1));
    }

    /** Holds the writing lane up, in a walk over what was written last. */
    private void block(Disk disk, CountDownLatch go, AtomicLong looked) {
        CountDownLatch started = new CountDownLatch(1);
        DiskThings.written(disk, store, "/first", "", "", new byte[1]);
        assertThat(disk.removeIf((key, meta) -> {
            started.countDown();
            await(go);
            return false;
        }, looked::set)).isTrue();
        await(started);
    }

    private static void await(CountDownLatch latch) {
        Await.until("it goes on", () -> latch.getCount() == 0);
    }

    private Disk open(long bytesMax) {
        return DiskThings.open(directory, bytesMax, journal);
    }
}
