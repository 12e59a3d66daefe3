package weir.tls;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import weir.tls.Checks.Located;
import weir.tls.IdentityReader.CaResult;
import weir.tls.IdentityReader.CrlResult;

/** Files that say who is trusted, and who is not any more. */
final class AuthorityFiles {
    private static final int CRL_BYTES_MAX = 16 << 20;

    private AuthorityFiles() {}

    static CaResult readAuthorities(Path file, Instant now) {
        List<Finding> findings = new ArrayList<>();
        List<X509Certificate> found = new ArrayList<>();
        byte[] content = FileContent.read(file, IdentityContent.BYTES_MAX, findings);
        if (content != null) {
            for (Pem.Block block : Pem.read(file.toString(), content, findings)) {
                authority(block, file, now, found, findings);
            }
            if (found.isEmpty() && noFault(findings)) {
                findings.add(new Finding(true, file.toString(), "there is no certificate in it",
                        Pem.looksLike(content) ? "name a file with the certificates of authorities"
                                : "it has to be PEM: convert DER by openssl x509 -inform der -in " + file + " -out NEW"));
            }
        }
        return new CaResult(noFault(findings) ? found : List.of(), findings);
    }

    private static void authority(Pem.Block block, Path file, Instant now, List<X509Certificate> found, List<Finding> findings) {
        if (PrivateKeys.isKey(block.label())) {
            findings.add(new Finding(false, file + ":" + block.line(), "a private key stands in a file of authorities", "remove it: it is not used"));
        } else if (Certificates.isCertificate(block.label())) {
            Located one = Certificates.read(block, file.toString(), findings);
            if (one != null) {
                Checks checks = new Checks(findings);
                checks.dates(one, now);
                if (one.certificate().getBasicConstraints() < 0) {
                    checks.warn(one, "this certificate (" + one.subject() + ") may not sign others (no CA:TRUE in basicConstraints)",
                            "name the one of the authority that has signed it");
                }
                found.add(one.certificate());
            }
        } else {
            findings.add(new Finding(true, file + ":" + block.line(), "'" + block.label() + "' is no certificate", "remove this block"));
        }
    }

    static CrlResult readRevocations(Path file, Instant now) {
        List<Finding> findings = new ArrayList<>();
        List<X509CRL> found = new ArrayList<>();
        byte[] content = FileContent.read(file, CRL_BYTES_MAX, findings);
        if (content != null && !Pem.looksLike(content)) {
            list(content, file.toString(), now, found, findings);
        } else if (content != null) {
            for (Pem.Block block : Pem.read(file.toString(), content, findings)) {
                String where = file + ":" + block.line();
                if (block.label().equals("X509 CRL")) {
                    list(block.content(), where, now, found, findings);
                } else {
                    findings.add(new Finding(true, where, "'" + block.label() + "' is no list of revoked certificates",
                            "name a file of X509 CRL blocks alone"));
                }
            }
            if (found.isEmpty() && noFault(findings)) {
                findings.add(new Finding(true, file.toString(), "there is no list of revoked certificates in it", "name a file with one"));
            }
        }
        return new CrlResult(noFault(findings) ? found : List.of(), findings);
    }

    private static void list(byte[] content, String where, Instant now, List<X509CRL> found, List<Finding> findings) {
        try {
            ByteArrayInputStream in = new ByteArrayInputStream(content);
            if (CertificateFactory.getInstance("X.509").generateCRL(in) instanceof X509CRL list && in.available() == 0) {
                String issuer = SubjectText.of(list.getIssuerX500Principal());
                if (list.getNextUpdate() != null && now.isAfter(list.getNextUpdate().toInstant())) {
                    findings.add(new Finding(false, where, "the list of " + issuer + " is out of date since " + list.getNextUpdate().toInstant()
                            + ": clients may be refused or wrongly let in", "fetch a new one from the authority"));
                }
                found.add(list);
                return;
            }
        } catch (CRLException | CertificateException | RuntimeException e) {   // the JDK's reader lets some of its own mistakes through
            found.clear();
        }
        findings.add(new Finding(true, where, "this is no list of revoked certificates (CRL)", "copy it anew, as PEM or DER"));
    }

    private static boolean noFault(List<Finding> findings) {
        return findings.stream().noneMatch(Finding::fault);
    }
}
