package weir.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import weir.config.ListenSettings;
import weir.config.Settings;
import weir.tls.CertificateFiles;
import weir.tls.Finding;
import weir.tls.IdentityReader;
import weir.tls.SubjectText;

/** {@code weir cert}: what a certificate is good for. */
final class CertCommand {
    private static final int BYTES_MAX = 1 << 20;
    private static final String PEM = "-----BEGIN ";

    private final PrintStream out;
    private final PrintStream err;
    private final UnaryOperator<String> environment;
    private final Instant now = Instant.now();

    CertCommand(PrintStream out, PrintStream err, UnaryOperator<String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    int run(Arguments arguments) {
        Arguments.Cert cert = arguments.cert();
        if (cert.key() == null && cert.configuration() != null && isPem(cert.configuration())) {
            cert = new Arguments.Cert(null, cert.configuration(), cert.passwordFile());   // as the two stand in tls.NAME
        }
        boolean isConfiguration = isConfiguration(arguments.file());
        if (isConfiguration && (cert.configuration() != null || cert.key() != null || cert.passwordFile() != null)) {
            err.println("weir: " + arguments.file() + " is a configuration, which says itself where its keys are: name it alone");
            return Main.USAGE;
        }
        Optional<Settings> settings = Optional.empty();
        Path configuration = isConfiguration ? arguments.file() : cert.configuration();
        if (configuration != null) {
            Arguments read = new Arguments(Arguments.Command.CHECK, configuration, null, arguments.sets(), List.of(), List.of(), false, false, null);
            settings = new ConfigurationSource(read, environment).settings(err);
            if (settings.isEmpty() && isConfiguration) {
                return Main.FAULTS;                              // what is wrong with its certificates is among the errors
            }
        }
        if (isConfiguration) {
            return all(configuration, settings.get());
        }
        String password = null;
        if (cert.passwordFile() != null) {
            try {
                password = password(cert.passwordFile());
            } catch (IOException e) {
                err.println(cert.passwordFile() + ": error: no password can be read from it; name a readable text file");
                return Main.FAULTS;
            }
        }
        CertificateFiles files = new CertificateFiles("NAME", arguments.file(), cert.key(), password, 0);
        boolean good = show(arguments.file().toString(), files, settings);
        return good && (configuration == null || settings.isPresent()) ? Main.OK : Main.FAULTS;
    }

    private int all(Path configuration, Settings settings) {
        if (settings.certificates().isEmpty()) {
            out.println(configuration + ": no tls.NAME in it");
        }
        boolean good = true;
        for (CertificateFiles files : settings.certificates()) {
            good &= show(files.toString(), files, Optional.of(settings));
        }
        return good ? Main.OK : Main.FAULTS;
    }

    /** Neither PEM nor DER, but with settings. */
    private static boolean isConfiguration(Path file) {
        String text = text(file);
        return text.indexOf('=') >= 0 && !text.contains(PEM) && text.chars().noneMatch(c -> c < '\t');
    }

    private static boolean isPem(Path file) {
        return text(file).contains(PEM);
    }

    /** Its beginning; empty when it cannot be read. */
    private static String text(Path file) {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(BYTES_MAX), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** The first line. */
    private static String password(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(4096), StandardCharsets.UTF_8).lines().findFirst().orElse("");
        }
    }

    /** @return false when there is a fault */
    private boolean show(String title, CertificateFiles files, Optional<Settings> settings) {
        IdentityReader.Inspection seen = IdentityReader.inspect(files, now);
        out.println(title);
        if (!seen.chain().isEmpty()) {
            certificate(seen.chain().get(0), seen.hosts());
            chain(seen.chain());
        }
        if (seen.keyWhere() != null || !seen.chain().isEmpty()) {
            line("private key", key(files, seen));
        }
        settings.ifPresent(some -> line("used by", usedBy(files, some)));
        out.flush();
        for (Finding finding : seen.findings()) {
            err.println(finding.where() + (finding.fault() ? ": error: " : ": warning: ") + finding.what() + "; " + finding.whatToDo());
        }
        return !seen.faulty();
    }

    private void certificate(X509Certificate certificate, List<String> hosts) {
        line("subject", SubjectText.of(certificate.getSubjectX500Principal()));
        line("names", hosts.isEmpty() ? "none" : String.join(", ", hosts.stream().map(SubjectText::printable).toList()));
        line("issuer", isSelfSigned(certificate) ? "itself: only who is told to will believe it" : SubjectText.of(certificate.getIssuerX500Principal()));
        line("valid from", certificate.getNotBefore().toInstant().toString());
        line("valid until", until(certificate));
        line("serial", certificate.getSerialNumber().toString(16));
        line("key", key(certificate.getPublicKey()));
        line("signature", certificate.getSigAlgName());
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            line("sha256", HexFormat.of().formatHex(sha256.digest(certificate.getEncoded())));
            line("key sha256", HexFormat.of().formatHex(sha256.digest(certificate.getPublicKey().getEncoded())) + " (for pool.NAME.pins)");
        } catch (GeneralSecurityException e) {
            throw new AssertionError("a JDK without SHA-256", e);
        }
    }

    private static String key(CertificateFiles files, IdentityReader.Inspection seen) {
        if (seen.keyWhere() == null) {
            return files.key() == null ? "not in this file (name it too to see whether it fits: weir cert " + files.certificate() + " KEY)" : "none";
        }
        if (seen.key() == null) {
            return seen.keyWhere() + ": cannot be read";
        }
        return seen.keyWhere() + (seen.chain().isEmpty() ? ": no certificate to compare it with" : seen.keyFits() ? ": fits" : ": DOES NOT FIT");
    }

    private String until(X509Certificate certificate) {
        Instant end = certificate.getNotAfter().toInstant();
        long days = Duration.between(now, end).abs().toDays();
        return end + " (" + days + (days == 1 ? " day " : " days ") + (now.isAfter(end) ? "ago)" : "left)");
    }

    private static String key(PublicKey key) {
        if (key instanceof RSAKey rsa) {
            return key.getAlgorithm() + " " + rsa.getModulus().bitLength() + " bits";
        }
        if (key instanceof ECKey ec) {
            return "EC P-" + ec.getParams().getCurve().getField().getFieldSize();
        }
        return key instanceof EdECKey ed ? ed.getParams().getName() : key.getAlgorithm();
    }

    private void chain(List<X509Certificate> chain) {
        for (int i = 0; i < chain.size(); i++) {
            X509Certificate one = chain.get(i);
            line(i == 0 ? "chain" : "", i + 1 + ". " + SubjectText.of(one.getSubjectX500Principal()) + ", issued by "
                    + (isSelfSigned(one) ? "itself" : SubjectText.of(one.getIssuerX500Principal())) + ", until " + one.getNotAfter().toInstant());
        }
    }

    private static boolean isSelfSigned(X509Certificate certificate) {
        try {
            certificate.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {   // the key may be of any kind
            return false;
        }
    }

    private static String usedBy(CertificateFiles files, Settings settings) {
        List<String> users = new ArrayList<>();
        for (ListenSettings listen : settings.listens()) {
            if (listen.tls() != null && listen.tls().certificates().stream().anyMatch(other -> same(other, files))) {
                users.add("listen." + listen.name());
            }
        }
        settings.originTls().forEach((pool, tls) -> {
            if (tls.certificate() != null && same(tls.certificate(), files)) {
                users.add("pool." + pool);
            }
        });
        return users.isEmpty() ? "nothing" : String.join(", ", users);
    }

    private static boolean same(CertificateFiles one, CertificateFiles other) {
        return real(one.certificate()).equals(real(other.certificate()));
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file.toAbsolutePath().normalize();
        }
    }

    private void line(String what, String value) {
        out.printf("  %-12s %s%n", what, value);
    }
}
