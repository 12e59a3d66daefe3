package weir.config;

import java.util.Optional;

/**
 * {@code pool.NAME.retry.budget}: {@code 20% [min 3]}.
 *
 * @param percent of the pool's live requests, 0..100
 * @param min so many may always run, 0..1000
 */
record RetryBudgetSyntax(int percent, int min) {
    static final class Type implements ValueType<RetryBudgetSyntax> {
        private static final Percent PERCENT = new Percent(0, 100);
        private static final Quantity<Integer> MIN = Quantity.number(0, 1_000);

        @Override
        public String name() {
            return "budget";
        }

        @Override
        public String range() {
            return "SHARE [min N]; " + PERCENT.range() + ", N is " + MIN.range();
        }

        @Override
        public Optional<RetryBudgetSyntax> parse(Word value, Problems problems) {
            Phrase phrase = new Phrase(value, problems, "20% min 3");
            int percent = phrase.value(PERCENT, "share", 0);
            int min = phrase.accept("min") ? phrase.value(MIN, "number", 0) : 3;
            return phrase.end() ? Optional.of(new RetryBudgetSyntax(percent, min)) : Optional.empty();
        }
    }
}
