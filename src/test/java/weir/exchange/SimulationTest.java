package weir.exchange;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import weir.FuzzSeed;

/**
 * Whole exchanges in memory, each drawn from one seed. Without faults every response arrives whole, in order, byte for byte,
 * and without the help of any timeout. With faults no one takes a part for the whole: no client a response, no origin a
 * request; nothing hangs once time has passed, and nothing stays lent.
 */
class SimulationTest {
    private static final int RUNS = 2000;
    private static final long ENOUGH = 64 << 20;
    /** The loop's own buffers fit, and little more. */
    private static final long SCARCE = 512 << 10;

    private static void run(int runs, long bytesMax, boolean faulty) throws IOException {
        long first = FuzzSeed.seed();
        try (SimulatedLoop loop = new SimulatedLoop(bytesMax)) {
            for (int i = 0; i < runs; i++) {
                Simulation simulation = new Simulation(first + i, loop, faulty);
                try {
                    simulation.run();
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("-Dfuzz.seed=" + (first + i) + ": " + e.getMessage() + simulation.story(), e);
                }
            }
        }
    }

    @Test
    void everythingArrivesWithoutFaults() throws IOException {
        run(RUNS, ENOUGH, false);
    }

    @Test
    void nobodyTakesAPartForTheWhole() throws IOException {
        run(RUNS, ENOUGH, true);
    }

    @Test
    void norWhenMemoryIsScarce() throws IOException {
        run(RUNS / 4, SCARCE, true);
    }
}
