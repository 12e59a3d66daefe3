package weir.buffer;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What {@link LeaseTest} runs in JVMs of their own: without assertions, or with little direct memory. */
final class BufferPoolProcess {
    private BufferPoolProcess() {}

    public static void main(String[] args) {
        if (Lease.CHECKED) {
            takeUntilRefused();
        } else {
            recycle();
        }
    }

    private static void takeUntilRefused() {
        SlabStore store = new SlabStore(1L << 30);
        List<ByteBuffer> taken = new ArrayList<>(); // reachable, or the collector frees them and the JVM never refuses
        for (ByteBuffer slab = store.take(); slab != null; slab = store.take()) {
            taken.add(slab);
        }
        assert store.bytesAllocated() == store.bytesMax();
        assert taken.size() == store.bytesMax() / SlabStore.SLAB_BYTES;
        assert store.take() == null;
        System.out.println("bound lowered to " + store.bytesMax() + " of " + (1L << 30));
    }

    private static void recycle() {
        BufferPool pool = new BufferPool(new SlabStore(4L * SlabStore.SLAB_BYTES));
        Lease first = pool.borrow(1024);
        first.close();
        try {
            first.close();
        } catch (AssertionError expected) {
            System.out.println("second close refused");
        }
        Lease second = pool.borrow(1024);
        System.out.println("recycled " + (first == second));
        second.close();

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) { // the first rounds pay for the classes they load
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1000; i++) {
                Lease small = pool.borrow(1 + i);
                Lease large = pool.borrow(64 << 10);
                large.close();
                small.close();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        System.out.println("allocated " + least + " bytes");
    }
}
