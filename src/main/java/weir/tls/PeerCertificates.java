package weir.tls;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.SSLPeerUnverifiedException;
import weir.net.Protection.PeerCertificate;

/** Texts of a peer's certificate, safe in a field line. */
final class PeerCertificates {
    /** Above it nobody's name is that long, and the request's head could not take it. */
    private static final int SUBJECT_BYTES_MAX = 2 << 10;

    private PeerCertificates() {}

    static PeerCertificate of(X509Certificate certificate) throws SSLPeerUnverifiedException {
        try {
            byte[] der = certificate.getEncoded();
            byte[] subject = ascii(certificate.getSubjectX500Principal().getName());
            if (subject.length > SUBJECT_BYTES_MAX || der.length > 8 * SUBJECT_BYTES_MAX) {
                throw new SSLPeerUnverifiedException("the certificate is too long: " + der.length + " bytes");
            }
            byte[] encoded = (":" + Base64.getEncoder().encodeToString(der) + ":").getBytes(StandardCharsets.US_ASCII);
            return new PeerCertificate(subject, Trust.sha256(der).getBytes(StandardCharsets.US_ASCII), encoded);
        } catch (CertificateEncodingException e) {
            throw new SSLPeerUnverifiedException("the certificate has no encoding: " + e.getMessage());
        }
    }

    /** RFC 4514 §2.4: what is no printable ASCII becomes a backslash and two hex digits for each byte of UTF-8. */
    private static byte[] ascii(String name) {
        StringBuilder text = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b < 0x7f) {
                text.append((char) b);
            } else {
                text.append('\\').append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
            }
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
