package weir.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import weir.net.Resolver;

/**
 * The servers that SRV records name (RFC 2782): the lowest priority is the first tier, the next one its backup. Weights, which
 * may be anything up to 65535, are brought into the range of a pool's. A target that does not resolve keeps its place without
 * an address, so that one bad name does not take the others along.
 */
final class SrvMembers implements Membership {
    private final Server server;
    private final Resolver resolver;
    private final long intervalNanos;
    private final SrvLookup lookup;

    SrvMembers(Server server, Resolver resolver, long intervalNanos, SrvLookup lookup) {
        this.server = server;
        this.resolver = resolver;
        this.intervalNanos = intervalNanos;
        this.lookup = lookup;
    }

    @Override
    public Watch watch(Consumer<List<Member>> onChange) {
        return new LookUp(resolver.watch(server.host(), intervalNanos, () -> members(lookup.lookup(server.host())), onChange));
    }

    private List<Member> members(List<SrvLookup.Srv> records) throws UnknownHostException {
        if (records.isEmpty()) {
            throw new UnknownHostException(server.host());       // what was known stays: an empty answer is more often a fault than a wish
        }
        List<SrvLookup.Srv> sorted = new ArrayList<>(records);
        sorted.sort(Comparator.comparingInt(SrvLookup.Srv::priority).thenComparing(SrvLookup.Srv::target).thenComparingInt(SrvLookup.Srv::port));
        int weightMax = sorted.stream().mapToInt(SrvLookup.Srv::weight).max().orElse(1);
        List<Member> members = new ArrayList<>();
        int tier = server.backup() ? 1 : 0;
        for (int i = 0; i < sorted.size(); i++) {
            SrvLookup.Srv record = sorted.get(i);
            if (i > 0 && record.priority() != sorted.get(i - 1).priority()) {
                tier++;
            }
            members.add(new Member(Server.address(record.target(), record.port()), record.target(), record.port(), weight(record, weightMax), tier,
                    server.labels(), addresses(record.target())));
        }
        return members;
    }

    /** A weight of 0 is a very small one (RFC 2782). */
    private static int weight(SrvLookup.Srv record, int weightMax) {
        int scaled = weightMax <= Server.WEIGHT_MAX ? record.weight() : (int) ((long) record.weight() * Server.WEIGHT_MAX / weightMax);
        return Math.max(1, scaled);
    }

    private List<InetAddress> addresses(String target) {
        try {
            return resolver.addresses(target);
        } catch (UnknownHostException e) {
            return List.of();
        }
    }
}
