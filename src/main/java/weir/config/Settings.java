package weir.config;

import java.util.List;
import weir.upstream.PoolSettings;

/**
 * A whole configuration, checked: every name that one part uses of another exists.
 *
 * @param metrics null for no metrics listener
 */
public record Settings(ServerSettings server, List<ListenSettings> listens, List<PoolSettings> pools,
        List<RouteSettings> routes, LogSettings log, MetricsSettings metrics) {
    public Settings {
        listens = List.copyOf(listens);
        pools = List.copyOf(pools);
        routes = List.copyOf(routes);
    }
}
