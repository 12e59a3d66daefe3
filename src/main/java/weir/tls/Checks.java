package weir.tls;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What is judged of a certificate and of a chain of them. */
final class Checks {
    /** A certificate and where it stands. */
    record Located(X509Certificate certificate, String where) {
        String subject() {
            return SubjectText.of(certificate.getSubjectX500Principal());
        }
    }

    static final String USE_ANOTHER_CURVE = "make a key of P-256, and a certificate for it: openssl ecparam -name prime256v1 -genkey -noout -out NEW";
    /** More than this Java clients refuse, and nobody needs. */
    static final int CHAIN_MAX = 10;
    private static final int RSA_BITS_MIN = 2048;
    private static final Set<Integer> EC_BITS = Set.of(256, 384, 521);
    private static final Duration NEAR_END = Duration.ofDays(21);
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USE = "2.5.29.37.0";

    private final List<Finding> findings;

    Checks(List<Finding> findings) {
        this.findings = findings;
    }

    /** That each one is signed by the next. @return false, with a fault, when it is not so */
    boolean order(List<Located> chain) {
        for (int i = 0; i + 1 < chain.size(); i++) {
            Located here = chain.get(i);
            Located next = chain.get(i + 1);
            if (signed(here, next)) {
                continue;
            }
            List<Located> right = arrange(chain, 0);
            int twin = first(chain, next);
            if (twin <= i) {
                fault(next, "the same certificate as in " + chain.get(twin).where(), "remove one of the two");
            } else if (right.size() == chain.size()) {
                wrongOrder(next, right);
            } else {
                fault(next, "this certificate (" + next.subject() + ") has not signed the one before it (" + here.subject() + ")",
                        "put the certificate of its issuer there: " + SubjectText.of(here.certificate().getIssuerX500Principal()));
            }
            return false;
        }
        return true;
    }

    void wrongOrder(Located at, List<Located> right) {
        List<String> names = new ArrayList<>();
        for (Located one : right) {
            names.add(one.subject() + " (" + one.where() + ")");
        }
        fault(at, "the certificates stand in the wrong order",
                "write the server's own first, and then each issuer: " + String.join(", then ", names));
    }

    /** As many of these as follow from the one at {@code first}, each signed by the next. */
    static List<Located> arrange(List<Located> some, int first) {
        List<Located> left = new ArrayList<>(some);
        List<Located> right = new ArrayList<>(List.of(left.remove(first)));
        boolean found = true;
        while (found) {
            found = false;
            Located last = right.get(right.size() - 1);
            for (int i = 0; i < left.size() && !found; i++) {
                if (signed(last, left.get(i))) {
                    right.add(left.remove(i));
                    found = true;
                }
            }
        }
        return right;
    }

    private static int first(List<Located> chain, Located one) {
        int i = 0;
        while (!chain.get(i).certificate().equals(one.certificate())) {
            i++;
        }
        return i;
    }

    static boolean signed(Located one, Located issuer) {
        return one.certificate().getIssuerX500Principal().equals(issuer.certificate().getSubjectX500Principal())
                && verifies(one.certificate(), issuer.certificate().getPublicKey());
    }

    private static boolean verifies(X509Certificate certificate, PublicKey key) {
        try {
            certificate.verify(key);
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {   // providers throw what they like at broken signatures
            return false;
        }
    }

    /** Each certificate of a chain that is in order. */
    void chain(List<Located> chain, Instant now) {
        for (int i = 0; i < chain.size(); i++) {
            Located one = chain.get(i);
            boolean selfSigned = signed(one, one);
            strength(one, i > 0 && selfSigned);
            dates(one, now);
            if (i > 0 && selfSigned) {
                warn(one, "the root (" + one.subject() + ") is sent too, which every client has or does not trust",
                        "remove it: each handshake gets shorter");
            }
        }
        if (!chain.isEmpty()) {
            uses(chain.get(0));
        }
    }

    private void strength(Located one, boolean root) {
        PublicKey key = one.certificate().getPublicKey();
        if (key instanceof RSAKey rsa && rsa.getModulus().bitLength() < RSA_BITS_MIN) {
            fault(one, "an RSA key of " + rsa.getModulus().bitLength() + " bits is too short", "make one of 2048 bits, and a certificate for it");
        } else if (key instanceof ECKey ec && !EC_BITS.contains(ec.getParams().getCurve().getField().getFieldSize())) {
            fault(one, "the key is of a curve that clients do not take", USE_ANOTHER_CURVE);
        } else if (key.getAlgorithm().equals("DSA")) {
            fault(one, "a DSA key cannot be used with TLS any more", "make a key of RSA or EC, and a certificate for it");
        }
        String signature = one.certificate().getSigAlgName().toUpperCase(Locale.ROOT);
        if (!root && (signature.startsWith("SHA1") || signature.startsWith("SHA-1") || signature.startsWith("MD"))) {
            fault(one, "it is signed with " + one.certificate().getSigAlgName() + ", which can be forged and which clients refuse",
                    "let it be issued anew with SHA-256");
        }
    }

    /** Warnings all: to refuse to start because of a date would make an outage of what is a nuisance. */
    void dates(Located one, Instant now) {
        Instant from = one.certificate().getNotBefore().toInstant();
        Instant until = one.certificate().getNotAfter().toInstant();
        Duration life = Duration.between(from, until);
        Duration near = life.dividedBy(3).compareTo(NEAR_END) < 0 ? life.dividedBy(3) : NEAR_END;
        if (now.isAfter(until)) {
            warn(one, "THE CERTIFICATE HAS EXPIRED on " + until + " (" + one.subject() + "): CLIENTS REFUSE IT", "renew it now");
        } else if (now.isBefore(from)) {
            warn(one, "THE CERTIFICATE IS NOT YET VALID, only from " + from + " on (" + one.subject() + "): CLIENTS REFUSE IT",
                    "use the one before it until then, or set this host's clock");
        } else if (Duration.between(now, until).compareTo(near) <= 0) {
            warn(one, "the certificate ends in " + Math.max(0, Duration.between(now, until).toDays()) + " days, on " + until
                    + " (" + one.subject() + ")", "renew it");
        }
    }

    private void uses(Located leaf) {
        List<String> extended;
        try {
            extended = leaf.certificate().getExtendedKeyUsage();
        } catch (CertificateParsingException e) {
            extended = List.of();
        }
        boolean server = extended == null || extended.contains(SERVER_AUTH) || extended.contains(ANY_USE);
        if (!server) {
            warn(leaf, "it was not issued for servers (extendedKeyUsage without serverAuth): clients refuse it from one",
                    extended.contains(CLIENT_AUTH) ? "show it to origins only, or let it be issued for servers too" : "let it be issued for servers");
        }
        boolean[] usage = leaf.certificate().getKeyUsage();
        if (usage != null && !usage[0]) {
            warn(leaf, "its key may not sign (keyUsage without digitalSignature): clients that look at it refuse the handshake",
                    "let it be issued with keyUsage digitalSignature");
        }
        if (server && HostNames.of(leaf.certificate()).isEmpty()) {
            warn(leaf, "it holds no host name (" + leaf.subject() + "): no client takes it for any host",
                    "let it be issued with subjectAltName");
        }
    }

    void fault(Located one, String what, String whatToDo) {
        findings.add(new Finding(true, one.where(), what, whatToDo));
    }

    void warn(Located one, String what, String whatToDo) {
        findings.add(new Finding(false, one.where(), what, whatToDo));
    }
}
