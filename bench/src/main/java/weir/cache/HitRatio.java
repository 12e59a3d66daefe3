package weir.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.LongFunction;

/**
 * How often what is asked for is in the cache: {@code make hit-ratio}. A million requests for 100,000 things, whose popularity
 * is Zipf's and whose sizes are log-normal, to the store as it is, with blobs in its memory; to a cache that gives up what was
 * not used for longest (LRU); and to one that knows the future (Belady's MIN: what is asked for again last goes, or does not even
 * come in). A thing weighs the same in all of them: the units it takes, its key, and what the store reckons for the heap.
 */
public final class HitRatio {
    private static final int KEYS = 100_000;
    private static final int REQUESTS = 1_000_000;
    private static final int SCANS = 20;
    private static final int SCAN_KEYS = 10_000;
    private static final double MEDIAN_BYTES = 2048;
    private static final double SIGMA = 1.5;
    private static final int BYTES_MAX = 1 << 20;
    private static final double[] SKEWS = {0.8, 1.0};
    private static final int[] PERCENTS = {1, 5, 10};

    private HitRatio() {}

    /** @param args the seed, or none for 1 */
    public static void main(String[] args) {
        long seed = args.length == 0 || args[0].isBlank() ? 1 : Long.parseLong(args[0].strip());
        System.out.printf(Locale.ROOT, "%,d requests for %,d things, sizes log-normal (median %.0f bytes, sigma %s), seed %d%n", REQUESTS, KEYS, MEDIAN_BYTES, SIGMA, seed);
        System.out.printf(Locale.ROOT, "Scans: after every %,d requests %,d things in one go that are asked for once and not counted%n%n", REQUESTS / SCANS, SCAN_KEYS);
        System.out.println("| Zipf | scans | cache | LRU | weir | Belady | bytes: LRU | weir | Belady |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        int[] sizes = sizes(new Random(seed));
        for (double skew : SKEWS) {
            for (boolean scans : List.of(false, true)) {
                Trace trace = new Trace(requests(new Random(seed), skew, scans), sizes);
                for (int percent : PERCENTS) {
                    print(trace, skew, scans, percent);
                }
            }
        }
    }

    private static void print(Trace trace, double skew, boolean scans, int percent) {
        long bytesMax = trace.bytesOfAll() * percent / 100;
        List<LongFunction<Policy>> policies = List.of(max -> new Lru(max, trace), max -> new Ours(max, trace), max -> new Belady(max, trace));
        StringBuilder things = new StringBuilder();
        StringBuilder bytes = new StringBuilder();
        for (LongFunction<Policy> policy : policies) {
            Figures figures = trace.run(policy.apply(bytesMax));
            things.append(String.format(Locale.ROOT, " %.1f %% |", 100.0 * figures.hits / figures.requests));
            bytes.append(String.format(Locale.ROOT, " %.1f %% |", 100.0 * figures.hitBytes / figures.bytes));
        }
        System.out.printf(Locale.ROOT, "| %.1f | %s | %d %%, %d MiB |%s%s%n", skew, scans ? "yes" : "no", percent, bytesMax >> 20, things, bytes);
    }

    private static int[] sizes(Random random) {
        int[] sizes = new int[KEYS + SCANS * SCAN_KEYS];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = (int) Math.max(1, Math.min(BYTES_MAX, MEDIAN_BYTES * StrictMath.exp(SIGMA * random.nextGaussian())));
        }
        return sizes;
    }

    /** Keys in the order they are asked for: the lower the number, the more often; those of scans come after the others. */
    private static int[] requests(Random random, double skew, boolean scans) {
        double[] upTo = new double[KEYS];
        double sum = 0;
        for (int i = 0; i < KEYS; i++) {
            sum += 1 / StrictMath.pow(i + 1, skew);
            upTo[i] = sum;
        }
        int[] requests = new int[REQUESTS + (scans ? SCANS * SCAN_KEYS : 0)];
        int at = 0;
        int scanned = KEYS;
        for (int i = 1; i <= REQUESTS; i++) {
            int found = Arrays.binarySearch(upTo, random.nextDouble() * sum);
            requests[at++] = Math.min(KEYS - 1, found < 0 ? -found - 1 : found);
            if (scans && i % (REQUESTS / SCANS) == 0) {
                for (int j = 0; j < SCAN_KEYS; j++) {
                    requests[at++] = scanned++;
                }
            }
        }
        return requests;
    }

    /** Who decides what is kept. */
    private interface Policy {
        /** Returns whether it is there; when it is not it may be kept. @param at the number of the request */
        boolean request(int key, int at);
    }

    private static final class Figures {
        long requests;
        long hits;
        long bytes;
        long hitBytes;
    }

    private record Trace(int[] requests, int[] sizes) {
        private static final int KEY_BYTES = Integer.BYTES;

        /** What a thing weighs. */
        int weight(int key) {
            return Arena.unitsOf(sizes[key]) * Arena.UNIT_BYTES + Resident.HEAP_BYTES + KEY_BYTES;
        }

        long bytesOfAll() {
            long sum = 0;
            for (int key = 0; key < KEYS; key++) {
                sum += weight(key);
            }
            return sum;
        }

        Figures run(Policy policy) {
            Figures figures = new Figures();
            for (int at = 0; at < requests.length; at++) {
                int key = requests[at];
                boolean hit = policy.request(key, at);
                if (key < KEYS) {
                    figures.requests++;
                    figures.bytes += sizes[key];
                    figures.hits += hit ? 1 : 0;
                    figures.hitBytes += hit ? sizes[key] : 0;
                }
            }
            return figures;
        }
    }

    /** The store. The hash of its keys has a secret of the process; here it is set, so that the same seed gives the same figures. */
    private static final class Ours implements Policy {
        private static final ByteBuffer CONTENT = ByteBuffer.allocateDirect(BYTES_MAX);
        private static final VarHandle HASH = fieldOfProbe("hash", long.class);
        private static final VarHandle HASHED = fieldOfProbe("hashed", boolean.class);

        private final Trace trace;
        private final Store store;
        private final Probe probe = new Probe();

        Ours(long bytesMax, Trace trace) {
            this.trace = trace;
            store = new Store("bench", bytesMax, BYTES_MAX);
        }

        @Override
        public boolean request(int key, int at) {
            probe.reset().put((byte) (key >>> 24)).put((byte) (key >>> 16)).put((byte) (key >>> 8)).put((byte) key);
            HASH.set(probe, new SplittableRandom(key).nextLong());
            HASHED.set(probe, true);
            Resident[] found = store.find(probe);
            if (found.length > 0) {
                store.hit(found[0]);
                return true;
            }
            int size = trace.sizes[key];
            Blob blob = store.blob(size);
            boolean whole = blob.append(CONTENT, 0, size) == size;
            if (whole) {
                blob.complete();
            } else {
                blob.fail();
            }
            Thing thing = new Thing(blob);
            if (whole) {
                store.put(probe, thing, null);
            }
            thing.release();
            return false;
        }

        private static VarHandle fieldOfProbe(String name, Class<?> type) {
            try {
                return MethodHandles.privateLookupIn(Probe.class, MethodHandles.lookup()).findVarHandle(Probe.class, name, type);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
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
    }

    private static final class Lru implements Policy {
        private final Trace trace;
        private final LinkedHashMap<Integer, Integer> weights = new LinkedHashMap<>(16, 0.75f, true);
        private long left;

        Lru(long bytesMax, Trace trace) {
            this.trace = trace;
            left = bytesMax;
        }

        @Override
        public boolean request(int key, int at) {
            if (weights.get(key) != null) {
                return true;
            }
            int weight = trace.weight(key);
            left -= weight;
            weights.put(key, weight);
            var oldest = weights.values().iterator();
            while (left < 0) {
                left += oldest.next();
                oldest.remove();
            }
            return false;
        }
    }

    /** With things of one size nobody does better; with different sizes the best is too hard to find, and this is close to it. */
    private static final class Belady implements Policy {
        private final Trace trace;
        private final int[] next; // the number of the next request for the same key
        private final Map<Integer, Integer> kept = new HashMap<>(); // key to the number of its next request
        private final PriorityQueue<Long> last = new PriorityQueue<>(); // that number inverted, then the key; may be out of date
        private long left;

        Belady(long bytesMax, Trace trace) {
            this.trace = trace;
            left = bytesMax;
            next = new int[trace.requests.length];
            int[] seen = new int[trace.sizes.length];
            Arrays.fill(seen, Integer.MAX_VALUE);
            for (int at = next.length - 1; at >= 0; at--) {
                next[at] = seen[trace.requests[at]];
                seen[trace.requests[at]] = at;
            }
        }

        @Override
        public boolean request(int key, int at) {
            boolean hit = kept.put(key, next[at]) != null;
            left -= hit ? 0 : trace.weight(key);
            last.add((long) ~next[at] << Integer.SIZE | key);
            while (left < 0) {
                long entry = last.remove();
                if (kept.remove((int) entry, (int) ~(entry >> Integer.SIZE))) {
                    left += trace.weight((int) entry);
                }
            }
            return hit;
        }
    }
}
