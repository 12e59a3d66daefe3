package weir.upstream;

import java.util.List;
import java.util.function.Consumer;
import weir.net.Resolver;

/**
 * A source of servers: one line of the configuration, a name in DNS, the operator. A registry can be one more. What several
 * sources of a pool say is put together by {@link Pool#members}.
 */
public interface Membership {
    /** Ends a watch; nothing is told any more once this has returned, but for a call that runs. Any thread. */
    interface Watch extends AutoCloseable {
        /** A server could not be reached: its address may be out of date. Any thread, also a loop. */
        default void refresh() {}

        @Override
        void close();
    }

    /**
     * Starts to tell which servers there are: at once where that is known, else as soon as it is, and again at every change.
     *
     * @param onChange gets all of them, in order; on any thread but a loop's
     */
    Watch watch(Consumer<List<Member>> onChange);

    /**
     * What a line of the configuration stands for.
     *
     * @param resolver for names
     * @param intervalNanos how often a name is looked up again
     */
    static Membership of(Server server, Resolver resolver, long intervalNanos) {
        return server.kind() == Server.Kind.SRV ? new SrvMembers(server, resolver, intervalNanos, new SrvLookup(SrvLookup.SYSTEM))
                : new NamedMembers(server, resolver, intervalNanos);
    }
}
