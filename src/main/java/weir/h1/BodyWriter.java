package weir.h1;

import java.nio.ByteBuffer;
import weir.http.BodyFraming;
import weir.http.Head;
import weir.net.Outbox;

/**
 * Writes content in one of the framings of RFC 9112 §6, with back-pressure: a chunk whose size was announced is finished by
 * later calls, as the caller offers the same bytes again.
 */
final class BodyWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final Outbox outbox;
    private BodyFraming framing = BodyFraming.NONE;
    private long left;                       // of the content (LENGTH) or of the announced chunk (CHUNKED)

    BodyWriter(Outbox outbox) {
        this.outbox = outbox;
    }

    void start(BodyFraming framing, long contentLength) {
        this.framing = framing;
        left = framing == BodyFraming.LENGTH ? contentLength : 0;
    }

    BodyFraming framing() {
        return framing;
    }

    /** @return how many bytes of the content were taken */
    int write(ByteBuffer content, int from, int to) {
        switch (framing) {
            case NONE:
                return to - from;                                    // an answer to HEAD: nothing may follow the head
            case UNTIL_CLOSE:
                return outbox.write(content, from, to);
            case LENGTH:
                assert to - from <= left : "more content than announced";
                int taken = outbox.write(content, from, to);
                left -= taken;
                return taken;
            case CHUNKED:
                return writeChunk(content, from, to);
            default:
                throw new AssertionError(framing);
        }
    }

    private int writeChunk(ByteBuffer content, int from, int to) {
        int at = from;
        while (at < to) {
            if (left == 0) {
                if (outbox.isBlocked()) {
                    break;
                }
                int size = to - at;
                left = size;
                chunkSize(size, outbox.stage(16));
            }
            int end = (int) Math.min(to, at + left);
            int taken = outbox.write(content, at, end);
            left -= taken;
            at += taken;
            if (left == 0) {
                outbox.stage(2).put((byte) '\r').put((byte) '\n');
            } else {
                break;
            }
        }
        return at - from;
    }

    private static void chunkSize(int size, ByteBuffer out) {
        int digits = Math.max(1, (35 - Integer.numberOfLeadingZeros(size)) / 4);
        for (int i = digits - 1; i >= 0; i--) {
            out.put(HEX[size >>> 4 * i & 15]);
        }
        out.put((byte) '\r').put((byte) '\n');
    }

    /** The content is complete. @param trailers or null; only chunked bodies carry them */
    void end(Head trailers) {
        if (framing == BodyFraming.CHUNKED) {
            HeadWriter.endOfChunks(trailers, outbox);
        }
        assert framing != BodyFraming.LENGTH || left == 0 || outbox.isBroken() : "less content than announced";
        framing = BodyFraming.NONE;
    }
}
