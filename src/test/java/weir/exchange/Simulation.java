package weir.exchange;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import weir.h1.ClientConnection;
import weir.h1.HttpLimits;
import weir.h1.Receptions;
import weir.h1.OriginConnection;
import weir.net.EventLoop;
import weir.net.TransportHandler;
import weir.observe.Metrics;
import weir.tls.TlsTransport;
import weir.tls.TlsVersion;
import weir.upstream.Origin;
import weir.upstream.Pool;
import weir.upstream.BalanceSettings;
import weir.upstream.HealthSettings;
import weir.upstream.IdleBudget;
import weir.upstream.LimitSettings;
import weir.upstream.Membership;
import weir.upstream.PoolSettings;
import weir.upstream.ProxyProtocol;
import weir.upstream.RetrySettings;
import weir.upstream.Server;

/**
 * One client connection, its requests, and the origin connections that they lead to: everything between the sockets is the
 * proxy's own code, everything around it is drawn from one seed, step by step.
 */
final class Simulation implements ClientConnection.Owner {
    private static final long SECOND = 1_000_000_000L;
    private static final HttpLimits LIMITS = new HttpLimits(32 << 10, 100, 8 << 10, 10 * SECOND, 60 * SECOND, 20 * SECOND, false);
    private static final int NOTES_MAX = 40;
    /** As many as a loop may take for content of which little or nothing comes out before the end. */
    private static final int IDLE_TURNS_MAX = 50;
    private static final int STEPS_MAX = 400_000;
    /** Longer than every timeout together that one request can run into. */
    private static final int SECONDS_MAX = 400;

    private enum Fault { CLIENT_RESETS, CLIENT_ENDS, CLIENT_MUTE, CLIENT_DEAF, ORIGIN_RESETS, ORIGIN_CLOSES, ORIGIN_STALLS, ORIGIN_BABBLES, BIT_FLIPS }

    /** What goes wrong: nothing, anything, or one answer whose content ends with the connection is cut in the middle. */
    enum Faults { NONE, ANY, CUT_ANSWER }

    /** Which connections are TLS. */
    enum Protected { NONE, CLIENT, ORIGINS, BOTH }

    private record Step(String what, Runnable action) {}

    private final Random random;
    private final RandomFilters filters;
    private final SimulatedLoop loop;
    private final TlsSides tls;
    private final Protected which;
    private final Faults faults;
    private final boolean faulty;
    private final boolean shortened;
    private final boolean large;
    private final boolean early;
    private final int faultOneIn;
    private final List<RandomExchange> exchanges = new ArrayList<>();
    private final List<SimulatedOrigin> origins = new ArrayList<>();
    private final Pool pool;
    private final Service service;
    private final Receptions receptions;
    private final FaultyTransport connection;
    private final TlsPeer clientTls;              // null where the connection is plain
    private final List<TlsPeer> originTls = new ArrayList<>();
    private final SimulatedClient client;
    private final SimulatedOrigin.Seen seen;
    private final Deque<String> notes = new ArrayDeque<>();
    private int ends;
    private int closed;
    private int refused;
    private int connectFaults;

    /**
     * @param certified the proxy and the origins, where they are protected
     * @param shared for filters that convert content; null for none
     */
    Simulation(long seed, SimulatedLoop loop, Protected which, TlsSides.Certified certified, Faults faults, RandomFilters.Shared shared) {
        this.loop = loop;
        this.faults = faults;
        faulty = faults != Faults.NONE;
        this.which = which;
        tls = which == Protected.NONE ? null : new TlsSides(certified);
        random = new Random(seed);
        shortened = random.nextInt(4) > 0;
        large = random.nextInt(4) == 0;
        early = faulty && random.nextInt(6) == 0;
        filters = shared == null ? RandomFilters.NONE : RandomFilters.of(random, shared, faults == Faults.ANY);
        boolean cutsAnswer = faults == Faults.CUT_ANSWER;
        faultOneIn = cutsAnswer ? 4 : 10 << random.nextInt(6);
        connectFaults = faults == Faults.ANY && random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0;
        boolean http10 = random.nextInt(8) == 0 || cutsAnswer;
        int count = http10 ? 1 : 1 + random.nextInt(5);
        for (int id = 0; id < count; id++) {
            RandomExchange drawn;
            do {
                drawn = RandomExchange.of(id, random, http10, id == count - 1, large, protectsOrigins() && !faulty, filters);
            } while (cutsAnswer && (!drawn.untilClose() || drawn.answerContent().length == 0));
            exchanges.add(drawn);
        }
        List<Server> servers = List.of(new Server("127.0.0.1", 1, 1), new Server("127.0.0.1", 2, 1));
        PoolSettings settings = new PoolSettings("test", servers.subList(0, 1 + random.nextInt(2)), BalanceSettings.DEFAULT, SECOND,
                30 * SECOND, 20 * SECOND, 30 * SECOND, random.nextInt(3), retry(1 + random.nextInt(3)), limits(), HealthSettings.DEFAULT, 30 * SECOND,
                32 << 10, ProxyProtocol.OFF);
        EventLoop.Connector connector = !protectsOrigins() ? EventLoop::connect
                : (own, address, handler) -> tls.server(address.getPort()).connect(loop.tls(), address, settings.connectNanos(), handler);
        long connectNanos = settings.connectNanos() + (protectsOrigins() ? TlsSides.HANDSHAKE_NANOS : 0);
        pool = new Pool(settings, List.of(loop.loop()), (own, server, address, handler) ->
                OriginConnection.connect(own, connector, address, LIMITS, connectNanos, handler), new IdleBudget(1, 100), new Metrics(1), null);
        pool.configure(settings, server -> Membership.of(server, null, settings.resolveNanos()));
        if (settings.retry().hedges()) {
            knowTimes();
        }
        Route route = new Route("test", filters.filters(), new Target.ToPools(List.of(new Target.Share(pool, 1))), Route.Limits.NONE, null);
        service = new Service(exchange -> route, List.of(exchange -> {
            ends++;
            note("end " + exchange.status() + " " + exchange.end());
        }));
        receptions = new Receptions(() -> new Exchange(loop.loop(), () -> service));
        connection = new FaultyTransport(random, shortened, large, false);
        clientTls = protectsClient() ? client() : null;
        client = new SimulatedClient(exchanges, filters, random, random.nextBoolean(), clientTls == null ? connection : clientTls);
        seen = new SimulatedOrigin.Seen(count);
    }

    /** With 200 among the statuses given up, so that whole responses are, and the next server's counts. */
    private RetrySettings retry(int triesMax) {
        RetrySettings usual = RetrySettings.DEFAULT;
        int held = new int[] {0, 100, usual.bodyBytesMax(), RetrySettings.BODY_BYTES_MAX}[random.nextInt(4)];
        return new RetrySettings(triesMax, usual.causes(), random.nextInt(3) == 0 ? Set.of(200, 404, 500, 503) : Set.of(), held, usual.budgetPercent(),
                random.nextInt(3), random.nextInt(3) == 0 ? 50 : 0, random.nextInt(300_000));
    }

    /** Without enough known times nothing is hedged. */
    private void knowTimes() {
        Origin origin = pool.origins().get(0);
        for (int i = 0; i < 100; i++) {
            pool.answered(loop.loop(), origin, random.nextInt(100_000), 200);
        }
    }

    private LimitSettings limits() {
        return random.nextInt(3) > 0 ? LimitSettings.NONE : new LimitSettings(1, 0, 0, random.nextInt(3), 1, SECOND, null);
    }

    private boolean protectsClient() {
        return which == Protected.CLIENT || which == Protected.BOTH;
    }

    private boolean protectsOrigins() {
        return which == Protected.ORIGINS || which == Protected.BOTH;
    }

    private TlsPeer client() {
        TlsVersion version = version();
        if (random.nextBoolean()) {
            tls.visit(loop, version, random);
        }
        return new TlsPeer(tls.client(version), connection, random);
    }

    private TlsVersion version() {
        return random.nextInt(3) == 0 ? TlsVersion.TLS_1_2 : TlsVersion.TLS_1_3;
    }

    FaultyTransport connect(InetSocketAddress peer, TransportHandler handler) throws IOException {
        if (connectFaults > 0 && random.nextInt(4) == 0) {
            connectFaults--;
            throw new IOException("Too many open files");
        }
        FaultyTransport transport = new FaultyTransport(random, shortened, large, true);
        transport.handler(handler);
        TlsPeer secured = protectsOrigins() ? new TlsPeer(tls.origin(version()), transport, random) : null;
        if (secured != null) {
            originTls.add(secured);
        }
        origins.add(new SimulatedOrigin(transport, secured == null ? transport : secured, exchanges, client, seen, random, early, mayPause()));
        return transport;
    }

    /** Where one server answers a request once, and its answer is the client's. */
    private boolean mayPause() {
        return !faulty && !pool.settings().retry().hedges() && pool.settings().retry().statuses().isEmpty();
    }

    void run() throws IOException {
        loop.connector((own, peer, handler) -> connect(peer, handler));
        accept();
        play(IDLE_TURNS_MAX);
        if (!faulty && !client.isDone()) {
            throw new AssertionError("nothing moves any more, and " + client.answered() + " of " + exchanges.size() + " requests are answered");
        }
        if (!faulty && !exchanges.get(0).http10()) {
            int sent = exchanges.stream().mapToInt(RandomExchange::interims).sum();
            RetrySettings retry = pool.settings().retry();
            boolean someTwice = !retry.statuses().isEmpty();       // from a server whose response is given up too
            // While two servers are asked, nobody knows whose interim responses count: they are dropped.
            if (retry.hedges() ? client.interims() > 2 * sent : someTwice ? client.interims() < sent : client.interims() != sent) {
                throw new AssertionError(client.interims() + " of " + sent + " interim responses came");
            }
        }
        if (random.nextBoolean()) {
            client.close();
        }
        for (int i = 0; i < SECONDS_MAX; i++) {
            play(1);
            loop.turn(SECOND);
        }
        play(1);
        assertOver();
    }

    private void accept() {
        if (clientTls == null) {
            ClientConnection unused = new ClientConnection(loop.loop(), connection, LIMITS, this);
        } else {
            TlsTransport.accept(loop.tls(), connection, tls.listener(), new TlsTransport.Owner() {
                @Override
                public void onEstablished(TlsTransport transport) {
                    note("handshake done");
                    ClientConnection unused = new ClientConnection(loop.loop(), transport, LIMITS, Simulation.this);
                }

                @Override
                public void onRefused(TlsTransport transport) {
                    note("handshake refused");
                    refused++;
                }
            });
        }
    }

    private void assertOver() {
        for (SimulatedOrigin origin : origins) {
            check(!origin.connection.isOpen(), "a connection to an origin is still open");
        }
        check(!connection.isOpen() && closed + refused == 1, "the client's connection is still open");
        check(loop.loop().lentByConnections() == 0, loop.loop().lentByConnections() + " buffers are lent");
        for (Origin origin : pool.origins()) {
            check(origin.openRequests() == 0, "requests run on an origin");
            check(pool.idleConnections(loop.loop(), origin) == 0, "a dead connection is kept");
        }
        check(ends >= client.answered(), ends + " exchanges ended, " + client.answered() + " responses came");
        check(pool.liveRequests() == 0 && pool.retriesRunning() == 0 && pool.waiting() == 0, "the pool counts requests that are over");
        check(!loop.helpers().hasTask(), "a task waits for ever");
        check(faulty || ends == exchanges.size(), ends + " exchanges ended");
        client.checkPart();
        filters.assertAllClosed();
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /** Does one thing after the other until nothing is left to be done. @param idleTurns of the loop until that is believed */
    private void play(int idleTurns) {
        List<Step> possible = new ArrayList<>();
        for (int step = 0; step < STEPS_MAX; step++) {
            possible.clear();
            collect(possible);
            if (possible.isEmpty() && !moves(possible, idleTurns)) {
                return;
            }
            Step next = possible.get(random.nextInt(possible.size()));
            note(next.what());
            next.action().run();
            loop.settle();
            if (random.nextInt(16) == 0) {
                loop.turn(random.nextInt(1_000_000));
            }
            if (faulty && random.nextInt(faultOneIn) == 0) {
                inject();
                loop.settle();
            }
        }
        throw new AssertionError("goes on for ever");
    }

    /** Nothing moves: what the loop has left for its next turns may, and then an origin that has waited for that. Time stands still. */
    private boolean moves(List<Step> possible, int idleTurns) {
        for (int i = 0; i < idleTurns && possible.isEmpty(); i++) {
            loop.turn(0);
            collect(possible);
        }
        for (SimulatedOrigin origin : origins) {
            if (possible.isEmpty() && origin.isPausing()) {
                origin.goOn();
                collect(possible);
            }
        }
        return !possible.isEmpty();
    }

    private void collect(List<Step> possible) {
        events(connection, possible);
        moves("client", clientTls, possible);
        if (loop.helpers().hasTask()) {
            possible.add(new Step("helper", this::help));
        }
        if (client.canSend()) {
            possible.add(new Step("client sends", client::send));
        }
        if (client.canReceive()) {
            possible.add(new Step("client receives", client::receive));
        }
        originTls.forEach(each -> moves("origin", each, possible));
        for (SimulatedOrigin origin : origins) {
            events(origin.connection, possible);
            if (origin.canReceive()) {
                possible.add(new Step("origin receives", origin::receive));
            }
            if (origin.canSend()) {
                possible.add(new Step("origin sends", origin::send));
            }
        }
    }

    private static void moves(String whose, TlsPeer peer, List<Step> possible) {
        if (peer != null && peer.canMove()) {
            possible.add(new Step(whose + "'s TLS moves", peer::move));
        }
    }

    private void help() {
        loop.helpers().runOne(random);
        loop.turn(0);
    }

    private void events(FaultyTransport transport, List<Step> possible) {
        if (transport.isConnecting()) {
            if (connectFaults > 0) {
                connectFaults--;
                if (random.nextBoolean()) {
                    possible.add(new Step("refused", () -> transport.fireConnected(false)));
                }                                                 // else nothing comes: until the next look, or the timeout
            } else {
                possible.add(new Step("connected", () -> transport.fireConnected(true)));
            }
        }
        if (transport.isReadable()) {
            possible.add(new Step("readable", transport::fireReadable));
        }
        if (transport.isWritable()) {
            possible.add(new Step("writable", transport::fireWritable));
        }
    }

    private void inject() {
        SimulatedOrigin origin = origins.isEmpty() ? null : origins.get(random.nextInt(origins.size()));
        Fault fault = faults == Faults.CUT_ANSWER ? Fault.ORIGIN_CLOSES : Fault.values()[random.nextInt(Fault.values().length)];
        note(fault.name());
        switch (fault) {
            case CLIENT_RESETS -> client.reset();
            case CLIENT_ENDS -> client.endOutput();
            case CLIENT_MUTE -> client.mute();
            case CLIENT_DEAF -> client.deafen();
            case BIT_FLIPS -> flipBit();
            default -> {
                if (origin != null && (faults == Faults.ANY || origin.isAnswering())) {
                    inject(fault, origin);
                }
            }
        }
    }

    private static void inject(Fault fault, SimulatedOrigin origin) {
        switch (fault) {
            case ORIGIN_RESETS -> origin.reset();
            case ORIGIN_CLOSES -> origin.close();
            case ORIGIN_STALLS -> origin.stall();
            default -> origin.babble();
        }
    }

    /** Where nobody can tell, nothing is flipped. */
    private void flipBit() {
        if (protectsClient() && (!protectsOrigins() || origins.isEmpty() || random.nextBoolean())) {
            connection.corrupt();
        } else if (protectsOrigins() && !origins.isEmpty()) {
            origins.get(random.nextInt(origins.size())).connection.corrupt();
        }
    }

    // ---- the listener's part

    @Override
    public Receptions receptions() {
        return receptions;
    }

    @Override
    public boolean isDraining() {
        return false;
    }

    @Override
    public void onIdle(ClientConnection of, boolean idle) {}

    @Override
    public void onClosed(ClientConnection of) {
        closed++;
    }

    /** The last things that happened, for the message of a failure. */
    private void note(String what) {
        notes.add(what);
        if (notes.size() > NOTES_MAX) {
            notes.removeFirst();
        }
    }

    /** Requests, answers, both ends of each connection and what happened last: for the message of a failure. */
    String story() {
        StringBuilder text = new StringBuilder();
        exchanges.forEach(exchange -> text.append('\n').append(exchange));
        text.append('\n').append(filters);
        text.append('\n').append(client).append('\n').append(connection).append(clientTls == null ? "" : "\n" + clientTls);
        origins.forEach(origin -> text.append('\n').append(origin.connection));
        originTls.forEach(each -> text.append('\n').append(each));
        return text.append("\nlast steps: ").append(String.join(", ", notes)).toString();
    }
}
