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
 * @param tries in all, 1..10
 * @param resolveNanos how often names are looked up again
 * @param headBytesMax the response's head, 256..128 KiB
 */
public record PoolSettings(String name, List<Server> servers, Balance balance, long connectNanos, long responseNanos,
        long idleNanos, long keepAliveNanos, int idleConnectionsMax, int tries, long resolveNanos, int headBytesMax) {
    /**
     * One server of a pool.
     *
     * @param host a name or an address
     * @param port 1..65535
     * @param weight 1..1000, its share against the others
     */
    public record Server(String host, int port, int weight) {
        /** As it stands in logs and metrics. */
        public String address() {
            return host.indexOf(':') >= 0 ? '[' + host + "]:" + port : host + ':' + port;
        }
    }

    /** How a server is chosen. */
    public enum Balance { ROUND_ROBIN, LEAST_REQUESTS, RANDOM_TWO }

    public PoolSettings {
        servers = List.copyOf(servers);
        if (servers.size() > 1000 || tries < 1 || tries > 10 || idleConnectionsMax < 0 || idleConnectionsMax > 65535) {
            throw new IllegalArgumentException("pool." + name + ": a number is out of its range");
        }
    }
}
