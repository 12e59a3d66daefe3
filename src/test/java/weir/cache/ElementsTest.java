package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.http.Head;

class ElementsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "a,b; a|b",
        "a; a",
        "a,; a",
        ",a; |a",
        "a=\"b,c\",d; a=\"b,c\"|d",
        "a=\"b\\\",c\",d; a=\"b\\\",c\"|d",
        "a=\"b\\\\\",d; a=\"b\\\\\"|d",
        "a=\"b,c; a=\"b|c",
        "\"a\"\"b,c\",d; \"a\"\"b,c\"|d",
        "a=\"\\; a=\"\\",
    })
    void walks(String value, String elements) {
        Head head = Heads.get("X-A: " + value);
        List<String> found = new ArrayList<>();
        int to = head.valueTo(0);
        for (int from = head.valueFrom(0); from < to; ) {
            int end = Elements.end(head, from, to);
            found.add(head.text(from, end));
            from = end + 1;
        }
        assertThat(String.join("|", found)).isEqualTo(elements);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "0; 0", "007; 7", "2147483648; 2147483648", "2147483649; 2147483648", "9223372036854775808; 2147483648", "99999999999999999999999999; 2147483648",
        "``; -1", "-1; -1", "+1; -1", "1.0; -1", "1a; -1", "99999999999999999999999999x; -1",
    })
    void delta(String text, long value) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        assertThat(Elements.delta(bytes, 0, text.length(), Directives.SECONDS_MAX)).isEqualTo(value);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', value = {
        "Connection: x-a; true", "Connection: close , X-A,; true", "Connection: close|Connection: X-a; true", "Connection: x-ab; false", "Connection:; false", "X-B: x-a; false",
    })
    void lists(String lines, boolean holds) {
        Head message = Heads.get(Heads.lines(lines));
        Head other = Heads.get("X-A: 1");
        assertThat(Elements.listHolds(message, weir.http.FieldName.CONNECTION, other, other.nameFrom(0), other.nameTo(0))).isEqualTo(holds);
    }
}
