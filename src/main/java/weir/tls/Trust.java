package weir.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whose certificates are believed. What it asks can be exchanged while engines that know it run. Any thread. */
final class Trust extends X509ExtendedTrustManager {
    private static final X509Certificate[] NOBODY = new X509Certificate[0];

    private volatile X509ExtendedTrustManager authorities;
    private final Set<String> pins;
    private final boolean everybody;

    private Trust(X509ExtendedTrustManager authorities, List<String> pins, boolean everybody) {
        this.authorities = authorities;
        this.pins = Set.copyOf(pins);
        this.everybody = everybody;
    }

    /** Believes nobody until {@link #authorities} are set. */
    static Trust none() {
        return new Trust(null, List.of(), false);
    }

    /** Believes everybody: for what is encrypted and not verified, and for the warm-up. */
    static Trust everybody() {
        return new Trust(null, List.of(), true);
    }

    /** @param authorities may be null when there are pins. @param pins SHA-256 of public keys, lower case hex; one must match */
    static Trust of(X509ExtendedTrustManager authorities, List<String> pins) {
        return new Trust(authorities, pins, false);
    }

    void authorities(X509ExtendedTrustManager next) {
        authorities = next;
    }

    /** Those that the JDK trusts. */
    static X509ExtendedTrustManager jdk() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init((KeyStore) null);
        return first(factory);
    }

    /**
     * These authorities and no others.
     *
     * @param revoked of certificates of one of them; a list that is too old makes its certificates unusable. Empty: revocation is not looked at
     */
    static X509ExtendedTrustManager authorities(List<X509Certificate> signers, List<X509CRL> revoked) throws GeneralSecurityException {
        Set<TrustAnchor> anchors = signers.stream().map(signer -> new TrustAnchor(signer, null)).collect(Collectors.toSet());
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
        parameters.setRevocationEnabled(false);
        if (!revoked.isEmpty()) {
            PKIXRevocationChecker checker = (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
            checker.setOptions(EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK,
                    PKIXRevocationChecker.Option.ONLY_END_ENTITY));
            parameters.addCertPathChecker(checker);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(revoked)));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return first(factory);
    }

    private static X509ExtendedTrustManager first(TrustManagerFactory factory) throws GeneralSecurityException {
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new GeneralSecurityException("this JDK has no trust manager for certificates");
    }

    /** SHA-256 of the public key as it stands in the certificate, lower case hex. */
    static String pin(X509Certificate certificate) {
        return sha256(certificate.getPublicKey().getEncoded());
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private X509ExtendedTrustManager needed() throws CertificateException {
        X509ExtendedTrustManager now = authorities;
        if (now == null) {
            throw new CertificateException("no authority is trusted to sign certificates here");
        }
        return now;
    }

    private boolean checkPins(X509Certificate[] chain) throws CertificateException {
        if (pins.isEmpty()) {
            return false;
        }
        String pin = pin(chain[0]);
        if (!pins.contains(pin)) {
            throw new CertificateException("the key of the certificate is none of the pins; its SHA-256 is " + pin);
        }
        return authorities == null;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
        if (!everybody) {
            needed().checkClientTrusted(chain, authType, engine);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
        if (!everybody && !checkPins(chain)) {
            needed().checkServerTrusted(chain, authType, engine);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        needed().checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        X509ExtendedTrustManager now = authorities;
        return now == null ? NOBODY : now.getAcceptedIssuers();
    }

    // ---- for sockets, which nobody uses here: refused, so that no check is ever passed by them

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("only engines are verified here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
        throw new CertificateException("only engines are verified here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
        throw new CertificateException("only engines are verified here");
    }
}
