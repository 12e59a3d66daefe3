package weir.h1;

import java.nio.ByteBuffer;
import weir.http.BodyFraming;
import weir.http.Head;
import weir.net.Inbox;

/**
 * Takes a message's content out of the bytes of an {@link Inbox}, in any framing of RFC 9112 §6, and never more than the
 * sink takes.
 *
 * <pre>
 *   CONTENT -length reached, last chunk-> (TRAILERS ->) DONE      any -bad byte-> FAULT
 * </pre>
 */
final class BodyReader {
    enum State { CONTENT, TRAILERS, DONE, FAULT }

    /** Where content goes. */
    interface Sink {
        /** @return how many bytes were taken */
        int content(ByteBuffer bytes, int from, int to);
    }

    private final ChunkedDecoder chunks = new ChunkedDecoder();
    private final HeadParser trailerParser;
    private final Head trailers = new Head();
    private BodyFraming framing = BodyFraming.NONE;
    private State state = State.DONE;
    private long left;
    private boolean trailersBegun;
    private boolean hasTrailers;
    private boolean blocked;
    private Fault fault;

    /** @param trailerBytesMax trailer section in bytes @param trailerLinesMax its field lines */
    BodyReader(int trailerBytesMax, int trailerLinesMax) {
        trailerParser = new HeadParser(HeadParser.Kind.TRAILERS, trailerBytesMax, trailerLinesMax, 0);
    }

    void start(BodyFraming framing, long contentLength) {
        this.framing = framing;
        fault = null;
        hasTrailers = trailersBegun = false;
        blocked = false;
        left = framing == BodyFraming.LENGTH ? contentLength : 0;
        state = framing == BodyFraming.NONE || framing == BodyFraming.LENGTH && left == 0 ? State.DONE : State.CONTENT;
        if (framing == BodyFraming.CHUNKED) {
            chunks.reset();
            trailerParser.reset();
        }
    }

    State state() {
        return state;
    }

    Fault fault() {
        return fault;
    }

    /** The sink took less than was offered. */
    boolean isBlocked() {
        return blocked;
    }

    /** The trailer section, valid until the inbox is settled; null when it was empty. */
    Head trailers() {
        return hasTrailers ? trailers : null;
    }

    /** At least this many bytes are still to come: worth a larger buffer. */
    boolean isLong(int bytes) {
        return state == State.CONTENT && (framing == BodyFraming.UNTIL_CLOSE
                || (framing == BodyFraming.CHUNKED ? chunks.state() == ChunkedDecoder.State.DATA && chunks.left() >= bytes
                        : left >= bytes));
    }

    /** Passes on what is there, until it is used up, the sink takes no more, or the body ends. */
    State read(Inbox in, Sink sink) {
        blocked = false;
        while (state == State.CONTENT && in.length() > 0 && !blocked) {
            if (framing == BodyFraming.CHUNKED) {
                readChunked(in, sink);
            } else {
                int offered = framing == BodyFraming.LENGTH ? (int) Math.min(left, in.length()) : in.length();
                int taken = offer(in, offered, sink);
                if (framing == BodyFraming.LENGTH) {
                    left -= taken;
                    state = left == 0 ? State.DONE : State.CONTENT;
                }
            }
        }
        if (state == State.TRAILERS) {
            readTrailers(in);
        }
        return state;
    }

    private int offer(Inbox in, int length, Sink sink) {
        int taken = sink.content(in.bytes(), in.from(), in.from() + length);
        assert taken >= 0 && taken <= length;
        if (in.length() == 0) {
            blocked = true;                              // the sink closed this connection: nothing is left to count
            return 0;
        }
        in.consume(taken);
        blocked = taken < length;
        return taken;
    }

    private void readChunked(Inbox in, Sink sink) {
        if (chunks.state() == ChunkedDecoder.State.DATA) {
            chunks.taken(offer(in, (int) Math.min(chunks.left(), in.length()), sink));
            return;
        }
        int next = chunks.skipToData(in.bytes(), in.from(), in.to());
        in.consume(next - in.from());
        if (chunks.state() == ChunkedDecoder.State.BROKEN) {
            fail(chunks.fault());
        } else if (chunks.state() == ChunkedDecoder.State.TRAILERS) {
            state = State.TRAILERS;
        }
    }

    private void readTrailers(Inbox in) {
        if (in.length() == 0) {
            return;
        }
        if (trailersBegun) {
            trailers.moved(in.bytes(), in.from());
        } else {
            trailersBegun = true;
            trailers.start(in.bytes(), in.from());
        }
        switch (trailerParser.parse(in.bytes(), in.from(), in.to(), trailers)) {
            case DONE -> {
                in.consume(trailers.length());
                hasTrailers = trailers.fields() > 0;
                TrailerRules.strip(trailers);
                state = State.DONE;
            }
            case FAULT -> {
                Fault what = trailerParser.fault();
                fail(what.status == 431 ? Fault.TRAILER_TOO_LARGE : what);
            }
            case MORE -> { }
        }
    }

    private void fail(Fault what) {
        fault = what;
        state = State.FAULT;
    }

    /** The peer ended its direction. @return whether that completes the body (RFC 9112 §8) */
    boolean endsWithClose() {
        if (state == State.CONTENT && framing == BodyFraming.UNTIL_CLOSE) {
            state = State.DONE;
        }
        return state == State.DONE;
    }
}
