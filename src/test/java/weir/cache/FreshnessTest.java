package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.http.HttpDate;

/** RFC 9111 §4.2, with the clock turned by hand. {@code @n} in a row is the date n seconds from now. */
class FreshnessTest {
    private static final Pattern DATE = Pattern.compile("@(-?\\d+)");

    private static String[] fields(String text) {
        return Heads.lines(DATE.matcher(text == null ? "" : text).replaceAll(FreshnessTest::date));
    }

    private static String date(java.util.regex.MatchResult match) {
        byte[] date = HttpDate.bytes(Heads.NOW + Long.parseLong(match.group(1)) * 1000);
        return Matcher.quoteReplacement(new String(date, StandardCharsets.US_ASCII));
    }

    private static Freshness of(int status, String text, CacheSettings settings) {
        return Heads.freshness(Heads.response(status, fields(text)), settings);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "§4.2.1 nothing said; 200; ; 0",
        "§4.2.1 max-age; 200; Cache-Control: max-age=60; 60",
        "§4.2.1 s-maxage before max-age; 200; Cache-Control: max-age=60, s-maxage=5; 5",
        "§4.2.1 s-maxage before max-age, longer; 200; Cache-Control: max-age=5, s-maxage=60; 60",
        "§5.3 Expires minus Date; 200; Date: @-10 | Expires: @50; 60",
        "§5.3 Expires without Date; 200; Expires: @50; 50",
        "§5.3 max-age before Expires; 200; Date: @0 | Expires: @-50 | Cache-Control: max-age=60; 60",
        "§5.3 max-age=0 before Expires; 200; Date: @0 | Expires: @50 | Cache-Control: max-age=0; 0",
        "§5.3 invalid max-age before Expires; 200; Expires: @50 | Cache-Control: max-age=x; 0",
        "§5.3 Expires 0 is the past; 200; Expires: 0 | Last-Modified: @-1000; 0",
        "§5.3 Expires before Date; 200; Date: @0 | Expires: @-50 | Last-Modified: @-1000; 0",
        "§4.2.1 two Expires; 200; Expires: @50 | Expires: @50; 0",
        "§5.3 other zones; 200; Expires: Thu, 18 Aug 2050 02:01:18 UTC; 0",
        "§4.2.2 a tenth; 200; Date: @0 | Last-Modified: @-1000; 100",
        "§4.2.2 a tenth, Date missing; 200; Last-Modified: @-1000; 100",
        "§4.2.2 at most a day; 200; Date: @0 | Last-Modified: @-99999999; 86400",
        "§4.2.2 modified in the future; 200; Date: @0 | Last-Modified: @1000; 0",
        "§4.2.2 not beside explicit; 200; Date: @0 | Last-Modified: @-1000 | Cache-Control: max-age=0; 0",
        "§4.2.2 two Last-Modified; 200; Last-Modified: @-1000 | Last-Modified: @-1000; 0",
        "RFC 9110 §15.1 203; 203; Last-Modified: @-1000; 100",
        "RFC 9110 §15.1 204; 204; Last-Modified: @-1000; 100",
        "RFC 9110 §15.1 206; 206; Last-Modified: @-1000; 100",
        "RFC 9110 §15.1 300; 300; Last-Modified: @-1000; 100",
        "RFC 9110 §15.1 301; 301; Last-Modified: @-1000; 100",
        "RFC 9110 §15.1 308; 308; Last-Modified: @-1000; 100",
        "RFC 9110 §15.1 404; 404; Last-Modified: @-1000; 100",
        "RFC 9110 §15.1 405; 405; Last-Modified: @-1000; 100",
        "RFC 9110 §15.1 410; 410; Last-Modified: @-1000; 100",
        "RFC 9110 §15.1 414; 414; Last-Modified: @-1000; 100",
        "RFC 9110 §15.1 501; 501; Last-Modified: @-1000; 100",
        "RFC 9110 §15.1 201 not; 201; Last-Modified: @-1000; 0",
        "RFC 9110 §15.1 202 not; 202; Last-Modified: @-1000; 0",
        "RFC 9110 §15.1 302 not; 302; Last-Modified: @-1000; 0",
        "RFC 9110 §15.1 307 not; 307; Last-Modified: @-1000; 0",
        "RFC 9110 §15.1 403 not; 403; Last-Modified: @-1000; 0",
        "RFC 9110 §15.1 500 not; 500; Last-Modified: @-1000; 0",
        "RFC 9110 §15.1 503 not; 503; Last-Modified: @-1000; 0",
        "§5.2.2.9 public; 599; Last-Modified: @-1000 | Cache-Control: public; 100",
        "§4.2.1 explicit for any status; 503; Cache-Control: max-age=60; 60",
    })
    void lifetime(String section, int status, String fields, long seconds) {
        assertThat(of(status, fields, Heads.SETTINGS).lifetimeSeconds()).isEqualTo(seconds);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "default-ttl; 200; ; 20",
        "default-ttl for an odd status; 503; ; 0",
        "default-ttl is no more than a default; 200; Last-Modified: @-500; 50",
        "min-ttl; 200; Cache-Control: max-age=0; 10",
        "min-ttl and Expires; 200; Expires: @1; 10",
        "min-ttl not for what cannot be read; 200; Cache-Control: max-age=x; 0",
        "min-ttl not for Expires that cannot be read; 200; Expires: 0; 0",
        "max-ttl; 200; Cache-Control: max-age=600; 100",
        "max-ttl and heuristics; 200; Last-Modified: @-99999999; 100",
    })
    void lifetimeByRules(String section, int status, String fields, long seconds) {
        assertThat(of(status, fields, Heads.settings(20, 10, 100, true)).lifetimeSeconds()).isEqualTo(seconds);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "§4.2.3 nothing; ; 0",
        "§5.1 Age; Age: 7; 7",
        "§5.1 first of a list; Age: 7, 0; 7",
        "§5.1 first of a list with blanks; Age: 7 , 0; 7",
        "§5.1 first line; Age: 7 | Age: 0; 7",
        "§5.1 no number is ignored; Age: abc; 0",
        "§5.1 negative is ignored; Age: -7; 0",
        "§5.1 decimal is ignored; Age: 7.0; 0",
        "§5.1 parameter is ignored; `Age: 7;foo=1`; 0",
        "§5.1 empty is ignored; Age:; 0",
        "§1.2.2 saturates; Age: 99999999999999999999; 2147483648",
        "§4.2.3 apparent age; Date: @-30; 30",
        "§4.2.3 the greater one; Date: @-30 | Age: 40; 40",
        "§4.2.3 the greater one, Date; Date: @-50 | Age: 40; 50",
        "§4.2.3 Date ahead of us; Date: @50; 0",
        "§4.2.3 Date unreadable; Date: yesterday; 0",
    })
    void initialAge(String section, String fields, long seconds) {
        assertThat(of(200, fields, Heads.SETTINGS).initialAgeMillis()).isEqualTo(seconds * 1000);
    }

    @Test
    void ageGrowsWithTheDelayAndTheTimeHere() {        // §4.2.3
        var response = Heads.response(200, fields("Date: @-30 | Age: 40 | Cache-Control: max-age=60"));
        Freshness freshness = Freshness.of(response, Heads.said(response), Heads.SETTINGS, Heads.NOW - 2_000, Heads.NOW);
        assertThat(freshness.currentAgeMillis(Heads.NOW)).isEqualTo(42_000);
        assertThat(freshness.currentAgeSeconds(Heads.NOW + 1_999)).isEqualTo(43);
        assertThat(freshness.isFresh(Heads.NOW + 17_999)).isTrue();
        assertThat(freshness.isFresh(Heads.NOW + 18_000)).as("lifetime > age").isFalse();
        assertThat(freshness.currentAgeMillis(Heads.NOW - 99_000)).as("a clock set back").isEqualTo(42_000);
        Freshness expired = freshness.expire(Heads.NOW + 1000);
        assertThat(expired.isFresh(Heads.NOW + 1000)).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "§4.2 fresh; max-age=60; ; 59; FRESH",
        "§4.2 stale; max-age=60; ; 60; VALIDATE",
        "§5.2.2.4 no-cache; max-age=60, no-cache; ; 0; VALIDATE",
        "§5.2.2.4 no-cache despite max-stale; max-age=60, no-cache; max-stale; 70; VALIDATE",
        "§5.2.1.4 no-cache; max-age=60; no-cache; 0; VALIDATE",
        "§5.2.1.1 max-age; max-age=60; max-age=10; 10; FRESH",
        "§5.2.1.1 max-age too old; max-age=60; max-age=10; 11; VALIDATE",
        "§5.2.1.1 max-age=0; max-age=60; max-age=0; 1; VALIDATE",
        "§5.2.1.1 max-age unreadable; max-age=60; max-age=x; 1; VALIDATE",
        "§5.2.1.3 min-fresh; max-age=60; min-fresh=10; 50; FRESH",
        "§5.2.1.3 min-fresh not left; max-age=60; min-fresh=10; 51; VALIDATE",
        "§5.2.1.3 min-fresh beyond; max-age=60; min-fresh=61; 0; VALIDATE",
        "§5.2.1.2 max-stale; max-age=60; max-stale=10; 70; STALE",
        "§5.2.1.2 max-stale exceeded; max-age=60; max-stale=10; 71; VALIDATE",
        "§5.2.1.2 max-stale of any age; max-age=60; max-stale; 99999; STALE",
        "§5.2.1.2 max-stale with max-age; max-age=60; max-stale=50, max-age=80; 80; STALE",
        "§5.2.1.2 max-stale with max-age exceeded; max-age=60; max-stale=50, max-age=80; 81; VALIDATE",
        "§5.2.2.2 must-revalidate; max-age=60, must-revalidate; max-stale; 60; VALIDATE",
        "§5.2.2.2 must-revalidate while fresh; max-age=60, must-revalidate; ; 59; FRESH",
        "§5.2.2.8 proxy-revalidate; max-age=60, proxy-revalidate; max-stale; 60; VALIDATE",
        "§5.2.2.10 s-maxage; s-maxage=60; max-stale; 60; VALIDATE",
        "RFC 5861 §3; max-age=60, stale-while-revalidate=10; ; 70; STALE_WHILE_REVALIDATE",
        "RFC 5861 §3 over; max-age=60, stale-while-revalidate=10; ; 71; VALIDATE",
        "RFC 5861 §3 must-revalidate; max-age=60, stale-while-revalidate=10, must-revalidate; ; 61; VALIDATE",
        "RFC 5861 §3 no-cache asked; max-age=60, stale-while-revalidate=10; no-cache; 61; VALIDATE",
        "RFC 5861 §3 max-age asked; max-age=60, stale-while-revalidate=10; max-age=90; 61; VALIDATE",
        "RFC 5861 §3 min-fresh asked; max-age=60, stale-while-revalidate=10; min-fresh=0; 61; VALIDATE",
        "RFC 8246 §2 immutable; max-age=60, immutable; max-age=0; 1; FRESH",
        "RFC 8246 §2 immutable, reload; max-age=60, immutable; no-cache; 1; VALIDATE",
        "RFC 8246 §2 immutable, stale; max-age=60, immutable; max-age=0; 61; VALIDATE",
    })
    void use(String section, String said, String asked, long seconds, Freshness.Use use) {
        Freshness freshness = of(200, "Cache-Control: " + said, Heads.SETTINGS);
        Directives request = Heads.asked(asked == null ? Heads.get() : Heads.get("Cache-Control: " + asked));
        assertThat(freshness.use(request, Heads.NOW + seconds * 1000)).isEqualTo(use);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "§4.2.4 nothing said; max-age=60; ; 61; false",
        "RFC 5861 §4; max-age=60, stale-if-error=10; ; 70; true",
        "RFC 5861 §4 over; max-age=60, stale-if-error=10; ; 71; false",
        "RFC 5861 §4 asked; max-age=60; stale-if-error=10; 70; true",
        "§4.2.4 must-revalidate; max-age=60, must-revalidate, stale-if-error=10; ; 61; false",
        "§4.2.4 proxy-revalidate; max-age=60, proxy-revalidate, stale-if-error=10; ; 61; false",
        "§4.2.4 s-maxage; s-maxage=60, stale-if-error=10; ; 61; false",
        "§4.2.4 no-cache; max-age=60, no-cache, stale-if-error=10; ; 61; false",
        "§5.2.1.4 no-cache asked; max-age=60, stale-if-error=10; no-cache; 61; false",
        "fresh, asked with max-age; max-age=60; max-age=1; 30; true",
    })
    void whenTheOriginFails(String section, String said, String asked, long seconds, boolean onError) {
        Freshness freshness = of(200, "Cache-Control: " + said, Heads.SETTINGS);
        Directives request = Heads.asked(asked == null ? Heads.get() : Heads.get("Cache-Control: " + asked));
        assertThat(freshness.mayServeOnError(request, Heads.NOW + seconds * 1000)).isEqualTo(onError);
    }
}
