package weir.upstream;

import java.util.List;

/**
 * What the configuration says of one pool. Times in nanoseconds.
 *
 * @param servers in the order of the file, at most 1,000; none means that every request gets 503
 * @param connectNanos to open a connection, and between tries none is left
 * @param responseNanos from the end of the request to the end of the response's head
 * @param idleNanos between bytes of either body
 * @param keepAliveNanos how long an idle connection is kept; below the origin's own limit, or requests meet dead ones
 * @param idleConnectionsMax idle connections kept for one server by one loop, 0..65535
 * @param resolveNanos how often names are looked up again
 * @param headBytesMax the response's head, 256..128 KiB
 */
public record PoolSettings(String name, List<Server> servers, BalanceSettings balance, long connectNanos, long responseNanos,
        long idleNanos, long keepAliveNanos, int idleConnectionsMax, RetrySettings retry, LimitSettings limits, HealthSettings health, long resolveNanos,
        int headBytesMax, ProxyProtocol proxyProtocol) {
    public static final int SERVERS_MAX = 1000;

    public PoolSettings {
        servers = List.copyOf(servers);
        if (servers.size() > SERVERS_MAX || idleConnectionsMax < 0 || idleConnectionsMax > 65535) {
            throw new IllegalArgumentException("pool." + name + ": a number is out of its range");
        }
    }

    /** The same pool with other servers. */
    PoolSettings withServers(List<Server> others) {
        return new PoolSettings(name, others, balance, connectNanos, responseNanos, idleNanos, keepAliveNanos, idleConnectionsMax,
                retry, limits, health, resolveNanos, headBytesMax, proxyProtocol);
    }

    /** Whether only the servers differ, so that a running pool can change them. */
    public boolean differsInServersOnly(PoolSettings other) {
        return withServers(List.of()).equals(other.withServers(List.of()));
    }
}
