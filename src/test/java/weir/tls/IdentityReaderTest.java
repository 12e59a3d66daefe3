package weir.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static weir.tls.TestCertificates.openssl;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import weir.tls.TestCertificates.Issued;

/** Files made by the openssl command, whole and broken. */
class IdentityReaderTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    static Path dir;
    private static TestCertificates ca;
    private static TestCertificates middle;
    private static Issued rsa;
    private static Issued ec;
    private static Issued below;
    private int count;

    @BeforeAll
    static void issue() {
        ca = TestCertificates.create(dir);
        middle = ca.intermediate("middle");
        rsa = ca.issue("rsa.example", "rsa2048", List.of("rsa.example"));
        ec = ca.issue("ec.example", "ec256", List.of("ec.example", "*.EC.example", "10.0.0.1", "2001:db8:0:0:1:0:0:1"));
        below = middle.issue("below.example", "ec256", List.of("below.example"));
    }

    private static IdentityReader.Result read(Path certificate, Path key, String password) {
        return IdentityReader.read(new CertificateFiles("x", certificate, key, password, 0), Instant.now());
    }

    /** A new file that only its owner reads. */
    private Path secret(String content) {
        return secret(content.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Path secret(byte[] content) {
        try {
            Path file = Files.createTempFile(dir, "made" + ++count + "-", "");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            return Files.write(file, content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What openssl makes of a file. */
    private Path made(String command, Path in) {
        Path out = secret("");
        String[] words = (command.replace("IN", in.toString()) + " -out " + out).split(" ", -1);
        openssl(dir, words);
        return out;
    }

    private static String text(Path file) {
        return TestCertificates.read(file);
    }

    private static String pem(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + label + "-----\n";
    }

    private static byte[] der(Path pem) {
        return Base64.getMimeDecoder().decode(text(pem).replaceAll("-----[^-]*-----", ""));
    }

    // --- keys that are read -------------------------------------------------------------------------------------------

    @TestFactory
    List<DynamicTest> readsKeys() {
        return List.of(
                key("RSA PKCS#8", rsa, null, () -> rsa.key()),
                key("RSA PKCS#1", rsa, null, () -> labelled("RSA PRIVATE KEY", made("rsa -in IN -traditional", rsa.key()))),
                key("RSA PKCS#8 encrypted, openssl's default", rsa, "pass", () -> made("pkcs8 -topk8 -in IN -passout pass:pass", rsa.key())),
                key("AES-128, HMAC-SHA512", rsa, "a b", () -> labelled("ENCRYPTED PRIVATE KEY", secretOf("a b",
                        "pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA512"))),
                key("PBES1, SHA1 and 3DES", rsa, "pass", () -> made("pkcs8 -topk8 -v1 PBE-SHA1-3DES -in IN -passout pass:pass", rsa.key())),
                key("EC PKCS#8", ec, null, () -> ec.key()),
                key("EC SEC 1", ec, null, () -> labelled("EC PRIVATE KEY", made("ec -in IN", ec.key()))),
                key("EC SEC 1 behind EC PARAMETERS", ec, null, () -> secret(text(made("ecparam -name prime256v1", ec.key()))
                        + text(made("ec -in IN", ec.key())))),
                key("EC SEC 1, the curve in EC PARAMETERS alone", ec, null, () -> secret(text(made("ecparam -name prime256v1", ec.key()))
                        + pem("EC PRIVATE KEY", withoutCurve(made("ec -in IN", ec.key()))))),
                key("EC PKCS#8, the curve inside the key alone", ec, null, () -> secret(pem("PRIVATE KEY", Der.of(Der.SEQUENCE,
                        Der.integer(BigInteger.ZERO), Der.of(Der.SEQUENCE, Der.oid("1.2.840.10045.2.1")),
                        Der.of(Der.OCTETS, der(made("ec -in IN", ec.key()))))))),
                key("EC PKCS#8 encrypted", ec, "pass", () -> made("pkcs8 -topk8 -in IN -passout pass:pass", ec.key())),
                key("a public key behind the secret one (RFC 5958)", ec, null, () -> secret(pem("PRIVATE KEY", withPublicKey(der(ec.key()))))),
                key("CRLF, text around it and no newline at the end", ec, null, () -> secret(("Bag Attributes\n  localKeyID: 01\n"
                        + text(ec.key()).strip()).replace("\n", "\r\n"))),
                key("after other blocks", ec, null, () -> secret(text(ec.certificate()) + text(ec.key()))),
                key("a password that is not asked for", ec, "pass", () -> ec.key()),
                certificate("P-384", "ec384", "EC"),
                certificate("P-521", "ec521", "EC"),
                certificate("Ed25519", "ed25519", "EdDSA"),
                certificate("RSASSA-PSS", "rsapss2048", "RSASSA-PSS"));
    }

    private Path secretOf(String password, String command) {
        Path out = secret("");
        String[] words = (command + " -in " + rsa.key() + " -out " + out + " -passout").split(" ", -1);
        words = Arrays.copyOf(words, words.length + 1);
        words[words.length - 1] = "pass:" + password;
        openssl(dir, words);
        return out;
    }

    private static Path labelled(String label, Path file) {
        assertThat(text(file)).contains("-----BEGIN " + label + "-----");
        return file;
    }

    private static byte[] withoutCurve(Path sec1) {
        Der key = new Der(der(sec1)).enter(Der.SEQUENCE);
        byte[] version = key.element();
        byte[] secret = key.element();
        return Der.of(Der.SEQUENCE, version, secret);
    }

    private static byte[] withPublicKey(byte[] pkcs8) {
        Der key = new Der(pkcs8).enter(Der.SEQUENCE).skip();
        return Der.of(Der.SEQUENCE, Der.integer(BigInteger.ONE), key.element(), key.element(), Der.of(0x81, new byte[66]));
    }

    private DynamicTest key(String name, Issued issued, String password, Supplier<Path> key) {
        return DynamicTest.dynamicTest(name, () -> {
            IdentityReader.Result result = read(issued.certificate(), key.get(), password);
            assertThat(result.findings()).isEmpty();
            assertThat(PrivateKeys.fits(result.identity().certificate().getPublicKey(), result.identity().key())).isTrue();
        });
    }

    private DynamicTest certificate(String name, String spec, String keyType) {
        return DynamicTest.dynamicTest(name, () -> {
            Issued issued = ca.issue(spec + ".example", spec, List.of(spec + ".example"));
            IdentityReader.Result result = read(issued.certificate(), issued.key(), null);
            assertThat(result.findings()).isEmpty();
            assertThat(result.identity().key().getAlgorithm()).isEqualTo(keyType);
        });
    }

    // --- forms of files -----------------------------------------------------------------------------------------------

    @Test
    void readsNamesInOneWayOfWritingThem() {
        assertThat(read(ec.certificate(), ec.key(), null).identity().hosts())
                .containsExactly("ec.example", "*.ec.example", "10.0.0.1", "2001:db8::1:0:0:1");
    }

    @Test
    void takesTheCommonNameOnlyWhereThereIsNoOther() {
        Issued plain = ca.order("cn.Example").hosts(List.of()).issue();
        assertThat(read(plain.certificate(), plain.key(), null).identity().hosts()).containsExactly("cn.example");
    }

    @Test
    void readsCertificateAndKeyInOneFileInAnyOrder() {
        for (String both : List.of(text(below.key()) + text(below.certificate()), text(below.certificate()) + text(below.key()))) {
            IdentityReader.Result result = read(secret(both), null, null);
            assertThat(result.findings()).isEmpty();
            assertThat(result.identity().chain()).hasSize(2);
        }
    }

    @Test
    void readsTextBeforeACertificate() {
        Path file = made("x509 -in IN -text", ec.certificate());
        assertThat(text(file)).startsWith("Certificate:");
        assertThat(read(file, ec.key(), null).findings()).isEmpty();
    }

    @Test
    void readsPkcs12WhateverItsNameIs() {
        Path chain = secret(text(below.certificate()));
        Path file = ca.p12("below.pem-by-name", new Issued(chain, below.key()), "socret");
        IdentityReader.Result result = read(file, null, "socret");
        assertThat(result.findings()).isEmpty();
        assertThat(result.identity().chain()).hasSize(2);
        assertThat(read(file, null, "wrong").findings()).singleElement().asString().startsWith(file + ": the password does not open it; ");
        assertThat(read(file, null, null).findings()).singleElement().asString().startsWith(file + ": it is encrypted and there is no password; ");
        assertThat(read(file, below.key(), "socret").findings()).singleElement().asString().contains("a PKCS#12 file holds the key too");
        Path cut = secret(new byte[] {0x30, 3, 2, 1, 3});
        assertThat(read(cut, null, null).findings()).singleElement().asString().startsWith(cut + ": is no whole PKCS#12 file, or of a kind");
        Path open = ca.p12("open", rsa, "");
        assertThat(read(open, null, null).findings()).isEmpty();
        assertThat(read(open, null, "").findings()).isEmpty();
        Path keyless = made("pkcs12 -export -nokeys -in IN -passout pass:x", ec.certificate());
        assertThat(read(keyless, null, "x").findings()).singleElement().asString().startsWith(keyless + ": there is no private key in it; ");
    }

    @Test
    void aKeyThatEverybodyCanReadIsAWarning() throws IOException {
        Path file = secret(text(ec.key()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        IdentityReader.Result result = read(ec.certificate(), file, null);
        assertThat(result.identity()).isNotNull();
        assertThat(result.findings()).containsExactly(
                new Finding(false, file.toString(), "everybody on this host can read this private key", "chmod o= " + file));
    }

    // --- faults and warnings ------------------------------------------------------------------------------------------

    @TestFactory
    List<DynamicTest> namesWhatIsWrongWithAKey() {
        return List.of(
                keyFault("not there", null, dir.resolve("none"), "FILE: there is no such file; correct the name, or put the file there"),
                keyFault("a directory", null, dir, "FILE: is no file but a directory; name a file"),
                keyFault("empty", null, secret(""), "FILE: is empty; "),
                keyFault("too large", null, secret(new byte[(1 << 20) + 1]), "FILE: is larger than 1 MiB; "),
                keyFault("no PEM", null, secret("hello"), "FILE: is no PEM: there is no line -----BEGIN in it; convert it: openssl pkey"),
                keyFault("a certificate", null, ec.certificate(), "FILE: there is no private key in it; name the file of the key"),
                keyFault("another key", null, rsa.key(), ec.certificate() + ":1: the key in FILE:1 is not the key of this certificate (CN=ec.example); "),
                keyFault("another key of the same kind", null, below.key(), ec.certificate() + ":1: the key in FILE:1 is not the key of this"),
                keyFault("two keys", null, secret(text(ec.key()) + text(rsa.key())), "FILE:6: a second private key; the first one stands in line 1; "),
                keyFault("old encryption", "pass", made("rsa -in IN -traditional -aes128 -passout pass:pass", rsa.key()),
                        "FILE:1: the key is encrypted in the old format of OpenSSL (Proc-Type: 4,ENCRYPTED); convert it: openssl pkcs8 -topk8 "),
                keyFault("no password", null, made("pkcs8 -topk8 -in IN -passout pass:pass", rsa.key()),
                        "FILE:1: the key is encrypted and there is no password; "),
                keyFault("wrong password", "wrong", made("pkcs8 -topk8 -in IN -passout pass:pass", rsa.key()),
                        "FILE:1: the password does not open the key; "),
                keyFault("scrypt", "pass", made("pkcs8 -topk8 -scrypt -in IN -passout pass:pass", rsa.key()),
                        "FILE:1: the encryption of the key is broken, or of a kind that the JDK does not know; write it anew: openssl pkcs8 "),
                keyFault("iterations without end", "pass", secret(pem("ENCRYPTED PRIVATE KEY", moreIterations(
                                made("pkcs8 -topk8 -iter 100000 -in IN -passout pass:pass", rsa.key())))),
                        "FILE:1: the encryption asks for more than 5000000 iterations; "),
                keyFault("SEC 1 without a curve", null, secret(pem("EC PRIVATE KEY", withoutCurve(made("ec -in IN", ec.key())))),
                        "FILE:1: the key does not say which curve it is of; "),
                keyFault("a curve in numbers", null, made("ec -in IN -param_enc explicit", ec.key()),
                        "FILE:1: the key spells out the numbers of its curve in place of its name; "),
                keyFault("secp256k1", null, made("ecparam -name secp256k1 -genkey -noout", ec.key()),
                        "FILE:1: the key is of a curve that clients do not take (1.3.132.0.10); make a key of P-256"),
                keyFault("X25519", null, made("genpkey -algorithm X25519", ec.key()), "FILE:1: a key of the kind 1.3.101.110 cannot be used; "),
                keyFault("SSH", null, secret(pem("OPENSSH PRIVATE KEY", new byte[9])), "FILE:1: this is a key of SSH, not of TLS; "),
                keyFault("DSA", null, secret(pem("DSA PRIVATE KEY", new byte[9])), "FILE:1: a key of the kind 'DSA PRIVATE KEY' cannot be used; "),
                keyFault("wrong label", null, secret(pem("PRIVATE KEY", der(ec.certificate()))), "FILE:1: the key cannot be read: it is not what its label"),
                keyFault("PKCS#1 that is PKCS#8", null, secret(pem("RSA PRIVATE KEY", der(rsa.key()))), "FILE:1: the key cannot be read: it is not"),
                keyFault("cut DER", null, secret(pem("PRIVATE KEY", Arrays.copyOf(der(ec.key()), 60))), "FILE:1: the key cannot be read: it is not"));
    }

    private static byte[] moreIterations(Path encrypted) {
        byte[] content = der(encrypted);
        int at = 0;
        while (content[at] != 2 || content[at + 1] != 3 || content[at + 2] != 1 || content[at + 3] != (byte) 0x86) {
            at++;                                               // 100000 as INTEGER
        }
        content[at + 2] = 0x7f;
        return content;
    }

    private DynamicTest keyFault(String name, String password, Path key, String message) {
        return DynamicTest.dynamicTest(name, () -> {
            IdentityReader.Result result = read(ec.certificate(), key, password);
            assertThat(result.identity()).isNull();
            assertThat(result.findings()).singleElement().satisfies(finding -> assertThat(finding.fault()).isTrue());
            assertThat(result.findings().get(0).toString()).startsWith(message.replace("FILE", key.toString()));
        });
    }

    @TestFactory
    List<DynamicTest> namesWhatIsWrongWithAFileOfCertificates() {
        String leaf = text(ec.certificate());
        String[] lines = leaf.split("\n", -1);
        return List.of(
                fault("not there", dir.resolve("none"), "FILE: there is no such file; "),
                fault("neither PEM nor PKCS#12", secret("hello"), "FILE: is neither PEM nor PKCS#12; name a file with a certificate; "),
                fault("DER", made("x509 -in IN -outform der", ec.certificate()), "FILE: is neither PEM nor PKCS#12; it may be DER: convert it by openssl x509"),
                fault("PKCS#7", made("crl2pkcs7 -nocrl -certfile IN -outform der", ec.certificate()),
                        "FILE: is neither PEM nor PKCS#12; it may be PKCS#7: convert it by openssl pkcs7"),
                fault("PKCS#7 as PEM", made("crl2pkcs7 -nocrl -certfile IN", ec.certificate()),
                        "FILE:1: 'PKCS7' is no certificate; convert it: openssl pkcs7 -print_certs"),
                fault("JKS", secret(new byte[] {(byte) 0xfe, (byte) 0xed, (byte) 0xfe, (byte) 0xed, 0, 0}), "FILE: is neither PEM nor PKCS#12; it may be a JKS"),
                fault("a request", dir.resolve("ec.example.csr"), "FILE:1: 'CERTIFICATE REQUEST' is no certificate; it only asks for one"),
                fault("a key", ec.key(), "FILE: there is no certificate in it, but a private key; swap the two files"),
                fault("no END", secret(leaf.replaceAll("-----END.*\n", "")), "FILE:1: the block 'CERTIFICATE' has no END line; "),
                fault("no END before the next", secret("x\n" + leaf.replaceAll("-----END.*\n", "") + leaf),
                        "FILE:2: the block 'CERTIFICATE' has no END line before the next one begins in line " + lines.length + "; "),
                fault("no BEGIN", secret(leaf + lines[1] + "\n-----END CERTIFICATE-----\n"), "FILE:" + (lines.length + 1) + ": an END line without a BEGIN line"),
                fault("another END", secret(leaf.replace("END CERTIFICATE", "END PRIVATE KEY")),
                        "FILE:" + (lines.length - 1) + ": the block that begins in line 1 as 'CERTIFICATE' ends as something else; "),
                fault("no base64", secret(leaf.replaceFirst(lines[3].substring(0, 9), "#\u001b[31mred")), "FILE:4: '#' is no base64; copy the block"),
                fault("an escape sequence", secret(leaf.replaceFirst(lines[3].substring(0, 9), "\u001b[31mred")), "FILE:4: '\\u001b' is no base64; copy the block"),
                fault("base64 after its end", secret(leaf.replace(lines[1], lines[1] + "==")), "FILE:3: base64 goes on after its end; "),
                fault("base64 that is not whole", secret(leaf.replace(lines[2], lines[2].substring(1))), "FILE:1: the base64 of the block 'CERTIFICATE' is not whole"),
                fault("an empty block", secret(leaf + "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"),
                        "FILE:" + lines.length + ": the block 'CERTIFICATE' is empty; "),
                fault("no certificate within", secret(pem("CERTIFICATE", new byte[100])), "FILE:1: this is no certificate, though its label says so; "),
                fault("bytes behind it", secret(pem("CERTIFICATE", Arrays.copyOf(der(ec.certificate()), der(ec.certificate()).length + 1))),
                        "FILE:1: this is no certificate, though its label says so; "));
    }

    private DynamicTest fault(String name, Path certificate, String message) {
        return DynamicTest.dynamicTest(name, () -> {
            IdentityReader.Result result = read(certificate, ec.key(), null);
            assertThat(result.identity()).isNull();
            assertThat(result.findings()).singleElement().satisfies(finding -> assertThat(finding.fault()).isTrue());
            assertThat(result.findings().get(0).toString()).startsWith(message.replace("FILE", certificate.toString()));
        });
    }

    @TestFactory
    List<DynamicTest> judgesChains() {
        String leaf = text(below.certificate()).substring(0, text(below.certificate()).indexOf("-----BEGIN", 10));
        String issuer = text(below.certificate()).substring(leaf.length());
        String root = text(ca.ca());
        int second = lines(leaf) + 1;
        int third = second + lines(issuer);
        return List.of(
                chain("whole", leaf + issuer, true),
                chain("without its issuer: nobody can tell that it is missing", leaf, true),
                chain("with the root", leaf + issuer + root, true, "FILE:" + third + ": the root (CN=ca,O=weir test) is sent too, which every client"),
                chain("issuer first", issuer + leaf, false, "FILE:1: the certificates stand in the wrong order; write the server's own first, and then "
                        + "each issuer: CN=below.example (FILE:" + (lines(issuer) + 1) + "), then CN=middle (FILE:1)"),
                chain("root before issuer", leaf + root + issuer, false, "FILE:" + second + ": the certificates stand in the wrong order; write the server's "
                        + "own first, and then each issuer: CN=below.example (FILE:1), then CN=middle (FILE:" + (second + lines(root)) + "), then CN=ca"),
                chain("a stranger", leaf + text(ec.certificate()) + issuer, false, "FILE:" + second + ": this certificate (CN=ec.example) has not signed "
                        + "the one before it (CN=below.example); put the certificate of its issuer there: CN=middle"),
                chain("the issuer is missing in the middle", leaf + root, false, "FILE:" + second + ": this certificate (CN=ca,O=weir test) has not signed"),
                chain("twice", leaf + leaf + issuer, false, "FILE:" + second + ": the same certificate as in FILE:1; remove one of the two"),
                chain("another authority of the same name", leaf + text(namesake()), false, "FILE:" + second + ": this certificate (CN=middle) has not signed"),
                chain("too long", leaf + issuer.repeat(10), false, "FILE:" + (second + 9 * lines(issuer)) + ": a chain of more than 10 certificates; "));
    }

    private static Path namesake() {
        try {
            TestCertificates other = TestCertificates.create(Files.createDirectory(dir.resolve("other")));
            return other.intermediate("middle").ca();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int lines(String text) {
        return (int) text.lines().count();
    }

    private DynamicTest chain(String name, String content, boolean usable, String... messages) {
        Path file = secret(content);
        return DynamicTest.dynamicTest(name, () -> {
            IdentityReader.Result result = read(file, below.key(), null);
            assertThat(result.findings()).hasSameSizeAs(messages);
            for (int i = 0; i < messages.length; i++) {
                assertThat(result.findings().get(i).toString()).startsWith(messages[i].replace("FILE", file.toString()));
                assertThat(result.findings().get(i).fault()).isEqualTo(!usable);
            }
            assertThat(result.identity() != null).isEqualTo(usable);
        });
    }

    @TestFactory
    List<DynamicTest> judgesCertificates() {
        Instant now = Instant.now();
        return List.of(
                judged(ca.expired("old.example", List.of("old.example")), true, "THE CERTIFICATE HAS EXPIRED on "),
                judged(ca.order("early").hosts(List.of("a.example")).valid(now.plus(DAY), now.plus(DAY.multipliedBy(90))).issue(), true,
                        "THE CERTIFICATE IS NOT YET VALID, only from "),
                judged(ca.order("near").hosts(List.of("a.example")).valid(now.minus(DAY.multipliedBy(70)), now.plus(DAY.multipliedBy(20))).issue(), true,
                        "the certificate ends in 19 days, on "),
                judged(ca.order("short").hosts(List.of("a.example")).valid(now.minus(DAY), now.plus(DAY.multipliedBy(5))).issue(), true),
                judged(ca.order("nameless").hosts(List.of()).issue(), true, "it holds no host name (CN=nameless): no client takes it for any host; "),
                judged(ca.issue("weak", "rsa1024", List.of("a.example")), false, "an RSA key of 1024 bits is too short; "),
                judged(ca.order("sha1").hosts(List.of("a.example")).digest("sha1").issue(), false, "it is signed with SHA1withECDSA, which can be forged"),
                judged(ca.issue("curve", "ec256k1", List.of("a.example")), false,
                        "the certificate's key is of a curve that clients do not take (1.3.132.0.10); make a key of P-256",
                        "the key is of a curve that clients do not take (1.3.132.0.10); "),
                judged(ca.client("alice"), true, "it was not issued for servers (extendedKeyUsage without serverAuth): clients refuse it from one; show it"),
                judged(ca.order("signs").hosts(List.of("a.example")).extensions("extendedKeyUsage = codeSigning\n").issue(), true,
                        "it was not issued for servers (extendedKeyUsage without serverAuth): clients refuse it from one; let it"),
                judged(ca.order("any").hosts(List.of("a.example")).extensions("extendedKeyUsage = 2.5.29.37.0\n").issue(), true),
                judged(ca.order("agrees").hosts(List.of("a.example")).extensions("keyUsage = keyAgreement\n").issue(), true,
                        "its key may not sign (keyUsage without digitalSignature)"),
                judged(ca.order("free").hosts(List.of("a.example")).extensions("").issue(), true),
                judged(ca.order("escape").subject("/CN=a\u001b[31m").hosts(List.of()).issue(), true, "it holds no host name (CN=a\\u001b[31m)"));
    }

    private static DynamicTest judged(Issued issued, boolean usable, String... messages) {
        return DynamicTest.dynamicTest(issued.certificate().getFileName().toString(), () -> {
            IdentityReader.Result result = read(issued.certificate(), issued.key(), null);
            assertThat(result.findings()).hasSameSizeAs(messages);
            for (int i = 0; i < messages.length; i++) {
                assertThat(result.findings().get(i).what() + "; " + result.findings().get(i).whatToDo()).startsWith(messages[i]);
                assertThat(result.findings().get(i).where()).isEqualTo((i == 0 ? issued.certificate() : issued.key()) + ":1");
                assertThat(result.findings().get(i).fault()).isEqualTo(!usable);
            }
            assertThat(result.identity() != null).isEqualTo(usable);
        });
    }

    @Test
    void theSignatureOfARootProvesNothingAndIsNotJudged() throws IOException {
        Path old = Files.createDirectory(dir.resolve("old"));
        TestCertificates root = TestCertificates.create(old);
        Issued leaf = root.issue("a.example", "ec256", List.of("a.example"));
        openssl(old, "x509", "-in", root.ca().toString(), "-signkey", root.caKey().toString(), "-sha1", "-days", "99", "-out", "sha1.pem");
        IdentityReader.Result read = read(secret(text(leaf.certificate()) + text(old.resolve("sha1.pem"))), leaf.key(), null);
        assertThat(read.findings()).singleElement().asString().contains("is sent too");
        assertThat(read.identity().chain().get(1).getSigAlgName()).isEqualTo("SHA1withECDSA");
    }

    /** One in 256 decrypts to something with a padding that looks right. */
    @Test
    void noneOfManyWrongPasswordsIsTakenForABrokenKey() {
        Path key = made("pkcs8 -topk8 -iter 1 -in IN -passout pass:pass", ec.key());
        for (int i = 0; i < 1000; i++) {
            assertThat(read(ec.certificate(), key, "wrong" + i).findings()).singleElement().asString()
                    .startsWith(key + ":1: the password does not open the key; ");
        }
    }

    @Test
    void aPasswordIsShownNowhere() {
        CertificateFiles files = new CertificateFiles("x", ec.certificate(), ec.key(), "hush", 0);
        assertThat(files + " " + IdentityReader.read(files, Instant.now())).doesNotContain("hush");
    }
}
