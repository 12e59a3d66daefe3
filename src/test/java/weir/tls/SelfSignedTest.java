package weir.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weir.tls.TestCertificates.openssl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfSignedTest {
    private static final List<String> HOSTS = List.of("localhost", "*.Demo.example", "127.0.0.1", "::1");

    @TempDir
    Path dir;

    @Test
    void opensslTakesIt() throws IOException {
        Identity identity = SelfSigned.of("demo", HOSTS, Duration.ofDays(30));
        Path file = write(SelfSigned.pem(identity));
        for (String check : List.of("-verify_hostname localhost", "-verify_hostname x.demo.example", "-verify_ip 127.0.0.1", "-verify_ip ::1")) {
            String[] words = ("verify -x509_strict -purpose sslserver " + check + " -CAfile " + file + " " + file).split(" ", -1);
            assertThat(openssl(dir, words)).contains("OK");
        }
        assertThat(openssl(dir, "x509", "-noout", "-text", "-in", file.toString())).contains("ecdsa-with-SHA256", "CA:FALSE", "prime256v1",
                "DNS:localhost, DNS:*.demo.example, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1", "Digital Signature",
                "TLS Web Server Authentication");
        assertThat(openssl(dir, "pkey", "-noout", "-check", "-in", file.toString())).contains("valid");
    }

    @Test
    void ourOwnReaderFindsNothingWrong() throws IOException {
        Identity identity = SelfSigned.of("demo", HOSTS, Duration.ofDays(30));
        assertThat(identity.hosts()).containsExactly("localhost", "*.demo.example", "127.0.0.1", "::1");
        Path file = write(SelfSigned.pem(identity));
        IdentityReader.Result read = IdentityReader.read(new CertificateFiles("demo", file, null, null, 0), Instant.now());
        assertThat(read.findings()).isEmpty();
        assertThat(read.identity().chain()).isEqualTo(identity.chain());
        assertThat(read.identity().hosts()).isEqualTo(identity.hosts());
        assertThat(identity.toString()).doesNotContain("PRIVATE");
    }

    @Test
    void everySerialIsAnother() {
        Set<Object> serials = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            serials.add(SelfSigned.of("demo", HOSTS, Duration.ofDays(1)).certificate().getSerialNumber());
        }
        assertThat(serials).hasSize(20);
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> SelfSigned.of("demo", List.of(), Duration.ofDays(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SelfSigned.of("demo", HOSTS, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SelfSigned.of("demo", HOSTS, Duration.ofDays(99_999_999))).isInstanceOf(IllegalArgumentException.class);
    }

    private Path write(String text) throws IOException {
        Path file = Files.createFile(dir.resolve("demo.pem"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }
}
