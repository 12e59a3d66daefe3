package weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Child;
import weir.tls.TestCertificates;
import weir.tls.TestCertificates.Issued;

/** What the JDK reads once, when its TLS is loaded: {@code main} has said it before. In a process of its own, as this one has loaded it. */
class JdkPropertiesTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    @TempDir
    private static Path folder;

    private static TestCertificates authority;
    private static Issued issued;

    @BeforeAll
    static void certificates() {
        authority = TestCertificates.create(folder);
        // In TLS 1.2 the groups that a client offers bound the curve of a certificate too (RFC 8422 §5.1): RSA has none.
        issued = authority.issue("main", "rsa2048", List.of("localhost"));
    }

    private static WeirProcess weir(List<String> options, String more) throws IOException {
        Path file = Files.writeString(Files.createTempFile(folder, "weir", ".properties"), "tls.main = " + issued.certificate() + " " + issued.key()
                + "\nlisten.web = 127.0.0.1:0\nlisten.web.certs = main\nroute.hello = /* -> respond 200 \"hello\"\nmetrics = 127.0.0.1:0/metrics\n" + more);
        return WeirProcess.withJvm(options, "run", file.toString());
    }

    /** Its output ends with its exit code: a refusal is no failure of the test. */
    private static Child openssl(WeirProcess weir, String... options) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "openssl s_client \"$@\"; echo \"exit code $?\"", "sh", "-connect",
                "127.0.0.1:" + weir.address("listen.web").getPort(), "-servername", "localhost", "-CAfile", authority.ca().toString()));
        command.addAll(List.of(options));
        return Child.start("a POSIX system has it", command);
    }

    /** A second handshake inside of a connection is the client's to ask for and ours to compute: CVE-2011-1473. */
    @ParameterizedTest
    @ValueSource(strings = {"weir.sets.it=yes", "jdk.tls.rejectClientInitiatedRenegotiation=false"})
    void aClientCannotRenegotiate(String property) throws Exception {
        try (WeirProcess weir = weir(List.of("-D" + property), ""); Child client = openssl(weir, "-tls1_2", "-msg")) {
            client.awaitOutput("Verify return code: 0");
            String said = client.say("R\n").finish();                          // s_client's command for it
            String after = said.substring(said.indexOf("RENEGOTIATING"));
            assertThat(after).contains(", ClientHello", ", Alert").doesNotContain("ServerHello");
            try (Child next = openssl(weir, "-tls1_2")) {
                assertThat(next.say(REQUEST).finish()).contains("200 OK");
            }
        }
    }

    static Stream<Arguments> groups() {
        return Stream.of(
                arguments("", "ffdhe2048", false),                          // the JDK's own list has it
                arguments("", "P-384", true),
                arguments("", "P-521", false),
                arguments("", "X25519", true),
                arguments("server.tls-groups = secp521r1, secp384r1\n", "P-521", true),
                arguments("server.tls-groups = secp521r1, secp384r1\n", "P-384", true),
                arguments("server.tls-groups = secp521r1, secp384r1\n", "X25519", false));
    }

    @ParameterizedTest
    @MethodSource("groups")
    void groupsOfKeyExchangeAreThoseOfTheSetting(String setting, String offered, boolean served) throws Exception {
        try (WeirProcess weir = weir(List.of(), setting)) {
            for (String version : List.of("-tls1_3", "-tls1_2")) {
                try (Child client = openssl(weir, version, "-groups", offered)) {
                    String said = client.say(REQUEST).finish();
                    assertThat(said.contains("200 OK")).as(version + " " + said).isEqualTo(served);
                    assertThat(said).contains(served ? "exit code 0" : "exit code 1");
                }
            }
        }
    }

    /** RFC 9155: no SHA-1 in TLS 1.2; the JDK's own list still has it. */
    @ParameterizedTest
    @ValueSource(strings = {"RSA+SHA1 refused", "RSA+SHA224 refused", "RSA+SHA256 served"})
    void signaturesAreMadeWithoutSha1(String row) throws Exception {
        String algorithm = row.substring(0, row.indexOf(' '));
        try (WeirProcess weir = weir(List.of(), "");
                Child client = openssl(weir, "-tls1_2", "-cipher", "DEFAULT@SECLEVEL=0", "-sigalgs", algorithm)) {
            String said = client.say(REQUEST).finish();
            assertThat(said.contains("200 OK")).as(said).isEqualTo(row.endsWith("served"));
        }
    }
}
