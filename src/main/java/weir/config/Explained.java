package weir.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the manual says of a key, as plain text: from the same table as weir.properties(5) and the error messages. */
public final class Explained {
    private static final int WIDTH = 78;
    private static final String INDENT = "    ";

    private Explained() {}

    /**
     * Returns what there is about a key, as {@code pool.app.retry} or {@code pool.NAME.retry}; with a part of one, as {@code pool} or
     * {@code retry}, about all that have it.
     *
     * @return nothing when there is no such key
     */
    public static Optional<String> of(String key) {
        List<KeyDoc<?>> found = find(key);
        StringBuilder text = new StringBuilder();
        for (KeyDoc<?> each : found) {
            text.append(text.length() == 0 ? "" : "\n");
            append(each, text);
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(text.toString());
    }

    /** For a word about which there is nothing: what may have been meant. */
    public static String nearest(String key) {
        Set<String> candidates = new LinkedHashSet<>();
        for (KeyDoc<?> doc : Keys.ALL) {
            candidates.add(doc.pattern());
            candidates.add(doc.kind());
            candidates.add(doc.option());
            String filled = doc.filledFrom(Keys.parts(key));
            if (filled != null) {
                candidates.add(filled);
            }
        }
        return Nearest.of(key, candidates).map(near -> "did you mean '" + near + "'?").orElse("weir.properties(5) lists the keys, weir explain all prints them");
    }

    private static List<KeyDoc<?>> find(String key) {
        Optional<KeyDoc<?>> one = Keys.ALL.stream().filter(doc -> doc.pattern().equals(key)).findFirst();
        one = one.isPresent() ? one : Keys.find(Keys.parts(key));
        if (one.isPresent()) {
            return List.of(one.get());
        }
        return Keys.ALL.stream().filter(doc -> key.equals("all") || isPart(doc, key)).toList();
    }

    /** Whether the pattern, or what stands behind the name in it, begins with these parts. */
    private static boolean isPart(KeyDoc<?> doc, String key) {
        return (doc.pattern() + ".").startsWith(key + ".") || (doc.option() + ".").startsWith(key + ".");
    }

    private static void append(KeyDoc<?> key, StringBuilder text) {
        text.append(key.pattern()).append('\n');
        wrap(key.kindOfValue() + ": " + key.rangeText() + ".", text);
        wrap((key.defaultValue().isPresent() ? "Default: " : "When absent: ") + key.defaultText() + ".", text);
        text.append('\n');
        wrap(key.description(), text);
    }

    private static void wrap(String paragraph, StringBuilder text) {
        int column = 0;
        for (String word : paragraph.split(" ", -1)) {
            if (column > 0 && column + 1 + word.length() > WIDTH) {
                text.append('\n');
                column = 0;
            }
            text.append(column == 0 ? INDENT : " ").append(word);
            column += word.length() + (column == 0 ? INDENT.length() : 1);
        }
        text.append('\n');
    }
}
