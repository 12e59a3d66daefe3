package weir.filter.minify;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Where texts are held until they are whole: for each loop a bounded number, used again. All methods but the constructor are the loop's. */
public final class Workbenches {
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
    }

    /** Those of one loop. */
    static final class OfLoop {
        private int used;
        private Workbench free;

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

    public Workbenches(int loops) {
        this.loops = IntStream.range(0, loops).mapToObj(loop -> new OfLoop()).toList();
    }

    int loops() {
        return loops.size();
    }

    OfLoop at(int loop) {
        return loops.get(loop);
    }
}
