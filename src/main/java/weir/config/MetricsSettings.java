package weir.config;

import java.net.InetSocketAddress;

/** {@code metrics}: where the Prometheus text is served; the path starts with a slash. */
public record MetricsSettings(InetSocketAddress address, String path) {}
