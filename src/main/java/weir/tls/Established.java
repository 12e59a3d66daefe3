package weir.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLSession;
import weir.net.Protection;

/** What a finished handshake came to. */
final class Established implements Protection {
    private final String version;
    private final String suite;
    private final String serverName;
    private final Identities identities;
    private final PeerCertificate peer;
    private String applicationProtocol = "";

    /** @param identities of our side, or null. @param peer verified, or null */
    Established(SSLSession session, String serverName, Identities identities, PeerCertificate peer) {
        version = session.getProtocol();
        suite = session.getCipherSuite();
        this.serverName = serverName;
        this.identities = identities;
        this.peer = peer;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public String suite() {
        return suite;
    }

    @Override
    public String serverName() {
        return serverName;
    }

    @Override
    public boolean covers(ByteBuffer bytes, int from, int to) {
        return identities == null || identities.covers(serverName, bytes, from, to);
    }

    @Override
    public PeerCertificate peerCertificate() {
        return peer;
    }

    @Override
    public String applicationProtocol() {
        return applicationProtocol;
    }

    /** @param agreed null or empty for none */
    void applicationProtocol(String agreed) {
        applicationProtocol = agreed == null ? "" : agreed;
    }
}
