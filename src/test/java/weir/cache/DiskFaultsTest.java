package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weir.Await;
import weir.cache.DiskThings.Collector;
import weir.cache.DiskThings.Got;
import weir.observe.Journal;

/** A disk that is full, gone, or slow; and what comes in between. */
class DiskFaultsTest {
    private static final int MIB = 1 << 20;

    @TempDir Path directory;

    private final Store store = new Store("test", 64L * MIB, 32L * MIB);
    private final StringBuilder journal = new StringBuilder();
    private final AtomicLong nanos = new AtomicLong(1);

    @AfterEach
    void nothingIsHeld() {
        assertThat(store.bytes()).isZero();
    }

    /** A directory whose new files are full from the start, when told so, or are made when told so. */
    private static final class Faulty extends DiskDirectory {
        volatile boolean full;
        volatile CountDownLatch go = new CountDownLatch(0);
        final CountDownLatch asked = new CountDownLatch(1);

        Faulty(Path path) throws IOException {
            super(path);
        }

        @Override
        FileChannel create(long number, byte part) throws IOException {
            asked.countDown();
            await(go);
            if (full) {
                return FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE); // ENOSPC for every byte
            }
            return super.create(number, part);
        }
    }

    @Test
    void aFullDiskTurnsWritingOffForAWhile() throws IOException {
        Faulty files = new Faulty(directory);
        try (Disk disk = Disk.open("test", files, 2L * MIB, MIB, nanos::get, new Journal(journal))) {
            DiskThings.written(disk, store, "/a", "", "", Things.bytes(1, 60_000));
            files.full = true;
            DiskThings.written(disk, store, "/b", "", "", Things.bytes(2, 60_000));
            assertThat(disk.isPaused()).isTrue();
            assertThat(disk.dropped()).isEqualTo(1);
            assertThat(DiskThings.write(disk, store, "/c", "", "", new byte[10])).as("for a while").isFalse();
            assertThat(DiskThings.read(disk, store, "/a")).as("what is there is there").extracting(Got::outcome).containsExactly(Disk.Outcome.WHOLE);
            nanos.addAndGet(DiskWrites.PAUSE_NANOS);
            DiskThings.written(disk, store, "/c", "", "", Things.bytes(3, 100));
            assertThat(disk.isPaused()).as("tried again, in vain").isTrue();
            files.full = false;
            nanos.addAndGet(DiskWrites.PAUSE_NANOS);
            DiskThings.written(disk, store, "/d", "", "", Things.bytes(4, 100));
            assertThat(disk.isPaused()).isFalse();
            assertThat(disk.has(Things.probe("/b")) || disk.has(Things.probe("/c"))).isFalse();
            assertThat(disk.has(Things.probe("/d"))).isTrue();
        }
        assertThat(journal.toString().lines().map(line -> line.substring(line.indexOf(' ') + 1))).as("once each").containsExactly(
                "warn cache.test.disk: " + directory + " cannot be written: No space left on device; nothing more is stored there for now, and it is tried again every 30 s",
                "info cache.test.disk: " + directory + " can be written again");
        try (Disk disk = open()) {
            assertThat(disk.entries()).isEqualTo(2);
            assertThat(disk.torn()).isZero();
        }
    }

    @Test
    void whatIsRemovedOnAFullDiskDoesNotComeBack() throws IOException {
        Faulty files = new Faulty(directory);
        try (Disk disk = Disk.open("test", files, 2L * MIB, MIB, nanos::get, new Journal(journal))) {
            for (int i = 0; i < 10; i++) {
                DiskThings.written(disk, store, "/" + i, "", "", Things.bytes(i, 40_000)); // a segment each
            }
        }
        files = new Faulty(directory);
        files.full = true;
        try (Disk disk = Disk.open("test", files, 2L * MIB, MIB, nanos::get, new Journal(journal))) {
            assertThat(disk.entries()).isEqualTo(10);
            assertThat(disk.remove(DiskThings.key("/4"))).isEqualTo(1);
            DiskThings.awaitRemovals(disk);
            assertThat(disk.entries()).as("with all older ones").isEqualTo(5);
            assertThat(disk.errors()).isEqualTo(1);
        }
        try (Disk disk = open()) {
            assertThat(disk.entries()).isEqualTo(5);
            assertThat(disk.has(Things.probe("/4"))).isFalse();
            assertThat(disk.has(Things.probe("/5"))).isTrue();
        }
        assertThat(journal).contains("warn cache.test.disk: removals cannot be written, and so the oldest entries go with what was removed: No space left on device");
    }

    @Test
    void aDirectoryThatIsGoneIsAnErrorLikeOthers() throws IOException {
        Path made = directory.resolve("made");
        try (Disk disk = DiskThings.open(made, 2L * MIB, journal)) {
            DiskThings.written(disk, store, "/a", "", "", Things.bytes(1, 40_000));
            for (Path file : DiskThings.files(made, "")) {
                Files.delete(file);
            }
            Files.delete(made);
            assertThat(DiskThings.read(disk, store, "/a")).isEmpty();
            DiskThings.written(disk, store, "/b", "", "", Things.bytes(1, 40_000)); // the next segment
            assertThat(disk.isPaused()).isTrue();
            disk.remove(DiskThings.key("/a"));
            DiskThings.awaitRemovals(disk);
        }
        assertThat(journal).contains("cannot be written: " + made + "/weir-0000000002.data: there is no such file or directory; nothing more");
    }

    @Test
    void whatIsRemovedWhileItWaitsOrIsWrittenIsGone() throws IOException {
        Faulty files = new Faulty(directory);
        files.go = new CountDownLatch(1);
        try (Disk disk = Disk.open("test", files, 2L * MIB, MIB, nanos::get, new Journal(journal))) {
            assertThat(DiskThings.write(disk, store, "/a", "", "", Things.bytes(1, 1000))).isTrue();
            await(files.asked); // under way
            assertThat(DiskThings.write(disk, store, "/b", "", "", Things.bytes(2, 1000))).isTrue();
            assertThat(DiskThings.write(disk, store, "/b", "br", "", Things.bytes(3, 1000))).isTrue();
            assertThat(DiskThings.write(disk, store, "/c", "", "", Things.bytes(4, 1000))).isTrue();
            assertThat(disk.remove(DiskThings.key("/a"))).isEqualTo(1);
            assertThat(disk.remove(DiskThings.key("/a"))).isZero();
            assertThat(disk.remove(DiskThings.key("/b"))).isEqualTo(2);
            assertThat(DiskThings.write(disk, store, "/b", "", "again", Things.bytes(5, 1000))).isTrue();
            files.go.countDown();
            Await.until("all is written", () -> disk.written() == 3);
            assertThat(disk.has(Things.probe("/a"))).isFalse();
            assertThat(DiskThings.read(disk, store, "/b")).extracting(Got::meta).containsExactly("again");
        }
        try (Disk disk = open()) {
            assertThat(disk.has(Things.probe("/a"))).isFalse();
            assertThat(DiskThings.read(disk, store, "/b")).extracting(Got::meta).containsExactly("again");
            assertThat(disk.has(Things.probe("/c"))).isTrue();
        }
    }

    @Test
    void whatIsRemovedWhileItIsReadIsNotToBeKept() {
        byte[] body = Things.bytes(1, 300_000);
        try (Disk disk = open()) {
            DiskThings.written(disk, store, "/a", "", "", body);
            Collector collector = new Collector(store, blob -> assertThat(disk.remove(DiskThings.key("/a"))).isEqualTo(1));
            assertThat(disk.read(DiskThings.key("/a"), collector)).isTrue();
            List<Got> got = collector.await();
            assertThat(got).extracting(Got::outcome).containsExactly(Disk.Outcome.REMOVED);
            assertThat(got.get(0).body()).as("who reads it may go on").isEqualTo(body);
        }
    }

    @Test
    void aSegmentThatGoesWhileItIsReadIsReadToTheEnd() {
        byte[] body = Things.bytes(1, 300_000);
        try (Disk disk = open()) {
            DiskThings.written(disk, store, "/a", "", "", body);
            Collector collector = new Collector(store, blob -> {
                for (int i = 0; i < 30; i++) {
                    DiskThings.written(disk, store, "/" + i, "", "", Things.bytes(1, 100_000));
                }
            });
            assertThat(disk.read(DiskThings.key("/a"), collector)).isTrue();
            List<Got> got = collector.await();
            assertThat(got).extracting(Got::outcome).containsExactly(Disk.Outcome.REMOVED);
            assertThat(got.get(0).body()).isEqualTo(body);
        }
    }

    @Test
    void theEndWaitsForASlowDiskOnlyForAWhile() throws IOException {
        Faulty files = new Faulty(directory);
        files.go = new CountDownLatch(1);
        Disk disk = Disk.open("test", files, 2L * MIB, MIB, nanos::get, new Journal(journal));
        assertThat(DiskThings.write(disk, store, "/a", "", "", Things.bytes(1, 1000))).isTrue();
        await(files.asked);
        assertThat(DiskThings.write(disk, store, "/b", "", "", Things.bytes(1, 1000))).isTrue();
        AtomicLong count = new AtomicLong();
        assertThat(disk.removeIf((key, meta) -> true, count::set)).isTrue();
        disk.close(1);
        assertThat(disk.written()).as("it returned nevertheless").isZero();
        assertThat(isFree()).as("in use").isFalse();
        files.go.countDown();
        Await.until("the lane has ended", () -> disk.dropped() == 1 && disk.written() == 1 && store.bytes() == 0 && count.get() == -1);
        Await.until("the directory is free", this::isFree);
    }

    private boolean isFree() {
        return DiskThings.isFree(directory);
    }

    @Test
    void theEndTellsReadersThatWait() {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Disk disk = open();
        DiskThings.written(disk, store, "/a", "", "", Things.bytes(1, 200_000));
        Collector first = new Collector(store, blob -> {
            started.countDown();
            await(go);
        });
        Collector second = new Collector(store, blob -> {});
        assertThat(disk.read(DiskThings.key("/a"), first) && disk.read(DiskThings.key("/a"), second)).isTrue();
        await(started);
        Thread closer = new Thread(disk::close);
        closer.start();
        Await.until("it is closing", () -> !disk.read(DiskThings.key("/a"), second));
        go.countDown();
        assertThat(first.await()).extracting(Got::outcome).containsExactly(Disk.Outcome.BROKEN);
        assertThat(second.await()).isEmpty();
        Await.until("it is closed", () -> !closer.isAlive());
    }

    private static void await(CountDownLatch latch) {
        Await.until("it goes on", () -> latch.getCount() == 0);
    }

    private Disk open() {
        return DiskThings.open(directory, 2L * MIB, journal);
    }
}
