package weir.upstream;

import java.net.InetAddress;
import java.util.List;

/**
 * One server of a pool, as a {@link Membership} has found it.
 *
 * @param name {@code host:port}, what it is called in logs, metrics and commands; different for each server of a pool
 * @param host what it is asked for, by Host and by TLS: a name or an address
 * @param port 1..65535
 * @param weight 1..1000
 * @param tier 0 gets all requests while a server of it can take them, then 1, and so on
 * @param addresses in turn for each new connection; none while the name is not resolved
 */
public record Member(String name, String host, int port, int weight, int tier, List<Label> labels, List<InetAddress> addresses) {
    public Member {
        labels = List.copyOf(labels);
        addresses = List.copyOf(addresses);
    }

    /** Whether connections to the other one are connections to this one; the rest may differ. */
    boolean isSamePlace(Member other) {
        return name.equals(other.name) && host.equals(other.host) && port == other.port;
    }
}
