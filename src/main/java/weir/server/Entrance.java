package weir.server;

import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import weir.exchange.Service;
import weir.h1.ClientConnection;
import weir.h1.HttpLimits;
import weir.net.CidrSet;
import weir.net.ConnectionLimit;
import weir.net.EventLoop;
import weir.net.ListenSockets;
import weir.net.Listener;
import weir.net.Transport;
import weir.observe.Counter;
import weir.observe.Metrics;
import weir.tls.TlsListener;

/**
 * One address that is listened on: its sockets, its connections, and the service that a reload exchanges under them. Any
 * thread but a loop's calls it.
 */
final class Entrance {
    /** For the first bytes of a connection, from when its listener closes: a lost packet is sent again after one second. */
    static final long FRESH_NANOS = 2_000_000_000L;

    private final String name;
    private final List<EventLoop> loops;
    private final LoopConnections[] connections;
    private final Arrivals[] arrivals;
    private final Handshakes[] handshakes;
    private final Listener listener;
    private final Metrics metrics;
    private volatile Serving serving;
    private volatile boolean draining;
    private boolean started;

    /**
     * What a reload exchanges.
     *
     * @param tls null for plain connections
     * @param announcing peers whose connections begin with a PROXY header, or null
     */
    record Serving(Service service, HttpLimits limits, TlsListener tls, CidrSet announcing) {}

    /**
     * Accepts nothing yet.
     *
     * @param sockets become its own
     * @param serving what its connections are served by
     */
    Entrance(String name, ListenSockets sockets, int backlog, Serving serving, List<EventLoop> loops, Tls shared, ConnectionLimit limit,
            Metrics metrics) {
        this.name = name;
        this.loops = loops;
        this.serving = serving;
        this.metrics = metrics;
        connections = new LoopConnections[loops.size()];
        arrivals = new Arrivals[loops.size()];
        handshakes = new Handshakes[loops.size()];
        Counter errors = metrics.counter("weir_proxy_protocol_errors_total", "Connections closed for want of a valid PROXY header.", "listener", name);
        for (int i = 0; i < connections.length; i++) {
            EventLoop loop = loops.get(i);
            connections[i] = new LoopConnections(loop, limit, () -> this.serving.service, () -> draining);
            arrivals[i] = new Arrivals(loop, name, limit, errors, transport -> protect(loop, transport));
            handshakes[i] = new Handshakes(loop, shared.loop(i), limit, transport -> serve(loop, transport));
        }
        listener = new Listener(name, sockets, backlog, loops, limit,
                metrics.counter("weir_accept_pauses_total", "Times that accepting paused, for connections or descriptors.", "listener", name),
                this::accepted);
        metrics.gauge("weir_connections", "Client connections.", () -> sum(true), "listener", name, "state", "idle");
        metrics.gauge("weir_connections", "Client connections.", () -> sum(false), "listener", name, "state", "active");
        metrics.gauge("weir_connections", "Client connections.", this::arriving, "listener", name, "state", "handshake");
    }

    void start() {
        started = true;
        listener.start();
    }

    private void accepted(EventLoop loop, Transport transport) {
        Serving now = serving;
        if (now.announcing != null && now.announcing.contains(transport.peer().getAddress().getAddress())) {
            arrivals[loop.index()].accept(transport, now.limits.headTimeoutNanos());
        } else {
            protect(loop, transport);
        }
    }

    private void protect(EventLoop loop, Transport transport) {
        TlsListener now = serving.tls;
        if (now == null) {
            serve(loop, transport);
        } else {
            handshakes[loop.index()].accept(transport, now);
        }
    }

    /** The connection is ready for the first request. */
    private void serve(EventLoop loop, Transport transport) {
        LoopConnections own = connections[loop.index()];
        own.add(new ClientConnection(loop, transport, serving.limits, own));
    }

    private int arriving() {
        int sum = 0;
        for (Arrivals own : arrivals) {
            sum += own.openCount();
        }
        for (Handshakes own : handshakes) {
            sum += own.openCount();
        }
        return sum;
    }

    private double sum(boolean idle) {
        int sum = 0;
        for (LoopConnections own : connections) {
            sum += idle ? own.idleCount() : own.openCount() - own.idleCount();
        }
        return sum;
    }

    String name() {
        return name;
    }

    SocketAddress address() {
        return listener.address();
    }

    boolean isInherited() {
        return listener.isInherited();
    }

    /** Whether another process listens at the same address. */
    boolean hasNeighbours() {
        return listener.hasNeighbours();
    }

    /** Requests from now on are served by this; those that run keep theirs. */
    void replace(Serving next) {
        serving = next;
    }

    /** Every response from now on is the last one of its connection. */
    void announceDrain() {
        draining = true;
    }

    /** Stops to listen, and closes what idles. */
    void close() throws InterruptedException {
        draining = true;
        listener.close();
        if (started) {
            onEachLoop(loop -> {
                arrivals[loop].drain();
                handshakes[loop].drain();
                connections[loop].drain();
            });
        }
        metrics.remove("weir_connections", "listener", name, "state", "idle");
        metrics.remove("weir_connections", "listener", name, "state", "active");
        metrics.remove("weir_connections", "listener", name, "state", "handshake");
    }

    int openConnections() {
        int sum = arriving();
        for (LoopConnections own : connections) {
            sum += own.openCount();
        }
        return sum;
    }

    void cutAll(String reason) throws InterruptedException {
        onEachLoop(loop -> {
            arrivals[loop].cutAll();
            handshakes[loop].cutAll();
            connections[loop].cutAll(reason);
        });
    }

    /** @param work gets the loop's index */
    private void onEachLoop(IntConsumer work) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(loops.size());
        for (EventLoop loop : loops) {
            boolean queued = loop.executeSurely(() -> {
                work.accept(loop.index());
                done.countDown();
            });
            if (!queued) {
                done.countDown();
            }
        }
        if (!done.await(5, TimeUnit.SECONDS)) {
            loops.get(0).journal().warn("listener " + name + ": a loop did not answer within 5 s");
        }
    }
}
