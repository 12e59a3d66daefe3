package weir.exchange;

import java.nio.ByteBuffer;
import weir.http.BodyFraming;
import weir.http.Head;
import weir.net.EventLoop;

/**
 * What goes to the client in one exchange, wherever it comes from: the head through the response filters of the route, the content through
 * the conversions that they ask for. The other side of {@link Attempt}. One exchange's, used for its responses one after the other.
 */
final class Response {
    private final Exchange exchange;
    private final EventLoop loop;
    private final Chain chain;
    private final Figures figures;
    private Head head;                   // while filters see it
    private Content content;             // from nearer than an origin; null for none
    private Conversions conversions;     // made when they are first needed
    private int status;

    Response(Exchange exchange, Chain chain, Figures figures) {
        this.exchange = exchange;
        this.chain = chain;
        this.figures = figures;
        loop = exchange.loop();
    }

    void reset() {
        head = null;
        status = 0;
    }

    // ---- the head

    /**
     * Has the filters edit a head.
     *
     * @param from its content, from nearer than an origin and this response's from here on; else null
     * @param withAnswering also the filter that answered, if one did
     * @return false when there is no memory
     */
    boolean filter(Head of, Content from, boolean withAnswering) {
        head = of;
        content = from;
        status = of.status();
        if (chain.editsResponse()) {
            if (!of.keep(loop.pool())) {
                return false;
            }
            chain.response(withAnswering);
        }
        return true;
    }

    /** @param last the connection ends with this response */
    void send(Head of, boolean last) {
        figures.respond();
        exchange.client().sendHead(of, last);
        head = null;
    }

    /** A whole one, when there is no memory for more. */
    void sendBare(int bareStatus) {
        status = bareStatus;
        close();
        exchange.client().sendBare(bareStatus);
    }

    void sendUpgrade(Head of) {
        status = of.status();
        figures.respond();
        head = of;
        exchange.client().sendUpgrade(of);
        head = null;
    }

    /** As {@link Exchange#convert}. */
    void convert(Conversion conversion) {
        assert head.framing() != BodyFraming.NONE : "no content to convert";
        if (conversions == null) {
            conversions = new Conversions(exchange, this);
        }
        conversions.add(conversion);
        head.framing(BodyFraming.CHUNKED, -1);
    }

    // ---- the content

    /** From nearer than an origin: behind its head. @param from null for none */
    void pull(Content from) {
        if (from == null) {
            end(null);
        } else if (content != null) {                        // else the client was found gone
            from.pull(exchange);
        }
    }

    /** As {@link Exchange#write}. */
    int write(ByteBuffer bytes, int from, int to) {
        return isConverting() ? conversions.put(bytes, from, to) : send(bytes, from, to);
    }

    /** That was all. @param trailers the trailer section, or null */
    void end(Head trailers) {
        if (isConverting()) {
            conversions.end(trailers);
        } else {
            exchange.client().end(trailers);
        }
    }

    private boolean isConverting() {
        return conversions != null && conversions.isActive();
    }

    /** Offers the client what it shall see. */
    int send(ByteBuffer bytes, int from, int to) {
        int taken = exchange.client().write(bytes, from, to);
        figures.send(taken);
        return taken;
    }

    /** The client has been offered all that it shall see. */
    void endSent(Head trailers) {
        exchange.client().end(trailers);
    }

    /** The client takes bytes again. @return whether an origin may go on */
    boolean drained() {
        if (isConverting() && !conversions.drained()) {
            return false;                                    // still full, or at the end
        }
        if (content != null) {
            content.pull(exchange);
            return false;
        }
        return true;
    }

    // ---- the end

    /** The exchange is over. */
    void close() {
        if (conversions != null) {
            conversions.close();
        }
        if (content != null) {
            content.close();
            content = null;
        }
    }

    /** The client went away. */
    void gone() {
        if (status == 0) {
            status = 499;                                    // the log's way to say that nobody waited; never sent
        }
    }

    /** In a response filter: kept, may be edited. */
    Head head() {
        return head;
    }

    int status() {
        return status;
    }
}
