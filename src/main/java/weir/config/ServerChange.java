package weir.config;

import weir.upstream.Server;

/**
 * What the operator has changed of one server of a pool, against what {@code pool.NAME} says.
 *
 * @param name {@code host:port}
 * @param added the server, when {@code pool.NAME} has none of that name; else null
 * @param tls whether the one that was added is spoken to by TLS
 * @param removed whether the server does not count any more
 * @param weight another one than {@code pool.NAME} says, 1..1000; 0 for that one
 * @param disabled whether it gets no requests
 */
public record ServerChange(String name, Server added, boolean tls, boolean removed, int weight, boolean disabled) {
    /** A server that {@code pool.NAME} has, and nothing changed. */
    public static ServerChange none(String name) {
        return new ServerChange(name, null, false, false, 0, false);
    }

    public static ServerChange added(Server server, boolean tls) {
        return new ServerChange(server.address(), server, tls, false, 0, false);
    }

    public static ServerChange removed(String name) {
        return new ServerChange(name, null, false, true, 0, false);
    }

    public ServerChange withWeight(int other) {
        return added == null ? new ServerChange(name, null, tls, removed, other, disabled)
                : new ServerChange(name, new Server(added.kind(), added.host(), added.port(), other, added.backup(), added.labels()), tls, removed, 0, disabled);
    }

    public ServerChange withDisabled(boolean other) {
        return new ServerChange(name, added, tls, removed, weight, other);
    }

    /** Whether it says anything. */
    public boolean isAny() {
        return added != null || removed || weight > 0 || disabled;
    }

    /** As it stands in {@code pool.NAME.changes}. What was added always says its weight: what says nothing of itself is not added. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(tls ? "https://" : "").append(name);
        if (added != null) {
            text.append(" weight=").append(added.weight()).append(added.backup() ? " backup" : "");
            added.labels().forEach(label -> text.append(' ').append(label));
        } else if (weight > 0) {
            text.append(" weight=").append(weight);
        }
        return text.append(removed ? " removed" : "").append(disabled ? " disabled" : "").toString();
    }
}
