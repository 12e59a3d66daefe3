package weir.filter;

import java.util.List;
import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.Route;
import weir.exchange.Router;
import weir.exchange.Target;
import weir.http.Head;
import weir.net.Protection;

/**
 * Refuses requests for a host that the certificate of their connection does not cover: 421 (RFC 9110 §15.5.20), so that the
 * client comes again on a connection of its own. Else who got in for one name, by a certificate of his own perhaps, could ask
 * for another one. A request without a host is not meant for another one, and passes.
 */
public final class CoveredHosts implements Router {
    private final Router router;
    private final Route misdirected;

    /** @param filters of the answer */
    public CoveredHosts(Router router, List<Filter> filters) {
        this.router = router;
        misdirected = new Route("-", filters, new Target.Local(exchange ->
                exchange.answer(421, "misdirected: not a name of this certificate")), Route.Limits.NONE, null);
    }

    /** The route that answers 421. */
    public Route misdirected() {
        return misdirected;
    }

    @Override
    public Route route(Exchange exchange) {
        Protection protection = exchange.client().protection();
        Head head = exchange.request();
        int from = head.at(head.authorityFrom());
        int to = Routes.withoutPort(head);
        return protection == null || from == to || protection.covers(head.bytes(), from, to) ? router.route(exchange) : misdirected;
    }
}
