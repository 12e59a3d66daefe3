package weir.config;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;
import weir.exchange.Route;
import weir.exchange.Target;
import weir.filter.ForwardedSettings;
import weir.filter.Routes;
import weir.h1.HttpLimits;
import weir.net.Cidr;
import weir.tls.ListenTls;

/**
 * {@code listen.NAME}: one listener.
 *
 * @param addresses one or more; port 0 takes a free one; {@link #INHERITED} alone for the socket that the process was started with
 * @param limits of the connections
 * @param forwarded what origins are told of the client
 * @param backlog connections that wait in the kernel, 1..65535
 * @param routes names of the routes it serves; empty for all
 * @param tls null for a plain listener
 * @param hsts value of Strict-Transport-Security (RFC 6797) for routes that say nothing else; empty for none
 * @param redirect where all requests are sent, by a plain listener that serves no route; else null
 * @param proxyProtocol peers whose connections begin with a PROXY header; empty for none
 */
public record ListenSettings(String name, List<InetSocketAddress> addresses, HttpLimits limits, ForwardedSettings forwarded,
        int backlog, List<String> routes, ListenTls tls, String hsts, HttpsRedirect redirect,
        List<Cidr> proxyProtocol) {
    /** Stands for the listening socket that is file descriptor 0. */
    public static final InetSocketAddress INHERITED = InetSocketAddress.createUnresolved("inherited", 0);

    public ListenSettings {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
        proxyProtocol = List.copyOf(proxyProtocol);
    }

    /** Whether requests of this listener may take the route of that name. */
    public boolean serves(String route) {
        return redirect == null && (routes.isEmpty() || routes.contains(route));
    }

    /** The table of those that it serves. @param compile asked once for each of them, in order */
    public Routes.Builder table(List<RouteSettings> all, Function<RouteSettings, Route> compile) {
        Routes.Builder table = Routes.builder();
        for (RouteSettings each : all) {
            if (serves(each.name())) {
                table.add(each.methods(), each.host(), each.path(), each.priority(), each.ambiguousPath(), compile.apply(each));
            }
        }
        return table;
    }

    /** The same, of routes that have nothing but their names. */
    public Routes.Builder table(List<RouteSettings> all) {
        return table(all, each -> new Route(each.name(), List.of(), new Target.Local(exchange -> exchange.answer(500, "never")), Route.Limits.NONE, null));
    }
}
