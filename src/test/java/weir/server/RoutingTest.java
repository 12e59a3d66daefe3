package weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.RawAnswer;
import weir.RawOrigin;
import weir.TestProxy;

/** Which route a request takes, what path and Host the origin gets, what is answered here, and which server is asked. */
class RoutingTest {
    private static final String ROUTES = """
            route.any     = /* -> respond 200 "any"
            route.host    = a.example/* -> respond 200 "host"
            route.wild    = *.a.example/* -> respond 200 "wild"
            route.deep    = a.example/x/y/* -> respond 200 "deep"
            route.x       = a.example/x/* -> respond 200 "x"
            route.exact   = a.example/x -> respond 200 "exact"
            route.post    = POST a.example/x/* -> respond 200 "post"
            route.secret  = /secret/* -> respond 403 "no"
            route.loose   = /loose/* -> respond 200 "loose"
            route.loose.ambiguous-path = allow
            route.inner   = /loose/in/* -> respond 200 "inner"
            """;

    static Stream<Arguments> choices() {
        return Stream.of(
                arguments("GET", "b.example", "/", 200, "any"),
                arguments("GET", "a.example", "/", 200, "host"),
                arguments("GET", "A.EXAMPLE:8080", "/", 200, "host"),
                arguments("GET", "a.example.", "/", 200, "host"),
                arguments("GET", "b.a.example", "/", 200, "wild"),
                arguments("GET", "c.b.a.example", "/", 200, "wild"),
                arguments("GET", "ba.example", "/", 200, "any"),
                arguments("GET", "a.example", "/x", 200, "exact"),
                arguments("GET", "a.example", "/x?q=/x/y", 200, "exact"),
                arguments("GET", "a.example", "/x/", 200, "x"),
                arguments("GET", "a.example", "/xx", 200, "host"),
                arguments("GET", "a.example", "/x/y", 200, "deep"),
                arguments("GET", "a.example", "/x/y/z", 200, "deep"),
                arguments("POST", "a.example", "/x/z", 200, "post"),
                arguments("POST", "a.example", "/x/y/z", 200, "deep"),
                arguments("GET", "a.example", "/x/y/../z", 200, "x"),
                arguments("GET", "a.example", "/%78/%79/z", 200, "deep"),
                arguments("GET", "a.example", "/x/y/%2e%2E/%2e./z", 200, "host"),
                arguments("GET", "b.example", "/a/../secret/", 403, "no"),
                arguments("GET", "b.example", "/a/%2e%2e/secret", 403, "no"),
                arguments("GET", "b.example", "/../../secret", 403, "no"),
                arguments("GET", "b.example", "/secret%2Fx", 400, null),
                arguments("GET", "b.example", "/a/..%2fsecret/x", 400, null),
                arguments("GET", "b.example", "/a/..%5Csecret/x", 400, null),
                arguments("GET", "b.example", "/a/..\\secret/x", 400, null),
                arguments("GET", "b.example", "/secret;a/x", 400, null),
                arguments("GET", "b.example", "/a/..;/secret/x", 400, null),
                arguments("GET", "b.example", "/a%2Fb", 200, "any"),
                arguments("GET", "b.example", "/secret/a%2Fb", 403, "no"),
                arguments("GET", "b.example", "/a;b", 200, "any"),
                arguments("GET", "b.example", "/loose/%2E%2E%2Fsecret", 200, "loose"),
                arguments("GET", "b.example", "/loose/in%2Fx", 200, "loose"),
                arguments("GET", "b.example", "/loose/in/..%2Fx", 400, null),
                arguments("GET", "b.example", "/%00", 400, null),
                arguments("GET", "b.example", "/%0a", 400, null),
                arguments("GET", "b.example", "/%zz", 400, null));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("choices")
    void choosesTheRoute(String method, String host, String target, int status, String text) {
        try (var proxy = TestProxy.configured(ROUTES)) {
            RawAnswer answer = proxy.send(method + ' ' + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            assertThat(answer.status()).isEqualTo(status);
            if (text != null) {
                assertThat(answer.body()).isEqualTo(text);
            }
        }
    }

    @Test
    void answers404WhereNoRouteLeads() {
        try (var proxy = TestProxy.configured("route.test = GET a.example/x/* -> respond 200 \"x\"\n")) {
            assertThat(proxy.send("GET /x/ HTTP/1.1\r\nHost: b.example\r\n\r\n").status()).isEqualTo(404);
            assertThat(proxy.nextEnd()).isEqualTo("no-route");
            assertThat(proxy.send("POST /x/ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n").status()).isEqualTo(404);
            assertThat(proxy.send("GET / HTTP/1.0\r\n\r\n").status()).as("no Host at all").isEqualTo(404);
        }
    }

    // ---- what the origin gets

    private static final String STRIP = "route.api = /api/* -> test\nroute.api.strip-prefix = /api\n";

    static Stream<Arguments> paths() {
        return Stream.of(
                arguments("", "/a/./b/../c?x=../y", "/a/c?x=../y"),
                arguments("", "/%7Euser/%41%2f%c3%a4", "/~user/A%2F%C3%A4"),
                arguments("", "//a//b", "//a//b"),
                arguments(STRIP, "/api/x?q", "/x?q"),
                arguments(STRIP, "/api", "/"),
                arguments(STRIP, "/api?q", "/?q"),
                arguments(STRIP, "/apis", "/apis"),
                arguments(STRIP, "/%61pi/x", "/x"),
                arguments("route.test.add-prefix = /v1\n", "/x?q", "/v1/x?q"),
                arguments("route.test.add-prefix = /v1\n", "/", "/v1/"),
                arguments(STRIP + "route.api.add-prefix = /v1\n", "/api/x", "/v1/x"),
                arguments(STRIP + "route.api.add-prefix = /v1\n", "/api", "/v1/"),
                arguments(STRIP + "route.api.add-prefix = /v1\n", "/other", "/other"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("paths")
    void sendsTheOriginThisPath(String settings, String target, String sent) {
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"); var proxy = TestProxy.with(settings, origin)) {
            assertThat(proxy.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(200);
            assertThat(origin.nextRequest()).startsWith("GET " + sent + " HTTP/1.1\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "origin", "\"inner.example:81\""})
    void sendsTheOriginThisHost(String setting) {
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                var proxy = TestProxy.with("route.test.host = " + setting + "\n", origin)) {
            String expected = switch (setting) {
                case "client" -> "a.example";
                case "origin" -> "127.0.0.1:" + origin.port();
                default -> "inner.example:81";
            };
            assertThat(proxy.send("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n").status()).isEqualTo(200);
            assertThat(origin.nextRequest()).startsWith("GET / HTTP/1.1\r\nHost: " + expected + "\r\n")
                    .contains("\r\nX-Forwarded-Host: a.example\r\n");
        }
    }

    // ---- answered here

    @Test
    void answersAndRedirectsWithoutAnOrigin() {
        try (var proxy = TestProxy.configured("""
                route.text   = /text -> respond 418 "kettle"
                route.text.content-type = text/x-kettle
                route.empty  = /empty -> respond 204
                route.moved  = /old/* -> redirect 308 https://{host}/new{path}{query}
                """); var client = proxy.connect()) {
            client.send("GET /text HTTP/1.1\r\nHost: a\r\n\r\nHEAD /text HTTP/1.1\r\nHost: a\r\n\r\nGET /empty HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "GET /old/x/../y?z=1 HTTP/1.1\r\nHost: a:81\r\n\r\nHEAD /old/ HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/1.1\r\nHost: a\r\n\r\n");
            RawAnswer text = RawAnswer.read(client, false);
            assertThat(text.head()).startsWith("HTTP/1.1 418 ");
            assertThat(text.field("Content-Type")).isEqualTo("text/x-kettle");
            assertThat(text.field("Server")).isEqualTo("weir");
            assertThat(text.body()).isEqualTo("kettle");
            RawAnswer head = RawAnswer.read(client, true);
            assertThat(head.status()).isEqualTo(418);
            assertThat(head.field("Content-Length")).isEqualTo("6");
            RawAnswer empty = RawAnswer.read(client, false);
            assertThat(empty.status()).isEqualTo(204);
            assertThat(empty.field("Content-Length")).isNull();
            RawAnswer moved = RawAnswer.read(client, false);
            assertThat(moved.status()).isEqualTo(308);
            assertThat(moved.field("Location")).isEqualTo("https://a:81/new/old/y?z=1");
            RawAnswer movedHead = RawAnswer.read(client, true);
            assertThat(movedHead.field("Location")).isEqualTo("https://a/new/old/");
            RawAnswer none = RawAnswer.read(client, false);
            assertThat(none.status()).as("the connection goes on to here").isEqualTo(404);
            assertThat(none.connectionOpen()).isTrue();
        }
    }

    @Test
    void aListenerThatRedirectsServesNoRoute() {
        try (var proxy = TestProxy.configured("listen.test.redirect = https 301 8443\n"); var client = proxy.connect()) {
            client.send("GET /a?b HTTP/1.1\r\nHost: a.example:80\r\n\r\nHEAD /c HTTP/1.1\r\nHost: b.example\r\n\r\nGET /%zz HTTP/1.1\r\nHost: a\r\n\r\n");
            RawAnswer moved = RawAnswer.read(client, false);
            assertThat(moved.status()).isEqualTo(301);
            assertThat(moved.field("Location")).isEqualTo("https://a.example:8443/a?b");
            assertThat(RawAnswer.read(client, true).field("Location")).isEqualTo("https://b.example:8443/c");
            assertThat(RawAnswer.read(client, false).status()).isEqualTo(400);
        }
    }

    @Test
    void answersAnUploadHereAndEndsTheConnectionWithIt() {
        try (var proxy = TestProxy.configured("route.test = /* -> respond 200 \"hi\"\n"); var client = proxy.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhello");
            RawAnswer answer = RawAnswer.read(client, false);
            assertThat(answer.body()).isEqualTo("hi");
            assertThat(answer.connectionOpen()).isFalse();
        }
    }

    // ---- which server

    /** Answers with its number. */
    private static RawOrigin numbered(int number) {
        return RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + number);
    }

    private static String ask(TestProxy proxy, int times) {
        StringBuilder who = new StringBuilder();
        for (int i = 0; i < times; i++) {
            RawAnswer answer = proxy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(answer.status()).isEqualTo(200);
            who.append(answer.body());
        }
        return who.toString();
    }

    @Test
    void takesServersInTurnByTheirWeight() {
        try (var one = numbered(1); var two = numbered(2); var three = numbered(3);
                var proxy = TestProxy.configured("pool.test = 127.0.0.1:" + one.port() + " weight=3, 127.0.0.1:" + two.port()
                        + "\nroute.test = /* -> test\npool.even = " + TestProxy.addresses(one, two, three) + "\nroute.even = /even -> even\n")) {
            for (int round = 0; round < 4; round++) {
                assertThat(ask(proxy, 4).chars().filter(who -> who == '1').count()).as("3 : 1 in every four").isEqualTo(3);
            }
            StringBuilder even = new StringBuilder();
            for (int i = 0; i < 9; i++) {
                even.append(proxy.send("GET /even HTTP/1.1\r\nHost: a\r\n\r\n").body());
            }
            assertThat(even.toString()).isIn("123123123", "231231231", "312312312");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"least-requests", "random-two"})
    void leavesABusyServerAlone(String balance) throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        String[] busy = new String[1];
        try (var one = slowOnce("1", busy, asked, release); var two = slowOnce("2", busy, asked, release);
                var proxy = TestProxy.with("pool.test.balance = " + balance + "\n", one, two); var slow = proxy.connect()) {
            slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(ask(proxy, 20)).doesNotContain(busy[0]);
            release.countDown();
            assertThat(RawAnswer.read(slow, false).body()).isEqualTo(busy[0]);
            assertThat(ask(proxy, 60)).contains("1").contains("2");
        }
    }

    private static RawOrigin slowOnce(String name, String[] busy, CountDownLatch asked, CountDownLatch release) {
        return RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                if (head.startsWith("GET /slow")) {
                    busy[0] = name;
                    asked.countDown();
                    release.await();
                }
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + name);
            }
        });
    }

    @Test
    void splitsARouteByShares() {
        try (var one = numbered(1); var two = numbered(2);
                var proxy = TestProxy.configured("pool.one = 127.0.0.1:" + one.port() + "\npool.two = 127.0.0.1:" + two.port()
                        + "\nroute.test = /* -> one 50%, two 50%\n")) {
            assertThat(ask(proxy, 100)).contains("1").contains("2");      // 2^-99 of being wrong
        }
    }
}
