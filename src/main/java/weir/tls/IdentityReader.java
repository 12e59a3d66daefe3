package weir.tls;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import weir.tls.Checks.Located;

/**
 * Reads certificates, keys and lists of revoked certificates from files, and judges them. What a file is its content tells, not its
 * name. Bad input is a finding, never an exception. Reads files and computes signatures: not for a loop's thread.
 */
public final class IdentityReader {
    private IdentityReader() {}

    /** @param identity null when one of the findings is a fault */
    public record Result(Identity identity, List<Finding> findings) {
        public Result {
            findings = List.copyOf(findings);
        }
    }

    /** @param certificates empty when one of the findings is a fault */
    public record CaResult(List<X509Certificate> certificates, List<Finding> findings) {
        public CaResult {
            certificates = List.copyOf(certificates);
            findings = List.copyOf(findings);
        }
    }

    /** @param lists empty when one of the findings is a fault */
    public record CrlResult(List<X509CRL> lists, List<Finding> findings) {
        public CrlResult {
            lists = List.copyOf(lists);
            findings = List.copyOf(findings);
        }
    }

    /**
     * What there is, be it usable or not.
     *
     * @param chain as it stands in the file
     * @param key null when there is none, or it cannot be read
     * @param keyWhere where the key stands; null when there is none
     * @param keyFits whether the key is the one of the first certificate; false when there is none
     * @param hosts that the first certificate covers, see {@link Identity}
     */
    public record Inspection(List<X509Certificate> chain, PrivateKey key, String keyWhere, boolean keyFits, List<String> hosts, List<Finding> findings) {
        public Inspection {
            chain = List.copyOf(chain);
            hosts = List.copyOf(hosts);
            findings = List.copyOf(findings);
        }

        /** Whether one of the findings is a fault. */
        public boolean faulty() {
            return findings.stream().anyMatch(Finding::fault);
        }
    }

    /** A chain with its key, to prove oneself with. */
    public static Result read(CertificateFiles files, Instant now) {
        Inspection seen = inspect(files, now, true);
        return new Result(seen.faulty() ? null : new Identity(files.name(), seen.chain(), seen.key(), seen.hosts()), seen.findings());
    }

    /** As {@link #read}, for people to look at: a missing key is no fault when no file was named for it. */
    public static Inspection inspect(CertificateFiles files, Instant now) {
        return inspect(files, now, files.key() != null);
    }

    private static Inspection inspect(CertificateFiles files, Instant now, boolean keyNeeded) {
        List<Finding> findings = new ArrayList<>();
        IdentityContent content = IdentityContent.read(files, keyNeeded, findings);
        List<Located> chain = content.chain();
        Checks checks = new Checks(findings);
        boolean fits = !chain.isEmpty() && content.key() != null
                && PrivateKeys.fits(chain.get(0).certificate().getPublicKey(), content.key());
        if (chain.size() > Checks.CHAIN_MAX) {
            checks.fault(chain.get(Checks.CHAIN_MAX), "a chain of more than " + Checks.CHAIN_MAX + " certificates",
                    "leave only the server's own and its issuers in the file; a file of trusted roots does not belong here");
        } else if (!chain.isEmpty() && (fits || pair(content, checks)) && checks.order(chain)) {
            checks.chain(chain, now);
        }
        List<X509Certificate> certificates = chain.stream().map(Located::certificate).toList();
        return new Inspection(certificates, content.key(), content.keyWhere(), fits,
                certificates.isEmpty() ? List.of() : HostNames.of(certificates.get(0)), findings);
    }

    /** @return false, with a fault, when there is a key, which is not the one of the first certificate */
    private static boolean pair(IdentityContent content, Checks checks) {
        List<Located> chain = content.chain();
        if (content.key() == null) {
            return true;
        }
        for (int i = 1; i < chain.size(); i++) {
            if (PrivateKeys.fits(chain.get(i).certificate().getPublicKey(), content.key())) {
                checks.wrongOrder(chain.get(0), Checks.arrange(chain, i));
                return false;
            }
        }
        Located leaf = chain.get(0);
        checks.fault(leaf, "the key in " + content.keyWhere() + " is not the key of this certificate (" + leaf.subject() + ")",
                "name the key that the certificate was issued for");
        return false;
    }

    /** The authorities that are trusted to sign others. */
    public static CaResult readAuthorities(Path pem) {
        return AuthorityFiles.readAuthorities(pem, Instant.now());
    }

    /** Lists of revoked certificates, PEM or DER, at most 16 MiB. */
    public static CrlResult readRevocations(Path file) {
        return AuthorityFiles.readRevocations(file, Instant.now());
    }
}
