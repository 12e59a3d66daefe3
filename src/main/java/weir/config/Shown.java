package weir.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * One line of what `show` prints.
 *
 * @param value without secrets
 * @param from `weir.properties:12`, `--set` (and what it won over), or `default`
 */
public record Shown(String key, String value, String from) {
    private static final String DEFAULT = "default";

    /** Every setting in force: what was set and what holds by default, in the order of the manual, by names as they stand. */
    public static List<Shown> of(Entries entries) {
        List<Shown> shown = new ArrayList<>();
        for (KeyDoc<?> doc : Keys.ALL) {
            if (!doc.isNamed()) add(doc, entries.value(doc).stream().toList(), doc.pattern(), true, shown);
            if (doc.isDeclaration()) addThings(doc.kind(), entries, shown);
        }
        return shown;
    }

    private static void addThings(String kind, Entries entries, List<Shown> shown) {
        for (String name : entries.names(kind)) {
            for (KeyDoc<?> doc : Keys.ALL) {
                if (!doc.kind().equals(kind)) continue;
                var set = doc.endsWithField() ? entries.fields(doc, name) : entries.value(doc, name).stream().toList();
                add(doc, set, doc.pattern().replace("NAME", name), TlsBinder.holds(doc, entries, name), shown);
            }
        }
    }

    private static void add(KeyDoc<?> doc, Collection<? extends Value<?>> set, String key, boolean defaultHolds, List<Shown> shown) {
        for (Value<?> value : set) {
            shown.add(new Shown(value.key().text(), value.text() == null ? "?" : Problem.printable(value.text().withoutSecrets()), from(value)));
        }
        if (set.isEmpty() && defaultHolds && doc.defaultValue().isPresent()) shown.add(new Shown(key, doc.defaultText(), DEFAULT));
    }

    private static String from(Value<?> value) {
        String from = value.key().place().fileAndLine();
        if (value.overridden() == null) return from;
        return from + " (over " + value.overridden().fileAndLine() + ")";
    }

    /** All lines with their columns below each other. */
    public static String text(List<Shown> lines) {
        int keyWidth = lines.stream().mapToInt(line -> line.key.length()).max().orElse(0);
        int valueWidth = Math.min(60, lines.stream().mapToInt(line -> line.value.length()).max().orElse(0));
        StringBuilder out = new StringBuilder();
        for (Shown line : lines) {
            out.append(line.key).append(" ".repeat(keyWidth - line.key.length())).append(" = ").append(line.value)
                    .append(" ".repeat(Math.max(0, valueWidth - line.value.length()))).append("  # ").append(line.from).append('\n');
        }
        return out.toString();
    }
}
