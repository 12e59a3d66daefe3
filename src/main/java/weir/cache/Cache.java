package weir.cache;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import weir.net.EventLoop;
import weir.observe.Counter;
import weir.observe.Metrics;

/** A cache that routes share: what is stored, and what is being fetched. Thread safe. */
public final class Cache {
    private final CacheSettings settings;
    private final Store store;
    private final PurgeRequests purges;
    private volatile boolean ruled;                          // some keys are no URIs
    private final Outdated outdated = new Outdated();
    private final LoopCache[] loops;
    private final Counter[] results = new Counter[Result.values().length];
    private final AtomicLong purgeCount = new AtomicLong();
    private final ConcurrentHashMap<Probe, Fetch> fetches = new ConcurrentHashMap<>();
    private volatile CacheDisk disk;                         // null for none

    /** Takes no memory yet. @param loops all of them, by their index */
    public Cache(CacheSettings settings, List<EventLoop> loops, Metrics metrics) {
        this.settings = settings;
        purges = new PurgeRequests(this);
        store = new Store(settings.name(), settings.bytesMax(), settings.objectBytesMax());
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

    /** How many requests each result had since the start, as {@code hit} and so on. */
    public Map<String, Long> results() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Result result : Result.values()) {
            counts.put(result.text(), results[result.ordinal()].sum());
        }
        return counts;
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

    /** Its disk tier; null for none. */
    public DiskTier tier() {
        CacheDisk there = disk;
        return there == null ? null : there.tier();
    }

    /** Has a disk tier from now on. @param tier of its settings, and no other cache's; null: none any more */
    public void attach(DiskTier tier) {
        CacheDisk before = disk;
        disk = tier == null ? null : new CacheDisk(settings, store, tier);
        if (before != null) {
            before.retire();
        }
    }

    /** Between its memory and its disk; null for none. */
    CacheDisk disk() {
        return disk;
    }

    /** What is stored under a key goes, and what is being fetched for it is not stored. */
    void invalidate(Probe key) {
        Fetch running = fetches.get(key);
        if (running != null) {
            running.outdate();
        }
        CacheDisk there = disk;
        if (there == null) {
            store.removeAll(key);
            return;
        }
        Probe frozen = key.frozen();
        there.remove(frozen);                                // in this order: see CacheDisk
        store.removeAll(frozen);
        there.remove(frozen);
    }

    /** The origin has something else now than a stored response: that goes, and on the disk all under the key. @param key frozen */
    void drop(Probe key, Stored stored) {
        CacheDisk there = stored.part() == null ? disk : null;       // parts are in memory only
        if (there != null) {
            there.remove(key);
        }
        store.remove(stored);
        if (there != null) {
            there.remove(key);
        }
    }

    /** A stored response is about to be put. @param key frozen */
    void note(Probe key, Stored stored) {
        CacheDisk there = disk;
        if (there != null) {
            stored.noteRemovals(there.removals(key));
        }
    }

    /** A stored response has come to its end. @param key frozen */
    void keep(Probe key, Stored stored) {
        store.reweigh(stored);
        CacheDisk there = disk;
        if (there != null) {
            there.write(key, stored);
        }
    }

    /** A stored response was confirmed. @param key frozen @param before in whose place it is */
    void keepAgain(Probe key, Stored stored, Stored before) {
        CacheDisk there = disk;
        if (there != null) {
            there.writeAgain(key, stored, before);
        }
    }

    /**
     * Takes out what an operator wants to be gone, and keeps what is being fetched from being stored. Looks at all there is, but for one
     * URL: not on a loop.
     *
     * @param soft it stays and is stale, for validation, stale-while-revalidate and stale-if-error, but for what lies on the disk: that goes
     */
    public Purged purge(Purge what, boolean soft) {
        purgeCount.incrementAndGet();
        fetches.forEach((shared, fetch) -> {
            if (what.mayTake(fetch.key().frozenBytes())) {
                fetch.outdate();
            }
        });
        CacheDisk there = disk;
        Probe only = ruled ? null : what.only();
        if (there == null) {
            return new Purged(purgeMemory(what, only, soft), 0, false, false);
        }
        if (only != null) {
            Probe key = only.frozen();
            int before = there.remove(key);                  // in this order: see CacheDisk
            int count = purgeMemory(what, only, soft);
            return new Purged(count, before + there.remove(key), false, false);
        }
        there.announce(what);
        int count = purgeMemory(what, null, soft);
        boolean walks = there.removeIf(what);
        return new Purged(count, 0, walks, !walks);
    }

    private int purgeMemory(Purge what, Probe only, boolean soft) {
        long nowMillis = System.currentTimeMillis();
        int[] count = new int[1];
        BiConsumer<byte[], Resident> each = (key, resident) -> {
            Stored stored = (Stored) resident;
            if (what.takes(key, stored)) {
                count[0]++;
                if (soft) {
                    stored.expire(nowMillis);
                } else {
                    store.remove(stored);
                }
            }
        };
        if (only == null) {
            store.forEach(each);
        } else {
            for (Resident resident : store.find(only)) {
                if (resident.retain()) {
                    each.accept(only.frozen().frozenBytes(), resident);
                    resident.release();
                }
            }
        }
        return count[0];
    }

    /** How many purges have begun. */
    long purgeCount() {
        return purgeCount.get();
    }

    /** What was invalidated lately, by path. */
    Outdated outdated() {
        return outdated;
    }

    /** A route keeps responses here under keys that are no URIs, from now on. */
    void usesRules() {
        ruled = true;
    }

    PurgeRequests purges() {
        return purges;
    }

    Store store() {
        return store;
    }

    LoopCache at(EventLoop loop) {
        return loops[loop.index()];
    }

    /** The fetches that run: those of what is stored under a key by that, others by it and {@link Fetch#shared what tells them apart}. */
    ConcurrentHashMap<Probe, Fetch> fetches() {
        return fetches;
    }
}
