package weir.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import weir.upstream.Server;

/**
 * One item of {@code pool.NAME.changes}.
 *
 * @param server as it is written, without the word at its end
 * @param described whether something of it is said besides where it is and that word: only such a server is added
 */
record PoolChange(PoolServer server, boolean described, boolean removed, boolean disabled) {
    static final class Type implements ValueType<List<PoolChange>> {
        private static final PoolServer.Type SERVER = PoolServer.TYPE;

        @Override
        public String name() {
            return "list of changes";
        }

        @Override
        public String range() {
            return "host:port weight=N, host:port removed, host:port disabled";
        }

        @Override
        public Optional<List<PoolChange>> parse(Word value, Problems problems) {
            return Lists.parse(value, problems, Type::change);
        }

        private static Optional<PoolChange> change(Word item, Problems problems) {
            Word rest = without("removed", item);
            boolean removed = rest != null;
            Word state = removed ? null : without("disabled", item);
            Word server = removed ? rest : state != null ? state : item;
            if (server.isEmpty()) {
                problems.error(item, "no server in " + item.shown(), "write host:port before it");
                return Optional.empty();
            }
            boolean described = Words.words(server, problems).size() > 1;
            return SERVER.server(server, problems).map(read -> new PoolChange(read, described, removed, state != null));
        }

        /** What stands before that last word; null when it is another one. */
        private static Word without(String word, Word item) {
            int at = item.length() - word.length();
            boolean there = at >= 0 && item.from(at).is(word) && (at == 0 || Word.isBlank(item.charAt(at - 1)));
            return there ? item.slice(0, at).trim() : null;
        }
    }

    /** What comes of the changes of a pool: its servers with them, and those that change something. */
    record Applied(List<Server> servers, List<ServerChange> changes) {}

    /**
     * Applies them.
     *
     * @param base what {@code pool.NAME} says
     * @param tls whether these are spoken to by TLS
     */
    static Applied apply(String pool, List<Server> base, boolean tls, List<PoolChange> written, Problems problems) {
        List<Server> servers = new ArrayList<>(base);
        List<ServerChange> changes = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (PoolChange each : written) {
            Server server = each.server.server();
            String name = server.address();
            int at = indexOf(servers, name);
            if (!seen.add(name)) {
                problems.error(each.server.place(), name + " stands twice in pool." + pool + ".changes", "keep one of them");
            } else if (each.removed) {
                if (at >= 0) {
                    servers.remove(at);
                    changes.add(ServerChange.removed(name));
                }
            } else if (at >= 0) {
                int weight = each.described && server.weight() != servers.get(at).weight() ? server.weight() : 0;
                if (weight > 0) servers.set(at, weighted(servers.get(at), weight));
                changes.add(ServerChange.none(name).withWeight(weight).withDisabled(each.disabled));
            } else if (each.described) {
                if (each.server.tls() != tls) {
                    problems.error(each.server.place(), name + " is spoken to " + (tls ? "in clear, and the servers of pool." : "by TLS, and the servers of pool.") + pool
                            + " are not", "write it as they are written");
                }
                servers.add(server);
                changes.add(ServerChange.added(server, tls).withDisabled(each.disabled));
            } else {
                problems.warning(each.server.place(), "pool." + pool + " has no " + name, "remove it here, or write host:port weight=N to add it", null);
            }
        }
        return new Applied(servers, changes.stream().filter(ServerChange::isAny).toList());
    }

    private static int indexOf(List<Server> servers, String name) {
        for (int i = 0; i < servers.size(); i++) {
            if (servers.get(i).address().equals(name)) return i;
        }
        return -1;
    }

    private static Server weighted(Server server, int weight) {
        return new Server(server.kind(), server.host(), server.port(), weight, server.backup(), server.labels());
    }
}
