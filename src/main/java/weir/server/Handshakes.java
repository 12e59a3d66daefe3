package weir.server;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import weir.net.ConnectionLimit;
import weir.net.EventLoop;
import weir.net.Timer;
import weir.net.Transport;
import weir.observe.Figure;
import weir.tls.TlsListener;
import weir.tls.TlsLoop;
import weir.tls.TlsTransport;

/** The connections of one listener on one loop whose TLS handshake is not over. The figure may be read by any thread, the rest is the loop's. */
final class Handshakes extends Timer implements TlsTransport.Owner {
    private final Set<TlsTransport> open = new LinkedHashSet<>();
    private final Figure openCount = new Figure();
    private final EventLoop loop;
    private final TlsLoop shared;
    private final ConnectionLimit limit;
    private final Consumer<Transport> established;

    /** @param established takes over a connection with its handshake done, and its place in the limit with it */
    Handshakes(EventLoop loop, TlsLoop shared, ConnectionLimit limit, Consumer<Transport> established) {
        this.loop = loop;
        this.shared = shared;
        this.limit = limit;
        this.established = established;
    }

    void accept(Transport accepted, TlsListener listener) {
        open.add(TlsTransport.accept(shared, accepted, listener, this));
        openCount.set(open.size());
    }

    @Override
    public void onEstablished(TlsTransport transport) {
        remove(transport);
        established.accept(transport);
    }

    @Override
    public void onRefused(TlsTransport transport) {
        remove(transport);
        limit.give();
    }

    private void remove(TlsTransport transport) {
        open.remove(transport);
        openCount.set(open.size());
    }

    /** Ends those that send nothing for a moment; the others may finish, and get an answer. */
    void drain() {
        loop.timers().set(this, loop.nowNanos() + Entrance.FRESH_NANOS);
    }

    @Override
    protected void onExpired(long nowNanos) {
        for (TlsTransport transport : new ArrayList<>(open)) {
            if (transport.isIdle()) {
                transport.close();
                onRefused(transport);
            }
        }
    }

    void cutAll() {
        for (TlsTransport transport : new ArrayList<>(open)) {
            transport.abort();
            onRefused(transport);
        }
    }

    int openCount() {
        return (int) openCount.get();
    }
}
