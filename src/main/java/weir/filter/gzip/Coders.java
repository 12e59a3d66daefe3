package weir.filter.gzip;

import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import weir.observe.Figure;
import weir.observe.Metrics;

/**
 * The compressors and decompressors of all loops: each loop has its own, at most so many of either kind at once, and uses them again. They
 * outlive a reload. All methods but the constructor and {@link #close} are the loop's.
 */
public final class Coders {
    /** Unused ones of a kind that a loop keeps: 256 KiB of memory beside the heap each, at most, and 40 KiB for a decompressor. */
    static final int IDLE_MAX = 16;

    /** Is told of a response when it is over. */
    interface Watcher {
        /** So much went in, so much came out. */
        void closed(long taken, long given, int loop);

        /** It was cut, as it could not be decoded. @param bomb as it would have become too much */
        default void broken(boolean bomb, int loop) {}
    }

    /** Those of one loop. */
    static final class OfLoop {
        private final int loop;
        private final int max;
        private final Figure compressors = new Figure();     // in use
        private final Figure decompressors = new Figure();
        private Compressor freeCompressors;
        private int idleCompressors;
        private Decompressor freeDecompressors;
        private int idleDecompressors;

        private OfLoop(int loop, int max) {
            this.loop = loop;
            this.max = max;
        }

        int loop() {
            return loop;
        }

        /** @return null at the bound */
        Compressor compressor() {
            if (compressors.get() >= max) {
                return null;
            }
            compressors.add(1);
            Compressor free = freeCompressors;
            if (free == null) {
                return new Compressor(this);
            }
            freeCompressors = free.nextFree;
            free.nextFree = null;
            idleCompressors--;
            return free;
        }

        void giveBack(Compressor used) {
            compressors.add(-1);
            if (idleCompressors == IDLE_MAX) {
                used.free();
                return;
            }
            used.nextFree = freeCompressors;
            freeCompressors = used;
            idleCompressors++;
        }

        /** @return null at the bound */
        Decompressor decompressor() {
            if (decompressors.get() >= max) {
                return null;
            }
            decompressors.add(1);
            Decompressor free = freeDecompressors;
            if (free == null) {
                return new Decompressor(this);
            }
            freeDecompressors = free.nextFree;
            free.nextFree = null;
            idleDecompressors--;
            return free;
        }

        void giveBack(Decompressor used) {
            decompressors.add(-1);
            if (idleDecompressors == IDLE_MAX) {
                used.free();
                return;
            }
            used.nextFree = freeDecompressors;
            freeDecompressors = used;
            idleDecompressors++;
        }

        private void close() {
            for (; freeCompressors != null; freeCompressors = freeCompressors.nextFree) {
                freeCompressors.free();
            }
            for (; freeDecompressors != null; freeDecompressors = freeDecompressors.nextFree) {
                freeDecompressors.free();
            }
        }
    }

    private final List<OfLoop> loops;

    /** @param loops of the process @param max of each kind in use at once, for each loop; 0 for none */
    public Coders(int loops, int max, Metrics metrics) {
        this.loops = IntStream.range(0, loops).mapToObj(loop -> new OfLoop(loop, max)).toList();
        gauge(metrics, "compressor", own -> own.compressors.get());
        gauge(metrics, "decompressor", own -> own.decompressors.get());
    }

    private void gauge(Metrics metrics, String kind, ToLongFunction<OfLoop> inUse) {
        metrics.gauge("weir_coders_in_use", "Compressors and decompressors that responses hold now.", () -> loops.stream().mapToLong(inUse).sum(), "kind", kind);
    }

    OfLoop at(int loop) {
        return loops.get(loop);
    }

    /** Frees what is unused. When no loop runs any more. */
    public void close() {
        loops.forEach(OfLoop::close);
    }
}
