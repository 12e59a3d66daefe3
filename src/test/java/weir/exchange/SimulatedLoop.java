package weir.exchange;

import java.io.IOException;
import weir.buffer.SlabStore;
import weir.net.Clock;
import weir.net.EventLoop;
import weir.observe.Journal;

/** A real loop on a clock that is turned by hand; nothing of it waits. It serves one simulation after the other. */
final class SimulatedLoop implements AutoCloseable {
    private final StringBuilder journal = new StringBuilder();
    private final EventLoop loop;
    private long nanos = 1;
    private Simulation simulation;

    /** @param bytesMax of buffers */
    SimulatedLoop(long bytesMax) throws IOException {
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
        loop = new EventLoop(0, new SlabStore(bytesMax), new Journal(journal), clock, (own, peer, handler) -> simulation.connect(peer, handler));
    }

    void connector(Simulation next) {
        simulation = next;
    }

    EventLoop loop() {
        return loop;
    }

    void settle() {
        loop.settle();
        assertNoBug();
    }

    /** The clock goes on, and one turn of the loop with it. */
    void turn(long byNanos) {
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
