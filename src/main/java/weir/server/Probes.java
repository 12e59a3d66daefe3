package weir.server;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import weir.config.MetricsSettings;
import weir.exchange.LocalAnswer;
import weir.exchange.Route;
import weir.exchange.Service;
import weir.exchange.Target;
import weir.filter.FixedAnswer;
import weir.filter.Routes;
import weir.net.ConnectionLimit;
import weir.observe.Metrics;

/**
 * What the metrics listener answers: its page, and to those who want to know whether the process is alive, and whether it
 * wants requests. Whether servers can be used does not matter there: a proxy that is taken away, or started anew, because of
 * its origins helps nobody.
 */
final class Probes {
    /** Of the listener, in metrics and messages. */
    static final String NAME = "metrics";

    private static final int CONNECTIONS_MAX = 64;
    private static final String TEXT = "text/plain; charset=utf-8";

    enum Readiness { STARTING, READY, DRAINING }

    private final Metrics metrics;
    private final BooleanSupplier draining;
    private final BooleanSupplier serving;
    /** Of its own: a proxy that is full is not dead, and must not be taken for it. */
    private final ConnectionLimit limit = new ConnectionLimit("connections of metrics", CONNECTIONS_MAX);

    /** @param serving whether all listeners accept. Both are asked by loops. */
    Probes(Metrics metrics, BooleanSupplier serving, BooleanSupplier draining) {
        this.metrics = metrics;
        this.serving = serving;
        this.draining = draining;
    }

    ConnectionLimit limit() {
        return limit;
    }

    /** The pages, and nothing else. */
    Service service(String path) {
        byte[] contentType = Metrics.CONTENT_TYPE.getBytes(StandardCharsets.US_ASCII);
        LocalAnswer[] readiness = new LocalAnswer[Readiness.values().length];
        for (Readiness each : Readiness.values()) {
            readiness[each.ordinal()] = new FixedAnswer(each == Readiness.READY ? 200 : 503, each.name().toLowerCase(Locale.ROOT) + "\n", TEXT);
        }
        Routes.Builder routes = Routes.builder();
        add(routes, path, exchange -> exchange.answer(200, "ok", contentType, metrics.text(), null, null));
        add(routes, MetricsSettings.LIVE, new FixedAnswer(200, "live\n", TEXT));
        add(routes, MetricsSettings.READY, exchange -> readiness[readiness().ordinal()].answer(exchange));
        return new Service(routes.build(), List.of());
    }

    Readiness readiness() {
        return draining.getAsBoolean() ? Readiness.DRAINING : serving.getAsBoolean() ? Readiness.READY : Readiness.STARTING;
    }

    private static void add(Routes.Builder routes, String path, LocalAnswer answer) {
        Route route = new Route(NAME, List.of(), new Target.Local(answer), Route.Limits.NONE, null);
        routes.add(List.of("GET", "HEAD"), null, path, 0, false, route);
    }
}
