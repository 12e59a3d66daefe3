package weir.cache;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import weir.exchange.Exchange;
import weir.exchange.FaultyTransport;
import weir.exchange.Route;
import weir.exchange.Service;
import weir.exchange.SimulatedLoop;
import weir.exchange.Target;
import weir.h1.ClientConnection;
import weir.h1.HttpLimits;
import weir.h1.Receptions;
import weir.h1.OriginConnection;
import weir.net.TransportHandler;
import weir.observe.Metrics;
import weir.upstream.BalanceSettings;
import weir.upstream.HealthSettings;
import weir.upstream.IdleBudget;
import weir.upstream.LimitSettings;
import weir.upstream.Membership;
import weir.upstream.Pool;
import weir.upstream.PoolSettings;
import weir.upstream.ProxyProtocol;
import weir.upstream.RetrySettings;
import weir.upstream.Server;

/** A proxy with a cache, between clients and an origin in memory, on a clock that is turned by hand. Every call ends when nothing moves any more. */
final class MemoryProxy implements ClientConnection.Owner, AutoCloseable {
    private static final long SECOND = 1_000_000_000L;
    private static final HttpLimits LIMITS = new HttpLimits(32 << 10, 100, 8 << 10, 10 * SECOND, 60 * SECOND, 60 * SECOND, false);
    private static final int MOVES_MAX = 100_000;

    /** What the origin does about a request. */
    interface Reply {
        /** Bytes of the answer; none: the connection just ends. */
        String wire();

        /** Whether the connection ends behind it. */
        boolean closes();

        /** Whether it waits for {@link MemoryProxy#release}. */
        boolean isHeld();
    }

    /** A request under way. */
    static final class Call {
        private final FaultyTransport connection;
        private final StringBuilder got = new StringBuilder();

        Call(FaultyTransport connection) {
            this.connection = connection;
        }

        /** The response as far as it came; its content as on the wire. */
        String got() {
            return got.toString();
        }

        /** Nothing comes any more. */
        boolean hasEnded() {
            return connection.peerSeesEnd() || connection.peerSeesReset() || !connection.isOpen() && connection.peerReadable() == 0;
        }
    }

    private static final class OriginSide {
        private final FaultyTransport connection;
        private final StringBuilder read = new StringBuilder();
        private String out = "";
        private boolean closes;
        private boolean closed;

        OriginSide(FaultyTransport connection) {
            this.connection = connection;
        }
    }

    private final SimulatedLoop loop;
    private final Random random;
    private final Function<String, Reply> answers;
    private final Cache cache;
    private final Service service;
    private final Receptions receptions;
    private final List<Call> calls = new ArrayList<>();
    private final List<OriginSide> origins = new ArrayList<>();
    private final List<OriginSide> holders = new ArrayList<>();
    private final List<Reply> held = new ArrayList<>();      // of these

    /** @param startMillis wall clock @param answers of the origin to whole requests */
    MemoryProxy(Random random, CacheSettings settings, long startMillis, Function<String, Reply> answers) throws IOException {
        this.random = random;
        this.answers = answers;
        loop = new SimulatedLoop(64 << 20);
        loop.connector((own, peer, handler) -> connect(handler));
        loop.turn(startMillis * 1_000_000);
        Metrics metrics = new Metrics(1);
        cache = new Cache(settings, List.of(loop.loop()), metrics);
        PoolSettings pools = new PoolSettings("test", List.of(new Server("127.0.0.1", 1, 1)), BalanceSettings.DEFAULT, SECOND, 300 * SECOND, 300 * SECOND,
                300 * SECOND, 4, once(), LimitSettings.NONE, HealthSettings.DEFAULT, 300 * SECOND, 32 << 10, ProxyProtocol.OFF);
        Pool pool = new Pool(pools, List.of(loop.loop()), (own, server, address, handler) ->
                OriginConnection.connect(own, (of, to, heard) -> connect(heard), address, LIMITS, SECOND, handler), new IdleBudget(1, 100), metrics, null);
        pool.configure(pools, server -> Membership.of(server, null, pools.resolveNanos()));
        Target target = new Target.ToPools(List.of(new Target.Share(pool, 1)));
        CacheFilter filter = new CacheFilter(cache, KeySettings.URI, List.of(), new Route("test", List.of(), target, Route.Limits.NONE, null));
        Route route = new Route("test", List.of(filter), target, Route.Limits.NONE, null);
        service = new Service(exchange -> route, List.of());
        receptions = new Receptions(() -> new Exchange(loop.loop(), () -> service));
    }

    private static RetrySettings once() {
        RetrySettings usual = RetrySettings.DEFAULT;
        return new RetrySettings(1, usual.causes(), Set.of(), usual.bodyBytesMax(), usual.budgetPercent(), usual.budgetMin(), 0, 0);
    }

    private FaultyTransport connect(TransportHandler handler) {
        FaultyTransport transport = new FaultyTransport(random, random.nextInt(4) == 0, true, true);
        transport.handler(handler);
        origins.add(new OriginSide(transport));
        return transport;
    }

    long nowMillis() {
        return loop.loop().wallMillis();
    }

    /** Lets time pass. */
    void pass(long millis) {
        loop.turn(millis * 1_000_000);
        settle();
    }

    /** Sends a request on a connection of its own. */
    Call send(String wire) {
        FaultyTransport transport = new FaultyTransport(random, random.nextInt(4) == 0, true, false);
        ClientConnection unused = new ClientConnection(loop.loop(), transport, LIMITS, this);
        Call call = new Call(transport);
        calls.add(call);
        byte[] bytes = wire.getBytes(StandardCharsets.ISO_8859_1);
        if (transport.peerSend(bytes, 0, bytes.length) < bytes.length) {
            throw new AssertionError("a request that long");
        }
        settle();
        return call;
    }

    /** The client needs no more. */
    void leave(Call call) {
        call.connection.peerClose();
        settle();
        calls.remove(call);
    }

    /** Answers that the origin has not sent yet, in the order of their requests. */
    List<Reply> held() {
        return held;
    }

    void release(Reply reply) {
        int which = held.indexOf(reply);
        held.remove(which);
        answer(holders.remove(which), reply);
        settle();
    }

    private static void answer(OriginSide origin, Reply reply) {
        origin.out = reply.wire();
        origin.closes = reply.closes();
    }

    private void settle() {
        boolean turned = false;                              // what is left for the next turn of the loop has been done too
        for (int moves = 0; moves < MOVES_MAX; moves++) {
            loop.settle();
            if (move()) {
                turned = false;
            } else if (turned) {
                return;
            } else {
                loop.turn(0);
                turned = true;
            }
        }
        throw new AssertionError("goes on for ever");
    }

    private boolean move() {
        boolean moved = false;
        for (Call call : List.copyOf(calls)) {
            moved |= fire(call.connection);
            if (call.connection.peerReadable() > 0) {
                call.got.append(text(call.connection));
                moved = true;
            }
        }
        for (OriginSide origin : List.copyOf(origins)) {
            moved |= fire(origin.connection);
            moved |= act(origin);
        }
        for (Iterator<OriginSide> each = origins.iterator(); each.hasNext(); ) {
            if (!each.next().connection.isOpen()) {
                each.remove();
            }
        }
        return moved;
    }

    private static boolean fire(FaultyTransport connection) {
        if (connection.isConnecting()) {
            connection.fireConnected(true);
        } else if (connection.isReadable()) {
            connection.fireReadable();
        } else if (connection.isWritable()) {
            connection.fireWritable();
        } else {
            return false;
        }
        return true;
    }

    private static String text(FaultyTransport connection) {
        return new String(connection.peerRead(Integer.MAX_VALUE), StandardCharsets.ISO_8859_1);
    }

    private boolean act(OriginSide origin) {
        if (!origin.out.isEmpty()) {
            byte[] bytes = origin.out.getBytes(StandardCharsets.ISO_8859_1);
            int sent = origin.connection.peerSend(bytes, 0, bytes.length);
            origin.out = origin.out.substring(sent);
            return sent > 0;
        }
        if (origin.closes && !origin.closed) {
            origin.closed = true;
            origin.connection.peerClose();
            return true;
        }
        if (origin.connection.peerReadable() == 0) {
            return false;
        }
        origin.read.append(text(origin.connection));
        int end = origin.read.indexOf("\r\n\r\n");
        if (end >= 0) {
            String request = origin.read.toString();
            if (!request.endsWith("\r\n\r\n")) {
                throw new AssertionError("the origin got more than a request without content: " + request);
            }
            origin.read.setLength(0);
            take(origin, answers.apply(request));
        }
        return true;
    }

    private void take(OriginSide origin, Reply reply) {
        if (reply.isHeld()) {
            held.add(reply);
            holders.add(origin);
        } else {
            answer(origin, reply);
        }
    }

    @Override
    public Receptions receptions() {
        return receptions;
    }

    @Override
    public boolean isDraining() {
        return false;
    }

    @Override
    public void onIdle(ClientConnection connection, boolean idle) {}

    @Override
    public void onClosed(ClientConnection connection) {}

    /** Ends it, and looks whether everything was given back. */
    @Override
    public void close() {
        for (Reply reply : List.copyOf(held)) {
            release(reply);
        }
        for (Call call : List.copyOf(calls)) {
            leave(call);
        }
        origins.forEach(origin -> origin.connection.peerClose());
        settle();
        pass(1000);
        if (loop.loop().lentByConnections() > 0) {
            throw new AssertionError(loop.loop().lentByConnections() + " buffers are lent");
        }
        loop.close();
    }
}
