package weir.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import weir.cache.Cache;
import weir.cache.CacheSettings;
import weir.cache.DiskTier;
import weir.net.EventLoop;
import weir.observe.Journal;
import weir.observe.Metrics;
import weir.observe.Metrics.Kind;

/**
 * The caches of the running configuration. A reload keeps one whose settings are the same, with all that it holds; one that
 * differs starts empty, and what exchanges still read of the old one is freed behind them. Its disk tier stays open when that is the
 * same. A directory has one holder at a time: one that another cache, or the same with another size, has until now is taken when the
 * old one has let go of it, while the new configuration comes into force.
 */
final class Caches {
    /** For all disk tiers together. */
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final List<EventLoop> loops;
    private final Metrics metrics;
    private final Journal journal;
    private volatile Map<String, Cache> current = Map.of();
    private Map<String, DiskTier> tiers = Map.of();          // of these, by name

    Caches(List<EventLoop> loops, Metrics metrics, Journal journal) {
        this.loops = loops;
        this.metrics = metrics;
        this.journal = journal;
        family("weir_cache_bytes", "Memory of stored responses in use, in bytes.", Kind.GAUGE, Cache::bytes);
        family("weir_cache_stored_responses", "Stored responses that can be found.", Kind.GAUGE, Cache::storedResponses);
        family("weir_cache_evictions_total", "Stored responses that went to make room.", Kind.COUNTER, Cache::evictions);
        diskFamily("weir_cache_disk_bytes", "Files of the disk tier, in bytes.", Kind.GAUGE, DiskTier::bytes);
        diskFamily("weir_cache_disk_stored_responses", "Stored responses on the disk.", Kind.GAUGE, DiskTier::entries);
        diskFamily("weir_cache_disk_reads_total", "Stored responses that were read from the disk.", Kind.COUNTER, DiskTier::reads);
        diskFamily("weir_cache_disk_writes_total", "Stored responses that were written to the disk.", Kind.COUNTER, DiskTier::writes);
        diskFamily("weir_cache_disk_dropped_total", "Stored responses that were not written to the disk: too much waited, or it failed.", Kind.COUNTER, DiskTier::dropped);
        diskFamily("weir_cache_disk_evictions_total", "Stored responses on the disk that went to make room.", Kind.COUNTER, DiskTier::evictions);
        diskFamily("weir_cache_disk_errors_total", "Errors of the disk, and what lay there damaged.", Kind.COUNTER, DiskTier::errors);
    }

    private void family(String name, String help, Kind kind, ToDoubleFunction<Cache> read) {
        metrics.family(name, help, kind, rows -> current.forEach((cache, of) -> rows.row(read.applyAsDouble(of), "cache", cache)));
    }

    private void diskFamily(String name, String help, Kind kind, ToDoubleFunction<DiskTier> read) {
        metrics.family(name, help, kind, rows -> current.forEach((cache, of) -> {
            DiskTier tier = of.tier();
            if (tier != null) {
                rows.row(read.applyAsDouble(tier), "cache", cache);
            }
        }));
    }

    /** Those of the running configuration. Any thread. */
    Collection<Cache> all() {
        return current.values();
    }

    /** The caches of a configuration, not in use as yet. */
    final class Prepared {
        private final Map<String, Cache> caches = new LinkedHashMap<>();
        private final Map<String, DiskTier> opened = new HashMap<>();
        private final Map<String, DiskTier> kept = new HashMap<>();
        private final List<CacheSettings> later = new ArrayList<>();     // to be opened when the directory is free

        Map<String, Cache> caches() {
            return caches;
        }

        /** They will not be used. */
        void discard() {
            close(opened.values());
        }

        private void add(CacheSettings settings) throws IOException {
            Cache known = current.get(settings.name());
            caches.put(settings.name(), known != null && known.settings().equals(settings) ? known : new Cache(settings, loops, metrics));
            DiskTier tier = tiers.get(settings.name());
            if (settings.disk() == null) {
                return;
            }
            if (tier != null && tier.settings().equals(settings.disk())) {
                kept.put(settings.name(), tier);
            } else if (tiers.values().stream().anyMatch(each -> each.settings().directory().equals(settings.disk().directory()))) {
                later.add(settings);
            } else {
                opened.put(settings.name(), DiskTier.open(settings, journal));
            }
        }

        /** These are the caches from now on; before anything is asked of them. */
        void adopt() {
            Map<String, Cache> before = current;
            Map<String, DiskTier> next = new HashMap<>(kept);
            next.putAll(opened);
            before.forEach((name, cache) -> {
                if (caches.get(name) != cache || !next.containsKey(name)) {
                    cache.attach(null);
                }
            });
            close(tiers.values().stream().filter(tier -> !next.containsValue(tier)).toList());
            for (CacheSettings settings : later) {
                try {
                    next.put(settings.name(), DiskTier.open(settings, journal));
                } catch (IOException e) {                    // the old one let go of it a moment ago: nearly never
                    journal.error(e.getMessage() + "; the cache goes on without until the next start");
                }
            }
            next.forEach((name, tier) -> {
                Cache cache = caches.get(name);
                if (cache.tier() != tier) {
                    cache.attach(tier);
                }
            });
            tiers = next;
            current = Map.copyOf(caches);
        }
    }

    /**
     * Makes ready for a configuration.
     *
     * @throws IOException a directory cannot be used; nothing has changed
     */
    Prepared prepare(List<CacheSettings> wanted) throws IOException {
        Prepared next = new Prepared();
        try {
            for (CacheSettings settings : wanted) {
                next.add(settings);
            }
        } catch (IOException e) {
            next.discard();
            throw e;
        }
        return next;
    }

    /** Has what waits written, for at most some seconds, and gives the directories back. When no loop runs any more. */
    void close() {
        close(tiers.values());
        tiers = Map.of();
    }

    private static void close(Collection<DiskTier> those) {
        long end = System.nanoTime() + CLOSE_NANOS;
        for (DiskTier tier : those) {                        // the others write on meanwhile
            tier.close(Math.max(0, end - System.nanoTime()));
        }
    }
}
