package weir.exchange;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import weir.h1.ClientConnection;
import weir.h1.HttpLimits;
import weir.h1.OriginConnection;
import weir.http.RequestHandler;
import weir.net.TransportHandler;
import weir.observe.Metrics;
import weir.upstream.Origin;
import weir.upstream.Pool;
import weir.upstream.PoolSettings;

/**
 * One client connection, its requests, and the origin connections that they lead to: everything between the sockets is the
 * proxy's own code, everything around it is drawn from one seed, step by step.
 */
final class Simulation implements ClientConnection.Owner {
    private static final long SECOND = 1_000_000_000L;
    private static final HttpLimits LIMITS = new HttpLimits(32 << 10, 100, 8 << 10, 10 * SECOND, 60 * SECOND, 20 * SECOND, false);
    private static final int NOTES_MAX = 40;
    private static final int STEPS_MAX = 400_000;
    /** Longer than every timeout together that one request can run into. */
    private static final int SECONDS_MAX = 400;

    private enum Fault { CLIENT_RESETS, CLIENT_ENDS, CLIENT_MUTE, CLIENT_DEAF, ORIGIN_RESETS, ORIGIN_CLOSES, ORIGIN_STALLS, ORIGIN_BABBLES }

    private record Step(String what, Runnable action) {}

    private final Random random;
    private final SimulatedLoop loop;
    private final boolean faulty;
    private final boolean shortened;
    private final boolean large;
    private final boolean early;
    private final int faultOneIn;
    private final List<RandomExchange> exchanges = new ArrayList<>();
    private final List<SimulatedOrigin> origins = new ArrayList<>();
    private final Pool pool;
    private final Service service;
    private final FaultyTransport connection;
    private final SimulatedClient client;
    private final SimulatedOrigin.Seen seen;
    private final Deque<String> notes = new ArrayDeque<>();
    private int ends;
    private int closed;
    private int connectFaults;

    Simulation(long seed, SimulatedLoop loop, boolean faulty) {
        this.loop = loop;
        this.faulty = faulty;
        random = new Random(seed);
        shortened = random.nextInt(4) > 0;
        large = random.nextInt(4) == 0;
        early = faulty && random.nextInt(6) == 0;
        faultOneIn = 10 << random.nextInt(6);
        connectFaults = faulty && random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0;
        boolean http10 = random.nextInt(8) == 0;
        int count = http10 ? 1 : 1 + random.nextInt(5);
        for (int id = 0; id < count; id++) {
            exchanges.add(RandomExchange.of(id, random, http10, id == count - 1, large));
        }
        List<PoolSettings.Server> servers = List.of(new PoolSettings.Server("127.0.0.1", 1, 1), new PoolSettings.Server("127.0.0.1", 2, 1));
        PoolSettings settings = new PoolSettings("test", servers.subList(0, 1 + random.nextInt(2)), PoolSettings.Balance.ROUND_ROBIN, SECOND,
                30 * SECOND, 20 * SECOND, 30 * SECOND, random.nextInt(3), 1 + random.nextInt(3), 30 * SECOND, 32 << 10);
        pool = new Pool(settings, 1, (own, address, its, handler) ->
                OriginConnection.connect(own, address, LIMITS, its.connectNanos(), handler), new Metrics(1));
        pool.origins().forEach(origin -> origin.addresses(new InetAddress[] {InetAddress.getLoopbackAddress()}));
        Route route = new Route("test", List.of(), new Target.ToPools(List.of(new Target.Share(pool, 1))), Route.Limits.NONE, null);
        service = new Service(exchange -> route, List.of(exchange -> {
            ends++;
            note("end " + exchange.status() + " " + exchange.end());
        }));
        connection = new FaultyTransport(random, shortened, large, false);
        client = new SimulatedClient(exchanges, random, random.nextBoolean(), connection);
        seen = new SimulatedOrigin.Seen(count);
    }

    FaultyTransport connect(InetSocketAddress peer, TransportHandler handler) throws IOException {
        if (connectFaults > 0 && random.nextInt(4) == 0) {
            connectFaults--;
            throw new IOException("Too many open files");
        }
        FaultyTransport transport = new FaultyTransport(random, shortened, large, true);
        transport.handler(handler);
        origins.add(new SimulatedOrigin(transport, exchanges, client, seen, random, early));
        return transport;
    }

    void run() throws IOException {
        loop.connector(this);
        ClientConnection unused = new ClientConnection(loop.loop(), connection, LIMITS, this);
        play();
        if (!faulty && !client.isDone()) {
            throw new AssertionError("nothing moves any more, and " + client.answered() + " of " + exchanges.size() + " requests are answered");
        }
        if (!faulty && !exchanges.get(0).http10()) {
            int sent = exchanges.stream().mapToInt(RandomExchange::interims).sum();
            if (client.interims() != sent) {
                throw new AssertionError(client.interims() + " of " + sent + " interim responses came");
            }
        }
        if (random.nextBoolean()) {
            client.close();
        }
        for (int i = 0; i < SECONDS_MAX; i++) {
            play();
            loop.turn(SECOND);
        }
        play();
        assertOver();
    }

    private void assertOver() {
        for (SimulatedOrigin origin : origins) {
            check(!origin.connection.isOpen(), "a connection to an origin is still open");
        }
        check(!connection.isOpen() && closed == 1, "the client's connection is still open");
        check(loop.loop().lentByConnections() == 0, loop.loop().lentByConnections() + " buffers are lent");
        for (Origin origin : pool.origins()) {
            check(origin.openRequests() == 0, "requests run on an origin");
            check(pool.idleConnections(loop.loop(), origin) == 0, "a dead connection is kept");
        }
        check(ends >= client.answered(), ends + " exchanges ended, " + client.answered() + " responses came");
        check(faulty || ends == exchanges.size(), ends + " exchanges ended");
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /** Does one thing after the other until nothing is left to be done. */
    private void play() {
        List<Step> possible = new ArrayList<>();
        for (int step = 0; step < STEPS_MAX; step++) {
            possible.clear();
            collect(possible);
            if (possible.isEmpty()) {
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

    private void collect(List<Step> possible) {
        events(connection, possible);
        if (client.canSend()) {
            possible.add(new Step("client sends", client::send));
        }
        if (client.canReceive()) {
            possible.add(new Step("client receives", client::receive));
        }
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
        Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
        note(fault.name());
        switch (fault) {
            case CLIENT_RESETS -> client.reset();
            case CLIENT_ENDS -> client.endOutput();
            case CLIENT_MUTE -> client.mute();
            case CLIENT_DEAF -> client.deafen();
            default -> {
                if (origin != null) {
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

    // ---- the listener's part

    @Override
    public RequestHandler handlerFor(ClientConnection of) {
        return new Exchange(of, () -> service);
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
        text.append('\n').append(client).append('\n').append(connection);
        origins.forEach(origin -> text.append('\n').append(origin.connection));
        return text.append("\nlast steps: ").append(String.join(", ", notes)).toString();
    }
}
