package weir.http;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import weir.net.EventLoop;
import weir.net.Inbox;
import weir.net.Protection;
import weir.net.ProxyHeader;
import weir.net.Transport;

/**
 * One request and its response as seen from the client's side: a wire format implements it, the exchange calls it. Calls and
 * callbacks all run on the stream's loop.
 *
 * <pre>
 *   interim* -> head -> content* -> end        abort at any time
 * </pre>
 */
public interface ClientStream {
    EventLoop loop();

    InetSocketAddress peer();

    InetSocketAddress local();

    /** The raw address of the peer: 4 or 16 bytes; not to be changed. */
    default byte[] peerBytes() {
        return peer().getAddress().getAddress();
    }

    /** The same as text, without port and zone; not to be changed. */
    default byte[] peerText() {
        String text = peer().getAddress().getHostAddress();
        int zone = text.indexOf('%');
        return (zone < 0 ? text : text.substring(0, zone)).getBytes(StandardCharsets.US_ASCII);
    }

    /** How the connection is protected; null for a plain one. */
    Protection protection();

    /** What a proxy in front has said of the client; null when nobody did. */
    default ProxyHeader proxyHeader() {
        return null;
    }

    /** Whether the client came by TLS: to us, or to a proxy in front that says so. */
    default boolean isSecure() {
        ProxyHeader header = proxyHeader();
        return protection() != null || header != null && header.tls() != null;
    }

    /** 0 or 1 for HTTP/1.x, of the request. */
    int versionMinor();

    /** Asks for the request's content: {@link RequestHandler#onContent} follows, later in the same turn or when it comes. */
    void requestContent();

    /** The request's content that is still to come is not wanted: the connection ends after the response. */
    void refuseContent();

    /** Sends a 1xx response (RFC 9110 §15.2). Not to a client of HTTP/1.0: nothing happens then. */
    void sendInterim(Head head);

    /**
     * Sends the response's head. Its framing says what the body will be; the wire format chooses how to mark its end.
     *
     * @param last the connection ends after this response
     */
    void sendHead(Head head, boolean last);

    /** Sends a whole response without content, needs no memory of the pool, and ends the connection. */
    void sendBare(int status);

    /** Sends 101 with the Upgrade tokens of the head (RFC 9110 §7.8). {@link #takeOver} follows. */
    void sendUpgrade(Head head);

    /** Offers content. @return how many bytes were taken; less than offered: {@link RequestHandler#onClientDrained} follows */
    int write(ByteBuffer content, int from, int to);

    /** The response is complete. @param trailers the trailer section, or null */
    void end(Head trailers);

    /** Cuts the connection: what was sent of the response must not look complete. No callback follows. */
    void abort();

    /**
     * After {@link #sendUpgrade}: the transport and the bytes that were read already are the caller's, until
     * {@link #released}.
     *
     * @return null when the client did not take the 101
     */
    Transport takeOver(Inbox rest);

    /** The transport that was taken over is closed. */
    void released();

    /** Bytes of the response that the kernel has taken, head included. */
    long bytesSent();
}
