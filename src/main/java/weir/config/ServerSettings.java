package weir.config;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code server.*}: what belongs to the process. A reload cannot change these.
 *
 * @param workers loops, 1..256; 0 for as many as the JVM sees processors
 * @param memoryBytes bound of all buffers; 0 for the smaller of a quarter of the memory and what the settings need
 * @param connections client connections at once; 0 for what the descriptor limit allows
 * @param shutdownGraceNanos longest wait for running exchanges when the process ends
 * @param drainDelayNanos how long a draining process still accepts
 * @param helpers threads of the name resolver, 1..64
 * @param coders responses that a loop compresses at once, and that it decompresses; 0 for none
 * @param tls what of TLS belongs to the process
 */
public record ServerSettings(int workers, long memoryBytes, int connections, long shutdownGraceNanos, long drainDelayNanos,
        int helpers, int coders, ServerTlsSettings tls) {
    /** The keys whose value is another one here. */
    public List<String> keysThatDiffer(ServerSettings other) {
        List<String> keys = new ArrayList<>();
        add("server.workers", workers != other.workers, keys);
        add("server.memory", memoryBytes != other.memoryBytes, keys);
        add("server.connections", connections != other.connections, keys);
        add("server.shutdown-grace", shutdownGraceNanos != other.shutdownGraceNanos, keys);
        add("server.drain-delay", drainDelayNanos != other.drainDelayNanos, keys);
        add("server.helpers", helpers != other.helpers, keys);
        add("server.coders", coders != other.coders, keys);
        keys.addAll(tls.keysThatDiffer(other.tls));
        return keys;
    }

    static void add(String key, boolean differs, List<String> keys) {
        if (differs) {
            keys.add(key);
        }
    }
}
