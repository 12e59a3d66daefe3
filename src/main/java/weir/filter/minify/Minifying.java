package weir.filter.minify;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import weir.exchange.Conversion;
import weir.filter.minify.Workbenches.Workbench;
import weir.net.EventLoop;

/**
 * Holds a text until it is whole, and passes on what remains of it. One that becomes too long passes as it comes, and so does one for
 * which the client would have to wait because the origin pauses, unless it is being stored.
 *
 * <pre>
 *   HOLDING -end-> (long: WORKING, on another thread ->) GIVING -all given-> DONE
 *   HOLDING -too long, or a pause-> PASSING -end-> DONE
 * </pre>
 *
 * <p>One loop's, but for {@link #work}, which has the workbench to itself meanwhile.
 */
final class Minifying implements Conversion {
    /** A page whose policy names the sums of its scripts and styles (CSP 3 §2.3.1): they must stay what they are. */
    private static final byte[][] SUMS = {ascii("'sha256-"), ascii("'sha384-"), ascii("'sha512-")};

    /** Longer texts are made shorter on another thread: a megabyte takes 10 to 15 ms, in which the loop would serve nobody else. */
    static final int IN_PLACE_BYTES_MAX = 64 << 10;

    private enum State { HOLDING, WORKING, GIVING, PASSING, DONE }

    /** Is told what became of it. */
    interface Watcher {
        void closed(MinifyFilter.Result result, long taken, long given);
    }

    private final EventLoop loop;
    private final Minifier language;
    private final int bytesMax;
    private final boolean waits;
    private Workbench bench;             // null when all that it held is given
    private final Watcher watcher;
    private Owner owner;
    private State state = State.HOLDING;
    private boolean closed;
    private MinifyFilter.Result result = MinifyFilter.Result.CUT;
    private byte[] source;
    private int length;
    private int at;                      // of the source, up to its length
    private long taken;
    private long given;

    /** @param waits the text is held while the origin pauses @param bench this object's until it gives it back */
    Minifying(EventLoop loop, Minifier language, int bytesMax, boolean waits, Workbench bench, Watcher watcher) {
        this.loop = loop;
        this.language = language;
        this.bytesMax = bytesMax;
        this.waits = waits;
        this.bench = bench;
        this.watcher = watcher;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void owner(Owner calls) {
        owner = calls;
    }

    @Override
    public Progress convert(ByteBuffer in, ByteBuffer out, Wanted wanted) {
        int before = in.position();
        int outBefore = out.position();
        if (state == State.HOLDING) {
            hold(in, wanted);
        }
        if (state == State.WORKING) {
            return Progress.LATER;
        }
        Progress progress = state == State.HOLDING ? Progress.DONE : give(in, out);
        if (progress == Progress.DONE && wanted == Wanted.END) {
            state = State.DONE;
        }
        taken += in.position() - before;
        given += out.position() - outBefore;
        return progress;
    }

    private void hold(ByteBuffer in, Wanted wanted) {
        int count = in.remaining();
        if (count > bytesMax - length) {
            pass(MinifyFilter.Result.LONG);
            return;
        }
        bench.makeRoom(length + count, bytesMax);
        in.get(bench.text, length, count);
        length += count;
        if (wanted == Wanted.FLUSH && !waits) {
            pass(MinifyFilter.Result.PAUSED);
        } else if (wanted == Wanted.END) {
            minify();
        }
    }

    private void pass(MinifyFilter.Result why) {
        result = why;
        source = bench.text;
        state = State.PASSING;
    }

    private void minify() {
        state = State.GIVING;
        source = bench.text;
        result = MinifyFilter.Result.LEFT_ALONE;
        if (language == Minifier.HTML && namesSums()) {
            return;
        }
        if (bench.shorter.length < length) {
            bench.shorter = new byte[bench.text.length];
        }
        if (length <= IN_PLACE_BYTES_MAX) {
            becomes(language.minify(bench.text, length, bench.shorter));
        } else {
            state = State.WORKING;
            bench.later(this::work);
        }
    }

    /** On another thread. */
    private void work() {
        int shorter = Minifier.LEFT_ALONE;
        try {
            shorter = language.minify(bench.text, length, bench.shorter);
        } finally {
            int known = shorter;
            loop.executeSurely(() -> worked(known));         // also after a fault of ours: the text is as it was
        }
    }

    private void worked(int shorter) {
        state = State.GIVING;
        if (closed) {
            giveBack();
        } else {
            becomes(shorter);
            owner.ready(this);
        }
    }

    private void becomes(int shorter) {
        if (shorter != Minifier.LEFT_ALONE) {
            result = MinifyFilter.Result.CONVERTED;
            source = bench.shorter;
            length = shorter;
        }
    }

    private boolean namesSums() {
        for (int i = 0; i < length; i++) {
            if (bench.text[i] == '\'') {
                for (byte[] sum : SUMS) {
                    if (length - i >= sum.length && Arrays.equals(bench.text, i, i + sum.length, sum, 0, sum.length)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private Progress give(ByteBuffer in, ByteBuffer out) {
        if (bench != null) {
            int count = Math.min(length - at, out.remaining());
            out.put(source, at, count);
            at += count;
            if (at < length) {
                return Progress.FULL;
            }
            giveBack();                                      // what passes may go on for hours
        }
        int more = Math.min(in.remaining(), out.remaining());
        out.put(out.position(), in, in.position(), more).position(out.position() + more);
        in.position(in.position() + more);
        return in.hasRemaining() ? Progress.FULL : Progress.DONE;
    }

    @Override
    public String fault() {
        throw new AssertionError("any text can pass");
    }

    private void giveBack() {
        bench.giveBack();
        bench = null;
        source = null;
    }

    @Override
    public void close() {
        closed = true;
        if (bench != null && state != State.WORKING) {       // then it is another thread's
            giveBack();
        }
        watcher.closed(state == State.DONE ? result : MinifyFilter.Result.CUT, taken, given);
    }
}
