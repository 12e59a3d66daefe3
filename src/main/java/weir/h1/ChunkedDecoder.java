package weir.h1;

import java.nio.ByteBuffer;

/**
 * Removes the chunked transfer coding (RFC 9112 §7.1). Stops at any byte and resumes at the next one.
 *
 * <pre>
 *   SIZE -;-> EXTENSION -CR-> SIZE_LF -> DATA -n bytes-> DATA_CR -> DATA_LF -> SIZE
 *   SIZE -blank-> SIZE_BLANK -;-> EXTENSION      SIZE -CR-> SIZE_LF (size 0) -> TRAILERS      any -bad byte-> BROKEN
 * </pre>
 *
 * The trailer section that follows the last chunk is made of field lines: {@link HeadParser} reads it. One connection, one
 * loop: not thread safe. Allocates nothing.
 */
final class ChunkedDecoder {
    enum State { SIZE, SIZE_BLANK, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, TRAILERS, BROKEN }

    /** Size, blanks and extensions of one chunk in bytes: endless extensions cost the peer, not us. */
    static final int LINE_BYTES_MAX = 256;

    private State state = State.SIZE;
    private long left;
    private int digits;
    private int lineBytes;
    private Fault fault;

    void reset() {
        state = State.SIZE;
        left = 0;
        digits = 0;
        lineBytes = 0;
        fault = null;
    }

    State state() {
        return state;
    }

    /** What is wrong, in state BROKEN. */
    Fault fault() {
        return fault;
    }

    /** Bytes of the current chunk that are still to come, in state DATA. */
    long left() {
        return left;
    }

    /** {@code length} bytes of chunk data, at most {@link #left()}, were taken from the buffer by the caller. */
    void taken(int length) {
        assert state == State.DATA && length <= left;
        left -= length;
        if (left == 0) {
            state = State.DATA_CR;
        }
    }

    /**
     * Reads {@code in[from, to)} up to the next chunk data, the trailer section, a fault or the end.
     *
     * @return the place of the first byte that was not read
     */
    int skipToData(ByteBuffer in, int from, int to) {
        int p = from;
        while (p < to && state != State.DATA && state != State.TRAILERS && state != State.BROKEN) {
            state = next(in.get(p++));
        }
        return p;
    }

    private State next(byte b) {
        if (++lineBytes > LINE_BYTES_MAX) {
            return broken(Fault.CHUNK_LINE_TOO_LONG);
        }
        return switch (state) {
            case SIZE -> sizeByte(b);
            // RFC 9112 §7.1.1 lets blanks stand before an extension's semicolon, and nowhere else.
            case SIZE_BLANK -> isBlank(b) ? State.SIZE_BLANK : b == ';' ? State.EXTENSION : broken(Fault.CHUNK_SIZE_INVALID);
            case EXTENSION -> b == '\r' ? State.SIZE_LF : isText(b) ? State.EXTENSION : broken(extensionFault(b));
            case SIZE_LF -> b == '\n' ? newLine(left > 0 ? State.DATA : State.TRAILERS) : broken(Fault.BARE_CR);
            case DATA_CR -> b == '\r' ? State.DATA_LF : broken(Fault.CHUNK_END_INVALID);
            case DATA_LF -> b == '\n' ? newLine(State.SIZE) : broken(Fault.CHUNK_END_INVALID);
            case DATA, TRAILERS, BROKEN -> throw new AssertionError(state);
        };
    }

    /** At most 15 digits: can neither wrap nor turn negative. */
    private State sizeByte(byte b) {
        int digit = b >= '0' && b <= '9' ? b - '0' : b >= 'a' && b <= 'f' ? b - 'a' + 10 : b >= 'A' && b <= 'F' ? b - 'A' + 10 : -1;
        if (digit >= 0) {
            left = digits == 0 ? digit : left << 4 | digit;
            return ++digits > 15 ? broken(Fault.CHUNK_SIZE_INVALID) : State.SIZE;
        }
        if (digits == 0) {
            return broken(Fault.CHUNK_SIZE_INVALID);
        }
        return switch (b) {
            case ' ', '\t' -> State.SIZE_BLANK;
            case ';' -> State.EXTENSION;
            case '\r' -> State.SIZE_LF;
            default -> broken(b == '\n' ? Fault.BARE_LF : Fault.CHUNK_SIZE_INVALID);
        };
    }

    private State newLine(State then) {
        lineBytes = 0;
        digits = 0;
        return then;
    }

    private State broken(Fault what) {
        fault = what;
        return State.BROKEN;
    }

    private static Fault extensionFault(byte b) {
        return b == '\n' ? Fault.BARE_LF : Fault.CHUNK_EXTENSION_INVALID;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static boolean isText(byte b) {
        return b < 0 || b >= 0x20 && b != 0x7f || b == '\t';
    }
}
