package weir.tls;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/**
 * A few handshakes of a listener with itself, in memory, before its port opens: the first one of a JVM loads hundreds of
 * classes and takes half a second, which is not for the first visitor to pay.
 */
public final class WarmUp {
    private static final int STEPS_MAX = 200;

    private final SSLContext clients;
    private final ByteBuffer toServer = ByteBuffer.allocate(4 * TlsLoop.RECORD_BYTES_MAX);
    private final ByteBuffer toClient = ByteBuffer.allocate(4 * TlsLoop.RECORD_BYTES_MAX);
    private final ByteBuffer sink = ByteBuffer.allocate(2 * TlsLoop.RECORD_BYTES_MAX);

    public WarmUp() throws GeneralSecurityException {
        clients = SSLContext.getInstance("TLS");
        clients.init(null, new TrustManager[] {Trust.everybody()}, null);
    }

    /**
     * Shakes hands.
     *
     * @param count how often; with each version of TLS that the listener speaks
     * @throws SSLException no version came to an end: the listener cannot even agree with itself. One of two may fail: a list of
     *     cipher suites that are all of the other version leaves it without any.
     */
    public void run(TlsListener listener, int count) throws SSLException {
        SSLException failure = null;
        boolean done = false;
        for (TlsVersion version : TlsVersion.values()) {
            try {
                for (int i = 0; i < count && List.of(listener.engine().getEnabledProtocols()).contains(version.jdkName()); i++) {
                    SSLEngine server = listener.engine();
                    server.setNeedClientAuth(false);
                    shake(server, client(version, listener));
                    done = true;
                }
            } catch (SSLException e) {
                failure = e;
            }
        }
        if (!done && failure != null) {
            throw failure;
        }
    }

    private SSLEngine client(TlsVersion version, TlsListener listener) {
        SSLEngine client = clients.createSSLEngine();
        client.setUseClientMode(true);
        SSLParameters parameters = client.getSSLParameters();
        parameters.setProtocols(new String[] {version.jdkName()});
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        for (Identity identity : listener.identities().all()) {
            if (!identity.hosts().isEmpty() && Character.isLetter(identity.hosts().get(0).charAt(0))) {
                parameters.setServerNames(List.of(new SNIHostName(identity.hosts().get(0))));
                break;
            }
        }
        client.setSSLParameters(parameters);
        return client;
    }

    private void shake(SSLEngine server, SSLEngine client) throws SSLException {
        toServer.clear().flip();
        toClient.clear().flip();
        client.beginHandshake();                                 // an engine that was not told to begin has nothing to do
        for (int i = 0; i < STEPS_MAX; i++) {
            boolean clientMoved = step(client, toClient, toServer);
            boolean serverMoved = step(server, toServer, toClient);
            if (!clientMoved && !serverMoved) {
                break;
            }
        }
        if (server.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING) {
            throw new SSLException("the handshake did not come to an end");
        }
    }

    /** @return whether anything moved */
    private boolean step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                engine.getDelegatedTask().run();
                return true;
            }
            case NEED_WRAP -> {
                out.compact();
                SSLEngineResult result = engine.wrap(ByteBuffer.allocate(0), out);
                out.flip();
                return result.bytesProduced() > 0;
            }
            default -> {
                if (!in.hasRemaining()) {
                    return false;
                }
                SSLEngineResult result = engine.unwrap(in, sink.clear());
                return result.bytesConsumed() > 0;
            }
        }
    }
}
