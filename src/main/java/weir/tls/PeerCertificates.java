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
            String name = certificate.getSubjectX500Principal().getName();
            byte[] subject = ascii(name);
            if (subject.length > SUBJECT_BYTES_MAX || der.length > 8 * SUBJECT_BYTES_MAX) {
                throw new SSLPeerUnverifiedException("the certificate is too long: " + der.length + " bytes");
            }
            byte[] encoded = (":" + Base64.getEncoder().encodeToString(der) + ":").getBytes(StandardCharsets.US_ASCII);
            return new PeerCertificate(subject, Trust.sha256(der).getBytes(StandardCharsets.US_ASCII), commonName(name), encoded);
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

    /** The first one of a distinguished name as RFC 2253 writes it; null when there is none, or its value is no text. */
    static String commonName(String name) {
        int at = 0;
        while (at < name.length()) {
            int equals = name.indexOf('=', at);
            if (equals < 0) {
                return null;
            }
            StringBuilder value = new StringBuilder();
            int end = equals + 1;
            for (; end < name.length() && name.charAt(end) != ',' && name.charAt(end) != '+'; end++) {
                char c = name.charAt(end);
                if (c == '\\' && end + 1 < name.length()) {
                    int code = end + 2 < name.length() ? hex(name, end + 1) : -1;
                    c = code < 0 ? name.charAt(end + 1) : (char) code;
                    end += code < 0 ? 1 : 2;
                }
                value.append(c);
            }
            boolean text = equals + 1 < name.length() && name.charAt(equals + 1) != '#';
            if (name.substring(at, equals).strip().equalsIgnoreCase("CN") && text) {
                return value.toString();
            }
            at = end + 1;
        }
        return null;
    }

    /** Two hex digits, or -1. */
    private static int hex(String text, int at) {
        int high = Character.digit(text.charAt(at), 16);
        int low = Character.digit(text.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
