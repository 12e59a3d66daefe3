package weir.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import weir.tls.OriginTls;
import weir.upstream.BalanceSettings;
import weir.upstream.HealthSettings;
import weir.upstream.LimitSettings;
import weir.upstream.PoolSettings;
import weir.upstream.ProxyProtocol;
import weir.upstream.RetrySettings;
import weir.upstream.Server;

/** Fills the records of pools in: those of {@code pool.NAME}, and those of addresses that routes have in place. */
final class PoolBinder {
    private final Entries entries;
    private final Problems problems;
    private final TlsBinder tls;
    private final Map<String, PoolSettings> pools = new LinkedHashMap<>();
    private final Map<String, OriginTls> originTls = new LinkedHashMap<>();

    PoolBinder(Entries entries, Problems problems, TlsBinder tls) {
        this.entries = entries;
        this.problems = problems;
        this.tls = tls;
    }

    /** Reads every {@code pool.NAME}. */
    void read() {
        for (String name : entries.names("pool")) {
            pool(name).ifPresent(pool -> pools.put(name, pool));
        }
    }

    /** All pools so far, in order. */
    List<PoolSettings> pools() {
        return List.copyOf(pools.values());
    }

    /** How the servers of a pool are spoken to, where that is not in clear. */
    Map<String, OriginTls> originTls() {
        return originTls;
    }

    private Optional<PoolSettings> pool(String name) {
        Optional<Value<List<PoolServer>>> value = entries.value(Keys.POOL, name);
        if (value.isEmpty() || value.get().parsed().isEmpty()) {
            return Optional.empty();
        }
        List<PoolServer> written = value.get().parsed().get();
        if (written.stream().anyMatch(server -> server.tls() != written.get(0).tls())) {
            problems.error(value.get().place(), "pool." + name + " has servers with https and without", "make two pools of it");
        }
        OriginTls protection = tls.origin(name, written.get(0).tls());
        if (protection != null) {
            originTls.put(name, protection);
        }
        return Optional.of(poolOf(name, servers(name, written)));
    }

    private List<Server> servers(String pool, List<PoolServer> written) {
        List<Server> servers = new ArrayList<>();
        for (PoolServer server : written) {
            Server next = new Server(server.address().host(), server.address().port(), server.weight());
            if (servers.stream().anyMatch(known -> known.address().equals(next.address()))) {
                problems.error(server.place(), "server " + next.address() + " stands twice in pool." + pool, "give it a weight instead");
            }
            servers.add(next);
        }
        return servers;
    }

    private PoolSettings poolOf(String name, List<Server> servers) {
        OriginTimeouts timeouts = entries.get(Keys.POOL_TIMEOUT, name);
        Duration keepAlive = entries.get(Keys.POOL_KEEP_ALIVE, name);
        int idle = keepAlive.isZero() ? 0 : Math.min(65_535, entries.get(Keys.POOL_IDLE_CONNECTIONS, name));
        return new PoolSettings(name, servers, balance(name), timeouts.connect().toNanos(), timeouts.response().toNanos(),
                timeouts.idle().toNanos(), Math.max(1, keepAlive.toNanos()), idle, retry(name), LimitSettings.NONE, HealthSettings.DEFAULT,
                entries.get(Keys.POOL_RESOLVE, name).toNanos(), Math.toIntExact(entries.get(Keys.POOL_HEAD_MAX, name)), ProxyProtocol.OFF);
    }

    private BalanceSettings balance(String name) {
        return new BalanceSettings(switch (entries.get(Keys.POOL_BALANCE, name)) {
            case "least-requests" -> BalanceSettings.Policy.LEAST_REQUESTS;
            case "random-two" -> BalanceSettings.Policy.RANDOM_TWO;
            default -> BalanceSettings.Policy.ROUND_ROBIN;
        }, List.of());
    }

    private RetrySettings retry(String name) {
        RetrySettings usual = RetrySettings.DEFAULT;
        return new RetrySettings(entries.get(Keys.POOL_RETRY, name), usual.causes(), usual.statuses(), usual.bodyBytesMax(),
                usual.budgetPercent(), usual.budgetMin());
    }

    /** An address written in a route is a pool of its own, with the defaults. @return its name */
    String inPlace(TargetSyntax.Address target) {
        OriginAddress origin = target.origin();
        Server server = new Server(origin.address().host(), origin.address().port(), 1);
        String own = (origin.tls() ? "https://" : "") + server.address();
        if (origin.tls()) {
            originTls.put(own, tls.originDefault(target.place()));
        }
        return pools.computeIfAbsent(own, name -> poolOf(name, List.of(server))).name();
    }
}
