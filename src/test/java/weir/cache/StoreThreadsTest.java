package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import weir.FuzzSeed;
import weir.cache.Things.Thing;

/**
 * Several threads at one store. What they read they compare, byte by byte, with what the thing's own seed says; a block that
 * goes back is overwritten (tests run with assertions), so that a reader who should not be there sees it.
 */
class StoreThreadsTest {
    private static final int THREADS = 4;
    private static final int OBJECT_BYTES_MAX = 64 << 10;
    private static final int STEPS = 3000;
    private static final int KEYS = 60;
    private static final int HELD_MAX = 6;
    private static final long BYTES_MAX = 1 << 20;

    private final long seed = FuzzSeed.seed();
    private final Store store = new Store("test", BYTES_MAX, OBJECT_BYTES_MAX);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void allMemoryIsBack() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        store.clear();
        assertThat(store.residents()).isZero();
        assertThat(store.bytes()).as("with seed %d", seed).isZero();
        Blob whole = store.blobInOnePiece((int) BYTES_MAX);
        assertThat(whole.append(ByteBuffer.allocate((int) BYTES_MAX), 0, (int) BYTES_MAX)).as("all blocks are merged").isEqualTo((int) BYTES_MAX);
        whole.release();
    }

    @Test
    void inAStormOfEvictionNobodySeesBytesOfAnother() throws Exception {
        List<Sailor> sailors = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            sailors.add(new Sailor(new Random(seed + i)));
        }
        together(sailors);
        int read = sailors.stream().mapToInt(sailor -> sailor.read).sum();
        int lost = sailors.stream().mapToInt(sailor -> sailor.lost).sum();
        assertThat(store.evictions()).as("it was a storm").isGreaterThan(STEPS / 2);
        assertThat(read).as("of which something was read (and %d went just before)", lost).isGreaterThan(STEPS / 2);
    }

    /** Puts, reads, holds, removes, at random. */
    private final class Sailor implements Callable<Void> {
        private final Random random;
        private final Probe probe = new Probe();
        private final Deque<Thing> held = new ArrayDeque<>();
        private int read;
        private int lost;

        Sailor(Random random) {
            this.random = random;
        }

        @Override
        public Void call() {
            for (int step = 0; step < STEPS; step++) {
                probe.reset().put("/" + random.nextInt(KEYS));
                switch (random.nextInt(8)) {
                    case 0, 1 -> putFilled();
                    case 2 -> putAndFill();
                    case 3 -> remove();
                    default -> readAll();
                }
                long bytes = store.bytes();
                assertThat(bytes).isBetween(0L, BYTES_MAX);
            }
            while (!held.isEmpty()) {
                check(held.peek());
                held.poll().release();
            }
            return null;
        }

        private void putFilled() {
            Thing thing = Things.thing(store, random.nextLong(), random.nextInt(1 + random.nextInt(OBJECT_BYTES_MAX)), random.nextBoolean());
            if (thing != null) {
                store.put(probe, thing, random.nextBoolean() ? any() : null);
                hold(thing);
            }
        }

        /** As a fetch does: findable first, then filled, by a writer with a reference of its own. */
        private void putAndFill() {
            Blob blob = store.blob(-1);
            assertThat(blob.retain()).isTrue();
            Thing thing = new Thing(blob, random.nextLong());
            store.put(probe, thing, any());
            thing.release();
            int bytes = random.nextInt(OBJECT_BYTES_MAX);
            ByteBuffer content = Things.content(thing.seed, bytes);
            int at = 0;
            int taken = 1;
            while (at < bytes && taken > 0) {
                taken = blob.append(content, at, Math.min(bytes, at + 1 + random.nextInt(8000)));
                at += taken;
            }
            if (at < bytes || random.nextInt(8) == 0) {
                blob.fail();
                store.remove(thing);
            } else {
                blob.complete();
                store.reweigh(thing);
            }
            blob.release();
        }

        private void remove() {
            Resident any = any();
            switch (random.nextInt(20)) {
                case 0 -> store.removeAll(probe);
                case 1 -> store.forEach((key, what) -> check((Thing) what));
                default -> {
                    if (any != null) {
                        store.remove(probe, any);
                    }
                }
            }
        }

        private void readAll() {
            for (Resident each : store.find(probe)) {
                if (!each.retain()) {
                    lost++;
                    continue;
                }
                store.hit(each);
                check((Thing) each);
                hold((Thing) each);
                read++;
            }
        }

        private Resident any() {
            Resident[] found = store.find(probe);
            return found.length == 0 ? null : found[random.nextInt(found.length)];
        }

        private void hold(Thing thing) {
            held.add(thing);
            if (held.size() > HELD_MAX) {
                check(held.peek());
                held.poll().release();
            }
        }
    }

    @Test
    void readersSeeExactlyWhatIsPublished() throws Exception {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int bytes = random.nextInt(1 + random.nextInt(OBJECT_BYTES_MAX));
            boolean fails = random.nextInt(3) == 0;
            Blob blob = store.blob(random.nextBoolean() ? bytes : -1);
            Thing thing = new Thing(blob, random.nextLong());
            assertThat(store.put(Things.probe("/a"), thing, null)).isTrue();
            List<Callable<Void>> all = new ArrayList<>();
            Random cuts = new Random(random.nextLong());
            all.add(() -> {
                write(thing, bytes, fails, cuts);
                return null;
            });
            for (int i = 1; i < THREADS; i++) {
                all.add(new Follower(bytes, fails, new CountDownLatch(0)));
            }
            together(all);
            assertThat(store.remove(thing)).isTrue();
            thing.release();
            assertThat(store.bytes()).isZero();
        }
    }

    private static void write(Thing thing, int bytes, boolean fails, Random cuts) {
        ByteBuffer content = Things.content(thing.seed, bytes);
        for (int at = 0; at < bytes; ) {
            int count = Math.min(bytes - at, 1 + cuts.nextInt(1 + bytes / 10));
            assertThat(thing.blob.append(content, at, at + count)).isEqualTo(count);
            at += count;
        }
        if (fails) {
            thing.blob.fail();
        } else {
            thing.blob.complete();
        }
    }

    /** Finds it, reads it as it comes, and sees the end once all is there. */
    private final class Follower implements Callable<Void>, Blob.Reader {
        private final int bytes;
        private final boolean fails;
        private final CountDownLatch following;
        private final Semaphore news = new Semaphore(0);
        private volatile long passed;

        Follower(int bytes, boolean fails, CountDownLatch following) {
            this.bytes = bytes;
            this.fails = fails;
            this.following = following;
        }

        @Override
        public void onMore() {
            news.release();
        }

        @Override
        public long position() {
            return passed;
        }

        @Override
        public Void call() throws InterruptedException {
            Thing thing = (Thing) store.find(Things.probe("/a"))[0];
            assertThat(thing.retain()).isTrue();
            Blob blob = thing.blob;
            assertThat(blob.follow(this)).isTrue();
            following.countDown();
            byte[] expected = Things.bytes(thing.seed, bytes);
            long at = 0;
            boolean ended = false;
            while (!ended) {
                boolean complete = blob.isComplete();
                boolean failed = blob.isFailed();
                long length = blob.length();
                ended = complete || failed;
                assertThat(length).isBetween(at, (long) bytes);
                at = read(blob, expected, at, length);
                passed = at;
                blob.moved();
                if (ended) {
                    assertThat(failed).isEqualTo(fails);
                    assertThat(at).as("all that came before the end").isEqualTo(bytes);
                } else {
                    assertThat(news.tryAcquire(30, TimeUnit.SECONDS)).as("is told of each change").isTrue();
                }
            }
            blob.leave(this);
            thing.release();
            return null;
        }
    }

    @Test
    void whoLetsGoLastFreesItOnce() throws Exception {
        for (int round = 0; round < 100; round++) {
            CyclicBarrier start = new CyclicBarrier(THREADS);
            AtomicInteger freed = new AtomicInteger();
            Counted shared = new Counted() {
                @Override
                void free() {
                    freed.incrementAndGet();
                }
            };
            List<Callable<Void>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                assertThat(shared.retain()).isTrue();
                all.add(() -> {
                    start.await();
                    for (int j = 0; j < 4000; j++) {
                        if (j == 3000) {
                            shared.release(); // its own: from here on it may be gone
                        }
                        if (!shared.retain()) {
                            assertThat(j).as("gone though it was held").isGreaterThanOrEqualTo(3000);
                            break;
                        }
                        if (freed.get() > 0) {
                            throw new AssertionError("freed while it was held");
                        }
                        shared.release();
                    }
                    return null;
                });
            }
            shared.release();
            together(all);
            assertThat(freed.get()).as("once").isEqualTo(1);
            assertThat(shared.retain()).isFalse();
        }
    }

    /** What does not fit is a window: longer than an object may be, and than the whole store. */
    @Test
    void aWindowMovesOnWithItsReaders() throws Exception {
        for (int round = 0; round < 5; round++) {
            int bytes = (int) BYTES_MAX * 2;
            Thing thing = new Thing(store.blob(-1), seed + round);
            assertThat(store.put(Things.probe("/a"), thing, null)).isTrue();
            CountDownLatch followers = new CountDownLatch(THREADS - 1);
            List<Callable<Void>> all = new ArrayList<>();
            for (int i = 1; i < THREADS; i++) {
                all.add(new Follower(bytes, false, followers));
            }
            all.add(() -> {
                assertThat(followers.await(30, TimeUnit.SECONDS)).isTrue();
                writeWindow(thing, bytes);
                return null;
            });
            together(all);
            assertThat(store.bytes()).as("what all are past is gone").isLessThanOrEqualTo(OBJECT_BYTES_MAX);
            thing.release();
            assertThat(store.bytes()).isZero();
        }
    }

    private void writeWindow(Thing thing, int bytes) throws InterruptedException {
        Semaphore room = new Semaphore(0);
        ByteBuffer content = Things.content(thing.seed, bytes);
        boolean window = false;
        for (int at = 0; at < bytes; ) {
            int end = Math.min(bytes, at + 10_000);
            int taken = thing.blob.append(content, at, end);
            at += taken;
            if (at < end) {
                if (!window) {
                    window = store.remove(thing);
                    thing.blob.toWindow();
                    thing.blob.onMoved(room::release);
                }
                room.drainPermits();
                assertThat(thing.blob.trim()).isEqualTo(THREADS - 1);
                taken = thing.blob.append(content, at, end);
                at += taken;
                if (taken == 0) {
                    assertThat(room.tryAcquire(30, TimeUnit.SECONDS)).as("is told when a reader moves on").isTrue();
                }
            }
        }
        thing.blob.complete();
    }

    @Test
    void readersComeAndGoAsTheEndComes() throws Exception {
        for (int round = 0; round < 300; round++) {
            Blob blob = store.blob(-1);
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<Callable<Void>> all = new ArrayList<>();
            for (int i = 1; i < THREADS; i++) {
                all.add(() -> {
                    start.await();
                    for (boolean ended = false; !ended; ) {
                        Blob.Reader one = () -> {};
                        Blob.Reader other = () -> {};
                        ended = blob.isComplete();
                        assertThat(blob.follow(one) && blob.follow(other)).isTrue();
                        blob.leave(other);
                        blob.leave(one);
                    }
                    return null;
                });
            }
            all.add(() -> {
                start.await();
                for (int i = 0; i < 100; i++) {
                    assertThat(blob.append(ByteBuffer.allocate(1), 0, 1)).isEqualTo(1);
                }
                blob.complete();
                return null;
            });
            together(all);
            blob.release();
        }
    }

    @Test
    void manyPutUnderOneKey() throws Exception {
        Probe key = Things.probe("/same");
        List<List<Thing>> made = new ArrayList<>();
        List<Callable<Void>> all = new ArrayList<>();
        AtomicInteger put = new AtomicInteger();
        for (int i = 0; i < THREADS; i++) {
            List<Thing> mine = new ArrayList<>();
            made.add(mine);
            Random random = new Random(seed + i);
            all.add(() -> {
                for (int step = 0; step < 2000; step++) {
                    Resident[] found = store.find(key);
                    assertThat(found).hasSizeLessThanOrEqualTo(Store.VARIANTS_MAX).doesNotHaveDuplicates();
                    Thing thing = Things.thing(store, random.nextLong(), random.nextInt(2000), true);
                    boolean replaces = found.length > 0 && random.nextBoolean();
                    if (store.put(key, thing, replaces ? found[random.nextInt(found.length)] : null)) {
                        put.incrementAndGet();
                    }
                    mine.add(thing);
                    thing.release();
                }
                return null;
            });
        }
        together(all);
        assertThat(put.get()).as("there was room for each").isEqualTo(THREADS * 2000);
        Resident[] left = store.find(key);
        assertThat(left).hasSize(store.residents()).doesNotHaveDuplicates().hasSizeBetween(1, Store.VARIANTS_MAX);
        assertThat(made.stream().flatMap(List::stream).filter(Thing::isHeld)).as("the others are gone").containsExactlyInAnyOrderElementsOf(things(left));
        for (Resident each : left) {
            check((Thing) each);
        }
    }

    private static List<Thing> things(Resident[] residents) {
        return Arrays.stream(residents).map(each -> (Thing) each).toList();
    }

    /** Reads what is published of a thing, to which the caller has a reference. */
    private static void check(Thing thing) {
        long length = thing.blob.length();
        long at = read(thing.blob, Things.bytes(thing.seed, (int) length), 0, length);
        assertThat(at).isEqualTo(length);
    }

    /** Compares the bytes {@code [position, end)} in the pieces they lie in, and returns how far it came. */
    private static long read(Blob blob, byte[] expected, long position, long end) {
        long at = position;
        while (at < end) {
            ByteBuffer memory = blob.bufferAt(at);
            int from = blob.indexAt(at);
            int to = (int) Math.min(blob.endAt(at), from + end - at);
            assertThat(to).isGreaterThan(from);
            byte[] found = new byte[to - from];
            memory.get(from, found);
            if (!Arrays.equals(found, 0, found.length, expected, (int) at, (int) at + found.length)) {
                throw new AssertionError("another's bytes at " + at + " of " + end);
            }
            at += found.length;
        }
        return at;
    }

    /** Runs them at the same time and fails with the first failure of any. */
    private void together(List<? extends Callable<Void>> all) throws Exception {
        List<Future<Void>> running = new ArrayList<>();
        for (Callable<Void> each : all) {
            running.add(threads.submit(each));
        }
        for (Future<Void> each : running) {
            try {
                each.get(120, TimeUnit.SECONDS);
            } catch (Exception failure) {
                throw new AssertionError("with -Dfuzz.seed=" + seed, failure);
            }
        }
    }
}
