package weir.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weir.FuzzSeed;
import weir.exchange.SimulatedLoop;
import weir.exchange.TlsSides;

/**
 * New keys in the middle of a stream (RFC 8446 §4.6.3), from both ends and at any moment. The JDK sends them after 2^37 bytes; the
 * limit is a property of the process, so a process of its own has a lower one.
 */
class KeyUpdateTest {
    private static final int RUNS = 30;
    /** For a dozen updates: more than 32 in a row with no content between them are taken for a flood. */
    private static final int CONTENT_BYTES = 400_000;

    @Test
    void contentArrivesThroughManyUpdates(@TempDir Path dir) throws IOException, InterruptedException {
        Path limits = Files.writeString(dir.resolve("java.security"), "jdk.tls.keyLimits=AES/GCM/NoPadding KeyUpdate 2^15\n");
        Path output = dir.resolve("output");
        Process process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-ea", "-Xmx256m",
                "-Djava.security.properties=" + limits, "-Dfuzz.seed=" + FuzzSeed.seed(), "-cp", System.getProperty("java.class.path"),
                KeyUpdateTest.class.getName(), dir.toString())).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            boolean over = process.waitFor(100, TimeUnit.SECONDS);
            assertThat(over).as("over in time").isTrue();
            assertThat(Files.readString(output, StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("fine");
        } finally {
            process.destroyForcibly();
        }
    }

    /** In the process with the low limit. */
    public static void main(String[] args) throws IOException {
        TlsSides.Certified own = TlsSides.certify(Path.of(args[0]));
        long first = FuzzSeed.seed();
        try (SimulatedLoop loop = new SimulatedLoop(64 << 20)) {
            for (int i = 0; i < RUNS; i++) {
                Random random = new Random(first + i);
                TlsRig rig = new TlsRig(loop, new TlsSides(own), TlsVersion.TLS_1_3, random.nextBoolean(), random.nextInt(4) > 0, random);
                try {
                    exchange(rig, random);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("-Dfuzz.seed=" + (first + i) + ": " + e.getMessage() + "; " + rig, e);
                }
            }
        }
        System.out.println("fine");
    }

    private static void exchange(TlsRig rig, Random random) {
        byte[] toFar = new byte[CONTENT_BYTES];
        byte[] toNear = new byte[CONTENT_BYTES];
        random.nextBytes(toFar);
        random.nextBytes(toNear);
        rig.nearSends(toFar, random.nextBoolean()).farSends(toNear, random.nextBoolean()).play();
        check(rig.failure == null, "failed");
        check(rig.allSent(), "not all was sent");
        rig.assertFarGotAll();
        rig.assertNearGotAll();
        check(rig.far.messages() > 3, rig.far.messages() + " messages only: the limit has no effect");
        rig.close();
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
