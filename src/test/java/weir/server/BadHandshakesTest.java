package weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
import weir.RawConnection;
import weir.RawConnection.Ending;
import weir.TestProxy;
import weir.tls.TestCertificates;
import weir.tls.TlsSockets;

/** Handshakes that lead nowhere: each ends, is counted by its cause, holds nothing afterwards, and disturbs nobody else. */
class BadHandshakesTest {
    private static final String HELLO = "route.hello = /hello -> respond 200 \"hello\"\n";

    @TempDir
    private static Path folder;

    private static TestCertificates authority;
    private static TestCertificates.Issued certificate;
    private static TlsSockets sockets;

    @BeforeAll
    static void certificates() {
        authority = TestCertificates.create(folder);
        certificate = authority.issue("bad", "ec256", List.of("localhost"));
        sockets = TlsSockets.of(authority.ca(), null);
    }

    private static TestProxy proxy(String more) {
        return TestProxy.configured("tls.main = " + certificate.certificate() + " " + certificate.key() + "\nlisten.test.certs = main\n"
                + "server.tls-warm-up = off\n" + HELLO + more);
    }

    private static double failures(TestProxy proxy, String cause) {
        return proxy.metric("weir_tls_handshake_failures_total{cause=\"" + cause + "\",listener=\"test\"}");
    }

    private static void assertCounted(TestProxy proxy, String cause, int count) {
        Await.until(count + " failed by " + cause, () -> failures(proxy, cause) == count);
    }

    /** Somebody who means it is served all the same. */
    private static void assertServes(TestProxy proxy) {
        try (RawConnection client = sockets.connect(proxy.address(), "localhost")) {
            assertThat(client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").readAll()).startsWith("HTTP/1.1 200 ").endsWith("hello");
        }
    }

    /** The first flight of a client, record by record as it comes off the engine. */
    private static byte[] clientHello() throws Exception {
        SSLEngine engine = sockets.context().createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        ByteBuffer out = ByteBuffer.allocate(20_000);
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void plainHttpOnATlsPortIsToldSo() {
        try (TestProxy proxy = proxy("")) {
            String answer = proxy.connect().send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n").readAll();
            assertThat(answer).startsWith("HTTP/1.1 400 Bad Request\r\n").contains("Content-Type: text/plain").contains("Connection: close")
                    .endsWith("\r\n\r\nThis port speaks TLS: use https://\n");
            assertCounted(proxy, "plain-http", 1);
            assertServes(proxy);
        }
    }

    static Stream<Arguments> openings() {
        return Stream.of(
                arguments("an SSL 2 hello", bytes("\u0080.\u0001\u0003\u0001\u0000"), "no-tls"),
                arguments("zeros", new byte[100], "no-tls"),
                arguments("a record longer than any", bytes("\u0016\u0003\u0001\u00ff\u00ff"), "protocol"),
                arguments("an empty record", bytes("\u0016\u0003\u0001\u0000\u0000"), "protocol"),
                arguments("a handshake that is none", bytes("\u0016\u0003\u0001\u0000\u0005hello"), "protocol"),
                arguments("a message longer than 32 KiB", bytes("\u0016\u0003\u0001\u0000\u0004\u0001\u0001\u0000\u0000"), "protocol"),
                arguments("application data first", bytes("\u0017\u0003\u0003\u0000\u0002ab"), "no-tls"),
                arguments("an alert first", bytes("\u0015\u0003\u0003\u0000\u0002\u0001\u0000"), "no-tls"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("openings")
    void whatIsNoTlsIsCutOff(String name, byte[] opening, String cause) {
        try (TestProxy proxy = proxy(""); RawConnection client = proxy.connect()) {
            client.send(opening).readAll();
            assertCounted(proxy, cause, 1);
            assertServes(proxy);
        }
    }

    @Test
    void aClientThatLeavesInTheMiddleIsForgotten() throws Exception {
        byte[] hello = clientHello();
        int[] cuts = {1, 4, 5, 6, hello.length / 2, hello.length - 1, hello.length};
        try (TestProxy proxy = proxy("")) {
            for (int cut : cuts) {
                try (RawConnection client = proxy.connect()) {
                    client.send(Arrays.copyOf(hello, cut));
                    if (cut == hello.length) {
                        assertThat(client.read()).isEqualTo(0x16);
                    }
                }
            }
            assertCounted(proxy, "closed", cuts.length);
            assertServes(proxy);
        }
    }

    @Test
    void theHandshakeHasADeadlineWhereverItStalls() throws Exception {
        byte[] hello = clientHello();
        int[] cuts = {0, 1, 5, hello.length - 1, hello.length};
        try (TestProxy proxy = proxy("listen.test.handshake-timeout = 200ms\n")) {
            List<RawConnection> clients = new ArrayList<>();
            for (int cut : cuts) {
                clients.add(proxy.connect().send(Arrays.copyOf(hello, cut)));
            }
            for (RawConnection client : clients) {
                client.readAll();
                client.close();
            }
            assertCounted(proxy, "timeout", cuts.length);
        }
    }

    @Test
    void aHandshakeByteByByteWorks() throws Exception {
        try (TestProxy proxy = proxy(""); RawConnection client = proxy.connect()) {
            for (byte b : clientHello()) {
                client.send(new byte[] {b});
            }
            assertThat(client.read()).as("the server's hello").isEqualTo(0x16);
        }
    }

    @Test
    void amongTooManyHandshakesTheOldestThatStallsGivesWay() throws Exception {
        byte[] hello = clientHello();
        try (TestProxy proxy = proxy("server.handshakes = 2\n")) {
            List<RawConnection> stalling = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                stalling.add(proxy.connect().send(hello));
                assertThat(stalling.get(i).read()).isEqualTo(0x16);
            }
            RawConnection silent = proxy.connect();                        // takes no place before it sends something
            assertThat(failures(proxy, "flood")).isZero();
            assertServes(proxy);
            assertCounted(proxy, "flood", 1);
            stalling.get(0).readAll();
            assertThat(stalling.get(0).ending()).isNotEqualTo(Ending.BYTES);
            assertServes(proxy);
            assertCounted(proxy, "flood", 1);                              // its place is free now
            stalling.forEach(RawConnection::close);
            silent.close();
        }
    }

    @Test
    void whatTheSidesCannotAgreeOnIsNamed() {
        try (TestProxy proxy = proxy("listen.test.tls-min = 1.3\nlisten.test.server-names = strict\n")) {
            assertRefused(proxy, "localhost", parameters -> parameters.setProtocols(new String[] {"TLSv1.2"}));
            assertCounted(proxy, "version", 1);
            assertRefused(proxy, "localhost", parameters -> parameters.setApplicationProtocols(new String[] {"h2"}));
            assertCounted(proxy, "application-protocol", 1);
            assertRefused(proxy, "other.example", parameters -> { });
            assertCounted(proxy, "server-name", 1);
            assertServes(proxy);
        }
        try (TestProxy proxy = proxy("listen.test.tls-ciphers = TLS_AES_256_GCM_SHA384\n")) {
            assertRefused(proxy, "localhost", parameters -> parameters.setCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256"}));
            assertCounted(proxy, "algorithms", 1);
        }
    }

    private static void assertRefused(TestProxy proxy, String name, java.util.function.Consumer<SSLParameters> change) {
        assertThatThrownBy(() -> sockets.connect(proxy.address(), name, change)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aClientThatTrustsNobodySaysSo() throws Exception {
        TlsSockets stranger = TlsSockets.of(TestCertificates.create(Files.createDirectory(folder.resolve("stranger"))).ca(), null);
        try (TestProxy proxy = proxy("")) {
            assertThatThrownBy(() -> stranger.connect(proxy.address(), "localhost")).isInstanceOf(UncheckedIOException.class);
            assertCounted(proxy, "peer-alert", 1);
            assertServes(proxy);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2"})
    void renegotiationIsRefused(String version) throws Exception {
        try (TestProxy proxy = proxy("")) {
            Process client = new ProcessBuilder("openssl", "s_client", "-connect", "127.0.0.1:" + proxy.port(), version, "-servername", "localhost")
                    .redirectErrorStream(true).start();
            client.getOutputStream().write("R\n".getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().flush();
            String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(said).contains("RENEGOTIATING").doesNotContain("RENEGOTIATING\nverify");
            assertServes(proxy);
        }
    }
}
