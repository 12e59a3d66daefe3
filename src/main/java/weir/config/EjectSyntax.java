package weir.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import weir.upstream.EjectSettings;

/** {@code pool.NAME.eject}: {@code 5 failures for 10s, at most 50%, max 5m}; what is left out keeps its default. Without outliers. */
final class EjectSyntax implements ValueType<EjectSettings> {
    /** No number of failures ejects; the rest is for outliers. */
    static final EjectSettings OFF = new EjectSettings(0, EjectSettings.DEFAULT.forNanos(), EjectSettings.DEFAULT.maxNanos(),
            EjectSettings.DEFAULT.percentMax(), null);

    private static final String FORM = "5 failures for 10s, at most 50%, max 5m";
    private static final Quantity<Integer> FAILURES = Quantity.number(1, 1000);
    private static final Quantity<Duration> TIME = Quantity.time("100ms", "1d");
    private static final Percent SHARE = new Percent(1, 100);

    @Override
    public String name() {
        return "ejection";
    }

    @Override
    public String range() {
        return "N failures for TIME, at most SHARE, max TIME; N is " + FAILURES.range() + ", a time " + TIME.range() + ", the share " + SHARE.range();
    }

    @Override
    public Optional<EjectSettings> parse(Word value, Problems problems) {
        List<Word> items = Words.items(value, problems);
        Set<String> seen = new TreeSet<>();
        int failures = EjectSettings.DEFAULT.failures();
        Duration time = Duration.ofNanos(EjectSettings.DEFAULT.forNanos());
        Duration most = null;
        int percent = EjectSettings.DEFAULT.percentMax();
        boolean good = !items.isEmpty();
        for (Word item : items) {
            Phrase phrase = new Phrase(item, problems, FORM);
            String what = phrase.accept("at") ? "at most" : phrase.accept("max") ? "max" : "failures";
            switch (what) {
                case "at most" -> {
                    phrase.expect("most");
                    percent = phrase.value(SHARE, "share", percent);
                }
                case "max" -> most = phrase.value(TIME, "time", most);
                default -> {
                    failures = phrase.value(FAILURES, "number", failures);
                    phrase.expect("failures");
                    phrase.expect("for");
                    time = phrase.value(TIME, "time", time);
                }
            }
            good &= phrase.end();
            if (!seen.add(what)) {
                problems.error(item, "'" + what + "' stands here twice", "write " + FORM);
                good = false;
            }
        }
        if (good && most != null && most.compareTo(time) < 0) {
            problems.error(value, "the longest time is shorter than the first, " + time.toMillis() + "ms", "write " + FORM);
            good = false;
        }
        if (!good) return Optional.empty();
        long longest = most != null ? most.toNanos() : Math.max(EjectSettings.DEFAULT.maxNanos(), time.toNanos());
        return Optional.of(new EjectSettings(failures, time.toNanos(), longest, percent, null));
    }
}
