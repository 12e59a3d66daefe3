package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.cache.Directives.Name;

/** RFC 9213 with the syntax of RFC 9651: what does not parse is not there. Seconds of max-age; -1 for none, -2 for Cache-Control's. */
class TargetedControlTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "max-age=60 | 60 | false",
        "max-age=60, no-store | 60 | true",
        "max-age=60 , no-store | 60 | true",
        "no-store | -1 | true",
        "no-store=?0, max-age=1 | 1 | false",
        "no-store=?1 | -1 | true",
        "no-store=1 | -1 | false",
        "max-age=99999999999 | 2147483648 | false",
        "max-age=1, max-age=2 | 2 | false",
        "max-age=-5 | 0 | false",
        "max-age=\"60\" | -1 | false",
        "max-age=60.5 | -1 | false",
        "max-age=60;foo=bar | 60 | false",
        "max-age=60, foo=(1 \"a\" b);x | 60 | false",
        "max-age=60, foo=:YQ==: | 60 | false",
        "max-age=60, foo=@1659578233 | 60 | false",
        "max-age=60, foo=%\"f%c3%bc, \";a=%\"\" | 60 | false",
        "max-age=60, foo=%\"f%C3%BC\" | -2 | false",
        "max-age=60, foo=%\"f%c3\" | -2 | false",
        "max-age=60, foo=%\"f%c | -2 | false",
        "max-age=60, foo=%\"f | -2 | false",
        "max-age=60, foo=%f | -2 | false",
        "max-age | -1 | false",
        "MAX-AGE=60 | -2 | false",
        "max-age=60, | -2 | false",
        "max-age= | -2 | false",
        "max-age = 60 | -2 | false",
        "max-age=60 no-store | -2 | false",
        "max-age=1234567890123456 | -2 | false",
        "max-age=60, foo=\"a | -2 | false",
        "max-age=60, foo=(1 | -2 | false",
        "max-age=60, foo=?2 | -2 | false",
    })
    void standsForCacheControlWhenItParses(String field, long maxAge, boolean noStore) {
        Directives said = Heads.said(Heads.response(200, "CDN-Cache-Control: " + field, "Cache-Control: max-age=7"));
        assertThat(said.seconds(Name.MAX_AGE)).isEqualTo(maxAge == -2 ? 7 : maxAge);
        assertThat(said.has(Name.NO_STORE)).isEqualTo(noStore);
        assertThat(said.isTargeted()).isEqualTo(maxAge != -2);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "Surrogate-Control: max-age=5|5",
        "Surrogate-Control: max-age=5, CDN-Cache-Control: max-age=6|6",
        "Surrogate-Control: max-age=x y, X: y|7",
    })
    void surrogateControlComesAfterIt(String lines, long maxAge) {
        String[] both = lines.split(", (?=[CX])", -1);
        Directives said = Heads.said(Heads.response(200, both[0], both.length > 1 ? both[1] : "X: z", "Cache-Control: max-age=7"));
        assertThat(said.seconds(Name.MAX_AGE)).isEqualTo(maxAge);
        assertThat(new Directives().response(Heads.response(200, both[0], "Cache-Control: max-age=7"), false).seconds(Name.MAX_AGE)).isEqualTo(7);
    }
}
