package weir.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import weir.net.Resolver;
import weir.net.Transport;
import weir.net.TransportHandler;
import weir.observe.Metrics;

/** TLS to the servers of one pool, for all loops; sessions are resumed with each server. Any thread, but for {@link Server#connect}. */
public final class TlsDialer {
    private static final int SESSIONS_MAX = 1_000;
    private static final String[] APPLICATION_PROTOCOLS = {"http/1.1"};

    private final String pool;
    private final OriginTls settings;
    private final List<String> groups;
    private final Metrics metrics;
    private final SSLContext context;
    private final KeyChooser keys;
    private final Trust trust;

    /**
     * @param identity shown to servers that ask for one; null for none
     * @param authorities who may sign servers' certificates; null for those that the JDK trusts
     * @throws GeneralSecurityException this JDK cannot do what the settings ask for
     */
    public TlsDialer(String pool, OriginTls settings, Identity identity, List<X509Certificate> authorities, List<String> groups,
            Metrics metrics) throws GeneralSecurityException {
        this.pool = pool;
        this.settings = settings;
        this.groups = List.copyOf(groups);
        this.metrics = metrics;
        keys = new KeyChooser(identity == null ? null : new Identities(List.of(identity)));
        context = SSLContext.getInstance("TLS");
        trust = settings.verify() || !settings.pins().isEmpty() ? Trust.of(signers(settings, authorities), settings.pins()) : Trust.everybody();
        context.init(new KeyManager[] {keys}, new TrustManager[] {trust}, null);
        context.getClientSessionContext().setSessionCacheSize(SESSIONS_MAX);
    }

    /** Null where pins alone decide. */
    private static X509ExtendedTrustManager signers(OriginTls settings, List<X509Certificate> authorities) throws GeneralSecurityException {
        if (!settings.checksChain()) {
            return null;
        }
        return authorities == null ? Trust.jdk() : Trust.authorities(authorities, List.of());
    }

    /** These may sign servers' certificates from now on; only where the settings name a file of them. */
    public void authorities(List<X509Certificate> next) throws GeneralSecurityException {
        trust.authorities(signers(settings, next));
    }

    /** The certificate that is shown from now on. */
    public void identity(Identity next) {
        keys.set(new Identities(List.of(next)));
    }

    /** One server of the pool. @param host as configured: it is what the certificate has to cover, unless the settings name another */
    public Server to(String host, int port) {
        return new Server(settings.serverName() == null ? host : settings.serverName(), port);
    }

    /** How one server is reached. */
    public final class Server extends TlsContext {
        private final String name;
        private final int port;
        private final SSLParameters parameters;

        private Server(String name, int port) {
            super(pool, "pool", metrics);
            this.name = name;
            this.port = port;
            parameters = parameters(context, Suites.ALL, settings.min(), APPLICATION_PROTOCOLS, groups);
            if (Resolver.literal(name) == null) {
                parameters.setServerNames(List.of(new SNIHostName(name)));      // RFC 6066 §3: no addresses
            }
            if (settings.checksChain()) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
        }

        /** Starts to connect; {@code handler} hears {@code onConnected} after the handshake, or {@code onFailed}. On the loop. */
        public Transport connect(TlsLoop loop, InetSocketAddress address, long connectNanos, TransportHandler handler) throws IOException {
            return connect(loop, address, connectNanos, null, handler);
        }

        /** The same. @param preface sent in clear before the handshake, or null */
        public Transport connect(TlsLoop loop, InetSocketAddress address, long connectNanos, byte[] preface, TransportHandler handler)
                throws IOException {
            return TlsTransport.connect(loop, this, address, connectNanos, preface, handler);
        }

        @Override
        SSLEngine engine() {
            SSLEngine engine = context.createSSLEngine(name, port);
            engine.setUseClientMode(true);
            engine.setSSLParameters(parameters);
            return engine;
        }

        @Override
        long handshakeNanos() {
            return settings.handshakeNanos();
        }

        @Override
        Established protection(SSLSession session, boolean resumed) {
            return new Established(session, name, null, null);
        }
    }
}
