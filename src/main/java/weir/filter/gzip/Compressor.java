package weir.filter.gzip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import weir.exchange.Conversion;

/**
 * Makes a gzip stream (RFC 1952) of content. One loop's, used for one response after the other; its Deflater is reset in between, which
 * saves the quarter of a megabyte that a new one clears.
 *
 * <pre>
 *   HEADER -> CONTENT -END-> TRAILER -> DONE
 * </pre>
 */
final class Compressor implements Conversion {
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, (byte) 255};       // no name, no time, system unknown
    private static final int TRAILER_BYTES = 8;
    private static final byte[] NOTHING = {};

    private enum State { HEADER, CONTENT, TRAILER, DONE }

    private final Coders.OfLoop owner;
    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final CRC32 crc = new CRC32();
    private State state = State.HEADER;
    private int level = Deflater.DEFAULT_COMPRESSION;
    private long taken;
    private long given;
    private Coders.Watcher watcher;
    Compressor nextFree;

    Compressor(Coders.OfLoop owner) {
        this.owner = owner;
    }

    /** For the next response. @param told how much it was, at the end */
    Compressor start(int wantedLevel, Coders.Watcher told) {
        if (level != wantedLevel) {
            level = wantedLevel;
            deflater.setLevel(level);
        }
        watcher = told;
        taken = given = 0;
        state = State.HEADER;
        return this;
    }

    @Override
    public Progress convert(ByteBuffer in, ByteBuffer out, Wanted wanted) {
        int before = out.position();
        if (state == State.HEADER) {
            out.put(HEADER);
            state = State.CONTENT;
        }
        Progress progress = state == State.CONTENT ? deflate(in, out, wanted) : Progress.DONE;
        if (state == State.TRAILER) {
            progress = trailer(out);
        }
        given += out.position() - before;
        return progress;
    }

    private Progress deflate(ByteBuffer in, ByteBuffer out, Wanted wanted) {
        deflater.setInput(in);
        if (wanted == Wanted.END) {
            deflater.finish();
        }
        int flush = wanted == Wanted.FLUSH ? Deflater.SYNC_FLUSH : Deflater.NO_FLUSH;
        Progress progress = null;
        while (progress == null) {
            int at = in.position();
            deflater.deflate(out, flush);
            note(in, at);
            if (deflater.finished()) {
                state = State.TRAILER;
                progress = Progress.DONE;
            } else if (out.remaining() < ROOM_BYTES_MIN && (in.hasRemaining() || !out.hasRemaining() || wanted == Wanted.END)) {
                progress = Progress.FULL;                    // a flush that has room for a few bytes only would come again and again
            } else if (!in.hasRemaining() && out.hasRemaining() && wanted != Wanted.END) {
                progress = Progress.DONE;
            }
        }
        deflater.setInput(NOTHING);                          // it must not hold a buffer that is not ours any more
        return progress;
    }

    private void note(ByteBuffer in, int from) {
        int to = in.position();
        if (to > from) {
            int limit = in.limit();
            in.limit(to).position(from);
            crc.update(in);
            in.limit(limit);
            taken += to - from;
        }
    }

    private Progress trailer(ByteBuffer out) {
        if (out.remaining() < TRAILER_BYTES) {
            return Progress.FULL;
        }
        ByteOrder order = out.order();
        out.order(ByteOrder.LITTLE_ENDIAN).putInt((int) crc.getValue()).putInt((int) taken).order(order);
        state = State.DONE;
        return Progress.DONE;
    }

    @Override
    public String fault() {
        throw new AssertionError("any content can be compressed");
    }

    @Override
    public void close() {
        Coders.Watcher told = watcher;
        watcher = null;
        told.closed(taken, given, owner.loop());
        deflater.reset();
        crc.reset();
        owner.giveBack(this);
    }

    /** Frees what the collector does not see. */
    void free() {
        deflater.end();
    }
}
