package weir.tls;

import java.nio.file.Path;
import java.util.List;

/**
 * TLS on a listener.
 *
 * @param certificates the first one is for clients that name no server, or one that no certificate covers; at least one
 * @param suites in the order of preference; empty for the default
 * @param clientCa PEM, who may sign the certificates of clients; null when none is asked for
 * @param clientCrl PEM or DER, certificates of clients that were revoked; null for none
 * @param strictNames a server name (SNI) that no certificate covers is refused in the handshake, and a request whose
 *     authority the connection's certificate does not cover gets 421 (RFC 9110 §15.5.20)
 * @param handshakeNanos from the start of the connection to the end of the handshake
 */
public record ListenTls(List<CertificateFiles> certificates, TlsVersion min, List<String> suites, ClientCertificates clients,
        Path clientCa, Path clientCrl, boolean strictNames, long handshakeNanos) {
    /** Whether clients show a certificate of their own. */
    public enum ClientCertificates { NONE, OPTIONAL, REQUIRE }

    public ListenTls {
        certificates = List.copyOf(certificates);
        suites = List.copyOf(suites);
        if (certificates.isEmpty() || handshakeNanos <= 0 || (clients == ClientCertificates.NONE) != (clientCa == null)) {
            throw new IllegalArgumentException("TLS of a listener that cannot work");
        }
    }
}
