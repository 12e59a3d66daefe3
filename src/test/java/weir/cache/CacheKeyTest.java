package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.RawOrigin;
import weir.TestProxy;

/** {@code route.NAME.cache.key} over real sockets: which requests share what is stored. */
class CacheKeyTest {
    private final AtomicInteger asked = new AtomicInteger();

    private RawOrigin origin() {
        return RawOrigin.running(connection -> {
            while (!connection.readHead().isEmpty()) {
                String body = Integer.toString(asked.incrementAndGet());
                connection.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=100\r\nCache-Tag: t\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            }
        });
    }

    private static TestProxy proxy(String rule, RawOrigin origin) {
        return TestProxy.with("cache.hot = 4m\nroute.test.cache = hot\nroute.test.cache.key = " + rule + "\n", origin);
    }

    /** @param what a target, or a target and field lines apart by {@code ~}; a line Host goes before the usual one */
    private static String request(String method, String what) {
        String[] parts = what.split("~", -1);
        StringBuilder text = new StringBuilder(method + " " + parts[0] + " HTTP/1.1\r\n");
        boolean hosted = false;
        for (int i = 1; i < parts.length; i++) {
            hosted |= parts[i].startsWith("Host:");
            text.append(parts[i]).append("\r\n");
        }
        return text.append(hosted ? "" : "Host: a.example\r\n").append("\r\n").toString();
    }

    private static String get(String what) {
        return request("GET", what);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        // host
        "host, path, query             | /a?b                     | /a?b~Host: b.example        | false",
        "path, query                   | /a?b                     | /a?b~Host: b.example        | true",
        "host                          | /a?b                     | /a?c                        | true",
        "host                          | /a                       | /b                          | false",
        "path                          | /a                       | /a?x~Host: b                | true",
        // only these
        "query only a b                | /p?a=1&b=2               | /p?b=2&a=1                  | true",
        "query only a b                | /p?a=1&b=2               | /p?a=1&c=3&b=2              | true",
        "query only a                  | /p                       | /p?x=1                      | true",
        "query only a                  | /p                       | /p?a                        | false",
        "query only a                  | /p?a                     | /p?a=                       | false",
        "query only a                  | /p?a=1                   | /p?a=2                      | false",
        "query only a                  | /p?a=1&a=2               | /p?a=2&a=1                  | false",
        "query only a b                | /p?a=1&a=2&b=1           | /p?a=1&b=1&a=2              | true",
        // what a server might take for a chosen one
        "query only a                  | /p?a=1                   | /p?a=1&%61=2                | false",
        "query only a                  | /p?a=1&%61=2             | /p?%61=2&a=1                | false",
        "query only a                  | /p?a=1                   | /p?a=1&x;a=2                | false",
        "query only a                  | /p?a=1                   | /p?a=1&A=2                  | false",
        "query only a                  | /p?a=1&A=2               | /p?A=2&a=1                  | false",
        "query only a                  | /p?a=1                   | /p?a=1&a[0]=2               | false",
        "query only a                  | /p?a=1                   | /p?a=1&a%5B0%5D=2           | false",
        "query only a                  | /p?a=1                   | /p?a=1&+a=2                 | false",
        "query only a                  | /p?a=1                   | /p?a=1&%20a=2               | false",
        "query only a                  | /p?a=1                   | /p?a=1&a%00b=2              | false",
        "query only a_b                | /p?a_b=1                 | /p?a_b=1&a.b=2              | false",
        "query only a.b                | /p?a.b=1                 | /p?a.b=1&a+b=2              | false",
        // all but these
        "query except utm_* fbclid     | /p?a=1                   | /p?utm_source=x&a=1&fbclid  | true",
        "query except utm_*            | /p?b=1&a=2               | /p?a=2&b=1&utm_=z           | true",
        "query except utm_*            | /p?a=1                   | /p?a=1&%75tm_x=1            | true",
        "query except x                | /p?a=1                   | /p?a=1&X=1                  | false",
        "query except x                | /p?a=1                   | /p?a=1&x[]=1                | false",
        "query except x                | /p                       | /p?x=1;a=2                  | false",
        "query except x                | /p                       | /p?                         | true",
        "query except x                | /p?a&b                   | /p?a%26b                    | false",
        // fields and cookies
        "path, header X-Land           | /a~X-Land: de            | /a~x-land: de               | true",
        "path, header X-Land           | /a~X-Land: de            | /a~X-Land: fr               | false",
        "path, header X-Land           | /a                       | /a~X-Land:                  | false",
        "path, header X-Land           | /a~X-Land: a~X-Land: b   | /a~X-Land: b~X-Land: a      | false",
        "path, header X-Land X-M       | /a~X-Land: a             | /a~X-M: a                   | false",
        "path, cookie c                | /a~Cookie: c=1           | /a~Cookie: z=0; c=1         | true",
        "path, cookie c                | /a~Cookie: c=1           | /a~Cookie: c=2              | false",
        "path, cookie c                | /a~Cookie: c=1           | /a~Cookie: c=1; c=2         | false",
        "path, cookie c                | /a                       | /a~Cookie: c=               | false",
        "path, cookie c d              | /a~Cookie: c=1           | /a~Cookie: d=1              | false",
        "path, header X, cookie c      | /a~X: 1                  | /a~Cookie: c=1              | false",
    })
    void sharing(String rule, String one, String other, boolean same) {
        try (var origin = origin(); var proxy = proxy(rule, origin)) {
            assertThat(proxy.send(get(one)).body()).isEqualTo("1");
            assertThat(proxy.send(get(one)).body()).as("stored").isEqualTo("1");
            assertThat(proxy.send(get(other)).body()).isEqualTo(same ? "1" : "2");
            assertThat(proxy.send(get(one)).body()).isEqualTo("1");
        }
    }

    @Test
    void whatIsTooMuchForAKeyIsNotStored() {
        try (var origin = origin(); var proxy = proxy("query except x, cookie c", origin)) {
            String most = "/p?" + "a&".repeat(Parameters.PARAMETERS_MAX);
            assertThat(proxy.send(get(most)).body()).isEqualTo("1");
            assertThat(proxy.send(get(most)).body()).isEqualTo("1");
            String parameters = "/p?" + "a&".repeat(Parameters.PARAMETERS_MAX + 1);
            assertThat(proxy.send(get(parameters)).body()).isEqualTo("2");
            assertThat(proxy.send(get(parameters)).body()).isEqualTo("3");
            String cookies = "/p~Cookie: " + "c=1; ".repeat(KeySettings.NAMES_MAX + 1) + "d=1";
            assertThat(proxy.send(get(cookies)).body()).isEqualTo("4");
            assertThat(proxy.send(get(cookies)).body()).isEqualTo("5");
        }
    }

    @Test
    void aChangeReachesAllResponsesOfThePath() {
        try (var origin = origin(); var proxy = proxy("host, query except x, header X-Land", origin)) {
            assertThat(proxy.send(get("/a?b~X-Land: de")).body()).isEqualTo("1");
            assertThat(proxy.send(get("/a~X-Land: fr")).body()).isEqualTo("2");
            assertThat(proxy.send(get("/b")).body()).isEqualTo("3");
            assertThat(proxy.send(request("DELETE", "/a")).body()).isEqualTo("4");
            assertThat(proxy.send(get("/b")).body()).isEqualTo("3");
            assertThat(proxy.send(get("/a?b~X-Land: de")).body()).isEqualTo("5");
            assertThat(proxy.send(get("/a?b~X-Land: de")).body()).as("the new one stays").isEqualTo("5");
            assertThat(proxy.send(get("/a~X-Land: fr")).body()).isEqualTo("6");
        }
    }

    @Test
    void twoRoutesWithUnlikeRulesDoNotMeet() {
        try (var origin = origin(); var proxy = TestProxy.with("""
                cache.hot = 4m
                route.test.cache = hot
                route.one = one.example/* -> test
                route.one.cache = hot
                route.one.cache.key = path, header X-A
                route.two = two.example/* -> test
                route.two.cache = hot
                route.two.cache.key = path, cookie X-A
                """, origin)) {
            assertThat(proxy.send(get("/a~Host: one.example~X-A: 1")).body()).isEqualTo("1");
            assertThat(proxy.send(get("/a~Host: two.example~Cookie: X-A=1")).body()).isEqualTo("2");
            assertThat(proxy.send(get("/a~Host: one.example~X-A: 1")).body()).isEqualTo("1");
        }
    }

    /** The paths of what goes, by URLs. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "url    | http://a.example/a         | /a /a?q ",
        "url    | http://a.example/a?x       | /a /a?q ",
        "url    | http://b.example/a         | ''",
        "url    | https://a.example/a        | ''",
        "url    | http://a.example/          | ''",
        "prefix | http://a.example/a         | /a /a?q /ab",
        "prefix | http://a.example/a?x       | /a /a?q ",
        "prefix | http://a.example/          | /a /a?q /ab",
        "prefix | http://a.example/abc       | ''",
    })
    void purges(String kind, String url, String gone) {
        Purge purge = kind.equals("url") ? Purge.url(url) : Purge.prefix(url);
        for (String path : List.of("/a", "/a?q", "/ab")) {
            byte[] key = new KeyRule(new KeySettings(true, KeySettings.Query.WHOLE, List.of(), List.of("x"), List.of()))
                    .put(new Probe(), Heads.request("GET http://a.example" + path), false, new Parameters()).frozen().frozenBytes();
            assertThat(purge.takes(key, null)).as(path).isEqualTo(List.of(gone.split(" ", -1)).contains(path));
        }
    }

    @Test
    void aKeyWithoutHostIsPurgedByAny() {
        byte[] key = new KeyRule(new KeySettings(false, KeySettings.Query.NONE, List.of(), List.of(), List.of()))
                .put(new Probe(), Heads.request("GET http://a.example/a"), false, new Parameters()).frozen().frozenBytes();
        assertThat(Purge.url("http://b.example/a").takes(key, null)).isTrue();
        assertThat(Purge.url("http://b.example/b").takes(key, null)).isFalse();
    }
}
