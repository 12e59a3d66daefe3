package weir.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.FuzzSeed;

class X25519Test {
    private static final long SEED = FuzzSeed.seed();
    private static final String JDK = "SunEC";

    @ParameterizedTest(name = "RFC 7748 §5.2: scalar {0}")
    @CsvSource({
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4, e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c,"
                + "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d, e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493,"
                + "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"
    })
    void multipliesPoints(String scalar, String point, String result) {
        byte[] k = bytes(scalar);
        byte[] u = bytes(point);
        assertThat(hex(X25519.sharedSecret(k, u))).isEqualTo(result);
        assertThat(hex(k) + hex(u)).as("what was given is not changed").isEqualTo(scalar + point);
    }

    @Test
    void multipliesAThousandTimes() {
        byte[] k = bytes("0900000000000000000000000000000000000000000000000000000000000000");
        byte[] u = k;
        for (int i = 1; i <= 1000; i++) {
            byte[] result = X25519.sharedSecret(k, u);
            u = k;
            k = result;
            if (i == 1) {
                assertThat(hex(k)).isEqualTo("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
            }
        }
        assertThat(hex(k)).isEqualTo("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
    }

    @Test
    void bothSidesOfRfc7748Section61() {
        byte[] alice = bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        byte[] bob = bytes("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        assertThat(hex(X25519.publicKey(alice))).isEqualTo("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        assertThat(hex(X25519.publicKey(bob))).isEqualTo("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
        String shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
        assertThat(hex(X25519.sharedSecret(alice, X25519.publicKey(bob)))).isEqualTo(shared);
        assertThat(hex(X25519.sharedSecret(bob, X25519.publicKey(alice)))).isEqualTo(shared);
    }

    @Test
    void agreesWithTheJdkBothWays() throws GeneralSecurityException {
        Random random = new Random(SEED);
        for (int i = 0; i < 2000; i++) {
            byte[] ours = new byte[X25519.LENGTH];
            byte[] theirs = new byte[X25519.LENGTH];
            random.nextBytes(ours);
            random.nextBytes(theirs);
            byte[] point = X25519.publicKey(theirs);
            byte[] secret = X25519.sharedSecret(ours, point);
            assertThat(secret).as("seed %d, pair %d", SEED, i).isEqualTo(jdk(ours, point)).isEqualTo(jdk(theirs, X25519.publicKey(ours)))
                    .isEqualTo(X25519.sharedSecret(theirs, X25519.publicKey(ours)));
        }
    }

    /** Points that need not lie on the curve, but on it or its twist: any 32 bytes are a point. */
    @Test
    void agreesWithTheJdkOnAnyPoint() throws GeneralSecurityException {
        Random random = new Random(SEED);
        for (int i = 0; i < 500; i++) {
            byte[] scalar = new byte[X25519.LENGTH];
            byte[] point = new byte[X25519.LENGTH];
            random.nextBytes(scalar);
            random.nextBytes(point);
            assertThat(X25519.sharedSecret(scalar, point)).as("seed %d, pair %d", SEED, i).isEqualTo(jdk(scalar, point));
        }
    }

    /** The table of multiples of the base point and the ladder; each digit that a scalar can have stands at each place. */
    @Test
    void publicKeysAreWhatTheLadderMakesOfTheBasePoint() {
        byte[] base = ByteBuffer.allocate(X25519.LENGTH).put((byte) 9).array();
        Random random = new Random(SEED);
        for (int i = 0; i < 2000; i++) {
            byte[] scalar = new byte[X25519.LENGTH];
            if (i < 64 * 16) {
                scalar[i / 32] = (byte) (i % 16 << 4 * (i / 16 % 2));
            } else {
                random.nextBytes(scalar);
            }
            assertThat(X25519.publicKey(scalar)).as("seed %d, scalar %s", SEED, hex(scalar)).isEqualTo(X25519.sharedSecret(scalar, base));
        }
    }

    /** Public keys of the JDK's own making, and scalars whose bits are all alike. */
    @Test
    void publicKeysAreTheJdks() throws GeneralSecurityException {
        Random random = new Random(SEED);
        for (int i = 0; i < 300; i++) {
            byte[] scalar = new byte[X25519.LENGTH];
            if (i < 256) {
                Arrays.fill(scalar, (byte) i);
            } else {
                random.nextBytes(scalar);
            }
            SecureRandom given = new SecureRandom() {
                private static final long serialVersionUID = 1;

                @Override
                public void nextBytes(byte[] bytes) {
                    System.arraycopy(scalar, 0, bytes, 0, bytes.length);
                }
            };
            KeyPairGenerator generator = KeyPairGenerator.getInstance("X25519", JDK);
            generator.initialize(NamedParameterSpec.X25519, given);
            KeyPair pair = generator.generateKeyPair();
            assertThat(X25519.publicKey(scalar)).as("seed %d, scalar %d", SEED, i)
                    .isEqualTo(X25519ElementTest.littleEndian(((XECPublicKey) pair.getPublic()).getU()));
        }
    }

    /** All that are of an order below the large prime, and the same ones in the forms that are not reduced or have the highest bit. */
    @ParameterizedTest(name = "small order: {0}")
    @ValueSource(strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    })
    void refusesPointsOfSmallOrder(String point) {
        Random random = new Random(SEED);
        for (int i = 0; i < 5; i++) {
            byte[] scalar = new byte[X25519.LENGTH];
            random.nextBytes(scalar);
            assertThat(X25519.sharedSecret(scalar, bytes(point))).as("seed %d", SEED).isNull();
            assertThatThrownBy(() -> jdk(scalar, bytes(point))).isInstanceOf(InvalidKeyException.class);
        }
    }

    /** RFC 7748 §5: 2^255 - 19 to 2^255 - 1 stand for 0 to 18, and the highest bit for nothing. */
    @Test
    void takesPointsThatAreNotReduced() throws GeneralSecurityException {
        byte[] scalar = bytes("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
        for (int i = 2; i < 19; i++) {
            BigInteger reduced = BigInteger.valueOf(i);
            BigInteger same = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19 - i));
            byte[] secret = X25519.sharedSecret(scalar, X25519ElementTest.littleEndian(reduced));
            for (BigInteger other : List.of(reduced.setBit(255), same, same.setBit(255))) {
                assertThat(X25519.sharedSecret(scalar, X25519ElementTest.littleEndian(other))).as("%s", other).isEqualTo(secret);
            }
            assertThat(secret).isEqualTo(jdk(scalar, X25519ElementTest.littleEndian(same)));
        }
    }

    private static byte[] jdk(byte[] scalar, byte[] point) throws GeneralSecurityException {
        KeyFactory factory = KeyFactory.getInstance("X25519", JDK);
        PrivateKey ours = factory.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar.clone()));
        byte[] u = point.clone();
        u[31] &= 127;
        for (int i = 0; i < 16; i++) {
            byte other = u[i];
            u[i] = u[31 - i];
            u[31 - i] = other;
        }
        PublicKey theirs = factory.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, u)));
        KeyAgreement agreement = KeyAgreement.getInstance("X25519", JDK);
        agreement.init(ours);
        agreement.doPhase(theirs, true);
        return agreement.generateSecret();
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
