package weir.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import weir.upstream.CheckSettings;
import weir.upstream.CheckSettings.Kind;
import weir.upstream.CheckSettings.Statuses;

/** How servers are checked: {@code GET /healthz every 5s expect 200}, {@code tcp every 1s}. */
final class CheckSyntax implements ValueType<CheckSettings> {
    private static final String FORM = "GET /healthz every 5s expect 200, or tcp every 5s, or tls every 5s";
    private static final List<String> OPTIONS = List.of("every", "timeout", "jitter", "rise", "fall", "start", "expect", "body", "host", "port");
    private static final List<String> OF_HTTP = List.of("expect", "body", "host");
    private static final List<String> METHODS = List.of("GET", "HEAD", "OPTIONS", "POST");
    private static final List<Statuses> EXPECTED = List.of(new Statuses(200, 399));
    private static final int BODY_MAX = 1024;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Quantity<Duration> EVERY = Quantity.time("100ms", "1d");
    private static final Quantity<Duration> TIME = Quantity.time("10ms", "1d");
    private static final Quantity<Integer> COUNT = Quantity.number(1, 100);
    private static final Quantity<Integer> PORT = Quantity.number(1, 65_535);

    @Override
    public String name() {
        return "check";
    }

    @Override
    public String range() {
        return "[METHOD] /path, or tcp, or tls; after it in any order: every TIME, timeout TIME, jitter 10%, rise N, fall N, start up|down, port N; "
                + "expect 200,300-399, body \"TEXT\", host NAME";
    }

    @Override
    public Optional<CheckSettings> parse(Word value, Problems problems) {
        List<Word> words = Words.words(value, problems);
        if (words.isEmpty()) {
            problems.error(value, "nothing here", "write " + FORM);
            return Optional.empty();
        }
        return new Reader(words, problems).read();
    }

    /** Reads one value. */
    private static final class Reader {
        private final List<Word> words;
        private final Problems problems;
        private final Map<String, Object> given = new HashMap<>();
        private Kind kind = Kind.HTTP;
        private String method = "GET";
        private String path = "";
        private boolean faulty;

        Reader(List<Word> words, Problems problems) {
            this.words = words;
            this.problems = problems;
        }

        Optional<CheckSettings> read() {
            int next = what();
            if (next == 0) return Optional.empty();
            for (; next < words.size(); next += 2) {
                Word option = words.get(next);
                if (!OPTIONS.contains(option.text())) {
                    fault(option, option.shown() + " is not known here", "after the check come " + String.join(", ", OPTIONS),
                            Nearest.of(option.text(), OPTIONS).orElse(null));
                    return Optional.empty();
                }
                if (next + 1 == words.size()) {
                    problems.error(option.place(option.length()), "nothing after " + option.shown(), "write " + FORM);
                    return Optional.empty();
                }
                option(option, words.get(next + 1));
            }
            if (faulty) return Optional.empty();
            return settings();
        }

        /** @return how many words say what is tried; 0 when they do not */
        private int what() {
            Word first = words.get(0);
            if (first.is("tcp") || first.is("tls")) {
                kind = first.is("tcp") ? Kind.TCP : Kind.TLS;
                return 1;
            }
            boolean pathFirst = first.text().startsWith("/");
            if (!pathFirst && !METHODS.contains(first.text())) {
                fault(first, first.shown() + " is no check", "write " + FORM,
                        Nearest.of(first.text(), List.of("GET", "HEAD", "OPTIONS", "POST", "tcp", "tls")).orElse(null));
                return 0;
            }
            if (!pathFirst && words.size() == 1) {
                problems.error(first.place(first.length()), "no path after " + first.shown(), "write " + FORM);
                return 0;
            }
            Word at = words.get(pathFirst ? 0 : 1);
            method = pathFirst ? "GET" : first.text();
            path = at.text();
            if (!path.startsWith("/")) {
                fault(at, at.shown() + " is no path", "a path begins with '/'", null);
                return 0;
            }
            for (int i = 0; i < path.length(); i++) {
                if (path.charAt(i) <= ' ' || path.charAt(i) >= 0x7f || path.charAt(i) == '#') {
                    problems.error(at.place(i), "a character that no path has", "write it as %XX");
                    faulty = true;
                    break;
                }
            }
            return pathFirst ? 1 : 2;
        }

        private void fault(Word at, String what, String whatToDo, String suggestion) {
            problems.error(at.place(), what, whatToDo, at.isSecret() ? null : suggestion);
            faulty = true;
        }

        private void option(Word option, Word value) {
            String name = option.text();
            if (kind != Kind.HTTP && OF_HTTP.contains(name)) {
                fault(option, option.shown() + " with a check that makes no request", "write it after a path", null);
                return;
            }
            Optional<?> read = switch (name) {
                case "every" -> EVERY.parseWord(value, problems);
                case "timeout" -> TIME.parseWord(value, problems);
                case "jitter" -> jitter(value);
                case "rise", "fall" -> COUNT.parseWord(value, problems);
                case "start" -> Choice.of("up", "down").parseWord(value, problems);
                case "expect" -> statuses(value);
                case "body" -> body(value);
                case "host" -> AddressType.ofOrigin(80).parseWord(value, problems).map(address -> value.text());
                case "port" -> PORT.parseWord(value, problems);
                default -> throw new AssertionError(name);
            };
            if (read.isEmpty()) {
                faulty = true;
            } else if (given.put(name, read.get()) != null) {
                fault(option, option.shown() + " stands here twice", "write it once", null);
            }
        }

        private Optional<Integer> jitter(Word value) {
            String text = value.text();
            String number = text.endsWith("%") ? text.substring(0, text.length() - 1) : "";
            if (number.length() <= 2 && Ascii.isDigits(number) && Integer.parseInt(number) <= 50) return Optional.of(Integer.parseInt(number));
            fault(value, value.shown() + " is no jitter", "write 10%, at most 50%", null);
            return Optional.empty();
        }

        private Optional<List<Statuses>> statuses(Word value) {
            List<Statuses> all = new ArrayList<>();
            for (String each : value.text().split(",", -1)) {
                String[] ends = each.split("-", -1);
                boolean sound = ends.length <= 2;
                for (String end : ends) {
                    sound &= end.length() == 3 && Ascii.isDigits(end) && Integer.parseInt(end) >= 200 && Integer.parseInt(end) <= 599;
                }
                if (!sound || ends[0].compareTo(ends[ends.length - 1]) > 0) {
                    fault(value, value.shown() + " are no statuses", "write 200, 200-399 or 200,204,300-399, without blanks", null);
                    return Optional.empty();
                }
                all.add(new Statuses(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1])));
            }
            return Optional.of(all);
        }

        private Optional<String> body(Word value) {
            if (!value.isEmpty() && value.length() <= BODY_MAX && !method.equals("HEAD")) return Optional.of(value.text());
            fault(value, method.equals("HEAD") ? "a body in the response to HEAD" : value.isEmpty() ? "no text" : "a text of more than " + BODY_MAX + " characters",
                    method.equals("HEAD") ? "write GET" : "write what the content must hold", null);
            return Optional.empty();
        }

        private Optional<CheckSettings> settings() {
            Duration every = get("every", Duration.ofSeconds(5));
            Duration timeout = get("timeout", every.compareTo(TIMEOUT) < 0 ? every : TIMEOUT);
            if (timeout.compareTo(every) > 0) {
                problems.error(words.get(0), "the timeout of the check is longer than its interval", "one check ends before the next begins");
                return Optional.empty();
            }
            return Optional.of(new CheckSettings(kind, method, path, get("host", ""), get("port", 0), kind == Kind.HTTP ? get("expect", EXPECTED) : List.of(),
                    get("body", ""), every.toNanos(), timeout.toNanos(), get("jitter", 10), get("rise", 2), get("fall", 2),
                    get("start", "up").equals("up")));
        }

        @SuppressWarnings("unchecked")                       // option() puts under each name what settings() takes from it
        private <T> T get(String name, T usual) {
            return (T) given.getOrDefault(name, usual);
        }
    }
}
