package weir.config;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import weir.tls.OriginTls;
import weir.upstream.BalanceSettings;
import weir.upstream.CheckSettings;
import weir.upstream.EjectSettings;
import weir.upstream.HealthSettings;
import weir.upstream.Label;
import weir.upstream.LimitSettings;
import weir.upstream.OutlierSettings;
import weir.upstream.PoolSettings;
import weir.upstream.ProxyProtocol;
import weir.upstream.RetrySettings;
import weir.upstream.Server;
import weir.upstream.StickySettings;

/** Fills the records of pools in: those of {@code pool.NAME}, and those of addresses that routes have in place. */
final class PoolBinder {
    /** Made when the first pool needs it: random numbers take their time when a process starts. */
    private static final class KeyOfThisProcess {
        /** Cookies that are made with it end with the process, but not with a reload. */
        static final String TEXT = new BigInteger(256, new SecureRandom()).setBit(256).toString(16);
    }

    private final Entries entries;
    private final Problems problems;
    private final TlsBinder tls;
    private final Map<String, PoolSettings> pools = new LinkedHashMap<>();
    private final Map<String, OriginTls> originTls = new LinkedHashMap<>();
    private final Map<String, List<ServerChange>> changes = new LinkedHashMap<>();

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

    /** What the operator has changed, by pool. */
    Map<String, List<ServerChange>> changes() {
        return changes;
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
        List<Server> servers = servers(name, written);
        PoolChange.Applied applied = PoolChange.apply(name, servers, written.get(0).tls(), entries.find(Keys.POOL_CHANGES, name).orElse(List.of()), problems);
        if (!applied.changes().isEmpty()) {
            changes.put(name, applied.changes());
        }
        if (applied.servers().size() > PoolSettings.SERVERS_MAX) {
            problems.error(value.get().place(), "pool." + name + " has with its changes more than " + PoolSettings.SERVERS_MAX + " servers", "divide them into pools");
            return Optional.empty();
        }
        return Optional.of(poolOf(name, applied.servers()));
    }

    private List<Server> servers(String pool, List<PoolServer> written) {
        List<Server> servers = new ArrayList<>();
        for (PoolServer server : written) {
            Server next = server.server();
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
        return new PoolSettings(name, servers, balance(name, servers), timeouts.connect().toNanos(), timeouts.response().toNanos(),
                timeouts.idle().toNanos(), Math.max(1, keepAlive.toNanos()), idle, retry(name), limits(name), health(name),
                entries.get(Keys.POOL_RESOLVE, name).toNanos(), Math.toIntExact(entries.get(Keys.POOL_HEAD_MAX, name)),
                ProxyProtocol.valueOf(entries.get(Keys.POOL_PROXY_PROTOCOL, name).toUpperCase(Locale.ROOT)));
    }

    private HealthSettings health(String name) {
        CheckSettings check = entries.find(Keys.POOL_CHECK, name).flatMap(given -> given).orElse(null);
        if (check != null && check.kind() == CheckSettings.Kind.TLS && !originTls.containsKey(name)) {
            problems.error(entries.value(Keys.POOL_CHECK, name).orElseThrow().place(), "a check by TLS of servers without", "write tcp, or https:// before the servers");
        }
        EjectSettings eject = entries.get(Keys.POOL_EJECT, name).orElse(EjectSyntax.OFF);
        OutlierSettings outliers = entries.get(Keys.POOL_EJECT_OUTLIERS, name).orElse(null);
        return new HealthSettings(check, new EjectSettings(eject.failures(), eject.forNanos(), eject.maxNanos(), eject.percentMax(), outliers),
                entries.get(Keys.POOL_SLOW_START, name).toNanos());
    }

    private BalanceSettings balance(String name, List<Server> servers) {
        BalanceSettings written = entries.get(Keys.POOL_BALANCE, name);
        List<Label> prefer = entries.find(Keys.POOL_PREFER, name).orElse(List.of());
        for (Server server : servers) {
            for (Label label : server.labels()) {
                if (prefer.stream().noneMatch(each -> each.name().equals(label.name()))) {
                    entries.value(Keys.POOL, name).ifPresent(value -> problems.warning(value.place(),
                            "label " + label + " of " + server.address() + " is used by nothing", "write pool." + name + ".prefer = " + label, null));
                }
            }
        }
        return new BalanceSettings(written.policy(), written.hashKey(), written.hashBoundPercent(), prefer, sticky(name));
    }

    private StickySettings sticky(String name) {
        Optional<StickySyntax> written = entries.get(Keys.POOL_STICKY, name);
        Optional<Value<String>> key = entries.value(Keys.POOL_STICKY_KEY, name);
        if (written.isEmpty()) {
            key.ifPresent(value -> problems.warning(value.key().place(), "a key, but pool." + name + ".sticky is off",
                    "write pool." + name + ".sticky = cookie NAME, or remove it", null));
            return null;
        }
        String secret = key.flatMap(Value::parsed).orElseGet(() -> KeyOfThisProcess.TEXT);
        if (secret.length() < StickySettings.KEY_LENGTH_MIN) {
            problems.error(key.orElseThrow().place(), "the key is shorter than " + StickySettings.KEY_LENGTH_MIN + " characters", "take a random one: openssl rand -hex 32");
            return null;
        }
        StickySyntax cookie = written.get();
        return new StickySettings(cookie.cookie(), cookie.maxAge().toSeconds(), cookie.sameSite(), cookie.secure(), secret);
    }

    private RetrySettings retry(String name) {
        RetrySyntax tries = entries.get(Keys.POOL_RETRY, name);
        RetryBudgetSyntax budget = entries.get(Keys.POOL_RETRY_BUDGET, name);
        HedgeSyntax hedge = entries.get(Keys.POOL_HEDGE, name).orElse(new HedgeSyntax(0, Duration.ZERO));
        return new RetrySettings(tries.triesMax(), tries.causes(), tries.statuses(), Math.toIntExact(entries.get(Keys.POOL_RETRY_BODY, name)),
                budget.percent(), budget.min(), hedge.percentile(), hedge.min().toNanos());
    }

    private LimitSettings limits(String name) {
        RequestsMax requests = entries.get(Keys.POOL_MAX_REQUESTS, name).orElse(new RequestsMax(0, 0, 0));
        QueueSyntax queue = entries.get(Keys.POOL_QUEUE, name);
        return new LimitSettings(requests.fixed(), requests.least(), requests.most(), entries.get(Keys.POOL_MAX_CONNECTIONS, name).orElse(0),
                queue.length(), queue.time().toNanos(), entries.get(Keys.POOL_BREAKER, name).orElse(null));
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
