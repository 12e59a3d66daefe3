package weir.config;

import java.util.List;
import java.util.Optional;

/**
 * What a key may hold: how it is read, and how the manual and {@code explain} describe it. Stateless.
 *
 * @param <T> what comes out; immutable
 */
interface ValueType<T> {
    /** One or two words, as `time` or `list of names`. */
    String name();

    /** What is accepted, as `1ms to 1h`. */
    String range();

    /** Nothing when the value is wrong; at least one error is reported then. */
    Optional<T> parse(Word value, Problems problems);

    /** A type whose values are one word each. It gets the word without quotes and never an empty value. */
    interface OfWord<T> extends ValueType<T> {
        Optional<T> parseWord(Word word, Problems problems);

        @Override
        default Optional<T> parse(Word value, Problems problems) {
            List<Word> words = Words.words(value, problems);
            if (words.size() == 1) return parseWord(words.get(0), problems);
            if (words.isEmpty()) problems.error(value, "nothing here", "write " + range());
            else problems.error(words.get(1), words.get(1).shown() + " is one word too many", "write " + range());
            return Optional.empty();
        }
    }

    /** That word, which comes out as an empty Optional, or a value of the type. */
    static <T> ValueType<Optional<T>> wordOr(String word, ValueType<T> type) {
        return new ValueType<>() {
            @Override
            public String name() {
                return "`" + word + "` or " + type.name();
            }

            @Override
            public String range() {
                return word + ", or " + type.range();
            }

            @Override
            public Optional<Optional<T>> parse(Word value, Problems problems) {
                if (value.is(word)) return Optional.of(Optional.empty());
                Optional<T> given = type.parse(value, problems);
                return given.isPresent() ? Optional.of(given) : Optional.empty();
            }
        };
    }
}
