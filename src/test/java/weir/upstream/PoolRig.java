package weir.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import weir.buffer.SlabStore;
import weir.http.Head;
import weir.http.OriginStream;
import weir.http.ResponseHandler;
import weir.net.Clock;
import weir.net.EventLoop;
import weir.net.Inbox;
import weir.net.Transport;
import weir.observe.Journal;
import weir.observe.Metrics;

/** A pool on loops that nobody runs but the test, with a clock turned by hand and connections that only count. */
final class PoolRig implements AutoCloseable {
    static final long SECOND = 1_000_000_000L;

    final List<EventLoop> loops = new ArrayList<>();
    final List<Connection> connections = new ArrayList<>();
    final Map<String, Consumer<List<Member>>> sources = new HashMap<>();
    final StringBuilder journal = new StringBuilder();
    /** Gets each connection on which a request of a check has been sent. */
    Consumer<Connection> onCheck = connection -> { };
    /** How often a name was asked for anew, as its server could not be reached. */
    int refreshes;
    /** No connection can even be tried. */
    boolean outOfDescriptors;
    IdleBudget idle;
    private final SlabStore store = new SlabStore(64 << 20);
    private long nowNanos = 1_000 * SECOND;
    Pool pool;

    PoolRig(int loopCount) throws IOException {
        Clock clock = new Clock() {
            @Override
            public long nanoTime() {
                return nowNanos;
            }

            @Override
            public long wallMillis() {
                return nowNanos / 1_000_000;
            }
        };
        idle = new IdleBudget(loopCount, 1_000);
        for (int i = 0; i < loopCount; i++) {
            loops.add(new EventLoop(i, store, new Journal(journal), clock, (loop, peer, handler) -> {
                throw new IOException("no sockets here");
            }));
        }
    }

    /** The settings that tests change in one place. */
    static PoolSettings settings(BalanceSettings balance, LimitSettings limits, RetrySettings retry, Server... servers) {
        return new PoolSettings("app", List.of(servers), balance, SECOND, 30 * SECOND, 60 * SECOND, 30 * SECOND, 4, retry, limits,
                HealthSettings.DEFAULT, 30 * SECOND, 32 << 10, ProxyProtocol.OFF);
    }

    static PoolSettings settings(HealthSettings health, Server... servers) {
        PoolSettings usual = settings(servers);
        return new PoolSettings("app", List.of(servers), usual.balance(), SECOND, 30 * SECOND, 60 * SECOND, 30 * SECOND, 4, usual.retry(),
                usual.limits(), health, 30 * SECOND, 32 << 10, ProxyProtocol.OFF);
    }

    static PoolSettings settings(Server... servers) {
        return settings(BalanceSettings.DEFAULT, LimitSettings.NONE, RetrySettings.DEFAULT, servers);
    }

    /** Puts a pool in the place of the one before, as a reload does. Hosts that are names wait for {@link #sources}. */
    Pool open(PoolSettings settings) {
        Pool before = pool;
        replace(settings);
        if (before != null) {
            before.close();
        }
        return pool;
    }

    /** The moment of a reload in which the pool before is still there. @return that one */
    Pool replace(PoolSettings settings) {
        Pool before = pool;
        pool = new Pool(settings, loops, this::connect, idle, new Metrics(loops.size()), before);
        configure(settings);
        return before;
    }

    void configure(PoolSettings settings) {
        pool.configure(settings, server -> server.kind() == Server.Kind.HOST ? Membership.of(server, null, SECOND) : onChange -> {
            sources.put(server.address(), onChange);
            return new Membership.Watch() {
                @Override
                public void refresh() {
                    refreshes++;
                }

                @Override
                public void close() {
                    sources.remove(server.address());
                }
            };
        });
    }

    private OriginStream connect(EventLoop loop, Member member, InetSocketAddress address, ResponseHandler handler) throws IOException {
        if (outOfDescriptors) {
            throw new IOException("Too many open files");
        }
        Connection connection = new Connection(this, loop, member, address, handler);
        connections.add(connection);
        return connection;
    }

    /** A request to a server, from one loop, that ends so. */
    void request(int loop, Origin origin, OriginResult result) throws IOException {
        OriginStream stream = pool.begin(loops.get(loop), origin, null, true, false);
        pool.end(loops.get(loop), origin, result == OriginResult.OK ? stream : null, result);
    }

    long nowNanos() {
        return nowNanos;
    }

    /** What the operator has read since the last look, without times and levels. */
    List<String> told() {
        List<String> lines = journal.toString().lines().map(line -> line.substring(line.indexOf(' ', 25) + 1)).toList();
        journal.setLength(0);
        return lines;
    }

    /** Time passes in small steps, and the loops run what is due. */
    void run(long nanos) throws IOException {
        for (long end = nowNanos + nanos; nowNanos < end; ) {
            pass(Math.min(10_000_000, end - nowNanos));
        }
    }

    /** Time passes, and the loops run what is due. */
    void pass(long nanos) throws IOException {
        nowNanos += nanos;
        turn();
    }

    void turn() throws IOException {
        for (EventLoop loop : loops) {
            do {
                loop.execute(() -> { });                        // so that it does not wait
                loop.turn();
            } while (loop.timers().millisToNext(loop.nowNanos()) == 0);
        }
    }

    static Member member(String address, int port, int weight, int tier) throws IOException {
        InetAddress at = InetAddress.getByName(address);
        return new Member(address + ':' + port, "name", port, weight, tier, List.of(), List.of(at));
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.close();
        }
        loops.forEach(EventLoop::close);
    }

    /** A connection without bytes. */
    static final class Connection implements OriginStream {
        final Member member;
        final InetSocketAddress address;
        final EventLoop loop;
        final long beginNanos;
        boolean aborted;
        String request;
        private final PoolRig rig;
        private final ResponseHandler handler;
        private boolean used;

        Connection(PoolRig rig, EventLoop loop, Member member, InetSocketAddress address, ResponseHandler handler) {
            this.rig = rig;
            this.loop = loop;
            this.member = member;
            this.address = address;
            this.handler = handler;
            beginNanos = rig.nowNanos;
        }

        /** A response to the handler, with content to the end of the connection. */
        void answer(int status, String content) {
            head(status);
            ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < bytes.limit() && !aborted; i++) {
                handler.onResponseContent(bytes, i, i + 1);
            }
            if (!aborted) {
                handler.onResponseEnd(null, false);
            }
        }

        void head(int status) {
            Head head = new Head();
            head.start(ByteBuffer.allocate(0), 0);
            head.statusLine(status, 0, 0, 1);
            handler.onResponse(head);
        }

        void fail(ResponseHandler.OriginFailure failure, String reason) {
            handler.onOriginFailed(failure, reason);
        }

        @Override
        public boolean isReused() {
            return used;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void assign(ResponseHandler handler) {
            used = true;
        }

        @Override
        public boolean isStillOpen() {
            return !aborted;
        }

        @Override
        public void send(Head head, long headTimeoutNanos, long idleNanos) {
            ByteBuffer fields = ByteBuffer.allocate(head.length());
            head.copyFieldLines(fields);
            request = head.text(head.methodFrom(), head.methodTo()) + ' ' + head.text(head.pathFrom(), head.pathTo()) + '\n'
                    + head.text(head.authorityFrom(), head.authorityTo()) + '\n' + head.contentLength() + '\n'
                    + new String(fields.array(), 0, fields.position(), StandardCharsets.US_ASCII);
        }

        @Override
        public int write(ByteBuffer content, int from, int to) {
            return to - from;
        }

        @Override
        public void endRequest(Head trailers) {
            rig.onCheck.accept(this);
        }

        @Override
        public void responseContent() {}

        @Override
        public boolean hasSent() {
            return false;
        }

        @Override
        public void abort() {
            aborted = true;
        }

        @Override
        public void park(long idleNanos, Parked onDead) {}

        @Override
        public Transport takeOver(Inbox rest) {
            throw new UnsupportedOperationException();
        }

        @Override
        public InetSocketAddress peer() {
            return new InetSocketAddress(member.addresses().get(0), member.port());
        }
    }
}
