package weir.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsTest {
    private static final int LOOPS = 3;

    private final Metrics metrics = new Metrics(LOOPS);

    @Test
    void writesTheTextFormatSortedByName() {
        Counter first = metrics.counter("weir_requests_total", "Requests.", "route", "api", "code", "200");
        first.add(0, 40);
        first.increment(2);
        first.add(metrics.shared(), 1);
        metrics.counter("weir_requests_total", "said otherwise", "code", "404", "route", "api").increment(1);
        metrics.gauge("weir_loop_busy_ratio", "Busy.", () -> 0.25, "loop", "0");
        metrics.counter("weir_dropped_total", "Kept elsewhere.", () -> 7L);

        assertThat(page()).isEqualTo("""
                # HELP weir_dropped_total Kept elsewhere.
                # TYPE weir_dropped_total counter
                weir_dropped_total 7
                # HELP weir_loop_busy_ratio Busy.
                # TYPE weir_loop_busy_ratio gauge
                weir_loop_busy_ratio{loop="0"} 0.25
                # HELP weir_metrics_read_failures_total Figures that could not be read for this page.
                # TYPE weir_metrics_read_failures_total counter
                weir_metrics_read_failures_total 0
                # HELP weir_requests_total Requests.
                # TYPE weir_requests_total counter
                weir_requests_total{code="200",route="api"} 42
                weir_requests_total{code="404",route="api"} 1
                """);
    }

    @Test
    void writesHistogramsCumulatively() {
        Histogram histogram = metrics.histogram("weir_seconds", "Time.", new double[] {0.0005, 0.1, 10}, "route", "api");
        histogram.record(0, 500_000); // a bound is inclusive
        histogram.record(0, 500_001);
        histogram.record(1, 100_000_000);
        histogram.record(metrics.shared(), 11_000_000_000L);
        histogram.record(2, -1);

        assertThat(page()).contains("""
                # TYPE weir_seconds histogram
                weir_seconds_bucket{route="api",le="0.0005"} 2
                weir_seconds_bucket{route="api",le="0.1"} 4
                weir_seconds_bucket{route="api",le="10"} 4
                weir_seconds_bucket{route="api",le="+Inf"} 5
                weir_seconds_sum{route="api"} 11.101000001
                weir_seconds_count{route="api"} 5
                """);
        metrics.histogram("weir_bare_seconds", "Time.", new double[0]).record(0, 1);
        assertThat(page()).contains("weir_bare_seconds_bucket{le=\"+Inf\"} 1\nweir_bare_seconds_sum 0.000000001\n");
    }

    @Test
    void escapesHelpAndLabelValues() {
        metrics.counter("weir_odd", "a \\ b\nc \"d\"", "v", "a\\b\nc\"d\u00e9").increment(0);

        assertThat(page())
                .contains("# HELP weir_odd a \\\\ b\\nc \"d\"\n")
                .contains("weir_odd{v=\"a\\\\b\\nc\\\"d\u00e9\"} 1\n");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-0.0, 0", "1.5, 1.5", "NaN, NaN", "Infinity, +Inf", "-Infinity, -Inf", "1e21, 1000000000000000000000"})
    void writesNumbersAsPrometheusReadsThem(double value, String text) {
        metrics.gauge("weir_x", "x", () -> value);

        assertThat(page()).contains("\nweir_x " + text + "\n");
    }

    @Test
    void sameNameAndLabelsAreTheSameCounter() {
        Counter one = metrics.counter("weir_a", "a", "x", "1", "y", "2");

        assertThat(metrics.counter("weir_a", "a", "y", "2", "x", "1")).isSameAs(one);
        assertThat(metrics.counter("weir_a", "a", "y", "1", "x", "2")).isNotSameAs(one);
    }

    @Test
    void aGaugeIsReplacedAndFiguresAreRemoved() {
        metrics.gauge("weir_up", "Up.", () -> 1, "server", "a");
        metrics.gauge("weir_up", "Up.", () -> 0, "server", "a");
        metrics.gauge("weir_up", "Up.", () -> 1, "server", "b");
        assertThat(page()).contains("weir_up{server=\"a\"} 0\n").doesNotContain("weir_up{server=\"a\"} 1\n");

        metrics.remove("weir_up", "server", "a");
        metrics.remove("weir_up", "server", "never there");
        metrics.remove("weir_never");
        assertThat(page()).contains("weir_up{server=\"b\"} 1\n").doesNotContain("\"a\"");

        metrics.remove("weir_up", "server", "b");
        assertThat(page()).doesNotContain("weir_up");
    }

    @Test
    void aFigureThatCannotBeReadIsCountedAndHidesNoOther() {
        metrics.gauge("weir_bad", "x", () -> {
            throw new IllegalStateException("closed");
        });
        metrics.gauge("weir_good", "x", () -> 1);

        assertThat(page()).contains("weir_good 1\n").doesNotContain("\nweir_bad ");
        assertThat(page()).contains("weir_metrics_read_failures_total 2\n"); // sorted behind the bad one
    }

    @Test
    void refusesWhatPrometheusWouldRefuse() {
        metrics.counter("weir_a", "a");
        metrics.counter("weir_read", "a", () -> 1L);
        double[] bounds = {1};

        assertThatThrownBy(() -> metrics.counter("1a", "a")).hasMessageContaining("1a");
        assertThatThrownBy(() -> metrics.counter("weir-a", "a")).hasMessageContaining("weir-a");
        assertThatThrownBy(() -> metrics.counter("weir_b", "b", "x")).hasMessageContaining("x");
        assertThatThrownBy(() -> metrics.counter("weir_b", "b", "__x", "1")).hasMessageContaining("__x");
        assertThatThrownBy(() -> metrics.counter("weir_b", "b", "x", "1", "x", "2")).hasMessageContaining("x");
        assertThatThrownBy(() -> metrics.histogram("weir_b", "b", bounds, "le", "1")).hasMessageContaining("le");
        assertThatThrownBy(() -> metrics.gauge("weir_a", "a", () -> 1)).hasMessageContaining("is a counter");
        assertThatThrownBy(() -> metrics.counter("weir_read", "a")).hasMessageContaining("elsewhere");
        assertThatThrownBy(() -> metrics.histogram("weir_c", "c", new double[] {1, 1})).hasMessageContaining("rise");
        assertThatThrownBy(() -> metrics.histogram("weir_c", "c", new double[] {Double.NaN})).hasMessageContaining("rise");
        assertThat(page()).doesNotContain("weir_b").doesNotContain("weir_c"); // what failed left nothing behind
    }

    @Test
    void loopsCountWhileAnotherThreadReads() throws InterruptedException {
        int rounds = 200_000;
        Counter counter = metrics.counter("weir_a", "a");
        Histogram histogram = metrics.histogram("weir_b", "b", new double[] {1});
        Thread[] writers = new Thread[LOOPS + 3]; // three of them share the cell of all other threads
        CountDownLatch start = new CountDownLatch(1);
        for (int i = 0; i < writers.length; i++) {
            int loop = Math.min(i, metrics.shared());
            writers[i] = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                for (int n = 0; n < rounds; n++) {
                    counter.add(loop, 2);
                    histogram.record(loop, 3);
                }
            });
            writers[i].start();
        }
        start.countDown();
        long before = 0;
        while (before < 2L * rounds * LOOPS / 2) {
            long now = counter.sum();
            assertThat(now).isGreaterThanOrEqualTo(before);
            before = now;
        }
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(counter.sum()).isEqualTo(2L * rounds * writers.length);
        assertThat(histogram.counts()).containsExactly((long) rounds * writers.length, 0);
        assertThat(histogram.sumSeconds()).isEqualTo(3e-9 * rounds * writers.length);
    }

    private String page() {
        return new String(metrics.text(), StandardCharsets.UTF_8);
    }
}
