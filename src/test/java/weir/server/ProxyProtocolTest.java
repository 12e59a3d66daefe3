package weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static weir.ProxyWire.V4;
import static weir.ProxyWire.binary;
import static weir.ProxyWire.field;
import static weir.ProxyWire.proxied;
import static weir.ProxyWire.ssl;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawConnection.Ending;
import weir.RawOrigin;
import weir.TestProxy;
import weir.tls.TestCertificates;
import weir.tls.TlsSockets;

/** Connections that begin with a PROXY header: who the client is from then on, and what becomes of those with a bad one. */
class ProxyProtocolTest {
    private static final String ON = "listen.test.proxy-protocol = 10.0.0.0/8, 127.0.0.1\n";
    private static final String HELLO = "route.hello = /hello -> respond 200 \"hello\"\n";
    private static final String OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final String GET = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String LINE = "PROXY TCP4 192.0.2.7 198.51.100.1 54321 443\r\n";

    private static double errors(TestProxy proxy) {
        return proxy.metric("weir_proxy_protocol_errors_total{listener=\"test\"}");
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                arguments("version 1", LINE, "192.0.2.7", "http"),
                arguments("version 1, IPv6", "PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n", "2001:db8:0:0:0:0:0:1", "http"),
                arguments("version 1, UNKNOWN", "PROXY UNKNOWN\r\n", "127.0.0.1", "http"),
                arguments("version 2", proxied(""), "192.0.2.7", "http"),
                arguments("version 2, by TLS", proxied(ssl(1, 1, field(0x21, "TLSv1.3"))), "192.0.2.7", "https"),
                arguments("version 2, not by TLS", proxied(ssl(0, 1, "")), "192.0.2.7", "http"),
                arguments("version 2, LOCAL", binary(0x20, 0x11, V4), "127.0.0.1", "http"),
                arguments("version 2, 4 KiB", proxied(field(4, "x".repeat(4065))), "192.0.2.7", "http"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void theClientIsWhoTheHeaderNames(String what, String header, String client, String scheme) {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.with(ON, origin)) {
            try (var whole = proxy.connect()) {
                assertTold(whole.send(header + GET), origin, client, scheme);
                assertTold(whole.send(GET), origin, client, scheme);
            }
            assertThat(proxy.nextLog()).contains("\"client\":\"" + client + "\"");
            try (var bytewise = proxy.connect()) {
                for (char c : (header + GET).toCharArray()) {
                    bytewise.send(String.valueOf(c));
                }
                assertTold(bytewise, origin, client, scheme);
            }
            try (var apart = proxy.connect()) {
                apart.send(header);
                Await.until("the header is taken", () -> proxy.metric("weir_connections{listener=\"test\",state=\"handshake\"}") == 0
                        && proxy.metric("weir_connections{listener=\"test\",state=\"idle\"}") == 1);
                assertTold(apart.send(GET), origin, client, scheme);
            }
            assertThat(errors(proxy)).isZero();
        }
    }

    private static void assertTold(RawConnection connection, RawOrigin origin, String client, String scheme) {
        assertThat(RawAnswer.read(connection, false).status()).isEqualTo(200);
        assertThat(origin.nextRequest()).contains("X-Forwarded-For: " + client + "\r\n", "X-Forwarded-Proto: " + scheme + "\r\n");
    }

    @Test
    void theUniqueIdStandsInTheJsonLogAndNowhereElse() {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.with(ON, origin)) {
            assertThat(proxy.send(proxied(field(5, "id-\"1\"")) + GET).status()).isEqualTo(200);
            assertThat(proxy.nextLog()).contains(",\"unique_id\":\"id-\\\"1\\\"\",\"status\":200");
            assertThat(origin.nextRequest()).doesNotContain("id-");
            assertThat(proxy.send(proxied("") + GET).status()).isEqualTo(200);
            assertThat(proxy.nextLog()).doesNotContain("unique_id");
        }
    }

    @Test
    void trustedProxiesAreLookedForAmongTheClientsItNames() {
        String forged = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n";
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.with(ON + "listen.test.trusted-proxies = 127.0.0.1\n", origin)) {
            assertThat(proxy.send(LINE + forged).status()).isEqualTo(200);
            assertThat(origin.nextRequest()).contains("X-Forwarded-For: 192.0.2.7\r\n");
            assertThat(proxy.send(LINE.replace("192.0.2.7", "127.0.0.1") + forged).status()).isEqualTo(200);
            assertThat(origin.nextRequest()).contains("X-Forwarded-For: 203.0.113.9, 127.0.0.1\r\n");
        }
    }

    @Test
    void httpsInAnAbsoluteFormIsWhatTheHeaderSays() {
        String absolute = "GET https://a/hello HTTP/1.1\r\nHost: a\r\n\r\n";
        try (var proxy = TestProxy.configured(ON + HELLO)) {
            assertThat(proxy.send(proxied(ssl(1, 1, "")) + absolute).status()).isEqualTo(200);
            assertThat(proxy.send(proxied("") + absolute).status()).isGreaterThanOrEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itComesBeforeTls(boolean apart, @TempDir Path folder) throws Exception {
        TestCertificates authority = TestCertificates.create(folder);
        TestCertificates.Issued issued = authority.issue("main", "ec256", List.of("localhost"));
        try (var proxy = TestProxy.configured(ON + HELLO + "tls.main = " + issued.certificate() + " " + issued.key() + "\nlisten.test.certs = main\n");
                var raw = proxy.connect()) {
            raw.send(apart ? proxied(field(5, "id")).substring(0, 20) : proxied(field(5, "id")));
            if (apart) {
                Await.until("it is waited for", () -> proxy.metric("weir_connections{listener=\"test\",state=\"handshake\"}") == 1);
                raw.send(proxied(field(5, "id")).substring(20));
            }
            try (var client = TlsSockets.of(authority.ca(), null).over(raw.socket(), "localhost", parameters -> { })) {
                assertThat(RawAnswer.read(client.send(GET), false).body()).isEqualTo("hello");
            }
            assertThat(proxy.nextLog()).contains("\"client\":\"192.0.2.7\"", "\"tls\":\"TLSv1.3\"", "\"unique_id\":\"id\"");
        }
    }

    static Stream<Arguments> withoutHeader() {
        return Stream.of(
                arguments("HTTP", GET, "the connection does not begin with one"),
                arguments("TLS", "\26\3\1\2\0\1\0\1\374\3\3 and more", "the connection does not begin with one"),
                arguments("no address", LINE.replace("192.0.2.7", "192.0.2.777") + GET, "an address or a port in it is none"),
                arguments("version 3", binary(0x31, 0x11, V4) + GET, "its version is not 2"),
                arguments("checksum", proxied(field(3, "xxxx")) + GET, "its checksum is wrong"),
                arguments("too long", binary(0x21, 0x11, V4 + field(4, "x".repeat(4066))) + GET, "it is longer than 4096 bytes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withoutHeader")
    void aBadOneGetsNoAnswer(String what, String wire, String why) {
        try (var proxy = TestProxy.configured(ON + HELLO)) {
            try (var client = proxy.connect()) {
                assertThat(client.send(wire).readAll()).isEmpty();
            }
            assertThat(errors(proxy)).isEqualTo(1);
            assertThat(proxy.journal()).contains("warn listen.test: no PROXY header from 127.0.0.1: " + why);
            assertThat(proxy.send(LINE + GET).status()).as("the next one").isEqualTo(200);
        }
    }

    @Test
    void oneThatEndsInTheMiddleIsCountedAndOneThatNeverBeginsIsNot() {
        try (var proxy = TestProxy.configured(ON + HELLO)) {
            proxy.connect().close();
            proxy.connect().reset();
            try (var half = proxy.connect()) {
                assertThat(half.send(LINE.substring(0, 20)).shutdownOutput().ending()).isEqualTo(Ending.END_OF_STREAM);
            }
            proxy.assertNothingHeld();
            assertThat(errors(proxy)).isEqualTo(1);
            assertThat(proxy.journal()).contains("no PROXY header from 127.0.0.1: it ends in the middle");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PROXY TCP4 192.0.2.7 ", "\r\n\r\n\0\r\nQUIT\n!\21\0\14x"})
    void oneThatIsLateIsNotWaitedFor(String begun) {
        try (var proxy = TestProxy.configured(ON + HELLO + "listen.test.head-timeout = 100ms\n"); var client = proxy.connect()) {
            client.send(begun);
            assertThat(client.ending()).isEqualTo(Ending.END_OF_STREAM);
            assertThat(errors(proxy)).isEqualTo(1);
            assertThat(proxy.journal()).contains(begun.isEmpty() ? "nothing came within head-timeout" : "it was not whole within head-timeout");
        }
    }

    @Test
    void fromOthersItIsAMalformedRequest() {
        try (var proxy = TestProxy.configured("listen.test.proxy-protocol = 10.0.0.0/8\n" + HELLO)) {
            assertThat(proxy.send(GET).status()).isEqualTo(200);
            assertThat(proxy.nextLog()).contains("\"client\":\"127.0.0.1\"");
            assertThat(proxy.send(LINE + GET).status()).isEqualTo(400);
            assertThat(proxy.send(proxied("") + GET).status()).isEqualTo(400);
            assertThat(errors(proxy)).isZero();
        }
    }

    @Test
    void aFloodOfSilentOnesIsBoundedByTheConnections() {
        try (var proxy = TestProxy.configured(ON + HELLO + "server.connections = 4\nlisten.test.head-timeout = 300ms\n")) {
            List<RawConnection> silent = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                silent.add(proxy.connect());
            }
            Await.until("as many as may be wait", () -> proxy.metric("weir_connections{listener=\"test\",state=\"handshake\"}") == 4);
            assertThat(proxy.server().openConnections()).isEqualTo(4);
            assertThat(proxy.send(LINE + GET).status()).as("behind them").isEqualTo(200);
            for (RawConnection each : silent) {
                assertThat(each.ending()).isEqualTo(Ending.END_OF_STREAM);
                each.close();
            }
            assertThat(errors(proxy)).isEqualTo(12);
            assertThat(proxy.journal().lines().filter(line -> line.contains("no PROXY header")).count()).as("lines, one a second").isBetween(1L, 6L);
        }
    }

    @Test
    void aReloadTurnsItOnAndOff() throws Exception {
        try (var proxy = TestProxy.configured(HELLO); var before = proxy.connect()) {
            assertThat(RawAnswer.read(before.send(GET), false).status()).isEqualTo(200);
            proxy.reload(ON + HELLO);
            assertThat(RawAnswer.read(before.send(GET), false).status()).as("a connection that was there").isEqualTo(200);
            assertThat(proxy.send(LINE + GET).status()).isEqualTo(200);
            proxy.reload(HELLO);
            assertThat(proxy.send(LINE + GET).status()).isEqualTo(400);
        }
    }

    @Test
    void aDrainLetsThoseFinishThatHaveBegun() throws Exception {
        try (var proxy = TestProxy.configured(ON + HELLO); var silent = proxy.connect(); var begun = proxy.connect()) {
            begun.send(LINE.substring(0, 20));
            Await.until("both wait", () -> proxy.metric("weir_connections{listener=\"test\",state=\"handshake\"}") == 2);
            Thread drain = new Thread(() -> {
                try {
                    proxy.server().drain();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            drain.start();
            assertThat(silent.ending()).isEqualTo(Ending.END_OF_STREAM);
            RawAnswer last = RawAnswer.read(begun.send(LINE.substring(20) + GET), false);
            assertThat(last.status()).isEqualTo(200);
            assertThat(last.field("Connection")).isEqualTo("close");
            drain.join();
            assertThat(errors(proxy)).isZero();
        }
    }
}
