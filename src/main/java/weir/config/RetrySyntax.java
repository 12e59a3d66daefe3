package weir.config;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import weir.upstream.RetrySettings.Cause;

/**
 * {@code pool.NAME.retry}: {@code N [on CAUSE|STATUS[, …]]}.
 *
 * @param triesMax in all
 * @param causes all when none is written
 * @param statuses of responses that are given up for another try
 */
record RetrySyntax(int triesMax, Set<Cause> causes, Set<Integer> statuses) {
    static final class Type implements ValueType<RetrySyntax> {
        private static final String FORM = "2, or 2 on connect-error, 502, 503";
        private static final Quantity<Integer> TRIES = Quantity.number(1, 10);
        private static final Quantity<Integer> STATUS = Quantity.number(400, 599);
        private static final Choice<Cause> CAUSE = Choice.of(Cause.class);

        @Override
        public String name() {
            return "tries";
        }

        @Override
        public String range() {
            return "N [on " + CAUSE.range().replace(" | ", "|") + "|STATUS, …]; N is " + TRIES.range() + ", a status " + STATUS.range();
        }

        @Override
        public Optional<RetrySyntax> parse(Word value, Problems problems) {
            Set<Cause> causes = EnumSet.noneOf(Cause.class);
            Set<Integer> statuses = new TreeSet<>();
            List<Word> items = Words.items(value, problems);
            if (items.isEmpty()) return Optional.empty();
            Phrase first = new Phrase(items.get(0), problems, FORM);
            int tries = first.value(TRIES, "number of tries", 1);
            if (first.accept("on")) {
                reason(first, causes, statuses);
            } else if (items.size() > 1) {
                first.expect("on");
            }
            boolean good = first.end();
            for (Word item : items.subList(1, items.size())) {
                Phrase one = new Phrase(item, problems, FORM);
                reason(one, causes, statuses);
                good &= one.end();
            }
            if (!good) return Optional.empty();
            return Optional.of(new RetrySyntax(tries, items.size() == 1 && causes.isEmpty() && statuses.isEmpty()
                    ? EnumSet.allOf(Cause.class) : causes, statuses));
        }

        private static void reason(Phrase phrase, Set<Cause> causes, Set<Integer> statuses) {
            Word word = phrase.peek();
            if (word != null && !word.isEmpty() && Ascii.isDigit(word.text().charAt(0))) {
                statuses.add(phrase.value(STATUS, "status", 500));
            } else {
                Cause cause = phrase.value(CAUSE, "reason", null);
                if (cause != null) causes.add(cause);
            }
        }
    }
}
