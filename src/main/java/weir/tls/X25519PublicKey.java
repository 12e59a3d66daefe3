package weir.tls;

import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.math.BigInteger;
import java.security.KeyRep;
import java.security.interfaces.XECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;

/** A public key of X25519: a u coordinate. Encoded as a SubjectPublicKeyInfo (RFC 8410 §4). Immutable. */
final class X25519PublicKey implements XECPublicKey {
    private static final long serialVersionUID = 1;
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final byte[] BEFORE = HexFormat.of().parseHex("302a300506032b656e032100");

    private final byte[] point;

    /** @param point 32 bytes, the least first, below 2^255 - 19; the caller leaves them to this */
    X25519PublicKey(byte[] point) {
        this.point = point;
    }

    /** The u coordinate of a key of X25519, whoever made it: 32 bytes, the least first, not to be changed. */
    static byte[] point(XECPublicKey key) {
        return key instanceof X25519PublicKey ours ? ours.point : littleEndian(key.getU());
    }

    /** As the JDK does, a number that is too large is reduced, and loses no bit. */
    private static byte[] littleEndian(BigInteger u) {
        BigInteger inRange = u.signum() < 0 || u.bitLength() > 255 ? u.mod(P) : u;
        byte[] bytes = inRange.toByteArray();                  // the greatest first, of any length up to 32
        byte[] point = new byte[X25519.LENGTH];
        for (int i = 0; i < bytes.length; i++) {
            point[i] = bytes[bytes.length - 1 - i];
        }
        return point;
    }

    @Override
    public BigInteger getU() {
        byte[] greatestFirst = new byte[X25519.LENGTH];
        for (int i = 0; i < greatestFirst.length; i++) {
            greatestFirst[i] = point[greatestFirst.length - 1 - i];
        }
        return new BigInteger(1, greatestFirst);
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
        return "X.509";
    }

    @Override
    public byte[] getEncoded() {
        byte[] encoded = Arrays.copyOf(BEFORE, BEFORE.length + point.length);
        System.arraycopy(point, 0, encoded, BEFORE.length, point.length);
        return encoded;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof XECPublicKey key && Arrays.equals(getEncoded(), key.getEncoded());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(getEncoded());
    }

    @Override
    public String toString() {
        return "X25519 public key " + HexFormat.of().formatHex(point);
    }

    /** What is read back is a key of the JDK. */
    private Object writeReplace() {
        return new KeyRep(KeyRep.Type.PUBLIC, getAlgorithm(), getFormat(), getEncoded());
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw new InvalidObjectException("written as a KeyRep");
    }
}
