package weir.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weir.FuzzSeed;
import weir.tls.TestCertificates.Issued;

/** Whatever stands in a file: the readers say what is wrong with it, throw nothing, and come to an end. */
class CertificateFuzzTest {
    private static final int ROUNDS = 1000;

    @TempDir
    Path dir;

    @Test
    void whateverStandsInAFileIsAFinding() throws IOException {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        List<byte[]> seeds = seeds();
        for (int round = 0; round < ROUNDS; round++) {
            byte[] content = mutated(seeds.get(random.nextInt(seeds.size())), random);
            Path file = Files.write(dir.resolve("fuzzed"), content);
            try {
                readAll(file);
            } catch (RuntimeException | AssertionError | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + Base64.getEncoder().encodeToString(content), e);
            }
        }
    }

    private static void readAll(Path file) {
        CertificateFiles files = new CertificateFiles("x", file, null, "pass", 0);
        IdentityReader.Result read = IdentityReader.read(files, Instant.now());
        assertThat(read.identity() == null).isEqualTo(read.findings().stream().anyMatch(Finding::fault));
        if (read.identity() != null) {
            assertThat(PrivateKeys.fits(read.identity().certificate().getPublicKey(), read.identity().key())).isTrue();
        }
        assertThat(read.findings()).hasSizeLessThan(60).allMatch(finding -> finding.toString().chars().noneMatch(Character::isISOControl));
        IdentityReader.inspect(files, Instant.now());
        IdentityReader.CaResult authorities = IdentityReader.readAuthorities(file);
        assertThat(authorities.certificates().isEmpty()).isEqualTo(authorities.findings().stream().anyMatch(Finding::fault));
        IdentityReader.CrlResult lists = IdentityReader.readRevocations(file);
        assertThat(lists.lists().isEmpty()).isEqualTo(lists.findings().stream().anyMatch(Finding::fault));
    }

    private List<byte[]> seeds() throws IOException {
        TestCertificates ca = TestCertificates.create(dir);
        TestCertificates middle = ca.intermediate("middle");
        List<byte[]> seeds = new ArrayList<>();
        for (String spec : List.of("rsa2048", "ec256", "ed25519")) {
            Issued issued = middle.issue(spec, spec, List.of("a.example", "10.0.0.1"));
            seeds.add(both(issued.certificate(), issued.key()));
        }
        Issued ec = new Issued(dir.resolve("ec256.pem"), dir.resolve("ec256.key"));
        TestCertificates.openssl(dir, "pkcs8", "-topk8", "-in", "ec256.key", "-out", "encrypted", "-passout", "pass:pass");
        seeds.add(both(ec.certificate(), dir.resolve("encrypted")));
        TestCertificates.openssl(dir, "ec", "-in", "ec256.key", "-out", "sec1");
        seeds.add(both(ec.certificate(), dir.resolve("sec1")));
        TestCertificates.openssl(dir, "rsa", "-in", "rsa2048.key", "-out", "pkcs1", "-traditional");
        seeds.add(both(dir.resolve("rsa2048.pem"), dir.resolve("pkcs1")));
        seeds.add(Files.readAllBytes(ca.ca()));
        Path list = ca.revoke(ca.client("alice"));
        seeds.add(Files.readAllBytes(list));
        TestCertificates.openssl(dir, "crl", "-in", list.toString(), "-outform", "der", "-out", "list.der");
        seeds.add(Files.readAllBytes(dir.resolve("list.der")));
        seeds.add(Files.readAllBytes(ca.p12("store", ec, "pass")));
        return seeds;
    }

    private static byte[] both(Path certificate, Path key) {
        return (TestCertificates.read(certificate) + TestCertificates.read(key)).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Either the text is changed, or what one of its blocks holds. */
    private static byte[] mutated(byte[] content, Random random) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        if (!text.startsWith("-----BEGIN") || random.nextInt(3) == 0) {
            return changed(content, random);
        }
        String[] blocks = text.split("(?<=-----\n)(?=-----BEGIN)", -1);
        int chosen = random.nextInt(blocks.length);
        String[] lines = blocks[chosen].strip().split("\n", -1);
        byte[] der = Base64.getDecoder().decode(String.join("", Arrays.copyOfRange(lines, 1, lines.length - 1)));
        blocks[chosen] = lines[0] + "\n" + Base64.getEncoder().encodeToString(changed(der, random)) + "\n" + lines[lines.length - 1] + "\n";
        return String.join("", blocks).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] changed(byte[] content, Random random) {
        byte[] bytes = content.clone();
        for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
            int at = random.nextInt(random.nextBoolean() ? Math.min(bytes.length, 64) : bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xff : 0x80);
                case 3 -> bytes = Arrays.copyOf(bytes, at);
                default -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + 8);
                    System.arraycopy(bytes, at, longer, at + 8, bytes.length - at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }
}
