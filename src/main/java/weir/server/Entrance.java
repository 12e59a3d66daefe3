package weir.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import weir.exchange.Service;
import weir.h1.ClientConnection;
import weir.h1.HttpLimits;
import weir.net.ConnectionLimit;
import weir.net.EventLoop;
import weir.net.Listener;
import weir.net.Transport;
import weir.observe.Metrics;

/**
 * One address that is listened on: its sockets, its connections, and the service that a reload exchanges under them. Any
 * thread but a loop's calls it.
 */
final class Entrance {
    private final String name;
    private final InetSocketAddress wanted;
    private final List<EventLoop> loops;
    private final LoopConnections[] connections;
    private final Listener listener;
    private final Metrics metrics;
    private volatile Service service;
    private volatile HttpLimits limits;
    private volatile boolean draining;
    private boolean started;

    /** @throws IOException the address cannot be listened on */
    Entrance(String name, InetSocketAddress wanted, int backlog, HttpLimits limits, Service service, List<EventLoop> loops,
            ConnectionLimit limit, Metrics metrics) throws IOException {
        this.name = name;
        this.wanted = wanted;
        this.loops = loops;
        this.limits = limits;
        this.service = service;
        this.metrics = metrics;
        connections = new LoopConnections[loops.size()];
        for (int i = 0; i < connections.length; i++) {
            connections[i] = new LoopConnections(limit, () -> this.service, () -> draining);
        }
        listener = new Listener(name, wanted, backlog, true, loops, limit,
                metrics.counter("weir_accept_pauses_total", "Times that accepting paused, for connections or descriptors.", "listener", name),
                this::accepted);
        metrics.gauge("weir_connections", "Client connections.", () -> sum(true), "listener", name, "state", "idle");
        metrics.gauge("weir_connections", "Client connections.", () -> sum(false), "listener", name, "state", "active");
    }

    void start() {
        started = true;
        listener.start();
    }

    private void accepted(EventLoop loop, Transport transport) {
        LoopConnections own = connections[loop.index()];
        own.add(new ClientConnection(loop, transport, limits, own));
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

    InetSocketAddress wanted() {
        return wanted;
    }

    InetSocketAddress address() {
        return listener.address();
    }

    /** Requests from now on are served by this; those that run keep theirs. */
    void replace(Service next, HttpLimits nextLimits) {
        service = next;
        limits = nextLimits;
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
            onEachLoop(LoopConnections::drain);
        }
        metrics.remove("weir_connections", "listener", name, "state", "idle");
        metrics.remove("weir_connections", "listener", name, "state", "active");
    }

    int openConnections() {
        int sum = 0;
        for (LoopConnections own : connections) {
            sum += own.openCount();
        }
        return sum;
    }

    void cutAll(String reason) throws InterruptedException {
        onEachLoop(own -> own.cutAll(reason));
    }

    private void onEachLoop(java.util.function.Consumer<LoopConnections> work) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(loops.size());
        for (EventLoop loop : loops) {
            boolean queued = loop.executeSurely(() -> {
                work.accept(connections[loop.index()]);
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
