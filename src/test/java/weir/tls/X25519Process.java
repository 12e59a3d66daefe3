package weir.tls;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.KeyAgreement;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.TrustManagerFactory;

/**
 * A process whose list of providers may be changed. Between weir's provider and the JDK's it puts one that counts how often it is
 * asked, and gives nothing: whoever asks turns to the next one.
 */
final class X25519Process {
    private static final Map<String, AtomicInteger> ASKED = new TreeMap<>();

    private X25519Process() {}

    /** Counts what is asked for. */
    private static final class Watch extends Provider {
        private static final long serialVersionUID = 1;

        Watch() {
            super("Watch", "1", "counts");
            for (String type : List.of("KeyPairGenerator", "KeyAgreement")) {
                ASKED.put(type, new AtomicInteger());
                putService(new Service(this, type, "XDH", type, null, null) {
                    @Override
                    public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
                        ASKED.get(type).incrementAndGet();
                        throw new NoSuchAlgorithmException("only watching");
                    }
                });
            }
        }
    }

    /** @param arguments "install", "leave" or "foreign", a version of TLS, a group */
    public static void main(String[] arguments) throws Exception {
        JdkTls.prepare(List.of(arguments[2], "secp256r1"), false, false);  // that of the certificate, which TLS 1.2 asks for
        if (arguments[0].equals("foreign")) {
            Security.insertProviderAt(new Watch(), 1);
            System.out.println(X25519Provider.install() + " " + Security.getProvider(X25519Provider.NAME));
            return;
        }
        if (arguments[0].equals("install")) {
            System.out.println(X25519Provider.install() + " and again " + X25519Provider.install());
        }
        List<Provider> all = Arrays.asList(Security.getProviders());
        Security.insertProviderAt(new Watch(), all.indexOf(Security.getProvider("SunEC")) + 1);
        System.out.println(Arrays.stream(Security.getProviders()).map(Provider::getName).toList());
        handshake(arguments[1]);
        System.out.println("asked " + ASKED);
        x448("XDH");
        x448("X448");
    }

    private static void x448(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(NamedParameterSpec.X448);
        KeyPair one = generator.generateKeyPair();
        KeyPair other = generator.generateKeyPair();
        System.out.println(algorithm + " X448 agreed " + Arrays.equals(agree(algorithm, one, other), agree(algorithm, other, one)));
        KeyPairGenerator bySize = KeyPairGenerator.getInstance("XDH");
        bySize.initialize(448);
        System.out.println("by size " + ((NamedParameterSpec) ((XECPublicKey) bySize.generateKeyPair().getPublic())
                .getParams()).getName());
    }

    private static byte[] agree(String algorithm, KeyPair ours, KeyPair theirs) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance(algorithm);
        agreement.init(ours.getPrivate());
        agreement.doPhase(theirs.getPublic(), true);
        return agreement.generateSecret();
    }

    private static void handshake(String version) throws Exception {
        Identity identity = SelfSigned.of("x", List.of("localhost"), Duration.ofDays(1));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("x", identity.key(), new char[0], identity.chain().toArray(X509Certificate[]::new));
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("x", identity.certificate());
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, new char[0]);
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        SSLEngine client = context.createSSLEngine("localhost", 443);
        client.setUseClientMode(true);
        client.setEnabledProtocols(new String[] {version});
        SSLEngine server = context.createSSLEngine();
        server.setUseClientMode(false);
        ByteBuffer toServer = ByteBuffer.allocate(65_536);
        ByteBuffer toClient = ByteBuffer.allocate(65_536);
        client.beginHandshake();
        server.beginHandshake();
        for (int turn = 0; turn < 100 && !(done(client) && done(server)); turn++) {
            turn(client, toClient, toServer);
            turn(server, toServer, toClient);
        }
        System.out.println("handshake " + (done(client) && done(server)) + " " + server.getSession().getProtocol());
    }

    private static boolean done(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void turn(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws Exception {
        ByteBuffer application = ByteBuffer.allocate(65_536);
        in.flip();
        while (in.hasRemaining() && engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
            engine.unwrap(in, application);
            tasks(engine);
        }
        in.compact();
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            engine.wrap(ByteBuffer.allocate(0), out);
            tasks(engine);
        }
    }

    private static void tasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }
}
