package weir.filter.minify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypesTest {
    @ParameterizedTest(name = "[{0}]")
    @CsvSource(nullValues = "none", delimiter = '|', quoteCharacter = '`', value = {
        "text/html | HTML",
        "Text/HTML ; Charset=UTF-8 | HTML",
        "text/css;charset=\"utf-8\" | CSS",
        "text/javascript; charset=iso-8859-15 | JS",
        "application/javascript;a=b | JS",
        "application/x-javascript;charset=windows-1252 | JS",
        "application/json | JSON",
        "application/problem+json | JSON",
        "image/svg+xml | SVG",
        "application/xhtml+xml | none",
        "text/plain | none",
        "text/htmlx | none",
        "application/json-seq | none",
        "application/x-ndjson | none",
        "+json | none",
        "text/css; charset=utf-16 | none",
        "text/css; a=b; charset=Shift_JIS | none",
        "text/css; charset= | none",
        "text/html; charset=\"utf-8 | none",
        "`` | none"
    })
    void names(String value, String language) {
        byte[] octets = ("x" + value + "y").getBytes(StandardCharsets.ISO_8859_1);
        Minifier expected = language == null ? null : Minifier.valueOf(language);
        assertThat(Minifier.of(ByteBuffer.wrap(octets), 1, octets.length - 1)).isEqualTo(expected);
    }
}
