package weir.config;

import java.time.Duration;
import java.util.Optional;

/**
 * {@code pool.NAME.hedge}: {@code p95 [min 10ms]}.
 *
 * @param percentile 50..99
 * @param min not sooner than this
 */
record HedgeSyntax(int percentile, Duration min) {
    static final class Type implements ValueType<HedgeSyntax> {
        private static final Quantity<Duration> MIN = Quantity.time("0s", "1m");
        private static final Percentile PERCENTILE = new Percentile();

        @Override
        public String name() {
            return "percentile";
        }

        @Override
        public String range() {
            return "p50 to p99 [min TIME]; " + MIN.range();
        }

        @Override
        public Optional<HedgeSyntax> parse(Word value, Problems problems) {
            Phrase phrase = new Phrase(value, problems, "p95, or p95 min 10ms");
            int percentile = phrase.value(PERCENTILE, "percentile", 0);
            Duration min = phrase.accept("min") ? phrase.value(MIN, "time", Duration.ZERO) : Duration.ZERO;
            return phrase.end() ? Optional.of(new HedgeSyntax(percentile, min)) : Optional.empty();
        }
    }

    private static final class Percentile implements ValueType.OfWord<Integer> {
        private static final Quantity<Integer> NUMBER = Quantity.number(50, 99);

        @Override
        public String name() {
            return "percentile";
        }

        @Override
        public String range() {
            return "p50 to p99";
        }

        @Override
        public Optional<Integer> parseWord(Word word, Problems problems) {
            if (word.text().startsWith("p")) return NUMBER.parseWord(word.from(1), problems);
            problems.error(word, word.shown() + " is no percentile", "write p95, or p95 min 10ms");
            return Optional.empty();
        }
    }
}
