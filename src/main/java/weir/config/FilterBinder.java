package weir.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weir.filter.FilterSettings;
import weir.http.FieldName;

/** Reads every {@code filter.NAME}, and finds those that a route uses. */
final class FilterBinder {
    private final Entries entries;
    private final Problems problems;
    private final Map<String, FilterSettings> filters = new LinkedHashMap<>();
    private final Set<String> used = new LinkedHashSet<>();

    FilterBinder(Entries entries, Problems problems) {
        this.entries = entries;
        this.problems = problems;
    }

    void read() {
        for (String name : entries.names("filter")) {
            entries.find(Keys.FILTER, name).ifPresent(named -> filters.put(name, named.apply(name)));
        }
    }

    /** All filters, in order. */
    List<FilterSettings> filters() {
        return List.copyOf(filters.values());
    }

    /** The names of those of a route: they are there, and no two are of one kind. */
    List<String> of(String route) {
        List<String> names = new ArrayList<>();
        Map<String, String> kinds = new HashMap<>();
        for (Names.NameType.Reference each : entries.find(Keys.ROUTE_USE, route).orElse(List.of())) {
            used.add(each.name());
            FilterSettings filter = filters.get(each.name());
            if (!entries.names("filter").contains(each.name())) {
                problems.error(each.place(), "no filter." + each.name(), "write filter." + each.name() + " = gzip, or name a filter that there is",
                        Nearest.of(each.name(), entries.names("filter")).orElse(null));
            } else if (filter != null) {
                String other = kinds.put(filter.kind(), each.name());
                if (other != null) {
                    problems.error(each.place(), "filter." + other + " is a " + filter.kind() + " too", "use one of each kind on a route");
                }
                names.add(each.name());
            }
        }
        if (!names.isEmpty() && entries.value(Keys.ROUTE_CACHE, route).isPresent()) {
            warnOfLostField(route);
        }
        return names;
    }

    /** A cache stores nothing that depends on a field which the server does not get as the client sent it. */
    private void warnOfLostField(String route) {
        entries.value(Keys.ROUTE_REQUEST_REMOVE, route).ifPresent(value -> {
            if (value.parsed().stream().flatMap(List::stream).anyMatch(FieldName.ACCEPT_ENCODING.text()::equalsIgnoreCase)) {
                problems.warning(value.place(), "without Accept-Encoding nothing is stored that the filters of route." + route + " may code",
                        "leave the field: what the server codes itself is stored as it is", null);
            }
        });
    }

    /** After all routes. */
    void warnOfUnused() {
        if (entries.names("route").stream().anyMatch(route -> entries.value(Keys.ROUTE_USE, route).filter(value -> value.parsed().isEmpty()).isPresent())) {
            return;                                                        // the faulty one may be what uses it
        }
        for (String name : entries.names("filter")) {
            if (!used.contains(name)) {
                entries.value(Keys.FILTER, name).ifPresent(value -> problems.warning(value.key().place(), "no route uses filter." + name,
                        "remove it, or name it in route.NAME.use", null));
            }
        }
    }
}
