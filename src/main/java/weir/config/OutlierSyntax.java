package weir.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import weir.upstream.OutlierSettings;

/** {@code pool.NAME.eject.outliers}: {@code on}, or {@code every 10s, servers 5, requests 100, factor 1.9}; what is left out keeps its default. */
final class OutlierSyntax implements ValueType<OutlierSettings> {
    private static final String FORM = "on, or every 10s, servers 5, requests 100, factor 1.9";
    private static final List<String> NAMES = List.of("every", "servers", "requests", "factor");
    private static final Quantity<Duration> EVERY = Quantity.time("1s", "1d");
    private static final Quantity<Integer> SERVERS = Quantity.number(3, 1000);
    private static final Quantity<Integer> REQUESTS = Quantity.number(1, 1_000_000);
    private static final Factor FACTOR = new Factor();

    @Override
    public String name() {
        return "outliers";
    }

    @Override
    public String range() {
        return "on, or every TIME, servers N, requests N, factor X; every is " + EVERY.range() + ", servers " + SERVERS.range() + ", requests " + REQUESTS.range()
                + ", factor " + FACTOR.range();
    }

    @Override
    public Optional<OutlierSettings> parse(Word value, Problems problems) {
        if (value.is("on")) return Optional.of(OutlierSettings.DEFAULT);
        Map<String, Object> given = new HashMap<>();
        if (Lists.parse(value, problems, (item, p) -> part(item, given, p)).isEmpty()) return Optional.empty();
        OutlierSettings usual = OutlierSettings.DEFAULT;
        return Optional.of(new OutlierSettings(given.get("every") instanceof Duration every ? every.toNanos() : usual.everyNanos(),
                given.get("servers") instanceof Integer servers ? servers : usual.serversMin(),
                given.get("requests") instanceof Integer requests ? requests : usual.requestsMin(),
                given.get("factor") instanceof Double factor ? factor : usual.factor()));
    }

    private static Optional<Boolean> part(Word item, Map<String, Object> given, Problems problems) {
        Phrase phrase = new Phrase(item, problems, FORM);
        Word name = phrase.take();
        if (!NAMES.contains(name.text())) {
            problems.error(name.place(), name.shown() + " is not known here", "write " + FORM, Nearest.of(name.text(), NAMES).orElse(null));
            return Optional.empty();
        }
        Object part = switch (name.text()) {
            case "every" -> phrase.value(EVERY, "time", Duration.ZERO);
            case "servers" -> phrase.value(SERVERS, "number", 0);
            case "requests" -> phrase.value(REQUESTS, "number", 0);
            default -> phrase.value(FACTOR, "number", 0.0);
        };
        boolean good = phrase.end();
        if (good && given.put(name.text(), part) != null) {
            problems.error(name, name.shown() + " stands here twice", "write it once");
            good = false;
        }
        return good ? Optional.of(true) : Optional.empty();
    }

    /** A number with at most three decimals. */
    private static final class Factor implements ValueType.OfWord<Double> {
        @Override
        public String name() {
            return "number";
        }

        @Override
        public String range() {
            return "0.1 to 10";
        }

        @Override
        public Optional<Double> parseWord(Word word, Problems problems) {
            if (word.text().matches("[0-9]{1,2}([.][0-9]{1,3})?")) {
                double value = Double.parseDouble(word.text());
                if (value >= 0.1 && value <= 10) return Optional.of(value);
            }
            problems.error(word, word.shown() + " is no factor", "write " + range());
            return Optional.empty();
        }
    }
}
