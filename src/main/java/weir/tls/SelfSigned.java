package weir.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Certificates that nobody else has signed, to try things out: the JDK reads certificates, and has no public way to make one (RFC 5280 §4).
 */
public final class SelfSigned {
    private static final byte[] ECDSA_SHA256 = Der.of(Der.SEQUENCE, Der.oid("1.2.840.10045.4.3.2"));
    private static final byte[] TRUE = Der.of(0x01, new byte[] {(byte) 0xff});
    /** Clocks of others may be late. */
    private static final Duration BACK = Duration.ofMinutes(5);
    private static final int COMMON_NAME_MAX = 64;

    private SelfSigned() {}

    /**
     * A new key (EC P-256) and its certificate. Takes milliseconds, in a cold JVM some hundred.
     *
     * @param name of {@link Identity#name}
     * @param hosts names, also with a wildcard, and IP addresses; at least one, ASCII
     * @param validFor from now; at least a second, at most 10 years
     * @throws IllegalArgumentException for other values than these
     */
    public static Identity of(String name, List<String> hosts, Duration validFor) {
        if (hosts.isEmpty() || validFor.compareTo(Duration.ofSeconds(1)) < 0 || validFor.compareTo(Duration.ofDays(3660)) > 0) {
            throw new IllegalArgumentException("a certificate needs a host, and 1 s to 10 years of life");
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            byte[] toSign = toSign(pair, hosts, now.minus(BACK), now.plus(validFor));
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate());
            signature.update(toSign);
            byte[] certificate = Der.of(Der.SEQUENCE, toSign, ECDSA_SHA256, Der.bits(signature.sign()));
            X509Certificate read = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificate));
            return new Identity(name, List.of(read), pair.getPrivate(), HostNames.of(read));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("a JDK without EC, SHA-256 or X.509", e);
        }
    }

    private static byte[] toSign(KeyPair pair, List<String> hosts, Instant from, Instant until) throws GeneralSecurityException {
        String first = hosts.get(0);
        byte[] commonName = Der.of(Der.SEQUENCE, Der.oid("2.5.4.3"), Der.utf8(first.length() > COMMON_NAME_MAX ? "weir" : first));
        byte[] organization = Der.of(Der.SEQUENCE, Der.oid("2.5.4.10"), Der.utf8("weir self-signed"));
        byte[] subject = Der.of(Der.SEQUENCE, Der.of(Der.SET, organization), Der.of(Der.SET, commonName));
        byte[] key = pair.getPublic().getEncoded();
        return Der.of(Der.SEQUENCE,
                Der.of(0xa0, Der.integer(BigInteger.TWO)),       // version 3
                Der.integer(new BigInteger(64, new SecureRandom()).setBit(64)),
                ECDSA_SHA256,
                subject,
                Der.of(Der.SEQUENCE, Der.time(from), Der.time(until)),
                subject,
                key,
                Der.of(0xa3, Der.of(Der.SEQUENCE,
                        extension("2.5.29.17", false, alternatives(hosts)),
                        extension("2.5.29.19", true, Der.of(Der.SEQUENCE)),
                        extension("2.5.29.15", true, Der.of(Der.BITS, new byte[] {7, (byte) 0x80})),     // digitalSignature
                        extension("2.5.29.37", false, Der.of(Der.SEQUENCE, Der.oid("1.3.6.1.5.5.7.3.1"))),
                        extension("2.5.29.14", false, Der.of(Der.OCTETS, keyIdentifier(key))))));
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        return Der.of(Der.SEQUENCE, Der.oid(oid), critical ? TRUE : new byte[0], Der.of(Der.OCTETS, value));
    }

    private static byte[] alternatives(List<String> hosts) {
        List<byte[]> names = new ArrayList<>();
        for (String host : hosts) {
            byte[] address = HostNames.literal(host);
            names.add(address != null ? Der.of(0x87, address) : Der.of(0x82, host.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII)));
        }
        return Der.of(Der.SEQUENCE, names.toArray(new byte[0][]));
    }

    /** Of the first 160 bits of a SHA-256 (RFC 7093 §2). */
    private static byte[] keyIdentifier(byte[] key) throws GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
        return Arrays.copyOf(digest, 20);
    }

    /** Certificate and key, PEM, in one text: a secret. */
    public static String pem(Identity identity) {
        StringBuilder text = new StringBuilder();
        try {
            for (X509Certificate certificate : identity.chain()) {
                block(text, "CERTIFICATE", certificate.getEncoded());
            }
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
        block(text, "PRIVATE KEY", identity.key().getEncoded());
        return text.toString();
    }

    private static void block(StringBuilder text, String label, byte[] content) {
        text.append("-----BEGIN ").append(label).append("-----\n")
                .append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content))
                .append("\n-----END ").append(label).append("-----\n");
    }
}
