package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.http.Head;

/** RFC 9110 §13, RFC 9111 §4.3.2. Lines apart by a bar. */
class PreconditionsTest {
    private static final String EARLIER = "Sun, 06 Nov 1994 08:49:36 GMT";
    private static final String LATER = "Sun, 06 Nov 1994 08:49:38 GMT";

    private static String[] lines(String text) {
        return Heads.lines(text.replace("@now", Heads.NOW_TEXT).replace("@earlier", EARLIER).replace("@later", LATER));
    }

    @ParameterizedTest(name = "{0} for {1}: {2}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "``; ETag: \"x\"|Last-Modified: @now; false",
        "If-None-Match: \"x\"; ETag: \"x\"; true",
        "If-None-Match: W/\"x\"; ETag: \"x\"; true",
        "If-None-Match: \"x\"; ETag: W/\"x\"; true",
        "If-None-Match: W/\"x\"; ETag: W/\"x\"; true",
        "If-None-Match: w/\"x\"; ETag: \"x\"; false",
        "If-None-Match: \"X\"; ETag: \"x\"; false",
        "If-None-Match: x; ETag: \"x\"; false",
        "If-None-Match: \"y\" , \"x\"; ETag: \"x\"; true",
        "If-None-Match: \"y\"|If-None-Match: \"x\"; ETag: \"x\"; true",
        "If-None-Match: \"a,b\"; ETag: \"a,b\"; true",
        "If-None-Match: \"a,b\"; ETag: \"b\"; false",
        "If-None-Match: \"y\",; ETag: \"\"; false",
        "If-None-Match: \"\"; ETag: \"\"; true",
        "If-None-Match: \"y\" , ,; ETag:; false",
        "If-None-Match: *; ETag: \"x\"; true",
        "If-None-Match: *; ``; true",
        "If-None-Match: \"*\"; ETag: \"x\"; false",
        "If-None-Match: \"x\"; ``; false",
        "If-None-Match:; ETag: \"x\"; false",
        "If-None-Match: \"y\"|If-Modified-Since: @later; ETag: \"x\"|Last-Modified: @now; false",
        "If-None-Match: \"x\"|If-Modified-Since: @earlier; ETag: \"x\"|Last-Modified: @now; true",
        "If-Modified-Since: @now; Last-Modified: @now; true",
        "If-Modified-Since: @later; Last-Modified: @now; true",
        "If-Modified-Since: @earlier; Last-Modified: @now; false",
        "If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT; Last-Modified: @now; true",
        "If-Modified-Since: Sun Nov  6 08:49:37 1994; Last-Modified: @now; true",
        "If-Modified-Since: @now; Date: @now; true",
        "If-Modified-Since: @earlier; Date: @now; false",
        "If-Modified-Since: @later; Last-Modified: @now|Date: @later; true",
        "If-Modified-Since: @now; Last-Modified: never|Date: @now; false",
        "If-Modified-Since: @now; ``; false",
        "If-Modified-Since: soon; Last-Modified: @now; false",
        "If-Modified-Since: @now|If-Modified-Since: @now; Last-Modified: @now; false",
        "If-Match: \"y\"; ETag: \"x\"; false",
    })
    void notModified(String asks, String stored, boolean notModified) {
        assertThat(Preconditions.isNotModified(Heads.get(lines(asks)), Heads.response(200, lines(stored)), Heads.NOW)).isEqualTo(notModified);
    }

    @ParameterizedTest(name = "{0} for {1}: {2}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "``; ETag: \"x\"; true",
        "If-Range: \"x\"; ETag: \"x\"; true",
        "If-Range: \"y\"; ETag: \"x\"; false",
        "If-Range: W/\"x\"; ETag: W/\"x\"; false",
        "If-Range: \"x\"; ETag: W/\"x\"; false",
        "If-Range: W/\"x\"; ETag: \"x\"; false",
        "If-Range: \"x\", \"y\"; ETag: \"x\"; false",
        "If-Range: \"x\"|If-Range: \"x\"; ETag: \"x\"; false",
        "If-Range:; ETag: \"x\"; false",
        "If-Range: \"x\"; ``; false",
        "If-Range: @now; Last-Modified: @now|Date: @later; true",
        "If-Range: @now; Last-Modified: @now|Date: @now; false",             // weak: it may have changed in that second (§8.8.2.2)
        "If-Range: @now; Last-Modified: @now; false",
        "If-Range: @later; Last-Modified: @now|Date: @later; false",
        "If-Range: @now; Date: @later; false",
        "If-Range: soon; Last-Modified: soon|Date: @later; false",
        "If-Range: soon; Date: @later; false",
    })
    void range(String asks, String stored, boolean wanted) {
        Head request = Heads.get(lines(asks));
        assertThat(Preconditions.isRangeWanted(request, Heads.response(200, lines(stored)), Heads.NOW)).isEqualTo(wanted);
    }
}
