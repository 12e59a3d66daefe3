package weir.server;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;
import weir.config.CommandText;
import weir.net.EventLoop;
import weir.observe.Journal;
import weir.server.admin.Answer;
import weir.server.admin.Endpoints;
import weir.server.admin.Json;
import weir.server.admin.Outcome;
import weir.server.admin.Request;
import weir.upstream.Label;
import weir.upstream.Origin;
import weir.upstream.Pool;
import weir.upstream.PoolSettings;
import weir.upstream.Server;
import weir.upstream.Standing;
import weir.upstream.Standing.Administration;

/** The admin listener's commands for pools and their servers. On the admin thread. */
final class PoolCommands {
    private static final String DRAIN_TIMEOUT = "30s";

    private final Pools pools;
    private final List<EventLoop> loops;
    private final Journal journal;

    PoolCommands(Pools pools, List<EventLoop> loops, Journal journal) {
        this.pools = pools;
        this.loops = loops;
        this.journal = journal;
    }

    void addTo(Endpoints.Builder endpoints) {
        endpoints.add("GET", "/pools", this::all)
                .add("GET", "/pools/NAME", request -> onPool(request, pool -> new Answer(200, pool(new Json(), pool))))
                .add("POST", "/pools/NAME/servers", request -> onPool(request, pool -> add(pool, request)), "server")
                .add("DELETE", "/pools/NAME/servers/NAME", request -> onPool(request, pool -> remove(pool, request.names().get(1))))
                .add("POST", "/pools/NAME/servers/NAME/drain", this::drain, "timeout")
                .add("POST", "/pools/NAME/servers/NAME/disable", request -> onServer(request, (pool, origin) -> administer(pool, origin, Administration.DISABLED)))
                .add("POST", "/pools/NAME/servers/NAME/enable", request -> onServer(request, (pool, origin) -> administer(pool, origin, Administration.ENABLED)))
                .add("POST", "/pools/NAME/servers/NAME/weight", request -> onServer(request, (pool, origin) -> weight(pool, origin, request)), "weight");
    }

    /** What is done with a server that there is. */
    private interface OnServer {
        Outcome run(Pool pool, Origin origin);
    }

    /** Not while a reload exchanges pools: what is done would be done to one that goes. */
    private Outcome onPool(Request request, Function<Pool, Outcome> command) {
        synchronized (pools) {
            String name = request.names().get(0);
            Pool pool = pools.all().stream().filter(each -> each.settings().name().equals(name)).findFirst().orElse(null);
            if (pool != null) {
                return command.apply(pool);
            }
            return Answer.error(404, "there is no pool " + name + "; there " + list(pools.all().stream().map(each -> each.settings().name()).toList()));
        }
    }

    private Outcome onServer(Request request, OnServer command) {
        return onPool(request, pool -> {
            String name = request.names().get(1);
            Origin origin = pool.origin(name);
            return origin == null ? noServer(pool, name) : command.run(pool, origin);
        });
    }

    private static Answer noServer(Pool pool, String name) {
        return Answer.error(404, "there is no server " + name + " in pool " + pool.settings().name() + "; there "
                + list(pool.origins().stream().map(Origin::name).toList()));
    }

    private static String list(List<String> names) {
        String shown = names.stream().sorted().limit(20).collect(Collectors.joining(", "));
        return names.isEmpty() ? "is none" : (names.size() == 1 ? "is " : "are ") + shown + (names.size() > 20 ? " and " + (names.size() - 20) + " more" : "");
    }

    /** @param problem of keeping it beyond the process; empty for none */
    private Json done(Pool pool, String problem) {
        Json json = new Json().object().put("pool", pool.settings().name());
        if (!problem.isEmpty()) {
            journal.error("admin: pool " + pool.settings().name() + ": the change holds, but " + problem);
            json.put("problems", "the change holds, but " + problem + "\n");
        }
        return json;
    }

    private void say(Pool pool, String server, String what) {
        journal.info("admin: pool " + pool.settings().name() + ": " + server + " " + what);
    }

    // ---- what there is

    private Outcome all(Request request) {
        Json json = new Json().object().name("pools").array();
        pools.all().stream().sorted((one, other) -> one.settings().name().compareTo(other.settings().name())).forEach(pool -> pool(json, pool));
        return new Answer(200, json.end().end());
    }

    private static Json pool(Json json, Pool pool) {
        json.object().put("name", pool.settings().name()).name("servers").array();
        pool.origins().forEach(origin -> server(json, origin));
        return json.end().end();
    }

    private static Json server(Json json, Origin origin) {
        Standing standing = origin.standing();
        json.object().put("name", origin.name()).put("state", standing.administration().name().toLowerCase(Locale.ROOT))
                .put("usable", origin.isUsable()).put("health", standing.isUp() ? "up" : "down").put("reason", standing.reason())
                .put("since", Instant.ofEpochMilli(standing.sinceMillis()).toString()).put("ejected", standing.isEjected())
                .put("ejection", standing.ejection())
                .put("resolved", origin.isResolved()).put("weight", weightOf(origin)).put("tier", origin.member().tier())
                .put("requests", origin.openRequests()).put("connections", origin.connections()).name("labels").array();
        origin.member().labels().stream().map(Label::toString).forEach(json::value);
        return json.end().end();
    }

    private static int weightOf(Origin origin) {
        int set = origin.standing().weightSet();
        return set > 0 ? set : origin.member().weight();
    }

    private Answer changed(int status, Pool pool, Origin origin, String problem) {
        return new Answer(status, server(done(pool, problem).name("server"), origin).end());
    }

    // ---- changes

    private Outcome add(Pool pool, Request request) {
        CommandText<CommandText.ServerAndTls> text = CommandText.server(request.parameters().getOrDefault("server", ""));
        if (text.value() == null) {
            return Answer.error(400, "server: " + text.problem());
        }
        boolean tls = pools.speaksTls(pool);
        if (text.value().tls() != tls) {
            return Answer.error(400, "the servers of pool " + pool.settings().name() + (tls ? " are spoken to by TLS: write https:// before this one, too"
                    : " are spoken to in clear: write this one without https://"));
        }
        Server server = text.value().server();
        if (!pool.add(server)) {
            return Answer.error(409, pool.origins().size() >= PoolSettings.SERVERS_MAX ? "pool " + pool.settings().name() + " has its "
                    + PoolSettings.SERVERS_MAX + " servers" : server.address() + " is in pool " + pool.settings().name() + " already");
        }
        say(pool, server.address(), "added, weight " + server.weight());
        String problem = pools.changes().added(pool, server, tls);
        Origin origin = pool.origin(server.address());
        return origin == null ? new Answer(201, done(pool, problem).end()) : changed(201, pool, origin, problem);
    }

    /** @param name of a server, or of what was added and stands for several, as {@code dns://name:port} */
    private Outcome remove(Pool pool, String name) {
        Origin origin = pool.origin(name);
        if (!pool.remove(name)) {
            return noServer(pool, name);
        }
        say(pool, name, "removed");
        return new Answer(200, done(pool, pools.changes().removed(pool, name)).put("removed", name)
                .put("requests", origin == null ? 0 : origin.openRequests()).end());
    }

    private Outcome administer(Pool pool, Origin origin, Administration wanted) {
        return changed(200, pool, origin, administered(pool, origin, wanted));
    }

    private String administered(Pool pool, Origin origin, Administration wanted) {
        if (pool.administer(origin, wanted)) {
            say(pool, origin.name(), wanted.name().toLowerCase(Locale.ROOT));
        }
        return pools.changes().administered(pool, origin.name(), wanted);
    }

    private Outcome weight(Pool pool, Origin origin, Request request) {
        CommandText<Integer> weight = CommandText.weight(request.parameters().getOrDefault("weight", ""));
        if (weight.value() == null) {
            return Answer.error(400, "weight: " + weight.problem());
        }
        pool.weight(origin, weight.value());
        say(pool, origin.name(), "weight " + weight.value());
        return changed(200, pool, origin, pools.changes().weighed(pool, origin.name(), weight.value()));
    }

    /** No new requests from now on; the answer comes when the last one has ended, or the time is over. */
    private Outcome drain(Request request) {
        CommandText<Duration> timeout = CommandText.time(request.parameters().getOrDefault("timeout", DRAIN_TIMEOUT), "0s", "1h");
        if (timeout.value() == null) {
            return Answer.error(400, "timeout: " + timeout.problem());
        }
        long nanos = timeout.value().toNanos();
        return onServer(request, (pool, origin) -> {
            String problem = administered(pool, origin, Administration.DRAINING);
            CountDownLatch seen = passAllLoops();
            long start = System.nanoTime();
            return new Outcome.Later(() -> {
                boolean ended = seen.getCount() == 0 && origin.openRequests() == 0;
                if (!ended && System.nanoTime() - start < nanos) {
                    return null;
                }
                say(pool, origin.name(), ended ? "drained" : "still runs " + origin.openRequests() + " requests after " + request.parameters().getOrDefault("timeout", DRAIN_TIMEOUT));
                return new Answer(200, server(done(pool, problem).put("drained", ended).name("server"), origin).end());
            });
        });
    }

    /** A loop that has just chosen the server begins its request in the same turn: after that none begins any more. */
    private CountDownLatch passAllLoops() {
        CountDownLatch seen = new CountDownLatch(loops.size());
        loops.forEach(loop -> loop.executeSurely(seen::countDown));
        return seen;
    }
}
