package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.Await;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/** Servers come and go by command, and clients notice nothing but who answers. */
class PoolCommandsTest {
    private static final String ADMIN = "admin = 127.0.0.1:0\nadmin.token = 0123456789abcdef\n";
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private static RawOrigin saying(String text) {
        return RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
    }

    private static RawAnswer ask(TestProxy proxy, String method, String target) {
        try (RawConnection connection = RawConnection.to(proxy.server().address("admin"))) {
            return RawAnswer.read(connection.send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer 0123456789abcdef\r\n\r\n"), false);
        }
    }

    private static String server(RawOrigin origin) {
        return "/pools/test/servers/127.0.0.1:" + origin.port();
    }

    private static String add(RawOrigin origin, String more) {
        return "/pools/test/servers?server=" + URLEncoder.encode("127.0.0.1:" + origin.port() + more, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String answers(TestProxy proxy, int times) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < times; i++) {
            all.append(proxy.send(GET).body());
        }
        return all.toString();
    }

    @Test
    void addsAndRemoves() {
        try (var a = saying("a"); var b = saying("b"); var proxy = TestProxy.with(ADMIN, a)) {
            assertThat(answers(proxy, 4)).isEqualTo("aaaa");
            RawAnswer added = ask(proxy, "POST", add(b, " weight=3"));
            assertThat(added.status()).isEqualTo(201);
            assertThat(added.body()).startsWith("{\"pool\":\"test\",\"server\":{\"name\":\"127.0.0.1:" + b.port() + "\",\"state\":\"enabled\",\"usable\":true,")
                    .contains("\"health\":\"up\"", "\"weight\":3,");
            assertThat(answers(proxy, 8).replace("a", "")).as("three in four").isEqualTo("bbbbbb");
            assertThat(ask(proxy, "POST", add(b, "")).body()).contains("127.0.0.1:" + b.port() + " is in pool test already");
            assertThat(ask(proxy, "DELETE", server(a)).status()).isEqualTo(200);
            assertThat(answers(proxy, 4)).isEqualTo("bbbb");
            assertThat(ask(proxy, "DELETE", server(a)).status()).isEqualTo(404);
            assertThat(ask(proxy, "POST", add(a, "")).status()).isEqualTo(201);
            assertThat(answers(proxy, 8)).contains("a");
            assertThat(proxy.journal()).containsSubsequence(
                    "info admin: pool test: 127.0.0.1:" + b.port() + " added, weight 3\n",
                    "info admin: pool test: 127.0.0.1:" + a.port() + " removed\n",
                    "info admin: pool test: 127.0.0.1:" + a.port() + " added, weight 1\n");
        }
    }

    @Test
    void disablesEnablesAndWeighs() {
        try (var a = saying("a"); var b = saying("b"); var proxy = TestProxy.with(ADMIN, a, b)) {
            assertThat(ask(proxy, "POST", server(a) + "/disable").body()).contains("\"state\":\"disabled\",\"usable\":false");
            assertThat(answers(proxy, 4)).isEqualTo("bbbb");
            assertThat(ask(proxy, "POST", server(b) + "/disable").status()).isEqualTo(200);
            assertThat(proxy.send(GET).status()).isEqualTo(503);
            assertThat(ask(proxy, "POST", server(a) + "/enable").body()).contains("\"state\":\"enabled\",\"usable\":true");
            assertThat(ask(proxy, "POST", server(a) + "/enable").status()).as("again").isEqualTo(200);
            assertThat(ask(proxy, "POST", server(b) + "/enable").status()).isEqualTo(200);
            assertThat(ask(proxy, "POST", server(b) + "/weight?weight=3").body()).contains("\"weight\":3");
            assertThat(answers(proxy, 8).replace("a", "")).isEqualTo("bbbbbb");
            String line = "127.0.0.1:" + a.port() + " enabled\n";
            assertThat(proxy.journal().split(line, -1)).as("said once").hasSize(2);
            assertThat(proxy.journal()).contains("info admin: pool test: 127.0.0.1:" + b.port() + " weight 3\n");
        }
    }

    @Test
    void saysWhyAServerIsEjected() {
        try (var bad = RawOrigin.answering("HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n"); var well = saying("b");
                var proxy = TestProxy.with(ADMIN + "pool.test.retry = 1\npool.test.eject = 5 failures for 1h, max 1h\n", bad, well)) {
            assertThat(ask(proxy, "GET", "/pools").body()).contains("\"ejected\":false,\"ejection\":null,");
            Await.until("it is ejected", () -> {
                proxy.send(GET);
                return ask(proxy, "GET", "/pools").body().contains("\"ejected\":true,\"ejection\":\"5 failures in a row, the last one: unavailable\",");
            });
        }
    }

    @Test
    void drainWaitsForTheLastExchange() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (var slow = RawOrigin.running(connection -> {
            connection.readHead();
            asked.countDown();
            release.await();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow");
        }); var proxy = TestProxy.with(ADMIN, slow); var other = saying("b"); var client = proxy.connect()) {
            client.send(GET);
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            RawAnswer late = ask(proxy, "POST", server(slow) + "/drain?timeout=1ms");
            assertThat(late.status()).isEqualTo(200);
            assertThat(late.body()).contains("\"drained\":false", "\"state\":\"draining\"", "\"requests\":1");
            assertThat(proxy.journal()).contains(" draining\n", " still runs 1 requests after 1ms\n");

            assertThat(ask(proxy, "POST", add(other, "")).status()).isEqualTo(201);
            CompletableFuture<RawAnswer> drained = CompletableFuture.supplyAsync(() -> ask(proxy, "POST", server(slow) + "/drain?timeout=1h"),
                    task -> new Thread(task, "drain").start());
            Await.until("it waits", () -> proxy.metric("weir_connections{listener=\"admin\",state=\"active\"}") == 1);
            assertThat(answers(proxy, 4)).as("others are asked meanwhile").isEqualTo("bbbb");
            assertThat(ask(proxy, "GET", "/status").status()).as("a drain keeps nobody waiting").isEqualTo(200);
            assertThat(drained).isNotDone();
            release.countDown();
            assertThat(drained.get(10, TimeUnit.SECONDS).body()).contains("\"drained\":true", "\"requests\":0");
            assertThat(RawAnswer.read(client, false).body()).isEqualTo("slow");
        }
    }

    @Test
    void drainOfAServerThatIdlesAnswersAtOnce() {
        try (var a = saying("a"); var proxy = TestProxy.with(ADMIN, a)) {
            assertThat(ask(proxy, "POST", server(a) + "/drain").body()).contains("\"drained\":true");
            assertThat(proxy.send(GET).status()).isEqualTo(503);
        }
    }

    @Test
    void tellsOfAllPools() {
        try (var a = saying("a"); var proxy = TestProxy.with(ADMIN + "pool.other = [::1]:9, localhost:9 weight=7\nroute.o = /o -> other\n", a)) {
            RawAnswer all = ask(proxy, "GET", "/pools");
            assertThat(all.body()).startsWith("{\"pools\":[{\"name\":\"other\",\"servers\":[{\"name\":\"[::1]:9\",").contains("{\"name\":\"localhost:9\",",
                    "\"weight\":7,", "{\"name\":\"test\",\"servers\":[{\"name\":\"127.0.0.1:" + a.port() + "\",");
            assertThat(ask(proxy, "GET", "/pools/test").body()).startsWith("{\"name\":\"test\",\"servers\":[").doesNotContain("other");
            assertThat(ask(proxy, "POST", "/pools/other/servers/%5B::1%5D:9/disable").body()).contains("\"name\":\"[::1]:9\",\"state\":\"disabled\"");
        }
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(delimiter = '|', value = {
        "GET | /pools/none | 404 | there is no pool none; there is test",
        "DELETE | /pools/none/servers/a:1 | 404 | there is no pool none; there is test",
        "DELETE | /pools/test/servers/a:1 | 404 | there is no server a:1 in pool test; there is 127.0.0.1:",
        "GET | /pools/test/servers | 405 | /pools/NAME/servers takes POST",
        "GET | /pools/test/servers/a:1 | 405 | /pools/NAME/servers/NAME takes DELETE",
        "POST | /pools/test/servers | 400 | server: nothing here",
        "POST | /pools/test/servers?server= | 400 | server: nothing here",
        "POST | /pools/test/servers?server=%20 | 400 | server: nothing here",
        "POST | /pools/test/servers?server=a:0 | 400 | server: '0' is no port; write a number, 1 to 65535",
        "POST | /pools/test/servers?server=a:1%20weigth=2 | 400 | server: 'weigth=2' is not known here; write host:port, host:port weight=2, host:port backup, or host:port zone=a; did you mean 'weight=2'?",
        "POST | /pools/test/servers?server=a:1%20weight=0 | 400 | server: '0' is less than 1; write 1 to 1000",
        "POST | /pools/test/servers?server=a:1,b:2 | 400 | server: a comma in 'a:1,b:2'; write one server",
        "POST | /pools/test/servers?server=a:1%0A | 400 | server: a control character",
        "POST | /pools/test/servers?server=https://a:1 | 400 | the servers of pool test are spoken to in clear: write this one without https://",
        "POST | /pools/test/servers?sever=a:1 | 400 | there is no parameter 'sever' here; this is POST /pools/NAME/servers?server=",
        "POST | SERVER/drain?timeout=30 | 400 | timeout: no unit after '30'; write 250ms, 5s, 10m, 2h, 1d",
        "POST | SERVER/drain?timeout=2h | 400 | timeout: '2h' is more than 1h; write 0s to 1h",
        "POST | SERVER/weight | 400 | weight: nothing here",
        "POST | SERVER/weight?weight=1001 | 400 | weight: '1001' is more than 1000; write 1 to 1000",
        "POST | SERVER/weight?weight=x | 400 | weight: 'x' is no number; write 1 to 1000",
        "POST | SERVER/explode | 404 | there is nothing at "})
    void refuses(String method, String target, int status, String told) {
        try (var a = saying("a"); var proxy = TestProxy.with(ADMIN, a)) {
            RawAnswer answer = ask(proxy, method, target.replace("SERVER", server(a)));
            assertThat(answer.body()).startsWith("{\"error\":\"" + told);
            assertThat(answer.status()).isEqualTo(status);
            assertThat(proxy.journal()).doesNotContain("admin: pool");
        }
    }

    @Test
    void aNameThatStandsForSeveralServersGoesAsItCame() {
        try (var a = saying("a"); var proxy = TestProxy.resolving(name -> new InetAddress[] {InetAddress.getAllByName("127.0.0.1")[0], InetAddress.getAllByName("127.0.0.2")[0]},
                "pool.test = 127.0.0.1:" + a.port() + "\nroute.test = /* -> test\n" + ADMIN)) {
            String name = "dns%3A%2F%2Fmany:" + 9;
            assertThat(ask(proxy, "POST", "/pools/test/servers?server=" + name).status()).isEqualTo(201);
            Await.until("both are there", () -> ask(proxy, "GET", "/pools/test").body().split("\"name\":\"127", -1).length == 4);
            assertThat(ask(proxy, "DELETE", "/pools/test/servers/" + name).body()).contains("\"removed\":\"dns://many:9\"");
            assertThat(ask(proxy, "GET", "/pools/test").body().split("\"name\":\"127", -1)).hasSize(2);
        }
    }

    @Test
    void aReloadWithOtherServersForgetsThem() throws Exception {
        try (var a = saying("a"); var b = saying("b"); var proxy = TestProxy.with(ADMIN, a)) {
            assertThat(ask(proxy, "POST", add(b, "")).status()).isEqualTo(201);
            String same = "pool.test = " + TestProxy.addresses(a) + "\nroute.test = /* -> test\n" + ADMIN;
            proxy.reload(same);
            assertThat(answers(proxy, 4)).as("the same servers: the command holds").contains("b");
            proxy.reload(same.replace("pool.test = ", "pool.test = 127.0.0.1:9, "));
            assertThat(ask(proxy, "GET", "/pools/test").body()).doesNotContain(":" + b.port());
        }
    }
}
