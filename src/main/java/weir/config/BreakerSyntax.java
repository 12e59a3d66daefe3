package weir.config;

import java.time.Duration;
import java.util.Optional;
import weir.upstream.BreakerSettings;

/** {@code pool.NAME.breaker}: {@code 50% of 20 in 10s for 5s}. */
final class BreakerSyntax implements ValueType<BreakerSettings> {
    private static final Percent SHARE = new Percent(1, 100);
    private static final Quantity<Integer> REQUESTS = Quantity.number(1, 1_000_000);
    private static final Quantity<Duration> WINDOW = Quantity.time("1s", "1m");
    private static final Quantity<Duration> OPEN = Quantity.time("1ms", "1h");

    @Override
    public String name() {
        return "breaker";
    }

    @Override
    public String range() {
        return "SHARE of N in TIME for TIME; " + SHARE.range() + ", N at least 1, in " + WINDOW.range() + ", for " + OPEN.range();
    }

    @Override
    public Optional<BreakerSettings> parse(Word value, Problems problems) {
        Phrase phrase = new Phrase(value, problems, "50% of 20 in 10s for 5s");
        int percent = phrase.value(SHARE, "share", 1);
        phrase.expect("of");
        int requests = phrase.value(REQUESTS, "number", 1);
        phrase.expect("in");
        Duration window = phrase.value(WINDOW, "time", Duration.ofSeconds(1));
        phrase.expect("for");
        Duration open = phrase.value(OPEN, "time", Duration.ofSeconds(1));
        return phrase.end() ? Optional.of(new BreakerSettings(percent, requests, window.toNanos(), open.toNanos())) : Optional.empty();
    }
}
