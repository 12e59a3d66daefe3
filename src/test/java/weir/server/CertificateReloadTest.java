package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weir.Await;
import weir.RawConnection;
import weir.TestProxy;
import weir.tls.TestCertificates;
import weir.tls.TlsSockets;

/** Files of certificates that change under a running proxy. */
class CertificateReloadTest {
    private static final String REQUEST = "GET /hello HTTP/1.1\r\nHost: a.example\r\n\r\n";
    private static final int REPLACEMENTS = 100;
    private static final int CLIENTS = 3;

    @TempDir
    private static Path folder;

    private static TestCertificates authority;
    private static List<Path> both;

    @BeforeAll
    static void certificates() throws IOException {
        authority = TestCertificates.create(folder);
        both = List.of(inOneFile(authority.issue("one", "ec256", List.of("a.example"))), inOneFile(authority.issue("two", "ec256", List.of("a.example"))));
    }

    private static Path inOneFile(TestCertificates.Issued issued) throws IOException {
        return Files.writeString(folder.resolve(issued.certificate().getFileName() + ".both"),
                Files.readString(issued.certificate()) + Files.readString(issued.key()));
    }

    /** As certbot and its sisters do: never half a file. */
    private static void put(Path content, Path file) throws IOException {
        Path next = Files.copy(content, file.resolveSibling(file.getFileName() + ".next"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static TestProxy proxy(Path file) {
        return TestProxy.configured("tls.main = " + file + "\ntls.main.reload = 10ms\nlisten.test.certs = main\nserver.tls-warm-up = off\n"
                + "route.hello = /hello -> respond 200 \"hello\"\nlog.access = off\n");
    }

    private static String ask(RawConnection client) {
        String head = client.send(REQUEST).readHead();
        assertThat(head).startsWith("HTTP/1.1 200 ");
        return client.readBytes(5);
    }

    /** With a session of its own, so that the certificate is shown. */
    private static String shownBy(TestProxy proxy) {
        try (RawConnection client = TlsSockets.of(authority.ca(), null).connect(proxy.address(), "a.example")) {
            X509Certificate shown = (X509Certificate) ((SSLSocket) client.socket()).getSession().getPeerCertificates()[0];
            assertThat(ask(client)).isEqualTo("hello");
            return shown.getSubjectX500Principal().getName();
        } catch (SSLPeerUnverifiedException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aHundredReplacementsUnderLoadDisturbNobody() throws Exception {
        Path file = folder.resolve("current.pem");
        put(both.get(0), file);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger served = new AtomicInteger();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        try (TestProxy proxy = proxy(file)) {
            TlsSockets sockets = TlsSockets.of(authority.ca(), null);
            try (RawConnection kept = sockets.connect(proxy.address(), "a.example")) {
                List<Thread> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(new Thread(() -> load(proxy, sockets, over, served, failures), "load-" + i));
                }
                clients.forEach(Thread::start);
                for (int i = 1; i <= REPLACEMENTS; i++) {
                    String wanted = i % 2 == 0 ? "CN=one" : "CN=two";
                    put(both.get(i % 2), file);
                    Await.until("replacement " + i + " is shown", () -> shownBy(proxy).equals(wanted));
                    assertThat(ask(kept)).isEqualTo("hello");
                }
                over.set(true);
                for (Thread client : clients) {
                    client.join();
                }
            }
            assertThat(failures).isEmpty();
            assertThat(served.get()).isGreaterThan(REPLACEMENTS);
            assertThat(proxy.metric("weir_tls_certificate_reloads_total{certificate=\"main\",result=\"ok\"}")).isEqualTo(REPLACEMENTS);
            assertThat(proxy.metric("weir_tls_handshakes_total{listener=\"test\",resumed=\"yes\",version=\"TLSv1.3\"}")).as("sessions go on").isPositive();
            assertThat(new String(proxy.server().metrics().text(), java.nio.charset.StandardCharsets.UTF_8).lines()
                    .filter(line -> line.startsWith("weir_tls_handshake_failures_total") && !line.endsWith(" 0"))).isEmpty();
        }
    }

    private static void load(TestProxy proxy, TlsSockets sockets, AtomicBoolean over, AtomicInteger served, ConcurrentLinkedQueue<Throwable> failures) {
        while (!over.get() && failures.isEmpty()) {
            try (RawConnection client = sockets.connect(proxy.address(), "a.example")) {
                assertThat(ask(client)).isEqualTo("hello");
                served.incrementAndGet();
            } catch (RuntimeException | AssertionError e) {
                failures.add(e);
            }
        }
    }

    @Test
    void aBadFileLeavesTheOldOneInUseAndSaysSo() throws Exception {
        Path file = folder.resolve("bad.pem");
        put(both.get(0), file);
        String success = "weir_tls_certificate_reload_success{certificate=\"main\"}";
        try (TestProxy proxy = proxy(file)) {
            assertThat(proxy.metric(success)).isEqualTo(1);
            assertThat(proxy.metric("weir_tls_certificate_expires_in_seconds{certificate=\"main\"}")).isBetween(80 * 86_400.0, 90 * 86_400.0);
            put(Files.writeString(folder.resolve("garbage"), "-----BEGIN CERTIFICATE-----\nno\n"), file);
            Await.until("the fault is counted", () -> proxy.metric("weir_tls_certificate_reloads_total{certificate=\"main\",result=\"failed\"}") == 1);
            assertThat(proxy.metric(success)).isZero();
            assertThat(proxy.journal()).contains("tls.main: the changed files cannot be used, the old ones stay: " + file);
            assertThat(shownBy(proxy)).isEqualTo("CN=one");
            put(both.get(1), file);
            Await.until("the next good one is in use", () -> proxy.metric(success) == 1);
            assertThat(shownBy(proxy)).isEqualTo("CN=two");
            assertThat(proxy.metric("weir_tls_certificate_reloads_total{certificate=\"main\",result=\"failed\"}")).as("said once").isEqualTo(1);
        }
    }
}
