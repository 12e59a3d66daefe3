package weir.tls;

import java.io.InvalidObjectException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.security.MessageDigest;
import java.security.interfaces.XECPrivateKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A private key of X25519: a scalar, as it was drawn. Encoded as PKCS#8 (RFC 8410 §7). It can be destroyed; after that it has
 * neither a scalar nor an encoding. Its text does not tell the scalar, and it cannot be serialized. Safe for threads.
 */
final class X25519PrivateKey implements XECPrivateKey {
    private static final long serialVersionUID = 1;
    private static final byte[] BEFORE = HexFormat.of().parseHex("302e020100300506032b656e04220420");

    private final byte[] scalar;
    private boolean destroyed;

    /** @param scalar 32 bytes; the caller leaves them to this */
    X25519PrivateKey(byte[] scalar) {
        this.scalar = scalar;
    }

    @Override
    public synchronized Optional<byte[]> getScalar() {
        return destroyed ? Optional.empty() : Optional.of(scalar.clone());
    }

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
        return isDestroyed() ? null : "PKCS#8";
    }

    @Override
    public synchronized byte[] getEncoded() {
        if (destroyed) {
            return null;
        }
        byte[] encoded = Arrays.copyOf(BEFORE, BEFORE.length + scalar.length);
        System.arraycopy(scalar, 0, encoded, BEFORE.length, scalar.length);
        return encoded;
    }

    @Override
    public synchronized void destroy() {
        Arrays.fill(scalar, (byte) 0);
        destroyed = true;
    }

    @Override
    public synchronized boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public boolean equals(Object other) {
        return other == this || other instanceof XECPrivateKey key && !isDestroyed() && MessageDigest.isEqual(getEncoded(), key.getEncoded());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(getEncoded());
    }

    @Override
    public String toString() {
        return isDestroyed() ? "X25519 private key, destroyed" : "X25519 private key";
    }

    private Object writeReplace() throws NotSerializableException {
        throw new NotSerializableException("a private key");
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw new InvalidObjectException("never written");
    }
}
