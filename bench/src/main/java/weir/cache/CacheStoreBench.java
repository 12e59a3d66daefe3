package weir.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A hit: the key out of a request's bytes, found, retained, counted, released, by two threads that ask for all the same things;
 * against a LinkedHashMap in order of access under its lock, which is what an LRU cache in Java is made of at first.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
@Threads(2)
public class CacheStoreBench {
    private static final int KEY_BYTES = 40;

    /** How many things there are. */
    @Param({"100", "100000"})
    public int things;

    private final Store store = new Store("bench", 256 << 20, 1 << 20);
    private final Map<String, Resident> lru = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true));
    private ByteBuffer keys; // one behind the other

    /** What a loop has of its own. */
    @State(Scope.Thread)
    public static class Loop {
        private final Probe probe = new Probe();
        private final byte[] key = new byte[KEY_BYTES];
        private final SplittableRandom random = new SplittableRandom(Thread.currentThread().getId());
    }

    private static final class Thing extends Resident {
        private final Blob blob;

        Thing(Blob blob) {
            this.blob = blob;
        }

        @Override
        long bytes() {
            return HEAP_BYTES + blob.bytes();
        }

        @Override
        void free() {
            blob.release();
        }
    }

    @Setup
    public void fill() {
        keys = ByteBuffer.allocateDirect(things * KEY_BYTES);
        ByteBuffer content = ByteBuffer.allocate(1000);
        for (int i = 0; i < things; i++) {
            String key = String.format("https://www.example.com/items/%010d", i);
            keys.put(i * KEY_BYTES, key.getBytes(StandardCharsets.US_ASCII));
            Blob blob = store.blob(1000);
            blob.append(content, 0, 1000);
            blob.complete();
            Thing thing = new Thing(blob);
            if (!store.put(new Probe().put(key), thing, null)) {
                throw new AssertionError("no room");
            }
            lru.put(key, thing);
        }
    }

    @Benchmark
    public long hit(Loop loop) {
        int at = loop.random.nextInt(things) * KEY_BYTES;
        Resident[] found = store.find(loop.probe.reset().put(keys, at, at + KEY_BYTES));
        Resident thing = found[0];
        if (!thing.retain()) {
            throw new AssertionError("gone");
        }
        store.hit(thing);
        long length = ((Thing) thing).blob.length();
        thing.release();
        return length;
    }

    @Benchmark
    public long miss(Loop loop) {
        int at = loop.random.nextInt(things) * KEY_BYTES;
        return store.find(loop.probe.reset().put(keys, at, at + KEY_BYTES).put((byte) 'x')).length;
    }

    /** The baseline. */
    @Benchmark
    public long hitOfLinkedHashMap(Loop loop) {
        keys.get(loop.random.nextInt(things) * KEY_BYTES, loop.key);
        return ((Thing) lru.get(new String(loop.key, StandardCharsets.ISO_8859_1))).blob.length();
    }
}
