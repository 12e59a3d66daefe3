package weir.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import weir.h1.HttpLimits;
import weir.h1.OriginConnection;
import weir.http.OriginStream;
import weir.http.ResponseHandler;
import weir.net.EventLoop;
import weir.net.Resolver;
import weir.observe.Metrics;
import weir.upstream.Origin;
import weir.upstream.Pool;
import weir.upstream.PoolSettings;

/**
 * The pools of the running configuration. A reload keeps a pool whose settings are the same, with its connections and
 * counters; others are built anew and the old ones retired.
 */
final class Pools implements AutoCloseable {
    private static final int FIELDS_MAX = 1000;

    private final List<EventLoop> loops;
    private final Resolver resolver;
    private final Metrics metrics;
    private Map<String, Entry> current = Map.of();

    private record Entry(Pool pool, List<Resolver.Watch> watches) {
        void close() {
            watches.forEach(Resolver.Watch::close);
        }
    }

    Pools(List<EventLoop> loops, Resolver resolver, Metrics metrics) {
        this.loops = loops;
        this.resolver = resolver;
        this.metrics = metrics;
    }

    /** The pools for a configuration: not in use before {@link #adopt}. */
    Map<String, Pool> prepare(List<PoolSettings> wanted) {
        Map<String, Pool> next = new HashMap<>();
        for (PoolSettings settings : wanted) {
            Entry known = current.get(settings.name());
            boolean same = known != null && known.pool.settings().equals(settings);
            next.put(settings.name(), same ? known.pool : new Pool(settings, loops.size(), Pools::connect, metrics));
        }
        return next;
    }

    /** These are the pools from now on. */
    void adopt(Map<String, Pool> next) {
        Map<String, Entry> entries = new HashMap<>();
        next.forEach((name, pool) -> {
            Entry known = current.get(name);
            entries.put(name, known != null && known.pool.equals(pool) ? known : new Entry(pool, watch(pool)));
        });
        for (Map.Entry<String, Entry> old : current.entrySet()) {
            if (!old.getValue().equals(entries.get(old.getKey()))) {
                retire(old.getValue());
            }
        }
        current = entries;
    }

    private void retire(Entry entry) {
        entry.close();
        for (EventLoop loop : loops) {
            loop.executeSurely(() -> entry.pool.retire(loop));
        }
    }

    private List<Resolver.Watch> watch(Pool pool) {
        List<Resolver.Watch> watches = new ArrayList<>();
        for (Origin origin : pool.origins()) {
            String host = origin.server().host();
            InetAddress literal = Resolver.literal(host);
            if (literal != null) {
                origin.addresses(new InetAddress[] {literal});
            } else {
                watches.add(resolver.watch(host, pool.settings().resolveNanos(), origin::addresses));
            }
        }
        return watches;
    }

    private static OriginStream connect(EventLoop loop, InetSocketAddress address, PoolSettings settings, ResponseHandler handler)
            throws IOException {
        HttpLimits limits = new HttpLimits(settings.headBytesMax(), FIELDS_MAX, Math.min(64, settings.headBytesMax()),
                settings.responseNanos(), settings.keepAliveNanos(), settings.idleNanos(), true);
        return OriginConnection.connect(loop, address, limits, settings.connectNanos(), handler);
    }

    @Override
    public void close() {
        adopt(Map.of());
    }
}
