package weir.filter;

import java.util.IdentityHashMap;
import java.util.List;
import weir.exchange.Exchange;
import weir.exchange.Observer;
import weir.exchange.Route;
import weir.http.Method;
import weir.observe.Counter;
import weir.observe.Histogram;
import weir.observe.Metrics;

/** Counts requests by route, status and method, and how long they took. No label comes from a client. */
public final class RequestMetrics implements Observer {
    private static final double[] BOUNDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    private static final int STATUSES = 600;

    private final Metrics metrics;
    private final IdentityHashMap<Route, OfRoute> routes = new IdentityHashMap<>();

    private static final class OfRoute {
        private final Counter[] requests = new Counter[Method.values().length * STATUSES];
        private final Histogram durations;

        OfRoute(Histogram durations) {
            this.durations = durations;
        }
    }

    /** @param all the routes that exchanges can have */
    public RequestMetrics(Metrics metrics, List<Route> all) {
        this.metrics = metrics;
        for (Route route : all) {
            routes.put(route, new OfRoute(metrics.histogram("weir_request_duration_seconds",
                    "From the end of a request's head to the end of its response.", BOUNDS, "route", route.name())));
        }
    }

    /** By the first word of the reason, which is always one of ours; what follows may name a cause. */
    private void failed(int loop, String end) {
        int word = 0;
        while (word < end.length() && end.charAt(word) != ':' && end.charAt(word) != ' ') {
            word++;
        }
        metrics.counter("weir_failures_total", "Exchanges that did not end as they should, by the first word of their end in the log.", "end",
                end.substring(0, word)).increment(loop);
    }

    @Override
    public void onEnd(Exchange exchange) {
        OfRoute own = routes.get(exchange.route());
        int loop = exchange.loop().index();
        Method method = exchange.request().method();
        int slot = method.ordinal() * STATUSES + exchange.status();
        Counter counter = own.requests[slot];
        if (counter == null) {                       // the first of its kind; two loops at once get the same counter
            counter = metrics.counter("weir_requests_total", "Requests that have ended.", "route", exchange.route().name(), "code",
                    Integer.toString(exchange.status()), "method", method == Method.OTHER ? "other" : method.name());
            own.requests[slot] = counter;
        }
        counter.increment(loop);
        if (!"ok".equals(exchange.end())) {
            failed(loop, exchange.end());
        }
        own.durations.record(loop, exchange.figures().durationNanos());
    }
}
