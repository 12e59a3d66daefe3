package weir.filter;

import java.util.List;
import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.Route;
import weir.exchange.Router;

/** Where no route can be found, the answer goes through filters as those of routes do. */
public final class OwnAnswers implements Router {
    private final Router router;
    private final Route none;
    private final Route ambiguous;

    /** @param filters of the answers */
    public OwnAnswers(Router router, List<Filter> filters) {
        this.router = router;
        none = with(Route.NONE, filters);
        ambiguous = with(Route.AMBIGUOUS, filters);
    }

    private static Route with(Route route, List<Filter> filters) {
        return new Route(route.name(), filters, route.target(), route.limits(), null);
    }

    /** What stands in for {@link Route#NONE} and {@link Route#AMBIGUOUS}. */
    public List<Route> routes() {
        return List.of(none, ambiguous);
    }

    @Override
    public Route route(Exchange exchange) {
        Route route = router.route(exchange);
        return route == Route.NONE ? none : route == Route.AMBIGUOUS ? ambiguous : route;
    }
}
