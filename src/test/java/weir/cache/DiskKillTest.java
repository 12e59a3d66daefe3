package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import weir.Await;
import weir.FuzzSeed;
import weir.cache.DiskThings.Got;
import weir.observe.Journal;

/**
 * A process that writes, reads and removes as fast as it can is killed, again and again, on one directory; what is there each
 * time is what was written, and nothing that was removed. {@code -Ddisk.kills=200} for more than the {@value #KILLS} of a usual run.
 */
class DiskKillTest {
    private static final int KILLS = 20;
    private static final int KEYS = 150;
    private static final long DISK_BYTES = 8 << 20;
    private static final long STORE_BYTES = 32 << 20;

    @TempDir Path directory;

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void onlyWhatWasWrittenIsThereAfterAKill() throws IOException, InterruptedException {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        int kills = Integer.getInteger("disk.kills", KILLS);
        Map<Integer, Long> removed = new HashMap<>(); // key to the last version that must not be there
        StringBuilder journal = new StringBuilder();
        long entries = 0;
        long torn = 0;
        for (int i = 0; i < kills || removed.isEmpty() || entries <= kills; i++) { // a slow machine does less between two kills
            writeAndKill(i, random, removed);
            try (Disk disk = DiskThings.open(directory, DISK_BYTES, journal)) {
                entries += verify(disk, removed, "kill " + i + ", -Dfuzz.seed=" + seed);
                torn += disk.torn();
                assertThat(disk.bytes()).isEqualTo(DiskThings.bytesIn(directory)).isLessThanOrEqualTo(DISK_BYTES);
            }
        }
        if (kills != KILLS) { // somebody is watching
            System.out.println(kills + " kills: " + entries + " entries read, " + torn + " places torn, " + removed.size() + " keys removed");
        }
        assertThat(journal).isEmpty();
    }

    /** Says {@code ready} when it has the directory, or else why not. */
    static Process child(Path directory, int round) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-ea", "-Xmx64m", "-XX:MaxDirectMemorySize=128m",
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), DiskKillTest.class.getName(), directory.toString(),
                String.valueOf(round)).redirectErrorStream(true).start();
    }

    private void writeAndKill(int round, Random random, Map<Integer, Long> removed) throws IOException, InterruptedException {
        Await.until("the directory is free", () -> DiskThings.isFree(directory));
        Process child = child(directory, round);
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            String first = out.readLine();
            assertThat(first).isEqualTo("ready");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(random.nextInt(400) + 1)) + random.nextInt(1_000_000));
            assertThat(child.isAlive()).isTrue();
            child.toHandle().destroyForcibly(); // Process.destroyForcibly would close the stream, with what is in it
            out.lines().forEach(lines::add);
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.waitFor()).as("killed, and no error").isEqualTo(128 + 9);
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("removed") && words.length == 4 && words[3].equals(".")) { // the last one may be cut
                removed.put(Integer.parseInt(words[1]), Long.parseLong(words[2]));
            } else {
                assertThat(line).as("the output of the child").isIn(lines.get(lines.size() - 1), "");
            }
        }
    }

    private static int verify(Disk disk, Map<Integer, Long> removed, String when) {
        Store store = new Store("test", STORE_BYTES, STORE_BYTES);
        int count = 0;
        for (int key = 0; key < KEYS; key++) {
            for (Got got : DiskThings.read(disk, store, "/" + key)) {
                String[] words = got.meta().split(" ", -1);
                assertThat(Integer.parseInt(words[0])).as(when).isEqualTo(key);
                long version = Long.parseLong(words[1]);
                byte[] whole = body(key, version, Integer.parseInt(words[2]));
                assertThat(got.outcome()).as("%s: a kill leaves what the kernel was given, so that what the index has is whole", when).isEqualTo(Disk.Outcome.WHOLE);
                assertThat(got.body()).as(when).isEqualTo(whole);
                assertThat(version).as("%s: version of %d", when, key).isGreaterThan(removed.getOrDefault(key, -1L));
                count++;
            }
        }
        assertThat(store.bytes()).isZero();
        return count;
    }

    private static byte[] body(int key, long version, int length) {
        ByteBuffer body = ByteBuffer.allocate((length + 7) & -8);
        long word = key * 1_000_003L + version * 7919;
        while (body.hasRemaining()) {
            word = word * 6364136223846793005L + 1442695040888963407L;
            body.putLong(word);
        }
        return Arrays.copyOf(body.array(), length);
    }

    /** The child. Arguments: the directory, and the number of the round, which makes its versions greater than all before. */
    public static void main(String[] arguments) throws IOException {
        long version = Long.parseLong(arguments[1]) << 32;
        Store store = new Store("test", STORE_BYTES, STORE_BYTES);
        Random random = new Random();
        Journal journal = new Journal(System.out);
        try (Disk disk = Disk.open("test", Path.of(arguments[0]), DISK_BYTES, 4 << 20, journal)) {
            System.out.println("ready");
            while (true) {
                int key = random.nextInt(KEYS);
                switch (random.nextInt(20)) {
                    case 0 -> {
                        long last = version;
                        disk.remove(DiskThings.key("/" + key));
                        if (random.nextBoolean()) {
                            DiskThings.awaitRemovals(disk);
                            System.out.println("removed " + key + " " + last + " .");
                        }
                    }
                    case 1, 2 -> DiskThings.read(disk, store, "/" + random.nextInt(5));
                    default -> {
                        int length = random.nextInt(random.nextInt(10) == 0 ? 400_000 : 20_000);
                        version++;
                        DiskThings.write(disk, store, "/" + key, "" + version % 2, key + " " + version + " " + length, body(key, version, length));
                        if (random.nextInt(50) == 0 || store.bytes() > STORE_BYTES / 2) {
                            LockSupport.parkNanos(2_000_000); // lets the queue run empty now and then
                        }
                    }
                }
            }
        }
    }
}
