package weir.exchange;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/** A conversion that nobody needs, and that does what a conversion may do: more comes out than went in, or less, or later, or nothing any more. */
final class OddConversion implements Conversion {
    enum Kind { DOUBLE, HALVE, WITHHOLD }

    /**
     * What it does.
     *
     * @param keeps so many bytes are kept back while content comes
     * @param breaksAt the byte that cannot be converted; {@link Integer#MAX_VALUE} for none
     */
    record Plan(Kind kind, int keeps, int breaksAt) {
        /** The twin: what comes out of all this content; null when it breaks. */
        byte[] of(byte[] content) {
            if (content.length > breaksAt) {
                return null;
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int i = 0; i < content.length; i++) {
                for (int k = copies(kind, i); k > 0; k--) {
                    out.write(content[i]);
                }
            }
            return out.toByteArray();
        }
    }

    /** Those that are not closed, of all responses of a simulation. */
    static final class Open {
        private int count;

        int count() {
            return count;
        }
    }

    private final Plan plan;
    private final Open open;
    private final Queue<Byte> kept = new ArrayDeque<>();
    private int taken;
    private boolean ended;
    private boolean broken;
    private boolean closed;

    OddConversion(Plan plan, Open open) {
        this.plan = plan;
        this.open = open;
        open.count++;
    }

    private static int copies(Kind kind, int index) {
        return kind == Kind.DOUBLE ? 2 : kind == Kind.HALVE ? 1 - index % 2 : 1;
    }

    @Override
    public Progress convert(ByteBuffer in, ByteBuffer out, Wanted wanted) {
        check(!closed && !broken && !ended, "called after its end");
        check(out.remaining() >= ROOM_BYTES_MIN || wanted == Wanted.CONTENT, "no room");
        int keeps = wanted == Wanted.CONTENT ? plan.keeps : 0;
        while (in.hasRemaining() || kept.size() > keeps) {
            while (kept.size() > keeps) {
                if (!out.hasRemaining()) {
                    return Progress.FULL;
                }
                out.put(kept.remove());
            }
            if (in.hasRemaining()) {
                if (taken == plan.breaksAt) {
                    broken = true;
                    return Progress.BROKEN;
                }
                byte b = in.get();
                for (int k = copies(plan.kind, taken++); k > 0; k--) {
                    kept.add(b);
                }
            }
        }
        ended = wanted == Wanted.END;
        return Progress.DONE;
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError("a conversion: " + otherwise);
        }
    }

    @Override
    public String fault() {
        return "malformed: odd";
    }

    @Override
    public void close() {
        check(!closed, "closed twice");
        closed = true;
        open.count--;
    }

    /** Through one behind the other; null when one breaks. */
    static byte[] through(Plan[] plans, byte[] content) {
        byte[] now = content;
        for (int i = 0; i < plans.length && now != null; i++) {
            now = plans[i].of(now);
        }
        return now;
    }
}
