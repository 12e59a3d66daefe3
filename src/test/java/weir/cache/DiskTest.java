package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
import weir.cache.DiskThings.Collector;
import weir.cache.DiskThings.Got;
import weir.observe.Journal;

class DiskTest {
    private static final int MIB = 1 << 20;

    @TempDir Path directory;

    private final Store store = new Store("test", 64L * MIB, 32L * MIB);
    private final StringBuilder journal = new StringBuilder();

    @AfterEach
    void nothingIsHeld() {
        assertThat(store.bytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 300_000, 5 << 20})
    void givesBackWhatWasWritten(int bytes) {
        byte[] body = Things.bytes(1, bytes);
        try (Disk disk = open(64L * MIB)) {
            assertThat(disk.has(Things.probe("/a"))).isFalse();
            DiskThings.written(disk, store, "/a", "", "meta of a", body);
            assertThat(disk.has(Things.probe("/a"))).isTrue();
            assertOne(disk, "/a", "meta of a", body);
            assertThat(disk.entries()).isEqualTo(1);
            assertThat(disk.bytes()).isGreaterThan(bytes).isLessThan(bytes + bytes / 1000 + 1000);
        }
        try (Disk disk = open(64L * MIB)) {
            assertThat(disk.has(Things.probe("/a"))).isTrue();
            assertOne(disk, "/a", "meta of a", body);
            assertThat(disk.bytes()).isEqualTo(DiskThings.bytesIn(directory));
            assertThat(disk.torn()).isZero();
        }
        assertThat(journal).isEmpty();
    }

    @Test
    void keysAndMetaMayBeLong() {
        String key = "k".repeat(Probe.BYTES_MAX);
        String meta = "m".repeat(DiskFormat.META_BYTES_MAX);
        byte[] body = Things.bytes(1, 100_000);
        try (Disk disk = open(64L * MIB)) {
            DiskThings.written(disk, store, key, "", meta, body);
            DiskThings.written(disk, store, key, "other", "", body);
            assertThat(DiskThings.write(disk, store, key + "k", "", meta, body)).as("no such key is found").isFalse();
            assertThat(disk.read(DiskThings.key(key + "k"), new Collector(store, blob -> {}))).isFalse();
            assertThat(disk.remove(DiskThings.key(key + "k"))).isZero();
            assertThat(DiskThings.write(disk, store, key, "", meta + "m", body)).isFalse();
            assertThat(DiskThings.write(disk, store, key, "", meta, new byte[17 << 20])).as("more than a quarter of the bound").isFalse();
            assertThat(disk.dropped()).isEqualTo(3);
        }
        try (Disk disk = open(64L * MIB)) {
            assertThat(DiskThings.read(disk, store, key)).extracting(Got::meta).containsExactly("", meta);
        }
    }

    @Test
    void aVariantReplacesItselfOnly() {
        try (Disk disk = open(4L * MIB)) {
            DiskThings.written(disk, store, "/a", "gzip", "1", Things.bytes(1, 1000));
            DiskThings.written(disk, store, "/a", "br", "2", Things.bytes(2, 1000));
            DiskThings.written(disk, store, "/b", "br", "3", Things.bytes(3, 1000));
            DiskThings.written(disk, store, "/a", "gzip", "4", Things.bytes(4, 1000));
            assertThat(DiskThings.read(disk, store, "/a")).extracting(Got::meta).containsExactly("4", "2");
            assertThat(disk.entries()).isEqualTo(3);
        }
        try (Disk disk = open(4L * MIB)) {
            assertThat(DiskThings.read(disk, store, "/a")).extracting(Got::meta).containsExactly("4", "2");
            DiskThings.written(disk, store, "/a", "br", "5", Things.bytes(5, 1000));
            assertThat(DiskThings.read(disk, store, "/a")).extracting(Got::meta).containsExactly("5", "4");
        }
    }

    @Test
    void removalsSurviveARestart() {
        try (Disk disk = open(4L * MIB)) {
            DiskThings.written(disk, store, "/a", "", "1", Things.bytes(1, 1000));
            DiskThings.written(disk, store, "/a", "", "2", Things.bytes(2, 1000));
            DiskThings.written(disk, store, "/a", "br", "3", Things.bytes(3, 1000));
            DiskThings.written(disk, store, "/b", "", "4", Things.bytes(4, 1000));
            assertThat(disk.remove(DiskThings.key("/a"))).isEqualTo(2);
            assertThat(disk.has(Things.probe("/a"))).isFalse();
            assertThat(disk.remove(DiskThings.key("/a"))).isZero();
            assertThat(DiskThings.read(disk, store, "/a")).isEmpty();
        }
        try (Disk disk = open(4L * MIB)) {
            assertThat(disk.has(Things.probe("/a"))).isFalse();
            assertThat(disk.has(Things.probe("/b"))).isTrue();
            DiskThings.written(disk, store, "/a", "", "5", Things.bytes(5, 1000));
            disk.remove(DiskThings.key("/b"));
        }
        try (Disk disk = open(4L * MIB)) {
            assertOne(disk, "/a", "5", Things.bytes(5, 1000));
            assertThat(disk.has(Things.probe("/b"))).isFalse();
            assertThat(disk.entries()).isEqualTo(1);
        }
    }

    @Test
    void removesWhatAConditionHoldsFor() {
        AtomicLong removed = new AtomicLong(-2);
        try (Disk disk = open(16L * MIB)) {
            for (int i = 0; i < 500; i++) {
                assertThat(DiskThings.write(disk, store, "/" + i % 250, "" + i, "tag" + i % 5, Things.bytes(i, 100))).isTrue();
                Await.until("there is room in the queue", () -> disk.written() > 0 && store.bytes() < MIB / 16);
            }
            // Behind what waits to be written.
            assertThat(disk.removeIf((key, meta) -> new String(meta, StandardCharsets.UTF_8).equals("tag3"), removed::set)).isTrue();
            Await.until("all were looked at", () -> removed.get() >= 0);
            assertThat(removed).hasValue(100);
            assertThat(disk.entries()).isEqualTo(400);
            assertThat(disk.removeIf((key, meta) -> new String(key, StandardCharsets.UTF_8).equals("/7"), removed::set)).isTrue();
            Await.until("all were looked at", () -> removed.get() == 2);
        }
        try (Disk disk = open(16L * MIB)) {
            assertThat(disk.entries()).isEqualTo(398);
            for (int i = 0; i < 250; i++) {
                assertThat(disk.has(Things.probe("/" + i))).isEqualTo(i % 5 != 3 && i != 7);
            }
        }
    }

    @Test
    void aConditionThatThrowsEndsItsOwnWalkOnly() {
        AtomicLong removed = new AtomicLong(-2);
        try (Disk disk = open(4L * MIB)) {
            DiskThings.written(disk, store, "/a", "", "1", Things.bytes(1, 1000));
            assertThat(disk.removeIf((key, meta) -> {
                throw new IllegalStateException("no");
            }, removed::set)).isTrue();
            Await.until("it has ended", () -> removed.get() == -1);
            assertOne(disk, "/a", "1", Things.bytes(1, 1000));
            DiskThings.written(disk, store, "/b", "", "1", Things.bytes(1, 1000));
        }
        assertThat(journal).contains("warn cache.test.disk: a task failed: java.lang.IllegalStateException: no");
    }

    @Test
    void aReaderTakesWhatItWants() {
        List<String> seen = new ArrayList<>();
        CountDownLatch ended = new CountDownLatch(1);
        try (Disk disk = open(4L * MIB)) {
            for (int i = 0; i < 5; i++) {
                DiskThings.written(disk, store, "/a", "" + i, "" + i, Things.bytes(i, 1000));
            }
            assertThat(disk.read(DiskThings.key("/a"), new Disk.Reader() {
                @Override
                public Blob entry(byte[] meta, long bodyBytes) {
                    seen.add(new String(meta, StandardCharsets.UTF_8));
                    return seen.size() == 3 ? store.blob(bodyBytes) : null;
                }

                @Override
                public boolean entryDone(Blob body, Disk.Outcome outcome) {
                    seen.add(outcome.toString());
                    body.release();
                    return false;
                }

                @Override
                public void end() {
                    ended.countDown();
                }
            })).isTrue();
            Await.until("it has ended", () -> ended.getCount() == 0);
            assertThat(seen).containsExactly("4", "3", "2", "WHOLE");
        }
    }

    @Test
    void aReaderThatThrowsIsToldOfTheEndAndHarmsNobody() {
        try (Disk disk = open(4L * MIB)) {
            DiskThings.written(disk, store, "/a", "", "1", Things.bytes(1, 1000));
            Collector thrower = new Collector(store, blob -> {
                blob.release();
                throw new IllegalStateException("no");
            });
            assertThat(disk.read(DiskThings.key("/a"), thrower)).isTrue();
            thrower.await();
            assertOne(disk, "/a", "1", Things.bytes(1, 1000));
        }
        assertThat(journal).contains("IllegalStateException: no");
    }

    @Test
    void followersReadWhileItComes() {
        byte[] body = Things.bytes(1, 3 << 20);
        try (Disk disk = open(64L * MIB)) {
            DiskThings.written(disk, store, "/a", "", "1", body);
            List<Long> lengths = new ArrayList<>();
            Collector follower = new Collector(store, blob -> assertThat(blob.follow(() -> lengths.add(blob.length()))).isTrue());
            assertThat(disk.read(DiskThings.key("/a"), follower)).isTrue();
            assertThat(follower.await()).hasSize(1);
            assertThat(lengths).hasSizeGreaterThan(40).startsWith(65_536L, 131_072L).endsWith((long) body.length);
        }
    }

    @Test
    void whatDoesNotFitIntoMemoryFails() {
        Store small = new Store("test", 100_000, 100_000);
        try (Disk disk = open(64L * MIB)) {
            DiskThings.written(disk, store, "/a", "", "1", Things.bytes(1, 90_000));
            Blob other = small.blob(-1);
            assertThat(other.append(Things.content(1, 50_000), 0, 50_000)).isEqualTo(50_000);
            assertThat(DiskThings.read(disk, small, "/a")).extracting(Got::outcome).containsExactly(Disk.Outcome.BROKEN);
            other.release();
            assertThat(DiskThings.read(disk, small, "/a")).extracting(Got::outcome).containsExactly(Disk.Outcome.WHOLE);
            assertThat(disk.torn()).isZero();
        }
    }

    @Test
    void aSecondOneOnTheSameDirectoryIsRefused() throws IOException {
        try (Disk disk = open(4L * MIB)) {
            assertThatThrownBy(() -> Disk.open("other", directory, 4L * MIB, MIB, new Journal(journal))).isInstanceOf(IOException.class)
                    .hasMessage(directory + " is in use by another process, or by another cache; give each a directory of its own");
            assertThat(disk.bytes()).isZero();
            assertThat(openInAnotherProcess()).as("the lock is still held").contains(directory + " is in use by another process");
        }
        Disk.open("other", directory, 4L * MIB, MIB, new Journal(journal)).close();
    }

    private String openInAnotherProcess() throws IOException {
        Process child = DiskKillTest.child(directory, 0);
        try (InputStream said = child.getInputStream()) {
            return new String(said.readNBytes(1 << 10), StandardCharsets.UTF_8);
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void aPathThatIsNoDirectoryIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertThatThrownBy(() -> Disk.open("test", file, 4L * MIB, MIB, new Journal(journal))).isInstanceOf(IOException.class)
                .hasMessage(file + " cannot be used: " + file + ": is there already, and is no directory");
    }

    @Test
    void filesAreForTheOwnerOnly() throws IOException {
        Path made = directory.resolve("sub/cache");
        try (Disk disk = DiskThings.open(made, 4L * MIB, journal)) {
            DiskThings.written(disk, store, "/a", "", "1", Things.bytes(1, 1000));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made))).isEqualTo("rwx------");
            for (Path file : DiskThings.files(made, "")) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).as("%s", file).isEqualTo("rw-------");
            }
            assertThat(DiskThings.files(made, "")).hasSize(3);
        }
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxrwx"));
        DiskThings.open(made, 4L * MIB, journal).close();
        assertThat(journal).contains("warn cache.test.disk: everybody may write into " + made);
    }

    @Test
    void afterTheEndNothingIsTaken() {
        Disk disk = open(4L * MIB);
        DiskThings.written(disk, store, "/a", "", "1", Things.bytes(1, 1000));
        disk.close();
        assertThat(disk.has(Things.probe("/a"))).isFalse();
        assertThat(DiskThings.write(disk, store, "/b", "", "1", Things.bytes(1, 1000))).isFalse();
        assertThat(disk.read(DiskThings.key("/a"), new Collector(store, blob -> {}))).isFalse();
        assertThat(disk.removeIf((key, meta) -> true, count -> {})).isFalse();
    }

    private Disk open(long bytesMax) {
        return DiskThings.open(directory, bytesMax, journal);
    }

    private void assertOne(Disk disk, String key, String meta, byte[] body) {
        List<Got> got = DiskThings.read(disk, store, key);
        assertThat(got).hasSize(1);
        assertThat(got.get(0).outcome()).isEqualTo(Disk.Outcome.WHOLE);
        assertThat(got.get(0).meta()).isEqualTo(meta);
        assertThat(got.get(0).body()).isEqualTo(body);
    }
}
