package weir.exchange;

import java.io.IOException;
import weir.buffer.SlabStore;
import weir.net.Clock;
import weir.net.EventLoop;
import weir.observe.Journal;
import weir.tls.TlsLoop;

/** A real loop on a clock that is turned by hand; nothing of it waits. It serves one simulation after the other. */
public final class SimulatedLoop implements AutoCloseable {
    private final StringBuilder journal = new StringBuilder();
    private final EventLoop loop;
    private final HelperLane helpers = new HelperLane();
    private final TlsLoop tls;
    private long nanos = 1;
    private EventLoop.Connector connector;

    /** @param bytesMax of buffers */
    public SimulatedLoop(long bytesMax) throws IOException {
        Clock clock = new Clock() {
            @Override
            public long nanoTime() {
                return nanos;
            }

            @Override
            public long wallMillis() {
                return nanos / 1_000_000;
            }
        };
        loop = new EventLoop(0, new SlabStore(bytesMax), new Journal(journal), clock, (own, peer, handler) -> connector.connect(own, peer, handler));
        tls = new TlsLoop(loop, helpers, 0, 100);
    }

    public void connector(EventLoop.Connector next) {
        connector = next;
    }

    public EventLoop loop() {
        return loop;
    }

    public TlsLoop tls() {
        return tls;
    }

    public HelperLane helpers() {
        return helpers;
    }

    public void settle() {
        loop.settle();
        assertNoBug();
    }

    /** The clock goes on, and one turn of the loop with it. */
    public void turn(long byNanos) {
        nanos += byNanos;
        loop.execute(() -> { });                                  // with work in its mailbox a loop does not wait
        try {
            loop.turn();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertNoBug();
    }

    private void assertNoBug() {
        if (journal.length() > 0) {
            String said = journal.toString();
            journal.setLength(0);
            if (said.contains("internal error")) {
                throw new AssertionError(said);
            }
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
