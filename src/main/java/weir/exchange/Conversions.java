package weir.exchange;

import java.nio.ByteBuffer;
import weir.buffer.Lease;
import weir.exchange.Conversion.Progress;
import weir.exchange.Conversion.Wanted;
import weir.http.Digests;
import weir.http.Head;
import weir.net.Deferred;

/**
 * The conversions that the content of one response goes through, one behind the other, with back-pressure: each has one buffer for
 * what comes out of it, which goes on when it is full, when nothing more comes for a turn of the loop, and at the end.
 *
 * <pre>
 *   IDLE -add-> OPEN -end-> ENDING -all has gone on, whatever took its time elsewhere-> (client.end) IDLE          any -broken, close-> IDLE
 * </pre>
 *
 * <p>One exchange's, used for its responses one after the other. Allocates nothing but that.
 */
final class Conversions implements Deferred, Conversion.Owner {
    /** As many filters as can convert on one route. */
    static final int STAGES_MAX = 4;
    /** What comes out in one piece. */
    static final int OUT_BYTES = 32 << 10;
    /** What a conversion is given in one call. */
    private static final int IN_BYTES = 64 << 10;
    /** Bytes that go in and out in a turn of the loop; what is left waits for the next, as others do: 3 ms of a compressor, half of one of a decompressor. */
    static final int WORK_BYTES_PER_TURN = 256 << 10;
    /** After this time what is kept back goes out even though content comes in every turn. */
    private static final long FLUSH_NANOS_MAX = 10_000_000L;

    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private enum State { IDLE, OPEN, ENDING }

    private static final class Stage {
        private Conversion conversion;
        private Lease out;               // null while nothing waits
        private int from;                // of what waits there; up to its position
        private boolean done;            // with what all are asked for now
    }

    private final Exchange exchange;
    private final Response response;
    private final Stage[] stages = new Stage[STAGES_MAX];
    private int count;
    private State state = State.IDLE;
    private boolean keepsBack;           // something has come since the last flush
    private long sinceNanos;             // the first of it
    private long cameInTurn;             // the last of it
    private boolean lookQueued;
    private long workTurn;
    private long work;                   // in that turn
    private boolean hasYielded;          // the source was stopped for this turn
    private Head trailers;               // that wait for the end; null for none

    Conversions(Exchange exchange, Response response) {
        this.exchange = exchange;
        this.response = response;
        for (int i = 0; i < STAGES_MAX; i++) {
            stages[i] = new Stage();
        }
    }

    boolean isActive() {
        return state != State.IDLE;
    }

    /** Behind those that are there. */
    void add(Conversion conversion) {
        if (count == STAGES_MAX) {
            throw new AssertionError("more conversions than filters that can convert");
        }
        if (state == State.IDLE) {
            state = State.OPEN;
            keepsBack = hasYielded = false;
        }
        stages[count++].conversion = conversion;
        conversion.owner(this);
    }

    // ---- content

    /** Content from where it comes. @return how many bytes were taken; less than offered: the exchange asks for the rest */
    int put(ByteBuffer in, int from, int to) {
        assert state == State.OPEN : state;
        if (workTurn != exchange.loop().turns()) {
            workTurn = exchange.loop().turns();
            work = 0;
        }
        for (int i = 0; i < count; i++) {
            stages[i].done = false;
        }
        int taken = put(0, in, from, to);
        if (state == State.OPEN && taken > 0) {
            cameInTurn = exchange.loop().turns();
            if (!keepsBack) {
                keepsBack = true;
                sinceNanos = exchange.loop().nowNanos();
            }
            lookLater();
        }
        return taken;
    }

    private int put(int i, ByteBuffer in, int from, int to) {
        if (i == count) {
            return response.send(in, from, to);
        }
        int at = from;
        while (true) {
            if (i == 0 && work >= WORK_BYTES_PER_TURN) {
                hasYielded = true;
                lookLater();
                break;
            }
            if (isFull(stages[i]) && !drain(i)) {
                break;
            }
            int limit = in.limit();
            int position = in.position();
            in.limit(Math.min(to, at + IN_BYTES)).position(at);
            Progress progress = convert(stages[i], in, Wanted.CONTENT);
            at = in.position();
            in.limit(limit).position(position);
            if (progress == Progress.BROKEN) {
                return to - from;                            // nobody wants the rest
            }
            if (progress == Progress.DONE ? at == to : !drain(i)) {
                break;
            }
        }
        return isActive() ? at - from : to - from;
    }

    private static boolean isFull(Stage stage) {
        return stage.out != null && stage.out.bytes().remaining() < Conversion.ROOM_BYTES_MIN;
    }

    /** @return BROKEN also when there is no memory; the response has been cut then */
    private Progress convert(Stage stage, ByteBuffer in, Wanted wanted) {
        if (stage.out == null) {
            stage.out = exchange.loop().pool().borrow(OUT_BYTES);
            stage.from = 0;
            if (stage.out == null) {
                exchange.loop().cutForMemory();
                exchange.contentBroken("memory");
                return Progress.BROKEN;
            }
        }
        ByteBuffer out = stage.out.bytes();
        int before = in.position() + out.position();
        Progress progress = stage.conversion.convert(in, out, wanted);
        work += in.position() + out.position() - before;
        if (progress == Progress.BROKEN) {
            exchange.contentBroken(stage.conversion.fault());
        } else if (out.position() == 0) {
            release(stage);
        }
        return progress;
    }

    private static void release(Stage stage) {
        stage.out.close();
        stage.out = null;
    }

    /** Passes on what has come out of a stage. @return whether all of it was taken, and the response goes on */
    private boolean drain(int i) {
        Stage stage = stages[i];
        while (stage.out != null) {
            ByteBuffer out = stage.out.bytes();
            int to = out.position();
            int taken = put(i + 1, out, stage.from, to);
            if (!isActive()) {
                return false;                                // the client went, or a later stage broke
            }
            stage.from += taken;
            if (stage.from < to) {
                return false;
            }
            release(stage);
        }
        return true;
    }

    /** The client takes bytes again. @return whether the source may go on */
    boolean drained() {
        for (int i = count - 1; i >= 0; i--) {
            if (!drain(i)) {
                return false;
            }
        }
        if (state == State.ENDING) {
            goOnEnding();
            return false;
        }
        if (keepsBack) {
            lookLater();
        }
        return isActive();
    }

    // ---- what is kept back

    private void lookLater() {
        if (!lookQueued) {
            lookQueued = true;
            exchange.loop().deferToNextTurn(this);
        }
    }

    /** Goes on with what was left for this turn; else puts out what is kept back, unless more has come in this turn and it is not late. */
    @Override
    public void runDeferred() {
        lookQueued = false;
        if (hasYielded) {
            hasYielded = false;
            if (state == State.OPEN) {
                exchange.onClientDrained();
            }
            return;
        }
        if (state != State.OPEN || !keepsBack) {
            return;
        }
        long now = exchange.loop().nowNanos();
        if (cameInTurn == exchange.loop().turns() && now - sinceNanos < FLUSH_NANOS_MAX) {
            lookLater();
        } else if (bring(Wanted.FLUSH)) {
            keepsBack = false;
        }
    }

    /** Has every stage put out what it keeps back, and passes that on. @return false when the client is full, or the response was cut */
    private boolean bring(Wanted wanted) {
        for (int i = 0; i < count; i++) {
            Stage stage = stages[i];
            while (!stage.done) {
                if (isFull(stage) && !drain(i)) {
                    return false;
                }
                Progress progress = convert(stage, NOTHING, wanted);
                if (progress == Progress.BROKEN || progress == Progress.LATER) {
                    return false;
                }
                stage.done = progress == Progress.DONE;
                if (!stage.done && !drain(i)) {
                    return false;
                }
            }
            if (!drain(i)) {
                return false;
            }
        }
        return true;
    }

    // ---- the end

    /** The content is complete. @param last the trailer section, valid during this call, or null */
    void end(Head last) {
        state = State.ENDING;
        if (last != null) {
            Digests.remove(last);
        }
        for (int i = 0; i < count; i++) {
            stages[i].done = false;
        }
        if (bring(Wanted.END)) {
            ended(last);
        } else if (isActive() && last != null) {
            trailers = new Head();
            if (!trailers.copyOf(last, exchange.loop().pool())) {
                trailers = null;                             // RFC 9110 §6.5.1: who has no use for them may drop them
            }
        }
    }

    @Override
    public void ready(Conversion conversion) {
        for (int i = 0; i < count; i++) {
            if (stages[i].conversion == conversion && state == State.ENDING) {
                goOnEnding();
                return;
            }
        }
    }

    private void goOnEnding() {
        if (bring(Wanted.END)) {
            ended(trailers);
        }
    }

    private void ended(Head last) {
        closeStages();
        response.endSent(last);
        closeTrailers();
    }

    /** The response is over, however that came. */
    void close() {
        closeStages();
        closeTrailers();
    }

    private void closeStages() {
        state = State.IDLE;
        for (int i = 0; i < count; i++) {
            Stage stage = stages[i];
            if (stage.out != null) {
                release(stage);
            }
            Conversion closed = stage.conversion;
            stage.conversion = null;
            closed.close();
        }
        count = 0;
    }

    private void closeTrailers() {
        if (trailers != null) {
            trailers.close();
            trailers = null;
        }
    }
}
