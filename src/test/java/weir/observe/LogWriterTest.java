package weir.observe;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weir.FuzzSeed;

class LogWriterTest {
    @TempDir
    private Path folder;

    private final StringBuilder told = new StringBuilder();
    private final Journal journal = new Journal(told);
    private final LogRing one = new LogRing(1024);
    private final LogRing two = new LogRing(1024);
    private final List<LogRing> rings = List.of(one, two);

    @Test
    void writesTheLinesOfAllRings() throws IOException {
        Path file = folder.resolve("access.log");
        Files.writeString(file, "there before\n");
        try (LogWriter writer = new LogWriter(LogTarget.file(file), rings, journal)) {
            offer(one, "a");
            offer(two, "b");
            offer(one, "c");
            assertThat(writer.errors()).isZero();
        }
        assertThat(Files.readString(file)).startsWith("there before\n").contains("a\n").contains("b\n").contains("c\n");
        assertThat(told).isEmpty();
    }

    @Test
    void aSleepingWriterIsWokenByALine() throws Exception {
        BlockingQueue<Integer> writes = new LinkedBlockingQueue<>();
        WritableByteChannel channel = new Memory() {
            @Override
            public int write(ByteBuffer bytes) throws IOException {
                int count = super.write(bytes);
                writes.add(count);
                return count;
            }
        };
        LogDrain drain = new LogDrain(LogTarget.stdout(), rings, journal, channel);
        try (LogWriter writer = new LogWriter(rings, drain)) {
            for (int i = 0; i < 5; i++) {
                while (writer.thread().getState() != Thread.State.WAITING) { // asleep, and not in its timed rest
                    Thread.onSpinWait();
                }
                offer(rings.get(i % 2), "x");
                assertThat(writes.take()).isEqualTo(2); // a lost wake-up hangs here
            }
        }
    }

    @Test
    void aRenamedFileIsWrittenUntilItIsReopened() throws IOException {
        Path file = folder.resolve("access.log");
        Path renamed = folder.resolve("access.log.1");
        LogDrain drain = new LogDrain(LogTarget.file(file), rings, journal);
        offer(one, "first");
        assertThat(drain.turn()).isTrue();
        Files.move(file, renamed);
        offer(one, "second");
        drain.turn();
        drain.reopen();
        offer(one, "third");
        drain.turn();
        drain.close();

        assertThat(renamed).hasContent("first\nsecond\n");
        assertThat(file).hasContent("third\n");
        assertThat(told).isEmpty();
    }

    @Test
    void reopensFromAnotherThread() throws IOException {
        Path file = folder.resolve("access.log");
        try (LogWriter writer = new LogWriter(LogTarget.file(file), rings, journal)) {
            Files.move(file, folder.resolve("access.log.1"));
            writer.reopen();
            while (!Files.exists(file)) {
                Thread.onSpinWait();
            }
            offer(one, "new");
        }
        assertThat(file).hasContent("new\n");
    }

    @Test
    void aFailedReopenKeepsTheOldFile() throws IOException {
        Path sub = Files.createDirectory(folder.resolve("sub"));
        Path file = sub.resolve("access.log");
        LogDrain drain = new LogDrain(LogTarget.file(file), rings, journal);
        Path moved = folder.resolve("moved");
        Files.move(sub, moved);
        drain.reopen();
        offer(one, "kept");
        assertThat(drain.turn()).isTrue();
        drain.close();

        assertThat(moved.resolve("access.log")).hasContent("kept\n");
        assertThat(drain.errors()).isOne();
        assertThat(told.toString()).contains("cannot reopen the log " + file);
    }

    @Test
    void aTargetThatCannotBeOpenedIsTheCallersToTell() {
        assertThatThrownBy(() -> new LogWriter(LogTarget.file(folder), rings, journal).close())
                .isInstanceOf(IOException.class);
    }

    @Test
    void afterAWriteErrorNoLineIsTornOrLost() throws IOException {
        Memory channel = new Memory();
        LogDrain drain = new LogDrain(LogTarget.stdout(), rings, journal, channel);
        offer(one, "first line");
        offer(two, "second line");
        channel.room = 5;
        assertThat(drain.turn()).isFalse();
        offer(one, "third line");
        assertThat(drain.turn()).isFalse();
        assertThat(drain.errors()).isEqualTo(2);
        assertThat(told.toString()).containsOnlyOnce("warn cannot write the log stdout: no space left");

        channel.room = Integer.MAX_VALUE;
        assertThat(drain.turn()).isTrue();
        assertThat(drain.turn()).isTrue();
        assertThat(channel).hasToString("first line\nthird line\nsecond line\n");
    }

    @Test
    void aDescriptorThatTakesNothingNowIsNoError() throws IOException {
        Memory channel = new Memory() {
            @Override
            public int write(ByteBuffer bytes) {
                return 0;
            }
        };
        LogDrain drain = new LogDrain(LogTarget.stdout(), rings, journal, channel);
        offer(one, "x");
        assertThat(drain.turn()).isFalse();
        assertThat(drain.errors()).isZero();
    }

    @Test
    void whatCouldNotBeWrittenIsToldAtTheEnd() throws IOException {
        Memory channel = new Memory();
        channel.room = 3;
        LogDrain drain = new LogDrain(LogTarget.stdout(), rings, journal, channel);
        offer(one, "12345");
        offer(two, "67890");
        drain.turn();
        drain.close();
        assertThat(told.toString()).contains("warn 2 lines of the log stdout were not written");
    }

    @Test
    void shortWritesNeverMixTheLinesOfTwoRings() throws IOException {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        Memory channel = new Memory();
        LogDrain drain = new LogDrain(LogTarget.stdout(), rings, journal, channel);
        StringBuilder[] expected = {new StringBuilder(), new StringBuilder()};
        for (int step = 0; step < 20_000; step++) {
            int which = random.nextInt(2);
            String line = "ab".charAt(which) + ":" + "z".repeat(random.nextInt(60)) + step;
            if (offer(rings.get(which), line)) {
                expected[which].append(line).append('\n');
            }
            channel.room = random.nextInt(3) == 0 ? Integer.MAX_VALUE : random.nextInt(100);
            channel.pieceMax = 1 + random.nextInt(80);
            drain.turn();
        }
        channel.room = Integer.MAX_VALUE;
        drain.turn();
        StringBuilder[] got = {new StringBuilder(), new StringBuilder()};
        channel.toString().lines().forEach(line -> got["ab".indexOf(line.charAt(0))].append(line).append('\n'));
        assertThat(got[0]).as("-Dfuzz.seed=%d", seed).hasToString(expected[0].toString());
        assertThat(got[1]).as("-Dfuzz.seed=%d", seed).hasToString(expected[1].toString());
    }

    private static boolean offer(LogRing ring, String line) {
        return ring.offer(line.getBytes(US_ASCII), line.length());
    }

    /** Takes pieces of at most {@code pieceMax} while there is {@code room}, and then fails like a full disk. */
    private static class Memory implements WritableByteChannel {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int room = Integer.MAX_VALUE;
        int pieceMax = Integer.MAX_VALUE;

        @Override
        public int write(ByteBuffer from) throws IOException {
            if (room == 0) {
                throw new IOException("no space left");
            }
            int count = Math.min(Math.min(room, pieceMax), from.remaining());
            for (int i = 0; i < count; i++) {
                bytes.write(from.get());
            }
            room -= count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}

        @Override
        public String toString() {
            return bytes.toString(US_ASCII);
        }
    }
}
