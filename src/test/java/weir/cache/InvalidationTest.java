package weir.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.http.Head;

/** RFC 9111 §4.4. */
class InvalidationTest {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"200, true", "201, true", "204, true", "303, true", "399, true", "400, false", "404, false", "500, false", "101, false"})
    void due(int status, boolean due) {
        assertThat(Invalidation.isDue(Heads.response(status))).isEqualTo(due);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "http://a.example/b?q, h:a.example/b?q", "http://A.Example:80/b, h:a.example/b", "http://a.example:81/b, h:a.example:81/b", "https://a.example:443/, s:a.example/",
        "http://[::1]/b, h:[::1]/b", "http://under_score/b, h:under_score/b",
    })
    void keyOfTheTarget(String uri, String key) {
        Invalidation target = new Invalidation(Heads.request("POST " + uri), uri.startsWith("https:"));
        assertThat(target.key(new Probe(), target.own()).frozen().frozenBytes()).asString(ISO_8859_1).isEqualTo(key);
    }

    /** Of POST http://a.example/b/c?q, with the scheme as it came: path and query of what goes too. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "Location: /d; /d",
        "Location: d; /b/d",
        "Location: ../d; /d",
        "Location: ../../../d; /d",
        "Location: ./d/./e; /b/d/e",
        "Location: ?r; /b/c?r",
        "Location: #f; /b/c?q",
        "Location:; /b/c?q",
        "Location: /d?r#f; /d?r",
        "Location: http://a.example/d; /d",
        "Location: HTTP://A.Example:80/d; /d",
        "Location: //a.example/d; /d",
        "Location: http://a.example; /",
        "Location: /%64%2f%7e; /d%2F~",
        "Location: /d?%64; /d?%64",
        "Location: /d|Content-Location: /e?r; /d /e?r",
        "Location: /d|Content-Location: /d; /d",
        "Content-Location: http://a.example/d; /d",
        "Location: https://a.example/d; ``",
        "Location: http://a.example:81/d; ``",
        "Location: http://b.example/d; ``",
        "Location: //b.example/d; ``",
        "Location: http://a.example.b.example/d; ``",
        "Location: http://a.example@b.example/d; ``",
        "Location: mailto:a@a.example; ``",
        "Location: /d|Location: /e; ``",
        "Location: /a b; ``",
        "Location: /%zz; ``",
        "Location: http://[::1; ``",
        "Location: http:///d; ``",
        "X-A: b; ``",
    })
    void others(String lines, String targets) {
        Head request = Heads.request("POST http://a.example/b/c?q");
        assertThat(new Invalidation(request, false).others(Heads.response(200, Heads.lines(lines))).stream().map(t -> t.path() + t.query()).collect(Collectors.joining(" ")))
                .isEqualTo(targets);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', value = {
        "Content-Location: /b/c?q; true", "Content-Location: c?q; true", "Content-Location: http://a.example/b/c?q; true", "Content-Location: c; false",
        "Content-Location: http://b.example/b/c?q; false", "X-A: b; false",
    })
    void contentLocationIsTheTarget(String line, boolean is) {
        Head request = Heads.request("POST http://a.example/b/c?q");
        assertThat(new Invalidation(request, false).isContentLocationTarget(Heads.response(200, line))).isEqualTo(is);
    }
}
