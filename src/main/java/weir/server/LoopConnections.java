package weir.server;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import weir.exchange.Exchange;
import weir.exchange.Service;
import weir.h1.ClientConnection;
import weir.h1.Receptions;
import weir.net.ConnectionLimit;
import weir.net.EventLoop;
import weir.observe.Figure;

/** The open client connections of one listener on one loop. Figures may be read by any thread, the rest is the loop's. */
final class LoopConnections implements ClientConnection.Owner {
    private final Set<ClientConnection> open = new LinkedHashSet<>();
    private final ConnectionLimit limit;
    private final Receptions receptions;
    private final BooleanSupplier draining;
    private boolean ended;
    private final Figure openCount = new Figure();
    private final Figure idleCount = new Figure();

    LoopConnections(EventLoop loop, ConnectionLimit limit, Supplier<Service> services, BooleanSupplier draining) {
        this.limit = limit;
        receptions = new Receptions(() -> new Exchange(loop, services));
        this.draining = draining;
    }

    void add(ClientConnection connection) {
        open.add(connection);
        openCount.set(open.size());
        idleCount.add(1);
        if (ended) {
            drainSoon(connection);                 // its handshake was under way
        }
    }

    /** Not in the midst of an event of the connection. */
    private static void drainSoon(ClientConnection connection) {
        if (!connection.loop().execute(() -> connection.drain(Entrance.FRESH_NANOS))) {
            connection.loop().journal().warnAtMostOncePerSecond("drain", "a loop has too much to do to end its idle connections");
        }
    }

    @Override
    public Receptions receptions() {
        return receptions;
    }

    @Override
    public boolean isDraining() {
        return draining.getAsBoolean();
    }

    @Override
    public void onIdle(ClientConnection connection, boolean idle) {
        idleCount.add(idle ? 1 : -1);
        if (idle && ended) {
            drainSoon(connection);                 // the head of its last response left before anybody knew of the end
        }
    }

    @Override
    public void onClosed(ClientConnection connection) {
        open.remove(connection);
        openCount.set(open.size());
        limit.give();
    }

    /** Ends those that run no request; the others end with their response, and those that have just been opened get one. */
    void drain() {
        ended = true;
        new ArrayList<>(open).forEach(connection -> connection.drain(Entrance.FRESH_NANOS));
    }

    void cutAll(String reason) {
        new ArrayList<>(open).forEach(connection -> connection.cut(reason));
    }

    int openCount() {
        return (int) openCount.get();
    }

    int idleCount() {
        return (int) idleCount.get();
    }
}
