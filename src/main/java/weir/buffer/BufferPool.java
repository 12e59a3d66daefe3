package weir.buffer;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lends the buffers of one loop, in sizes of a power of two. Borrowing and closing take a few loads and stores, no lock
 * and (without assertions) no allocation, and the buffer closed last is lent first, while it is still in the CPU's cache.
 *
 * <p>Not thread safe: one loop's, but for {@link #lentCount()} and {@link #lentBytes()}, which any thread may read.
 */
public final class BufferPool {
    /** The smallest buffer in bytes. */
    public static final int BYTES_MIN = 1 << 10;
    /** The largest buffer in bytes. */
    public static final int BYTES_MAX = 256 << 10;

    private static final int MIN_SHIFT = Integer.numberOfTrailingZeros(BYTES_MIN);
    private static final int CLASSES = Integer.numberOfTrailingZeros(BYTES_MAX) - MIN_SHIFT + 1;

    private final SlabStore store;
    private final SizeClass[] classes = new SizeClass[CLASSES];
    private final AtomicInteger lentCount = new AtomicInteger(); // one writer: opaque stores, no locked instruction
    private final AtomicLong lentBytes = new AtomicLong();
    private final Set<Lease> lent = Lease.CHECKED ? Collections.newSetFromMap(new IdentityHashMap<>()) : Set.of();

    /** Creates an empty pool that takes its slabs from {@code store}; takes none yet. */
    public BufferPool(SlabStore store) {
        this.store = store;
        for (int i = 0; i < CLASSES; i++) {
            classes[i] = newSizeClass(BYTES_MIN << i);
        }
    }

    /**
     * Lends a buffer: cleared (but not zeroed), little endian, direct.
     *
     * @param bytes the least capacity wanted, 0 to {@link #BYTES_MAX}
     * @return the caller's from here on, to be closed once; or null when memory is at its bound
     * @throws IllegalArgumentException when {@code bytes} is out of range
     */
    public Lease borrow(int bytes) {
        if (bytes < 0 || bytes > BYTES_MAX) {
            throw new IllegalArgumentException("buffer of " + bytes + " bytes: 0 to " + BYTES_MAX + " can be lent");
        }
        Lease lease = classes[classOf(bytes)].borrow();
        if (lease == null) {
            return null;
        }
        lentCount.setOpaque(lentCount.getPlain() + 1);
        lentBytes.setOpaque(lentBytes.getPlain() + lease.capacity());
        if (Lease.CHECKED) {
            lent.add(lease);
        }
        return lease;
    }

    /** Returns how many buffers are lent out; any thread may ask, and sees a recent value. */
    public int lentCount() {
        return lentCount.getOpaque();
    }

    /** Returns the capacity of all buffers lent out in bytes; any thread may ask, and sees a recent value. */
    public long lentBytes() {
        return lentBytes.getOpaque();
    }

    /** Returns one entry for each buffer lent out, with where it was borrowed: for the message of a failed test. Empty without assertions. */
    public String lentReport() {
        StringBuilder text = new StringBuilder();
        lent.forEach(lease -> text.append(lease).append('\n'));
        return text.toString();
    }

    /** Returns a slab from the store, which at the bound may be a spare of one of our own size classes. */
    ByteBuffer takeSlab() {
        ByteBuffer slab = store.take();
        for (int i = 0; slab == null && i < CLASSES; i++) {
            if (classes[i].giveSpare()) {
                slab = store.take();
            }
        }
        return slab;
    }

    void tookBack(Lease lease, int bytes) {
        lentCount.setOpaque(lentCount.getPlain() - 1);
        lentBytes.setOpaque(lentBytes.getPlain() - bytes);
        if (Lease.CHECKED) {
            lent.remove(lease);
        }
    }

    static int classOf(int bytes) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(bytes, BYTES_MIN) - 1) - MIN_SHIFT;
    }

    private SizeClass newSizeClass(int bytesEach) {
        return new SizeClass(this, store, bytesEach);
    }
}
