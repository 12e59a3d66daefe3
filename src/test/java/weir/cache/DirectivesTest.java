package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.cache.Directives.Name;
import weir.http.Head;

class DirectivesTest {
    private static final String FIELD = "Cache-Control: ";

    /** Every directive that was found, in the enum's order. */
    private static String found(Directives directives) {
        StringBuilder found = new StringBuilder();
        for (Name name : Name.values()) {
            if (directives.has(name)) {
                String text = name.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
                found.append(found.isEmpty() ? "" : ", ").append(text);
                found.append(name.hasSeconds() ? "=" + directives.seconds(name) : "");
            }
        }
        return found.toString();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "§5.2 a list; no-store, max-age=5; no-store, max-age=5",
        "§5.2 names in any case; No-StoRE,MAX-AGE=5; no-store, max-age=5",
        "§5.2 several lines are one list; max-age=5 | public; public, max-age=5",
        "§5.2 empty members; ,, max-age=5,,; max-age=5",
        "§5.2 white space; `  public \t,\t max-age=5  `; public, max-age=5",
        "§5.2 quoted number; max-age=\"5\"; max-age=5",
        "§5.2 a directive inside a string; x=\"max-age=9, public\", max-age=5; max-age=5",
        "§5.2 a string with quoted pairs; x=\"a\\\", public, \\\\\", max-age=5; max-age=5",
        "§5.2 a string that never ends hides nothing; x=\"no-store, no-store, max-age=5; no-store, max-age=5",
        "§5.2.3 unknown ones; foo, bar=1, max-agex=9, max-age=5; max-age=5",
        "§1.2.2 leading zeroes; max-age=0005; max-age=5",
        "§1.2.2 the greatest; max-age=2147483648; max-age=2147483648",
        "§1.2.2 saturates; max-age=2147483649; max-age=2147483648",
        "§1.2.2 saturates far out; max-age=99999999999999999999999999999; max-age=2147483648",
        "§4.2.1 negative is stale; max-age=-5; max-age=0",
        "§4.2.1 no digits is stale; max-age=; max-age=0",
        "§4.2.1 no argument is stale; max-age; max-age=0",
        "§4.2.1 trailing letter is stale; max-age=5a; max-age=0",
        "§4.2.1 leading letter is stale; max-age=a5; max-age=0",
        "§4.2.1 decimal is stale; max-age=5.0; max-age=0",
        "§4.2.1 single quotes are stale; max-age='5'; max-age=0",
        "§4.2.1 blank before the equals sign; max-age =5; max-age=0",
        "§4.2.1 blank behind the equals sign; max-age= 5; max-age=0",
        "§4.2.1 half a string; max-age=\"5; max-age=0",
        "§4.2.1 twice the same; max-age=5, max-age=5; max-age=5",
        "§4.2.1 two different are stale; max-age=5, max-age=9; max-age=0",
        "§4.2.1 stale stays stale; max-age=x, max-age=9, max-age=9; max-age=0",
        "§4.2.1 on two lines; max-age=5 | s-maxage=1 | s-maxage=2; max-age=5, s-maxage=0",
        "§5.2.1.2 max-stale without a value; max-stale; max-stale=2147483648",
        "§5.2.1.2 max-stale unreadable allows nothing; max-stale=x; max-stale=0",
        "§5.2.1.3 min-fresh unreadable asks for all; min-fresh=x; min-fresh=2147483648",
        "§5.2.2.4 an argument where none belongs changes nothing; no-store=1, must-revalidate=\"x\"; no-store, must-revalidate",
        "§5.2.2 all others; no-transform, only-if-cached, private, proxy-revalidate, must-understand; `no-transform, only-if-cached, private, proxy-revalidate, must-understand`",
        "RFC 5861; stale-while-revalidate=3, stale-if-error=4; stale-while-revalidate=3, stale-if-error=4",
        "RFC 5861 unreadable is none; stale-while-revalidate=-3, stale-if-error; stale-while-revalidate=0, stale-if-error=0",
        "RFC 8246; immutable; immutable",
        "no list of names is none at all; private=\"\", no-cache=\"a b\"; no-cache, private",
        "a list of names is not the whole; private=\"a\", no-cache=b; ``",
        "both; private=\"a\", private; private",
    })
    void areRead(String what, String value, String expected) {
        String[] lines = Heads.lines(value);
        for (int i = 0; i < lines.length; i++) {
            lines[i] = FIELD + lines[i];
        }
        Head head = Heads.response(200, lines);
        assertThat(found(Heads.said(head))).isEqualTo(expected);
        Directives reused = new Directives().response(Heads.response(200, FIELD + "no-store, immutable, max-age=1, private=a"), true);
        assertThat(found(reused.response(head, true))).isEqualTo(expected);
    }

    @Test
    void namesFieldsThatAreKeptOut() {
        Head head = Heads.response(200, "Cache-Control: private=\"Set-Cookie, x-a\", no-cache=\" X-B ,\", private=x-c", "SET-COOKIE: a",
                "x-a: 1", "X-b: 1", "x-C: 1", "x: 1", "x-ab: 1");
        Directives said = Heads.said(head);
        StringBuilder kept = new StringBuilder();
        for (int field = 0; field < head.fields(); field++) {
            kept.append(said.keepsOut(head, field) ? "" : Heads.name(head, field) + " ");
        }
        assertThat(kept).hasToString("cache-control x x-ab ");
    }

    @Test
    void moreListsThanTheBoundForbidAll() {
        String list = "private=\"a\", ";
        assertThat(Heads.said(Heads.response(200, FIELD + list.repeat(Directives.LISTS_MAX))).has(Name.PRIVATE)).isFalse();
        assertThat(Heads.said(Heads.response(200, FIELD + list.repeat(Directives.LISTS_MAX + 1))).has(Name.PRIVATE)).isTrue();
    }

    @Test
    void pragmaCountsInARequestWithoutCacheControl() {       // RFC 9111 §5.4
        assertThat(found(Heads.asked(Heads.get("Pragma: foo, No-Cache")))).isEqualTo("no-cache");
        assertThat(found(Heads.asked(Heads.get("Pragma: no-cachex")))).isEmpty();
        assertThat(found(Heads.asked(Heads.get("Pragma: no-cache", "Cache-Control: max-age=5")))).isEqualTo("max-age=5");
        assertThat(found(Heads.said(Heads.response(200, "Pragma: no-cache")))).isEmpty();
    }
}
