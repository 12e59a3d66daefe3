package weir.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads words of the form {@code name=value}, in any order, each at most once. Every fault is reported. */
final class Options {
    private final List<Word> words;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>();
    private boolean bad;

    Options(List<Word> words, Problems problems) {
        this.words = words;
        this.problems = problems;
        Set<String> seen = new LinkedHashSet<>();
        for (Word word : words) {
            if (!seen.add(name(word))) {
                fault(word, word.shown() + " sets " + name(word) + " again", "write it once");
            }
        }
    }

    private static String name(Word word) {
        int equals = word.text().indexOf('=');
        return equals < 0 ? word.text() : word.text().substring(0, equals);
    }

    private void fault(Word word, String what, String advice) {
        bad = true;
        problems.error(word, what, advice);
    }

    /** The value of an option, or what holds without it. */
    <T> T value(String name, ValueType<T> type, T otherwise) {
        known.add(name);
        for (Word word : words) {
            if (name(word).equals(name)) {
                if (word.length() <= name.length() + 1) {
                    fault(word, "no value in " + word.shown(), "write " + name + "=" + type.range());
                    return otherwise;
                }
                Optional<T> value = type.parse(word.from(name.length() + 1), problems);
                bad |= value.isEmpty();
                return value.orElse(otherwise);
            }
        }
        return otherwise;
    }

    /** After the last one: what was not asked for is reported. @return whether all was well */
    boolean end() {
        for (Word word : words) {
            if (!known.contains(name(word))) {
                bad = true;
                problems.error(word.place(), word.shown() + " is not known here", "write " + String.join("=, ", known) + "=",
                        Nearest.of(name(word), known).orElse(null));
            }
        }
        return !bad;
    }
}
