package weir.config;

import java.util.Optional;

/**
 * {@code pool.NAME.max-requests}: {@code 100}, or {@code adaptive [5..500]}.
 *
 * @param fixed 0 when the limit is adaptive
 * @param least of an adaptive one; else 0
 * @param most of an adaptive one; else 0
 */
record RequestsMax(int fixed, int least, int most) {
    static final class Type implements ValueType<RequestsMax> {
        private static final String FORM = "100, or adaptive 5..500";
        private static final Quantity<Integer> NUMBER = Quantity.number(1, 100_000);

        @Override
        public String name() {
            return "limit";
        }

        @Override
        public String range() {
            return "N, or adaptive [LEAST..MOST]; each " + NUMBER.range();
        }

        @Override
        public Optional<RequestsMax> parse(Word value, Problems problems) {
            Phrase phrase = new Phrase(value, problems, FORM);
            if (!phrase.accept("adaptive")) {
                int fixed = phrase.value(NUMBER, "number", 1);
                return phrase.end() ? Optional.of(new RequestsMax(fixed, 0, 0)) : Optional.empty();
            }
            Word span = phrase.peek();
            if (span == null) return phrase.end() ? Optional.of(new RequestsMax(0, 5, 1_000)) : Optional.empty();
            phrase.take();
            int dots = span.text().indexOf("..");
            if (dots < 0) {
                problems.error(span, span.shown() + " is no span of numbers", "write " + FORM);
                return Optional.empty();
            }
            Optional<Integer> least = NUMBER.parseWord(span.slice(0, dots), problems);
            Optional<Integer> most = NUMBER.parseWord(span.from(dots + 2), problems);
            if (least.isEmpty() || most.isEmpty() || !phrase.end()) return Optional.empty();
            if (least.get() > most.get()) {
                problems.error(span, "the least, " + least.get() + ", is more than the most, " + most.get(), "write " + FORM);
                return Optional.empty();
            }
            return Optional.of(new RequestsMax(0, least.get(), most.get()));
        }
    }
}
