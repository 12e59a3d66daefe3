package weir.upstream;

import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/** Asks for SRV records (RFC 2782) by the JDK's own client. Needs the modules java.naming and jdk.naming.dns, and only here. */
final class SrvLookup {
    /** The name servers of the system. */
    static final String SYSTEM = "dns:";

    private static final int RECORDS_MAX = PoolSettings.SERVERS_MAX;
    private static final String TIMEOUT_MILLIS = "1000";
    private static final String TRIES = "2";

    private final String servers;

    /** @param servers as the JDK wants them: {@code dns://host:port} */
    SrvLookup(String servers) {
        this.servers = servers;
    }

    /**
     * One record.
     *
     * @param priority the lowest is asked first
     * @param weight the share against others of the same priority, 0..65535
     */
    record Srv(int priority, int weight, int port, String target) {}

    /** All records of a name, at most 1,000; none when it says that there is no such service. Blocks. */
    @SuppressWarnings({"BanJNDI", "JdkObsolete"})            // only attributes of DNS are asked for, which are text; a Hashtable is JNDI's wish
    List<Srv> lookup(String name) throws UnknownHostException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put("java.naming.factory.initial", "com.sun.jndi.dns.DnsContextFactory");
        environment.put("java.naming.provider.url", servers);
        environment.put("com.sun.jndi.dns.timeout.initial", TIMEOUT_MILLIS);
        environment.put("com.sun.jndi.dns.timeout.retries", TRIES);
        try {
            InitialDirContext context = new InitialDirContext(environment);
            try {
                return records(context.getAttributes(name, new String[] {"SRV"}).get("SRV"));
            } finally {
                context.close();
            }
        } catch (NamingException e) {
            throw unknown(name, e.toString());
        } catch (NoClassDefFoundError e) {
            throw unknown(name, "SRV records need the modules java.naming and jdk.naming.dns in this Java");
        }
    }

    private static UnknownHostException unknown(String name, String why) {
        return new UnknownHostException(name + ": " + why);
    }

    private static List<Srv> records(Attribute attribute) throws NamingException {
        List<Srv> records = new ArrayList<>();
        if (attribute == null) {
            return records;
        }
        NamingEnumeration<?> all = attribute.getAll();
        while (all.hasMore() && records.size() < RECORDS_MAX) {
            Srv record = parse(String.valueOf(all.next()));
            if (record != null) {
                records.add(record);
            }
        }
        return records;
    }

    /** {@code priority weight port target.}; null for one that names no service (RFC 2782: a target of "."). */
    static Srv parse(String text) {
        String[] parts = text.trim().split(" ", 4);
        if (parts.length < 4 || parts[3].equals(".")) {
            return null;
        }
        try {
            int port = Integer.parseInt(parts[2]);
            String target = parts[3].endsWith(".") ? parts[3].substring(0, parts[3].length() - 1) : parts[3];
            return port < 1 || port > 65_535 ? null : new Srv(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), port, target);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
