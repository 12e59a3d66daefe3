package weir.http;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import weir.net.Inbox;
import weir.net.Transport;

/**
 * One request and its response on a connection to an origin: a wire format implements it, the exchange calls it. One loop's.
 *
 * <pre>
 *   (connecting) -onReady-> send -> content* -> endRequest       abort at any time
 * </pre>
 */
public interface OriginStream {
    /** The connection has carried a request before this one. */
    boolean isReused();

    /** Whether the connection stands; else {@link ResponseHandler#onReady} follows. */
    boolean isReady();

    /** The next exchange's: its handler hears from now on what happens. */
    void assign(ResponseHandler handler);

    /**
     * Looks whether the origin has closed the kept connection meanwhile; a system call, for requests that could not be sent
     * twice.
     */
    boolean isStillOpen();

    /** Sends the head. @param headTimeoutNanos for the response's head, counted from the end of the request */
    void send(Head head, long headTimeoutNanos, long idleNanos);

    /** Offers content. @return how many bytes were taken; less than offered: {@link ResponseHandler#onOriginDrained} follows */
    int write(ByteBuffer content, int from, int to);

    /** The request is complete. @param trailers the trailer section, or null */
    void endRequest(Head trailers);

    /** Asks for response content after less than offered was taken. */
    void responseContent();

    /** Some byte of the request has been handed to the kernel, or may have been. */
    boolean hasSent();

    /** Closes the connection, in a way that an unfinished request cannot be taken for a complete one. No callback follows. */
    void abort();

    /** Waits for the next request. @param idleNanos for so long at most @param onDead called when the origin ends it meanwhile */
    void park(long idleNanos, Parked onDead);

    /** After {@link ResponseHandler#onResponse} with status 101: transport and bytes are the caller's. */
    Transport takeOver(Inbox rest);

    InetSocketAddress peer();

    /** Keeper of idle connections. */
    interface Parked {
        /** The parked connection has closed itself; forget it. */
        void onDead(OriginStream stream);
    }
}
