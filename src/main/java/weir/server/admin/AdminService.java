package weir.server.admin;

import java.net.SocketAddress;
import java.util.List;
import weir.exchange.Route;
import weir.exchange.Service;
import weir.exchange.Target;
import weir.observe.Journal;

/** Puts together what the admin listener runs. */
public final class AdminService {
    private AdminService() {}

    /** @param token null for a Unix-domain socket */
    public static Service of(SocketAddress address, String token, Endpoints endpoints, Desk desk, Journal journal) {
        Route route = new Route("admin", List.of(new Door(address, token, journal), desk.serving(endpoints)),
                new Target.Local(exchange -> {
                    throw new AssertionError("the desk answers everything");
                }), Route.Limits.NONE, null);
        return new Service(exchange -> route, List.of());
    }
}
