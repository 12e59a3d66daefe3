package weir.tls;

import java.nio.file.Path;
import java.util.List;

/**
 * TLS to the origins of a pool.
 *
 * @param verify whether the origin's certificate is checked: its chain, dates and name
 * @param ca PEM, who may sign the certificates of origins; null for those that the JDK trusts
 * @param pins SHA-256 of the public key (SubjectPublicKeyInfo) of the origin's certificate, 64 hex digits each; one of
 *     them must match, whatever signed it; empty for none
 * @param serverName what is sent as server name (SNI) and looked for in the certificate; null for the server's host as
 *     configured
 * @param certificate what weir shows when the origin asks for a certificate; null for none
 * @param handshakeNanos from the moment the connection stands to the end of the handshake
 */
public record OriginTls(boolean verify, Path ca, List<String> pins, String serverName, CertificateFiles certificate,
        TlsVersion min, long handshakeNanos) {
    public OriginTls {
        pins = List.copyOf(pins);
        if (handshakeNanos <= 0) {
            throw new IllegalArgumentException("the deadline of a handshake is not above 0");
        }
    }

    /** Whether somebody has to have signed the origin's certificate; else pins decide, or nothing does. */
    boolean checksChain() {
        return verify && (pins.isEmpty() || ca != null);
    }
}
