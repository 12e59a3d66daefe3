package weir.config;

import java.net.InetSocketAddress;
import java.util.List;
import weir.filter.ForwardedSettings;
import weir.h1.HttpLimits;

/**
 * {@code listen.NAME}: one listener.
 *
 * @param addresses one or more; port 0 takes a free one
 * @param limits of the connections
 * @param forwarded what origins are told of the client
 * @param backlog connections that wait in the kernel, 1..65535
 * @param routes names of the routes it serves; empty for all
 */
public record ListenSettings(String name, List<InetSocketAddress> addresses, HttpLimits limits, ForwardedSettings forwarded,
        int backlog, List<String> routes) {
    public ListenSettings {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    /** Whether requests of this listener may take the route of that name. */
    public boolean serves(String route) {
        return routes.isEmpty() || routes.contains(route);
    }
}
