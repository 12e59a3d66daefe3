package weir.filter.gzip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import weir.exchange.Conversion;
import weir.observe.Metrics;

/** Both kinds of coders of a loop: used again, bounded in use and unused. */
class CodersTest {
    private static final int MAX = Coders.IDLE_MAX + 4;

    private final Metrics metrics = new Metrics(2);
    private final Coders coders = new Coders(2, MAX, metrics);
    private final Coders.Watcher nobody = (taken, given, loop) -> { };
    private final GunzipSettings bounds = new GunzipSettings("g", 1, 1);

    @Test
    void compressorsAreBounded() {
        areBounded(coders.at(1)::compressor, each -> each.start(1, nobody), "compressor");
    }

    @Test
    void decompressorsAreBounded() {
        areBounded(coders.at(1)::decompressor, each -> each.start(bounds, nobody), "decompressor");
    }

    private <C extends Conversion> void areBounded(Supplier<C> take, Consumer<C> start, String kind) {
        Set<C> first = new HashSet<>();
        for (int i = 0; i < MAX; i++) {
            C taken = take.get();
            start.accept(taken);
            first.add(taken);
        }
        assertThat(first).doesNotContainNull().hasSize(MAX);
        assertThat(take.get()).isNull();
        assertThat(inUse(kind)).isEqualTo(MAX);
        Compressor other = coders.at(0).compressor();
        assertThat(other).as("another loop's").isNotNull();
        coders.at(0).giveBack(other);
        first.forEach(Conversion::close);
        Set<C> again = new HashSet<>();
        for (int i = 0; i < MAX; i++) {
            again.add(take.get());
        }
        assertThat(again).doesNotContainNull().hasSize(MAX);
        again.retainAll(first);
        assertThat(again).as("kept").hasSize(Coders.IDLE_MAX);
        coders.close();
    }

    private long inUse(String kind) {
        String page = new String(metrics.text(), StandardCharsets.UTF_8);
        String series = "weir_coders_in_use{kind=\"" + kind + "\"} ";
        int at = page.indexOf(series) + series.length();
        return Long.parseLong(page.substring(at, page.indexOf('\n', at)));
    }
}
