package weir.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCertificatesTest {
    @Test
    void issuesWhatOpensslVerifies(@TempDir Path dir) {
        TestCertificates ca = TestCertificates.create(dir);
        TestCertificates middle = ca.intermediate("middle");
        String root = ca.ca().toString();
        for (String spec : List.of("rsa2048", "ec256", "ed25519")) {
            Path certificate = ca.issue("a-" + spec, spec, List.of("a.example", "*.a.example", "127.0.0.1", "::1")).certificate();
            assertThat(TestCertificates.openssl(dir, "verify", "-CAfile", root, "-purpose", "sslserver",
                    "-verify_hostname", "x.a.example", certificate.toString())).contains("OK");
        }
        Path below = middle.issue("below", "ec256", List.of("b.example")).certificate();
        assertThat(TestCertificates.openssl(dir, "verify", "-CAfile", root, "-untrusted", below.toString(), below.toString()))
                .contains("OK");
        TestCertificates.Issued client = ca.client("alice");
        assertThat(TestCertificates.openssl(dir, "verify", "-CAfile", root, "-purpose", "sslclient", client.certificate().toString()))
                .contains("OK");
        assertThat(TestCertificates.openssl(dir, "x509", "-in", ca.expired("old", List.of("old.example")).certificate().toString(),
                "-noout", "-ext", "subjectAltName")).contains("old.example");
        assertThat(TestCertificates.openssl(dir, "crl", "-in", ca.revoke(client).toString(), "-noout", "-text"))
                .contains("Revoked Certificates").contains("Serial Number");
    }
}
