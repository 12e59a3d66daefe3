package weir.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import weir.RawConnection;

/** The JDK's own TLS sockets, as the other side of a test. */
public final class TlsSockets {
    private static final char[] PASSWORD = "test".toCharArray();

    private final SSLContext context;

    private TlsSockets(SSLContext context) {
        this.context = context;
    }

    /** @param ca whom to believe, PEM. @param own what to show, or null */
    public static TlsSockets of(Path ca, TestCertificates.Issued own) {
        try (InputStream in = Files.newInputStream(ca)) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            Collection<? extends Certificate> signers = CertificateFactory.getInstance("X.509").generateCertificates(in);
            for (Certificate signer : signers) {
                trusted.setCertificateEntry("ca" + trusted.size(), signer);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
            KeyStore mine = KeyStore.getInstance("PKCS12");
            mine.load(null, null);
            if (own != null) {
                Identity identity = IdentityReader.read(new CertificateFiles("own", own.certificate(), own.key(), null, 0), Instant.now()).identity();
                mine.setKeyEntry("own", identity.key(), PASSWORD, identity.chain().toArray(Certificate[]::new));
            }
            keys.init(mine, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return new TlsSockets(context);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public SSLContext context() {
        return context;
    }

    /** The server's side on top of an accepted socket. */
    public Socket server(Socket accepted) throws IOException {
        return context.getSocketFactory().createSocket(accepted, InputStream.nullInputStream(), true);
    }

    /** A connection with its handshake done; the name is sent as SNI and verified. */
    public RawConnection connect(InetSocketAddress address, String name) {
        return connect(address, name, parameters -> { });
    }

    /** @param change more that the client asks for */
    public RawConnection connect(InetSocketAddress address, String name, Consumer<SSLParameters> change) {
        try {
            return over(new Socket(address.getAddress(), address.getPort()), name, change);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same on a connection that stands. */
    public RawConnection over(Socket plain, String name, Consumer<SSLParameters> change) {
        try {
            plain.setTcpNoDelay(true);                       // else the request waits for the acknowledgement of the handshake's end
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, plain.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            change.accept(parameters);
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(10_000);
            socket.startHandshake();
            return new RawConnection(socket, plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
