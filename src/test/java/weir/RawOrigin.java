package weir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An origin made of raw sockets: a script for each connection, what came in is kept for the test to look at. */
public final class RawOrigin implements AutoCloseable {
    /** What is done with one connection; it is closed afterwards. */
    public interface Script {
        void run(RawConnection connection) throws Exception;
    }

    /** What lies on the sockets: nothing, or TLS. */
    public interface Layer {
        /** The server's side on top of an accepted socket; before any handshake. */
        Socket on(Socket accepted) throws IOException;
    }

    private static final Layer PLAIN = accepted -> accepted;

    private final ServerSocket server;
    private final Layer layer;
    private final Script script;
    private final List<RawConnection> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private volatile Throwable failure;
    private volatile boolean closed;

    private RawOrigin(Layer layer, Script script) {
        this.layer = layer;
        this.script = script;
        try {
            server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread acceptor = new Thread(this::accept, "raw-origin");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    public static RawOrigin running(Script script) {
        return new RawOrigin(PLAIN, script);
    }

    /** The same, with something between the bytes and the socket. */
    public static RawOrigin running(Layer layer, Script script) {
        return new RawOrigin(layer, script);
    }

    /** Reads request after request (head, and body by Content-Length or chunked) and answers each with these bytes. */
    public static RawOrigin answering(String wire) {
        return answering(PLAIN, wire);
    }

    public static RawOrigin answering(Layer layer, String wire) {
        RawOrigin[] self = new RawOrigin[1];
        self[0] = running(layer, connection -> {
            for (String request = readRequest(connection); !request.isEmpty(); request = readRequest(connection)) {
                self[0].requests.add(request);
                connection.send(wire);
            }
        });
        return self[0];
    }

    /** Head and body of the next request; empty when the connection has ended. */
    public static String readRequest(RawConnection connection) {
        String head = connection.readHead();
        String lower = head.toLowerCase(java.util.Locale.ROOT);
        int length = lower.indexOf("\r\ncontent-length: ");
        if (length >= 0) {
            String value = lower.substring(length + 18, lower.indexOf('\r', length + 2));
            return head + connection.readBytes(Integer.parseInt(value));
        }
        return lower.contains("\r\ntransfer-encoding: chunked") ? head + connection.readChunked() : head;
    }

    private void accept() {
        while (!closed) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                RawConnection connection = new RawConnection(layer.on(socket), socket);
                open.add(connection);
                Thread thread = new Thread(() -> serve(connection), "raw-origin-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                if (!closed) {
                    failure = e;
                }
                return;
            }
        }
    }

    private void serve(RawConnection connection) {
        try (connection) {
            script.run(connection);
        } catch (Throwable e) {
            if (!closed) {
                failure = e;
            }
        } finally {
            open.remove(connection);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** Connections that were accepted so far. */
    public int connections() {
        return connections.get();
    }

    /** Connections that are open now, as far as their scripts have noticed. */
    public int openConnections() {
        return open.size();
    }

    /** Scripts may note what they read, for {@link #nextRequest}. */
    public void note(String request) {
        requests.add(request);
    }

    /** The next request that came in; waits for it. */
    public String nextRequest() {
        try {
            String request = requests.poll(10, TimeUnit.SECONDS);
            if (request == null) {
                throw new AssertionError("no request reached the origin" + (failure == null ? "" : "; its script failed: " + failure));
            }
            return request;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Requests that came in and were not looked at. */
    public int unseenRequests() {
        return requests.size();
    }

    /** What a script threw, or null. */
    public Throwable failure() {
        return failure;
    }

    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(RawConnection::close);
    }
}
