package weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
import weir.Child;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;
import weir.tls.TestCertificates;
import weir.tls.TlsSockets;

/** TLS on a listener, with clients that nobody here wrote: openssl, curl, the JDK's. */
class TlsTest {
    private static final String OPENSSL = "apt-get install openssl";
    private static final String GET = "GET /hello HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n";
    private static final String HELLO = "route.hello = /hello -> respond 200 \"hello\"\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    @TempDir
    private static Path folder;

    private static TestCertificates authority;
    private static TestCertificates.Issued main;
    private static TestCertificates.Issued rsa;
    private static TestCertificates.Issued wild;
    private static TlsSockets sockets;

    @BeforeAll
    static void certificates() {
        authority = TestCertificates.create(folder);
        main = authority.issue("main", "ec256", List.of("a.example", "localhost", "127.0.0.1"));
        rsa = authority.issue("rsa", "rsa2048", List.of("a.example", "localhost"));
        wild = authority.issue("wild", "ec384", List.of("*.b.example"));
        sockets = TlsSockets.of(authority.ca(), null);
    }

    private static String certificate(String name, TestCertificates.Issued issued) {
        return "tls." + name + " = " + issued.certificate() + " " + issued.key() + "\n";
    }

    private static String listener() {
        return certificate("main", main) + certificate("rsa", rsa) + certificate("wild", wild)
                + "listen.test.certs = main, rsa, wild\nserver.tls-warm-up = off\n";
    }

    private static TestProxy proxy(String more) {
        return TestProxy.configured(listener() + HELLO + more);
    }

    private static double handshakes(TestProxy proxy, String version, String resumed) {
        return proxy.metric("weir_tls_handshakes_total{listener=\"test\",resumed=\"" + resumed + "\",version=\"" + version + "\"}");
    }

    private static String openssl(TestProxy proxy, String request, String... options) {
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + proxy.port(), "-CAfile",
                authority.ca().toString(), "-verify_return_error"));
        if (!List.of(options).contains("-servername")) {
            command.addAll(List.of("-servername", "a.example"));
        }
        command.addAll(Arrays.asList(options));
        try (Child client = Child.start(OPENSSL, command)) {
            client.say(request);
            return client.finish();
        }
    }

    // ---- versions, sessions

    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.3"})
    void opensslIsServedAndResumesItsSession(String version) {
        Path session = folder.resolve("session" + version);
        String option = "-tls" + version.replace('.', '_');
        try (TestProxy proxy = proxy("")) {
            String first = openssl(proxy, GET, option, "-sess_out", session.toString());
            assertThat(first).contains("Verification: OK", "New, TLSv" + version + ", Cipher is ", "HTTP/1.1 200 OK", "hello");
            String second = openssl(proxy, GET, option, "-sess_in", session.toString());
            assertThat(second).contains("Reused, TLSv" + version, "HTTP/1.1 200 OK", "hello");
            assertThat(handshakes(proxy, "TLSv" + version, "no")).isEqualTo(1);
            assertThat(handshakes(proxy, "TLSv" + version, "yes")).isEqualTo(1);
        }
    }

    @Test
    void curlIsServed() {
        try (TestProxy proxy = proxy(""); Child curl = Child.start("apt-get install curl", List.of("curl", "-sS", "-i", "--noproxy", "*", "--cacert",
                authority.ca().toString(), "--resolve", "a.example:" + proxy.port() + ":127.0.0.1", "https://a.example:" + proxy.port() + "/hello"))) {
            assertThat(curl.finish()).startsWith("HTTP/1.1 200 OK").endsWith("hello");
        }
    }

    @Test
    void theJdksClientSendsAndGetsLongBodies() throws Exception {
        byte[] body = new byte[3 << 20];
        new Random(7).nextBytes(body);
        try (var origin = RawOrigin.running(connection -> {
            String request = RawOrigin.readRequest(connection);
            String content = request.substring(request.indexOf("\r\n\r\n") + 4);
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + content.length() + "\r\n\r\n" + content);
            connection.readAll();
        }); var proxy = TestProxy.with(listener(), origin)) {
            HttpClient client = HttpClient.newBuilder().sslContext(sockets.context()).build();
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + proxy.port() + "/")).PUT(HttpRequest.BodyPublishers.ofByteArray(body)).build();
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            assertThat(response.body()).isEqualTo(body);
            proxy.cut();                                                   // the client has no way to close its connections on JDK 17
        }
    }

    @Test
    void http11IsChosenByAlpn() throws Exception {
        try (TestProxy proxy = proxy(""); RawConnection client = sockets.connect(proxy.address(), "a.example",
                parameters -> parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"}))) {
            assertThat(((SSLSocket) client.socket()).getApplicationProtocol()).isEqualTo("http/1.1");
        }
    }

    @Test
    void anIdleConnectionHoldsNoBuffer() {
        try (TestProxy proxy = proxy("")) {
            List<RawConnection> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                RawConnection client = sockets.connect(proxy.address(), "a.example");
                clients.add(client.send("GET /hello HTTP/1.1\r\nHost: a.example\r\n\r\n"));
                assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
                assertThat(client.readBytes(5)).isEqualTo("hello");
            }
            assertThat(proxy.server().openConnections()).isEqualTo(20);
            Await.until("all buffers are given back", () -> proxy.server().lentBuffers() == 0);
            clients.forEach(RawConnection::close);
        }
    }

    // ---- which certificate

    static Stream<Arguments> choices() {
        return Stream.of(
                arguments("a.example", "-tls1_3", "CN = main"),
                arguments("A.Example", "-tls1_3", "CN = main"),
                arguments("x.b.example", "-tls1_3", "CN = wild"),
                arguments("nobody.example", "-tls1_3", "CN = main"),
                arguments("a.example -sigalgs rsa_pss_rsae_sha256", "-tls1_3", "CN = rsa"),
                arguments("a.example -cipher ECDHE-RSA-AES128-GCM-SHA256", "-tls1_2", "CN = rsa"),
                arguments("a.example -cipher ECDHE-ECDSA-AES128-GCM-SHA256", "-tls1_2", "CN = main"));
    }

    @ParameterizedTest
    @MethodSource("choices")
    void theCertificateFollowsTheNameAndWhatTheClientCanVerify(String name, String version, String subject) {
        List<String> options = new ArrayList<>(List.of(version, "-servername"));
        options.addAll(List.of(name.split(" ")));
        try (TestProxy proxy = proxy("")) {
            assertThat(openssl(proxy, GET, options.toArray(String[]::new))).contains("subject=" + subject, "HTTP/1.1 200 OK");
        }
    }

    @Test
    void aStrictListenerServesNoOtherNames() {
        try (TestProxy proxy = proxy("listen.test.server-names = strict\n")) {
            try (RawConnection client = sockets.connect(proxy.address(), "x.b.example", parameters -> parameters.setEndpointIdentificationAlgorithm(null))) {
                client.send("GET /hello HTTP/1.1\r\nHost: x.b.example:443\r\n\r\n");
                assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
                assertThat(client.readBytes(5)).isEqualTo("hello");
                client.send("GET /hello HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
                assertThat(client.readAll()).startsWith("HTTP/1.1 421 Misdirected Request");
            }
            assertThat(proxy.nextEnd()).isEqualTo("ok");
            assertThat(proxy.nextEnd()).startsWith("misdirected");
        }
    }

    // ---- certificates of clients

    @Test
    void clientsProveThemselvesAndOriginsLearnOfIt() {
        TestCertificates.Issued alice = authority.client("alice");
        TestCertificates.Issued mallory = authority.client("mallory");
        Path revoked = authority.revoke(mallory);
        String clients = "listen.test.client-ca = " + authority.ca() + "\nlisten.test.client-crl = " + revoked + "\n";
        String forged = "GET / HTTP/1.1\r\nHost: a.example\r\nX-Client-Cert-Subject: CN=root\r\nx_client_cert_subject: CN=root\r\nClient-Cert: :AA==:\r\n"
                + "Connection: close\r\n\r\n";
        try (var origin = RawOrigin.answering(OK); var proxy = TestProxy.with(listener() + clients + "listen.test.client-certs = optional\n", origin)) {
            assertThat(TlsSockets.of(authority.ca(), alice).connect(proxy.address(), "a.example").send(forged).readAll()).startsWith("HTTP/1.1 200 ");
            assertThat(origin.nextRequest()).contains("X-Client-Cert-Subject: CN=alice\r\n", "X-Client-Cert-Fingerprint: ", "Client-Cert: :MII").doesNotContain("root");
            assertThat(sockets.connect(proxy.address(), "a.example").send(forged).readAll()).startsWith("HTTP/1.1 200 ");
            assertThat(origin.nextRequest()).doesNotContain("Client-Cert").doesNotContain("root");
            assertRejected(proxy, mallory);
        }
        try (var origin = RawOrigin.answering(OK); var proxy = TestProxy.with(listener() + clients + "listen.test.client-certs = require\n", origin)) {
            assertThat(TlsSockets.of(authority.ca(), alice).connect(proxy.address(), "a.example").send(forged).readAll()).startsWith("HTTP/1.1 200 ");
            assertRejected(proxy, null);
            assertRejected(proxy, mallory);
            assertThat(proxy.metric("weir_tls_handshake_failures_total{cause=\"certificate\",listener=\"test\"}")).isEqualTo(2);
        }
    }

    /** In TLS 1.3 the client learns of it only when it reads. */
    private static void assertRejected(TestProxy proxy, TestCertificates.Issued certificate) {
        assertThatThrownBy(() -> {
            try (RawConnection client = TlsSockets.of(authority.ca(), certificate).connect(proxy.address(), "a.example")) {
                String answer = client.send(GET).readAll();
                throw new UncheckedIOException(answer, new java.io.IOException(answer));
            }
        }).isInstanceOf(UncheckedIOException.class).message().doesNotContain("HTTP/1.1");
    }

    @Test
    void aRevokedCertificateDoesNotLiveOnInASession() {
        TestCertificates.Issued bob = authority.client("bob");
        Path revoked = authority.revoke();
        Path session = folder.resolve("session-of-bob");
        String configuration = listener() + HELLO + "listen.test.client-ca = " + authority.ca() + "\nlisten.test.client-crl = " + revoked
                + "\nlisten.test.client-certs = require\n";
        String[] options = {"-tls1_3", "-cert", bob.certificate().toString(), "-key", bob.key().toString(), "-sess_out", session.toString()};
        try (TestProxy proxy = TestProxy.configured(configuration)) {
            assertThat(openssl(proxy, GET, options)).contains("200 OK");
            options[5] = "-sess_in";
            assertThat(openssl(proxy, GET, options)).contains("Reused", "200 OK");
            authority.revoke(bob);
            proxy.reload(configuration);
            assertThat(openssl(proxy, GET, options)).contains("Reused").doesNotContain("200 OK");
            assertThat(proxy.metric("weir_tls_handshake_failures_total{cause=\"certificate\",listener=\"test\"}")).isEqualTo(1);
        } catch (java.io.IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- plain listeners beside it

    @Test
    void hstsIsForProtectedConnectionsAndPlainOnesAreSentThere() {
        try (TestProxy proxy = proxy("listen.test.hsts = 1y include-subdomains\nlisten.plain = 127.0.0.1:0\nlisten.plain.redirect = https 308 8443\n")) {
            String answer = sockets.connect(proxy.address(), "a.example").send(GET).readAll();
            assertThat(answer).contains("\r\nStrict-Transport-Security: max-age=31536000; includeSubDomains\r\n");
            try (RawConnection plain = RawConnection.to(proxy.server().address("plain"))) {
                assertThat(plain.send("GET /a?b HTTP/1.1\r\nHost: a.example:8080\r\nConnection: close\r\n\r\n").readAll())
                        .startsWith("HTTP/1.1 308 ").contains("\r\nLocation: https://a.example:8443/a?b\r\n").doesNotContain("Strict-Transport");
            }
        }
    }
}
