package weir.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import weir.net.ConnectionLimit;
import weir.net.EventLoop;
import weir.net.ProxyHeaderReader;
import weir.net.Timer;
import weir.net.Transport;
import weir.net.TransportHandler;
import weir.observe.Counter;
import weir.observe.Figure;

/**
 * The connections of one listener on one loop whose PROXY header is not there yet. The figure may be read by any thread, the
 * rest is the loop's.
 */
final class Arrivals extends Timer {
    private final Set<Arrival> open = new LinkedHashSet<>();
    private final Figure openCount = new Figure();
    private final EventLoop loop;
    private final String listener;
    private final ConnectionLimit limit;
    private final Counter errors;
    private final Consumer<Transport> arrived;

    /** @param arrived takes over a connection whose header has been read, and its place in the limit with it */
    Arrivals(EventLoop loop, String listener, ConnectionLimit limit, Counter errors, Consumer<Transport> arrived) {
        this.loop = loop;
        this.listener = listener;
        this.limit = limit;
        this.errors = errors;
        this.arrived = arrived;
    }

    /** @param nanos for the whole header */
    void accept(Transport accepted, long nanos) {
        Arrival arrival = new Arrival(accepted);
        open.add(arrival);
        openCount.set(open.size());
        accepted.handler(arrival);
        loop.timers().set(arrival, loop.nowNanos() + nanos);
    }

    /** Waits for its header, and ends here whatever comes of it. */
    private final class Arrival extends Timer implements TransportHandler {
        private final Transport transport;
        private final ProxyHeaderReader reader = new ProxyHeaderReader();

        Arrival(Transport transport) {
            this.transport = transport;
        }

        @Override
        public void onReadable() throws IOException {
            switch (reader.read(transport)) {
                case MORE -> { }
                case DONE -> {
                    leave();
                    transport.proxyHeader(reader.header());
                    arrived.accept(transport);
                }
                case BAD -> refuse(reader.fault());
                case NOTHING -> end();                       // how balancers look whether a port is open
            }
        }

        @Override
        public void onWritable() {
            throw new AssertionError("nothing is written before the header has been read");
        }

        @Override
        public void onFailed(IOException cause) {
            if (reader.isIdle()) {
                end();
            } else {
                refuse(cause.getMessage());
            }
        }

        @Override
        protected void onExpired(long nowNanos) {
            refuse(reader.isIdle() ? "nothing came within head-timeout" : "it was not whole within head-timeout");
        }

        private void refuse(String why) {
            errors.increment(loop.index());
            loop.journal().warnAtMostOncePerSecond("proxy-protocol " + listener,
                    "listen." + listener + ": no PROXY header from " + transport.peer().getAddress().getHostAddress() + ": " + why);
            end();
        }

        private void end() {
            leave();
            transport.close();
            limit.give();
        }

        private void leave() {
            loop.timers().cancel(this);
            open.remove(this);
            openCount.set(open.size());
        }
    }

    /** Ends those that send nothing for a moment; the others may go on, and get an answer. */
    void drain() {
        loop.timers().set(this, loop.nowNanos() + Entrance.FRESH_NANOS);
    }

    @Override
    protected void onExpired(long nowNanos) {
        for (Arrival arrival : new ArrayList<>(open)) {
            if (arrival.reader.isIdle()) {
                arrival.end();
            }
        }
    }

    void cutAll() {
        new ArrayList<>(open).forEach(Arrival::end);
    }

    int openCount() {
        return (int) openCount.get();
    }
}
