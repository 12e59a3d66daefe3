package weir.upstream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import weir.http.Head;
import weir.http.OriginStream;
import weir.http.ResponseHandler;
import weir.net.EventLoop;
import weir.observe.Figure;
import weir.observe.Histogram;
import weir.observe.Metrics;

/**
 * A pool of origins. Its servers are shared by all loops; balancer, candidates and idle connections are each loop's own.
 * Methods with a loop are called on that loop, the others on any thread but a loop's, unless they say more.
 */
public final class Pool {
    /** What a failed request counts for where the faster server is chosen. */
    private static final long FAILURE_NANOS = 1_000_000_000L;
    private static final double[] CONNECT_BOUNDS = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1};

    private final List<EventLoop> loops;
    private final OriginConnector connector;
    private final Choices choices;
    private final Members members;
    private final PoolKeeper keeper;
    private final PoolQueue queue;
    private final Runnable onChange;
    private final Breaker breaker;                           // null for none
    private final RetryBudget budget;
    private final BitSet unwanted;
    private final Sticky sticky;                             // null for none
    private final HashKey.Reader hashKey;                    // null where the policy needs none
    private final PerLoop[] perLoop;
    private final IdleBudget idle;
    private final Metrics metrics;
    private final Histogram connectTime;
    private volatile PoolSettings settings;

    private final class PerLoop implements Candidates.Limits {
        private final int loop;
        private final Balancer balancer;
        private final Candidates candidates = new Candidates();
        private final Latencies latencies;
        private final Figure live = new Figure();
        private int version = -1;

        PerLoop(int loop) {
            this.loop = loop;
            balancer = Balancer.of(settings.balance(), loop);
            latencies = settings.retry().hedges() ? new Latencies(settings.retry().hedgePercentile()) : null;
        }

        private void refresh() {
            int now = choices.version();                      // before the members: a change in between is seen next time
            if (version != now) {
                candidates.rebuild(members.origins(), settings.balance().prefer());
                version = now;
            }
        }

        boolean select(List<Origin> tried) {
            refresh();
            boolean limited = settings.limits().any();
            return tried.isEmpty() && !limited ? candidates.selectFirst() : candidates.select(tried, limited ? this : null);
        }

        @Override
        public boolean hasRoom(Origin origin) {
            LimitSettings limits = settings.limits();
            return (!limits.limitsRequests() || origin.standing().hasPermit())
                    && (limits.connectionsMax() == 0 || origin.on(loop).idle.count() > 0 || origin.standing().hasConnection(limits.connectionsMax()));
        }
    }

    /**
     * A pool without servers: {@link #configure} tells of them.
     *
     * @param loops the process's, in the order of their indices
     * @param idle the process's
     * @param before the pool of that name under an earlier configuration, whose servers are known; or null
     */
    public Pool(PoolSettings settings, List<EventLoop> loops, OriginConnector connector, IdleBudget idle, Metrics metrics, Pool before) {
        this.settings = settings;
        this.loops = List.copyOf(loops);
        this.connector = connector;
        this.idle = idle;
        this.metrics = metrics;
        connectTime = metrics.histogram("weir_upstream_connect_seconds", "Time to open a connection to a server.", CONNECT_BOUNDS,
                "pool", settings.name());
        choices = before == null ? new Choices() : before.choices;
        queue = new PoolQueue(loops, settings.limits());
        onChange = queue::choicesChanged;
        breaker = settings.limits().breaker() == null ? null : new Breaker(settings.limits().breaker(), loops.size());
        budget = new RetryBudget(settings.retry(), this::liveRequests);
        unwanted = settings.retry().statusBits();
        sticky = settings.balance().sticky() == null ? null : new Sticky(settings.balance().sticky(), settings.name());
        hashKey = settings.balance().hashKey() == null ? null : new HashKey.Reader(settings.balance().hashKey());
        members = new Members(choices, before == null ? Map.of() : before.members.standings(), this::origin, this::gone);
        EventLoop own = loops.get(Math.floorMod(settings.name().hashCode(), loops.size()));
        keeper = new PoolKeeper(settings, members, choices, own, connector, before == null ? null : before.keeper);
        perLoop = new PerLoop[loops.size()];
        for (int i = 0; i < perLoop.length; i++) {
            perLoop[i] = new PerLoop(i);
        }
    }

    private Origin origin(Member member, Standing known) {
        Standing standing = known != null ? known : new Standing(choices, loops.size(), settings.health().startsUp());
        standing.limits(settings.limits());
        return new Origin(member, standing, loops.size(), settings.idleConnectionsMax(), idle, settings.limits().connectionsMax() > 0,
                loop -> queue.roomMade(loops.get(loop)), sticky);
    }

    private void gone(Origin origin) {
        for (EventLoop loop : loops) {
            loop.executeSurely(() -> origin.retire(loop.index()));
        }
    }

    public PoolSettings settings() {
        return settings;
    }

    // ---- which servers there are

    /**
     * These settings from now on; they differ from those before in the servers only. What the operator has changed ends when
     * the servers are others.
     *
     * @param memberships makes the source of servers of each line
     */
    public void configure(PoolSettings next, Function<Server, Membership> memberships) {
        settings = next;
        choices.forget(onChange);
        choices.listener(onChange);
        members.configure(next.servers(), memberships);
        keeper.start();
    }

    /** The servers now, in order. Any thread. */
    public List<Origin> origins() {
        return List.of(members.origins());
    }

    /** The server of that name, or null. Any thread. */
    public Origin origin(String name) {
        return members.find(name);
    }

    /** The operator adds a server. @return false when it is there already, or the pool has its {@link PoolSettings#SERVERS_MAX} */
    public boolean add(Server server) {
        return members.add(server);
    }

    /** The operator removes a server: what runs on it ends. @return false when there is none of that name */
    public boolean remove(String name) {
        return members.remove(name);
    }

    /** No new requests for it. @return false when that was so already */
    public boolean administer(Origin origin, Standing.Administration wanted) {
        return origin.standing().administration(wanted);
    }

    /** @param weight 1..1000, or 0 for the configured one */
    public void weight(Origin origin, int weight) {
        if (weight < 0 || weight > Server.WEIGHT_MAX) {
            throw new IllegalArgumentException("weight: " + weight);
        }
        origin.standing().weightSet(weight);
    }

    /** The pool is not part of the configuration any more: idle connections are closed, later ones not kept. */
    public void close() {
        members.close();
        keeper.close();
        choices.forget(onChange);
    }

    /** Requests between {@link #enter} and {@link #leave}: on a server, waiting, or on the way back; a moment's sum. Any thread. */
    public int liveRequests() {
        int sum = 0;
        for (PerLoop own : perLoop) {
            sum += (int) own.live.get();
        }
        return sum;
    }

    /** Requests that wait for a server to have room. Any thread. */
    public int waiting() {
        return queue.waiting();
    }

    /** Whether the circuit breaker keeps requests away now. Any thread. */
    public boolean isBroken() {
        return breaker != null && breaker.isOpen();
    }

    /** Tries beyond the first that run now. Any thread. */
    public int retriesRunning() {
        return budget.running();
    }

    // ---- a request: which server

    /** A request is the pool's from now on; {@link #leave} must follow. */
    public void enter(EventLoop loop) {
        perLoop[loop.index()].live.add(1);
    }

    /** The request is over. */
    public void leave(EventLoop loop) {
        perLoop[loop.index()].live.add(-1);
    }

    /** Whether the circuit breaker lets a request through. */
    public boolean admits(EventLoop loop) {
        return breaker == null || breaker.admits(loop.nowNanos());
    }

    /** What decides the server of a request where the policy is {@link BalanceSettings.Policy#HASH}; else 0. */
    public long key(Head request, byte[] clientAddress) {
        return hashKey == null ? 0 : hashKey.of(request, clientAddress);
    }

    /** The server that the client's cookie binds it to; null when there is none, or it cannot be chosen now. */
    public Origin stuckTo(EventLoop loop, Head request) {
        if (sticky == null) {
            return null;
        }
        PerLoop own = perLoop[loop.index()];
        own.refresh();
        return sticky.find(request, own.candidates);
    }

    /**
     * Chooses a server for a request; nothing is taken before {@link #begin}.
     *
     * @param tried the servers that this request has met already: passed over
     * @param key of {@link #key}
     * @return null when no other server is usable: none configured, no name resolved yet, all down, full or tried
     */
    public Origin pick(EventLoop loop, List<Origin> tried, long key) {
        PerLoop own = perLoop[loop.index()];
        return own.select(tried) ? own.balancer.pick(own.candidates, key, loop.nowNanos()) : null;
    }

    /** Whether {@link #pick} would find one; chooses nothing, so that no policy counts it. */
    public boolean hasAnother(EventLoop loop, List<Origin> tried) {
        return perLoop[loop.index()].select(tried);
    }

    /** Whether the last {@link #pick} passed over a server only because it has no room now. */
    public boolean sawFull(EventLoop loop) {
        return perLoop[loop.index()].candidates.sawFull();
    }

    /** Why no request can be sent to any of the servers, apart from limits; for the log. Any thread. */
    public String whyNone() {
        Map<String, Integer> causes = new LinkedHashMap<>();
        for (Origin origin : members.origins()) {
            String cause = origin.whyNotUsable();
            causes.merge(cause == null ? "busy" : cause, 1, Integer::sum);
        }
        String name = settings.name();
        return switch (causes.size()) {
            case 0 -> "pool " + name + " has no server";
            case 1 -> "all servers of pool " + name + " are " + causes.keySet().iterator().next();
            default -> "no server of pool " + name + " can be used: "
                    + causes.entrySet().stream().map(each -> each.getValue() + " " + each.getKey()).collect(Collectors.joining(", "));
        };
    }

    // ---- a request: its turn

    /** Whether others of its class wait already, so that it has to wait behind them. */
    public boolean mustWait(EventLoop loop, QueueClass queueClass) {
        return queue.isBehind(queueClass);
    }

    /**
     * Waits for a server to have room.
     *
     * @return false when as many wait as may
     */
    public boolean enqueue(EventLoop loop, Waiter waiter, QueueClass queueClass) {
        if (!queue.add(loop, waiter, queueClass)) {
            return false;
        }
        if (settings.limits().connectionsMax() > 0) {
            askForIdleConnections(loop);
        }
        return true;
    }

    /** Connections that other loops keep unused may be all that a server allows. */
    private void askForIdleConnections(EventLoop waiting) {
        for (EventLoop loop : loops) {
            if (loop != waiting) {
                loop.execute(() -> closeIdle(loop));
            }
        }
    }

    private void closeIdle(EventLoop loop) {
        for (Origin origin : members.origins()) {
            if (!origin.standing().hasConnection(settings.limits().connectionsMax()) && origin.on(loop.index()).idle.closeOldest()) {
                return;
            }
        }
    }

    // ---- a request: on a server

    /**
     * Begins a request on a server: on a kept connection, or on a new one that is being opened.
     *
     * @param reuse whether a kept connection will do
     * @param probe look first whether a kept connection is still open, as the request could not be sent twice
     * @return null when the server has no room any more
     * @throws IOException when a new connection cannot even be tried; the request has not begun then
     */
    public OriginStream begin(EventLoop loop, Origin origin, ResponseHandler handler, boolean reuse, boolean probe)
            throws IOException {
        boolean limited = settings.limits().limitsRequests();
        if (limited && !origin.standing().takePermit()) {
            return null;
        }
        OriginStream stream = null;
        try {
            stream = reuse ? kept(loop, origin, probe) : null;
            if (stream != null) {
                stream.assign(handler);
            } else {
                stream = open(loop, origin, handler);
            }
        } finally {
            if (stream == null && limited) {
                origin.standing().givePermit();
            }
        }
        if (stream != null) {
            origin.standing().counts().begin(loop.index());
        }
        return stream;
    }

    private OriginStream kept(EventLoop loop, Origin origin, boolean probe) {
        IdleConnections idle = origin.on(loop.index()).idle;
        OriginStream stream = idle.take();
        while (stream != null && probe && !stream.isStillOpen()) {
            stream.abort();
            origin.closed(loop.index());
            stream = idle.take();
        }
        return stream;
    }

    private OriginStream open(EventLoop loop, Origin origin, ResponseHandler handler) throws IOException {
        InetSocketAddress address = origin.address(loop.index());
        if (address == null) {
            throw new IOException(origin.name() + " is not resolved");
        }
        int max = settings.limits().connectionsMax();
        boolean counted = max > 0;
        if (counted && !origin.standing().takeConnection(max)
                && !(origin.on(loop.index()).idle.closeOldest() && origin.standing().takeConnection(max))) {
            return null;
        }
        boolean opened = false;
        try {
            OriginStream stream = connector.connect(loop, origin.member(), address, handler);
            opened = true;
            origin.opened(loop.index());
            return stream;
        } finally {
            if (!opened && counted) {
                origin.standing().giveConnection();
            }
        }
    }

    /** The request that was begun is over. @param stream to be kept for the next request, or null when it has been closed */
    public void end(EventLoop loop, Origin origin, OriginStream stream, OriginResult result) {
        int index = loop.index();
        Standing standing = origin.standing();
        standing.counts().end(index, result);
        if (settings.limits().limitsRequests()) {
            standing.givePermit();
        }
        if (stream == null) {
            origin.closed(index);
        } else if (origin.isRetired(index) || settings.proxyProtocol() != ProxyProtocol.OFF || isWantedElsewhere(loop, standing)) {
            stream.abort();
            origin.closed(index);
        } else {
            origin.on(index).idle.put(stream, settings.keepAliveNanos());
        }
        judge(loop, origin, result);
        queue.roomMade(loop);
    }

    /** Its connection is all that the server allows, and another loop waits for one. */
    private boolean isWantedElsewhere(EventLoop loop, Standing standing) {
        int max = settings.limits().connectionsMax();
        return max > 0 && queue.isWaitedForElsewhere(loop) && !standing.hasConnection(max);
    }

    /** A request could not even begin, as no connection could be tried. */
    public void failed(EventLoop loop, Origin origin, OriginResult result) {
        origin.standing().counts().result(loop.index(), result);
        judge(loop, origin, result);
    }

    private void judge(EventLoop loop, Origin origin, OriginResult result) {
        boolean failure = result.isFailure();
        if (result == OriginResult.CONNECT || result == OriginResult.TIMEOUT) {
            origin.unreachable();
        }
        if (result.meansOutage()) {
            keeper.failed(origin, result);
        } else if (!result.saysNothing()) {
            origin.standing().succeeded();
        }
        if (failure) {
            perLoop[loop.index()].balancer.observe(origin, FAILURE_NANOS, loop.nowNanos());
        }
        if (breaker != null && (failure || result == OriginResult.OK)) {
            breaker.ended(loop.index(), failure, loop.nowNanos());
        }
    }

    /** A new connection stood after this time. */
    public void connected(EventLoop loop, long nanos) {
        connectTime.record(loop.index(), nanos);
    }

    /** A response's head came so long after its request was begun. */
    public void answered(EventLoop loop, Origin origin, long nanos, int status) {
        if (status >= 500) {
            return;                                          // how soon a server fails says nothing about how soon it serves
        }
        PerLoop own = perLoop[loop.index()];
        origin.standing().counts().head(loop.index(), nanos);
        own.balancer.observe(origin, nanos, loop.nowNanos());
        origin.standing().observed(loop.nowNanos());
        if (own.latencies != null) {
            own.latencies.record(nanos);
        }
    }

    // ---- a request: once more

    /** Whether a response of this status is given up for another try. */
    public boolean isUnwanted(int status) {
        return unwanted.get(status);
    }

    /** One more try beyond the first, of all that run; {@link #giveRetry} must follow. @return false when the budget is used up */
    public boolean takeRetry(EventLoop loop) {
        if (budget.take()) {
            return true;
        }
        metrics.counter("weir_retries_refused_total", "Tries beyond the first that the retry budget did not allow.", "pool", settings.name())
                .increment(loop.index());
        return false;
    }

    /** What {@link #takeRetry} took. */
    public void giveRetry() {
        budget.give();
    }

    /** A request is tried once more. @param reason a constant */
    public void retried(EventLoop loop, String reason) {
        metrics.counter("weir_retries_total", "Requests that were sent once more, by what went wrong before.", "pool", settings.name(),
                "reason", reason).increment(loop.index());
    }

    /** How long a response may take before a second server is asked too; 0 while that is not known, or not wanted. */
    public long hedgeNanos(EventLoop loop) {
        Latencies latencies = perLoop[loop.index()].latencies;
        return latencies == null || latencies.value() == 0 ? 0 : Math.max(settings.retry().hedgeMinNanos(), latencies.value());
    }

    /** The second server answered first. */
    public void hedgeWon(EventLoop loop) {
        metrics.counter("weir_hedges_won_total", "Second tries beside slow ones that answered first.", "pool", settings.name())
                .increment(loop.index());
    }

    /** Idle connections of one loop to one server; exact on that loop. */
    public int idleConnections(EventLoop loop, Origin origin) {
        return origin.on(loop.index()).idle.count();
    }
}
