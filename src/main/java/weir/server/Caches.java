package weir.server;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import weir.cache.Cache;
import weir.cache.CacheSettings;
import weir.net.EventLoop;
import weir.observe.Metrics;
import weir.observe.Metrics.Kind;

/**
 * The caches of the running configuration. A reload keeps one whose settings are the same, with all that it holds; one that
 * differs starts empty, and what exchanges still read of the old one is freed behind them.
 */
final class Caches {
    private final List<EventLoop> loops;
    private final Metrics metrics;
    private volatile Map<String, Cache> current = Map.of();

    Caches(List<EventLoop> loops, Metrics metrics) {
        this.loops = loops;
        this.metrics = metrics;
        family("weir_cache_bytes", "Memory of stored responses in use, in bytes.", Kind.GAUGE, Cache::bytes);
        family("weir_cache_stored_responses", "Stored responses that can be found.", Kind.GAUGE, Cache::storedResponses);
        family("weir_cache_evictions_total", "Stored responses that went to make room.", Kind.COUNTER, Cache::evictions);
    }

    private void family(String name, String help, Kind kind, ToDoubleFunction<Cache> read) {
        metrics.family(name, help, kind, rows -> current.forEach((cache, of) -> rows.row(read.applyAsDouble(of), "cache", cache)));
    }

    /** Those of the running configuration. Any thread. */
    Collection<Cache> all() {
        return current.values();
    }

    /** The caches for a configuration: not in use before {@link #adopt}. */
    Map<String, Cache> prepare(List<CacheSettings> wanted) {
        Map<String, Cache> next = new HashMap<>();
        for (CacheSettings settings : wanted) {
            Cache known = current.get(settings.name());
            next.put(settings.name(), known != null && known.settings().equals(settings) ? known : new Cache(settings, loops, metrics));
        }
        return next;
    }

    /** These are the caches from now on. */
    void adopt(Map<String, Cache> next) {
        current = Map.copyOf(next);
    }
}
