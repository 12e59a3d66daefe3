package weir.exchange;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import weir.net.TransportHandler;
import weir.observe.Metrics;
import weir.tls.CertificateFiles;
import weir.tls.Identities;
import weir.tls.Identity;
import weir.tls.IdentityReader;
import weir.tls.ListenTls;
import weir.tls.OriginTls;
import weir.tls.TestCertificates;
import weir.tls.TlsDialer;
import weir.tls.TlsListener;
import weir.tls.TlsTransport;
import weir.tls.TlsVersion;

/** What the proxy's side and the others' side of TLS connections are made from. A new one knows no sessions. */
public final class TlsSides {
    static final long HANDSHAKE_NANOS = 10_000_000_000L;
    private static final char[] PASSWORD = "test".toCharArray();
    private static final CertificateFiles NO_FILES = new CertificateFiles("test", Path.of("unused"), null, null, 0);

    private final TlsListener listener;
    private final TlsDialer dialer;
    private final SSLContext clients;
    private final SSLContext origins;

    /** @param own certificate of the proxy and of the origins */
    public TlsSides(Certified own) {
        try {
            Metrics metrics = new Metrics(1);
            listener = new TlsListener("test", new ListenTls(List.of(NO_FILES), TlsVersion.TLS_1_2, List.of(), ListenTls.ClientCertificates.NONE, null, null,
                    false, HANDSHAKE_NANOS), new Identities(List.of(own.identity)), List.of(), List.of(), List.of(), metrics);
            dialer = new TlsDialer("test", new OriginTls(false, null, List.of(), null, null, TlsVersion.TLS_1_2, HANDSHAKE_NANOS), null, null, List.of(),
                    metrics);
            TrustManager[] everybody = {new Everybody()};
            clients = SSLContext.getInstance("TLS");
            clients.init(null, everybody, null);
            origins = SSLContext.getInstance("TLS");
            origins.init(own.keys, everybody, null);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A certificate for any number of sides; the JDK takes milliseconds to put its key into a store. */
    public static final class Certified {
        private final Identity identity;
        private final KeyManager[] keys;

        private Certified(Identity identity, KeyManager[] keys) {
            this.identity = identity;
            this.keys = keys;
        }
    }

    /** What is signed with RSA has one length, unlike with ECDSA, so that a seed leads to records of the same length each time. */
    public static Certified certify(Path dir) {
        TestCertificates.Issued issued = TestCertificates.create(dir).issue("test", "rsa2048", List.of("localhost", "127.0.0.1"));
        Identity identity = IdentityReader.read(new CertificateFiles("test", issued.certificate(), issued.key(), null, 0), Instant.now()).identity();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("own", identity.key(), PASSWORD, identity.chain().toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
            keys.init(store, PASSWORD);
            return new Certified(identity, keys.getKeyManagers());
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public TlsListener listener() {
        return listener;
    }

    /** A client was here before: the next one of this version resumes its session. */
    public void visit(SimulatedLoop loop, TlsVersion version, Random random) {
        FaultyTransport wire = new FaultyTransport(random, false, true, false);
        TlsPeer visitor = new TlsPeer(client(version), wire, random);
        TlsTransport.accept(loop.tls(), wire, listener, new Doorkeeper());
        boolean leaves = false;
        while (wire.isOpen()) {
            if (visitor.canMove()) {
                visitor.move();
            } else if (wire.isReadable()) {
                wire.fireReadable();
            } else if (wire.isWritable()) {
                wire.fireWritable();
            } else if (loop.helpers().hasTask()) {
                loop.helpers().runOne(random);
                loop.turn(0);
            } else if (leaves) {
                throw new AssertionError("nothing moves any more: " + wire + ' ' + visitor);
            } else {
                leaves = true;
                visitor.peerClose();
            }
            loop.settle();
        }
    }

    /** Lets clients in, and closes when they leave. */
    private static final class Doorkeeper implements TlsTransport.Owner {
        @Override
        public void onEstablished(TlsTransport transport) {
            transport.handler(new TransportHandler() {
                private final ByteBuffer into = ByteBuffer.allocate(10);

                @Override
                public void onReadable() throws IOException {
                    if (transport.read(into.clear()) < 0) {
                        transport.close();
                    }
                }

                @Override
                public void onWritable() {}

                @Override
                public void onFailed(IOException cause) {
                    throw new AssertionError(cause);
                }
            });
        }

        @Override
        public void onRefused(TlsTransport transport) {
            throw new AssertionError("no handshake");
        }
    }

    /** The server at this port of 127.0.0.1. */
    public TlsDialer.Server server(int port) {
        return dialer.to("127.0.0.1", port);
    }

    /** A client's engine; with the next one it resumes the session. */
    public SSLEngine client(TlsVersion version) {
        SSLEngine engine = clients.createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        return with(engine, version);
    }

    /** The engine of an origin. */
    public SSLEngine origin(TlsVersion version) {
        SSLEngine engine = origins.createSSLEngine();
        engine.setUseClientMode(false);
        return with(engine, version);
    }

    private static SSLEngine with(SSLEngine engine, TlsVersion version) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {version.jdkName()});
        engine.setSSLParameters(parameters);
        return engine;
    }

    private static final class Everybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
