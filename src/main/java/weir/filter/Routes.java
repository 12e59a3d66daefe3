package weir.filter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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

    /** Another way to read the path of a request. @param choice where that leads; null for nowhere */
    private record Reading(String path, Choice choice) {}

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
        if (otherReading(exchange, choice) != null) {
            return Route.AMBIGUOUS;
        }
        return choice == null ? Route.NONE : choice.route;
    }

    /** The rules of which the first that tells two routes apart says which one is asked before the other. */
    public enum Rule {
        /** A host before a wildcard. */
        HOST_EXACT,
        /** The longer of two wildcards. */
        WILDCARD_LONGER,
        /** A host or a wildcard before any host. */
        HOST_NAMED,
        PATH_LONGER,
        /** A path before all that is below it. */
        PATH_EXACT,
        /** Methods before any method. */
        METHODS_NAMED,
        PRIORITY
    }

    /**
     * A route whose host and path match.
     *
     * @param takesMethod whether its method does too
     * @param behind by which rule the route that was found comes before it; null for that route itself, where none was found, and for
     *     one that was asked before it
     */
    public record Match(Route route, boolean takesMethod, Rule behind) {}

    /**
     * Why {@link #route} finds what it finds.
     *
     * @param matches in the order in which they are asked: the first one that takes the method is found
     * @param otherPath the reading of the path by which the request is ambiguous; null when it is not
     * @param otherRoute where that leads; {@link Route#NONE} for nowhere, null when the request is not ambiguous
     */
    public record Trace(List<Match> matches, String otherPath, Route otherRoute) {}

    /** Explains what {@link #route} answers. For people: takes its time. */
    public Trace trace(Exchange exchange) {
        Head head = exchange.request();
        List<RouteTable.Candidate<Choice>> candidates = table.candidates(head.bytes(), head.at(head.methodFrom()), head.at(head.methodTo()),
                head.bytes(), head.at(head.authorityFrom()), withoutPort(head),
                head.bytes(), head.at(head.pathFrom()), head.at(head.pathTo()));
        List<Match> matches = new ArrayList<>();
        RouteTable.Entry<Choice> found = null;
        for (RouteTable.Candidate<Choice> each : candidates) {
            matches.add(new Match(each.entry().value().route, each.takesMethod(), found == null ? null : found.before(each.entry())));
            found = found == null && each.takesMethod() ? each.entry() : found;
        }
        Reading other = otherReading(exchange, found == null ? null : found.value());
        Route otherRoute = other == null ? null : other.choice == null ? Route.NONE : other.choice.route;
        return new Trace(List.copyOf(matches), other == null ? null : other.path, otherRoute);
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

    /** One that leads elsewhere, where that matters; else null. */
    private Reading otherReading(Exchange exchange, Choice choice) {
        int flags = exchange.pathFlags();
        if (!PathForm.isAmbiguous(flags) || choice != null && choice.ambiguousAllowed) {
            return null;
        }
        Head head = exchange.request();
        int length = head.pathTo() - head.pathFrom();
        byte[] path = new byte[length];
        head.bytes().get(head.at(head.pathFrom()), path);
        ByteBuffer scratch = ByteBuffer.allocate(length);
        for (int reading = PathForm.nextReading(flags, 0); reading != 0; reading = PathForm.nextReading(flags, reading)) {
            int read = PathForm.read(ByteBuffer.wrap(path), 0, length, reading, scratch, 0);
            Choice other = read == PathForm.BAD ? null : table.match(head.bytes(), head.at(head.methodFrom()), head.at(head.methodTo()),
                    head.bytes(), head.at(head.authorityFrom()), withoutPort(head), scratch, 0, read);
            if (other == null ? choice != null : !other.equals(choice)) {
                return new Reading(new String(scratch.array(), 0, Math.max(0, read), StandardCharsets.UTF_8), other);
            }
        }
        return null;
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
