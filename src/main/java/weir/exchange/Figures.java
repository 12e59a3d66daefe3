package weir.exchange;

import weir.net.EventLoop;

/** How much an exchange was, and how long it took: for observers, when it has ended. One exchange's, used for one request after the other. */
public final class Figures {
    private final Exchange exchange;
    private final EventLoop loop;
    private long startNanos;
    private long headNanos;
    private long contentReceived;
    private long contentSent;
    private long tunnelBytes;

    Figures(Exchange exchange) {
        this.exchange = exchange;
        loop = exchange.loop();
    }

    /** The head of a request has come. */
    void start() {
        startNanos = loop.nowNanos();
        headNanos = contentReceived = contentSent = tunnelBytes = 0;
    }

    /** The head of its response goes out. */
    void respond() {
        headNanos = loop.nowNanos();
    }

    void receive(int bytes) {
        contentReceived += bytes;
    }

    void send(int bytes) {
        contentSent += bytes;
    }

    void tunnel(long clientBytes, long originBytes) {
        contentReceived = clientBytes;
        contentSent = tunnelBytes = originBytes;
    }

    /** From the end of the request's head to now. */
    public long durationNanos() {
        return loop.nowNanos() - startNanos;
    }

    /** From the end of the request's head to that of the response's; 0 when there was none. */
    public long headNanos() {
        return headNanos == 0 ? 0 : headNanos - startNanos;
    }

    /** Bytes of content that were passed on to the client, without framing. */
    public long contentSent() {
        return contentSent;
    }

    /** Bytes of content that came from the client, without framing. */
    public long contentReceived() {
        return contentReceived;
    }

    /** Bytes on the wire to the client: head, framing and content. */
    public long bytesSent() {
        return exchange.client().bytesSent() + tunnelBytes;
    }
}
