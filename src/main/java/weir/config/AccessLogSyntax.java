package weir.config;

import java.util.List;
import java.util.Optional;

/**
 * Where the access log goes, and how its lines look.
 *
 * @param target `stdout`, `off`, or a path
 */
record AccessLogSyntax(Target target, String path, Format format) {
    /** Where lines go; the path is null but for a file. */
    enum Target {
        OFF,
        STDOUT,
        FILE
    }

    /** How a line looks. */
    enum Format {
        COMBINED,
        JSON
    }

    static final class Type implements ValueType<AccessLogSyntax> {
        private static final List<String> WORDS = List.of("stdout", "off");

        @Override
        public String name() {
            return "log";
        }

        @Override
        public String range() {
            return "stdout | /path | off, then combined | json";
        }

        @Override
        public Optional<AccessLogSyntax> parse(Word value, Problems problems) {
            List<Word> words = Words.words(value, problems);
            if (words.isEmpty() || words.size() > 2) {
                Word at = words.isEmpty() ? value : words.get(2);
                problems.error(at, words.isEmpty() ? "nothing here" : at.shown() + " is one word too many", "write stdout json");
                return Optional.empty();
            }
            Word to = words.get(0);
            Format format = Format.COMBINED;
            if (words.size() == 2) {
                Optional<String> word = Choice.of("combined", "json").parseWord(words.get(1), problems);
                if (word.isEmpty()) return Optional.empty();
                format = word.get().equals("json") ? Format.JSON : Format.COMBINED;
            }
            if (to.is("stdout")) return Optional.of(new AccessLogSyntax(Target.STDOUT, null, format));
            if (to.is("off")) return Optional.of(new AccessLogSyntax(Target.OFF, null, format));
            if (to.text().indexOf('/') >= 0) return Optional.of(new AccessLogSyntax(Target.FILE, to.text(), format));
            problems.error(to.place(), to.shown() + " is no place for a log", "write stdout, off, or a path with a '/' (./access.log)",
                    Nearest.of(to.text(), WORDS).orElse(null));
            return Optional.empty();
        }
    }
}
