package weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
import weir.Child;
import weir.RawConnection;
import weir.RawOrigin;
import weir.tls.TestCertificates;
import weir.tls.TestCertificates.Issued;

/** OCSP responses in the handshake (RFC 6066 §8, RFC 6960): the JDK asks for them when {@code main} has said so before TLS is loaded. */
class StaplingTest {
    private static final String GOOD = "Cert Status: good";
    private static final String NONE = "OCSP response: no response sent";

    @TempDir
    private static Path folder;

    private static TestCertificates root;
    private static TestCertificates middle;

    @BeforeAll
    static void certificates() {
        root = TestCertificates.create(folder);
        middle = root.intermediate("middle");
    }

    /** A responder of the intermediate authority: what it says is openssl's. @param before it answers */
    private static RawOrigin responder(CountDownLatch before) {
        RawOrigin[] self = new RawOrigin[1];
        self[0] = RawOrigin.running(connection -> {
            String request = RawOrigin.readRequest(connection);
            self[0].note(request);
            before.await();
            String path = request.substring("GET /".length(), request.indexOf(" HTTP/1.1"));     // RFC 6960 appendix A.1
            Path asked = Files.createTempFile(folder, "request", ".der");
            Files.write(asked, Base64.getDecoder().decode(URLDecoder.decode(path, StandardCharsets.US_ASCII)));
            Path answer = Path.of(asked + ".answer");
            TestCertificates.openssl(folder, "ocsp", "-index", folder.resolve("middle.index").toString(), "-CA", middle.ca().toString(),
                    "-rsigner", middle.ca().toString(), "-rkey", middle.caKey().toString(), "-ndays", "1", "-reqin", asked.toString(),
                    "-respout", answer.toString());
            byte[] content = Files.readAllBytes(answer);
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: application/ocsp-response\r\nContent-Length: " + content.length + "\r\n\r\n").send(content);
            connection.readAll();
        });
        return self[0];
    }

    private static WeirProcess weir(String name, int responderPort, String stapling) throws IOException {
        Issued issued = middle.order(name).hosts(List.of("localhost")).extensions("""
                basicConstraints = critical, CA:FALSE
                keyUsage = critical, digitalSignature
                extendedKeyUsage = serverAuth
                authorityInfoAccess = OCSP;URI:http://127.0.0.1:PORT
                """.replace("PORT", Integer.toString(responderPort))).issue();
        Path file = Files.writeString(folder.resolve(name + ".properties"), "tls.main = " + issued.certificate() + " " + issued.key()
                + "\nlisten.web = 127.0.0.1:0\nlisten.web.certs = main\nroute.hello = /* -> respond 200 \"hello\"\nserver.tls-stapling = " + stapling + "\n");
        return WeirProcess.start("run", file.toString());
    }

    /** What openssl says of a handshake and a request. */
    private static String handshake(WeirProcess weir, String... options) {
        try (Child client = start(weir, options)) {
            String said = client.finish();
            assertThat(said).contains("Verification: OK", "HTTP/1.1 200 OK");
            return said;
        }
    }

    private static Child start(WeirProcess weir, String... options) {
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + weir.address("listen.web").getPort(),
                "-servername", "localhost", "-CAfile", root.ca().toString(), "-verify_return_error"));
        command.addAll(List.of(options));
        return Child.start("apt-get install openssl", command).say("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_3", "-tls1_2"})
    void theResponseIsFetchedOnceAndStapled(String version) throws Exception {
        try (RawOrigin responder = responder(new CountDownLatch(0)); WeirProcess weir = weir("on" + version, responder.port(), "on")) {
            int[] first = new int[1];                                                    // each until the response has come may ask for it, and late
            Await.until("a staple", () -> {
                first[0]++;
                return handshake(weir, "-status", version).contains(GOOD);
            });
            for (int i = 0; i < 3; i++) {
                assertThat(handshake(weir, "-status", version)).contains("OCSP Response Status: successful", GOOD);
            }
            assertThat(responder.connections()).isBetween(1, first[0] + 1);               // the JDK asks once more where a connection broke
            assertThat(handshake(weir, version)).doesNotContain(GOOD);                   // nobody gets it who has not asked
            assertThat(responder.failure()).isNull();
        }
    }

    @Test
    void withoutTheSettingNobodyIsAsked() throws Exception {
        try (RawOrigin responder = responder(new CountDownLatch(0)); WeirProcess weir = weir("off", responder.port(), "off")) {
            assertThat(handshake(weir, "-status")).contains(NONE);
            assertThat(responder.connections()).isZero();
        }
    }

    @Test
    void aResponderThatStallsHoldsUpNoHandshake() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        try (RawOrigin responder = responder(told); WeirProcess weir = weir("stalled", responder.port(), "on")) {
            assertThat(handshake(weir, "-status")).contains(NONE);
            assertThat(responder.nextRequest()).startsWith("GET /");
            assertThat(handshake(weir, "-status")).contains(NONE);
            assertThat(handshake(weir)).doesNotContain(GOOD);
            told.countDown();                                                            // what comes too late for one serves the next
            Await.until("a staple", () -> handshake(weir, "-status").contains(GOOD));
        }
    }

    @Test
    void aResponderThatIsDownHoldsUpNoHandshake() throws Exception {
        int nobody;
        try (ServerSocket closed = new ServerSocket(0)) {
            nobody = closed.getLocalPort();
        }
        try (WeirProcess weir = weir("down", nobody, "on")) {
            assertThat(handshake(weir, "-status")).contains(NONE);
            assertThat(handshake(weir, "-status")).contains(NONE);
        }
    }

    /** One helper: if each of them waited there for seconds, the last would meet the deadline of a handshake. */
    @Test
    void aResponderThatStallsHoldsUpNoCrowd() throws Exception {
        try (RawOrigin responder = responder(new CountDownLatch(1)); WeirProcess weir = weir("crowd", responder.port(), "on\nserver.tls-helpers = 1")) {
            List<Child> crowd = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                crowd.add(start(weir, "-status"));
            }
            for (Child client : crowd) {
                assertThat(client.finish()).contains(NONE, "HTTP/1.1 200 OK");
            }
        }
    }
}
