package weir.filter.minify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import weir.FuzzSeed;

/** What the rows become when pieces of them are mixed: the tokens of {@link Twin} stay, and a second time changes nothing. */
class FuzzTest {
    private static final int ROUNDS = 5_000;
    private static final String[] PIECES = {" ", "  ", "\n", "\t", "\r\n", "/*a*/", "/*!k*/", "//a\n", "/*\n*/", "<!-- a -->", "<!--a-->", "/", "*", "+", "-", "--", "++", "<", ">", "!", "=", "&",
            "|", "?", ":", ";", ",", ".", "(", ")", "[", "]", "{", "}", "'", "\"", "`", "${", "\\", "#", "@", "0.5", "0", "a", "b", "return", "in", "of", "if", "class", "=>", "--a:", "url(",
            "<a>", "</a>", "<pre>", "</pre>", "<script>", "</script>", "<svg>", "</svg>", "<text>", "/>", "\u00e9", "\u0000", "\u00ff", "true", "1e5", "@media", "%"};

    private final long seed = FuzzSeed.seed();
    private final Random random = new Random(seed);

    private byte[] mutated(List<Row> rows) {
        byte[] text = rows.get(random.nextInt(rows.size())).text();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length + 1);
            int to = Math.min(text.length, at + random.nextInt(6));
            byte[] other = rows.get(random.nextInt(rows.size())).text();
            int from = random.nextInt(other.length);
            byte[] piece = switch (random.nextInt(5)) {
                case 0 -> Arrays.copyOfRange(other, from, Math.min(other.length, from + random.nextInt(30)));
                case 1 -> new byte[0];
                default -> PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.ISO_8859_1);
            };
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(text, 0, at);
            out.writeBytes(piece);
            int rest = random.nextBoolean() ? at : to;
            out.write(text, rest, text.length - rest);
            text = out.toByteArray();
        }
        return text;
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheTokens(Minifier language) throws IOException {
        List<Row> rows = Row.all().stream().filter(row -> row.language() == language).toList();
        int understood = 0;
        int compared = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] text = mutated(rows);
            String shown = new String(text, StandardCharsets.ISO_8859_1);
            try {
                byte[] once = Row.minified(language, text);
                if (once == null) {
                    continue;
                }
                understood++;
                assertThat(once.length).isLessThan(text.length);
                assertThat(Row.minified(language, once)).as("a second time").isNull();
                List<String> before = Twin.tokens(language, shown);
                if (before != null) {
                    compared++;
                    assertThat(Twin.tokens(language, new String(once, StandardCharsets.ISO_8859_1))).isEqualTo(before);
                }
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("-Dfuzz.seed=" + seed + " round " + round + "\n" + shown, e);
            }
        }
        assertThat(understood).as("-Dfuzz.seed=%d", seed).isGreaterThan(ROUNDS / 50);
        assertThat(compared).as("-Dfuzz.seed=%d", seed).isGreaterThan(understood / 8);
    }

    /** JSON is all or nothing: what the twin reads to its end is made shorter, and nothing else is. */
    @ParameterizedTest
    @EnumSource(names = "JSON")
    void refusesWhatTheTwinRefuses(Minifier json) throws IOException {
        List<Row> rows = Row.all().stream().filter(row -> row.language() == json).toList();
        for (int round = 0; round < ROUNDS; round++) {
            byte[] text = mutated(rows);
            String shown = new String(text, StandardCharsets.ISO_8859_1);
            byte[] out = new byte[text.length];
            assertThat(new JsonMinifier(text, 0, text.length, out, 0).run()).as("-Dfuzz.seed=%d %s", seed, shown).isEqualTo(Twin.isJson(shown));
        }
    }
}
