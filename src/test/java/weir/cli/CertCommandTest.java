package weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weir.tls.SelfSigned;
import weir.tls.TestCertificates;
import weir.tls.TestCertificates.Issued;

class CertCommandTest {
    @TempDir
    static Path dir;
    private static TestCertificates ca;
    private static Issued app;
    private static Issued other;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void issue() {
        ca = TestCertificates.create(dir);
        app = ca.intermediate("middle").issue("app", "ec256", List.of("app.example", "*.app.example"));
        other = ca.issue("other", "rsa2048", List.of("other.example"));
    }

    private int run(Object... words) {
        out.reset();
        err.reset();
        String[] args = new String[words.length + 1];
        args[0] = "cert";
        for (int i = 0; i < words.length; i++) {
            args[i + 1] = words[i].toString();
        }
        return Main.run(args, new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.<String, String>of()::get);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8).replace(dir + "/", "");
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8).replace(dir + "/", "");
    }

    private static Path file(String name, String content) throws IOException {
        return Files.writeString(dir.resolve(name), content);
    }

    @Test
    void saysWhatACertificateIsGoodFor() {
        assertThat(run(app.certificate())).isZero();
        assertThat(err()).isEmpty();
        assertThat(out().lines()).element(0).isEqualTo("app.pem");
        assertThat(out()).containsPattern("""
                  subject      CN=app
                  names        app.example, \\*.app.example
                  issuer       CN=middle
                  valid from   20[-0-9]{8}T[0-9:]{8}Z
                  valid until  20[-0-9]{8}T[0-9:]{8}Z \\(89 days left\\)
                  serial       [0-9a-f]+
                  key          EC P-256
                  signature    SHA256withECDSA
                  sha256       [0-9a-f]{64}
                  key sha256   [0-9a-f]{64} \\(for pool.NAME.pins\\)
                  chain        1. CN=app, issued by CN=middle, until 20[-0-9]{8}T[0-9:]{8}Z
                               2. CN=middle, issued by CN=ca,O=weir test, until 20[-0-9]{8}T[0-9:]{8}Z
                  private key  not in this file \\(name it too to see whether it fits: weir cert app.pem KEY\\)
                """);
    }

    @Test
    void fingerprintsAreThoseOfOpenssl() {
        run(app.certificate());
        String printed = TestCertificates.openssl(dir, "x509", "-noout", "-fingerprint", "-sha256", "-in", app.certificate().toString());
        assertThat(out()).contains("sha256       " + printed.replaceAll(".*=|:|\\s", "").toLowerCase(Locale.ROOT));
        TestCertificates.openssl(dir, "pkey", "-in", app.key().toString(), "-pubout", "-outform", "der", "-out", "open.der");
        String pin = TestCertificates.openssl(dir, "dgst", "-sha256", "-r", "open.der").replaceAll(" .*\\s", "");
        assertThat(out()).contains("key sha256   " + pin);
    }

    @Test
    void saysWhetherTheKeyFits() {
        assertThat(run(app.certificate(), "--key", app.key())).isZero();
        assertThat(out()).contains("  private key  app.key:1: fits\n");
        assertThat(run(app.certificate(), app.key())).isZero();                       // as in tls.NAME
        assertThat(out()).contains("  private key  app.key:1: fits\n");
        assertThat(run(app.key())).isEqualTo(1);
        assertThat(out()).isEqualTo("app.key\n  private key  app.key:1: no certificate to compare it with\n");
        assertThat(err()).startsWith("app.key: error: there is no certificate in it; ");
        assertThat(run(dir.resolve("none"))).isEqualTo(1);
        assertThat(out()).isEqualTo("none\n");
        assertThat(run(app.certificate(), "--key", other.key())).isEqualTo(1);
        assertThat(out()).contains("  private key  other.key:1: DOES NOT FIT\n");
        assertThat(err()).startsWith("app.pem:1: error: the key in other.key:1 is not the key of this certificate (CN=app); ");
        assertThat(run(app.certificate(), "--key", ca.ca())).isEqualTo(1);
        assertThat(err()).startsWith("ca.pem: error: there is no private key in it; ");
    }

    @Test
    void saysThatNobodyElseHasSignedIt() throws IOException {
        assertThat(run(file("self.pem", SelfSigned.pem(SelfSigned.of("self", List.of("localhost"), Duration.ofDays(30)))))).isZero();
        assertThat(out()).contains("  issuer       itself: only who is told to will believe it\n",
                "  chain        1. CN=localhost,O=weir self-signed, issued by itself, until ");
        assertThat(out()).containsPattern("  private key  self.pem:[0-9]+: fits\n");
    }

    /** What is read as a configuration is shown line by line where it is wrong. */
    @Test
    void noLineOfAKeyIsShown() throws IOException {
        List<String> secret = Files.readAllLines(app.key());
        for (Object[] words : new Object[][] {{app.key()}, {app.certificate(), app.key()}, {app.certificate(), app.key(), "--key", app.key()}}) {
            run(words);
            assertThat(out() + err()).doesNotContain(secret.get(1), secret.get(2));
        }
        for (String command : List.of("check", "show", "run")) {
            out.reset();
            err.reset();
            assertThat(Main.run(new String[] {command, app.key().toString()}, new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8), Map.<String, String>of()::get)).isEqualTo(1);
            assertThat(err()).contains("app.key:1:1: error: this is a certificate or a key (PEM), and no configuration; ").doesNotContain(secret.get(1), secret.get(2));
        }
    }

    @Test
    void takesThePasswordFromAFile() throws IOException {
        Path store = ca.p12("store", other, "secret");
        assertThat(run(store)).isEqualTo(1);
        assertThat(err()).startsWith("store.p12: error: it is encrypted and there is no password; ");
        assertThat(run(store, "--password-file", file("password", "secret\n"))).isZero();
        assertThat(out()).contains("  key          RSA 2048 bits\n", "  private key  store.p12: fits\n").doesNotContain("secret");
        assertThat(run(store, "--password-file", dir.resolve("none"))).isEqualTo(1);
        assertThat(err()).startsWith("none: error: no password can be read from it; ");
    }

    @Test
    void warningsAreNoFaults() {
        assertThat(run(ca.expired("old", List.of("old.example")).certificate())).isZero();
        assertThat(err()).startsWith("old.pem:1: warning: THE CERTIFICATE HAS EXPIRED on ");
        assertThat(out()).contains(" (1 day ago)\n");
    }

    @Test
    void whatIsNoCertificateIsAFault() throws IOException {
        for (Path bad : List.of(dir, dir.resolve("none"), file("empty", ""), file("hello", "hello"), app.key())) {
            assertThat(run(bad)).as(bad.toString()).isEqualTo(1);
            assertThat(err()).as(bad.toString()).contains(": error: ");
        }
    }

    @Test
    void readsAllThatAConfigurationHolds() throws IOException {
        Path file = configuration();
        assertThat(run(file)).isZero();
        assertThat(out()).contains("tls.main = app.pem app.key\n", "subject      CN=app\n", "private key  app.key:1: fits\n  used by      listen.web, pool.app\n",
                "tls.spare = other.pem other.key\n", "subject      CN=other\n", "private key  other.key:1: fits\n  used by      nothing\n");
        assertThat(run(app.certificate(), file)).isZero();
        assertThat(out()).contains("  used by      listen.web, pool.app\n");
        assertThat(run(app.certificate(), file, "--set", "listen.web.certs=spare", "--set", "pool.app.cert=spare")).isZero();
        assertThat(out()).contains("  used by      nothing\n");
        assertThat(run(file, "--key", app.key())).isEqualTo(2);
        assertThat(err()).contains("is a configuration, which says itself where its keys are");
        assertThat(run(file("plain", "listen.web = :0\nroute.x = /* -> a:1\n"))).isZero();
        assertThat(out()).isEqualTo("plain: no tls.NAME in it\n");
        assertThat(run(file("wrong", "listen.web : :0\nroute.x = /* -> a:1\n"))).isEqualTo(1);
        assertThat(run(app.certificate(), dir.resolve("wrong"))).isEqualTo(1);
        assertThat(out()).startsWith("app.pem\n").doesNotContain("used by");
    }

    private static Path configuration() throws IOException {
        return file("f", """
                tls.main = DIR/app.pem DIR/app.key
                tls.spare = DIR/other.pem DIR/other.key
                listen.web = :0
                listen.web.certs = main
                pool.app = https://a.example:1
                pool.app.cert = main
                route.x = /* -> app
                """.replace("DIR", dir.toString()));
    }
}
