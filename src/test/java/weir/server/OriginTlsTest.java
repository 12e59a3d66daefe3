package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;
import weir.tls.TestCertificates;
import weir.tls.TlsSockets;

/** Connections to origins by TLS: who is believed, what is sent along, and what becomes of those that are not. */
class OriginTlsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    @TempDir
    private static Path folder;

    private static TestCertificates authority;

    @BeforeAll
    static void certificates() {
        authority = TestCertificates.create(folder);
    }

    private static TlsSockets server(String name, String... hosts) {
        return TlsSockets.of(authority.ca(), authority.issue(name, "ec256", List.of(hosts)));
    }

    private static TestProxy proxy(RawOrigin origin, String host, String more) {
        return TestProxy.configured("pool.test = https://" + host + ":" + origin.port() + "\nroute.test = /* -> test\n" + more);
    }

    private static String trusting() {
        return "pool.test.ca = " + authority.ca() + "\n";
    }

    private static void assertRefused(TestProxy proxy, String why) {
        RawAnswer answer = proxy.send(GET);
        assertThat(answer.status()).isEqualTo(502);
        assertThat(proxy.nextEnd()).startsWith("origin-tls: ").contains(why);
        assertThat(proxy.metric("weir_upstream_requests_total{pool=\"test\",result=\"tls\",server=\""
                + proxy.server().settings().pools().get(0).servers().get(0).address() + "\"}")).isEqualTo(1);
    }

    @Test
    void aVerifiedServerIsAskedAndItsConnectionKept() {
        try (var origin = RawOrigin.answering(server("kept", "127.0.0.1")::server, OK); var proxy = proxy(origin, "127.0.0.1", trusting())) {
            for (int i = 0; i < 3; i++) {
                assertThat(proxy.send(GET).body()).isEqualTo("hi");
                assertThat(origin.nextRequest()).startsWith("GET / HTTP/1.1\r\nHost: example.com\r\n");
            }
            assertThat(origin.connections()).isEqualTo(1);
            assertThat(proxy.metric("weir_upstream_tls_handshakes_total{pool=\"test\",resumed=\"no\",version=\"TLSv1.3\"}")).isEqualTo(1);
        }
    }

    @Test
    void sessionsAreResumedWithAServerThatClosesEachConnection() {
        String last = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi";
        try (var origin = RawOrigin.answering(server("resumed", "127.0.0.1")::server, last); var proxy = proxy(origin, "127.0.0.1", trusting())) {
            for (int i = 0; i < 3; i++) {
                assertThat(proxy.send(GET).body()).isEqualTo("hi");
            }
            assertThat(origin.connections()).isEqualTo(3);
            assertThat(proxy.metric("weir_upstream_tls_handshakes_total{pool=\"test\",resumed=\"yes\",version=\"TLSv1.3\"}")).isEqualTo(2);
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() {
        try (var origin = RawOrigin.answering(server("other", "other.example")::server, OK); var proxy = proxy(origin, "127.0.0.1", trusting())) {
            assertRefused(proxy, "127.0.0.1");
        }
    }

    @Test
    void anExpiredCertificateIsRefused() {
        TlsSockets late = TlsSockets.of(authority.ca(), authority.expired("late", List.of("127.0.0.1")));
        try (var origin = RawOrigin.answering(late::server, OK); var proxy = proxy(origin, "127.0.0.1", trusting())) {
            assertRefused(proxy, "NotAfter: ");
        }
    }

    @Test
    void anAuthorityThatNobodyNamedIsNotBelieved() {
        try (var origin = RawOrigin.answering(server("unknown", "127.0.0.1")::server, OK); var proxy = proxy(origin, "127.0.0.1", "")) {
            assertRefused(proxy, "valid certification path");
        }
    }

    @Test
    void aPinnedKeyIsBelievedWhoeverSignedItAndNoOther() throws Exception {
        TestCertificates.Issued issued = authority.issue("pinned", "ec256", List.of("whatever.example"));
        String pin;
        try (var in = Files.newInputStream(issued.certificate())) {
            var key = CertificateFactory.getInstance("X.509").generateCertificate(in).getPublicKey();
            pin = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
        }
        TlsSockets server = TlsSockets.of(authority.ca(), issued);
        try (var origin = RawOrigin.answering(server::server, OK)) {
            try (var proxy = proxy(origin, "127.0.0.1", "pool.test.pins = " + "00".repeat(32) + ", " + pin + "\n")) {
                assertThat(proxy.send(GET).body()).isEqualTo("hi");
            }
            try (var proxy = proxy(origin, "127.0.0.1", "pool.test.pins = " + "00".repeat(32) + "\n")) {
                assertRefused(proxy, "none of the pins");
            }
        }
    }

    @Test
    void withoutVerificationEverybodyIsBelieved() {
        try (var origin = RawOrigin.answering(server("anybody", "other.example")::server, OK);
                var proxy = proxy(origin, "127.0.0.1", "pool.test.verify = off\n")) {
            assertThat(proxy.send(GET).body()).isEqualTo("hi");
        }
    }

    @Test
    void theServerIsToldTheNameAndGetsTheCertificateOfThePool() throws Exception {
        TestCertificates.Issued own = authority.client("weir-itself");
        TlsSockets server = server("named", "app.internal");
        AtomicReference<List<SNIServerName>> asked = new AtomicReference<>();
        AtomicReference<String> shown = new AtomicReference<>();
        RawOrigin.Layer layer = accepted -> {
            SSLSocket socket = (SSLSocket) server.server(accepted);
            socket.setNeedClientAuth(true);
            return socket;
        };
        try (var origin = RawOrigin.running(layer, connection -> {
            SSLSocket socket = (SSLSocket) connection.socket();
            connection.readHead();
            asked.set(((ExtendedSSLSession) socket.getSession()).getRequestedServerNames());
            shown.set(socket.getSession().getPeerPrincipal().getName());
            connection.send(OK);
        }); var proxy = proxy(origin, "127.0.0.1", trusting() + "pool.test.server-name = app.internal\n"
                + "tls.own = " + own.certificate() + " " + own.key() + "\npool.test.cert = own\n")) {
            assertThat(proxy.send(GET).status()).isEqualTo(200);
            assertThat(asked.get()).hasSize(1);
            assertThat(new String(asked.get().get(0).getEncoded(), java.nio.charset.StandardCharsets.US_ASCII)).isEqualTo("app.internal");
            assertThat(shown.get()).contains("weir-itself");
        }
    }

    @Test
    void aServerThatSpeaksNoTlsOrStallsIsNamed() {
        try (var origin = RawOrigin.running(connection -> connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")); var proxy = proxy(origin, "127.0.0.1", "")) {
            assertRefused(proxy, "");
        }
        try (var origin = RawOrigin.running(RawConnection::readAll);
                var proxy = proxy(origin, "127.0.0.1", "pool.test.timeout = handshake 200ms\n")) {
            assertRefused(proxy, "not finished in time");
        }
        try (var origin = RawOrigin.running(RawConnection::read); var proxy = proxy(origin, "127.0.0.1", "")) {
            assertRefused(proxy, "ended the connection in the handshake");
        }
    }

    @Test
    void anotherServerIsTriedWhenOneCannotBeVerified() {
        try (var bad = RawOrigin.answering(server("wrong", "other.example")::server, OK);
                var good = RawOrigin.answering(server("right", "127.0.0.1")::server, OK);
                var proxy = TestProxy.configured("pool.test = https://127.0.0.1:" + bad.port() + ", https://127.0.0.1:" + good.port()
                        + "\nroute.test = /* -> test\n" + trusting())) {
            assertThat(proxy.send(GET).status()).isEqualTo(200);
            assertThat(proxy.send(GET).status()).isEqualTo(200);
        }
    }

    /** RFC 9112 §9.8: without close_notify nobody knows whether the server or somebody on the way ended the body. */
    @Test
    void aBodyThatEndsWithTheConnectionNeedsACloseNotify() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        TlsSockets server = server("until-close", "127.0.0.1");
        try (var origin = RawOrigin.running(server::server, connection -> {
            boolean orderly = connection.readHead().startsWith("GET /orderly");
            connection.send("HTTP/1.1 200 OK\r\n\r\nall of it");
            if (!orderly) {
                read.await();
                connection.carrier().close();                            // FIN, and no close_notify
            }
        }); var proxy = proxy(origin, "127.0.0.1", trusting()); var client = proxy.connect()) {
            assertThat(proxy.send("GET /orderly HTTP/1.1\r\nHost: a\r\n\r\n").body()).isEqualTo("9\r\nall of it\r\n0\r\n\r\n");
            assertThat(proxy.nextEnd()).isEqualTo("ok");
            client.send("GET /cut HTTP/1.1\r\nHost: a\r\n\r\n");
            client.readHead();
            assertThat(client.readBytes(14)).contains("all of it");
            read.countDown();
            assertThat(client.readAll()).doesNotContain("0\r\n\r\n");
            assertThat(proxy.nextEnd()).startsWith("origin-truncated: ").contains("close_notify");
        }
    }
}
