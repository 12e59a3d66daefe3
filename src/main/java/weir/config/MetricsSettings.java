package weir.config;

import java.net.InetSocketAddress;

/** {@code metrics}: where the Prometheus text is served; the path starts with a slash, and is neither of those beside it. */
public record MetricsSettings(InetSocketAddress address, String path) {
    /** Answers while the process lives. */
    public static final String LIVE = "/live";
    /** Answers with 200 while the process wants requests. */
    public static final String READY = "/ready";

    static boolean isProbe(String path) {
        return path.equals(LIVE) || path.equals(READY);
    }
}
