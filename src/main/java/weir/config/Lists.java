package weir.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** Values that are items between commas. */
final class Lists {
    private Lists() {}

    /** All items, or nothing when one of them is wrong; every item is looked at. An empty value is reported by its commas. */
    static <T> Optional<List<T>> parse(Word value, Problems problems, BiFunction<Word, Problems, Optional<T>> item) {
        List<Word> items = Words.items(value, problems);
        List<T> all = new ArrayList<>();
        for (Word each : items) item.apply(each, problems).ifPresent(all::add);
        return all.size() == items.size() && !all.isEmpty() ? Optional.of(List.copyOf(all)) : Optional.empty();
    }

    /** Some of these words, each once; the order counts. */
    static ValueType<List<String>> ofWords(String name, List<String> words) {
        ValueType.OfWord<String> word = Choice.of(words.toArray(String[]::new));
        return new ValueType<>() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String range() {
                return String.join(", ", words);
            }

            @Override
            public Optional<List<String>> parse(Word value, Problems problems) {
                Set<String> seen = new HashSet<>();
                return Lists.parse(value, problems, (item, p) -> {
                    Optional<String> one = word.parse(item, p);
                    if (one.isPresent() && !seen.add(one.get())) {
                        p.error(item, item.shown() + " stands here twice", "write it once");
                        return Optional.empty();
                    }
                    return one;
                });
            }
        };
    }

    /** A type whose items are one word each. */
    static <T> ValueType<List<T>> of(ValueType.OfWord<T> item, String name) {
        return new ValueType<>() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String range() {
                return item.range() + "[, …]";
            }

            @Override
            public Optional<List<T>> parse(Word value, Problems problems) {
                return Lists.parse(value, problems, item::parse);
            }
        };
    }
}
