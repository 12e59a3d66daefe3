package weir.http;

import java.nio.ByteBuffer;

/** What a wire format tells the exchange about one request, in this order, on the stream's loop. */
public interface RequestHandler {
    /**
     * From now on what is told is of this stream. Between two requests only.
     *
     * @param stream null for none: the handler is left for another one
     */
    void serve(ClientStream stream);

    /** A request's head. It stands in a read buffer: valid during this call, unless it is kept. */
    void onRequest(Head head);

    /**
     * What came is not a request: to be answered with {@code status}, and the connection ends with that. Also comes in the
     * middle of a request's content; where the response has begun already, the stream is to be aborted.
     *
     * @param head as far as it was understood
     * @param reason for the log, a constant
     */
    void onMalformed(Head head, int status, String reason);

    /** Content. @return how many bytes were taken; less than offered: call {@link ClientStream#requestContent} for the rest */
    int onContent(ByteBuffer content, int from, int to);

    /** The content is complete. @param trailers the trailer section in a read buffer, or null */
    void onContentEnd(Head trailers);

    /** The client takes response content again. */
    void onClientDrained();

    /** The client is gone, or was cut off: the stream is closed. @param reason for the log, a constant or a system's message */
    void onClientGone(String reason);

    /** The whole response is with the kernel. The stream is free for the next request, and this handler for another stream, after this call. */
    void onResponseSent();
}
