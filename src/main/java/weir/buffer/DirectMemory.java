package weir.buffer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Direct memory for what keeps an account of its own, as the cache store does. Thread safe. */
public final class DirectMemory {
    private DirectMemory() {}

    /**
     * Allocates zeroed direct memory, little endian. It goes back to the system only when the collector finds it.
     *
     * @return null when the JVM refuses: its own limit on direct memory is {@code -Xmx} unless set apart. It has collected
     *     garbage and slept for up to a second by then, so the caller does not ask again.
     */
    public static ByteBuffer allocate(int bytes) {
        try {
            return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        } catch (OutOfMemoryError refused) {
            return null;
        }
    }
}
