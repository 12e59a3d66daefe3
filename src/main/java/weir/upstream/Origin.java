package weir.upstream;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;

/**
 * One server of a pool: where it is, how it stands, and what each loop keeps for it. Shared by all loops; methods with a loop
 * are called on that loop, the others by any thread.
 */
public final class Origin {
    /** Weights count in hundredths, so that a slow start can begin below a weight of 1. */
    static final int WEIGHT_UNIT = 100;

    private final String name;
    private final Standing standing;
    private final long hash;
    private final byte[] stickyToken;                        // null where clients are not kept with their servers
    private final byte[] stickyCookie;
    private final OnLoop[] onLoops;
    private final boolean countsConnections;
    private final IntConsumer onRoom;
    private volatile Member member;
    private volatile Membership.Watch source;
    private volatile InetSocketAddress[] addresses;

    /** What one loop keeps for a server; only that loop touches it. */
    static final class OnLoop {
        final IdleConnections idle;
        /** Of {@link RoundRobin}. */
        long credit;
        /** Of {@link LeastTime}. */
        double latencyNanos;
        long latencyAtNanos;
        long observedAtNanos;
        private int nextAddress;
        private boolean retired;

        OnLoop(IdleConnections idle) {
            this.idle = idle;
        }
    }

    /** @param countsConnections whether the pool limits how many there are; then {@code onRoom} hears of each that is closed,
     *     on its loop */
    Origin(Member member, Standing standing, int loops, int idleConnectionsMax, IdleBudget idle, boolean countsConnections,
            IntConsumer onRoom, Sticky sticky) {
        this.name = member.name();
        hash = HashKey.hash(name.getBytes(StandardCharsets.UTF_8));
        this.standing = standing;
        this.member = member;
        this.countsConnections = countsConnections;
        this.onRoom = onRoom;
        stickyToken = sticky == null ? null : sticky.token(name);
        stickyCookie = sticky == null ? null : sticky.setCookie(stickyToken);
        onLoops = new OnLoop[loops];
        for (int i = 0; i < loops; i++) {
            int loop = i;
            onLoops[i] = new OnLoop(new IdleConnections(idleConnectionsMax, idle, loop, () -> closed(loop)));
        }
        addresses = connectable(member);
    }

    private static InetSocketAddress[] connectable(Member member) {
        return member.addresses().stream().map(address -> new InetSocketAddress(address, member.port())).toArray(InetSocketAddress[]::new);
    }

    /** {@code host:port}: the server's name in logs, metrics and commands. */
    public String name() {
        return name;
    }

    public Member member() {
        return member;
    }

    /** Another weight, tier, labels or addresses, at the same place. */
    void member(Member next) {
        if (!next.addresses().equals(member.addresses())) {
            addresses = connectable(next);
        }
        member = next;
    }

    /** Who tells of its addresses; null until the first of them is there. */
    void source(Membership.Watch next) {
        source = next;
    }

    /** It could not be reached: its address may be out of date. */
    void unreachable() {
        Membership.Watch known = source;
        if (known != null) {
            known.refresh();
        }
    }

    public Standing standing() {
        return standing;
    }

    OnLoop on(int loop) {
        return onLoops[loop];
    }

    /** Its share against the others now, in hundredths; more than 0. Less than usual in a slow start. */
    long weight() {
        return configuredWeight() * standing.sharePercent() * WEIGHT_UNIT / 100;
    }

    /** The operator's weight, or else the configured one; 1..1000. */
    public long configuredWeight() {
        int set = standing.weightSet();
        return set > 0 ? set : member.weight();
    }

    byte[] stickyToken() {
        return stickyToken;
    }

    /** The value of Set-Cookie that keeps a client with this server, not to be changed; null where no client is kept. */
    public byte[] stickyCookie() {
        return stickyCookie;
    }

    /** Of its name, for {@link ConsistentHash}. */
    long hash() {
        return hash;
    }

    /** Whether it may be chosen, apart from limits. */
    public boolean isUsable() {
        return isResolved() && standing.isUsable();
    }

    /** What keeps it from being chosen, in a word or two for the log; null when it is usable. */
    String whyNotUsable() {
        return switch (standing.administration()) {
            case DISABLED -> "disabled";
            case DRAINING -> "draining";
            case ENABLED -> !isResolved() ? "without an address" : !standing.isUp() ? "down" : standing.isEjected() ? "ejected" : null;
        };
    }

    /** Whether a name has been resolved, so that requests can be sent there. */
    public boolean isResolved() {
        return addresses.length > 0;
    }

    /** Its last response was of HTTP/1.0: such a server knows no chunked coding (RFC 9112 §6.1). */
    public boolean speaksHttp10() {
        return standing.speaksHttp10();
    }

    /** What version its response had. */
    public void spoke(int versionMinor) {
        standing.spoke(versionMinor);
    }

    /** The next of its addresses in turn, or null when it has none yet. */
    InetSocketAddress address(int loop) {
        InetSocketAddress[] known = addresses;
        if (known.length < 2) {
            return known.length == 0 ? null : known[0];
        }
        return known[Math.floorMod(onLoops[loop].nextAddress++, known.length)];
    }

    /** A connection to it has been opened, or begun to. */
    void opened(int loop) {
        standing.counts().connections(loop, 1);
    }

    /** A connection to it has been closed. */
    void closed(int loop) {
        standing.counts().connections(loop, -1);
        if (countsConnections) {
            standing.giveConnection();
            onRoom.accept(loop);
        }
    }

    /** The loop's idle connections are closed, and later ones are not kept. */
    void retire(int loop) {
        onLoops[loop].retired = true;
        onLoops[loop].idle.closeAll();
    }

    boolean isRetired(int loop) {
        return onLoops[loop].retired;
    }

    /** Requests that run on it from this loop. */
    public int openRequests(int loop) {
        return standing.counts().open(loop);
    }

    /** Requests that run on it from all loops; a moment's sum. */
    public int openRequests() {
        return standing.counts().open();
    }

    /** Connections to it that are open, in use or not; a moment's sum. */
    public int connections() {
        return standing.counts().connections();
    }

    /** Checks of it that went well, or not, since the name is known. */
    public long checks(boolean ok) {
        return (ok ? standing.health().checksOk : standing.health().checksFailed).get();
    }

    /** How often it was ejected, by the reason, since the name is known. */
    public Map<String, Long> ejections() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Ejector.Reason reason : Ejector.Reason.values()) {
            counts.put(reason.label, standing.health().ejections(reason));
        }
        return counts;
    }

    /** Requests that ended so, since the name is known. */
    public long results(OriginResult result) {
        return standing.counts().results(result);
    }
}
