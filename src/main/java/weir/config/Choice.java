package weir.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One of a few words. */
final class Choice<T> implements ValueType.OfWord<T> {
    private final String name;
    private final List<String> shown;
    private final Map<String, T> words;

    private Choice(String name, List<String> shown, Map<String, T> words) {
        this.name = name;
        this.shown = shown;
        this.words = words;
    }

    /** One of these words, which comes out as it is. */
    static Choice<String> of(String... words) {
        Map<String, String> same = new LinkedHashMap<>();
        for (String word : words) same.put(word, word);
        return new Choice<>("word", List.of(words), same);
    }

    /** One of the constants of an enum, in lower case and with '-' for '_'. */
    static <E extends Enum<E>> Choice<E> of(Class<E> type) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) words.put(text(constant), constant);
        return new Choice<>("word", List.copyOf(words.keySet()), words);
    }

    /** One of these constants, written as they are named in source: methods are. */
    @SafeVarargs
    static <E extends Enum<E>> Choice<E> of(E first, E... others) {
        Map<String, E> words = new LinkedHashMap<>();
        words.put(first.name(), first);
        for (E constant : others) words.put(constant.name(), constant);
        return new Choice<>("word", List.copyOf(words.keySet()), words);
    }

    /** How a constant is written. */
    static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Choice<Boolean> onOff() {
        return new Choice<>("on/off", List.of("on", "off"),
                Map.of("on", true, "true", true, "yes", true, "off", false, "false", false, "no", false));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String range() {
        return String.join(" | ", shown);
    }

    @Override
    public Optional<T> parseWord(Word word, Problems problems) {
        T value = words.get(word.text());
        if (value == null) {
            problems.error(word.place(), word.shown() + " is not one of the words known here",
                    "write " + String.join(" or ", shown), Ascii.isDigits(word.text()) ? null : Nearest.of(word.text(), shown).orElse(null));
        }
        return Optional.ofNullable(value);
    }
}
