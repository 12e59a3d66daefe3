package weir.tls;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import weir.tls.Checks.Located;

/** Certificates out of PEM blocks (RFC 5280). */
final class Certificates {
    private static final String EC = "1.2.840.10045.2.1";
    /** P-256, P-384, P-521. */
    static final List<String> CURVES = List.of("1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35");

    private Certificates() {}

    static boolean isCertificate(String label) {
        return label.equals("CERTIFICATE") || label.equals("X509 CERTIFICATE");
    }

    /** @return null when it cannot be read; the findings say why */
    static Located read(Pem.Block block, String file, List<Finding> findings) {
        String where = file + ":" + block.line();
        String curve = curve(block.content());
        if (!curve.isEmpty() && !CURVES.contains(curve)) {
            // The JDK cannot even read such a certificate, and would tell so in its own words.
            findings.add(new Finding(true, where, "the certificate's key is of a curve that clients do not take (" + curve + ")",
                    Checks.USE_ANOTHER_CURVE));
            return null;
        }
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            ByteArrayInputStream in = new ByteArrayInputStream(block.content());
            if (factory.generateCertificate(in) instanceof X509Certificate certificate && in.available() == 0) {
                certificate.getPublicKey().getAlgorithm();
                return new Located(certificate, where);
            }
        } catch (CertificateException | RuntimeException e) {    // the JDK's reader lets some of its own mistakes through
            return broken(where, file, findings);
        }
        return broken(where, file, findings);
    }

    private static Located broken(String where, String file, List<Finding> findings) {
        findings.add(new Finding(true, where, "this is no certificate, though its label says so",
                "copy it anew; openssl x509 -noout -text -in " + file + " tells whether it is whole"));
        return null;
    }

    /** The curve of the key of a certificate; empty when its key is of another kind or cannot be read. */
    private static String curve(byte[] certificate) {
        Der content = new Der(certificate).enter(Der.SEQUENCE).enter(Der.SEQUENCE);
        if (content.tag() == 0xa0) {
            content.skip();                                     // version
        }
        Der algorithm = content.skip().skip().skip().skip().skip().enter(Der.SEQUENCE).enter(Der.SEQUENCE);
        String curve = algorithm.oid().equals(EC) ? algorithm.oid() : "";
        return algorithm.broken() ? "" : curve;
    }
}
