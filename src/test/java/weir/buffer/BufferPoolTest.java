package weir.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weir.buffer.SlabStore.SLAB_BYTES;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BufferPoolTest {
    private final SlabStore store = new SlabStore(3L * SLAB_BYTES);
    private final BufferPool pool = new BufferPool(store);

    @AfterEach
    void nothingLent() {
        assertThat(pool.lentCount()).as(pool::lentReport).isZero();
        assertThat(pool.lentBytes()).isZero();
    }

    @ParameterizedTest(name = "{0} bytes -> {1}")
    @CsvSource({
        "0, 1024", "1, 1024", "1023, 1024", "1024, 1024", "1025, 2048", "2048, 2048", "2049, 4096", "5000, 8192", "16384, 16384",
        "16385, 32768", "65535, 65536", "65537, 131072", "131072, 131072", "131073, 262144", "262144, 262144"
    })
    void lendsTheSmallestPowerOfTwoThatHolds(int bytes, int capacity) {
        try (Lease lease = pool.borrow(bytes)) {
            assertThat(lease.capacity()).isEqualTo(capacity);
            assertThat(lease.bytes().capacity()).isEqualTo(capacity);
            assertThat(pool.lentCount()).isEqualTo(1);
            assertThat(pool.lentBytes()).isEqualTo(capacity);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, BufferPool.BYTES_MAX + 1, Integer.MAX_VALUE})
    void refusesASizeItNeverHas(int bytes) {
        assertThatThrownBy(() -> pool.borrow(bytes)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("" + bytes);
    }

    @Test
    void lendsClearedAndLittleEndianWhateverTheLastOwnerDid() {
        for (int i = 0; i < 3; i++) {
            try (Lease lease = pool.borrow(4096)) {
                ByteBuffer bytes = lease.bytes();
                assertThat(bytes.isDirect()).isTrue();
                assertThat(bytes.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
                assertThat(bytes.position()).isZero();
                assertThat(bytes.limit()).isEqualTo(4096);
                bytes.order(ByteOrder.BIG_ENDIAN).limit(9).position(7);
            }
        }
    }

    @Test
    void lendsTheBufferThatWasClosedLast() {
        Lease one = pool.borrow(1024);
        Lease two = pool.borrow(1024);
        ByteBuffer bytes = one.bytes();
        two.close();
        one.close();
        try (Lease three = pool.borrow(1024)) {
            assertThat(three.bytes()).isSameAs(bytes);
        }
    }

    @Test
    void answersNullAtTheBoundAndLendsAgainAfterAClose() {
        List<Lease> all = new ArrayList<>();
        for (Lease lease = pool.borrow(64 << 10); lease != null; lease = pool.borrow(64 << 10)) {
            all.add(lease);
        }
        assertThat(all).hasSize(12);
        assertThat(pool.lentCount()).isEqualTo(12);
        assertThat(pool.lentBytes()).isEqualTo(store.bytesMax());
        assertThat(pool.borrow(1)).isNull();

        all.remove(5).close();
        Lease again = pool.borrow(64 << 10);
        assertThat(again).isNotNull();
        all.add(again);
        assertThat(pool.borrow(64 << 10)).isNull();
        all.forEach(Lease::close);
        assertThat(pool.borrow(0)).isNotNull().satisfies(Lease::close);
    }

    @Test
    void aFreeSlabServesAnotherSizeClass() {
        List<Lease> small = borrow(pool, 1024, 3 * SLAB_BYTES / 1024);
        assertThat(pool.borrow(1024)).isNull();
        small.forEach(Lease::close);

        List<Lease> large = borrow(pool, SLAB_BYTES, 3); // the spare of the small class too, else only two
        assertThat(pool.borrow(1024)).isNull();
        large.forEach(Lease::close);
        borrow(pool, 32 << 10, 24).forEach(Lease::close);
    }

    @Test
    void aFreeSlabServesAnotherPool() {
        BufferPool other = new BufferPool(store);
        List<Lease> mine = borrow(pool, 2048, 3 * SLAB_BYTES / 2048);
        assertThat(other.borrow(1024)).isNull(); // which also tells all pools to keep no spare
        mine.forEach(Lease::close);

        assertThat(store.bytesIdle()).isGreaterThanOrEqualTo(2L * SLAB_BYTES);
        List<Lease> theirs = borrow(other, SLAB_BYTES, 2);
        assertThat(other.lentCount()).isEqualTo(2);
        theirs.forEach(Lease::close);
        assertThat(other.lentCount()).isZero();
    }

    @Test
    void aSlabThatWasAskedForInVainIsNotKeptAsASpare() {
        BufferPool other = new BufferPool(store);
        List<Lease> mine = borrow(pool, SLAB_BYTES, 3);
        assertThat(other.borrow(1)).isNull();
        mine.get(0).close();
        assertThat(store.bytesIdle()).isEqualTo(SLAB_BYTES);
        assertThat(other.borrow(1)).isNotNull().satisfies(Lease::close);
        mine.subList(1, 3).forEach(Lease::close);
    }

    @Test
    void keepsOneSpareSlabForEachClass() {
        borrow(pool, 128 << 10, 6).forEach(Lease::close);
        assertThat(store.bytesAllocated()).isEqualTo(3L * SLAB_BYTES);
        assertThat(store.bytesIdle()).as("all but one").isEqualTo(2L * SLAB_BYTES);

        for (int i = 0; i < 100; i++) { // no slab wanders when one buffer comes and goes
            pool.borrow(128 << 10).close();
            assertThat(store.bytesIdle()).isEqualTo(2L * SLAB_BYTES);
        }
    }

    @Test
    void breaksIntoTheSpareLast() {
        List<Lease> all = borrow(pool, 128 << 10, 6); // three slabs, two buffers each
        all.get(2).close(); // the second slab has something free
        all.get(0).close();
        all.get(1).close(); // the first one is the spare
        assertThat(store.bytesIdle()).isZero();

        Lease again = pool.borrow(128 << 10);
        assertThat(again).isNotNull();
        Lease large = pool.borrow(SLAB_BYTES);
        assertThat(large).as("the spare, still whole").isNotNull();
        large.close();
        again.close();
        all.subList(3, 6).forEach(Lease::close);
    }

    @Test
    void buffersLentAtOnceDoNotOverlap() {
        BufferPool roomy = new BufferPool(new SlabStore(4L * SLAB_BYTES)); // a slab for each of the four sizes
        List<Lease> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(roomy.borrow(1024 << (i % 4)));
        }
        for (int i = 0; i < all.size(); i++) {
            ByteBuffer bytes = all.get(i).bytes();
            while (bytes.hasRemaining()) {
                bytes.put((byte) i);
            }
        }
        for (int i = 0; i < all.size(); i++) {
            ByteBuffer bytes = all.get(i).bytes().flip();
            while (bytes.hasRemaining()) {
                assertThat(bytes.get()).isEqualTo((byte) i);
            }
        }
        all.forEach(Lease::close);
        assertThat(roomy.lentCount()).isZero();
    }

    @Test
    void reportsWhereALeakWasBorrowed() {
        assertThat(pool.lentReport()).isEmpty();
        try (Lease lease = pool.borrow(3000)) {
            assertThat(lease.capacity()).isEqualTo(4096);
            assertThat(pool.lentReport()).contains("4096 bytes").contains("borrowed at " + BufferPoolTest.class.getName() + ".reportsWhere");
        }
        assertThat(pool.lentReport()).isEmpty();
    }

    private static List<Lease> borrow(BufferPool from, int bytes, int count) {
        List<Lease> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Lease lease = from.borrow(bytes);
            assertThat(lease).as("buffer %s of %s", i + 1, count).isNotNull();
            all.add(lease);
        }
        return all;
    }
}
