package weir.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.interfaces.XECPrivateKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import javax.security.auth.DestroyFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The list of providers of this process stays as it is: what changes it runs in one of its own ({@link X25519Process}). */
class X25519ProviderTest {
    private static final String JDK = "SunEC";

    private final Provider provider = new X25519Provider();

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void tlsAgreesByIt(String version) throws IOException, InterruptedException {
        assertThat(run("install", version, "x25519")).contains("installed=true, reason=] and again Outcome[installed=true",
                "WeirX25519, Watch, SunEC", "handshake true " + version, "asked {KeyAgreement=0, KeyPairGenerator=0}",
                "XDH X448 agreed true", "X448 X448 agreed true", "by size X448");
    }

    /** Which shows that a handshake would be seen to ask the JDK. */
    @Test
    void tlsAsksTheJdkWithoutIt() throws IOException, InterruptedException {
        assertThat(run("leave", "TLSv1.3", "x25519")).contains("handshake true TLSv1.3", "asked {KeyAgreement=2, KeyPairGenerator=2}");
    }

    @Test
    void tlsByX448StillReachesTheJdk() throws IOException, InterruptedException {
        assertThat(run("install", "TLSv1.3", "x448")).contains("handshake true TLSv1.3", "asked {KeyAgreement=2, KeyPairGenerator=2}");
    }

    @Test
    void whatAnOperatorHasPutBeforeTheJdkStays() throws IOException, InterruptedException {
        assertThat(run("foreign", "TLSv1.3", "x25519")).contains("installed=false, reason=the provider Watch stands before", "null");
    }

    private static String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-ea", "-cp",
                System.getProperty("java.class.path"), X25519Process.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @ParameterizedTest(name = "{0}, ours by {1}, theirs by {2}")
    @CsvSource({"XDH, ours, ours", "XDH, ours, SunEC", "XDH, SunEC, ours", "XDH, SunEC, SunEC", "X25519, ours, SunEC", "X25519, SunEC, ours"})
    void agreesBetweenKeysOfAnyProvider(String algorithm, String one, String other) throws GeneralSecurityException {
        KeyPair ours = pair(algorithm, one);
        KeyPair theirs = pair(algorithm, other);
        byte[] secret = agreed(KeyAgreement.getInstance(algorithm, provider), ours, theirs);
        assertThat(secret).hasSize(32).isEqualTo(agreed(KeyAgreement.getInstance(algorithm, JDK), theirs, ours))
                .isEqualTo(agreed(KeyAgreement.getInstance(algorithm, JDK), ours, theirs))
                .isEqualTo(agreed(KeyAgreement.getInstance(algorithm, provider), theirs, ours));
    }

    private KeyPair pair(String algorithm, String by) throws GeneralSecurityException {
        return (by.equals(JDK) ? KeyPairGenerator.getInstance(algorithm, JDK) : KeyPairGenerator.getInstance(algorithm, provider)).generateKeyPair();
    }

    private static byte[] agreed(KeyAgreement agreement, KeyPair ours, KeyPair theirs) throws GeneralSecurityException {
        agreement.init(ours.getPrivate());
        agreement.doPhase(theirs.getPublic(), true);
        return agreement.generateSecret();
    }

    @Test
    void encodingsAreTheJdks() throws GeneralSecurityException {
        for (int i = 0; i < 20; i++) {
            KeyPair pair = pair("XDH", "ours");
            PublicKey key = KeyFactory.getInstance("XDH", JDK).generatePublic(new X509EncodedKeySpec(pair.getPublic().getEncoded()));
            assertThat(key.getEncoded()).isEqualTo(pair.getPublic().getEncoded());
            assertThat(((XECPublicKey) key).getU()).isEqualTo(((XECPublicKey) pair.getPublic()).getU());
            assertThat(key).isEqualTo(pair.getPublic());
            assertThat(pair.getPublic()).isEqualTo(key).isNotEqualTo(pair("XDH", "ours").getPublic());
            assertThat(key.getFormat() + key.getAlgorithm()).isEqualTo(pair.getPublic().getFormat() + pair.getPublic().getAlgorithm());
            PrivateKey secret = KeyFactory.getInstance("XDH", JDK).generatePrivate(new PKCS8EncodedKeySpec(pair.getPrivate().getEncoded()));
            assertThat(secret.getEncoded()).isEqualTo(pair.getPrivate().getEncoded());
            assertThat(((XECPrivateKey) secret).getScalar().orElseThrow()).isEqualTo(((XECPrivateKey) pair.getPrivate()).getScalar().orElseThrow());
            assertThat(pair.getPrivate()).isEqualTo(secret).isNotEqualTo(pair("XDH", "ours").getPrivate());
            assertThat(secret.getFormat() + secret.getAlgorithm()).isEqualTo(pair.getPrivate().getFormat() + pair.getPrivate().getAlgorithm());
        }
    }

    @Test
    void privateKeysKeepTheirSecretAndCanBeDestroyed() throws GeneralSecurityException, DestroyFailedException, IOException {
        PrivateKey key = pair("XDH", "ours").getPrivate();
        byte[] scalar = ((XECPrivateKey) key).getScalar().orElseThrow();
        assertThat(key.toString()).isEqualTo("X25519 private key");
        try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
            assertThatThrownBy(() -> out.writeObject(key)).isInstanceOf(NotSerializableException.class);
        }
        Arrays.fill(((XECPrivateKey) key).getScalar().orElseThrow(), (byte) 0);
        assertThat(((XECPrivateKey) key).getScalar().orElseThrow()).as("given away as a copy").isEqualTo(scalar);
        KeyAgreement agreement = KeyAgreement.getInstance("XDH", provider);
        agreement.init(key);
        key.destroy();
        assertThat(key.isDestroyed()).isTrue();
        assertThat(((XECPrivateKey) key).getScalar()).isEmpty();
        assertThat(key.getEncoded()).isNull();
        assertThatThrownBy(() -> agreement.doPhase(pair("XDH", "ours").getPublic(), true)).isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() -> agreement.init(key)).isInstanceOf(InvalidKeyException.class);
        assertThat(key.toString()).contains("destroyed");
    }

    @Test
    void refusesWhatIsNotX25519() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("XDH", provider);
        assertThatThrownBy(() -> generator.initialize(NamedParameterSpec.X448)).isInstanceOf(InvalidAlgorithmParameterException.class);
        assertThatThrownBy(() -> generator.initialize((AlgorithmParameterSpec) null)).isInstanceOf(InvalidAlgorithmParameterException.class);
        assertThatThrownBy(() -> generator.initialize(448)).isInstanceOf(InvalidParameterException.class);
        generator.initialize(255);
        generator.initialize(new NamedParameterSpec("x25519"));
        KeyPair ours = generator.generateKeyPair();
        KeyPair large = KeyPairGenerator.getInstance("X448", JDK).generateKeyPair();
        KeyPair other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        KeyAgreement agreement = KeyAgreement.getInstance("XDH", provider);
        assertThatThrownBy(() -> agreement.init(large.getPrivate())).isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() -> agreement.init(other.getPrivate())).isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() -> agreement.init(ours.getPublic())).isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() -> agreement.init(ours.getPrivate(), NamedParameterSpec.X448)).isInstanceOf(InvalidAlgorithmParameterException.class);
        agreement.init(ours.getPrivate(), NamedParameterSpec.X25519);
        assertThatThrownBy(() -> agreement.doPhase(large.getPublic(), true)).isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() -> agreement.doPhase(ours.getPublic(), false)).isInstanceOf(IllegalStateException.class);
        for (BigInteger small : List.of(BigInteger.ZERO, BigInteger.ONE, BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(20)))) {
            PublicKey zero = KeyFactory.getInstance("XDH", JDK).generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, small));
            assertThatThrownBy(() -> agreement.doPhase(zero, true)).isInstanceOf(InvalidKeyException.class).hasMessageContaining("small order");
            assertThatThrownBy(agreement::generateSecret).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void secretsAreGivenOutOnceAndInEveryForm() throws GeneralSecurityException {
        KeyPair ours = pair("XDH", "ours");
        KeyPair theirs = pair("XDH", JDK);
        KeyAgreement agreement = KeyAgreement.getInstance("XDH", provider);
        assertThatThrownBy(() -> agreement.doPhase(theirs.getPublic(), true)).isInstanceOf(IllegalStateException.class);
        byte[] secret = agreed(agreement, ours, theirs);
        assertThatThrownBy(agreement::generateSecret).isInstanceOf(IllegalStateException.class);
        agreement.doPhase(theirs.getPublic(), true);
        assertThatThrownBy(() -> agreement.doPhase(theirs.getPublic(), true)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> agreement.generateSecret("AES")).isInstanceOf(NoSuchAlgorithmException.class);
        SecretKey key = agreement.generateSecret("TlsPremasterSecret");
        assertThat(key.getEncoded()).isEqualTo(secret);
        agreement.doPhase(theirs.getPublic(), true);
        byte[] into = new byte[40];
        assertThatThrownBy(() -> agreement.generateSecret(into, 9)).isInstanceOf(ShortBufferException.class);
        assertThat(agreement.generateSecret(into, 8)).isEqualTo(32);
        assertThat(Arrays.copyOfRange(into, 8, 40)).isEqualTo(secret);
        agreement.doPhase(theirs.getPublic(), true);
        agreement.init(ours.getPrivate());
        assertThatThrownBy(agreement::generateSecret).as("another init forgets it").isInstanceOf(IllegalStateException.class);
    }

    /** A key of somebody's own may hold a coordinate that no key of the JDK does. */
    @Test
    void takesCoordinatesOutOfRange() throws GeneralSecurityException {
        BigInteger p = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
        KeyPair ours = pair("XDH", "ours");
        BigInteger u = ((XECPublicKey) pair("XDH", "ours").getPublic()).getU();
        KeyAgreement agreement = KeyAgreement.getInstance("XDH", provider);
        byte[] secret = agreed(agreement, ours, new KeyPair(new Foreign(u), null));
        for (BigInteger same : List.of(u.add(p), u.subtract(p), u.add(p.shiftLeft(70)))) {
            assertThat(agreed(agreement, ours, new KeyPair(new Foreign(same), null))).isEqualTo(secret);
        }
    }

    private record Foreign(BigInteger getU) implements XECPublicKey {
        private static final long serialVersionUID = 1;

        @Override
        public AlgorithmParameterSpec getParams() {
            return NamedParameterSpec.X25519;
        }

        @Override
        public String getAlgorithm() {
            return "XDH";
        }

        @Override
        public String getFormat() {
            return null;
        }

        @Override
        public byte[] getEncoded() {
            return null;
        }
    }
}
