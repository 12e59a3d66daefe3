package weir.cache;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import weir.net.EventLoop;
import weir.observe.Counter;
import weir.observe.Metrics;

/** A cache that routes share: what is stored, and what is being fetched. Thread safe. */
public final class Cache {
    private final CacheSettings settings;
    private final Store store;
    private final LoopCache[] loops;
    private final ConcurrentHashMap<Probe, Fetch> fetches = new ConcurrentHashMap<>();

    /** Takes no memory yet. @param loops all of them, by their index */
    public Cache(CacheSettings settings, List<EventLoop> loops, Metrics metrics) {
        this.settings = settings;
        store = new Store(settings.name(), settings.bytesMax(), settings.objectBytesMax());
        Counter[] results = new Counter[Result.values().length];
        for (Result result : Result.values()) {
            results[result.ordinal()] = metrics.counter("weir_cache_requests_total", "Requests on routes with a cache, by what it did.",
                    "cache", settings.name(), "result", result.text());
        }
        this.loops = new LoopCache[loops.size()];
        for (int i = 0; i < this.loops.length; i++) {
            this.loops[i] = new LoopCache(this, loops.get(i), results);
        }
    }

    public CacheSettings settings() {
        return settings;
    }

    /** Off-heap bytes in use, and what residents take on the heap; at most {@code bytesMax} of the settings. */
    public long bytes() {
        return store.bytes();
    }

    /** How many responses are stored. */
    public int storedResponses() {
        return store.residents();
    }

    /** How many went to make room. */
    public long evictions() {
        return store.evictions();
    }

    /** What is stored under a key goes, and what is being fetched for it is not stored. @return how many responses went */
    int invalidate(Probe key) {
        Fetch running = fetches.get(key);
        if (running != null) {
            running.outdate();
        }
        return store.removeAll(key);
    }

    Store store() {
        return store;
    }

    LoopCache at(EventLoop loop) {
        return loops[loop.index()];
    }

    /** The fetches that others may join, by key. */
    ConcurrentHashMap<Probe, Fetch> fetches() {
        return fetches;
    }
}
