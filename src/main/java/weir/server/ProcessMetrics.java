package weir.server;

import java.util.List;
import weir.buffer.SlabStore;
import weir.net.EventLoop;
import weir.observe.Metrics;

/** Figures of the process as a whole: loops and buffers. */
final class ProcessMetrics {
    private ProcessMetrics() {}

    static void register(Metrics metrics, List<EventLoop> loops, SlabStore store) {
        metrics.gauge("weir_buffers_bytes", "Off-heap buffers.", store::bytesAllocated, "state", "allocated");
        metrics.gauge("weir_buffers_bytes", "Off-heap buffers.", store::bytesIdle, "state", "idle");
        metrics.gauge("weir_buffers_bytes", "Off-heap buffers.", store::bytesMax, "state", "bound");
        metrics.gauge("weir_buffers_bytes", "Off-heap buffers.", () -> loops.stream().mapToLong(loop -> loop.pool().lentBytes()).sum(),
                "state", "lent");
        for (EventLoop loop : loops) {
            String index = Integer.toString(loop.index());
            metrics.gauge("weir_loop_busy_ratio", "Share of the time since the last look that a loop was not waiting.",
                    new BusyRatio(loop)::read, "loop", index);
            metrics.counter("weir_loop_turns_total", "Turns of a loop.", loop::turns, "loop", index);
        }
    }

    /** Of the time between two looks. */
    private static final class BusyRatio {
        private final EventLoop loop;
        private long lastNanos = System.nanoTime();
        private long lastBusy;

        BusyRatio(EventLoop loop) {
            this.loop = loop;
        }

        synchronized double read() {
            long now = System.nanoTime();
            long busy = loop.busyNanos();
            double ratio = (double) (busy - lastBusy) / Math.max(1, now - lastNanos);
            lastNanos = now;
            lastBusy = busy;
            return Math.max(0, Math.min(1, ratio));
        }
    }
}
