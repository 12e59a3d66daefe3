package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.http.Head;

/** RFC 9111 §3. {@code CC} in a row is the Cache-Control field. */
class StoringTest {
    private static final CacheSettings COOKIES = Heads.settings(0, 0, 365 * 86_400, false);

    private static String[] fields(String text) {
        return Heads.lines(text == null ? "" : text.replace("CC:", "Cache-Control:"));
    }

    private static Storing decide(Head request, Head response, CacheSettings settings) {
        return Storing.decide(request, new Invalidation(request, false), Heads.asked(request), response, Heads.said(response), Heads.freshness(response, settings), settings);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "§3 GET; GET; ; 200; CC: max-age=60; STORE",
        "§3 HEAD; HEAD; ; 200; CC: max-age=60; STORE",
        "§3 PUT; PUT; ; 200; CC: max-age=60; METHOD",
        "§3 an unknown method; FOO; ; 200; CC: max-age=60; METHOD",
        "RFC 9110 §9.3.7 OPTIONS; OPTIONS; ; 200; CC: max-age=60; METHOD",
        "RFC 9110 §9.3.3 POST; POST; ; 200; CC: max-age=60 | Content-Location: /path?q; STORE",
        "RFC 9110 §9.3.3 POST, absolute; POST; ; 200; CC: max-age=60 | Content-Location: http://A.example:80/path?q; STORE",
        "RFC 9110 §9.3.3 POST, empty reference; POST; ; 200; CC: max-age=60 | Content-Location:; STORE",
        "RFC 9110 §9.3.3 POST, Expires; POST; ; 200; Expires: Thu, 18 Aug 2050 02:01:18 GMT | Content-Location: ?q; STORE",
        "RFC 9110 §9.3.3 POST, elsewhere; POST; ; 200; CC: max-age=60 | Content-Location: /path; METHOD",
        "RFC 9110 §9.3.3 POST, other host; POST; ; 200; CC: max-age=60 | Content-Location: http://b.example/path?q; METHOD",
        "RFC 9110 §9.3.3 POST, no Content-Location; POST; ; 200; CC: max-age=60; METHOD",
        "RFC 9110 §9.3.3 POST, no freshness; POST; ; 200; Last-Modified: Sun, 06 Nov 1983 08:49:37 GMT | Content-Location: /path?q; METHOD",
        "§3 final; GET; ; 103; CC: max-age=60; STATUS",
        "§3 304 is no response of its own; GET; ; 304; CC: max-age=60; STATUS",
        "§3 any status with explicit freshness; GET; ; 599; CC: max-age=60; STORE",
        "§3 Expires is explicit; GET; ; 599; Expires: Thu, 18 Aug 2050 02:01:18 GMT; STORE",
        "§3 nothing said, odd status; GET; ; 599; ETag: \"a\"; NOT_CACHEABLE",
        "§3 nothing said, 302; GET; ; 302; ETag: \"a\"; NOT_CACHEABLE",
        "§3 public; GET; ; 599; CC: public | ETag: \"a\"; STORE",
        "§3 nothing said, 200, a validator; GET; ; 200; ETag: \"a\"; STORE",
        "§3 nothing said at all; GET; ; 200; ; USELESS",
        "§3 stale at once; GET; ; 200; CC: max-age=0; USELESS",
        "§3 stale at once, a validator; GET; ; 200; CC: max-age=0 | Last-Modified: x; STORE",
        "§3 stale at once, RFC 5861; GET; ; 200; CC: max-age=0, stale-while-revalidate=9; STORE",
        "§5.2.2.4 no-cache; GET; ; 200; CC: no-cache, max-age=60; USELESS",
        "§5.2.2.4 no-cache, a validator; GET; ; 200; CC: no-cache | ETag: \"a\"; STORE",
        "§5.2.2.5 no-store; GET; ; 200; CC: no-store, max-age=60; NO_STORE",
        "§5.2.1.5 no-store asked; GET; CC: no-store; 200; CC: max-age=60; REQUEST_NO_STORE",
        "§5.2.2.3 must-understand; GET; ; 200; CC: no-store, must-understand, max-age=60; STORE",
        "§5.2.2.3 must-understand, unknown status; GET; ; 599; CC: no-store, must-understand, max-age=60; STATUS",
        "§5.2.2.3 must-understand alone, unknown status; GET; ; 599; CC: must-understand, max-age=60; STATUS",
        "§5.2.2.7 private; GET; ; 200; CC: private, max-age=60; PRIVATE",
        "§5.2.2.7 private with names; GET; ; 200; CC: private=\"x\", max-age=60; STORE",
        "§3.5 Authorization; GET; Authorization: a; 200; CC: max-age=60; AUTHORIZATION",
        "§3.5 Authorization, public; GET; Authorization: a; 200; CC: max-age=60, public; STORE",
        "§3.5 Authorization, must-revalidate; GET; Authorization: a; 200; CC: max-age=60, must-revalidate; STORE",
        "§3.5 Authorization, s-maxage; GET; Authorization: a; 200; CC: s-maxage=60; STORE",
        "§3.5 Authorization, proxy-revalidate; GET; Authorization: a; 200; CC: max-age=60, proxy-revalidate; AUTHORIZATION",
        "§4.1 Vary *; GET; ; 200; CC: max-age=60 | Vary: foo, *; VARY",
        "§4.1 Vary * on another line; GET; ; 200; CC: max-age=60 | Vary: | Vary: *; VARY",
        "§7.3 Set-Cookie; GET; ; 200; CC: max-age=60 | Set-Cookie: a=b; SET_COOKIE",
        "§7.3 Set-Cookie kept out; GET; ; 200; CC: max-age=60, private=\"set-cookie\" | Set-Cookie: a=b; STORE",
        "§7.3 Set-Cookie not used without validation; GET; ; 200; CC: max-age=60, no-cache=set-cookie | Set-Cookie: a=b; STORE",
        "§3.3 206; GET; Range: bytes=0-4; 206; CC: max-age=60 | Content-Range: bytes 0-4/10; STORE",
        "§3.3 206, unknown length; GET; Range: bytes=0-4; 206; CC: max-age=60 | Content-Range: BYTES 0-4/*; STORE",
        "§3.3 206 without Content-Range; GET; ; 206; CC: max-age=60; PARTIAL",
        "§3.3 206, end before start; GET; ; 206; CC: max-age=60 | Content-Range: bytes 4-3/10; PARTIAL",
        "§3.3 206, beyond the end; GET; ; 206; CC: max-age=60 | Content-Range: bytes 0-10/10; PARTIAL",
        "§3.3 206, other length; GET; ; 206; CC: max-age=60 | Content-Range: bytes 0-4/10 | Content-Length: 6; PARTIAL",
        "§3.3 206, other unit; GET; ; 206; CC: max-age=60 | Content-Range: lines 0-4/10; PARTIAL",
    })
    void decides(String section, String method, String asked, int status, String said, Storing expected) {
        Head request = Heads.request(method + " http://a.example/path?q", fields(asked));
        assertThat(decide(request, Heads.response(status, fields(said)), Heads.SETTINGS)).isEqualTo(expected);
    }

    @Test
    void cookiesAreStoredBySetting() {
        Head response = Heads.response(200, fields("CC: max-age=60 | Set-Cookie: a=b"));
        assertThat(decide(Heads.get(), response, COOKIES)).isEqualTo(Storing.STORE);
    }

    @Test
    void fieldsOfOneHopAreNotStored() {         // RFC 9111 §3.1
        Head response = Heads.response(200, "Connection: x-hop, close", "Keep-Alive: 5", "Proxy-Connection: a", "Proxy-Authenticate: b",
                "Proxy-Authentication-Info: c", "Proxy-Authorization: d", "TE: e", "Trailer: f", "Transfer-Encoding: chunked",
                "Upgrade: g", "X-Hop: h", "x-hope: i", "Content-Type: j", "Set-Cookie: k", "x-priv: l", "x-nc: m", "ETag: n", "Age: 5",
                "Cache-Control: private=\"x-priv\", no-cache=\"x-nc\"");
        Directives said = Heads.said(response);
        StringBuilder stored = new StringBuilder();
        for (int field = 0; field < response.fields(); field++) {
            stored.append(Storing.isFieldStored(response, field, said) ? Heads.name(response, field) + " " : "");
        }
        assertThat(stored).hasToString("x-hope content-type set-cookie etag cache-control ");
    }

    @Test
    void everyReasonIsAWord() {
        for (Storing storing : Storing.values()) {
            assertThat(storing.reason()).matches("[a-z-]+");
        }
    }
}
