package weir.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import weir.buffer.BufferPool;
import weir.h1.HttpLimits;

/** Limits that follow from the host: memory and descriptors. */
final class Limits {
    static final HttpLimits METRICS_HTTP =
            new HttpLimits(8 << 10, 50, 1024, 5_000_000_000L, 60_000_000_000L, 10_000_000_000L, true);

    static final HttpLimits ADMIN_HTTP =
            new HttpLimits(8 << 10, 50, 4 << 10, 5_000_000_000L, 10_000_000_000L, 10_000_000_000L, true);

    private static final int CONNECTIONS_MAX = 1_000_000;
    private static final int CONNECTIONS_FALLBACK = 10_000;
    private static final int DESCRIPTORS_RESERVED = 128;
    /** For connections. */
    private static final long DESCRIPTORS = descriptorLimit() - DESCRIPTORS_RESERVED;
    /** Read, write and bulk buffer of a loop, and what a few exchanges need: less cannot work. */
    private static final long BYTES_PER_LOOP_MIN = 4L * BufferPool.BYTES_MAX;

    private Limits() {}

    /** @param configured bytes, or 0 for a quarter of the memory, at most what the JVM lets us have */
    static long memoryBytes(long configured, int loops) {
        HostMemory memory = new HostMemory(Path.of("/"));
        long heap = Runtime.getRuntime().maxMemory();
        long jvm = memory.directMax(heap, System::getProperty, System::getenv) / 10 * 9;          // a little is left for others
        long host = memory.bytes();
        long auto = (host > 0 ? host : heap * 4) / 4;          // the JVM takes a quarter for its heap by default
        return Math.max(BYTES_PER_LOOP_MIN * loops, Math.min(configured > 0 ? configured : auto, jvm));
    }

    /** @param configured or 0 for what the descriptor limit allows: four of five for connections in use, the client's and the origin's */
    static int connections(int configured) {
        if (configured > 0) {
            return configured;
        }
        return (int) Math.max(16, Math.min(CONNECTIONS_MAX, DESCRIPTORS * 2 / 5));
    }

    /** Connections to origins that are kept without use, by all loops and for all servers: the fifth of the descriptors. */
    static long idleOriginConnections() {
        return Math.max(16, DESCRIPTORS / 5);
    }

    private static long descriptorLimit() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                if (line.startsWith("Max open files")) {
                    String soft = line.substring("Max open files".length()).trim().replaceAll("\\s.*", "");
                    return soft.equals("unlimited") ? 2L * CONNECTIONS_MAX : Long.parseLong(soft);
                }
            }
        } catch (IOException | NumberFormatException e) {
            // no Linux: fall through
        }
        return 2L * CONNECTIONS_FALLBACK;
    }
}
