package weir.upstream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import weir.http.OriginStream;
import weir.http.ResponseHandler;
import weir.net.EventLoop;
import weir.observe.Histogram;
import weir.observe.Metrics;

/**
 * A pool of origins. Its servers are shared by all loops; balancer, idle connections and scratch are each loop's own.
 * Methods with a loop are called on that loop.
 */
public final class Pool {
    private static final double[] CONNECT_BOUNDS = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1};

    private final PoolSettings settings;
    private final OriginConnector connector;
    private final Origin[] origins;
    private final PerLoop[] perLoop;
    private final Metrics metrics;
    private final Histogram connectTime;

    private static final class PerLoop {
        private final Balancer balancer;
        private final Origin[] usable;
        private final IdleConnections[] idle;
        private boolean retired;

        PerLoop(PoolSettings settings, Origin[] origins, int loop) {
            balancer = Balancer.of(settings.balance(), origins, loop);
            usable = new Origin[origins.length];
            idle = new IdleConnections[origins.length];
            for (int i = 0; i < idle.length; i++) {
                idle[i] = new IdleConnections(settings.idleConnectionsMax());
            }
        }
    }

    /** @param loops how many loops the process has */
    public Pool(PoolSettings settings, int loops, OriginConnector connector, Metrics metrics) {
        this.settings = settings;
        this.connector = connector;
        this.metrics = metrics;
        connectTime = metrics.histogram("weir_upstream_connect_seconds", "Time to open a connection to a server.", CONNECT_BOUNDS,
                "pool", settings.name());
        origins = new Origin[settings.servers().size()];
        for (int i = 0; i < origins.length; i++) {
            origins[i] = new Origin(i, settings.name(), settings.servers().get(i), loops, metrics);
        }
        perLoop = new PerLoop[loops];
        for (int i = 0; i < loops; i++) {
            perLoop[i] = new PerLoop(settings, origins, i);
        }
    }

    public PoolSettings settings() {
        return settings;
    }

    public List<Origin> origins() {
        return List.of(origins);
    }

    /**
     * Chooses a server for a request.
     *
     * @param tried the servers that this request has met already: passed over
     * @return null when no other server is usable: none configured, no name resolved yet, or all tried
     */
    public Origin pick(EventLoop loop, List<Origin> tried) {
        PerLoop own = perLoop[loop.index()];
        int count = collect(own.usable, tried);
        return count == 0 ? null : own.balancer.pick(own.usable, count);
    }

    private int collect(Origin[] usable, List<Origin> without) {
        int count = 0;
        for (Origin origin : origins) {
            if (origin.isResolved() && (without.isEmpty() || !without.contains(origin))) {
                usable[count++] = origin;
            }
        }
        return count;
    }

    /**
     * Begins a request on a server: on a kept connection, or on a new one that is being opened.
     *
     * @param reuse whether a kept connection will do
     * @param probe look first whether a kept connection is still open, as the request could not be sent twice
     * @throws IOException when a new connection cannot even be tried; the request has not begun then
     */
    public OriginStream begin(EventLoop loop, Origin origin, ResponseHandler handler, boolean reuse, boolean probe)
            throws IOException {
        IdleConnections idle = perLoop[loop.index()].idle[origin.index()];
        OriginStream stream = reuse ? idle.take() : null;
        while (stream != null && probe && !stream.isStillOpen()) {
            stream.abort();
            stream = idle.take();
        }
        if (stream == null) {
            InetSocketAddress address = origin.address(loop.index());
            if (address == null) {
                throw new IOException(origin.name() + " is not resolved");
            }
            stream = connector.connect(loop, origin.server(), address, handler);
        } else {
            stream.assign(handler);
        }
        origin.begin(loop.index());
        return stream;
    }

    /** The request that was begun is over. @param stream to be kept for the next request, or null */
    public void end(EventLoop loop, Origin origin, OriginStream stream, OriginResult result) {
        origin.end(loop.index(), result);
        if (stream != null) {
            PerLoop own = perLoop[loop.index()];
            if (own.retired) {
                stream.abort();
            } else {
                own.idle[origin.index()].put(stream, settings.keepAliveNanos());
            }
        }
    }

    /** A new connection stood after this time. */
    public void connected(EventLoop loop, long nanos) {
        connectTime.record(loop.index(), nanos);
    }

    /** A request is tried once more. @param reason a constant */
    public void retried(EventLoop loop, String reason) {
        metrics.counter("weir_retries_total", "Requests that were sent once more, by what went wrong before.", "pool", settings.name(),
                "reason", reason).increment(loop.index());
    }

    /** The pool is not part of the configuration any more: this loop's idle connections are closed, later ones not kept. */
    public void retire(EventLoop loop) {
        PerLoop own = perLoop[loop.index()];
        own.retired = true;
        for (IdleConnections idle : own.idle) {
            idle.closeAll();
        }
    }

    /** Idle connections of one loop to one server; exact on that loop. */
    public int idleConnections(EventLoop loop, Origin origin) {
        return perLoop[loop.index()].idle[origin.index()].count();
    }
}
