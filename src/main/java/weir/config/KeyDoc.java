package weir.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One key that the configuration knows. A key is parts between dots; in the pattern NAME stands for a name the operator
 * gives, FIELD (only at the end) for a field name, which may hold dots.
 *
 * @param <T> what its values come out as
 */
final class KeyDoc<T> {
    private final String pattern;
    private final List<String> parts;
    private final ValueType<T> type;
    private final String defaultText;
    private final Optional<T> defaultValue;
    private final String description;

    private KeyDoc(String pattern, ValueType<T> type, String defaultText, Optional<T> defaultValue, String description) {
        this.pattern = pattern;
        this.parts = List.of(pattern.split("\\.", -1));
        this.type = type;
        this.defaultText = defaultText;
        this.defaultValue = defaultValue;
        this.description = description;
    }

    /** A key with a default, which is written like any value. */
    static <T> KeyDoc<T> of(String pattern, ValueType<T> type, String defaultText, String description) {
        Problems problems = new Problems();
        Word.Builder word = new Word.Builder(new Source("default of " + pattern, 0, List.of(defaultText)));
        for (int i = 0; i < defaultText.length(); i++) word.append(defaultText.charAt(i), 1, i + 1, 0);
        Optional<T> value = type.parse(word.build(1, defaultText.length() + 1), problems);
        if (value.isEmpty()) throw new AssertionError(problems);
        return new KeyDoc<>(pattern, type, defaultText, value, description);
    }

    /**
     * A key without a default.
     *
     * @param whenAbsent what holds then, in a word or two
     */
    static <T> KeyDoc<T> without(String pattern, ValueType<T> type, String whenAbsent, String description) {
        return new KeyDoc<>(pattern, type, whenAbsent, Optional.empty(), description);
    }

    /** As `listen.NAME.head-max`. */
    String pattern() {
        return pattern;
    }

    ValueType<T> type() {
        return type;
    }

    /** The default as it would be written, or what holds when the key is absent. */
    String defaultText() {
        return defaultText;
    }

    /** Nothing when there is no default. */
    Optional<T> defaultValue() {
        return defaultValue;
    }

    /** What its values are, as `Size` or `List of names`. */
    String kindOfValue() {
        String name = type.name().replaceFirst("^`[a-z]+` or ", "");
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    String rangeText() {
        return type.range();
    }

    /** One paragraph, for the manual and `explain`. */
    String description() {
        return description;
    }

    /** The first part, as `listen`. */
    String kind() {
        return parts.get(0);
    }

    boolean isNamed() {
        return parts.size() > 1 && parts.get(1).equals("NAME");
    }

    /** Whether this is `kind.NAME`, which makes the thing; its options only describe it. */
    boolean isDeclaration() {
        return isNamed() && parts.size() == 2;
    }

    boolean endsWithField() {
        return parts.get(parts.size() - 1).equals("FIELD");
    }

    /** What stands behind `kind.NAME.`, empty for the declaration itself. */
    String option() {
        return String.join(".", parts.subList(isNamed() ? 2 : 1, parts.size()));
    }

    /** Whether a key, cut at its dots, is one of this pattern. */
    boolean matches(List<String> key) {
        if (endsWithField() ? key.size() < parts.size() : key.size() != parts.size()) return false;
        for (int i = 0; i < parts.size(); i++) {
            boolean same = switch (parts.get(i)) {
                case "NAME" -> Names.isName(key.get(i));
                case "FIELD" -> true;                       // its characters are checked where it can be said what is wrong
                default -> parts.get(i).equals(key.get(i));
            };
            if (!same) return false;
        }
        return true;
    }

    /** The pattern with the name and the field that a (perhaps misspelt) key has at these places; null if it has none. */
    String filledFrom(List<String> key) {
        List<String> filled = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            boolean variable = parts.get(i).equals("NAME") || parts.get(i).equals("FIELD");
            if (variable && i >= key.size()) return null;
            if (parts.get(i).equals("FIELD")) filled.addAll(key.subList(i, key.size()));
            else filled.add(variable ? key.get(i) : parts.get(i));
        }
        return String.join(".", filled);
    }

    @Override
    public String toString() {
        return pattern;
    }
}
