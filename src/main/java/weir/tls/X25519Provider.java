package weir.tls;

import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.interfaces.XECPrivateKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.crypto.KeyAgreement;

/**
 * Gives the JDK's TLS a faster X25519 (RFC 7748) than its own. JSSE asks the providers for a {@code KeyPairGenerator} and a
 * {@code KeyAgreement} "XDH", on 17 as on 25: both are here, under that name and as "X25519", and nothing else is. X448 is
 * refused, and the JDK turns to the next provider, its own. Keys are made from bytes by the JDK's {@code KeyFactory} still; an
 * agreement takes keys of whatever provider, and its own keys suit other providers.
 *
 * <p>A JDK whose JCE asks for signed providers (Oracle's) refuses the agreement, by a SecurityException to who names the
 * provider: {@link #install} does, and leaves that JDK as it is. Who names none never sees one: {@code KeyAgreement} passes over a
 * provider that cannot be verified, so that TLS works there even with this one in the list.
 */
public final class X25519Provider extends Provider {
    /** The name of this provider in the JDK's list. */
    public static final String NAME = "WeirX25519";

    private static final long serialVersionUID = 1;
    private static final String JDK = "SunEC";
    private static final List<String> NAMES = List.of("XDH", "X25519");

    /** Scalar, point, product of RFC 7748 §5.2, and the two keys and the secret of §6.1. */
    private static final List<List<String>> VECTORS = List.of(
            List.of("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
                    "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
                    "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"),
            List.of("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
                    "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
                    "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"),
            List.of("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
                    "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
                    "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"));

    /** A provider that is in no list yet: {@link #install} is what most callers want. */
    public X25519Provider() {
        super(NAME, "1", "X25519 (RFC 7748) for weir's TLS");
        for (String name : NAMES) {
            putService(new Made(this, "KeyPairGenerator", name, X25519KeyPairs.class, X25519KeyPairs::new));
            putService(new Made(this, "KeyAgreement", name, X25519Agreement.class, X25519Agreement::new));
        }
    }

    /**
     * What came of {@link #install}.
     *
     * @param installed whether this provider is in the JDK's list
     * @param reason why not, in words for an operator; empty when it is
     */
    public record Outcome(boolean installed, String reason) {}

    /**
     * Puts this provider into the JDK's list, for the whole process, right before the JDK's own of X25519; once, however often it
     * is called, from whatever thread. Before that it has to agree with the vectors of RFC 7748 and with the JDK. When it does
     * not, when the JDK has no X25519, or when an operator has put another provider before the JDK's, nothing is changed. Never
     * throws. Connections that live already are not touched.
     */
    public static synchronized Outcome install() {
        if (Security.getProvider(NAME) != null) {
            return new Outcome(true, "");
        }
        try {
            Provider[] others = Security.getProviders("KeyAgreement.XDH");
            if (others == null || !others[0].getName().equals(JDK)) {
                return new Outcome(false, others == null ? "this JDK has no X25519 of its own to compare with"
                        : "the provider " + others[0].getName() + " stands before the JDK's own, and is left there");
            }
            X25519Provider provider = new X25519Provider();
            String fault = provider.selfTest(others[0]);
            if (!fault.isEmpty()) {
                return new Outcome(false, fault);
            }
            // not the first of all: then every look-up of any algorithm would ask here first
            int before = Arrays.asList(Security.getProviders()).indexOf(others[0]);
            Security.insertProviderAt(provider, before + 1);
            return new Outcome(true, "");
        } catch (GeneralSecurityException | RuntimeException e) {
            return new Outcome(false, "this JDK does not take another X25519: " + e);
        }
    }

    /** Empty, or what is wrong. */
    private String selfTest(Provider jdk) throws GeneralSecurityException {
        HexFormat hex = HexFormat.of();
        for (List<String> vector : VECTORS) {
            byte[] product = X25519.sharedSecret(hex.parseHex(vector.get(0)), hex.parseHex(vector.get(1)));
            if (product == null || !hex.formatHex(product).equals(vector.get(2))) {
                return "its results are not those of RFC 7748 section 5.2";
            }
        }
        if (X25519.sharedSecret(hex.parseHex(VECTORS.get(0).get(0)), new byte[X25519.LENGTH]) != null) {
            return "it takes points of small order";
        }
        KeyPair ours = KeyPairGenerator.getInstance("XDH", this).generateKeyPair();
        byte[] scalar = hex.parseHex(VECTORS.get(2).get(0));
        PrivateKey theirs = KeyFactory.getInstance("XDH", jdk).generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar));
        byte[] theirSecret = agree(jdk, theirs, ours.getPublic());
        byte[] ourSecret = agree(this, ours.getPrivate(), new X25519PublicKey(X25519.publicKey(scalar)));
        return Arrays.equals(theirSecret, ourSecret) ? "" : "it does not agree with the JDK's own";
    }

    private static byte[] agree(Provider provider, PrivateKey one, PublicKey other) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance("XDH", provider);
        agreement.init(one);
        agreement.doPhase(other, true);
        return agreement.generateSecret();
    }

    static boolean isX25519(AlgorithmParameterSpec params) {
        return params instanceof NamedParameterSpec named && named.getName().equalsIgnoreCase("X25519");
    }

    /** Makes its objects without reflection, and knows keys of X448 before an agreement would refuse them. */
    private static final class Made extends Service {
        private final Supplier<?> maker;

        Made(Provider provider, String type, String name, Class<?> made, Supplier<?> maker) {
            super(provider, type, name, made.getName(), List.of(), Map.of("SupportedKeyClasses", XECPrivateKey.class.getName()));
            this.maker = maker;
        }

        @Override
        public Object newInstance(Object parameter) {
            if (parameter != null) {
                throw new InvalidParameterException("no parameter is taken here");
            }
            return maker.get();
        }

        @Override
        public boolean supportsParameter(Object parameter) {
            return parameter instanceof XECPrivateKey key && isX25519(key.getParams());
        }
    }
}
