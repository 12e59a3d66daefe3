package weir.filter;

import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.Verdict;
import weir.http.FieldName;
import weir.http.Head;
import weir.net.CidrSet;
import weir.net.Protection;

/**
 * Tells origins of the certificate that a client has shown: X-Client-Cert-Subject, X-Client-Cert-Fingerprint and Client-Cert
 * (RFC 9440). An origin lets people in by these fields, so they are taken out of what a peer sends that is not trusted, on
 * plain connections as well (§4 there); and a certificate that was verified here wins over what even a trusted peer says.
 */
public final class ClientCertificateFields implements Filter {
    private final CidrSet trusted;

    public ClientCertificateFields(ForwardedSettings settings) {
        trusted = new CidrSet(settings.trusted());
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        Head head = exchange.request();
        Protection protection = exchange.client().protection();
        Protection.PeerCertificate certificate = protection == null ? null : protection.peerCertificate();
        if (certificate != null || !trusted.contains(exchange.peerBytes())) {
            head.removeAll(FieldName.X_CLIENT_CERT_SUBJECT);
            head.removeAll(FieldName.X_CLIENT_CERT_FINGERPRINT);
            head.removeAll(FieldName.CLIENT_CERT);
            head.removeAll(FieldName.CLIENT_CERT_CHAIN);
        }
        boolean fits = certificate == null || head.add(FieldName.X_CLIENT_CERT_SUBJECT, certificate.subject())
                && head.add(FieldName.X_CLIENT_CERT_FINGERPRINT, certificate.fingerprint())
                && head.add(FieldName.CLIENT_CERT, certificate.encoded());
        if (!fits) {
            exchange.answer(503, "memory");
            return Verdict.ANSWERED;
        }
        return Verdict.NEXT;
    }
}
