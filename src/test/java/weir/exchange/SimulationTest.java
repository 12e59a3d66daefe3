package weir.exchange;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import weir.FuzzSeed;

/**
 * Whole exchanges in memory, each drawn from one seed. Without faults every response arrives whole, in order, byte for byte,
 * and without the help of any timeout. With faults no one takes a part for the whole: no client a response, no origin a
 * request; nothing hangs once time has passed, and nothing stays lent. With TLS on one side or both all of this stays true, a
 * stream that ends without close_notify is no end, and flipped bits are noticed. What the route converts
 * stays true to what was sent. {@code -Dsimulation.runs=20000} for more of them.
 */
class SimulationTest {
    private static final int RUNS = Integer.getInteger("simulation.runs", 2000);
    /** Each of their handshakes takes as long as many exchanges. */
    private static final int TLS_RUNS = 60;
    private static final long ENOUGH = 64 << 20;
    /** The loop's own buffers fit, and little more. */
    private static final long SCARCE = 512 << 10;

    private static TlsSides.Certified own;

    @BeforeAll
    static void makeCertificate(@TempDir Path dir) {
        own = TlsSides.certify(dir);
    }

    private static void run(int runs, long bytesMax, Simulation.Protected which, Simulation.Faults faults) throws IOException {
        run(runs, bytesMax, which, faults, null);
    }

    private static void runConverting(int runs, long bytesMax, Simulation.Protected which, Simulation.Faults faults) throws IOException {
        RandomFilters.Shared shared = RandomFilters.Shared.make();
        run(runs, bytesMax, which, faults, shared);
        shared.coders().close();
    }

    private static void run(int runs, long bytesMax, Simulation.Protected which, Simulation.Faults faults, RandomFilters.Shared shared) throws IOException {
        long first = FuzzSeed.seed();
        try (SimulatedLoop loop = new SimulatedLoop(bytesMax)) {
            for (int i = 0; i < runs; i++) {
                Simulation simulation = new Simulation(first + i, loop, which, own, faults, shared);
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
        run(RUNS, ENOUGH, Simulation.Protected.NONE, Simulation.Faults.NONE);
    }

    @Test
    void nobodyTakesAPartForTheWhole() throws IOException {
        run(RUNS, ENOUGH, Simulation.Protected.NONE, Simulation.Faults.ANY);
    }

    @Test
    void norWhenMemoryIsScarce() throws IOException {
        run(RUNS / 4, SCARCE, Simulation.Protected.NONE, Simulation.Faults.ANY);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everythingArrivesOverTls(Simulation.Protected which) throws IOException {
        run(TLS_RUNS, ENOUGH, which, Simulation.Faults.NONE);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void nobodyTakesAPartForTheWholeOverTls(Simulation.Protected which) throws IOException {
        run(2 * TLS_RUNS, ENOUGH, which, Simulation.Faults.ANY);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void norOverTlsWhenMemoryIsScarce(Simulation.Protected which) throws IOException {
        run(TLS_RUNS / 2, SCARCE, which, Simulation.Faults.ANY);
    }

    /** To a client of HTTP/1.0 only the end of the connection says that this was all. */
    @ParameterizedTest
    @EnumSource
    void anAnswerThatWasCutIsCutForTheClientToo(Simulation.Protected which) throws IOException {
        run(TLS_RUNS, ENOUGH, which, Simulation.Faults.CUT_ANSWER);
    }

    /** Routes that convert content: what comes decodes to what was sent, also while an origin holds the rest back. */
    @Test
    void everythingArrivesConverted() throws IOException {
        runConverting(RUNS / 4, ENOUGH, Simulation.Protected.NONE, Simulation.Faults.NONE);
    }

    @Test
    void nobodyTakesAConvertedPartForTheWhole() throws IOException {
        runConverting(RUNS / 4, ENOUGH, Simulation.Protected.NONE, Simulation.Faults.ANY);
    }

    @Test
    void norConvertedWhenMemoryIsScarce() throws IOException {
        runConverting(RUNS / 8, SCARCE, Simulation.Protected.NONE, Simulation.Faults.ANY);
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatWasCutIsCutForTheClientTooWhenItIsConverted(Simulation.Protected which) throws IOException {
        runConverting(TLS_RUNS, ENOUGH, which, Simulation.Faults.CUT_ANSWER);
    }
}
