package weir.tls;

import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;

/**
 * What of the JDK's TLS can only be said for the whole process, before any of its classes is loaded: {@code main} does so. A
 * property that the user gave with -D stays. Programs that embed weir may be too late; then {@link TlsTransport} refuses
 * renegotiation by itself, and the rest is as the JDK has it.
 */
public final class JdkTls {
    /** Without SHA-1 and SHA-224, which the JDK still takes in TLS 1.2 (RFC 9155). */
    private static final String SIGNATURES = "ecdsa_secp256r1_sha256,ecdsa_secp384r1_sha384,ecdsa_secp521r1_sha512,ed25519,ed448,"
            + "rsa_pss_rsae_sha256,rsa_pss_rsae_sha384,rsa_pss_rsae_sha512,rsa_pss_pss_sha256,rsa_pss_pss_sha384,rsa_pss_pss_sha512,"
            + "rsa_pkcs1_sha256,rsa_pkcs1_sha384,rsa_pkcs1_sha512";
    private static final Map<String, String> ALWAYS = Map.of(
            // a handshake that a client can begin at will costs us a hundred times what it costs the client (CVE-2011-1473)
            "jdk.tls.rejectClientInitiatedRenegotiation", "true",
            "jdk.tls.server.SignatureSchemes", SIGNATURES,
            "jdk.tls.client.SignatureSchemes", SIGNATURES,
            "jdk.tls.maxHandshakeMessageSize", "32768",
            "jdk.tls.maxCertificateChainLength", "8",
            "jdk.tls.server.maxInboundCertificateChainLength", "8",
            "jdk.tls.client.maxInboundCertificateChainLength", "10");

    private JdkTls() {}

    /**
     * Sets the properties, and puts weir's X25519 before the JDK's.
     *
     * @param groups of key exchange, in the order of preference; those that the JDK does not know are passed over
     * @param ownX25519 whether weir computes X25519 itself: two thirds of a resumed handshake are that
     * @param stapling whether the responses of certificate status services (OCSP) are fetched and passed on (RFC 6066 §8)
     * @return what could not be done, in words for an operator; empty when all is well
     */
    public static String prepare(List<String> groups, boolean ownX25519, boolean stapling) {
        ALWAYS.forEach(JdkTls::set);
        set("jdk.tls.namedGroups", String.join(",", groups));
        if (stapling) {
            set("jdk.tls.server.enableStatusRequestExtension", "true");
            // A helper thread waits so long in the middle of a handshake, with each client that asks, while there is no response
            // at hand: with two helpers and the JDK's 5 s a responder that stalls would leave two handshakes in 5 s. The
            // JDK's fetch goes on after that, and what it brings serves the next handshakes.
            set("jdk.tls.stapling.responseTimeout", "50");
        }
        if (!ownX25519 || missing() != null) {
            return "";                                        // without any TLS there is nothing to be said of a part of it
        }
        X25519Provider.Outcome outcome = X25519Provider.install();
        return outcome.installed() ? "" : "TLS computes X25519 as the JDK does: " + outcome.reason();
    }

    /**
     * Whether this Java run-time can do TLS at all: an image made of a few modules may lack the elliptic curves. Then every
     * handshake would end in an {@link Error}.
     *
     * @return what is missing; null when nothing is
     */
    public static Finding missing() {
        try {
            KeyFactory.getInstance("EC");
            return null;
        } catch (NoSuchAlgorithmException e) {
            return new Finding(true, "Java " + Runtime.version().feature(),
                    "this Java run-time lacks the module jdk.crypto.ec, and with it the elliptic curves that TLS is made of",
                    "add jdk.crypto.ec to its modules (jlink --add-modules), or use Java 22 or newer, where java.base has them");
        }
    }

    /** Whether servers of this JVM fetch and staple the status of their certificates. */
    static boolean staples() {
        return Boolean.getBoolean("jdk.tls.server.enableStatusRequestExtension");
    }

    /** Whether the JDK was told so, which is no proof that it was told in time. */
    static boolean refusesRenegotiation() {
        return Boolean.getBoolean("jdk.tls.rejectClientInitiatedRenegotiation");
    }

    private static void set(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
