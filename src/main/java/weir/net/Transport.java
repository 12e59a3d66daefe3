package weir.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A byte stream in both directions that never blocks: plain TCP, a Unix-domain socket, or TLS over them. One loop's; every method is called on it, and
 * calls its handler back on it.
 */
public interface Transport {
    /** Who is told what happens; may be exchanged at any time (an upgrade does). */
    void handler(TransportHandler handler);

    /** Reads once into {@code into[position, limit)}. @return bytes read, 0 when none are there now, -1 at the end of the stream */
    int read(ByteBuffer into) throws IOException;

    /** Writes what fits now. @return bytes taken, maybe 0 */
    int write(ByteBuffer from) throws IOException;

    /** Writes from two buffers in one system call. @return bytes taken of both together */
    long write(ByteBuffer first, ByteBuffer second) throws IOException;

    /** Whether {@link TransportHandler#onReadable} is called when bytes or the end of the stream are there. */
    void reading(boolean wanted);

    /** Whether {@link TransportHandler#onWritable} is called when bytes can be taken. */
    void writing(boolean wanted);

    /** Ends our direction; the other stays open. */
    void shutdownOutput() throws IOException;

    /** Closes both directions in order. Does nothing when closed. */
    void close();

    /** Closes so that the peer sees an error and cannot take what it got for all (TCP: RST; a Unix-domain socket
     *  knows nothing like it). Does nothing when closed. */
    void abort();

    boolean isOpen();

    /** How the bytes are protected on their way; null when they are not, or not yet. */
    Protection protection();

    /**
     * The other side; with a {@link #proxyHeader} that names somebody, that. That of a Unix-domain socket has no address: it is the
     * loopback address with port 0 then.
     */
    InetSocketAddress peer();

    /** Our side; with a {@link #proxyHeader} that names somebody, what that connected to. Of a Unix-domain socket the loopback address with port 0. */
    InetSocketAddress local();

    /** The header that the connection began with; null when there was none. */
    default ProxyHeader proxyHeader() {
        return null;
    }

    /** The connection began with this header, which has been read from it. Once, before anybody else looks at the transport. */
    default void proxyHeader(ProxyHeader header) {
        throw new AssertionError("this end of the connection is not told of headers");
    }
}
