package weir.config;

import java.time.Duration;
import java.util.Optional;

/**
 * {@code pool.NAME.queue}: {@code 1000 for 1s}, or {@code off}.
 *
 * @param length requests that may wait
 * @param time each of them at most
 */
record QueueSyntax(int length, Duration time) {
    static final class Type implements ValueType<QueueSyntax> {
        private static final Quantity<Integer> LENGTH = Quantity.number(1, 100_000);
        private static final Quantity<Duration> TIME = Quantity.time("1ms", "10m");

        @Override
        public String name() {
            return "queue";
        }

        @Override
        public String range() {
            return "off, or N for TIME; N is " + LENGTH.range() + ", the time " + TIME.range();
        }

        @Override
        public Optional<QueueSyntax> parse(Word value, Problems problems) {
            Phrase phrase = new Phrase(value, problems, "1000 for 1s, or off");
            if (phrase.accept("off")) return phrase.end() ? Optional.of(new QueueSyntax(0, Duration.ZERO)) : Optional.empty();
            int length = phrase.value(LENGTH, "number", 0);
            phrase.expect("for");
            Duration time = phrase.value(TIME, "time", Duration.ZERO);
            return phrase.end() ? Optional.of(new QueueSyntax(length, time)) : Optional.empty();
        }
    }
}
