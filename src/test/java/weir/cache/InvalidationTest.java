package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.http.Head;

/** RFC 9111 §4.4. */
class InvalidationTest {
    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        "POST, 200, true", "PUT, 201, true", "DELETE, 204, true", "PATCH, 200, true", "FROB, 200, true", "POST, 303, true", "POST, 399, true",
        "POST, 400, false", "POST, 404, false", "PUT, 500, false", "POST, 101, false",
        "GET, 200, false", "HEAD, 200, false", "OPTIONS, 200, false", "TRACE, 200, false",
    })
    void due(String method, int status, boolean due) {
        Head request = Heads.request(method + " http://a.example/");
        assertThat(Invalidation.isDue(request, Heads.response(status))).isEqualTo(due);
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
        assertThat(Invalidation.others(request, Heads.response(200, Heads.lines(lines)), "http").stream().map(t -> t.path() + t.query()).collect(Collectors.joining(" ")))
                .isEqualTo(targets);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', value = {
        "Content-Location: /b/c?q; true", "Content-Location: c?q; true", "Content-Location: http://a.example/b/c?q; true", "Content-Location: c; false",
        "Content-Location: http://b.example/b/c?q; false", "X-A: b; false",
    })
    void contentLocationIsTheTarget(String line, boolean is) {
        Head request = Heads.request("POST http://a.example/b/c?q");
        assertThat(Invalidation.isContentLocationTarget(request, Heads.response(200, line))).isEqualTo(is);
    }
}
