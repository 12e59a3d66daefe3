package weir.filter.minify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import weir.exchange.Conversion;
import weir.exchange.Conversion.Progress;
import weir.exchange.Conversion.Wanted;
import weir.exchange.SimulatedLoop;

/** Where a text is made shorter: short ones on the loop, long ones elsewhere, and what happens to the loop's workbench meanwhile. */
class MinifyingTest {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final List<Runnable> handed = new ArrayList<>();
    private final Workbenches.OfLoop benches = new Workbenches(1, handed::add).at(0);
    private final List<Conversion> ready = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();
    private final ByteBuffer out = ByteBuffer.allocate(100);

    private Minifying holding(SimulatedLoop loop, int length) {
        Minifying minifying = new Minifying(loop.loop(), Minifier.JSON, 1 << 20, true, benches.take(), (result, taken, given) -> ends.add(result + " " + taken + " " + given));
        minifying.owner(ready::add);
        ByteBuffer text = StandardCharsets.US_ASCII.encode("[1" + " ".repeat(length - 3) + "]");
        assertThat(minifying.convert(text, out, Wanted.CONTENT)).isEqualTo(Progress.DONE);
        return minifying;
    }

    private String given() {
        return StandardCharsets.US_ASCII.decode(out.duplicate().flip()).toString();
    }

    @Test
    void aShortTextIsMadeShorterInPlace() throws IOException {
        try (SimulatedLoop loop = new SimulatedLoop(1 << 20)) {
            Minifying minifying = holding(loop, Minifying.IN_PLACE_BYTES_MAX);
            assertThat(minifying.convert(NOTHING, out, Wanted.END)).isEqualTo(Progress.DONE);
            assertThat(given()).isEqualTo("[1]");
            assertThat(handed).isEmpty();
            minifying.close();
        }
    }

    @Test
    void aLongTextIsMadeShorterOnAnotherThread() throws IOException {
        try (SimulatedLoop loop = new SimulatedLoop(1 << 20)) {
            Minifying minifying = holding(loop, 100_000);
            assertThat(minifying.convert(NOTHING, out, Wanted.END)).isEqualTo(Progress.LATER);
            assertThat(minifying.convert(NOTHING, out, Wanted.END)).as("asked too early").isEqualTo(Progress.LATER);
            assertThat(handed).hasSize(1);
            handed.get(0).run();
            assertThat(ready).as("the loop has not heard of it").isEmpty();
            loop.turn(1);
            assertThat(ready).containsExactly(minifying);
            assertThat(minifying.convert(NOTHING, out, Wanted.END)).isEqualTo(Progress.DONE);
            assertThat(given()).isEqualTo("[1]");
            minifying.close();
            assertThat(ends).containsExactly("CONVERTED 100000 3");
            assertThat(benches.used()).isZero();
        }
    }

    @Test
    void aClientThatLeavesMeanwhileLeavesTheWorkbenchToTheWork() throws IOException {
        try (SimulatedLoop loop = new SimulatedLoop(1 << 20)) {
            Minifying minifying = holding(loop, 100_000);
            assertThat(minifying.convert(NOTHING, out, Wanted.END)).isEqualTo(Progress.LATER);
            minifying.close();
            assertThat(ends).containsExactly("CUT 100000 0");
            assertThat(benches.used()).as("another thread has it").isOne();
            handed.get(0).run();
            loop.turn(1);
            assertThat(benches.used()).isZero();
            assertThat(ready).isEmpty();
        }
    }
}
