package weir.tls;

import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidParameterException;
import java.security.KeyPair;
import java.security.KeyPairGeneratorSpi;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;

/** Makes key pairs of X25519. What asks for X448 is refused, and the JDK then turns to the next provider. */
final class X25519KeyPairs extends KeyPairGeneratorSpi {
    private SecureRandom random;                                // null until it is needed

    @Override
    public void initialize(int bits, SecureRandom given) {
        if (bits != 255) {
            throw new InvalidParameterException("keys of X25519 have 255 bits, not " + bits);
        }
        random = given;
    }

    @Override
    public void initialize(AlgorithmParameterSpec params, SecureRandom given) throws InvalidAlgorithmParameterException {
        if (!X25519Provider.isX25519(params)) {
            throw new InvalidAlgorithmParameterException("only X25519");
        }
        random = given;
    }

    @Override
    public KeyPair generateKeyPair() {
        if (random == null) {
            random = new SecureRandom();
        }
        byte[] scalar = new byte[X25519.LENGTH];
        random.nextBytes(scalar);
        return new KeyPair(new X25519PublicKey(X25519.publicKey(scalar)), new X25519PrivateKey(scalar));
    }
}
