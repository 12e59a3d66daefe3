package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.RawOrigin;
import weir.TestProxy;

/** {@code route.NAME.cache.bypass} over real sockets: what goes past neither reads nor writes the cache. */
class CacheBypassTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "header X-Debug         | /a            | x-dEBUG: 0               | true",
        "header X-Debug         | /a            | X-Debug:                 | true",
        "header X-Debug         | /a            | X-Debugs: 1              | false",
        "header X-Debug on      | /a            | X-Debug: on              | true",
        "header X-Debug on      | /a            | X-Debug: off             | false",
        "header X-Debug on      | /a            | X-Debug: On              | false",
        "header Accept a/b      | /a            | Accept: a/b              | true",
        "cookie session         | /a            | Cookie: a=b; session=1   | true",
        "cookie session         | /a            | Cookie: session=         | true",
        "cookie session         | /a            | Cookie: Session=1        | false",
        "cookie session         | /a            | Cookie: a=session        | false",
        "cookie theme dark      | /a            | Cookie: theme=dark       | true",
        "cookie theme dark      | /a            | Cookie: theme=darker     | false",
        "query debug            | /a?b&debug    | X: y                     | true",
        "query debug            | /a?debug=1    | X: y                     | true",
        "query debug            | /a?d%65bug=1  | X: y                     | true",
        "query debug            | /a?debug%3D1  | X: y                     | false",
        "query debug            | /a?debugs=1   | X: y                     | false",
        "query debug            | /debug        | X: y                     | false",
        "query debug 1          | /a?debug=%31  | X: y                     | true",
        "query debug 1          | /a?debug=1%   | X: y                     | false",
        "query debug 1          | /a?debug      | X: y                     | false",
        "query debug \"\"       | /a?debug      | X: y                     | true",
        "header X, cookie b     | /a            | Cookie: b=c              | true",
    })
    void conditions(String rules, String path, String line, boolean past) {
        AtomicInteger asked = new AtomicInteger();
        try (var origin = RawOrigin.running(connection -> {
            while (!connection.readHead().isEmpty()) {
                connection.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=100\r\nContent-Length: 1\r\n\r\n" + asked.incrementAndGet());
            }
        }); var proxy = TestProxy.with("cache.hot = 4m\nroute.test.cache = hot\nroute.test.cache.bypass = " + rules + "\n", origin)) {
            String plain = "GET " + path + " HTTP/1.1\r\nHost: a.example\r\n";
            String special = plain + line + "\r\n\r\n";
            assertThat(proxy.send(special).body()).isEqualTo("1");
            assertThat(proxy.send(special).body()).isEqualTo(past ? "2" : "1");
            assertThat(proxy.metric("weir_cache_requests_total{cache=\"hot\",result=\"bypass\"}")).isEqualTo(past ? 2 : 0);
            if (past && path.equals("/a")) {
                assertThat(proxy.send(plain + "\r\n").body()).as("nothing was stored").isEqualTo("3");
                assertThat(proxy.send(plain + "\r\n").body()).isEqualTo("3");
                assertThat(proxy.send(special).body()).as("and nothing stored answers").isEqualTo("4");
            }
        }
    }
}
