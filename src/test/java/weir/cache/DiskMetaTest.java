package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.FuzzSeed;
import weir.http.Head;

class DiskMetaTest {
    private static final int RUN = 7;

    private final Store store = new Store("test", 1 << 20, 1 << 18);

    private Stored stored(Freshness freshness, Vary.Variant variant, String... lines) {
        Blob body = store.blob(5);
        body.append(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)), 0, 5);
        body.complete();
        return Stored.of(store, Heads.response(203, lines), body, 5, variant, null, freshness, 42);
    }

    private byte[] written(Freshness freshness, Vary.Variant variant, String... lines) {
        Stored stored = stored(freshness, variant, lines);
        byte[] bytes = DiskMeta.of(stored, Heads.SETTINGS, RUN);
        stored.release();
        assertThat(store.bytes()).isZero();
        return bytes;
    }

    private byte[] some() {
        Vary.Variant variant = new Vary().variant(Heads.response(200, "Vary: Accept-Encoding, X-A, X-B"), Heads.get("Accept-Encoding: br, gzip", "X-A:"));
        return written(freshness(1), variant, "ETag: \"x\"", "X-Long: " + "a".repeat(3000), "Surrogate-Key: a b", "x-empty:", "Vary: Accept-Encoding, X-A, X-B");
    }

    private static Freshness freshness(int which) {
        return new Freshness(60 + which, (which & 1) != 0, 2000 + which, Heads.NOW, Heads.NOW / 1000 - which, (which & 2) != 0, (which & 4) != 0, (which & 8) != 0, (which & 16) != 0, which, 2L * which);
    }

    private static String text(Head head) {
        StringBuilder text = new StringBuilder(head.status() + " " + head.text(head.reasonFrom(), head.reasonTo()));
        for (int i = 0; i < head.fields(); i++) {
            text.append('\n').append(head.id(i)).append(' ').append(head.text(head.nameFrom(i), head.nameTo(i))).append(':').append(head.text(head.valueFrom(i), head.valueTo(i)));
        }
        return text.toString();
    }

    @Test
    void givesBackWhatWasWritten() {
        byte[] bytes = some();
        DiskMeta read = DiskMeta.read(bytes, Heads.SETTINGS, Heads.NOW + 5000);
        assertThat(text(read.head())).isEqualTo(text(Heads.response(203, "ETag: \"x\"", "X-Long: " + "a".repeat(3000), "Surrogate-Key: a b", "x-empty:",
                "Vary: Accept-Encoding, X-A, X-B")));
        assertThat(Arrays.stream(read.variant().names()).map(name -> new String(name, StandardCharsets.US_ASCII))).containsExactly("accept-encoding", "x-a", "x-b");
        assertThat(read.variant().values()[0]).asString(StandardCharsets.US_ASCII).isEqualTo("br,gzip,");
        assertThat(read.variant().values()[1]).isEmpty();
        assertThat(read.variant().values()[2]).isNull();
        assertThat(read.freshness().currentAgeSeconds(Heads.NOW + 5000)).isEqualTo(7);
        assertThat(read.run()).isEqualTo(RUN);
        assertThat(read.askedNanos()).isEqualTo(42);
        Stored again = Stored.of(store, read.head(), store.blob(0), 0, read.variant(), null, read.freshness(), read.askedNanos());
        Head head = new Head();
        again.readHead(head);
        assertThat(text(head)).isEqualTo(text(read.head()));
        assertThat(DiskMeta.of(again, Heads.SETTINGS, RUN)).isEqualTo(bytes);
        again.release();
    }

    @Test
    void givesBackEveryFreshness() {
        for (int which = 0; which < 32; which++) {
            byte[] bytes = written(freshness(which), Vary.Variant.ONLY);
            assertThat(DiskMeta.read(bytes, Heads.SETTINGS, Heads.NOW).freshness()).isEqualTo(freshness(which));
            assertThat(DiskMeta.read(bytes, Heads.SETTINGS, Heads.NOW).variant()).isSameAs(Vary.Variant.ONLY);
        }
    }

    @Test
    void underOtherSettingsItIsNothing() {
        byte[] bytes = some();
        for (CacheSettings other : new CacheSettings[] {Heads.settings(1, 0, 365 * 86_400, true), Heads.settings(0, 1, 365 * 86_400, true),
            Heads.settings(0, 0, 365 * 86_399, true), Heads.settings(0, 0, 365 * 86_400, false)}) {
            assertThat(DiskMeta.read(bytes, other, Heads.NOW)).isNull();
        }
        assertThat(DiskMeta.readAny(bytes)).isNotNull();
    }

    /** A clock that was wrong by a day would have a response stay fresh for a day longer. */
    @Test
    void fromATimeToComeItIsNothing() {
        byte[] bytes = some();
        assertThat(DiskMeta.read(bytes, Heads.SETTINGS, Heads.NOW - 60_000)).isNotNull();
        assertThat(DiskMeta.read(bytes, Heads.SETTINGS, Heads.NOW - 60_001)).isNull();
    }

    @Test
    void cutOffAnywhereOrLongerItIsNothing() {
        byte[] bytes = some();
        for (int length = 0; length < bytes.length; length++) {
            assertThat(DiskMeta.read(Arrays.copyOf(bytes, length), Heads.SETTINGS, Heads.NOW)).as("%d bytes", length).isNull();
        }
        assertThat(DiskMeta.read(Arrays.copyOf(bytes, bytes.length + 1), Heads.SETTINGS, Heads.NOW)).isNull();
    }

    @Test
    void ofAnotherVersionItIsNothing() {
        byte[] bytes = some();
        bytes[0]++;
        assertThat(DiskMeta.read(bytes, Heads.SETTINGS, Heads.NOW)).isNull();
        assertThat(DiskMeta.readAny(bytes)).isNull();
    }

    /** What a parser would refuse, and what belongs to a hop or frames the content. */
    @ParameterizedTest
    @ValueSource(strings = {"a\rb: c", "a\nb: c", "a b: c", "a(: c", "a\u00e9: c", ": c", "a: b\rc", "a: b\nc", "a: b\u0000c", "a: b\u007fc",
        "Content-Length: 5", "transfer-encoding: chunked", "Connection: a", "Age: 5"})
    void aHeadThatNobodyStoredIsNothing(String line) {
        assertThat(DiskMeta.read(written(freshness(0), Vary.Variant.ONLY, line), Heads.SETTINGS, Heads.NOW)).isNull();
    }

    @Test
    void noBytesAreAnException() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        byte[] good = some();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextBoolean() ? random.nextInt(bytes.length) : random.nextInt(300)] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(3) - 1);
            }
            byte[] some = random.nextInt(4) > 0 ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length));
            try {
                DiskMeta read = DiskMeta.readAny(some);
                if (read != null) {
                    text(read.head());
                }
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
    }
}
