package weir.cache;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import weir.exchange.Content;
import weir.exchange.Exchange;

/**
 * Several ranges of a stored response on their way to one client, as {@code multipart/byteranges} (RFC 9110 §14.6): what stands
 * before, between and behind the parts is written once, the parts come out of the store's memory. At most
 * {@link ByteRange#RANGES_MAX} parts; one loop's.
 */
final class Multipart implements Content {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Stored stored;
    private final Views views;
    private final long[] froms;
    private final long[] tos;
    private final ByteBuffer between;                        // the heads of all parts and the end, one after the other
    private final int[] ends;                                // in it, of what stands before each part, and behind the last
    private final String boundary;
    private final long bytes;
    private int step;                                        // even: before part step / 2, odd: that part
    private long position;
    private boolean done;
    private boolean closed;

    /**
     * @param stored all of its content is there; a reference to it is this object's from here on
     * @param views of the loop that answers
     * @param contentType of the whole, null for none
     */
    Multipart(Stored stored, Views views, ByteRange ranges, String contentType) {
        this.stored = stored;
        this.views = views;
        boundary = new BigInteger(128, RANDOM).setBit(128).toString(36);     // nobody can have put it into the content
        int parts = ranges.count();
        froms = new long[parts];
        tos = new long[parts];
        ends = new int[parts + 1];
        StringBuilder text = new StringBuilder();
        long content = 0;
        for (int i = 0; i < parts; i++) {
            froms[i] = ranges.first(i);
            tos[i] = ranges.last(i) + 1;
            content += ranges.length(i);
            text.append("\r\n--").append(boundary).append("\r\n");
            if (contentType != null) {
                text.append("Content-Type: ").append(contentType).append("\r\n");
            }
            text.append("Content-Range: ").append(new ContentRange(froms[i], tos[i] - 1, stored.bodyBytes())).append("\r\n\r\n");
            ends[i] = text.length();
        }
        text.append("\r\n--").append(boundary).append("--\r\n");
        ends[parts] = text.length();
        between = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        bytes = content + text.length();
    }

    /** Of all that goes out. */
    long bytes() {
        return bytes;
    }

    /** The content type of the whole. */
    byte[] type() {
        return ("multipart/byteranges; boundary=" + boundary).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void pull(Exchange exchange) {
        while (!closed && !done) {
            int part = step >> 1;
            boolean isHead = (step & 1) == 0;
            long end = isHead ? ends[part] : tos[part];
            while (position < end) {
                ByteBuffer source = isHead ? between : stored.body().viewAt(position, views);
                int from = isHead ? (int) position : stored.body().indexAt(position);
                int to = (int) (isHead ? end : Math.min(stored.body().endAt(position), from + end - position));
                int taken = exchange.write(source, from, to);
                position += taken;
                if (closed || taken < to - from) {
                    return;
                }
            }
            if (part == froms.length) {
                done = true;
                exchange.contentEnd(null);
            } else {
                step++;
                position = isHead ? froms[part] : ends[part];
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            stored.release();
        }
    }
}
