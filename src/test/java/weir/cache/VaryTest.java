package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.http.Head;

/** RFC 9111 §4.1. Lines apart by a bar. */
class VaryTest {
    private final Vary vary = new Vary();

    @ParameterizedTest(name = "Vary: {0}: {1} and {2} are the same: {3}")
    @CsvSource(delimiter = '#', quoteCharacter = '`', value = {
        "Vary: X-A # X-A: 1 # x-a: 1 # true",
        "Vary: x-a # X-A: 1 # X-A: 2 # false",
        "Vary: X-A # X-A: a # X-A: A # false",
        "Vary: X-A # `` # `` # true",
        "Vary: X-A # `` # X-B: 1 # true",
        "Vary: X-A # X-A: 1 # `` # false",
        "Vary: X-A # `` # X-A: 1 # false",
        "Vary: X-A # `` # X-A: # false",
        "Vary: X-A # X-A: 1, 2 # X-A: 1,2 # true",
        "Vary: X-A # X-A: 1, 2 # X-A: 1|X-A: 2 # true",
        "Vary: X-A # X-A: 1, 2 # X-A: 2, 1 # false",
        "Vary: X-A # X-A: 1, 2 # X-A: 12 # false",
        "Vary: X-A # X-A: a b # X-A: a  b # false",
        "Vary: X-A # X-A: \"a, b\" # X-A: \"a,b\" # false",
        "Vary: X-A # X-A: \"a, b # X-A: \"a,b # true",
        "Vary: X-A, X-B # X-A: 1|X-B: 2 # X-B: 2|X-A: 1 # true",
        "Vary: X-A|Vary: X-B # X-A: 1|X-B: 2 # X-A: 1|X-B: 1 # false",
        "Vary: X-A, X-B # X-A: 1|X-B: 2 # X-A: 2|X-B: 1 # false",
        "Vary: X-A, X-B # X-A: 1 # X-B: 1 # false",
        "Vary: Accept-Language # Accept-Language: de, EN ;q=0.5 # Accept-Language: en;q=0.5|Accept-Language: de # true",
        "Vary: Accept-Language # Accept-Language: de, en;q=0.5 # Accept-Language: de, en;q=0.4 # false",
        "Vary: accept-encoding # Accept-Encoding: gzip, br # Accept-Encoding: BR,gzip # true",
        "Vary: accept-encoding # Accept-Encoding: gzip, br # Accept-Encoding: gzip # false",
        "Vary: Accept # Accept: text/a, text/b; q=0.1 # Accept: text/b;q=0.1,text/a # true",
        "Vary: Accept # Accept: text/a;profile=\"A b\" # Accept: text/a;profile=\"a b\" # false",
        "Vary: Accept # Accept: text/a;profile=\"A b\" # Accept: text/a;profile=\"Ab\" # false",
        "Vary: Accept # Accept: text/a;v=A # Accept: text/a;v=a # false",
        "Vary: Accept-Token # Accept-Token: Ab # Accept-Token: aB # false",
        "Vary: Accept-Token # Accept-Token: a, b # Accept-Token: b, a # false",
    })
    void selects(String varies, String stored, String asks, boolean same) {
        Head response = Heads.response(200, Heads.lines(varies));
        Head first = Heads.get(Heads.lines(stored));
        Head second = Heads.get(Heads.lines(asks));
        Vary.Variant variant = vary.variant(response, first);
        assertThat(vary.matches(variant, first)).isTrue();
        assertThat(vary.matches(variant, second)).isEqualTo(same);
        assertThat(vary.variant(response, second).sameAs(variant)).isEqualTo(same);
    }

    @Test
    void withoutVaryEveryRequestSelects() {
        Vary.Variant variant = vary.variant(Heads.response(200), Heads.get("X-A: 1"));
        assertThat(variant).isSameAs(Vary.Variant.ONLY);
        assertThat(vary.matches(variant, Heads.get("X-A: 2"))).isTrue();
        assertThat(vary.variant(Heads.response(200, "Vary: ,"), Heads.get()).sameAs(variant)).isTrue();
    }

    @Test
    void orderAndCaseOfNamesDoNotMatter() {
        Head request = Heads.get("X-A: 1", "X-B: 2");
        assertThat(vary.variant(Heads.response(200, "Vary: X-B, x-a", "Vary: X-A"), request).sameAs(vary.variant(Heads.response(200, "Vary: x-A,X-b"), request)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"Vary: *; true", "Vary: X-A,*; true", "Vary: X-A|Vary: *; true", "Vary: X-*; false", "Vary:; false", "X-Vary: *; false"})
    void star(String line, boolean any) {
        assertThat(Vary.isAny(Heads.response(200, Heads.lines(line)))).isEqualTo(any);
    }

    /** Just not more than is kept, and a request with more selects nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"bytes", "members"})
    void bounds(String what) {
        boolean bytes = what.equals("bytes");
        String most = bytes ? "a".repeat(Vary.VALUE_BYTES_MAX - 1) : "a,".repeat(Vary.MEMBERS_MAX);
        Head response = Heads.response(200, "Vary: X-A");
        Vary.Variant variant = vary.variant(response, Heads.get("X-A: " + most));
        assertThat(vary.matches(variant, Heads.get("X-A: " + most))).isTrue();
        Head more = Heads.get("X-A: " + most + "a");
        assertThat(vary.variant(response, more)).isNull();
        assertThat(vary.matches(variant, more)).isFalse();
    }
}
