package weir.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import weir.net.Protection;
import weir.observe.Metrics;

/**
 * TLS of one listener, for all loops. It has one {@link SSLContext} for its life, as a new one would not know the tickets of
 * the old: certificates, authorities and settings change inside of it. Any thread.
 */
public final class TlsListener extends TlsContext {
    /** Sessions kept for clients of TLS 1.2 that know no tickets; the others keep their session themselves (RFC 5077, RFC 8446 §4.6.1). */
    private static final int SESSIONS_MAX = 1_000;
    private static final int SESSION_SECONDS = 24 * 3600;
    private static final String[] APPLICATION_PROTOCOLS = {"http/1.1", "http/1.0"};

    private final List<String> groups;
    private final SSLContext context;
    private final KeyChooser keys;
    private final Trust clients = Trust.none();
    private final boolean staples = JdkTls.staples();
    private volatile Running running;

    private record Running(ListenTls settings, Identities identities, SSLParameters parameters) {}

    /**
     * @param groups of key exchange; a JDK before 20 has one list for the process instead
     * @param authorities of clients' certificates
     * @param revoked certificates of clients; empty for none
     * @throws GeneralSecurityException this JDK cannot do what the settings ask for
     */
    public TlsListener(String name, ListenTls settings, Identities identities, List<X509Certificate> authorities, List<X509CRL> revoked,
            List<String> groups, Metrics metrics) throws GeneralSecurityException {
        super(name, "listener", metrics);
        this.groups = List.copyOf(groups);
        keys = new KeyChooser(identities);
        context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {keys}, new TrustManager[] {clients}, null);
        context.getServerSessionContext().setSessionCacheSize(SESSIONS_MAX);
        context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
        replace(settings, identities, authorities, revoked);
    }

    /** From now on handshakes go by these; connections and sessions stay. */
    public void replace(ListenTls settings, Identities identities, List<X509Certificate> authorities, List<X509CRL> revoked)
            throws GeneralSecurityException {
        clients.authorities(authorities.isEmpty() ? null : Trust.authorities(authorities, revoked));
        SSLParameters parameters = parameters(settings, identities);
        if (running == null || !running.identities.equals(identities)) {
            keys.set(identities);
        }
        running = new Running(settings, identities, parameters);
    }

    private SSLParameters parameters(ListenTls settings, Identities identities) {
        List<String> suites = settings.suites().isEmpty() ? Suites.ALL : settings.suites();
        SSLParameters parameters = parameters(context, suites, settings.min(), APPLICATION_PROTOCOLS, groups);
        parameters.setUseCipherSuitesOrder(true);
        switch (settings.clients()) {
            case NONE -> { }
            case OPTIONAL -> parameters.setWantClientAuth(true);
            case REQUIRE -> parameters.setNeedClientAuth(true);
        }
        if (settings.strictNames()) {
            parameters.setSNIMatchers(List.of(new CoveredNames(identities)));
        }
        return parameters;
    }

    /** Refuses a server name that no certificate covers, by the alert unrecognized_name (RFC 6066 §3). */
    private static final class CoveredNames extends SNIMatcher {
        private final Identities identities;

        CoveredNames(Identities identities) {
            super(0);                                        // host_name
            this.identities = identities;
        }

        @Override
        public boolean matches(SNIServerName name) {
            try {
                return identities.covers(new SNIHostName(name.getEncoded()).getAsciiName().toLowerCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                return false;                                // no host name
            }
        }
    }

    @Override
    SSLEngine engine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(running.parameters);
        return engine;
    }

    /** With stapling a task may ask a server for the status of a certificate: nothing for a loop to wait for. */
    @Override
    long taskNanos() {
        return staples ? Long.MAX_VALUE : super.taskNanos();
    }

    @Override
    long handshakeNanos() {
        return running.settings.handshakeNanos();
    }

    @Override
    Established protection(SSLSession session, boolean resumed) throws SSLException {
        Running now = running;
        Protection.PeerCertificate peer = now.settings.clients() == ListenTls.ClientCertificates.NONE ? null : peer(session, resumed, now.settings);
        return new Established(session, KeyChooser.serverName(session), now.identities, peer);
    }

    /** A session remembers a certificate that may have been revoked since: it is looked at again. */
    private Protection.PeerCertificate peer(SSLSession session, boolean resumed, ListenTls settings) throws SSLException {
        X509Certificate[] chain;
        try {
            chain = (X509Certificate[]) session.getPeerCertificates();
        } catch (SSLPeerUnverifiedException e) {
            if (settings.clients() == ListenTls.ClientCertificates.REQUIRE) {
                throw e;
            }
            return null;
        }
        if (resumed) {
            try {
                clients.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
            } catch (GeneralSecurityException e) {
                throw new SSLPeerUnverifiedException("the certificate of a resumed session: " + e.getMessage());
            }
        }
        return PeerCertificates.of(chain[0]);
    }

    /** The certificates that are shown now. */
    public Identities identities() {
        return running.identities;
    }
}
