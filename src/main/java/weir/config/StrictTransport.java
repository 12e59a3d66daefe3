package weir.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code hsts}: how long browsers shall come by https only (RFC 6797), comes out as the field value to send; empty for off.
 * It can be taken back by {@code 0s} alone, and preload hardly at all, so what the lists of browsers ask for is checked here.
 */
final class StrictTransport implements ValueType<String> {
    private static final Quantity<Duration> TIME = Quantity.time("0s", "10y");
    private static final Duration YEAR = Duration.ofDays(365);
    private static final List<String> OPTIONS = List.of("include-subdomains", "preload");

    @Override
    public String name() {
        return "time";
    }

    @Override
    public String range() {
        return "off, or TIME [include-subdomains] [preload]; " + TIME.range();
    }

    @Override
    public Optional<String> parse(Word value, Problems problems) {
        List<Word> words = Words.words(value, problems);
        if (words.size() == 1 && words.get(0).is("off")) return Optional.of("");
        if (words.isEmpty()) {
            problems.error(value, "nothing here", "write " + range());
            return Optional.empty();
        }
        Optional<Duration> age = TIME.parseWord(words.get(0), problems);
        List<String> given = new ArrayList<>();
        for (Word option : words.subList(1, words.size())) {
            if (!OPTIONS.contains(option.text())) {
                problems.error(option.place(), option.shown() + " is not known here", "write 1y include-subdomains preload",
                        Nearest.of(option.text(), OPTIONS).orElse(null));
                return Optional.empty();
            }
            if (given.contains(option.text())) {
                problems.error(option, option.shown() + " stands here twice", "write it once");
                return Optional.empty();
            }
            given.add(option.text());
        }
        boolean preload = given.contains("preload");
        boolean subdomains = given.contains("include-subdomains");
        if (age.isPresent() && preload && (!subdomains || age.get().compareTo(YEAR) < 0)) {
            problems.error(words.get(words.size() - 1), "'preload' " + (subdomains ? "with less than a year" : "without include-subdomains"),
                    "browsers take only 1y include-subdomains preload into their lists");
            return Optional.empty();
        }
        return age.map(time -> "max-age=" + time.toSeconds() + (subdomains ? "; includeSubDomains" : "") + (preload ? "; preload" : ""));
    }
}
