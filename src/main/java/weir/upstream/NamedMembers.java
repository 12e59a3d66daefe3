package weir.upstream;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;
import weir.net.Resolver;

/**
 * The servers behind a host name: one with all its addresses, or one for each ({@code dns://}). Known at once when the host is
 * an address; else looked up again and again, and the last good answer stays.
 */
final class NamedMembers implements Membership {
    private final Server server;
    private final Resolver resolver;
    private final long intervalNanos;

    NamedMembers(Server server, Resolver resolver, long intervalNanos) {
        this.server = server;
        this.resolver = resolver;
        this.intervalNanos = intervalNanos;
    }

    @Override
    public Watch watch(Consumer<List<Member>> onChange) {
        InetAddress literal = Resolver.literal(server.host());
        if (literal != null) {
            onChange.accept(members(List.of(literal)));
            return () -> { };
        }
        if (server.kind() == Server.Kind.HOST) {
            onChange.accept(members(List.of()));                    // it is there, and has no address yet
        }
        return new LookUp(resolver.watch(server.host(), intervalNanos, found -> onChange.accept(members(found))));
    }

    private List<Member> members(List<InetAddress> found) {
        if (server.kind() == Server.Kind.HOST) {
            return List.of(member(server.address(), found));
        }
        return found.stream().map(address -> member(Server.address(address.getHostAddress(), server.port()), List.of(address))).toList();
    }

    private Member member(String name, List<InetAddress> addresses) {
        return new Member(name, server.host(), server.port(), server.weight(), server.backup() ? 1 : 0, server.labels(), addresses);
    }
}
