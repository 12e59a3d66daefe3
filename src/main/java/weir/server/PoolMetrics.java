package weir.server;

import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import weir.observe.Metrics;
import weir.upstream.Origin;
import weir.upstream.OriginResult;
import weir.upstream.Pool;

/** What the metrics page says of pools and their servers: asked when the page is made, of those that there are then. */
final class PoolMetrics {
    private final Supplier<List<Pool>> pools;

    PoolMetrics(Supplier<List<Pool>> pools) {
        this.pools = pools;
    }

    void register(Metrics metrics) {
        metrics.family("weir_upstream_requests_total", "Requests sent to a server, by how they ended.", Metrics.Kind.COUNTER, this::results);
        servers(metrics, "weir_server_inflight", "Requests that run on a server now.", Origin::openRequests);
        servers(metrics, "weir_server_connections", "Connections to a server that are open, in use or kept.", Origin::connections);
        servers(metrics, "weir_server_up", "Whether a server may get requests: up, not ejected, enabled and resolved.",
                origin -> origin.isUsable() ? 1 : 0);
        metrics.family("weir_server_checks_total", "Checks of a server, by how they ended.", Metrics.Kind.COUNTER, this::checks);
        metrics.family("weir_server_ejections_total", "Times that a server was left out for a while, by what was wrong.", Metrics.Kind.COUNTER,
                this::ejections);
        pools(metrics, "weir_pool_waiting", "Requests that wait for a server to have room.", Pool::waiting);
        pools(metrics, "weir_pool_retries_running", "Tries beyond the first that run now.", Pool::retriesRunning);
        pools(metrics, "weir_pool_breaker_open", "Whether the circuit breaker keeps requests away.", pool -> pool.isBroken() ? 1 : 0);
    }

    private void pools(Metrics metrics, String name, String help, ToDoubleFunction<Pool> value) {
        metrics.family(name, help, Metrics.Kind.GAUGE, rows -> {
            for (Pool pool : pools.get()) {
                rows.row(value.applyAsDouble(pool), "pool", pool.settings().name());
            }
        });
    }

    private void results(Metrics.Rows rows) {
        for (Pool pool : pools.get()) {
            for (Origin origin : pool.origins()) {
                for (OriginResult result : OriginResult.values()) {
                    long count = origin.results(result);
                    if (count > 0 || result == OriginResult.OK) {
                        rows.row((double) count, "pool", pool.settings().name(), "result", result.label(), "server", origin.name());
                    }
                }
            }
        }
    }

    private void checks(Metrics.Rows rows) {
        for (Pool pool : pools.get()) {
            if (pool.settings().health().check() != null) {
                for (Origin origin : pool.origins()) {
                    rows.row((double) origin.checks(true), "pool", pool.settings().name(), "result", "ok", "server", origin.name());
                    rows.row((double) origin.checks(false), "pool", pool.settings().name(), "result", "failed", "server", origin.name());
                }
            }
        }
    }

    private void ejections(Metrics.Rows rows) {
        for (Pool pool : pools.get()) {
            for (Origin origin : pool.origins()) {
                origin.ejections().forEach((reason, count) -> {
                    if (count > 0) {
                        rows.row((double) count, "pool", pool.settings().name(), "reason", reason, "server", origin.name());
                    }
                });
            }
        }
    }

    private void servers(Metrics metrics, String name, String help, ToDoubleFunction<Origin> value) {
        metrics.family(name, help, Metrics.Kind.GAUGE, rows -> {
            for (Pool pool : pools.get()) {
                for (Origin origin : pool.origins()) {
                    rows.row(value.applyAsDouble(origin), "pool", pool.settings().name(), "server", origin.name());
                }
            }
        });
    }
}
