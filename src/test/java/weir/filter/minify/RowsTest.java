package weir.filter.minify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows of {@code rows.txt}, whole and cut at every place. */
class RowsTest {
    static List<Row> rows() throws IOException {
        return Row.all();
    }

    private static String latin(byte[] octets) {
        return octets == null ? "left alone" : new String(octets, StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void becomes(Row row) {
        assertThat(latin(Row.minified(row.language(), row.text()))).isEqualTo(latin(row.expected()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void staysWhatItHasBecome(Row row) {
        byte[] once = row.expected() == null ? row.text() : row.expected();
        assertThat(latin(Row.minified(row.language(), once))).isEqualTo("left alone");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isUnderstoodOrNotWhereverItIsCut(Row row) {
        for (int length = 0; length < row.text().length; length++) {
            byte[] text = Arrays.copyOf(row.text(), length);
            byte[] once = Row.minified(row.language(), text);
            if (once != null) {
                assertThat(once.length).isLessThan(length);
                assertThat(latin(Row.minified(row.language(), once))).as(latin(text)).isEqualTo("left alone");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachLanguageHasRowsOfBothKinds(Minifier language) throws IOException {
        List<Row> rows = Row.all().stream().filter(row -> row.language() == language).toList();
        assertThat(rows).anyMatch(row -> row.expected() == null).anyMatch(row -> row.expected() != null).hasSizeGreaterThan(12);
    }

    @Test
    void readsNothingBehindTheLength() {
        byte[] in = "[ 1 ] x".getBytes(StandardCharsets.US_ASCII);
        byte[] out = new byte[5];
        assertThat(Minifier.JSON.minify(in, 5, out)).isEqualTo(3);
        assertThat(latin(out)).startsWith("[1]");
    }
}
