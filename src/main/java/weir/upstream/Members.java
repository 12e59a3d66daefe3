package weir.upstream;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Puts together which servers a pool has: what each line of the configuration stands for now, and what the operator has added
 * or removed. A server that stays keeps its {@link Origin}, and with it connections and standing. Any thread but a loop's; one
 * lock, which loops never take.
 */
final class Members {
    private final Map<Server, Source> sources = new LinkedHashMap<>();
    private final Set<String> removed = new HashSet<>();
    private final Choices choices;
    private final BiFunction<Member, Standing, Origin> make;
    private final Consumer<Origin> onGone;
    private final Map<String, Standing> inherited;
    private Function<Server, Membership> memberships;
    private boolean configuring;
    private volatile Origin[] origins = new Origin[0];

    /** What one line, or one command of the operator, stands for now. */
    private static final class Source {
        private final boolean byOperator;
        private List<Member> found = List.of();
        private Membership.Watch watch;

        Source(boolean byOperator) {
            this.byOperator = byOperator;
        }
    }

    /**
     * @param inherited how servers of these names stood under an earlier configuration
     * @param make gets a new server's standing, or null when nothing is known of it
     * @param onGone gets servers that are no members any more
     */
    Members(Choices choices, Map<String, Standing> inherited, BiFunction<Member, Standing, Origin> make, Consumer<Origin> onGone) {
        this.choices = choices;
        this.inherited = new HashMap<>(inherited);
        this.make = make;
        this.onGone = onGone;
    }

    /** The servers now; not to be changed. */
    Origin[] origins() {
        return origins;
    }

    /** The server of that name, or null. */
    Origin find(String name) {
        for (Origin origin : origins) {
            if (origin.name().equals(name)) {
                return origin;
            }
        }
        return null;
    }

    /**
     * These are the configuration's lines from now on: what the operator added or removed is forgotten.
     *
     * @param from makes the source of a line
     */
    synchronized void configure(List<Server> servers, Function<Server, Membership> from) {
        configuring = true;
        memberships = from;
        removed.clear();
        Map<Server, Source> before = new LinkedHashMap<>(sources);
        sources.clear();
        for (Server server : servers) {
            Source known = before.get(server);
            if (known != null && !known.byOperator) {
                before.remove(server);
                sources.put(server, known);
            } else {
                watch(server, false);
            }
        }
        before.values().forEach(Members::end);
        configuring = false;
        update();
        inherited.clear();                                    // who is not a member by now is a stranger when it comes back
    }

    private void watch(Server server, boolean byOperator) {
        Source source = new Source(byOperator);
        sources.put(server, source);
        source.watch = memberships.apply(server).watch(found -> found(source, found));
    }

    private static void end(Source source) {
        source.watch.close();
    }

    private synchronized void found(Source source, List<Member> found) {
        source.found = List.copyOf(found);
        if (!configuring) {
            update();
        }
    }

    /** The operator adds a server, or takes back that it was removed. @return false when it is there already, or the pool is full */
    synchronized boolean add(Server server) {
        if (removed.remove(server.address())) {
            update();
            Origin back = find(server.address());
            if (back != null) {
                back.standing().weightSet(server.weight() == back.member().weight() ? 0 : server.weight());
                return true;
            }
        }
        if (find(server.address()) != null || sources.containsKey(server) || sources.size() >= PoolSettings.SERVERS_MAX) {
            return false;
        }
        watch(server, true);
        update();
        return true;
    }

    /** The operator removes a server. @return false when there is none of that name */
    synchronized boolean remove(String name) {
        for (Map.Entry<Server, Source> each : sources.entrySet()) {
            if (each.getValue().byOperator && each.getKey().address().equals(name)) {
                end(each.getValue());
                sources.remove(each.getKey());
                update();
                return true;
            }
        }
        if (find(name) == null) {
            return false;
        }
        removed.add(name);
        update();
        return true;
    }

    private void update() {
        Map<String, Origin> known = new HashMap<>();
        for (Origin origin : origins) {
            known.put(origin.name(), origin);
        }
        Map<String, Origin> next = new LinkedHashMap<>();
        for (Source source : sources.values()) {
            for (Member member : source.found) {
                if (!removed.contains(member.name()) && !next.containsKey(member.name()) && next.size() < PoolSettings.SERVERS_MAX) {
                    next.put(member.name(), origin(member, source.watch, known.get(member.name())));
                }
            }
        }
        origins = next.values().toArray(Origin[]::new);
        choices.changed();
        Set<Origin> stay = new HashSet<>(Arrays.asList(origins));
        known.values().stream().filter(origin -> !stay.contains(origin)).forEach(onGone);
    }

    private Origin origin(Member member, Membership.Watch source, Origin known) {
        Origin origin = known;
        if (known != null && known.member().isSamePlace(member)) {
            known.member(member);
        } else {
            origin = make.apply(member, known != null ? known.standing() : inherited.get(member.name()));
        }
        origin.source(source);
        return origin;
    }

    /** How the servers stand, by name: for the pool that takes this one's place. */
    synchronized Map<String, Standing> standings() {
        Map<String, Standing> standings = new HashMap<>();
        for (Origin origin : origins) {
            standings.put(origin.name(), origin.standing());
        }
        return standings;
    }

    /** Nothing is watched any more. The servers stay, for requests that run; connections to them are not kept any more. */
    synchronized void close() {
        sources.values().forEach(Members::end);
        sources.clear();
        Arrays.asList(origins).forEach(onGone);
    }
}
