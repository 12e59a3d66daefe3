package weir.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;

/**
 * Private keys out of PEM blocks: PKCS#8 (RFC 5958), also encrypted (RFC 8018), PKCS#1 (RFC 8017) and SEC 1 (RFC 5915). The JDK reads
 * PKCS#8 alone, so that the others are wrapped into it.
 */
final class PrivateKeys {
    static final String EC_PARAMETERS = "EC PARAMETERS";
    private static final String RSA = "1.2.840.113549.1.1.1";
    private static final String RSA_PSS = "1.2.840.113549.1.1.10";
    private static final String EC = "1.2.840.10045.2.1";
    private static final String PBES2 = "1.2.840.113549.1.5.13";
    private static final byte[] NULL = Der.of(0x05);
    private static final byte[] VERSION_0 = Der.integer(BigInteger.ZERO);
    /** A file that asks for more would hold up the start; the JDK draws the same line for PKCS#12. */
    private static final int ITERATIONS_MAX = 5_000_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String file;
    private final String password;
    private final List<Finding> findings;

    /** @param password null for none */
    PrivateKeys(String file, String password, List<Finding> findings) {
        this.file = file;
        this.password = password;
        this.findings = findings;
    }

    /** Whether this is the label of a private key, be it one that can be read or not. */
    static boolean isKey(String label) {
        return label.endsWith("PRIVATE KEY");
    }

    /**
     * @param curve the content of a block EC PARAMETERS beside it; null for none
     * @return null when it cannot be read; the findings say why
     */
    PrivateKey read(Pem.Block block, byte[] curve) {
        if (block.oldEncryption()) {
            return fault(block, "the key is encrypted in the old format of OpenSSL (Proc-Type: 4,ENCRYPTED)",
                    "convert it: openssl pkcs8 -topk8 -in " + file + " -out NEW, and set the password of NEW");
        }
        return switch (block.label()) {
            case "PRIVATE KEY" -> pkcs8(block, block.content());
            case "RSA PRIVATE KEY" -> generate(block, "RSA",
                    wrap(Der.of(Der.SEQUENCE, Der.oid(RSA), NULL), Der.of(Der.OCTETS, block.content())));
            case "EC PRIVATE KEY" -> ec(block, block.content(), curve);
            case "ENCRYPTED PRIVATE KEY" -> encrypted(block);
            case "OPENSSH PRIVATE KEY" -> fault(block, "this is a key of SSH, not of TLS",
                    "name the key that the certificate was made for");
            default -> fault(block, "a key of the kind '" + block.label() + "' cannot be used",
                    "make a key of RSA or EC, and a certificate for it");
        };
    }

    private PrivateKey pkcs8(Pem.Block block, byte[] content) {
        Der key = new Der(content).enter(Der.SEQUENCE);
        key.enter(Der.INTEGER);
        byte[] algorithm = key.element();
        byte[] octets = key.element();
        Der parts = new Der(algorithm).enter(Der.SEQUENCE);
        String oid = parts.oid();
        if (key.broken() || parts.broken()) {
            return unreadable(block);
        }
        if (oid.equals(EC)) {
            return ec(block, new Der(octets).enter(Der.OCTETS).rest(), parts.more() ? parts.element() : null);
        }
        String name = switch (oid) {
            case RSA -> "RSA";
            case RSA_PSS -> "RSASSA-PSS";
            case "1.3.101.112", "1.3.101.113" -> "EdDSA";
            default -> "";
        };
        if (name.isEmpty()) {
            return fault(block, "a key of the kind " + oid + " cannot be used", "make a key of RSA or EC, and a certificate for it");
        }
        return generate(block, name, wrap(algorithm, octets));   // written anew: the JDK 17 refuses attributes and a public key behind it
    }

    /** @param beside the curve as something else than the key says it; null for none; what the key itself says counts more */
    private PrivateKey ec(Pem.Block block, byte[] content, byte[] beside) {
        Der key = new Der(content).enter(Der.SEQUENCE).skip().skip();
        byte[] inside = key.tag() == 0xa0 ? key.enter(0xa0).rest() : null;
        byte[] curve = inside == null || inside.length == 0 ? beside : inside;
        if (key.broken()) {
            return unreadable(block);
        }
        if (curve == null) {
            return fault(block, "the key does not say which curve it is of", "convert it together with its block EC PARAMETERS: "
                    + "openssl pkcs8 -topk8 -nocrypt -in " + file + " -out NEW");
        }
        if (new Der(curve).tag() != Der.OID) {
            return fault(block, "the key spells out the numbers of its curve in place of its name",
                    "make a key of a named curve: openssl ecparam -name prime256v1 -genkey -noout -out NEW");
        }
        if (!Certificates.CURVES.contains(new Der(curve).oid())) {
            return fault(block, "the key is of a curve that clients do not take (" + new Der(curve).oid() + ")", Checks.USE_ANOTHER_CURVE);
        }
        return generate(block, "EC", wrap(Der.of(Der.SEQUENCE, Der.oid(EC), curve), Der.of(Der.OCTETS, content)));
    }

    private static byte[] wrap(byte[] algorithm, byte[] octets) {
        return Der.of(Der.SEQUENCE, VERSION_0, algorithm, octets);
    }

    private PrivateKey generate(Pem.Block block, String algorithm, byte[] pkcs8) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (NoSuchAlgorithmException e) {
            Finding missing = JdkTls.missing();
            return missing == null ? unreadable(block) : fault(block, missing.what(), missing.whatToDo());
        } catch (GeneralSecurityException | RuntimeException e) {   // the providers throw what they like at what they do not like
            return unreadable(block);
        }
    }

    private PrivateKey encrypted(Pem.Block block) {
        if (password == null) {
            return fault(block, "the key is encrypted and there is no password",
                    "give its password (tls.NAME.password = ${file:/path}), or write it without: openssl pkey -in " + file + " -out NEW");
        }
        byte[] plain;
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(block.content());
            if (info.getAlgParameters().getParameterSpec(PBEParameterSpec.class).getIterationCount() > ITERATIONS_MAX) {
                return fault(block, "the encryption asks for more than " + ITERATIONS_MAX + " iterations", convert());
            }
            // The name that finds cipher and key is the one of PBES2's parts, which only this text tells.
            String name = info.getAlgName();
            String algorithm = name.equals("PBES2") || name.equals(PBES2) ? info.getAlgParameters().toString() : name;
            SecretKey key = SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray()));
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
            plain = cipher.doFinal(info.getEncryptedData());
        } catch (BadPaddingException e) {
            return wrongPassword(block);
        } catch (InvalidKeySpecException | InvalidKeyException e) {
            return fault(block, "the JDK does not take this password", "use one of ASCII characters");
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            return fault(block, "the encryption of the key is broken, or of a kind that the JDK does not know", convert());
        }
        if (new Der(plain).enter(Der.SEQUENCE).tag() != Der.INTEGER) {
            return wrongPassword(block);                         // one wrong password in 256 leaves a padding that looks right
        }
        return pkcs8(block, plain);
    }

    private PrivateKey wrongPassword(Pem.Block block) {
        return fault(block, "the password does not open the key", "correct it: openssl pkey -noout -in " + file + " asks for it and tries it");
    }

    private String convert() {
        return "write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in " + file + " -out NEW";
    }

    private PrivateKey unreadable(Pem.Block block) {
        return fault(block, "the key cannot be read: it is not what its label '" + block.label() + "' says",
                "copy it anew; openssl pkey -noout -in " + file + " tells whether it is whole");
    }

    private PrivateKey fault(Pem.Block block, String what, String whatToDo) {
        findings.add(new Finding(true, file + ":" + block.line(), what, whatToDo));
        return null;
    }

    /** Whether the two are a pair: what the one signs, the other verifies. */
    static boolean fits(PublicKey open, PrivateKey secret) {
        if (!open.getAlgorithm().equals(secret.getAlgorithm())
                || open instanceof RSAKey a && secret instanceof RSAKey b && !a.getModulus().equals(b.getModulus())) {
            return false;                                        // a stranger's RSA key of 16384 bits would sign for seconds
        }
        byte[] nonce = new byte[32];
        RANDOM.nextBytes(nonce);
        try {
            Signature sign = signature(secret.getAlgorithm());
            sign.initSign(secret);
            sign.update(nonce);
            byte[] signed = sign.sign();
            Signature verify = signature(secret.getAlgorithm());
            verify.initVerify(open);
            verify.update(nonce);
            return verify.verify(signed);
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    private static Signature signature(String keyType) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(switch (keyType) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> keyType;
        });
        if (keyType.equals("RSASSA-PSS")) {
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        }
        return signature;
    }
}
