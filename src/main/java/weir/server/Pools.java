package weir.server;

import java.io.IOException;
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
import weir.upstream.IdleBudget;
import weir.upstream.Membership;
import weir.upstream.OriginConnector;
import weir.upstream.Pool;
import weir.upstream.PoolSettings;

/**
 * The pools of the running configuration. A reload keeps a pool whose settings are the same, or differ in its servers only,
 * with connections, health and counters; others are built anew, and take over how their servers stand.
 */
final class Pools implements AutoCloseable {
    private static final int FIELDS_MAX = 1000;

    private final List<EventLoop> loops;
    private final IdleBudget idle;
    private final Resolver resolver;
    private final Tls tls;
    private final Metrics metrics;
    private final Changes changes = new Changes();
    private volatile Map<String, Entry> current = Map.of();

    /** @param protection null for connections in clear */
    private record Entry(Pool pool, OriginTls protection) {}

    Pools(List<EventLoop> loops, IdleBudget idle, Resolver resolver, Tls tls, Metrics metrics) {
        this.loops = loops;
        this.idle = idle;
        this.tls = tls;
        this.resolver = resolver;
        this.metrics = metrics;
        new PoolMetrics(this::all).register(metrics);
    }

    /** Those of the running configuration. Any thread. */
    List<Pool> all() {
        return current.values().stream().map(Entry::pool).toList();
    }

    /** What was changed by command; under the lock of this. */
    Changes changes() {
        return changes;
    }

    /** Whether its servers are spoken to by TLS. */
    boolean speaksTls(Pool pool) {
        Entry entry = current.get(pool.settings().name());
        return entry != null && entry.protection != null;
    }

    /** The pools for a configuration: not in use before {@link #adopt}. */
    Prepared prepare(Settings wanted) throws IOException {
        Map<String, Pool> pools = new HashMap<>();
        for (PoolSettings settings : wanted.pools()) {
            OriginTls protection = wanted.originTls().get(settings.name());
            Entry known = current.get(settings.name());
            boolean stays = known != null && known.pool.settings().differsInServersOnly(settings) && Objects.equals(known.protection, protection);
            pools.put(settings.name(), stays ? known.pool
                    : new Pool(settings, loops, connector(settings, protection), idle, metrics, known == null ? null : known.pool));
        }
        return new Prepared(pools, wanted);
    }

    /** Pools by name, and the configuration that they are for. */
    record Prepared(Map<String, Pool> pools, Settings wanted) {}

    /** These are the pools from now on. Under the lock of this, as commands that change one are. */
    synchronized void adopt(Prepared next) {
        Map<String, Entry> before = current;
        Map<String, Entry> entries = new HashMap<>();
        for (PoolSettings settings : next.wanted.pools()) {
            Pool pool = next.pools.get(settings.name());
            Entry known = before.get(settings.name());
            if (known == null || known.pool != pool || !known.pool.settings().equals(settings)) {
                pool.configure(settings, server -> Membership.of(server, resolver, settings.resolveNanos()));
            }
            entries.put(settings.name(), new Entry(pool, next.wanted.originTls().get(settings.name())));
        }
        current = entries;
        changes.adopted(next.wanted, all());
        before.forEach((name, old) -> {
            if (!entries.containsKey(name) || entries.get(name).pool != old.pool) {
                old.pool.close();
            }
        });
    }

    private OriginConnector connector(PoolSettings settings, OriginTls protection) throws IOException {
        HttpLimits limits = new HttpLimits(settings.headBytesMax(), FIELDS_MAX, Math.min(64, settings.headBytesMax()),
                settings.responseNanos(), settings.keepAliveNanos(), settings.idleNanos(), true);
        if (protection == null) {
            return (loop, member, address, handler) ->
                    OriginConnection.connect(loop, EventLoop::connect, address, limits, settings.connectNanos(),
                            settings.proxyProtocol().header(handler), handler);
        }
        long nanos = settings.connectNanos() + protection.handshakeNanos();
        Tls.Dialer dialer = tls.dialerOf(settings, protection);
        return (loop, member, address, handler) -> OriginConnection.connect(loop,
                (own, peer, transport) -> dialer.connect(own, member, peer, settings.proxyProtocol().header(handler), transport), address, limits, nanos, handler);
    }

    @Override
    public synchronized void close() {
        Map<String, Entry> before = current;
        current = Map.of();
        before.values().forEach(entry -> entry.pool.close());
    }
}
