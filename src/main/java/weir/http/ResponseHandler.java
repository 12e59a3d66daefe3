package weir.http;

import java.nio.ByteBuffer;

/** What a wire format tells the exchange about an origin's response, on the stream's loop. */
public interface ResponseHandler {
    /** Why an origin did not answer; each has its own rule for another try (RFC 9110 §9.2.2). */
    enum OriginFailure {
        /** No connection: nothing was sent. */
        CONNECT,
        /** No connection in time: nothing was sent. */
        CONNECT_TIMEOUT,
        /** A connection that could not be protected as the settings want it: nothing was sent. */
        TLS,
        /** The connection ended before a byte of the response. */
        RESET,
        /** No head in time. */
        HEAD_TIMEOUT,
        /** What came is no response. */
        MALFORMED,
        /** The response broke off, or stalled, in the middle. */
        TRUNCATED,
        /** No memory to read into. */
        MEMORY
    }

    /** Whose request it is; null for one of our own, as a check. */
    default ClientStream client() {
        return null;
    }

    /** Whether the connection begins with a PROXY header where those to the pool's servers do: not at another port, that of checks. */
    default boolean wantsProxyHeader() {
        return true;
    }

    /** The connection stands. */
    void onReady();

    /** A 1xx response but 101, in a read buffer. */
    void onInterim(Head head);

    /** The response's head, in a read buffer: valid during this call, unless it is kept. */
    void onResponse(Head head);

    /** Content. @return how many bytes were taken; less than offered: call {@link OriginStream#responseContent} for the rest */
    int onResponseContent(ByteBuffer content, int from, int to);

    /**
     * The response is complete.
     *
     * @param trailers the trailer section in a read buffer, or null
     * @param reusable the connection may be parked; else it has been closed
     */
    void onResponseEnd(Head trailers, boolean reusable);

    /** The origin takes request content again. */
    void onOriginDrained();

    /** The stream is closed. @param reason for the log */
    void onOriginFailed(OriginFailure failure, String reason);
}
