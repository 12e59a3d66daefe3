package weir.upstream;

import java.util.List;

/**
 * What the configuration says of a server, or of a name that stands for several.
 *
 * @param host a name or an address; of {@link Kind#SRV} the whole name of the record
 * @param port 1..65535; 0 for {@link Kind#SRV}, whose records tell it
 * @param weight 1..1000, its share against the others
 * @param backup gets requests only while no other server can
 */
public record Server(Kind kind, String host, int port, int weight, boolean backup, List<Label> labels) {
    public static final int WEIGHT_MAX = 1000;

    /** What the name stands for. */
    public enum Kind {
        /** One server, whatever number of addresses it has. */
        HOST(""),
        /** One server for each address of the name. */
        DNS("dns://"),
        /** One server for each SRV record (RFC 2782), which tells port, weight and priority. */
        SRV("srv://");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    public Server {
        labels = List.copyOf(labels);
        if (weight < 1 || weight > WEIGHT_MAX || port < 0 || port > 65_535 || kind != Kind.SRV && port == 0) {
            throw new IllegalArgumentException("server " + host + ": a number is out of its range");
        }
    }

    /** A plain server. */
    public Server(String host, int port, int weight) {
        this(Kind.HOST, host, port, weight, false, List.of());
    }

    /** By hand, as the key of a map in a pool: what the compiler makes of a record takes 15 ms when it is first asked. */
    @Override
    public int hashCode() {
        return host.hashCode() * 31 + port;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Server that && kind == that.kind && host.equals(that.host) && port == that.port && weight == that.weight
                && backup == that.backup && labels.equals(that.labels);
    }

    /** As it stands in the configuration, logs and metrics. */
    public String address() {
        return kind.prefix + (kind == Kind.SRV ? host : address(host, port));
    }

    static String address(String host, int port) {
        return host.indexOf(':') >= 0 ? '[' + host + "]:" + port : host + ':' + port;
    }
}
