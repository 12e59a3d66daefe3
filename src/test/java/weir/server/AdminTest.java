package weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/** The admin listener: who may ask, what there is, and that neither a slow command nor one whose client left does any harm. */
class AdminTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final String TCP = "admin = 127.0.0.1:0\nadmin.token = " + TOKEN + "\n";
    private static final String BEARER = "Authorization: Bearer " + TOKEN + "\r\n";
    private static final String ROUTE = "route.x = /* -> respond 200 \"x\"\n";

    @TempDir
    private Path directory;

    private static SocketAddress address(TestProxy proxy) {
        return proxy.server().entrances().stream().filter(entrance -> entrance.name().equals("admin")).findFirst().orElseThrow().address();
    }

    private static SocketChannel connect(SocketAddress address, String wire) {
        try {
            SocketChannel channel = SocketChannel.open(address);
            channel.write(ByteBuffer.wrap(wire.getBytes(StandardCharsets.ISO_8859_1)));
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String readAll(SocketChannel channel) {
        try (channel) {
            StringBuilder text = new StringBuilder();
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            while (channel.read(buffer.clear()) >= 0) {
                text.append(StandardCharsets.UTF_8.decode(buffer.flip()));
            }
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String request(String method, String target, String fields) {
        return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + BEARER + fields + "\r\n";
    }

    private static String ask(TestProxy proxy, String method, String target) {
        return readAll(connect(address(proxy), request(method, target, "")));
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.substring(9, 12));
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    private String lines(String kind) {
        return ROUTE + (kind.equals("unix") ? "admin = unix:" + directory.resolve("a.sock") + "\n" : TCP);
    }

    // ---- what there is

    @ParameterizedTest
    @ValueSource(strings = {"unix", "tcp"})
    void tellsItsStatus(String kind) {
        try (var proxy = TestProxy.configured(lines(kind)); var client = proxy.connect()) {
            Await.until("the client is seen", () -> proxy.server().openConnections() == 1);
            String answer = ask(proxy, "GET", "/status");
            assertThat(status(answer)).isEqualTo(200);
            assertThat(answer).contains("\r\nContent-Type: application/json\r\n");
            assertThat(body(answer)).startsWith("{\"version\":").endsWith("}\n").contains("\"pid\":" + ProcessHandle.current().pid() + ",", "\"draining\":false",
                    ",\"connections\":1,", "{\"name\":\"test\",\"addresses\":[\"127.0.0.1:" + proxy.port() + "\"],\"connections\":1}",
                    "{\"name\":\"admin\",\"addresses\":[\"" + proxy.server().adminAddress() + "\"],\"connections\":1}", "\"reload\":null");
            assertThat(client.socket().isConnected()).isTrue();
        }
    }

    static Stream<Arguments> requests() {
        return Stream.of(
                arguments("GET", "/", 404, "{\"error\":\"there is nothing at /\",\"there_is\":[\"GET /status\",\"POST /reload\",\"POST /drain\""),
                arguments("GET", "/metrics", 404, "there is nothing at /metrics"),
                arguments("GET", "/status/", 404, "there is nothing at /status/"),
                arguments("GET", "/%80", 404, "there is nothing at /%80"),
                arguments("OPTIONS", "*", 404, "there is nothing at *"),
                arguments("GET", "/x/../%73tatus", 200, "\"draining\":false"),
                arguments("HEAD", "/status", 200, ""),
                arguments("POST", "/status", 405, "/status takes GET, HEAD"),
                arguments("GET", "/reload", 405, "/reload takes POST"),
                arguments("DELETE", "/drain", 405, "/drain takes POST"),
                arguments("GET", "/status?a=1", 400, "there is no parameter 'a' here; this is GET /status"),
                arguments("GET", "/status?a=%", 400, "the query is malformed"),
                arguments("POST", "/reload", 501, "this program has no file to read again"),
                arguments("POST", "/drain", 501, "this program does not end when it is asked to"));
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @MethodSource("requests")
    void answers(String method, String target, int status, String told) {
        try (var proxy = TestProxy.configured(ROUTE + TCP)) {
            String answer = ask(proxy, method, target);
            assertThat(status(answer)).isEqualTo(status);
            assertThat(body(answer)).contains(told);
            if (status == 405) {
                assertThat(answer).contains("\r\nAllow: " + told.substring(told.indexOf("takes ") + 6) + "\r\n");
            }
        }
    }

    // ---- who may ask

    static Stream<Arguments> strangers() {
        String own = "Host: 127.0.0.1:PORT\r\n";
        String get = "GET /status HTTP/1.1\r\n";
        return Stream.of(
                arguments("own address", get + own + BEARER, 200, ""),
                arguments("own address without port", get + "Host: 127.0.0.1\r\n" + BEARER, 200, ""),
                arguments("localhost", get + "Host: LocalHost.:PORT\r\n" + BEARER, 200, ""),
                arguments("the scheme in any case", get + own + "authorization: bEARER   " + TOKEN + "\r\n", 200, ""),
                arguments("length 0", "GET /status HTTP/1.1\r\n" + own + BEARER + "Content-Length: 0\r\n", 200, ""),
                arguments("no token", get + own, 401, "the token of admin.token is wanted"),
                arguments("wrong token", get + own + "Authorization: Bearer 0123456789abcdeg\r\n", 401, ""),
                arguments("the token and more", get + own + "Authorization: Bearer " + TOKEN + "f\r\n", 401, ""),
                arguments("a part of the token", get + own + "Authorization: Bearer 0123456789abcde\r\n", 401, ""),
                arguments("an empty token", get + own + "Authorization: Bearer \r\n", 401, ""),
                arguments("another scheme", get + own + "Authorization: Basic " + TOKEN + "\r\n", 401, ""),
                arguments("two tokens", get + own + BEARER + BEARER, 401, ""),
                arguments("a foreign Host", get + "Host: evil.example:PORT\r\n" + BEARER, 403, "the Host is none of this listener"),
                arguments("another address of this host", get + "Host: 127.0.0.2:PORT\r\n" + BEARER, 403, ""),
                arguments("another address, as IPv6", get + "Host: [::1]:PORT\r\n" + BEARER, 403, ""),
                arguments("localhost in front", get + "Host: localhost.evil.example\r\n" + BEARER, 403, ""),
                arguments("an empty Host", get + "Host:\r\n" + BEARER, 403, ""),
                arguments("a foreign Host in the target", "GET http://evil.example/status HTTP/1.1\r\n" + own + BEARER, 403, ""),
                arguments("an Origin", get + own + BEARER + "Origin: http://127.0.0.1:PORT\r\n", 403, "Origin"),
                arguments("Origin: null", get + own + BEARER + "oRiGiN: null\r\n", 403, "Origin"),
                arguments("a preflight", "OPTIONS /reload HTTP/1.1\r\n" + own + "Origin: http://a\r\nAccess-Control-Request-Method: POST\r\n", 403, ""),
                arguments("a foreign Host and no token", get + "Host: evil.example\r\n", 403, ""),
                arguments("a body", "POST /reload HTTP/1.1\r\n" + own + BEARER + "Content-Length: 1\r\n", 413, "a body"),
                arguments("a chunked body", "POST /reload HTTP/1.1\r\n" + own + BEARER + "Transfer-Encoding: chunked\r\n", 413, "a body"),
                arguments("a body without a token", "POST /reload HTTP/1.1\r\n" + own + "Content-Length: 1\r\n", 401, ""),
                arguments("a head too large", get + own + "X: " + "x".repeat(8 << 10) + "\r\n", 431, ""),
                arguments("too many fields", get + own + BEARER + "X: x\r\n".repeat(60), 431, ""),
                arguments("a target too long", "GET /" + "x".repeat(5000) + " HTTP/1.1\r\n" + own, 414, ""),
                arguments("CONNECT", "CONNECT 127.0.0.1:PORT HTTP/1.1\r\n" + own + BEARER, 501, ""));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("strangers")
    void asksWhoComesByTcp(String what, String wire, int status, String told) {
        try (var proxy = TestProxy.configured(ROUTE + TCP)) {
            InetSocketAddress address = (InetSocketAddress) address(proxy);
            String answer = readAll(connect(address, wire.replace("PORT", Integer.toString(address.getPort())) + "Connection: close\r\n\r\n"));
            assertThat(status(answer)).as(answer).isEqualTo(status);
            assertThat(body(answer)).contains(told);
            if (status == 401) {
                assertThat(answer).contains("\r\nWWW-Authenticate: Bearer\r\n");
                assertThat(proxy.journal()).contains("warn admin: a request from 127.0.0.1 has ").doesNotContain("0123");
            }
        }
    }

    @Test
    void knowsItsConfiguredName() {
        try (var proxy = TestProxy.configured(ROUTE + "admin = LocalHost:0\nadmin.token = " + TOKEN + "\n")) {
            assertThat(status(ask(proxy, "GET", "/status"))).isEqualTo(200);
        }
    }

    @Test
    void onEveryAddressItKnowsEachOfThem() {
        try (var proxy = TestProxy.configured(ROUTE + "admin = :0\nadmin.token = " + TOKEN + "\n")) {
            SocketAddress address = new InetSocketAddress("127.0.0.2", ((InetSocketAddress) address(proxy)).getPort());
            assertThat(status(readAll(connect(address, request("GET", "/status", "").replace("localhost", "127.0.0.2"))))).isEqualTo(200);
            assertThat(status(readAll(connect(address, request("GET", "/status", "").replace("localhost", "evil.example"))))).isEqualTo(403);
        }
    }

    @Test
    void asksNobodyWhoCameByTheSocketButABrowser() {
        try (var proxy = TestProxy.configured(lines("unix"))) {
            assertThat(status(readAll(connect(address(proxy), "GET /status HTTP/1.1\r\nHost: any\r\nConnection: close\r\n\r\n")))).isEqualTo(200);
            assertThat(status(readAll(connect(address(proxy), "GET /status HTTP/1.0\r\n\r\n")))).isEqualTo(200);
            assertThat(status(readAll(connect(address(proxy), "GET /status HTTP/1.1\r\nHost: a\r\nOrigin: null\r\nConnection: close\r\n\r\n")))).isEqualTo(403);
        }
    }

    @Test
    void letsTheOperatorInWhenNoClientGetsInAnyMore() {
        try (var proxy = TestProxy.configured(lines("unix") + "server.connections = 1\n"); var only = proxy.connect(); var waits = proxy.connect()) {
            Await.until("accepting has paused", () -> proxy.journal().contains("server.connections (1) reached"));
            assertThat(body(ask(proxy, "GET", "/status"))).contains(",\"connections\":1,");
            assertThat(only.socket().isConnected()).isTrue();
            assertThat(waits.socket().isConnected()).isTrue();
        }
    }

    // ---- what takes its time

    /** Reloads when it is told to. */
    private static final class SlowControl implements Control {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final AtomicInteger reloads = new AtomicInteger();
        final AtomicInteger drains = new AtomicInteger();
        volatile Reload result = new Reload(true, "reloaded f", "f:1:1: warning: \"old\"\n");

        @Override
        public Reload reload() throws InterruptedException {
            begun.countDown();
            release.await();
            reloads.incrementAndGet();
            return result;
        }

        @Override
        public void drain() {
            drains.incrementAndGet();
        }
    }

    @Test
    void passesOnWhatBecameOfAReload() {
        SlowControl control = new SlowControl();
        control.release.countDown();
        try (var proxy = TestProxy.configured(ROUTE + TCP)) {
            proxy.server().control(control);
            String answer = ask(proxy, "POST", "/reload");
            assertThat(status(answer)).isEqualTo(200);
            assertThat(body(answer)).isEqualTo("{\"message\":\"reloaded f\",\"problems\":\"f:1:1: warning: \\\"old\\\"\\n\"}\n");
            control.result = new Control.Reload(false, "reload: f has errors; the running configuration stays", "f:1:1: error: é\n");
            answer = ask(proxy, "POST", "/reload");
            assertThat(status(answer)).isEqualTo(422);
            assertThat(body(answer)).isEqualTo("{\"error\":\"reload: f has errors; the running configuration stays\",\"problems\":\"f:1:1: error: é\\n\"}\n");
        }
    }

    @Test
    void remembersTheLastReload() throws Exception {
        try (var proxy = TestProxy.configured(ROUTE + TCP)) {
            proxy.server().reloadFailed("f has \"errors\"");
            assertThat(body(ask(proxy, "GET", "/status"))).contains(",\"ok\":false,\"failure\":\"f has \\\"errors\\\"\"}");
            proxy.reload(ROUTE + TCP);
            assertThat(body(ask(proxy, "GET", "/status"))).containsPattern("\"reload\":\\{\"at\":\"20[^\"]+Z\",\"ok\":true,\"failure\":null}");
        }
    }

    @Test
    void boundsWhatWaitsAndServesTheRestMeanwhile() throws Exception {
        SlowControl control = new SlowControl();
        try (var proxy = TestProxy.configured(lines("unix"))) {
            proxy.server().control(control);
            List<SocketChannel> waiting = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                waiting.add(connect(address(proxy), request("POST", "/reload", "")));
            }
            assertThat(control.begun.await(10, TimeUnit.SECONDS)).isTrue();
            Await.until("all wait", () -> proxy.metric("weir_connections{listener=\"admin\",state=\"active\"}") == 16);
            assertThat(ask(proxy, "GET", "/status")).startsWith("HTTP/1.1 503 ").contains("Retry-After: 1\r\n", "16 commands wait already");
            assertThat(proxy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").body()).as("no loop waits").isEqualTo("x");
            control.release.countDown();
            for (SocketChannel each : waiting) {
                assertThat(status(readAll(each))).isEqualTo(200);
            }
            assertThat(control.reloads).hasValue(16);
            assertThat(status(ask(proxy, "GET", "/status"))).as("the places are free again").isEqualTo(200);
        }
    }

    @Test
    void doesNotMissAClientThatLeft() throws Exception {
        SlowControl control = new SlowControl();
        try (var proxy = TestProxy.configured(ROUTE + TCP)) {
            proxy.server().control(control);
            try (RawConnection client = RawConnection.to((InetSocketAddress) address(proxy))) {
                client.send(request("POST", "/reload", ""));
                assertThat(control.begun.await(10, TimeUnit.SECONDS)).isTrue();
                client.reset();
            }
            Await.until("the server has noticed", () -> proxy.metric("weir_connections{listener=\"admin\",state=\"active\"}") == 0);
            control.release.countDown();
            assertThat(status(ask(proxy, "GET", "/status"))).isEqualTo(200);
            assertThat(control.reloads).hasValue(1);
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() {
        try (var proxy = TestProxy.configured(lines("unix"))) {
            String answers = readAll(connect(address(proxy), request("GET", "/a", "").replace("Connection: close\r\n", "")
                    + request("GET", "/status", "").replace("Connection: close\r\n", "") + request("GET", "/b", "")));
            assertThat(answers).containsSubsequence("nothing at /a", "\"draining\"", "nothing at /b");
        }
    }

    // ---- reload and drain

    @Test
    void aReloadMovesItAndChangesTheToken() throws Exception {
        try (var proxy = TestProxy.configured(ROUTE + TCP)) {
            SocketAddress before = address(proxy);
            proxy.reload(ROUTE + "admin = 127.0.0.1:0\nadmin.token = another-0123456789\n");
            assertThat(address(proxy)).isEqualTo(before);
            assertThat(status(ask(proxy, "GET", "/status"))).isEqualTo(401);
            proxy.reload(lines("unix"));
            assertThat(status(ask(proxy, "GET", "/status"))).isEqualTo(200);
            assertThat(directory.resolve("a.sock")).exists();
            assertThatThrownBy(() -> connect(before, "")).hasMessageContaining("refused");
            proxy.reload(ROUTE);
            assertThat(directory.resolve("a.sock")).doesNotExist();
            assertThat(proxy.server().adminAddress()).isNull();
        }
    }

    @Test
    void aReloadThatCannotHaveTheSocketChangesNothing() throws Exception {
        Files.writeString(directory.resolve("a.sock"), "in the way");
        try (var proxy = TestProxy.configured(ROUTE)) {
            assertThatThrownBy(() -> proxy.reload(lines("unix"))).hasMessage("admin: cannot listen on unix:" + directory
                    + "/a.sock: a file is there that is no socket; remove it, or choose another path");
            assertThat(directory.resolve("a.sock")).hasContent("in the way");
            assertThat(proxy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(200);
        }
    }

    @Test
    void staysToTheEndOfADrain() throws Exception {
        SlowControl control = new SlowControl();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            asked.countDown();
            release.await();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        }); var proxy = TestProxy.with("admin = unix:" + directory.resolve("a.sock") + "\n", origin); var client = proxy.connect()) {
            proxy.server().control(control);
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(body(ask(proxy, "POST", "/drain"))).isEqualTo("{\"message\":\"draining\",\"connections\":1}\n");
            assertThat(control.drains).hasValue(1);
            CompletableFuture<Boolean> ended = CompletableFuture.supplyAsync(() -> {
                try {
                    return proxy.server().drain();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }, task -> new Thread(task, "drain").start());
            Await.until("it drains", () -> proxy.server().isDraining());
            assertThat(body(ask(proxy, "GET", "/status"))).contains("\"draining\":true", ",\"connections\":1,");
            assertThat(body(ask(proxy, "POST", "/drain"))).contains("draining already");
            assertThat(status(ask(proxy, "POST", "/reload"))).isEqualTo(409);
            assertThat(directory.resolve("a.sock")).exists();
            release.countDown();
            assertThat(ended.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(directory.resolve("a.sock")).doesNotExist();
        }
    }
}
