package weir.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weir.buffer.SlabStore.SLAB_BYTES;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlabStoreTest {
    @Test
    void handsOutDirectSlabsUpToTheBoundAndRecovers() {
        SlabStore store = new SlabStore(2L * SLAB_BYTES + 1);
        ByteBuffer one = store.take();
        ByteBuffer two = store.take();

        assertThat(one.isDirect()).isTrue();
        assertThat(one.capacity()).isEqualTo(SLAB_BYTES);
        assertThat(store.take()).isNull();
        assertThat(store.scarce()).isTrue();
        assertThat(store.bytesAllocated()).isEqualTo(2L * SLAB_BYTES);
        assertThat(store.bytesIdle()).isZero();

        store.give(two);
        assertThat(store.scarce()).isFalse();
        assertThat(store.bytesIdle()).isEqualTo(SLAB_BYTES);
        assertThat(store.take()).isSameAs(two);
        store.give(one);
        store.give(two);
        assertThat(store.bytesIdle()).isEqualTo(store.bytesAllocated()).isEqualTo(2L * SLAB_BYTES);
        assertThat(store.bytesMax()).isEqualTo(2L * SLAB_BYTES + 1);
    }

    @Test
    void refusesABoundBelowOneSlab() {
        assertThatThrownBy(() -> new SlabStore(SLAB_BYTES - 1L)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void failsWhenTheSameSlabComesBackTwice() {
        SlabStore store = new SlabStore(4L * SLAB_BYTES);
        ByteBuffer slab = store.take();
        store.take();
        store.give(slab);
        assertThatThrownBy(() -> store.give(slab)).isInstanceOf(AssertionError.class).hasMessageContaining("twice");
        assertThatThrownBy(() -> store.give(ByteBuffer.allocateDirect(16))).isInstanceOf(AssertionError.class);
    }

    @Test
    void keepsItsBoundWhenManyThreadsTake() throws Exception {
        int slabs = 5;
        int threads = 4;
        SlabStore store = new SlabStore((long) slabs * SLAB_BYTES);
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                long mark = t + 1L;
                done.add(pool.submit(() -> {
                    start.await(30, TimeUnit.SECONDS);
                    for (int i = 0; i < 20_000; i++) {
                        ByteBuffer slab = store.take();
                        if (slab != null) {
                            slab.putLong(0, mark);
                            assertThat(store.bytesAllocated()).isLessThanOrEqualTo(store.bytesMax());
                            assertThat(slab.getLong(0)).as("a slab with two owners").isEqualTo(mark);
                            store.give(slab);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : done) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(store.bytesIdle()).isEqualTo(store.bytesAllocated());
    }
}
