package weir.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import weir.net.Resolver;

/**
 * The system's resolver for a process that is weir's own. Addresses are kept by {@link Resolver} and looked up in its interval: the
 * JDK's cache would only add to their age.
 */
final class SystemNames implements Resolver.Lookup {
    /** The one that there is. */
    static final SystemNames LOOKUP = new SystemNames();

    private SystemNames() {}

    /** Before the first look-up of this process. */
    static void keepShortly() {
        if (System.getProperty("sun.net.inetaddr.ttl") == null) {
            System.setProperty("sun.net.inetaddr.ttl", "1");
        }
    }

    /** What is not found has no such property. A security property takes 20 ms to set, and most who start resolve no name. */
    private static final class NotFound {
        static {
            Security.setProperty("networkaddress.cache.negative.ttl", "1");
        }

        static void keepShortly() {}
    }

    @Override
    public InetAddress[] lookup(String host) throws UnknownHostException {
        NotFound.keepShortly();
        return InetAddress.getAllByName(host);
    }
}
