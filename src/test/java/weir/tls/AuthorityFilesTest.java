package weir.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static weir.tls.TestCertificates.openssl;
import static weir.tls.TestCertificates.write;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weir.tls.IdentityReader.CaResult;
import weir.tls.IdentityReader.CrlResult;

class AuthorityFilesTest {
    @TempDir
    static Path dir;
    private static TestCertificates ca;
    private static TestCertificates middle;

    @BeforeAll
    static void issue() {
        ca = TestCertificates.create(dir);
        middle = ca.intermediate("middle");
    }

    private static CaResult authorities(String content) {
        return IdentityReader.readAuthorities(write(dir.resolve("cas"), content));
    }

    private static String text(Path file) {
        return TestCertificates.read(file);
    }

    @Test
    void readsAuthorities() {
        CaResult result = authorities("# ours\n" + text(ca.ca()) + "\n" + text(middle.ca()));
        assertThat(result.findings()).isEmpty();
        assertThat(result.certificates()).hasSize(2);
    }

    @Test
    void saysWhatIsWrongWithAuthorities() {
        String leaf = text(ca.issue("a.example", "ec256", List.of("a.example")).certificate());
        assertThat(authorities(leaf).findings()).singleElement().asString().contains("cas:1: this certificate (CN=a.example) may not sign others");
        assertThat(authorities(leaf).certificates()).hasSize(1);
        CaResult key = authorities(text(ca.ca()) + text(ca.caKey()));
        assertThat(key.findings()).singleElement().asString().contains("a private key stands in a file of authorities");
        assertThat(key.certificates()).hasSize(1);
        for (String bad : List.of("", "hello", "x -----BEGIN CERTIFICATE-----", text(ca.caKey()), text(ca.ca()).replace("M", "#"),
                text(ca.ca()) + text(dir.resolve("a.example.csr")))) {
            CaResult result = authorities(bad);
            assertThat(result.certificates()).as(bad).isEmpty();
            assertThat(result.findings()).as(bad).anyMatch(Finding::fault);
        }
        assertThat(IdentityReader.readAuthorities(dir.resolve("none")).findings()).singleElement().asString().contains("there is no such file");
        CaResult late = AuthorityFiles.readAuthorities(ca.ca(), Instant.now().plus(Duration.ofDays(5000)));
        assertThat(late.findings()).singleElement().asString().contains("ca.pem:1: THE CERTIFICATE HAS EXPIRED");
        assertThat(late.certificates()).hasSize(1);
    }

    @Test
    void readsRevocations() {
        TestCertificates.Issued alice = ca.client("alice");
        Path list = ca.revoke(alice);
        CrlResult result = IdentityReader.readRevocations(list);
        assertThat(result.findings()).isEmpty();
        assertThat(result.lists()).singleElement().satisfies(crl ->
                assertThat(crl.getRevokedCertificates()).hasSize(1));
        openssl(dir, "crl", "-in", list.toString(), "-outform", "der", "-out", "list.der");
        assertThat(IdentityReader.readRevocations(dir.resolve("list.der")).lists()).isEqualTo(result.lists());
        CrlResult two = IdentityReader.readRevocations(write(dir.resolve("two"), text(list) + text(middle.revoke())));
        assertThat(two.findings()).isEmpty();
        assertThat(two.lists()).hasSize(2);
        CrlResult late = AuthorityFiles.readRevocations(list, Instant.now().plus(Duration.ofDays(31)));
        assertThat(late.findings()).singleElement().asString().contains("the list of CN=ca,O=weir test is out of date since ");
        assertThat(late.lists()).hasSize(1);
        for (String bad : List.of("", "hello", text(ca.ca()), "x -----BEGIN X509 CRL-----", text(list) + text(ca.ca()),
                text(list) + "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n")) {
            CrlResult none = IdentityReader.readRevocations(write(dir.resolve("bad"), bad));
            assertThat(none.lists()).as(bad).isEmpty();
            assertThat(none.findings()).as(bad).anyMatch(Finding::fault);
        }
    }
}
