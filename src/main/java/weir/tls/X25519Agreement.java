package weir.tls;

import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.interfaces.XECPrivateKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.KeyAgreementSpi;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/**
 * The agreement on a secret by X25519, between keys of whatever provider: of a private key the scalar has to be there, else the
 * JDK turns to the next provider. What it refuses, it refuses by the same exceptions as the JDK's own. After a secret was given
 * out, the same private key is ready for the next public one.
 */
final class X25519Agreement extends KeyAgreementSpi {
    private XECPrivateKey key;
    private byte[] secret;

    @Override
    protected void engineInit(Key privateKey, SecureRandom random) throws InvalidKeyException {
        if (!(privateKey instanceof XECPrivateKey ours) || !X25519Provider.isX25519(ours.getParams())) {
            throw new InvalidKeyException("only private keys of X25519");
        }
        Arrays.fill(scalar(ours), (byte) 0);                    // it has to be there
        forget();
        key = ours;
    }

    @Override
    protected void engineInit(Key privateKey, AlgorithmParameterSpec params, SecureRandom random)
            throws InvalidKeyException, InvalidAlgorithmParameterException {
        if (params != null && !X25519Provider.isX25519(params)) {
            throw new InvalidAlgorithmParameterException("only X25519");
        }
        engineInit(privateKey, random);
    }

    private static byte[] scalar(XECPrivateKey key) throws InvalidKeyException {
        Optional<byte[]> scalar = key.getScalar();
        if (scalar.isEmpty() || scalar.get().length != X25519.LENGTH) {
            throw new InvalidKeyException("the key has no scalar of 32 bytes");
        }
        return scalar.get();
    }

    @Override
    protected Key engineDoPhase(Key publicKey, boolean last) throws InvalidKeyException {
        if (key == null) {
            throw new IllegalStateException("Not initialized");
        }
        if (secret != null) {
            throw new IllegalStateException("Phase already executed");
        }
        if (!last) {
            throw new IllegalStateException("X25519 has one phase, which is the last one");
        }
        if (!(publicKey instanceof XECPublicKey theirs) || !X25519Provider.isX25519(theirs.getParams())) {
            throw new InvalidKeyException("only public keys of X25519");
        }
        byte[] scalar = scalar(key);
        secret = X25519.sharedSecret(scalar, X25519PublicKey.point(theirs));
        Arrays.fill(scalar, (byte) 0);
        if (secret == null) {
            throw new InvalidKeyException("the point has a small order (RFC 7748 section 6.1)");
        }
        return null;
    }

    @Override
    protected byte[] engineGenerateSecret() {
        if (secret == null) {
            throw new IllegalStateException("Not initialized correctly");
        }
        byte[] result = secret;
        secret = null;
        return result;
    }

    @Override
    protected int engineGenerateSecret(byte[] to, int offset) throws ShortBufferException {
        if (secret == null) {
            throw new IllegalStateException("Not initialized correctly");
        }
        if (to.length - offset < X25519.LENGTH) {
            throw new ShortBufferException("needs " + X25519.LENGTH + " bytes, and there are " + (to.length - offset));
        }
        System.arraycopy(secret, 0, to, offset, X25519.LENGTH);
        forget();
        return X25519.LENGTH;
    }

    @Override
    protected SecretKey engineGenerateSecret(String algorithm) throws NoSuchAlgorithmException {
        if (algorithm == null) {
            throw new NoSuchAlgorithmException("Algorithm must not be null");
        }
        if (!algorithm.equalsIgnoreCase("TlsPremasterSecret") && !algorithm.equalsIgnoreCase("Generic")) {
            throw new NoSuchAlgorithmException("Unsupported secret key algorithm: " + algorithm);
        }
        byte[] bytes = engineGenerateSecret();
        SecretKey result = new SecretKeySpec(bytes, algorithm);  // which copies them
        Arrays.fill(bytes, (byte) 0);
        return result;
    }

    private void forget() {
        if (secret != null) {
            Arrays.fill(secret, (byte) 0);
            secret = null;
        }
    }
}
