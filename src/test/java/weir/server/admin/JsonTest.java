package weir.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is JSON, and what is read of a request-target is what was meant. */
class JsonTest {
    @Test
    void writesObjectsAndArrays() {
        Json json = new Json().object().put("a", 1).put("b", true).put("c", (String) null).name("d").array().value(1).object().end().array().end()
                .value("x").end().name("e").object().put("f", -2).end().end();
        assertThat(json).hasToString("{\"a\":1,\"b\":true,\"c\":null,\"d\":[1,{},[],\"x\"],\"e\":{\"f\":-2}}");
        assertThat(new String(json.bytes(), StandardCharsets.UTF_8)).endsWith("}\n");
    }

    static Stream<Arguments> texts() {
        return Stream.of(
                Arguments.of("", ""), Arguments.of("a\"b\\c/d", "a\\\"b\\\\c/d"), Arguments.of("\n\t\0\u001f\u007f", "\\n\\u0009\\u0000\\u001f\\u007f"),
                Arguments.of("é€😀", "é€😀"), Arguments.of("\ud83d", "\ufffd"), Arguments.of("\ude00\ud83dx", "\ufffd\ufffdx"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void escapes(String text, String written) {
        Json json = new Json().array().value(text).end();
        assertThat(json).hasToString("[\"" + written + "\"]");
        assertThat(new String(json.bytes(), StandardCharsets.UTF_8)).isEqualTo("[\"" + written + "\"]\n");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"/a/b, a b", "/a%2Fb/%5B%3A%3A1%5D:80, a/b [::1]:80", "/a/, a ''", "/%c3%A9, é", "/%, -", "/%4, -", "/%4g, -", "/%ff, -", "/a+b, a+b", "/%-1, -"})
    void readsSegments(String path, String segments) {
        assertThat(Request.segments(path)).isEqualTo(segments.equals("-") ? null
                : Arrays.stream(segments.split(" ", -1)).map(each -> each.equals("''") ? "" : each).toList());
    }

    @Test
    void readsParameters() {
        assertThat(Request.parameters("")).isEmpty();
        assertThat(Request.parameters("server=10.0.0.20:8080%20weight=2&x")).isEqualTo(Map.of("server", "10.0.0.20:8080 weight=2", "x", ""));
        assertThat(Request.parameters("a=1&a=2")).as("twice").isNull();
        assertThat(Request.parameters("a=%")).isNull();
        assertThat(Request.parameters("a=%2")).isNull();
        assertThat(Request.parameters("%zz=1")).isNull();
    }
}
