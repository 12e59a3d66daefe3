package weir.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import weir.net.IpLiteral;

/**
 * A route as it is written: {@code [METHOD[,METHOD]] [host]/path -> target}.
 *
 * @param methods none means any
 */
record RouteSyntax(Set<String> methods, Host host, Path path, TargetSyntax target) {
    /** Made here and not by who uses it: an archive of classes has the lambdas of a nested class only if the outer one is there before. */
    static final Type TYPE = new Type();

    /** @param name in lower case; null for any host
     *  @param wildcard whether any name that ends in `.name` is meant, not the name itself */
    record Host(String name, boolean wildcard) {
        static final Host ANY = new Host(null, false);
    }

    /** @param text in normal form; for a prefix up to and with its last slash */
    record Path(String text, boolean prefix) {}

    RouteSyntax {
        methods = Set.copyOf(methods);
    }

    static final class Type implements ValueType<RouteSyntax> {
        private static final String FORM = "[METHOD[,METHOD]] [host]/path -> target";
        private static final List<String> METHODS =
                List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE");

        @Override
        public String name() {
            return "route";
        }

        @Override
        public String range() {
            return FORM;
        }

        @Override
        public Optional<RouteSyntax> parse(Word value, Problems problems) {
            int arrow = Words.indexOfBare(value, "->", 0);
            if (arrow < 0) {
                int before = problems.errorCount();
                Words.words(value, problems);               // an unclosed quote may have swallowed the arrow
                if (problems.errorCount() == before) problems.error(value, "no '->' in this route", "write " + FORM);
                return Optional.empty();
            }
            boolean blanks = (arrow == 0 || Word.isBlank(value.charAt(arrow - 1)))
                    && (arrow + 2 == value.length() || Word.isBlank(value.charAt(arrow + 2)));
            if (!blanks) {
                problems.error(value.place(arrow), "no blanks around '->'", "write " + FORM);
                return Optional.empty();
            }
            Word request = value.slice(0, arrow).trim();
            Word target = value.from(arrow + 2).trim();
            if (request.isEmpty()) {
                problems.error(value.place(arrow), "no path before '->'", "write " + FORM + "; /* is any path");
                return Optional.empty();
            }
            int last = Words.lastWordIndex(request);
            Optional<Set<String>> methods = methods(request.slice(0, last).trim(), problems);
            List<Word> where = Words.words(request.from(last), problems);
            Optional<Word> place = Optional.ofNullable(where.size() == 1 ? withPath(where.get(0), problems) : null);
            Optional<Host> host = place.flatMap(word -> host(word.slice(0, word.text().indexOf('/')), problems));
            Optional<Path> path = place.flatMap(word -> path(word.from(word.text().indexOf('/')), problems));
            Optional<TargetSyntax> to = TargetSyntax.parse(target, problems);
            if (methods.isEmpty() || host.isEmpty() || path.isEmpty() || to.isEmpty()) return Optional.empty();
            return Optional.of(new RouteSyntax(methods.get(), host.get(), path.get(), to.get()));
        }

        private static Optional<Set<String>> methods(Word value, Problems problems) {
            if (value.isEmpty()) return Optional.of(Set.of());
            Set<String> methods = new LinkedHashSet<>();
            boolean whole = true;
            for (Word item : Words.items(value, problems)) {
                List<Word> words = Words.words(item, problems);
                if (words.size() != 1) {
                    problems.error(words.isEmpty() ? item : words.get(1), "no comma between methods", "write GET,HEAD /path -> target");
                    whole = false;
                } else if (!isMethod(words.get(0), problems)) {
                    whole = false;
                } else if (!methods.add(words.get(0).text())) {
                    problems.error(words.get(0), words.get(0).shown() + " stands here twice", "write it once");
                }
            }
            return whole && !methods.isEmpty() ? Optional.of(methods) : Optional.empty();
        }

        private static boolean isMethod(Word word, Problems problems) {
            String text = word.text();
            String upper = text.toUpperCase(Locale.ROOT);
            if (Names.isToken(text) && text.equals(upper)) {
                Optional<String> near = METHODS.contains(text) ? Optional.empty() : Nearest.of(text, METHODS);
                if (near.isPresent() && Nearest.distance(text, near.get(), 1) == 1) {
                    problems.warning(word.place(), word.shown() + " is an uncommon method", "", near.get());
                }
                return true;
            }
            problems.error(word.place(), word.shown() + " is no method", "write GET or GET,HEAD: methods are in capitals",
                    METHODS.contains(upper) ? upper : null);
            return false;
        }

        private static Word withPath(Word word, Problems problems) {
            if (word.text().contains("://")) {
                problems.error(word.place(), "a URL where [host]/path is wanted", "leave the scheme out: the listener decides it",
                        word.isSecret() ? null : word.text().substring(word.text().indexOf("://") + 3));
                return null;
            }
            if (word.text().indexOf('/') >= 0) return word;
            problems.error(word.place(), "no path in " + word.shown(), "write [host]/path; /* is any path",
                    word.isSecret() ? null : word.text() + "/*");
            return null;
        }

        private static Optional<Host> host(Word word, Problems problems) {
            String text = word.text();
            if (text.isEmpty()) return Optional.of(Host.ANY);
            if (text.startsWith("[") && text.endsWith("]") && IpLiteral.parse(text.substring(1, text.length() - 1)) != null) {
                return Optional.of(new Host(text.toLowerCase(Locale.ROOT), false));
            }
            int colon = text.indexOf(':');
            if (colon >= 0) {
                problems.error(word.place(colon), "a port in a route", "leave it out: the listener has the port");
                return Optional.empty();
            }
            boolean wildcard = text.startsWith("*.");
            Word name = wildcard ? word.from(2) : word;
            int star = name.text().indexOf('*');
            if (star >= 0 || name.isEmpty()) {
                problems.error(name.place(Math.max(0, star)), text.equals("*") ? "a '*' for the host" : "a '*' inside a host",
                        "write *.example.com, or no host for any");
                return Optional.empty();
            }
            if (!AddressType.isHost(name, problems)) return Optional.empty();
            String lower = name.text().toLowerCase(Locale.ROOT);
            return Optional.of(new Host(lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower, wildcard));
        }

        private static Optional<Path> path(Word word, Problems problems) {
            boolean prefix = word.text().endsWith("/*");
            Word text = prefix ? word.slice(0, word.length() - 1) : word;
            int star = text.text().indexOf('*');
            if (star >= 0) {
                problems.error(word.place(star), "a '*' inside a path", "a path may only end in /*; write %2A for a star");
                return Optional.empty();
            }
            return PathText.path(text, prefix ? "*" : "", problems).map(path -> new Path(path, prefix));
        }
    }
}
