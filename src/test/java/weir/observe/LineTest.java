package weir.observe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import weir.FuzzSeed;

class LineTest {
    private final Line line = new Line(512);

    private static Stream<Arguments> escapes() { // the value's bytes as Latin-1; combined; json, again as Latin-1
        String bad = "\u00ef\u00bf\u00bd"; // U+FFFD in UTF-8
        return Stream.of(
                arguments("plain text/1.0 (~)", "plain text/1.0 (~)", "plain text/1.0 (~)"),
                arguments("", "", ""),
                arguments("a\"b", "a\\x22b", "a\\\"b"),
                arguments("a\\b", "a\\x5Cb", "a\\\\b"),
                arguments("\b\f\n\r\t", "\\x08\\x0C\\x0A\\x0D\\x09", "\\b\\f\\n\\r\\t"),
                arguments("\u0000\u001f\u007f", "\\x00\\x1F\\x7F", "\\u0000\\u001f\\u007f"),
                arguments("\u00c3\u00a9", "\\xC3\\xA9", "\u00c3\u00a9"),
                arguments("\u00e9t\u00e9", "\\xE9t\\xE9", bad + "t" + bad),
                arguments("\u00c0\u00ae", "\\xC0\\xAE", bad + bad), // overlong
                arguments("\u00ed\u00a0\u0080", "\\xED\\xA0\\x80", bad + bad + bad), // a surrogate
                arguments("\u00f0\u009f\u0098\u0080", "\\xF0\\x9F\\x98\\x80", "\u00f0\u009f\u0098\u0080"),
                arguments("\u00e2\u0082", "\\xE2\\x82", bad + bad)); // cut short
    }

    @ParameterizedTest(name = "{index} {1}")
    @MethodSource("escapes")
    void escapesByteForByte(String bytes, String combined, String json) {
        ByteBuffer b = ByteBuffer.wrap((">" + bytes + "<").getBytes(ISO_8859_1));

        line.ascii('[').combined(b, 1, b.limit() - 1).ascii(']');
        assertThat(text()).isEqualTo("[" + combined + "]");
        line.clear().ascii("{\"v\":\"").json(b, 1, b.limit() - 1).ascii("\"}");
        assertThat(text()).isEqualTo("{\"v\":\"" + json + "\"}");
        assertThat(line.isTruncated()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 0", "7, 3, 007", "1234, 3, 1234", "-7, 3, -007", "9223372036854775807, 1, 9223372036854775807",
        "-9223372036854775808, 1, -9223372036854775808", "0, 18, 000000000000000000"})
    void writesNumbers(long value, int digitsMin, String text) {
        line.number(value, digitsMin);
        assertThat(text()).isEqualTo(text);
    }

    @Test
    void writesBytesAndAsciiAsTheyAre() {
        line.bytes(ByteBuffer.wrap("xGETx".getBytes(ISO_8859_1)), 1, 4).ascii(" caf\u00e9 \u20ac ").number(-1);
        assertThat(text()).isEqualTo("GET caf? ? -1");
    }

    @Test
    void aLongValueLeavesRoomForWhatFollows() {
        ByteBuffer value = ByteBuffer.wrap("v".repeat(1000).getBytes(ISO_8859_1));
        line.ascii("{\"uri\":\"").json(value, 0, 1000).ascii("\",\"agent\":\"").json(value, 0, 1000).ascii("\"}");

        assertThat(text()).isEqualTo("{\"uri\":\"" + "v".repeat(512 - 128 - 8) + "\",\"agent\":\"\"}");
        assertThat(line.isTruncated()).isTrue();
        line.clear().ascii("x");
        assertThat(line.isTruncated()).isFalse();
        assertThat(text()).isEqualTo("x");
    }

    @Test
    void nothingPassesTheBound() {
        for (int i = 0; i < 600; i++) {
            line.ascii('x');
        }
        line.number(12).ascii("more").combined(ByteBuffer.allocate(1), 0, 1).bytes(ByteBuffer.allocate(1), 0, 1);
        assertThat(text()).isEqualTo("x".repeat(512));
        assertThat(line.isTruncated()).isTrue();
        assertThatThrownBy(() -> new Line(63)).hasMessageContaining("63");
    }

    @Test
    void escapedBytesAreWrittenWholeOrNotAtAll() {
        for (int before = 350; before < 400; before++) {
            ByteBuffer value = ByteBuffer.wrap(("\u0001" + "\u00e9\u20ac").getBytes(UTF_8));
            String start = "x".repeat(before);
            ByteBuffer first = ByteBuffer.wrap(start.getBytes(UTF_8));
            line.clear().bytes(first, 0, before).combined(value, 0, value.limit());
            assertThat(text().substring(Math.min(before, 384))).matches("(\\\\x[0-9A-F]{2})*");
            assertThat(line.length()).isLessThanOrEqualTo(384);
            line.clear().bytes(first, 0, before).json(value, 0, value.limit());
            assertThat(new String(line.array(), 0, line.length(), UTF_8).substring(Math.min(before, 384)))
                    .matches("(\\\\u0001(\u00e9\u20ac?)?)?");
            assertThat(line.length()).isLessThanOrEqualTo(384);
        }
    }

    @Test
    void aRunOfBytesIsWrittenAsByteAfterByteIs() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        Line single = new Line(512);
        for (int i = 0; i < 20_000; i++) {
            boolean json = random.nextBoolean();
            byte[] text = new byte[random.nextInt(i % 10 == 0 ? 500 : 40)];
            for (int k = 0; k < text.length; k++) {
                text[k] = (byte) (random.nextInt(12) > 0 ? 'a' + random.nextInt(26) : random.nextInt(json ? 128 : 256));      // beyond ASCII a JSON text is no run
            }
            ByteBuffer bytes = ByteBuffer.wrap(text);
            int from = Math.min(text.length, random.nextInt(9));
            line.clear();
            single.clear();
            Line unused = json ? line.json(bytes, from, text.length) : line.combined(bytes, from, text.length);
            for (int k = from; k < text.length; k++) {
                unused = json ? single.json(bytes, k, k + 1) : single.combined(bytes, k, k + 1);
            }
            assertThat(new String(line.array(), 0, line.length(), ISO_8859_1)).as("-Dfuzz.seed=%d", seed).isEqualTo(new String(single.array(), 0, single.length(), ISO_8859_1));
            assertThat(line.isTruncated()).isEqualTo(single.isTruncated());
        }
    }

    @Test
    void anyBytesGiveValidUtf8WithoutControls() throws CharacterCodingException {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            for (int i = 0; i < bytes.length; i++) { // favour lead and continuation bytes
                bytes[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 0x80 + random.nextInt(128));
            }
            String twin = new String(bytes, UTF_8); // replaces a run of bad bytes by one or more U+FFFD
            line.clear().json(ByteBuffer.wrap(bytes), 0, bytes.length);
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(line.array(), 0, line.length())).toString();
            assertThat(text.chars()).as("-Dfuzz.seed=%d", seed).allMatch(c -> c >= ' ' && c != 0x7f);
            assertThat(text.replaceAll("\\\\(u00..|.)|\ufffd", "")).as("-Dfuzz.seed=%d", seed)
                    .isEqualTo(twin.replaceAll("[\\x00-\\x1f\\x7f\"\\\\]|\ufffd", ""));
            line.clear().combined(ByteBuffer.wrap(bytes), 0, bytes.length);
            assertThat(text()).as("-Dfuzz.seed=%d", seed).matches("[ -!#-\\[\\]-~]*(\\\\x[0-9A-F]{2}[ -!#-\\[\\]-~]*)*");
        }
    }

    private String text() {
        return new String(line.array(), 0, line.length(), ISO_8859_1);
    }
}
