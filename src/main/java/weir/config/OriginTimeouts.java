package weir.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long an origin may take: {@code connect 1s, response 30s, idle 60s}; what is left out keeps its default.
 *
 * @param connect until the connection stands
 * @param handshake of TLS, from the start of the connection to its end; null when it is left out
 * @param response from the end of the request to the end of the response's head
 * @param idle between two bytes of a body
 */
record OriginTimeouts(Duration connect, Duration handshake, Duration response, Duration idle) {
    /** Made here and not by who uses it: an archive of classes has the lambdas of a nested class only if the outer one is there before. */
    static final Type TYPE = new Type();

    static final Duration HANDSHAKE_DEFAULT = Duration.ofSeconds(5);
    static final OriginTimeouts DEFAULT =
            new OriginTimeouts(Duration.ofSeconds(1), null, Duration.ofSeconds(30), Duration.ofSeconds(60));

    static final class Type implements ValueType<OriginTimeouts> {
        private static final List<String> NAMES = List.of("connect", "handshake", "response", "idle");
        private static final Quantity<Duration> TIME = Quantity.time("1ms", "1d");
        private static final String FORM = "connect 1s, response 30s, idle 60s";

        @Override
        public String name() {
            return "times";
        }

        @Override
        public String range() {
            return "connect TIME, handshake TIME, response TIME, idle TIME; each " + TIME.range();
        }

        @Override
        public Optional<OriginTimeouts> parse(Word value, Problems problems) {
            Map<String, Duration> times = new HashMap<>();
            boolean whole = Lists.parse(value, problems, (item, p) -> time(item, times, p)).isPresent();
            if (!whole) return Optional.empty();
            return Optional.of(new OriginTimeouts(times.getOrDefault("connect", DEFAULT.connect), times.get("handshake"),
                    times.getOrDefault("response", DEFAULT.response), times.getOrDefault("idle", DEFAULT.idle)));
        }

        private static Optional<Duration> time(Word item, Map<String, Duration> times, Problems problems) {
            List<Word> words = Words.words(item, problems);
            Word name = words.get(0);
            if (!NAMES.contains(name.text())) {
                problems.error(name.place(), name.shown() + " is no such time", "write " + FORM, Nearest.of(name.text(), NAMES).orElse(null));
                return Optional.empty();
            }
            if (words.size() != 2) {
                if (words.size() < 2) problems.error(item.place(item.length()), "no time after " + name.shown(), "write " + FORM);
                else problems.error(words.get(2), words.get(2).shown() + " is one word too many", "write " + FORM);
                return Optional.empty();
            }
            Optional<Duration> time = TIME.parseWord(words.get(1), problems);
            if (time.isPresent() && times.put(name.text(), time.get()) != null) {
                problems.error(name, name.shown() + " stands here twice", "write it once");
            }
            return time;
        }
    }
}
