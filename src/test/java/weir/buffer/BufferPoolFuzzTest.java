package weir.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import weir.FuzzSeed;

/**
 * Random borrows and closes in several pools on one small store. The twin is a list of what is lent and what was written into
 * it; it knows nothing of slabs, but that lent bytes never pass the bound and that all memory comes back at the end.
 */
class BufferPoolFuzzTest {
    private record Lent(int pool, Lease lease, long mark) {}

    @RepeatedTest(20)
    void agreesWithItsTwin() {
        long seed = FuzzSeed.seed();
        try {
            run(new Random(seed));
        } catch (Throwable failure) {
            throw new AssertionError("-Dfuzz.seed=" + seed, failure);
        }
    }

    private static void run(Random random) {
        SlabStore store = new SlabStore((1L + random.nextInt(8)) * SlabStore.SLAB_BYTES);
        BufferPool[] pools = new BufferPool[1 + random.nextInt(3)];
        for (int i = 0; i < pools.length; i++) {
            pools[i] = new BufferPool(store);
        }
        int sizeShiftMax = 1 + random.nextInt(18);
        List<Lent> lent = new ArrayList<>();
        for (int step = 0; step < 4000; step++) {
            boolean grow = random.nextInt(100) < (step / 500 % 2 == 0 ? 70 : 30);
            if (grow) {
                borrow(random, pools, sizeShiftMax, step, lent);
            } else if (!lent.isEmpty()) {
                close(lent.remove(random.nextInt(lent.size())));
            }
            check(store, pools, lent);
        }
        lent.forEach(BufferPoolFuzzTest::close);
        lent.clear();
        check(store, pools, lent);
        everyByteCanBeLentAgain(store, pools[random.nextInt(pools.length)], pools);
    }

    private static void borrow(Random random, BufferPool[] pools, int sizeShiftMax, int step, List<Lent> lent) {
        int which = random.nextInt(pools.length);
        int bytes = random.nextInt((1 << (1 + random.nextInt(sizeShiftMax))) + 1);
        Lease lease = pools[which].borrow(bytes);
        if (lease == null) {
            return;
        }
        assertThat(lease.capacity()).isGreaterThanOrEqualTo(bytes).isGreaterThanOrEqualTo(BufferPool.BYTES_MIN);
        assertThat(lease.capacity() / 2 < Math.max(bytes, BufferPool.BYTES_MIN)).as("no larger than it must be").isTrue();
        lease.bytes().putLong(0, step).putLong(lease.capacity() - Long.BYTES, ~step);
        lent.add(new Lent(which, lease, step));
    }

    private static void close(Lent each) {
        ByteBuffer bytes = each.lease.bytes();
        assertThat(bytes.getLong(0)).isEqualTo(each.mark);
        assertThat(bytes.getLong(bytes.capacity() - Long.BYTES)).isEqualTo(~each.mark);
        each.lease.close();
    }

    private static void check(SlabStore store, BufferPool[] pools, List<Lent> lent) {
        int[] count = new int[pools.length];
        long[] bytes = new long[pools.length];
        long total = 0;
        for (Lent each : lent) {
            count[each.pool]++;
            bytes[each.pool] += each.lease.capacity();
            total += each.lease.capacity();
        }
        for (int i = 0; i < pools.length; i++) {
            if (pools[i].lentCount() != count[i] || pools[i].lentBytes() != bytes[i]) {
                throw new AssertionError("pool " + i + ": " + pools[i].lentCount() + " lent, " + pools[i].lentBytes() + " bytes; twin "
                        + count[i] + ", " + bytes[i]);
            }
        }
        if (total + store.bytesIdle() > store.bytesAllocated() || store.bytesAllocated() > store.bytesMax()) {
            throw new AssertionError(total + " lent, " + store.bytesIdle() + " idle, " + store.bytesAllocated() + " allocated");
        }
    }

    /** With the spares of the other pools the only exception: those are at most one slab for each size class. */
    private static void everyByteCanBeLentAgain(SlabStore store, BufferPool pool, BufferPool[] pools) {
        assertThat(pool.takeSlab()).satisfiesAnyOf(
                slab -> assertThat(slab).isNotNull(),
                slab -> assertThat(pools.length).as("another pool holds the spares").isGreaterThan(1));
        assertThat(store.bytesAllocated() - store.bytesIdle()).isLessThanOrEqualTo((9L * pools.length + 1) * SlabStore.SLAB_BYTES);
    }
}
