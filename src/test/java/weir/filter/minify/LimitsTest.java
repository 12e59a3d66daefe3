package weir.filter.minify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts made to cost much: a mebioctet of each. What takes a square of that does not end before the tests are ended. */
class LimitsTest {
    private static final int LENGTH = 1 << 18;
    private static final List<String> PIECES = List.of("(", "[", "{", "((", "/*/*", "/*", "//", "${${", "`${", "`", "'", "\"", "\\", "<", "</", "<a ", "<a b=", "<!--", "<!-- a --",
            "--", "<script>", "<script></script>", "<style> </style>", "<pre>", "</pre>", "<svg>", "a:", "a:b", "a{b:c;", "a{", "@a ", "--a:", "--a:{", "a?", "a?b:", "/a/", "a/",
            "url(", "url(a ", "#", "0.", "\n", " ", "a\n", "class a{", "function(", "if(", "=>{", "]", "}", ")", ";", ",", "<g>", "<g> ", "<!DOCTYPE ", "<?", "<![CDATA[",
            "\u00e2\u0080", "<!-- -->", "/**/ ", "/*!a*/\n", "w", "white-space", "\\0", "[1,", "{\"a\":", "\"\\u");

    static Stream<Arguments> adversaries() {
        return PIECES.stream().flatMap(piece -> Arrays.stream(Minifier.values()).map(language -> arguments(language, piece)));
    }

    @ParameterizedTest(name = "{0}: {1} again and again")
    @MethodSource("adversaries")
    void endsInTime(Minifier language, String piece) {
        for (String before : List.of("", "<svg>", "<p>", "a{", "a:")) {
            byte[] text = (before + piece.repeat(LENGTH / piece.length())).getBytes(StandardCharsets.ISO_8859_1);
            byte[] result = Row.minified(language, text);
            assertThat(result == null ? 0 : result.length).isLessThan(text.length);
        }
    }

    static Stream<Arguments> nests() {
        return Stream.of(
                arguments(Minifier.JSON, "", "[", " 1", "]", JsonMinifier.DEPTH_MAX),
                arguments(Minifier.JS, "", "(", " a", ")", JsMinifier.DEPTH_MAX - 1),
                arguments(Minifier.CSS, "", "a{", " b:c", "}", CssMinifier.DEPTH_MAX),
                arguments(Minifier.CSS, "a{b:", "(", " c", ")", CssMinifier.DEPTH_MAX),
                arguments(Minifier.SVG, "", "<svg>", " <a/>", "</svg>", SvgMinifier.DEPTH_MAX));
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("nests")
    void nestsUpToABound(Minifier language, String before, String open, String inside, String close, int depth) {
        String after = before.isEmpty() ? "" : "}";
        byte[] text = (before + open.repeat(depth) + inside + close.repeat(depth) + after).getBytes(StandardCharsets.US_ASCII);
        assertThat(Row.minified(language, text)).hasSize(text.length - 1);
        byte[] more = (before + open.repeat(depth + 1) + inside + close.repeat(depth + 1) + after).getBytes(StandardCharsets.US_ASCII);
        assertThat(Row.minified(language, more)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void leavesNothingAlone(Minifier language) {
        assertThat(Row.minified(language, new byte[0])).isNull();
    }

    @Test
    void manyScriptsInAPage() {
        byte[] text = "<script> a </script> ".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
        assertThat(Row.minified(Minifier.HTML, text)).hasSize(20_000 * "<script>a</script> ".length());
    }
}
