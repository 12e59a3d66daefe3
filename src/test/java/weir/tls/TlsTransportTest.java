package weir.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.FuzzSeed;
import weir.exchange.SimulatedLoop;
import weir.exchange.TlsSides;

/** One TLS connection in memory against the JDK's engine: what is sent arrives, once, in order, and ends as it was ended. */
class TlsTransportTest {
    private static final int RUNS = 30;
    private static final long ENOUGH = 64 << 20;

    private static TlsSides.Certified own;

    @BeforeAll
    static void makeCertificate(@TempDir Path dir) {
        own = TlsSides.certify(dir);
    }

    private interface Scene {
        void play(TlsRig rig, Random random) throws IOException;
    }

    private static void fuzz(TlsVersion version, Scene scene) throws IOException {
        long first = FuzzSeed.seed();
        try (SimulatedLoop loop = new SimulatedLoop(ENOUGH)) {
            for (int i = 0; i < RUNS; i++) {
                Random random = new Random(first + i);
                TlsRig rig = new TlsRig(loop, new TlsSides(own), version, random.nextBoolean(), random.nextInt(4) > 0, random);
                try {
                    scene.play(rig, random);
                    assertThat(rig.refused).as("refused").isFalse();
                    rig.close();
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("-Dfuzz.seed=" + (first + i) + ": " + e.getMessage() + "; " + rig, e);
                }
            }
        }
    }

    private static byte[] content(Random random) {
        int length = switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> 16_380 + random.nextInt(8);
            case 3 -> random.nextInt(400_000);
            default -> random.nextInt(2_000);
        };
        byte[] content = new byte[length];
        random.nextBytes(content);
        return content;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsSentArrives(TlsVersion version) throws IOException {
        fuzz(version, (rig, random) -> {
            rig.nearSends(content(random), false).farSends(content(random), false).play();
            assertThat(rig.failure).isNull();
            assertThat(rig.allSent()).isTrue();
            rig.assertFarGotAll();
            rig.assertNearGotAll();
            assertThat(rig.nearSawEnd).isFalse();
        });
    }

    /** RFC 8446 §6.1: each direction ends for itself. */
    @ParameterizedTest
    @EnumSource(names = "TLS_1_3")
    void eachDirectionEndsForItself(TlsVersion version) throws IOException {
        fuzz(version, (rig, random) -> {
            rig.nearSends(content(random), true).farSends(content(random), true).play();
            assertThat(rig.failure).isNull();
            rig.assertFarGotAll();
            rig.assertNearGotAll();
            assertThat(rig.nearSawEnd).as("near saw the end").isTrue();
            assertThat(rig.far.peerSeesEnd()).as("far saw the end").isTrue();
        });
    }

    /** What still comes after our close_notify is read: else a refused request's answer would be lost in a reset. */
    @ParameterizedTest
    @EnumSource
    void whatComesAfterOurEndIsStillRead(TlsVersion version) throws IOException {
        fuzz(version, (rig, random) -> {
            rig.nearSends(content(random), true).farSends(content(random), false).play();
            assertThat(rig.failure).isNull();
            rig.assertFarGotAll();
            assertThat(rig.far.peerSeesEnd()).as("far saw the end").isTrue();
            rig.assertNearGotAll();                          // of what was sent: with TLS 1.2 the JDK sends nothing after ours
        });
    }

    /** In TLS 1.2 close_notify asks for another one at once (RFC 5246 §7.2.1); but ours says that the content was whole, and comes when it was. */
    @ParameterizedTest
    @EnumSource
    void whoEndsFirstIsNotToldThatThisWasAll(TlsVersion version) throws IOException {
        fuzz(version, (rig, random) -> {
            rig.farSends(content(random), true).play();
            assertThat(rig.nearSawEnd).as("near saw the end").isTrue();
            assertThat(rig.far.peerSeesEnd()).as("far was told of an end").isFalse();
            rig.near().abort();
            rig.play();
            assertThat(rig.far.peerSeesEnd()).as("an abort looks like an end").isFalse();
        });
    }

    /** An end that was not announced may be an attacker's (RFC 8446 §6.1): it fails, and what came before it is whole records. */
    @ParameterizedTest
    @EnumSource
    void aStreamThatStopsHasNotEnded(TlsVersion version) throws IOException {
        fuzz(version, (rig, random) -> {
            rig.nearSends(content(random), false).farSends(content(random), false).play();
            byte[] more = new byte[1 + random.nextInt(30_000)];
            rig.farStops(more, random.nextBoolean());
            rig.play();
            assertThat(rig.nearSawEnd).as("near saw an end in order").isFalse();
            assertThat(rig.failure).isNotNull();
            rig.assertNearGotPart();
        });
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsReadBehindTheEnd(TlsVersion version) throws IOException {
        fuzz(version, (rig, random) -> {
            rig.farSends(content(random), true).play();
            byte[] behind = new byte[1 + random.nextInt(100)];
            random.nextBytes(behind);
            rig.wire.peerSend(behind, 0, behind.length);
            rig.play();
            assertThat(rig.failure).isNull();
            assertThat(rig.nearSawEnd).as("near saw the end").isTrue();
            rig.assertNearGotAll();
        });
    }

    /** RFC 8446 §5.1: at most 2^14 bytes, or 256 more when encrypted; the JDK takes up to 33,093 from some peers. */
    @ParameterizedTest
    @ValueSource(ints = {0x4141, 0x4200, 0x4800, 0x7fff, 0x8140, 0xffff})
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aRecordThatIsTooLongIsRefusedByItsHeader(int length) throws IOException {
        for (TlsVersion version : TlsVersion.values()) {
            fuzz(version, (rig, random) -> {
                rig.play();
                byte[] header = {0x17, 3, 3, (byte) (length >> 8), (byte) length, 1, 2, 3};
                rig.wire.peerSend(header, 0, 5 + random.nextInt(4));
                rig.play();
                assertThat(rig.failure).isNotNull();
                assertThat(rig.nearSawEnd).isFalse();
            });
        }
    }

    /** The same before the handshake is over: the loop must not be kept busy by it. */
    @ParameterizedTest
    @ValueSource(ints = {0x4141, 0x4200, 0x4800, 0x7fff, 0x8140, 0xffff})
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void alsoInAHandshake(int length) throws IOException {
        long first = FuzzSeed.seed();
        try (SimulatedLoop loop = new SimulatedLoop(ENOUGH)) {
            for (int i = 0; i < RUNS; i++) {
                Random random = new Random(first + i);
                TlsRig rig = new TlsRig(loop, new TlsSides(own), TlsVersion.TLS_1_3, i % 2 == 0, i % 3 == 0, random);
                byte[] header = {0x16, 3, (byte) (random.nextBoolean() ? 1 : 3), (byte) (length >> 8), (byte) length, 1, 2, 3};
                rig.play(random.nextInt(12));
                rig.wire.peerSend(header, 0, 5 + random.nextInt(4));           // maybe in the middle of a record
                rig.play();
                loop.turn(11_000_000_000L);
                assertThat(rig.established || rig.refused || rig.failure != null).as("-Dfuzz.seed=" + (first + i) + ": over; " + rig).isTrue();
                rig.close();
            }
        }
    }

    /** A selector tells of bytes until they are taken: a loop whose helpers are behind would do nothing else. */
    @ParameterizedTest
    @EnumSource
    void whatComesWhileHelpersWorkWakesNobody(TlsVersion version) throws IOException {
        try (SimulatedLoop loop = new SimulatedLoop(ENOUGH)) {
            TlsRig rig = new TlsRig(loop, new TlsSides(own), version, false, false, new Random(1));
            while (!loop.helpers().hasTask()) {
                rig.play(1);
            }
            rig.wire.peerSend(new byte[] {1}, 0, 1);
            assertThat(rig.wire.isReadable()).isTrue();
            rig.wire.fireReadable();
            assertThat(rig.wire.isReadable()).as("told again").isFalse();
            rig.play();
            loop.turn(11_000_000_000L);
            assertThat(rig.refused).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFullQueueOfHelpersRefusesTheClient(TlsVersion version) throws IOException {
        try (SimulatedLoop loop = new SimulatedLoop(ENOUGH)) {
            TlsRig rig = new TlsRig(loop, new TlsSides(own), version, false, false, new Random(1));
            loop.helpers().full(true);
            rig.play();
            assertThat(rig.refused).isTrue();
            assertThat(rig.far.isEstablished()).isFalse();
            rig.close();
        }
    }
}
