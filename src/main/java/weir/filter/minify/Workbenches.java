package weir.filter.minify;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import weir.net.HelperThreads;

/**
 * Where texts are held until they are whole: for each loop a bounded number, used again; and the threads that make the long ones shorter. What
 * belongs to a loop is called on that loop.
 */
public final class Workbenches implements AutoCloseable {
    /** Texts that a loop holds at once; others pass as they come. */
    static final int MAX = 4;
    /** A larger one is not kept for the next text. */
    private static final int KEPT_BYTES_MAX = 256 << 10;
    private static final int FIRST_BYTES = 16 << 10;

    /** Two arrays, one for the text and one for what it becomes. They grow with the text. */
    static final class Workbench {
        private final OfLoop owner;
        byte[] text = new byte[FIRST_BYTES];
        byte[] shorter = {};
        Workbench next;

        private Workbench(OfLoop owner) {
            this.owner = owner;
        }

        void makeRoom(int bytes, int bytesMax) {
            if (text.length < bytes) {
                text = Arrays.copyOf(text, (int) Math.min(bytesMax, Math.max(bytes, 2L * text.length)));
            }
        }

        void giveBack() {
            owner.giveBack(this);
        }

        /** Runs it on another thread: there is always room, as there is a bound on workbenches. */
        void later(Runnable work) {
            owner.helpers.execute(work);
        }
    }

    /** Those of one loop. */
    static final class OfLoop {
        private final Executor helpers;
        private int used;
        private Workbench free;

        private OfLoop(Executor helpers) {
            this.helpers = helpers;
        }

        /** @return null at the bound */
        Workbench take() {
            if (used == MAX) {
                return null;
            }
            used++;
            Workbench taken = free == null ? new Workbench(this) : free;
            free = taken.next;
            taken.next = null;
            return taken;
        }

        private void giveBack(Workbench done) {
            used--;
            if (done.text.length + done.shorter.length <= 2 * KEPT_BYTES_MAX) {
                done.next = free;
                free = done;
            }
        }

        int used() {
            return used;
        }
    }

    private final List<OfLoop> loops;
    private final HelperThreads threads;

    /** With a thread for each two loops. */
    public Workbenches(int loops) {
        threads = new HelperThreads("weir-minify", Math.max(1, loops / 2), loops * MAX);
        this.loops = list(loops, threads);
    }

    /** For tests: with other helpers. */
    Workbenches(int loops, Executor helpers) {
        threads = null;
        this.loops = list(loops, helpers);
    }

    private static List<OfLoop> list(int loops, Executor helpers) {
        return IntStream.range(0, loops).mapToObj(loop -> new OfLoop(helpers)).toList();
    }

    /** When no loop runs any more: what is being made shorter is given up. */
    @Override
    public void close() {
        if (threads != null) {
            threads.close();
        }
    }

    int loops() {
        return loops.size();
    }

    OfLoop at(int loop) {
        return loops.get(loop);
    }
}
