package weir.filter.gzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weir.FuzzSeed;
import weir.exchange.Conversion.Progress;
import weir.exchange.Conversion.Wanted;
import weir.observe.Metrics;

/** gzip streams, bytes in and bytes out: whole, byte by byte, and cut at every position, with little room and with much. */
class DecompressorTest {
    private final Coders coders = new Coders(1, 1, new Metrics(1));
    private final List<String> told = new ArrayList<>();
    private final Coders.Watcher watcher = new Coders.Watcher() {
        @Override
        public void closed(long taken, long given, int loop) {
            told.add(taken + " " + given);
        }

        @Override
        public void broken(boolean bomb, int loop) {
            told.add(bomb ? "bomb" : "broken");
        }
    };

    @AfterEach
    void close() {
        coders.close();
    }

    /** A member with what its flags announce. */
    private static String member(int flags, String text) {
        String head = "\u001f\u008b\b" + (char) flags + "\0\0\0\0\0\3" + ((flags & 4) != 0 ? "\5\0extra" : "") + ((flags & 8) != 0 ? "name\0" : "")
                + ((flags & 16) != 0 ? "comment\0" : "");
        String whole = Gzip.packed(text);
        return head + ((flags & 2) != 0 ? "xy" : "") + whole.substring(10);
    }

    private static String with(String text, int at, char c) {
        int index = at < 0 ? text.length() + at : at;
        return text.substring(0, index) + c + text.substring(index + 1);
    }

    static Stream<Arguments> streams() {
        String text = "hello, hello, hello ".repeat(50);
        String one = Gzip.packed(text);
        return Stream.of(
                arguments("plain", one, text),
                arguments("of nothing", Gzip.packed(""), ""),
                arguments("no bytes at all", "", ""),
                arguments("with all that a header can have", member(4 | 8 | 16 | 2, text), text),
                arguments("with a name", member(8, text), text),
                arguments("with a comment", member(16, text), text),
                arguments("with a sum of the header", member(2, text), text),
                arguments("with an extra field", member(4, text), text),
                arguments("with an extra field of nothing", "\u001f\u008b\b\4\0\0\0\0\0\3\0\0" + one.substring(10), text),
                arguments("marked as text", member(1, text), text),
                arguments("two members", one + Gzip.packed("more"), text + "more"),
                arguments("three members, one of nothing", one + Gzip.packed("") + member(8, "x"), text + "x"),
                arguments("other bytes", "x" + one, "! malformed: gzip: it is none"),
                arguments("half a magic number", "\u001f\u009b" + one, "! malformed: gzip: it is none"),
                arguments("another method", with(one, 2, '\7'), "! malformed: gzip: unknown method"),
                arguments("flags of the future", with(one, 3, ' '), "! malformed: gzip: unknown flags"),
                arguments("damaged data", with(one, 10, '\7'), "! malformed: gzip: damaged"),
                arguments("a wrong sum", with(one, -8, (char) (one.charAt(one.length() - 8) ^ 1)), "! malformed: gzip: wrong sum"),
                arguments("a wrong length", with(one, -2, '\1'), "! malformed: gzip: wrong length"),
                arguments("a byte behind it", one + "\0", "! malformed: gzip: bytes behind its end"),
                arguments("a member and a half", one + one.substring(0, 20), "! malformed: gzip: it ends in the middle"),
                arguments("without its trailer", one.substring(0, one.length() - 8), "! malformed: gzip: it ends in the middle"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void readsAStream(String what, String wire, String result) {
        for (int room : new int[] {64, 1000, 100_000}) {
            assertThat(read(wire, room, wire.length())).isEqualTo(result);
            assertThat(read(wire, room, 1)).isEqualTo(result);
            for (int cut = 1; cut < wire.length(); cut++) {
                assertThat(read(wire, room, cut)).as("cut at " + cut).isEqualTo(result);
            }
        }
    }

    /** A stream that ends too early is never whole. */
    @Test
    void noPrefixIsWhole() {
        String wire = member(4 | 8 | 16 | 2, "some text, some text");
        for (int length = 1; length < wire.length(); length++) {
            assertThat(read(wire.substring(0, length), 100, 7)).isEqualTo("! malformed: gzip: it ends in the middle");
        }
    }

    @Test
    void randomStreamsComeBack() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        for (int run = 0; run < 300; run++) {
            StringBuilder wire = new StringBuilder();
            StringBuilder text = new StringBuilder();
            for (int members = 1 + random.nextInt(3); members > 0; members--) {
                String part = random.ints(random.nextInt(1 << random.nextInt(16)), 0, 1 << random.nextInt(9)).collect(StringBuilder::new,
                        StringBuilder::appendCodePoint, StringBuilder::append).toString();
                wire.append(member(random.nextInt(32), part));
                text.append(part);
            }
            String got = read(wire.toString(), 64 + random.nextInt(5000), 1 + random.nextInt(5000));
            assertThat(got.contentEquals(text)).as("seed " + seed + ", run " + run).isTrue();
        }
    }

    /** The bounds: {@code max} exactly, and one byte more; the ratio behind what is free. */
    @Test
    void stopsAtTheBounds() {
        String thousand = Gzip.packed("a".repeat(1000));
        assertThat(read(thousand, 300, 1000, new GunzipSettings("g", 1032, 1000))).hasSize(1000);
        assertThat(read(thousand, 300, 1000, new GunzipSettings("g", 1032, 999))).isEqualTo("! decompression-bomb: more than filter.g allows");
        String free = Gzip.packed("a".repeat(GunzipSettings.FREE_BYTES));
        assertThat(read(free, 30_000, 1000, new GunzipSettings("g", 1, 1 << 30))).hasSize(GunzipSettings.FREE_BYTES);
        String more = Gzip.packed("a".repeat(GunzipSettings.FREE_BYTES + 1));
        assertThat(read(more, 30_000, 1000, new GunzipSettings("g", 900, 1 << 30))).startsWith("! decompression-bomb");
        assertThat(read(more, 30_000, 1000, new GunzipSettings("g", 1032, 1 << 30))).hasSize(GunzipSettings.FREE_BYTES + 1);
        assertThat(told).filteredOn("bomb"::equals).hasSize(2);
    }

    /** 10 GiB of zeros in 10 MiB, made while it is read: stopped when less than 2 MiB have come out. */
    @Test
    void aBombIsStoppedEarly() {
        Deflater zeros = new Deflater(9, true);
        byte[] input = new byte[1 << 20];
        ByteBuffer wire = ByteBuffer.allocate(64 << 10);
        wire.put(Gzip.packed("").getBytes(StandardCharsets.ISO_8859_1), 0, 10).flip();
        ByteBuffer out = ByteBuffer.allocateDirect(32 << 10);
        Decompressor gunzip = coders.at(0).decompressor().start(new GunzipSettings("g", 200, 1L << 30), watcher);
        long outBytes = 0;
        long inBytes = 0;
        Progress progress = Progress.DONE;
        for (int i = 0; i < 10 << 10 && progress != Progress.BROKEN; i++) {
            do {
                progress = gunzip.convert(wire, out, Wanted.CONTENT);
                outBytes += out.position();
                out.clear();
            } while (progress == Progress.FULL);
            wire.clear();
            zeros.setInput(input);
            zeros.deflate(wire, Deflater.SYNC_FLUSH);
            inBytes += wire.flip().remaining();
        }
        assertThat(progress).isEqualTo(Progress.BROKEN);
        assertThat(gunzip.fault()).startsWith("decompression-bomb");
        assertThat(outBytes).isLessThan(2 << 20);
        assertThat(inBytes).isLessThan(20_000);
        zeros.end();
        gunzip.close();
        assertThat(told).hasSize(2).startsWith("bomb");
    }

    private String read(String wire, int room, int piece) {
        return read(wire, room, piece, new GunzipSettings("g", 1032, 1 << 30));
    }

    /** What comes out, or with {@code !} what was wrong; the first piece and each one behind it has so many bytes. */
    private String read(String wire, int room, int piece, GunzipSettings bounds) {
        Decompressor gunzip = coders.at(0).decompressor().start(bounds, watcher);
        ByteBuffer in = ByteBuffer.allocateDirect(Math.max(1, wire.length())).put(wire.getBytes(StandardCharsets.ISO_8859_1));
        ByteBuffer out = ByteBuffer.allocateDirect(room);
        StringBuilder text = new StringBuilder();
        Progress progress = Progress.DONE;
        for (int at = 0; at < wire.length() && progress != Progress.BROKEN; ) {
            in.limit(Math.min(wire.length(), at + piece)).position(at);
            progress = gunzip.convert(in, out, Wanted.CONTENT);
            at = in.position();
            take(out, text);
        }
        while (progress != Progress.BROKEN && (progress = gunzip.convert(ByteBuffer.allocateDirect(0), out, Wanted.END)) == Progress.FULL) {
            take(out, text);
        }
        take(out, text);
        String fault = gunzip.fault();
        gunzip.close();
        assertThat(coders.at(0).decompressor()).as("given back").isNotNull().isSameAs(gunzip);
        coders.at(0).giveBack(gunzip);
        return progress == Progress.BROKEN ? "! " + fault : text.toString();
    }

    private static void take(ByteBuffer out, StringBuilder text) {
        out.flip();
        while (out.hasRemaining()) {
            text.append((char) (out.get() & 0xff));
        }
        out.clear();
    }

    /** The twin of the trailer, so that the tables above do not rest on the JDK's writer alone. */
    @Test
    void theSumIsThatOfRfc1952() {
        CRC32 crc = new CRC32();
        crc.update("123456789".getBytes(StandardCharsets.US_ASCII));
        assertThat(crc.getValue()).isEqualTo(0xcbf43926L);
        assertThat(Gzip.packed("123456789")).endsWith("&9\u00f4\u00cb\t\0\0\0");
    }
}
