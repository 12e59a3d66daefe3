package weir.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import weir.buffer.BufferPool;
import weir.http.BodyFraming;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.Method;
import weir.http.Status;

/** A response that is made here, by a filter, in place of an origin or because something is wrong. One exchange's, used for one after the other. */
final class LocalResponse implements Content {
    static final byte[] TEXT_PLAIN = ascii("text/plain; charset=utf-8");
    static final byte[] NOTHING = {};
    /** For Retry-After. */
    static final byte[] SECONDS_LATER = ascii("1");

    private static final byte[] SERVER = ascii("weir");
    private static final byte[][] REASONS = new byte[600][];
    private static final byte[][] TEXTS = new byte[600][];
    private static final int PIECE_BYTES = 64 << 10;

    static {
        for (int status = 100; status < 600; status++) {
            REASONS[status] = ascii(Status.reason(status));
            TEXTS[status] = ascii(status + " " + Status.reason(status) + "\n");
        }
    }

    private final BufferPool pool;
    private final Head head = new Head();
    private ByteBuffer body;             // null when all of it is out
    private int at;

    LocalResponse(BufferPool pool) {
        this.pool = pool;
    }

    /** The standard text of a status. */
    static byte[] text(int status) {
        return isBodiless(status) ? NOTHING : TEXTS[status];
    }

    private static boolean isBodiless(int status) {
        return status < 200 || status == 204 || status == 304;
    }

    /** @return false when there is no memory */
    boolean start(Method method, int status, byte[] contentType, byte[] content, FieldName extra, byte[] extraValue) {
        if (!head.startAnswer(pool, status, REASONS[status])) {
            return false;
        }
        boolean bodiless = isBodiless(status);
        head.framing(method == Method.HEAD || bodiless ? BodyFraming.NONE : BodyFraming.LENGTH, bodiless ? -1 : content.length);
        body = head.framing() == BodyFraming.NONE || content.length == 0 ? null : ByteBuffer.wrap(content);
        at = 0;
        return head.add(FieldName.SERVER, SERVER)
                && (content.length == 0 || head.add(FieldName.CONTENT_TYPE, contentType))
                && (extra == null || head.add(extra, extraValue));
    }

    Head head() {
        return head;
    }

    boolean hasContent() {
        return body != null;
    }

    @Override
    public void pull(Exchange exchange) {
        while (body != null) {                               // else cut meanwhile
            int to = Math.min(body.capacity(), at + PIECE_BYTES);
            at += exchange.write(body, at, to);
            if (at < to) {
                return;
            }
            if (body != null && to == body.capacity()) {
                body = null;
                exchange.contentEnd(null);
                return;                                      // the next request may be here already, and answered
            }
        }
    }

    @Override
    public void close() {
        body = null;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
