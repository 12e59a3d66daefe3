package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.FuzzSeed;
import weir.cache.DiskThings.Got;

/** Files that are cut, flipped, exchanged, forged, or of somebody else: never a byte that was not written, and the rest is there. */
class DiskDamageTest {
    private static final int MIB = 1 << 20;
    private static final List<String> KEYS = List.of("/a", "/b", "/c", "/gone");

    @TempDir Path directory;

    private final Store store = new Store("test", 16L * MIB, 8L * MIB);
    private final StringBuilder journal = new StringBuilder();
    private final Map<String, byte[]> bodies = new HashMap<>(); // by meta
    private Path data;
    private Path index;
    private byte[] dataBytes;
    private byte[] indexBytes;

    /** A small segment with all there is: several variants, one that was replaced, one that was removed. */
    @BeforeEach
    void writeASmallSegment() throws IOException {
        try (Disk disk = open()) {
            written(disk, "/a", "", "a1", 100);
            written(disk, "/gone", "", "gone", 70);
            written(disk, "/a", "br", "a2", 200);
            assertThat(disk.remove(DiskThings.key("/gone"))).isEqualTo(1);
            DiskThings.awaitRemovals(disk);
            written(disk, "/b", "", "b1", 0);
            written(disk, "/c", "", "c1", 300);
            written(disk, "/c", "", "c2", 80);
        }
        data = DiskThings.files(directory, ".data").get(0);
        index = DiskThings.files(directory, ".index").get(0);
        dataBytes = Files.readAllBytes(data);
        indexBytes = Files.readAllBytes(index);
    }

    private void written(Disk disk, String key, String variant, String meta, int bytes) {
        bodies.put(meta, Things.bytes(meta.hashCode(), bytes));
        DiskThings.written(disk, store, key, variant, meta, bodies.get(meta));
    }

    @Test
    void allIsThereWhenNothingIsDamaged() throws IOException {
        assertThat(wholeAfter(dataBytes, indexBytes)).isEqualTo(4);
    }

    @Test
    void dataCutAtEveryPosition() throws IOException {
        int last = 0;
        for (int length = 0; length <= dataBytes.length; length++) {
            int whole = wholeAfter(Arrays.copyOf(dataBytes, length), indexBytes);
            assertThat(whole).as("cut at %d", length).isBetween(last, 4);
            last = whole;
        }
        assertThat(last).isEqualTo(4);
    }

    @Test
    void whatWasReplacedDoesNotComeBackWhenTheNewerOneIsTorn() throws IOException {
        Files.write(data, Arrays.copyOf(dataBytes, dataBytes.length - 10));
        try (Disk disk = open()) {
            assertThat(disk.torn()).isEqualTo(1);
            assertThat(DiskThings.read(disk, store, "/c")).isEmpty();
        }
    }

    @Test
    void indexCutAtEveryPosition() throws IOException {
        long removalEnd = DiskFormat.FILE_HEAD_BYTES + 4 * DiskFormat.recordBytes("/gone".length()); // the fourth record, all of one length
        for (int length = 0; length < indexBytes.length; length++) {
            assertThat(wholeAfter(dataBytes, Arrays.copyOf(indexBytes, length), length < removalEnd)).as("cut at %d", length).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void dataFlippedAtEveryPosition() throws IOException {
        for (int at = 0; at < dataBytes.length; at++) {
            byte[] flipped = dataBytes.clone();
            flipped[at] ^= (byte) (1 << at % Byte.SIZE);
            assertThat(wholeAfter(flipped, indexBytes)).as("flipped at %d", at).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void indexFlippedAtEveryPosition() throws IOException {
        for (int at = 0; at < indexBytes.length; at++) {
            byte[] flipped = indexBytes.clone();
            flipped[at] ^= (byte) (1 << at % Byte.SIZE);
            int whole = wholeAfter(dataBytes, flipped, true); // with the removal gone, what was removed is there again
            assertThat(whole).as("flipped at %d", at).isGreaterThanOrEqualTo(at < DiskFormat.FILE_HEAD_BYTES ? 0 : 3);
        }
    }

    @Test
    void randomDamage() throws IOException {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] someData = damaged(dataBytes, random);
            byte[] someIndex = damaged(indexBytes, random);
            assertThat(wholeAfter(someData, someIndex, true)).as("-Dfuzz.seed=%d", seed).isLessThanOrEqualTo(5);
        }
    }

    /** Runs of zeros or rubbish, runs copied to other places, bytes left out: what a loss of power leaves, and worse. */
    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] damaged = bytes.clone();
        for (int n = random.nextInt(4); n > 0; n--) {
            int from = random.nextInt(damaged.length);
            int count = 1 + random.nextInt(damaged.length - from);
            switch (random.nextInt(4)) {
                case 0 -> Arrays.fill(damaged, from, from + count, (byte) 0);
                case 1 -> random.ints(count, 0, 256).forEach(value -> damaged[from + random.nextInt(count)] = (byte) value);
                case 2 -> System.arraycopy(bytes, from, damaged, random.nextInt(damaged.length - count + 1), count);
                default -> System.arraycopy(bytes, from, damaged, from & -64, count); // to where an entry may start
            }
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(damaged, random.nextInt(2 * damaged.length)) : damaged;
    }

    @Test
    void aBlockIsReadOnlyWhereItWasWritten() throws IOException {
        byte[] body = new byte[3 * DiskFormat.BLOCK_BYTES];
        Arrays.fill(body, 0, DiskFormat.BLOCK_BYTES, (byte) 1);
        Arrays.fill(body, DiskFormat.BLOCK_BYTES, 2 * DiskFormat.BLOCK_BYTES, (byte) 2);
        Path other = directory.resolve("other");
        try (Disk disk = DiskThings.open(other, 4L * MIB, journal)) {
            DiskThings.written(disk, store, "/x", "", "", body);
        }
        Path file = DiskThings.files(other, ".data").get(0);
        byte[] bytes = Files.readAllBytes(file);
        int first = DiskFormat.FILE_HEAD_BYTES + DiskFormat.ENTRY_HEAD_BYTES + 2;
        int block = DiskFormat.BLOCK_BYTES + DiskFormat.CHECKSUM_BYTES;
        byte[] exchanged = bytes.clone(); // two blocks, each with its checksum
        System.arraycopy(bytes, first, exchanged, first + block, block);
        System.arraycopy(bytes, first + block, exchanged, first, block);
        Files.write(file, exchanged);
        try (Disk disk = DiskThings.open(other, 4L * MIB, journal)) {
            assertThat(DiskThings.read(disk, store, "/x")).extracting(Got::outcome).containsExactly(Disk.Outcome.BROKEN);
            assertThat(disk.torn()).isEqualTo(1);
            assertThat(disk.has(Things.probe("/x"))).as("not tried again").isFalse();
        }
    }

    @Test
    void theFileOfAnotherSegmentIsNotRead() throws IOException {
        Path other = directory.resolve("other");
        try (Disk disk = DiskThings.open(other, 4L * MIB, journal)) {
            DiskThings.written(disk, store, "/a", "", "xx", Things.bytes(7, 100)); // as long as what lies at this place in the other one
        }
        Files.write(data, Files.readAllBytes(DiskThings.files(other, ".data").get(0)));
        try (Disk disk = open()) {
            assertThat(DiskThings.read(disk, store, "/a")).isEmpty();
        }
    }

    /** As when the hashes of two keys meet. */
    @Test
    void whatLiesUnderAnotherKeyIsNotRead() throws IOException {
        try (FileChannel file = FileChannel.open(index, StandardOpenOption.WRITE)) {
            DiskOutput output = new DiskOutput(ByteBuffer.allocateDirect(DiskFormat.BUFFER_BYTES));
            output.start(file, indexBytes.length + 3 & -8);
            long nonce = ByteBuffer.wrap(indexBytes).order(ByteOrder.LITTLE_ENDIAN).getLong(24);
            output.record(nonce, DiskFormat.PUT, "/z".getBytes(StandardCharsets.US_ASCII), 0, 1, 100); // where /a is
            output.flush();
        }
        try (Disk disk = open()) {
            assertThat(disk.has(Things.probe("/z"))).isTrue();
            assertThat(DiskThings.read(disk, store, "/z")).isEmpty();
            assertThat(disk.torn()).isZero();
        }
    }

    @Test
    void whatIsDamagedGetsNoSecondChance() throws IOException {
        Path other = directory.resolve("other");
        try (Disk disk = DiskThings.open(other, 2L * MIB, journal)) {
            DiskThings.written(disk, store, "/damaged", "", "", Things.bytes(1, 1000));
            DiskThings.written(disk, store, "/whole", "", "", Things.bytes(2, 1000));
            DiskThings.read(disk, store, "/damaged");
            DiskThings.read(disk, store, "/whole");
            Path file = DiskThings.files(other, ".data").get(0);
            byte[] bytes = Files.readAllBytes(file);
            bytes[DiskFormat.FILE_HEAD_BYTES + 500] ^= 1;
            Files.write(file, bytes);
            for (int i = 0; disk.evictions() == 0; i++) {
                DiskThings.written(disk, store, "/" + i, "", "", Things.bytes(i, 50_000));
            }
            assertThat(disk.kept()).isEqualTo(1);
            assertThat(disk.torn()).isEqualTo(1);
        }
        try (Disk disk = DiskThings.open(other, 2L * MIB, journal)) {
            assertThat(disk.has(Things.probe("/damaged"))).as("a copy would have had checksums that are right").isFalse();
            assertThat(DiskThings.read(disk, store, "/whole")).extracting(Got::outcome).containsExactly(Disk.Outcome.WHOLE);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, DiskFormat.BLOCK_BYTES, 3L * DiskFormat.BLOCK_BYTES, 4L * DiskFormat.BLOCK_BYTES, -1, Long.MAX_VALUE, Long.MIN_VALUE})
    void aBodyIsAsLongAsItWas(long bodyBytes) throws IOException {
        Path other = directory.resolve("other");
        try (Disk disk = DiskThings.open(other, 4L * MIB, journal)) {
            DiskThings.written(disk, store, "/x", "", "", Things.bytes(1, 2 * DiskFormat.BLOCK_BYTES));
            DiskThings.written(disk, store, "/y", "", "", Things.bytes(2, 2 * DiskFormat.BLOCK_BYTES));
        }
        Path file = DiskThings.files(other, ".data").get(0);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(DiskFormat.FILE_HEAD_BYTES + 32, bodyBytes); // whole blocks fewer, whose checksums are right
        Files.write(file, bytes.array());
        try (Disk disk = DiskThings.open(other, 4L * MIB, journal)) {
            assertThat(DiskThings.read(disk, store, "/x")).isEmpty();
            assertThat(DiskThings.read(disk, store, "/y")).extracting(Got::outcome).containsExactly(Disk.Outcome.WHOLE);
        }
    }

    @Test
    void anEntryIsReadOnlyWhereItWasWritten() throws IOException {
        Path other = directory.resolve("other");
        try (Disk disk = DiskThings.open(other, 4L * MIB, journal)) {
            DiskThings.written(disk, store, "/x", "", "1", Things.bytes(1, 100));
            DiskThings.written(disk, store, "/x", "", "2", Things.bytes(2, 100));
        }
        Path file = DiskThings.files(other, ".data").get(0);
        byte[] bytes = Files.readAllBytes(file);
        int length = (int) DiskFormat.entryBytes(2, 1, 100);
        int second = DiskFormat.FILE_HEAD_BYTES + (int) DiskFormat.aligned(length, DiskFormat.UNIT_BYTES);
        System.arraycopy(bytes, DiskFormat.FILE_HEAD_BYTES, bytes, second, length);
        Files.write(file, bytes);
        try (Disk disk = DiskThings.open(other, 4L * MIB, journal)) {
            assertThat(DiskThings.read(disk, store, "/x")).as("not the old one in place of the new one").isEmpty();
            assertThat(disk.torn()).isEqualTo(1);
        }
    }

    @Test
    void aBodyThatBreaksHasGivenNoWrongByteBefore() throws IOException {
        byte[] body = Things.bytes(5, 5 * DiskFormat.BLOCK_BYTES + 100);
        Path other = directory.resolve("other");
        try (Disk disk = DiskThings.open(other, 4L * MIB, journal)) {
            DiskThings.written(disk, store, "/x", "", "", body);
        }
        Path file = DiskThings.files(other, ".data").get(0);
        byte[] bytes = Files.readAllBytes(file);
        bytes[DiskFormat.FILE_HEAD_BYTES + DiskFormat.ENTRY_HEAD_BYTES + 2 + 3 * (DiskFormat.BLOCK_BYTES + DiskFormat.CHECKSUM_BYTES) + 5] ^= 1;
        Files.write(file, bytes);
        try (Disk disk = DiskThings.open(other, 4L * MIB, journal)) {
            List<Got> got = DiskThings.read(disk, store, "/x");
            assertThat(got).extracting(Got::outcome).containsExactly(Disk.Outcome.BROKEN);
            assertThat(got.get(0).body()).isEqualTo(Arrays.copyOf(body, 3 * DiskFormat.BLOCK_BYTES));
        }
    }

    /** A peer that chooses keys and bodies makes them look like records of the index, in all but the nonce. */
    @Test
    void whatLooksLikeARecordInAKeyIsNone() throws IOException {
        Path other = directory.resolve("other");
        ByteBuffer forged = ByteBuffer.wrap(indexBytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
        byte[] record = new byte[(int) DiskFormat.recordBytes(2)];
        forged.get(DiskFormat.FILE_HEAD_BYTES, record);
        byte[] key = new byte[3 * record.length];
        System.arraycopy(record, 0, key, 0, record.length);
        System.arraycopy(record, 0, key, record.length, record.length);
        try (Disk disk = DiskThings.open(other, 4L * MIB, journal)) {
            Blob blob = store.blob(0);
            blob.complete();
            assertThat(disk.write(new Probe().put(key).frozen(), DiskThings.NO_VARIANT, new byte[0], blob)).isTrue();
            blob.release();
        }
        Path file = DiskThings.files(other, ".index").get(0);
        byte[] bytes = Files.readAllBytes(file);
        bytes[DiskFormat.FILE_HEAD_BYTES + 10] ^= 1; // the head of the record with the key: what follows is looked for in the key
        Files.write(file, bytes);
        try (Disk disk = DiskThings.open(other, 4L * MIB, journal)) {
            assertThat(disk.entries()).isZero();
            assertThat(disk.torn()).isEqualTo(1);
        }
    }

    @Test
    void otherFilesAreLeftAlone() throws IOException {
        Map<Path, String> others = new HashMap<>();
        for (String name : List.of("README", "weir-1.data", "weir-0000000001.data.bak", "weir-000000000g.data", "WEIR-0000000001.data", "weir-0000000009.tmp")) {
            Path file = directory.resolve(name);
            others.put(file, name);
            Files.writeString(file, name);
        }
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Path target = Files.writeString(elsewhere.resolve("target"), "not ours");
        Path link = Files.createSymbolicLink(directory.resolve("weir-0000000077.data"), target);
        Path sub = Files.createDirectory(directory.resolve("weir-0000000078.data"));
        assertThat(wholeAfter(dataBytes, indexBytes)).isEqualTo(4);
        try (Disk disk = open()) {
            for (int i = 0; i < 40; i++) { // round the bound
                DiskThings.written(disk, store, "/" + i, "", "x", Things.bytes(i, 100_000));
            }
            assertThat(disk.evictions()).isPositive();
        }
        others.forEach((file, content) -> assertThat(file).hasContent(content));
        assertThat(target).hasContent("not ours");
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Files.isDirectory(sub)).isTrue();
    }

    @Test
    void whatAnotherVersionHasWrittenIsRemoved() throws IOException {
        byte[] newer = indexBytes.clone();
        newer[8]++;
        Files.write(index, newer);
        Files.write(directory.resolve("other.txt"), new byte[1]);
        try (Disk disk = open()) {
            assertThat(disk.entries()).isZero();
            assertThat(disk.bytes()).isZero();
            assertThat(disk.torn()).isZero();
        }
        assertThat(DiskThings.files(directory, "")).containsExactly(directory.resolve("other.txt"), directory.resolve("weir.lock"));
        assertThat(journal).contains("info cache.test.disk: what another version of weir stored in " + directory + " cannot be read by this one and was removed");
    }

    @Test
    void halfOfASegmentIsRemoved() throws IOException {
        Files.delete(data);
        Files.write(directory.resolve("weir-0000000009.data"), dataBytes);
        try (Disk disk = open()) {
            assertThat(disk.entries()).isZero();
            assertThat(disk.torn()).isEqualTo(2);
            assertThat(DiskThings.files(directory, "")).containsExactly(directory.resolve("weir.lock"));
        }
    }

    @Test
    void aFileThatGoesWhileWeRunIsNoMoreThanAMiss() throws IOException {
        try (Disk disk = open()) {
            assertThat(disk.has(Things.probe("/a"))).isTrue();
            Files.delete(data);
            assertThat(DiskThings.read(disk, store, "/a")).isEmpty();
            assertThat(disk.has(Things.probe("/a"))).isFalse();
        }
    }

    private int wholeAfter(byte[] someData, byte[] someIndex) throws IOException {
        return wholeAfter(someData, someIndex, false);
    }

    /** Opens the tier on such files, reads everything, and returns how many entries were whole, after a check that those are what was written. */
    private int wholeAfter(byte[] someData, byte[] someIndex, boolean goneMayBeThere) throws IOException {
        Files.write(data, someData);
        Files.write(index, someIndex);
        int whole = 0;
        try (Disk disk = open()) {
            for (String key : KEYS) {
                List<Got> all = DiskThings.read(disk, store, key);
                for (Got got : all) {
                    assertThat(got.meta()).startsWith(key.substring(1));
                    assertThat(bodies).containsKey(got.meta());
                    byte[] body = bodies.get(got.meta());
                    if (got.outcome() == Disk.Outcome.WHOLE) {
                        assertThat(got.body()).isEqualTo(body);
                        whole++;
                    } else {
                        assertThat(got.body()).isEqualTo(Arrays.copyOf(body, got.body().length));
                    }
                }
                assertThat(all).hasSizeLessThanOrEqualTo(key.equals("/a") ? 2 : !key.equals("/gone") || goneMayBeThere ? 1 : 0);
            }
        }
        assertThat(store.bytes()).isZero();
        return whole;
    }

    private Disk open() {
        return DiskThings.open(directory, 2L * MIB, journal);
    }
}
