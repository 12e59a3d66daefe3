package weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import weir.RawAnswer;
import weir.RawConnection;
import weir.tls.TestCertificates;
import weir.tls.TestCertificates.Issued;

/** Which route wins and why: a table of requests, and the same of a process that runs. */
class RouteCommandTest {
    private static final String FILE = """
            listen.web = :8080
            pool.app = 10.0.0.11:8080 weight=3, 10.0.0.12:8080
            pool.canary = 10.0.0.19:8080
            cache.hot = 16m
            filter.squeeze = gzip
            filter.plain = gunzip
            route.any = /* -> respond 200 "hello"
            route.wild = *.example.com/* -> app
            route.deep = *.eu.example.com/* -> app
            route.site = app.example.com/* -> app 95%, canary 5%
            route.api = app.example.com/api/* -> app
            route.api.strip-prefix = /api
            route.api.add-prefix = /v2
            route.api.host = "api.internal"
            route.api.request.set.X-Site = shop
            route.api.request.remove = X-Debug, X-Trace
            route.post = POST,PUT app.example.com/api/* -> localhost:3000
            route.post.host = origin
            route.one = app.example.com/api -> app
            route.static = app.example.com/static/* -> app
            route.static.cache = hot
            route.static.use = plain, squeeze
            route.picky = app.example.com/picky/* -> app
            route.picky.cache = hot
            route.picky.cache.key = query except utm_*, header Accept-Language, cookie currency
            route.picky.cache.bypass = cookie session
            route.old = old.example.com/* -> redirect 301 https://app.example.com{path}{query}
            route.admin = app.example.com/admin/* -> respond 403
            route.both = GET,PUT both.example.com/x -> app
            route.first = GET,HEAD both.example.com/x -> app
            route.first.priority = 1
            route.upload = PUT upload.example.com/* -> app
            route.upload.body-max = 1k
            """;

    @TempDir
    static Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... words) {
        out.reset();
        err.reset();
        return Main.run(words, new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), Map.<String, String>of()::get);
    }

    /** @param line words between blanks; a field of {@code -H} has an underscore for its blank */
    private int route(String file, String line) {
        List<String> words = new ArrayList<>(List.of("route", file));
        for (String word : line.split(" ", -1)) {
            words.add(word.replace(":_", ": "));
        }
        return run(words.toArray(String[]::new));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8).replace(directory + "/", "");
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8).replace(directory + "/", "");
    }

    private static String file(String text) throws IOException {
        return Files.writeString(directory.resolve("f"), text).toString();
    }

    /** One blank for many, and lines without the listener, which all have. */
    private String told() {
        return out().lines().skip(1).map(line -> line.replaceAll(" +", " ").strip()).reduce("", (all, line) -> all + line + "\n");
    }

    static Stream<Arguments> requests() {
        return Stream.of(
                arguments("GET http://app.example.com:8080/other", 0, """
                        path /other
                        route route.site = app.example.com/* -> app 95%, canary 5% # f:10
                        others route.wild = *.example.com/* -> app # f:8: not the host itself
                        route.any = /* -> respond 200 "hello" # f:7: for any host
                        target pool.app = 10.0.0.11:8080 weight=3, 10.0.0.12:8080 # f:2: 95% of the requests
                        pool.canary = 10.0.0.19:8080 # f:3: 5% of the requests
                        """),
                arguments("GET http://app.example.com:8080/api/a/%2e%2e/%7eb?c=d#e", 0, """
                        path /api/~b # the normal form of /api/a/%2e%2e/%7eb
                        route route.api = app.example.com/api/* -> app # f:11
                        others route.post = POST,PUT app.example.com/api/* -> localhost:3000 # f:17: does not take GET
                        route.site = app.example.com/* -> app 95%, canary 5% # f:10: a shorter path
                        route.wild = *.example.com/* -> app # f:8: not the host itself
                        route.any = /* -> respond 200 "hello" # f:7: for any host
                        filters route.api.strip-prefix = /api # f:12
                        route.api.add-prefix = /v2 # f:13
                        route.api.request.remove = X-Debug, X-Trace # f:16
                        route.api.request.set.X-Site = shop # f:15
                        target pool.app = 10.0.0.11:8080 weight=3, 10.0.0.12:8080 # f:2
                        sent path /v2/~b
                        Host: api.internal # f:14
                        """),
                arguments("PUT http://APP.example.com:8080/api/", 0, """
                        path /api/
                        route route.post = POST,PUT app.example.com/api/* -> localhost:3000 # f:17
                        others route.api = app.example.com/api/* -> app # f:11: for any method
                        route.site = app.example.com/* -> app 95%, canary 5% # f:10: a shorter path
                        route.wild = *.example.com/* -> app # f:8: not the host itself
                        route.any = /* -> respond 200 "hello" # f:7: for any host
                        target localhost:3000
                        sent Host: the server's own name # f:18
                        """),
                arguments("PUT http://app.example.com:8080/api", 0, """
                        path /api
                        route route.one = app.example.com/api -> app # f:19
                        others route.post = POST,PUT app.example.com/api/* -> localhost:3000 # f:17: not the path itself
                        route.api = app.example.com/api/* -> app # f:11: not the path itself
                        route.site = app.example.com/* -> app 95%, canary 5% # f:10: a shorter path
                        route.wild = *.example.com/* -> app # f:8: not the host itself
                        route.any = /* -> respond 200 "hello" # f:7: for any host
                        target pool.app = 10.0.0.11:8080 weight=3, 10.0.0.12:8080 # f:2
                        """),
                arguments("GET http://a.eu.example.com:8080", 0, """
                        path /
                        route route.deep = *.eu.example.com/* -> app # f:9
                        others route.wild = *.example.com/* -> app # f:8: a shorter wildcard
                        route.any = /* -> respond 200 "hello" # f:7: for any host
                        target pool.app = 10.0.0.11:8080 weight=3, 10.0.0.12:8080 # f:2
                        """),
                arguments("GET http://both.example.com:8080/x", 0, """
                        path /x
                        route route.first = GET,HEAD both.example.com/x -> app # f:30
                        others route.both = GET,PUT both.example.com/x -> app # f:29: a lower priority
                        route.wild = *.example.com/* -> app # f:8: not the host itself
                        route.any = /* -> respond 200 "hello" # f:7: for any host
                        target pool.app = 10.0.0.11:8080 weight=3, 10.0.0.12:8080 # f:2
                        """),
                arguments("GET http://127.0.0.1:8080/ -H Host:_x.example.com", 0, """
                        path /
                        route route.wild = *.example.com/* -> app # f:8
                        others route.any = /* -> respond 200 "hello" # f:7: for any host
                        target pool.app = 10.0.0.11:8080 weight=3, 10.0.0.12:8080 # f:2
                        """),
                arguments("GET http://old.example.com:8080/x?y", 0, """
                        path /x
                        route route.old = old.example.com/* -> redirect 301 https://app.example.com{path}{query} # f:27
                        others route.wild = *.example.com/* -> app # f:8: not the host itself
                        route.any = /* -> respond 200 "hello" # f:7: for any host
                        answer 301 to https://app.example.com/x?y
                        """),
                arguments("GET http://[::1]:8080/", 0, """
                        path /
                        route route.any = /* -> respond 200 "hello" # f:7: the only one for this host and path
                        answer 200
                        """),
                // a cache
                arguments("GET http://app.example.com:8080/static/%41?b&a", 0, """
                        path /static/A # the normal form of /static/%41
                        route route.static = app.example.com/static/* -> app # f:20
                        others route.site = app.example.com/* -> app 95%, canary 5% # f:10: a shorter path
                        route.wild = *.example.com/* -> app # f:8: not the host itself
                        route.any = /* -> respond 200 "hello" # f:7: for any host
                        filters route.static.cache = hot # f:21
                        filter.squeeze = gzip # f:5
                        filter.plain = gunzip # f:6
                        cache cache.hot = 16m # f:4
                        key http://app.example.com:8080/static/A?b&a
                        target pool.app = 10.0.0.11:8080 weight=3, 10.0.0.12:8080 # f:2
                        """),
                // what is refused
                arguments("GET http://app.example.com:8080/x%2F..%2F..%2Fadmin/1", 1, """
                        path /x%2F..%2F..%2Fadmin/1
                        matches route.site = app.example.com/* -> app 95%, canary 5% # f:10
                        route.wild = *.example.com/* -> app # f:8: not the host itself
                        route.any = /* -> respond 200 "hello" # f:7: for any host
                        read as /admin/1 # a server may: that is route.admin at f:28
                        answer 400 # malformed: path that servers could read as another route's
                        """),
                arguments("GET http://app.example.com:8080/%00", 1, "answer 400 # malformed: path\n"),
                arguments("GET http://app.example.com:8080/%4", 1, "answer 400 # malformed: path\n"),
                arguments("CONNECT http://app.example.com:8080/", 1, "answer 501 # connect-not-offered\n"),
                arguments("G(T http://app.example.com:8080/", 1, "answer 400 # malformed: byte in the method that is no token character\n"),
                arguments("GET http://a%62:8080/", 1, "answer 400 # malformed: invalid Host\n"),
                arguments("GET http://a:8080/ -H X_:_1 -H Y\t:_1", 1, "answer 400 # malformed: white space before the colon of a field line\n"),
                arguments("GET http://a:8080/ -H Host:_a -H host:_b", 1, "answer 400 # malformed: Host given twice\n"),
                arguments("OPTIONS http://a:8080/ -H Max-Forwards:_0", 1, "answer 204 # max-forwards\n"),
                arguments("GET http://a:8080/" + "x".repeat(40_000), 1, "answer 414 # malformed: request-target too long\n"),
                arguments("PUT http://upload.example.com:8080/a -H Content-Length:_2000", 0, """
                        path /a
                        route route.upload = PUT upload.example.com/* -> app # f:32
                        others route.wild = *.example.com/* -> app # f:8: not the host itself
                        route.any = /* -> respond 200 "hello" # f:7: for any host
                        answer 413 # body-too-large
                        """));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void saysWhichRouteWinsAndWhy(String line, int code, String told) throws IOException {
        assertThat(route(file(FILE), line)).as(out() + err()).isEqualTo(code);
        assertThat(out()).startsWith("listener  listen.web = :8080 ");
        assertThat(told()).isEqualTo(told);
        assertThat(err()).isEmpty();
    }

    static Stream<Arguments> keys() {
        return Stream.of(
                arguments("GET http://APP.example.com:8080/static/", "past it Host has capitals, or the port that it has anyway"),
                arguments("HEAD http://app.example.com:8080/static/x/../y", "key http://app.example.com:8080/static/y"),
                arguments("POST http://app.example.com:8080/static/", "past it only GET and HEAD without content are for a cache"),
                arguments("GET http://app.example.com:8080/static/ -H Content-Length:_1", "past it only GET and HEAD without content are for a cache"),
                arguments("GET http://app.example.com:8080/static/ -H X-Original-URL:_/x", "past it a field lets another method, path or host count"),
                arguments("GET http://app.example.com:8080/picky/", "key http://*/picky/, header accept-language absent, cookie currency absent # f:25"),
                arguments("GET http://app.example.com:8080/picky/?b=1&utm_x=2&a=3 -H accept-language:_de -H Cookie:_currency=EUR",
                        "key http://*/picky/?a=3&b=1, header accept-language = de, cookie currency = EUR # f:25"),
                arguments("GET http://app.example.com:8080/picky/ -H Cookie:_currency=EUR;currency=USD",
                        "key http://*/picky/, header accept-language absent, cookie currency = EUR, USD # f:25"),
                arguments("GET http://app.example.com:8080/picky/ -H Cookie:_session=1", "past it a condition of cache.bypass is met"),
                arguments("GET http://app.example.com:8080/picky/" + "x".repeat(17_000), "past it the key is too long"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("keys")
    void saysTheKeyInTheCache(String line, String told) throws IOException {
        assertThat(route(file(FILE.replace("listen.web = :8080", "listen.web = :8080\nlisten.web.target-max = 20k").replaceFirst("filter.plain = gunzip\n", "")
                .replace("plain, ", "")), line)).isZero();
        assertThat(told().lines()).contains(told);
    }

    @Test
    void noRoute() throws IOException {
        String file = file("listen.web = :8080\nroute.a = GET,HEAD /a/* -> h:1\nroute.b = x.example.com/b -> h:1\n");
        assertThat(route(file, "PUT http://a:8080/a/b")).isEqualTo(1);
        assertThat(told()).isEqualTo("""
                path /a/b
                route none # none for this host and path takes PUT
                matches route.a = GET,HEAD /a/* -> h:1 # f:2: does not take PUT
                answer 404 # no-route
                """);
        assertThat(route(file, "GET http://a:8080/b")).isEqualTo(1);
        assertThat(told()).isEqualTo("""
                path /b
                route none # none is for this host and path
                answer 404 # no-route
                """);
        assertThat(route(file, "GET http://a:8080/a%2Fb")).isEqualTo(1);
        assertThat(told()).contains("read as /a/b # a server may: that is route.a at f:2\n", "answer 400 ");
        assertThat(route(file, "GET http://a:8080/a/..%2Fc")).isEqualTo(1);
        assertThat(told()).contains("read as /c # a server may: that is no route\n", "answer 400 ");
        assertThat(route(file, "GET http://a:8080/a/..%2Fc --set route.a.ambiguous-path=allow")).isZero();
    }

    // ---- listeners

    @Test
    void theUrlChoosesListeners() throws IOException {
        String file = file("""
                listen.web = :8080
                listen.web.redirect = https 307 8443
                listen.in = 127.0.0.1:8081, 127.0.0.1:8082
                listen.also = 127.0.0.1:8083
                listen.few = 127.0.0.1:8084
                listen.few.routes = b
                route.a = /* -> h:1
                route.b = /b -> h:1
                """);
        assertThat(route(file, "GET http://x:8080/a?b")).isZero();
        assertThat(out()).isEqualTo("""
                listener  listen.web = :8080                    # f:1
                redirect  listen.web.redirect = https 307 8443  # f:2
                path      /a
                answer    307 to https://x:8443/a?b
                """);
        assertThat(route(file, "GET http://x:8082/a")).isZero();
        assertThat(out()).isEqualTo("""
                listener  listen.in = 127.0.0.1:8081, 127.0.0.1:8082  # f:3
                path      /a
                route     route.a = /* -> h:1                         # f:7: the only one for this host and path
                target    h:1
                """);
        assertThat(route(file, "GET http://x/a")).as("one of those that are asked has no route").isEqualTo(1);
        assertThat(out()).contains("""
                answer    307 to https://x:8443/a

                listener  listen.in = 127.0.0.1:8081, 127.0.0.1:8082  # f:3
                          listen.also = 127.0.0.1:8083                # f:4
                path      /a
                """, "\n\nlistener  listen.few = 127.0.0.1:8084  # f:5\n", "answer    404 ");
        assertThat(route(file, "GET http://x/b")).isZero();
        assertThat(route(file, "GET http://x:8085/")).isEqualTo(1);
        assertThat(err()).isEqualTo("weir: no listener without TLS has port 8085; leave the port out to ask listen.web, listen.in, listen.also, listen.few\n");
        assertThat(route(file, "GET https://x/")).isEqualTo(1);
        assertThat(err()).isEqualTo("weir: no listener with TLS; write http://, or add one\n");
        assertThat(out()).isEmpty();
        assertThat(route(file, "GET http://x/a --set listen.in=:80")).as("at the port of the scheme").isZero();
        assertThat(out()).startsWith("listener  listen.in = :80      # --set:1 (over f:3)\npath ").doesNotContain("listen.also");
    }

    @Test
    void byTls() throws IOException {
        Issued app = TestCertificates.create(directory).issue("app", "ec256", List.of("app.example.com", "*.b.example.com"));
        String file = file("""
                listen.web = :80
                listen.tls = :443
                listen.tls.certs = main
                listen.tls.hsts = 1y
                listen.tls.server-names = strict
                listen.tls.via = weir
                tls.main = %s %s
                cache.hot = 16m
                pool.app = h:1
                pool.app.sticky = cookie c
                route.a = /* -> app
                route.a.response.add.X-A = b
                route.c = app.example.com/c -> app
                route.c.cache = hot
                route.c.hsts = off
                """.formatted(app.certificate(), app.key()));
        assertThat(route(file, "GET https://app.example.com/")).as(err()).isZero();
        assertThat(told()).isEqualTo("""
                path /
                route route.a = /* -> app # f:11: the only one for this host and path
                filters listen.tls.hsts = 1y # f:4
                pool.app.sticky = cookie c # f:10
                listen.tls.via = weir # f:6
                route.a.response.add.X-A = b # f:12
                target pool.app = h:1 # f:9
                """);
        assertThat(route(file, "GET https://APP.example.com./c -H Host:_app.example.com")).isZero();
        assertThat(told()).contains("key https://app.example.com/c\n").doesNotContain("hsts");
        assertThat(route(file, "GET https://x.b.example.com/")).isZero();
        assertThat(route(file, "GET https://x.example.com/")).isEqualTo(1);
        assertThat(told()).isEqualTo("answer none # no certificate covers x.example.com: the handshake is refused\n");
        assertThat(route(file, "GET https://app.example.com/ -H Host:_x.example.com")).isEqualTo(1);
        assertThat(told()).contains("answer 421 # misdirected: not a name of this certificate\n");
        assertThat(route(file, "GET https://10.0.0.1/")).isEqualTo(1);
        assertThat(told()).contains("answer 421 ");
        assertThat(route(file, "GET https://x.example.com/ --set listen.tls.server-names=any")).isZero();
        assertThat(route(file, "GET https://app.example.com/ -H X-Client-Cert-Subject:_a")).isZero();
        assertThat(route(file, "GET https://app.example.com:8443/")).isEqualTo(1);
        assertThat(err()).isEqualTo("weir: no listener with TLS has port 8443; leave the port out to ask listen.tls\n");
    }

    // ---- faults and usage

    @Test
    void aFaultyFileIsToldAsByCheck() throws IOException {
        String file = file("listen.web = :8080\nroute.x = /* -> ap\npool.app = a:1\n");
        assertThat(run("check", file)).isEqualTo(1);
        String told = out() + err();
        assertThat(route(file, "GET http://a/")).isEqualTo(1);
        assertThat(out() + err()).isEqualTo(told).contains("f: has errors, see above\n", "did you mean 'app'?");
        assertThat(route(directory.resolve("none").toString(), "GET http://a/")).isEqualTo(1);
        assertThat(err()).isEqualTo("none: error: cannot read it: no such file; name a readable file\n");
    }

    @Test
    void aWarningIsNoFault() throws IOException {
        assertThat(route(file("listen.web = :8080\nroute.x = /* -> a:1\npool.app = a:1\n"), "GET http://a/")).isZero();
        assertThat(err()).startsWith("f:3:1: warning: ");
        assertThat(out()).startsWith("listener  ");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "route| write weir route FILE METHOD URL [-H 'Name: value']",
        "route f GET| write weir route FILE METHOD URL [-H 'Name: value']",
        "route f GET http://a/ b| 'b' is one word too many: weir route FILE METHOD URL [-H 'Name: value']",
        "route f GET http://a/ -H| -H needs a value",
        "route f GET http://a/ --set| --set needs a value",
        "route f GET http://a/ -H X| 'X' is no field; write -H 'Name: value'",
        "route f GET http://a/ -H :x| ':x' is no field; write -H 'Name: value'",
        "route f GET http://a/ -H X:a^b:c| 'X:a?b:c' is no field; write -H 'Name: value'",
        "route f GET http://a/ --header x:y| unknown option --header",
        "route f GE~T http://a/| 'GE T' is no method; write weir route FILE METHOD URL [-H 'Name: value']",
        "route f GE^T http://a/| 'GE?T' is no method; write weir route FILE METHOD URL [-H 'Name: value']",
        "route f GET a/b| 'a/b' is no URL here; write http://host/path or https://host/path",
        "route f GET ftp://a/| 'ftp://a/' is no URL here; write http://host/path or https://host/path",
        "route f GET http://a/^b| 'http://a/?b' is no URL here; write http://host/path or https://host/path",
        "route f GET http:///b| no host in 'http:///b'; write http://host/path",
        "route f GET http://:80/b| no host in 'http://:80/b'; write http://host/path",
        "route f GET http://a:b/| 'b' is no port; write a number, 1 to 65535",
        "route f GET http://a:0/| '0' is no port; write a number, 1 to 65535",
        "route f GET http://a:65536/| '65536' is no port; write a number, 1 to 65535",
        "route f GET http://u:p@a/| user information in the URL; leave it out, and write -H 'Authorization: …'",
    })
    void usage(String line, String message) {
        String[] words = line.split(" ", -1);
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].replace('~', ' ').replace('^', '\n');
        }
        assertThat(run(words)).isEqualTo(2);
        assertThat(err()).isEqualTo("weir: " + message + "\nweir: see weir --help\n");
        assertThat(out()).isEmpty();
    }

    @Test
    void helpIsGiven() {
        assertThat(run("route", "--help")).isZero();
        assertThat(out()).contains("weir route FILE METHOD URL", "-H 'Name: value'");
    }

    // ---- it is true

    /** What README.md shows is what is printed. */
    @Test
    void theReadmeShowsIt() throws IOException {
        String readme = Files.readString(Path.of(System.getProperty("weir.basedir", ".")).resolve("README.md"));
        MatchResult shown = Pattern.compile("    \\$ weir route weir\\.properties GET '(\\S+)'\n((?:    .*\n)+)").matcher(readme).results().findFirst().orElseThrow();
        MatchResult file = Pattern.compile("(?s)```properties\n(.*?)```").matcher(readme).results().findFirst().orElseThrow();
        Path written = Files.writeString(directory.resolve("weir.properties"), file.group(1));
        assertThat(route(written.toString(), "GET " + shown.group(1))).isZero();
        assertThat(out()).isEqualTo(shown.group(2).indent(-4));
    }

    /** A process with the same file answers what was told. */
    @Test
    void aProcessAnswersSo() throws Exception {
        String file = file(FILE.replace("listen.web = :8080", "listen.web = 127.0.0.1:0"));
        try (WeirProcess weir = WeirProcess.start("run", file)) {
            for (String line : List.of("GET old.example.com /a/../b?c", "GET app.example.com /admin/x", "GET app.example.com /x%2F..%2Fadmin/1",
                    "GET app.example.com /%00", "CONNECT a:80 /", "OPTIONS nowhere.example.org /", "G(T a /")) {
                String[] words = line.split(" ", -1);
                route(file, words[0] + " http://" + words[1] + words[2]);
                MatchResult told = Pattern.compile("answer +(\\d+)(?: to (\\S+))?").matcher(out()).results().findFirst().orElseThrow(() -> new AssertionError(out()));
                try (RawConnection client = weir.connect("listen.web")) {
                    client.send(words[0] + ' ' + (words[0].equals("CONNECT") ? words[1] : words[2]) + " HTTP/1.1\r\nHost: " + words[1] + "\r\n\r\n");
                    RawAnswer answer = RawAnswer.read(client, false);
                    assertThat(answer.status()).as(line).hasToString(told.group(1));
                    assertThat(answer.field("Location")).as(line).isEqualTo(told.group(2));
                }
            }
        }
    }
}
