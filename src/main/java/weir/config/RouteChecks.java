package weir.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import weir.filter.Routes;

/** What routes of one listener say against each other. */
final class RouteChecks {
    private final Entries entries;
    private final Problems problems;

    RouteChecks(Entries entries, Problems problems) {
        this.entries = entries;
        this.problems = problems;
    }

    /** Two routes that match equally, and a route that can never match, are errors. */
    void check(List<RouteSettings> routes, List<ListenSettings> listens) {
        Set<Routes.Clash> clashes = new LinkedHashSet<>();
        Set<String> never = new LinkedHashSet<>();
        for (ListenSettings listen : listens) {
            Routes.Builder builder = listen.table(routes);
            clashes.addAll(builder.clashes());
            never.addAll(builder.unreachable());
        }
        for (Routes.Clash clash : clashes) {
            Place first = place(clash.first());
            problems.error(place(clash.second()), "route." + clash.second() + " matches the same requests as route." + clash.first()
                    + " at " + first.fileAndLine(), "change one of them, or give the one that should win a priority");
        }
        for (String name : never) {
            problems.error(place(name), "route." + name + " can never match: routes with a higher priority take all its requests",
                    "remove it, or change its path");
        }
    }

    /** What a route says of https has no effect where no listener for TLS serves it. */
    void warnOfHstsWithoutTls(List<RouteSettings> routes, List<ListenSettings> listens) {
        for (RouteSettings route : routes) {
            if (listens.stream().noneMatch(listen -> listen.tls() != null && listen.serves(route.name()))) {
                entries.value(Keys.ROUTE_HSTS, route.name()).ifPresent(value -> problems.warning(value.key().place(),
                        "no listener with certs serves route." + route.name(), "browsers heed hsts over https only; remove it", null));
            }
        }
    }

    private Place place(String route) {
        return entries.value(Keys.ROUTE, route).map(value -> value.key().place()).orElseThrow();
    }
}
