package weir.server;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import weir.config.Settings;
import weir.h1.HttpLimits;
import weir.h1.OriginConnection;
import weir.net.EventLoop;
import weir.net.Resolver;
import weir.observe.Metrics;
import weir.tls.OriginTls;
import weir.upstream.Origin;
import weir.upstream.OriginConnector;
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
    private final Tls tls;
    private final Metrics metrics;
    private Map<String, Entry> current = Map.of();

    /** @param protection null for connections in clear */
    private record Entry(Pool pool, OriginTls protection, List<Resolver.Watch> watches) {
        void close() {
            watches.forEach(Resolver.Watch::close);
        }
    }

    Pools(List<EventLoop> loops, Resolver resolver, Tls tls, Metrics metrics) {
        this.loops = loops;
        this.tls = tls;
        this.resolver = resolver;
        this.metrics = metrics;
    }

    /** The pools for a configuration: not in use before {@link #adopt}. */
    Prepared prepare(Settings wanted) throws IOException {
        Map<String, Pool> pools = new HashMap<>();
        for (PoolSettings settings : wanted.pools()) {
            OriginTls protection = wanted.originTls().get(settings.name());
            Entry known = current.get(settings.name());
            boolean same = known != null && known.pool.settings().equals(settings) && Objects.equals(known.protection, protection);
            pools.put(settings.name(), same ? known.pool : new Pool(settings, loops.size(), connector(settings, protection), metrics));
        }
        return new Prepared(pools, wanted.originTls());
    }

    /** Pools by name, and how their servers are spoken to where that is not in clear. */
    record Prepared(Map<String, Pool> pools, Map<String, OriginTls> protections) {}

    /** These are the pools from now on. */
    void adopt(Prepared next) {
        Map<String, Entry> entries = new HashMap<>();
        next.pools.forEach((name, pool) -> {
            Entry known = current.get(name);
            entries.put(name, known != null && known.pool.equals(pool) ? known : new Entry(pool, next.protections.get(name), watch(pool)));
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

    private OriginConnector connector(PoolSettings settings, OriginTls protection) throws IOException {
        HttpLimits limits = new HttpLimits(settings.headBytesMax(), FIELDS_MAX, Math.min(64, settings.headBytesMax()),
                settings.responseNanos(), settings.keepAliveNanos(), settings.idleNanos(), true);
        if (protection == null) {
            return (loop, server, address, handler) ->
                    OriginConnection.connect(loop, EventLoop::connect, address, limits, settings.connectNanos(), handler);
        }
        long nanos = settings.connectNanos() + protection.handshakeNanos();
        Map<PoolSettings.Server, EventLoop.Connector> protectedServers = tls.connectors(settings, protection);
        return (loop, server, address, handler) ->
                OriginConnection.connect(loop, protectedServers.get(server), address, limits, nanos, handler);
    }

    @Override
    public void close() {
        adopt(new Prepared(Map.of(), Map.of()));
    }
}
