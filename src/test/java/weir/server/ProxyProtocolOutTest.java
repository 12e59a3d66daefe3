package weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static weir.ProxyWire.V4;
import static weir.ProxyWire.binary;
import static weir.ProxyWire.field;
import static weir.ProxyWire.hex;
import static weir.ProxyWire.proxied;
import static weir.ProxyWire.ssl;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;
import weir.tls.TestCertificates;
import weir.tls.TlsSockets;

/** Connections to servers that begin with a PROXY header: what it tells, of whom, and that no two clients share one. */
class ProxyProtocolOutTest {
    private static final String OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @TempDir
    private static Path folder;

    private static TestCertificates authority;
    private static TestCertificates.Issued certificate;

    @BeforeAll
    static void certificates() {
        authority = TestCertificates.create(folder);
        certificate = authority.issue("main", "ec256", List.of("localhost"));
    }

    /** Notes the header, and then request after request. */
    private static RawOrigin origin(boolean binary) {
        RawOrigin[] self = new RawOrigin[1];
        self[0] = RawOrigin.running(connection -> {
            self[0].note(binary ? readBinary(connection) : connection.readLine());
            for (String request = RawOrigin.readRequest(connection); !request.isEmpty(); request = RawOrigin.readRequest(connection)) {
                self[0].note(request);
                connection.send(OK_HI);
            }
        });
        return self[0];
    }

    private static String readBinary(RawConnection connection) {
        String fixed = connection.readBytes(16);
        return fixed.length() < 16 ? fixed : fixed + connection.readBytes(fixed.charAt(14) << 8 | fixed.charAt(15));
    }

    private static String ports(RawConnection client, InetSocketAddress listening) {
        return client.socket().getLocalPort() + " " + listening.getPort();
    }

    /** Of 127.0.0.1, as version 2 has it. */
    private static String loopback(RawConnection client, InetSocketAddress listening) {
        return hex("7f000001 7f000001" + String.format("%04x%04x", client.socket().getLocalPort(), listening.getPort()));
    }

    @Test
    void version1TellsTheClientAndWhatItConnectedTo() {
        try (var origin = origin(false); var proxy = TestProxy.with("pool.test.proxy-protocol = v1\n", origin); var client = proxy.connect()) {
            assertThat(RawAnswer.read(client.send(GET), false).body()).isEqualTo("hi");
            assertThat(origin.nextRequest()).isEqualTo("PROXY TCP4 127.0.0.1 127.0.0.1 " + ports(client, proxy.address()) + "\r\n");
            assertThat(origin.nextRequest()).startsWith("GET / ");
        }
    }

    @Test
    void version2TellsTheSame() {
        try (var origin = origin(true); var proxy = TestProxy.with("pool.test.proxy-protocol = v2\n", origin); var client = proxy.connect()) {
            assertThat(RawAnswer.read(client.send(GET), false).body()).isEqualTo("hi");
            assertThat(origin.nextRequest()).isEqualTo(binary(0x21, 0x11, loopback(client, proxy.address())));
            assertThat(origin.nextRequest()).startsWith("GET / ");
        }
    }

    @Test
    void onAListenerOfAllAddressesItIsTheOneTheClientConnectedTo() throws Exception {
        try (var origin = origin(false); var proxy = TestProxy.with("listen.test = :0\npool.test.proxy-protocol = v1\n", origin);
                var client = RawConnection.to(new InetSocketAddress(InetAddress.getByName("127.0.0.81"), proxy.port()))) {
            assertThat(RawAnswer.read(client.send(GET), false).body()).isEqualTo("hi");
            assertThat(origin.nextRequest()).isEqualTo("PROXY TCP4 " + client.socket().getLocalAddress().getHostAddress() + " 127.0.0.81 "
                    + ports(client, proxy.address()) + "\r\n");
        }
    }

    @Test
    void eachConnectionServesOneRequest() {
        try (var origin = origin(false); var proxy = TestProxy.with("pool.test.proxy-protocol = v1\n", origin); var one = proxy.connect();
                var two = proxy.connect()) {
            for (int i = 0; i < 2; i++) {
                for (RawConnection client : List.of(one, two)) {
                    assertThat(RawAnswer.read(client.send(GET), false).body()).isEqualTo("hi");
                    assertThat(origin.nextRequest()).endsWith(" " + ports(client, proxy.address()) + "\r\n");
                    assertThat(origin.nextRequest()).startsWith("GET / ");
                }
            }
            assertThat(origin.connections()).isEqualTo(4);
        }
    }

    @Test
    void whatCameInGoesOn() {
        String told = ssl(5, 0, field(0x21, "TLSv1.3") + field(0x22, "alice")) + field(5, "id-1") + field(2, "a.example") + field(1, "h2");
        try (var origin = origin(true); var proxy = TestProxy.with("listen.test.proxy-protocol = 127.0.0.1\npool.test.proxy-protocol = v2\n", origin);
                var client = proxy.connect(); var local = proxy.connect()) {
            assertThat(RawAnswer.read(client.send(proxied(told) + GET), false).body()).isEqualTo("hi");
            assertThat(origin.nextRequest()).isEqualTo(proxied(told));
            assertThat(origin.nextRequest()).contains("X-Forwarded-For: 192.0.2.7\r\n", "X-Forwarded-Proto: https\r\n");
            assertThat(RawAnswer.read(local.send(binary(0x20, 0x11, V4) + GET), false).body()).isEqualTo("hi");
            assertThat(origin.nextRequest()).isEqualTo(binary(0x21, 0x11, loopback(local, proxy.address())));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void howTheClientCameByTls(boolean withCertificate) {
        String tls = "tls.main = " + certificate.certificate() + " " + certificate.key() + "\nlisten.test.certs = main\nlisten.test.client-certs = optional\n"
                + "listen.test.client-ca = " + authority.ca() + "\n";
        TlsSockets sockets = TlsSockets.of(authority.ca(), withCertificate ? authority.client("alice") : null);
        String told = withCertificate ? ssl(5, 0, field(0x21, "TLSv1.3") + field(0x22, "alice")) : ssl(1, 1, field(0x21, "TLSv1.3"));
        try (var origin = origin(true); var proxy = TestProxy.with(tls + "pool.test.proxy-protocol = v2\n", origin);
                var client = sockets.connect(proxy.address(), "localhost", parameters -> parameters.setApplicationProtocols(new String[] {"http/1.1"}))) {
            assertThat(RawAnswer.read(client.send(GET), false).body()).isEqualTo("hi");
            assertThat(origin.nextRequest()).isEqualTo(binary(0x21, 0x11, hex("7f000001 7f000001" + String.format("%04x%04x",
                    client.carrier().getLocalPort(), proxy.port())) + told + field(2, "localhost") + field(1, "http/1.1")));
        }
    }

    /** One weir behind another: what the first one writes, the second one understands, in clear and before TLS. */
    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2", "v1 https", "v2 https"})
    void aSecondWeirUnderstandsIt(String how) {
        boolean tls = how.endsWith("https");
        String listen = "listen.test.proxy-protocol = 127.0.0.0/8\n" + (tls ? "tls.main = " + certificate.certificate() + " " + certificate.key()
                + "\nlisten.test.certs = main\n" : "");
        try (var origin = RawOrigin.answering(OK_HI); var second = TestProxy.with(listen, origin);
                var first = TestProxy.configured("listen.test.proxy-protocol = 127.0.0.1\npool.second = " + (tls ? "https://" : "") + "127.0.0.1:" + second.port()
                        + "\npool.second.proxy-protocol = " + how.substring(0, 2) + (tls ? "\npool.second.server-name = localhost\npool.second.ca = " + authority.ca() : "") + "\nroute.all = /* -> second\n")) {
            for (int i = 0; i < 3; i++) {
                assertThat(first.send(proxied(field(5, "id-" + i)) + GET).body()).isEqualTo("hi");
                assertThat(origin.nextRequest()).contains("X-Forwarded-For: 192.0.2.7\r\n");
                assertThat(second.nextLog()).contains("\"client\":\"192.0.2.7\"").matches(line -> line.contains("\"unique_id\":\"id-") == how.startsWith("v2"));
            }
            assertThat(second.metric("weir_proxy_protocol_errors_total{listener=\"test\"}")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void aCheckSpeaksForNobody(String version) {
        try (var origin = origin(version.equals("v2"));
                var proxy = TestProxy.with("pool.test.proxy-protocol = " + version + "\npool.test.check = GET /check every 100ms expect 200\n", origin)) {
            assertThat(origin.nextRequest()).isEqualTo(version.equals("v2") ? binary(0x20, 0, "") : "PROXY UNKNOWN\r\n");
            assertThat(origin.nextRequest()).startsWith("GET /check ");
            assertThat(proxy.send(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void aCheckAtAnotherPortHasNoHeader() {
        try (var origin = origin(false); var other = RawOrigin.answering(OK_HI);
                var proxy = TestProxy.with("pool.test.proxy-protocol = v1\npool.test.check = GET /check port " + other.port() + " every 100ms expect 200\n", origin)) {
            assertThat(other.nextRequest()).startsWith("GET /check ");
            assertThat(proxy.send(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void contentIsStreamedBehindIt() {
        String content = "x".repeat(300_000);
        try (var origin = origin(true); var proxy = TestProxy.with("pool.test.proxy-protocol = v2\n", origin); var client = proxy.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + content.length() + "\r\n\r\n" + content);
            assertThat(RawAnswer.read(client, false).body()).isEqualTo("hi");
            origin.nextRequest();
            assertThat(origin.nextRequest()).endsWith("\r\n\r\n" + content);
        }
    }
}
