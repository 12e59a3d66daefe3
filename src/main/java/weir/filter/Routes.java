package weir.filter;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import weir.exchange.Exchange;
import weir.exchange.Route;
import weir.exchange.Router;
import weir.http.Head;
import weir.http.PathForm;

/**
 * Finds a request's route in a {@link RouteTable}. Where the path can be read in other ways, these are looked up too: if one
 * leads to another route, an origin could serve what the operator guards elsewhere, and the request is refused.
 */
public final class Routes implements Router {
    private record Choice(Route route, boolean ambiguousAllowed) {}

    private final RouteTable<Choice> table;

    private Routes(List<RouteTable.Entry<Choice>> entries) {
        table = new RouteTable<>(entries);
    }

    @Override
    public Route route(Exchange exchange) {
        Head head = exchange.request();
        int hostTo = withoutPort(head);
        Choice choice = table.match(head.bytes(), head.at(head.methodFrom()), head.at(head.methodTo()),
                head.bytes(), head.at(head.authorityFrom()), hostTo,
                head.bytes(), head.at(head.pathFrom()), head.at(head.pathTo()));
        if (PathForm.isAmbiguous(exchange.pathFlags()) && (choice == null || !choice.ambiguousAllowed)
                && hasOtherReading(head, exchange.pathFlags(), choice)) {
            return Route.AMBIGUOUS;
        }
        return choice == null ? Route.NONE : choice.route;
    }

    /** The end of the host in the authority, as a place in the head's bytes: before the port, and before a dot at the end. */
    static int withoutPort(Head head) {
        ByteBuffer b = head.bytes();
        int from = head.at(head.authorityFrom());
        int to = head.at(head.authorityTo());
        int colon = to - 1;
        while (colon >= from && b.get(colon) >= '0' && b.get(colon) <= '9') {
            colon--;
        }
        int end = colon >= from && b.get(colon) == ':' ? colon : to;
        return end - 1 > from && b.get(end - 1) == '.' ? end - 1 : end;
    }

    private boolean hasOtherReading(Head head, int flags, Choice choice) {
        int length = head.pathTo() - head.pathFrom();
        byte[] path = new byte[length];
        head.bytes().get(head.at(head.pathFrom()), path);
        ByteBuffer scratch = ByteBuffer.allocate(length);
        for (int reading = PathForm.nextReading(flags, 0); reading != 0; reading = PathForm.nextReading(flags, reading)) {
            int read = PathForm.read(ByteBuffer.wrap(path), 0, length, reading, scratch, 0);
            Choice other = read == PathForm.BAD ? null : table.match(head.bytes(), head.at(head.methodFrom()), head.at(head.methodTo()),
                    head.bytes(), head.at(head.authorityFrom()), withoutPort(head), scratch, 0, read);
            if (other == null ? choice != null : !other.equals(choice)) {
                return true;
            }
        }
        return false;
    }

    /** Two routes of which nobody can say which one wins. */
    public record Clash(String first, String second) {}

    /** Begins to collect routes. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects routes. */
    public static final class Builder {
        private final List<RouteTable.Entry<Choice>> entries = new ArrayList<>();

        private Builder() {}

        /**
         * Adds a route.
         *
         * @param methods names; empty for any
         * @param host exact, {@code *.suffix}, or null for any
         * @param path exact, or ending in {@code /*}
         */
        public void add(List<String> methods, String host, String path, int priority, boolean ambiguousAllowed, Route route) {
            entries.add(new RouteTable.Entry<>(Set.copyOf(methods), host, path, priority,
                    new Choice(route, ambiguousAllowed)));
        }

        /** Pairs that match equally, by the names of their routes. */
        public List<Clash> clashes() {
            return RouteTable.equals(entries).stream()
                    .map(pair -> new Clash(pair.first().value().route().name(), pair.second().value().route().name())).toList();
        }

        /** Names of routes that can never match, as others take all their requests. */
        public List<String> unreachable() {
            return RouteTable.unreachable(entries).stream().map(entry -> entry.value().route().name()).toList();
        }

        /** Builds the tables. */
        public Routes build() {
            return new Routes(entries);
        }
    }
}
