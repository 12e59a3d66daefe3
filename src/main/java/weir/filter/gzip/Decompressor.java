package weir.filter.gzip;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import weir.exchange.Conversion;

/**
 * Reads a gzip stream (RFC 1952), of one member or several, within bounds. Stops at any byte and goes on at the next one. What is not
 * whole, or does not have the sum and the length that it says, is broken, and so is what stands behind it.
 *
 * <pre>
 *   FIXED -10 bytes-> EXTRA_LENGTH -> EXTRA -> NAME -> COMMENT -> HEADER_CRC -> DATA -its end-> TRAILER -8 bytes-> BETWEEN -a byte-> FIXED
 *   any -wrong-> BROKEN
 * </pre>
 *
 * <p>One loop's, used for one response after the other.
 */
final class Decompressor implements Conversion {
    private static final int FIXED_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final int HAS_CRC = 2;
    private static final int HAS_EXTRA = 4;
    private static final int HAS_NAME = 8;
    private static final int HAS_COMMENT = 16;
    private static final int RESERVED = 0xe0;
    private static final byte[] NOTHING = {};

    private enum State { FIXED, EXTRA_LENGTH, EXTRA, NAME, COMMENT, HEADER_CRC, DATA, TRAILER, BETWEEN, BROKEN }

    private final Coders.OfLoop owner;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private State state = State.FIXED;
    private int at;                      // in the part of header or trailer at hand
    private int flags;
    private int number;
    private long trailer;
    private long memberBytes;
    private long taken;
    private long given;
    private GunzipSettings bounds;
    private Coders.Watcher watcher;
    private String fault;
    private boolean bomb;
    Decompressor nextFree;

    Decompressor(Coders.OfLoop owner) {
        this.owner = owner;
    }

    /** For the next response. @param told how much it was, at the end */
    Decompressor start(GunzipSettings settings, Coders.Watcher told) {
        bounds = settings;
        watcher = told;
        taken = given = 0;
        fault = null;
        bomb = false;
        member();
        return this;
    }

    private void member() {
        inflater.reset();
        crc.reset();
        at = flags = number = 0;
        trailer = memberBytes = 0;
        state = State.FIXED;
    }

    @Override
    public Progress convert(ByteBuffer in, ByteBuffer out, Wanted wanted) {
        Progress progress = Progress.DONE;
        do {
            int from = in.position();
            if (state == State.DATA) {
                progress = inflate(in, out);
            } else if (in.hasRemaining()) {
                state = next(in.get() & 0xff);
            }
            taken += in.position() - from;
        } while (progress == Progress.DONE && in.hasRemaining() && state != State.BROKEN);
        if (state == State.BROKEN) {
            return Progress.BROKEN;
        }
        return progress == Progress.DONE && wanted == Wanted.END ? complete() : progress;
    }

    /** Nothing at all is content of no bytes, which nobody can have cut. */
    private Progress complete() {
        if (state == State.BETWEEN || taken == 0) {
            return Progress.DONE;
        }
        broken("gzip: it ends in the middle");
        return Progress.BROKEN;
    }

    // ---- header and trailer

    private State next(int b) {
        return switch (state) {
            case FIXED        -> fixed(b);
            case EXTRA_LENGTH -> {
                number |= b << 8 * at;
                yield ++at < 2 ? State.EXTRA_LENGTH : number > 0 ? begin(State.EXTRA) : after(HAS_EXTRA);
            }
            case EXTRA        -> ++at < number ? State.EXTRA : after(HAS_EXTRA);
            case NAME         -> b != 0 ? State.NAME : after(HAS_NAME);
            case COMMENT      -> b != 0 ? State.COMMENT : after(HAS_COMMENT);
            case HEADER_CRC   -> ++at < 2 ? State.HEADER_CRC : begin(State.DATA);
            case TRAILER      -> trailer(b);
            case BETWEEN      -> {
                member();
                yield fixed(b);
            }
            case DATA, BROKEN -> throw new AssertionError(state);
        };
    }

    private State begin(State part) {
        at = 0;
        return part;
    }

    /** The part behind the one that this flag announces. */
    private State after(int flag) {
        if (flag < HAS_EXTRA && (flags & HAS_EXTRA) != 0) {
            number = 0;
            return begin(State.EXTRA_LENGTH);
        }
        if (flag < HAS_NAME && (flags & HAS_NAME) != 0) {
            return begin(State.NAME);
        }
        if (flag < HAS_COMMENT && (flags & HAS_COMMENT) != 0) {
            return begin(State.COMMENT);
        }
        return begin((flags & HAS_CRC) != 0 ? State.HEADER_CRC : State.DATA);
    }

    private State fixed(int b) {
        switch (at++) {
            case 0 -> {
                return b == 0x1f ? State.FIXED : broken(taken == 0 ? "gzip: it is none" : "gzip: bytes behind its end");
            }
            case 1 -> {
                return b == 0x8b ? State.FIXED : broken("gzip: it is none");
            }
            case 2 -> {
                return b == 8 ? State.FIXED : broken("gzip: unknown method");
            }
            case 3 -> {
                flags = b;
                return (b & RESERVED) == 0 ? State.FIXED : broken("gzip: unknown flags");
            }
            default -> {
                return at < FIXED_BYTES ? State.FIXED : after(0);
            }
        }
    }

    private State trailer(int b) {
        trailer |= (long) b << 8 * at;
        if (++at < TRAILER_BYTES) {
            return State.TRAILER;
        }
        if ((trailer & 0xffff_ffffL) != crc.getValue()) {
            return broken("gzip: wrong sum");
        }
        return trailer >>> 32 == (memberBytes & 0xffff_ffffL) ? State.BETWEEN : broken("gzip: wrong length");
    }

    private State broken(String why) {
        fault = "malformed: " + why;
        state = State.BROKEN;
        return state;
    }

    // ---- data

    private Progress inflate(ByteBuffer in, ByteBuffer out) {
        inflater.setInput(in);
        int from = out.position();
        int before = in.position();
        try {
            inflater.inflate(out);
        } catch (DataFormatException e) {
            broken("gzip: damaged");
            return Progress.BROKEN;
        } finally {
            inflater.setInput(NOTHING);                      // as of the deflater
        }
        note(out, from);
        if (!isWithinBounds(taken + in.position() - before)) {
            bomb = true;
            fault = "decompression-bomb: more than filter." + bounds.name() + " allows";
            state = State.BROKEN;
            return Progress.BROKEN;
        }
        if (inflater.finished()) {
            state = begin(State.TRAILER);
            return Progress.DONE;
        }
        return out.hasRemaining() ? Progress.DONE : Progress.FULL;
    }

    private void note(ByteBuffer out, int from) {
        int to = out.position();
        int limit = out.limit();
        out.limit(to).position(from);
        crc.update(out);
        out.limit(limit);
        memberBytes += to - from;
        given += to - from;
    }

    private boolean isWithinBounds(long in) {
        return given <= bounds.bytesMax() && (given <= GunzipSettings.FREE_BYTES || given / bounds.ratioMax() <= in);
    }

    // ---- the end

    @Override
    public String fault() {
        return fault;
    }

    @Override
    public void close() {
        Coders.Watcher told = watcher;
        watcher = null;
        if (state == State.BROKEN) {
            told.broken(bomb, owner.loop());
        }
        told.closed(taken, given, owner.loop());
        owner.giveBack(this);
    }

    /** Frees what the collector does not see. */
    void free() {
        inflater.end();
    }
}
