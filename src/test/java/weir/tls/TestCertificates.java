package weir.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A certificate authority for tests, made by the {@code openssl} command: what it issues was made by nobody here. All files lie in
 * one directory, of the caller's. One thread.
 */
public final class TestCertificates {
    /** Certificate (with the authorities between it and the root, if any) and key, PEM each; the key is unencrypted PKCS#8. */
    public record Issued(Path certificate, Path key) {}

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Duration LIFE = Duration.ofDays(90);

    private final Path dir;
    private final String name;
    private final Issued authority;
    private final TestCertificates above;

    private TestCertificates(Path dir, String name, Issued authority, TestCertificates above) {
        this.dir = dir;
        this.name = name;
        this.authority = authority;
        this.above = above;
    }

    /** A new root: ca.pem and ca.key in {@code dir}, EC P-256. */
    public static TestCertificates create(Path dir) {
        return create(dir, "ca");
    }

    /** A new root with files of this name. */
    public static TestCertificates create(Path dir, String name) {
        Path key = key(dir, name, "ec256");
        Path certificate = dir.resolve(name + ".pem");
        Path configuration = write(dir.resolve(name + ".root.cnf"), """
                [req]
                distinguished_name = dn
                [dn]
                [ext]
                basicConstraints = critical, CA:TRUE
                keyUsage = critical, keyCertSign, cRLSign
                subjectKeyIdentifier = hash
                """);
        openssl(dir, "req", "-x509", "-new", "-key", key.toString(), "-out", certificate.toString(), "-days", "3650",
                "-subj", "/O=weir test/CN=" + name, "-config", configuration.toString(), "-extensions", "ext");
        return authority(dir, name, new Issued(certificate, key), null);
    }

    /** An authority that this one has signed. */
    public TestCertificates intermediate(String childName) {
        Issued issued = order(childName).hosts(List.of()).extensions("""
                basicConstraints = critical, CA:TRUE
                keyUsage = critical, keyCertSign, cRLSign
                subjectKeyIdentifier = hash
                """).issue();
        return authority(dir, childName, issued, this);
    }

    private static TestCertificates authority(Path dir, String name, Issued files, TestCertificates above) {
        write(dir.resolve(name + ".index"), "");
        write(dir.resolve(name + ".index.attr"), "unique_subject = no\n");
        write(dir.resolve(name + ".crlnumber"), "01\n");
        return new TestCertificates(dir, name, files, above);
    }

    /** The certificate of this authority, PEM. */
    public Path ca() {
        return authority.certificate();
    }

    public Path caKey() {
        return authority.key();
    }

    /**
     * A certificate for servers, valid from yesterday for 90 days.
     *
     * @param fileName NAME.pem and NAME.key in the directory, and the common name
     * @param keySpec rsaBITS, rsapssBITS, ec256, ec384, ec521, ec256k1, ed25519
     * @param hosts names and IP addresses
     */
    public Issued issue(String fileName, String keySpec, List<String> hosts) {
        return order(fileName).key(keySpec).hosts(hosts).issue();
    }

    /** A certificate for servers, EC P-256, that was valid until yesterday. */
    public Issued expired(String fileName, List<String> hosts) {
        Instant now = Instant.now();
        return order(fileName).hosts(hosts).valid(now.minus(LIFE), now.minus(Duration.ofDays(1))).issue();
    }

    /** A certificate for clients, EC P-256. */
    public Issued client(String fileName) {
        return order(fileName).hosts(List.of()).extensions("""
                basicConstraints = critical, CA:FALSE
                keyUsage = critical, digitalSignature
                extendedKeyUsage = clientAuth
                """).issue();
    }

    /** A new list of what this authority has revoked, with these certificates added: NAME.crl, PEM. */
    public Path revoke(Issued... revoked) {
        for (Issued issued : revoked) {
            openssl(dir, "ca", "-config", configuration("", "sha256").toString(), "-revoke", issued.certificate().toString());
        }
        Path list = dir.resolve(name + ".crl");
        openssl(dir, "ca", "-config", configuration("", "sha256").toString(), "-gencrl", "-crldays", "30", "-out", list.toString());
        return list;
    }

    /** Certificate and key in one PKCS#12 file: NAME.p12 in the directory. */
    public Path p12(String fileName, Issued issued, String password) {
        Path file = dir.resolve(fileName + ".p12");
        openssl(dir, "pkcs12", "-export", "-in", issued.certificate().toString(), "-inkey", issued.key().toString(),
                "-out", file.toString(), "-passout", "pass:" + password, "-name", fileName);
        return file;
    }

    /** To be filled in: a certificate that is out of the ordinary. */
    public Order order(String fileName) {
        return new Order(fileName);
    }

    /** What a certificate is to be like; by default for servers, EC P-256, for the host of its name, for 90 days. */
    public final class Order {
        private final String fileName;
        private String subject;
        private String keySpec = "ec256";
        private List<String> hosts;
        private Instant from = Instant.now().minus(Duration.ofDays(1));
        private Instant until = Instant.now().plus(LIFE);
        private String digest = "sha256";
        private String extensions = """
                basicConstraints = critical, CA:FALSE
                keyUsage = critical, digitalSignature
                extendedKeyUsage = serverAuth
                """;

        private Order(String fileName) {
            this.fileName = fileName;
            this.subject = "/CN=" + fileName;
            this.hosts = List.of(fileName);
        }

        public Order key(String spec) {
            keySpec = spec;
            return this;
        }

        public Order hosts(List<String> names) {
            hosts = names;
            return this;
        }

        /** As {@code /O=weir/CN=name}. */
        public Order subject(String text) {
            subject = text;
            return this;
        }

        public Order valid(Instant notBefore, Instant notAfter) {
            from = notBefore;
            until = notAfter;
            return this;
        }

        public Order digest(String name) {
            digest = name;
            return this;
        }

        /** Lines of a section of openssl's configuration, without subjectAltName, in place of the default. */
        public Order extensions(String lines) {
            extensions = lines;
            return this;
        }

        public Issued issue() {
            Path key = TestCertificates.key(dir, fileName, keySpec);
            Path request = dir.resolve(fileName + ".csr");
            Path certificate = dir.resolve(fileName + ".pem");
            List<String> names = new ArrayList<>();
            for (String host : hosts) {
                names.add((host.matches("[0-9.]+") || host.contains(":") ? "IP:" : "DNS:") + host);
            }
            String alternatives = names.isEmpty() ? "" : "subjectAltName = " + String.join(",", names) + "\n";
            Path configuration = configuration(extensions + alternatives, digest);
            openssl(dir, "req", "-new", "-key", key.toString(), "-out", request.toString(), "-subj", subject,
                    "-config", configuration.toString());
            openssl(dir, "ca", "-batch", "-notext", "-config", configuration.toString(), "-in", request.toString(),
                    "-out", certificate.toString(), "-startdate", TIME.format(from), "-enddate", TIME.format(until));
            if (above != null) {
                write(certificate, read(certificate) + read(authority.certificate()));
            }
            return new Issued(certificate, key);
        }
    }

    private Path configuration(String extensions, String digest) {
        return write(dir.resolve(name + ".cnf"), """
                [req]
                distinguished_name = dn
                [dn]
                [ca]
                default_ca = this
                [this]
                database = DIR/NAME.index
                new_certs_dir = DIR
                crlnumber = DIR/NAME.crlnumber
                certificate = CERT
                private_key = KEY
                default_md = MD
                rand_serial = yes
                policy = any
                email_in_dn = no
                x509_extensions = ext
                [any]
                organizationName = optional
                commonName = optional
                [ext]
                """.replace("DIR", dir.toString()).replace("NAME", name).replace("CERT", authority.certificate().toString())
                .replace("KEY", authority.key().toString()).replace("MD", digest) + extensions);
    }

    private static Path key(Path dir, String fileName, String spec) {
        Path file = dir.resolve(fileName + ".key");
        List<String> command = new ArrayList<>(List.of("genpkey", "-out", file.toString(), "-algorithm"));
        if (spec.startsWith("rsa")) {
            command.add(spec.startsWith("rsapss") ? "RSA-PSS" : "RSA");
            command.addAll(List.of("-pkeyopt", "rsa_keygen_bits:" + spec.replaceAll("\\D", "")));
        } else if (spec.startsWith("ec")) {
            String curve = switch (spec) {
                case "ec256" -> "P-256";
                case "ec384" -> "P-384";
                case "ec521" -> "P-521";
                case "ec256k1" -> "secp256k1";
                default -> throw new IllegalArgumentException(spec);
            };
            command.addAll(List.of("EC", "-pkeyopt", "ec_paramgen_curve:" + curve));
        } else {
            command.add(spec);
        }
        openssl(dir, command.toArray(new String[0]));
        return file;
    }

    /**
     * Runs openssl.
     *
     * @return what it printed, errors included
     * @throws AssertionError when it is not there, or exits with another code than 0
     */
    public static String openssl(Path dir, String... arguments) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AssertionError("the tests need the command openssl: install the package openssl", e);
        }
        try {
            process.getOutputStream().close();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(command + " failed: " + printed);
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** The content of a text file. */
    static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a text file and gives it back. */
    static Path write(Path file, String content) {
        try {
            return Objects.requireNonNull(Files.writeString(file, content, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
