package weir.buffer;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;

/**
 * The direct memory of the whole process, in slabs of one size, up to a bound. The pools of all loops draw on it and
 * give back what they no longer use, so memory wanders between loops and size classes. Slabs are never freed: a direct
 * buffer goes back to the system only when the collector finds it, which is no promise to build a bound on.
 *
 * <p>Thread safe; a lock, since a pool comes here once for many buffers and never in steady state.
 */
public final class SlabStore {
    /** The size of every slab in bytes; also the largest buffer that a pool lends. */
    public static final int SLAB_BYTES = 256 << 10;

    private final Object lock = new Object();
    private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
    private long bytesMax;
    private long bytesAllocated;
    private volatile boolean scarce;

    /**
     * Allocates nothing yet.
     *
     * @param bytesMax bound for all slabs together in bytes, at least {@link #SLAB_BYTES}; a remainder of less than a slab stays unused
     * @throws IllegalArgumentException when the bound is below one slab
     */
    public SlabStore(long bytesMax) {
        if (bytesMax < SLAB_BYTES) {
            throw new IllegalArgumentException("buffer memory: " + bytesMax + " bytes are less than one slab of " + SLAB_BYTES);
        }
        this.bytesMax = bytesMax;
    }

    /** Returns the bound in force in bytes: the one given, or what was got when the JVM refused to allocate more. */
    public long bytesMax() {
        synchronized (lock) {
            return bytesMax;
        }
    }

    /** Returns the bytes of all slabs, with the pools or idle here; never falls, never above {@link #bytesMax()}. */
    public long bytesAllocated() {
        synchronized (lock) {
            return bytesAllocated;
        }
    }

    /** Returns the bytes of the slabs that lie here unused. */
    public long bytesIdle() {
        synchronized (lock) {
            return (long) idle.size() * SLAB_BYTES;
        }
    }

    /**
     * Hands out one slab, which the caller gives back with {@link #give}.
     *
     * @return a direct buffer of {@link #SLAB_BYTES}, or null at the bound, or when the JVM refuses (its own limit on direct
     *     memory is {@code -Xmx} unless set apart): the bound then falls to what was got, so that the JVM is not asked again
     */
    public ByteBuffer take() {
        synchronized (lock) {
            ByteBuffer slab = idle.pollFirst();
            if (slab == null) {
                slab = allocate();
            }
            scarce = slab == null;
            return slab;
        }
    }

    /** Takes a slab back that came from {@link #take}; nothing may use it, or any slice of it, from here on. */
    public void give(ByteBuffer slab) {
        Objects.requireNonNull(slab);
        synchronized (lock) {
            assert slab.isDirect() && slab.capacity() == SLAB_BYTES : "not a slab: " + slab;
            assert !isIdle(slab) : "a slab given back twice";
            idle.addFirst(slab);
            scarce = false;
            if ((long) idle.size() * SLAB_BYTES > bytesAllocated) {
                throw new AssertionError("more slabs given back than handed out");
            }
        }
    }

    /** Tells a pool to keep no spare: somebody asked for a slab and got none, and none has been given back since. */
    boolean scarce() {
        return scarce;
    }

    private ByteBuffer allocate() {
        if (bytesAllocated + SLAB_BYTES > bytesMax) {
            return null;
        }
        try {
            ByteBuffer slab = ByteBuffer.allocateDirect(SLAB_BYTES);
            bytesAllocated += SLAB_BYTES;
            return slab;
        } catch (OutOfMemoryError refused) {
            // Bits.reserveMemory has collected garbage and slept for up to a second by now: never again, hence the bound.
            bytesMax = bytesAllocated;
            return null;
        }
    }

    @SuppressWarnings("ReferenceEquality") // equals() of a buffer compares its bytes
    private boolean isIdle(ByteBuffer slab) {
        for (ByteBuffer other : idle) {
            if (other == slab) {
                return true;
            }
        }
        return false;
    }
}
