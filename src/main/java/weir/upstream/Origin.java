package weir.upstream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import weir.observe.Counter;
import weir.observe.Metrics;

/**
 * One server of a pool: its addresses and how many requests run on it. Shared by all loops; each loop counts in a cell of its
 * own, so that no request costs an atomic operation.
 */
public final class Origin {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int CELL_STRIDE = 32;                // ints: two cache lines, as neighbours are fetched in pairs

    private final int index;
    private final PoolSettings.Server server;
    private final String name;
    private final int[] open;
    private final int[] nextAddress;
    private final Counter[] results = new Counter[OriginResult.values().length];
    private volatile boolean speaksHttp10;
    private volatile InetSocketAddress[] addresses = new InetSocketAddress[0];

    Origin(int index, String pool, PoolSettings.Server server, int loops, Metrics metrics) {
        this.index = index;
        this.server = server;
        this.name = server.address();
        open = new int[loops * CELL_STRIDE];
        nextAddress = new int[loops * CELL_STRIDE];
        for (OriginResult result : OriginResult.values()) {
            results[result.ordinal()] = metrics.counter("weir_upstream_requests_total", "Requests sent to a server, by how they ended.",
                    "pool", pool, "server", name, "result", result.label());
        }
        metrics.gauge("weir_server_inflight", "Requests that run on a server now.", this::openRequests, "pool", pool, "server", name);
    }

    /** {@code host:port} as configured. */
    public String name() {
        return name;
    }

    public int index() {
        return index;
    }

    public PoolSettings.Server server() {
        return server;
    }

    public int weight() {
        return server.weight();
    }

    /** Whether a name has been resolved, so that requests can be sent there. */
    public boolean isResolved() {
        return addresses.length > 0;
    }

    /** Its last response was of HTTP/1.0: such a server knows no chunked coding (RFC 9112 §6.1). Any thread. */
    public boolean speaksHttp10() {
        return speaksHttp10;
    }

    /** What version its response had. Any thread. */
    public void spoke(int versionMinor) {
        boolean old = versionMinor == 0;
        if (speaksHttp10 != old) {
            speaksHttp10 = old;
        }
    }

    /** The addresses of its name, from the resolver. Any thread. */
    public void addresses(InetAddress[] found) {
        InetSocketAddress[] next = new InetSocketAddress[found.length];
        for (int i = 0; i < found.length; i++) {
            next[i] = new InetSocketAddress(found[i], server.port());
        }
        addresses = next;
    }

    /** The next of its addresses in turn, or null when it has none yet. */
    InetSocketAddress address(int loop) {
        InetSocketAddress[] known = addresses;
        if (known.length < 2) {
            return known.length == 0 ? null : known[0];
        }
        return known[Math.floorMod(nextAddress[loop * CELL_STRIDE]++, known.length)];
    }

    void begin(int loop) {
        add(loop, 1);
    }

    void end(int loop, OriginResult result) {
        add(loop, -1);
        results[result.ordinal()].increment(loop);
    }

    private void add(int loop, int change) {
        int cell = loop * CELL_STRIDE;
        CELL.setOpaque(open, cell, open[cell] + change);      // only this loop writes it
    }

    /** Requests that run on it from this loop. */
    public int openRequests(int loop) {
        return open[loop * CELL_STRIDE];
    }

    /** Requests that run on it from all loops; a moment's sum. Any thread. */
    public int openRequests() {
        int sum = 0;
        for (int i = 0; i < open.length; i += CELL_STRIDE) {
            sum += (int) CELL.getOpaque(open, i);
        }
        return sum;
    }
}
