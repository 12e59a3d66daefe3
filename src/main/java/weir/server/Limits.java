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
    /** Read, write and bulk buffer of a loop, and what a few exchanges need: less cannot work. */
    private static final long BYTES_PER_LOOP_MIN = 4L * BufferPool.BYTES_MAX;

    private Limits() {}

    /** @param configured bytes, or 0 for a quarter of the memory, at most what the JVM lets us have */
    static long memoryBytes(long configured, int loops) {
        long jvm = directMemoryMax();
        long bytes = configured > 0 ? configured : Math.min(hostMemory() / 4, jvm);
        return Math.max(BYTES_PER_LOOP_MIN * loops, Math.min(bytes, jvm));
    }

    /** Direct memory is bounded by -Xmx unless -XX:MaxDirectMemorySize says otherwise; a little is left for others. */
    private static long directMemoryMax() {
        return Runtime.getRuntime().maxMemory() / 10 * 9;
    }

    private static long hostMemory() {
        long cgroup = number(Path.of("/sys/fs/cgroup/memory.max"));
        long host = memTotal();
        return cgroup > 0 ? Math.min(cgroup, host) : host;
    }

    private static long memTotal() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemTotal:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // no Linux: fall through
        }
        return Runtime.getRuntime().maxMemory() * 4;           // the JVM takes a quarter for its heap by default
    }

    private static long number(Path file) {
        try {
            return Long.parseLong(Files.readString(file).trim());
        } catch (IOException | NumberFormatException e) {
            return 0;                                          // not there, or "max"
        }
    }

    /** @param configured or 0 for what the descriptor limit allows: two for each connection, client's and origin's */
    static int connections(int configured) {
        if (configured > 0) {
            return configured;
        }
        long descriptors = descriptorLimit();
        return (int) Math.max(16, Math.min(CONNECTIONS_MAX, (descriptors - DESCRIPTORS_RESERVED) / 2));
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
