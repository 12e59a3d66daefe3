package weir.config;

import java.util.List;
import java.util.Map;
import weir.cache.CacheSettings;
import weir.filter.FilterSettings;
import weir.tls.CertificateFiles;
import weir.tls.OriginTls;
import weir.upstream.PoolSettings;

/**
 * A whole configuration, checked: every name that one part uses of another exists.
 *
 * @param metrics null for no metrics listener
 * @param admin null for no admin listener
 * @param originTls by the names of the pools whose servers are spoken to by TLS
 * @param changes of the operator, by the names of pools; the pools have them already, but for servers that are disabled
 * @param certificates the files of every {@code tls.NAME}; they were read once to see that they are sound
 */
public record Settings(ServerSettings server, List<ListenSettings> listens, List<PoolSettings> pools,
        List<CacheSettings> caches, List<FilterSettings> filters, List<RouteSettings> routes, LogSettings log, MetricsSettings metrics, AdminSettings admin,
        Map<String, OriginTls> originTls, Map<String, List<ServerChange>> changes, List<CertificateFiles> certificates) {
    public Settings {
        listens = List.copyOf(listens);
        pools = List.copyOf(pools);
        caches = List.copyOf(caches);
        filters = List.copyOf(filters);
        routes = List.copyOf(routes);
        originTls = Map.copyOf(originTls);
        changes = Map.copyOf(changes);
        certificates = List.copyOf(certificates);
    }
}
