package weir.filter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import weir.buffer.SlabStore;
import weir.exchange.Exchange;
import weir.exchange.Observer;
import weir.exchange.Router;
import weir.exchange.Service;
import weir.h1.ClientConnection;
import weir.h1.HttpLimits;
import weir.h1.Receptions;
import weir.net.EventLoop;
import weir.net.Protection;
import weir.net.Transport;
import weir.net.TransportHandler;
import weir.observe.Journal;

/** One connection in memory that says of itself how it is protected, and what came back on it. */
final class ProtectedClient implements Transport {
    private static final long SECOND = 1_000_000_000L;
    private static final HttpLimits LIMITS = new HttpLimits(32 << 10, 100, 8 << 10, 10 * SECOND, 60 * SECOND, 20 * SECOND, false);
    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final Protection protection;
    private final ByteBuffer sent;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private TransportHandler handler;
    private boolean open = true;

    private ProtectedClient(Protection protection, String wire) {
        this.protection = protection;
        sent = ByteBuffer.wrap(wire.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends a request and reads what comes back. @param protection null for a plain connection */
    static String send(Protection protection, String wire, Router router, Observer... observers) throws IOException {
        ByteArrayOutputStream journal = new ByteArrayOutputStream();
        EventLoop loop = new EventLoop(0, new SlabStore(1 << 20), new Journal(new PrintStream(journal, true, StandardCharsets.UTF_8)));
        try {
            ProtectedClient client = new ProtectedClient(protection, wire);
            Service service = new Service(router, List.of(observers));
            Receptions receptions = new Receptions(() -> new Exchange(loop, () -> service));
            ClientConnection connection = new ClientConnection(loop, client, LIMITS, new ClientConnection.Owner() {
                @Override
                public Receptions receptions() {
                    return receptions;
                }

                @Override
                public boolean isDraining() {
                    return false;
                }

                @Override
                public void onIdle(ClientConnection own, boolean idle) {}

                @Override
                public void onClosed(ClientConnection own) {
                    client.open = false;
                }
            });
            while (client.open && client.sent.hasRemaining()) {
                client.handler.onReadable();
                loop.settle();
            }
            connection.onFailed(new IOException("the test is over"));
            loop.settle();
            if (loop.lentByConnections() != 0 || journal.size() > 0) {
                throw new AssertionError(loop.lentByConnections() + " buffers are lent; " + journal.toString(StandardCharsets.UTF_8));
            }
            return client.received.toString(StandardCharsets.ISO_8859_1);
        } finally {
            loop.close();
        }
    }

    /** Protection that covers one host. */
    static Protection covering(String host, Protection.PeerCertificate certificate) {
        return new Protection() {
            @Override
            public String version() {
                return "TLSv1.3";
            }

            @Override
            public String suite() {
                return "TLS_AES_128_GCM_SHA256";
            }

            @Override
            public String serverName() {
                return host;
            }

            @Override
            public boolean covers(ByteBuffer bytes, int from, int to) {
                byte[] asked = new byte[to - from];
                bytes.get(from, asked);
                return new String(asked, StandardCharsets.ISO_8859_1).equalsIgnoreCase(host);
            }

            @Override
            public PeerCertificate peerCertificate() {
                return certificate;
            }
        };
    }

    @Override
    public void handler(TransportHandler next) {
        handler = next;
    }

    @Override
    public int read(ByteBuffer into) {
        int length = Math.min(into.remaining(), sent.remaining());
        into.put(sent.slice(sent.position(), length));
        sent.position(sent.position() + length);
        return length;
    }

    @Override
    public int write(ByteBuffer from) {
        int length = from.remaining();
        while (from.hasRemaining()) {
            received.write(from.get());
        }
        return length;
    }

    @Override
    public long write(ByteBuffer first, ByteBuffer second) {
        return write(first) + (long) write(second);
    }

    @Override
    public void reading(boolean wanted) {}

    @Override
    public void writing(boolean wanted) {}

    @Override
    public void shutdownOutput() {}

    @Override
    public void close() {
        open = false;
    }

    @Override
    public void abort() {
        open = false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public Protection protection() {
        return protection;
    }

    @Override
    public InetSocketAddress peer() {
        return HERE;
    }

    @Override
    public InetSocketAddress local() {
        return HERE;
    }
}
