package weir.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The settings of a configuration, every value read by the type of its key. Once loaded immutable.
 *
 * <p>A value that is wrong is reported and counts as absent: the default holds, so that what depends on it can be
 * checked as well. With any error in the problems the settings must not be used.
 */
public final class Entries {
    private final Map<String, Value<?>> values = new LinkedHashMap<>();
    private final Map<String, List<Value<?>>> fieldsOf = new HashMap<>();      // by the name of the thing: not all are looked at for each
    private final Map<String, Set<String>> names = new LinkedHashMap<>();
    private final Place whole;
    private final Set<Path> files;

    /** @param files that were read */
    private Entries(String source, Set<Path> files) {
        this.files = files;
        whole = new Source(source, 0, List.of()).whole();
    }

    /**
     * Reads a file and what it includes. Blocks; never throws for what files hold.
     *
     * @param sets each `key=value`, which wins over the file
     * @param environment the value of a name, null when it is unset
     */
    public static Entries load(Path file, List<String> sets, UnaryOperator<String> environment, Problems problems) {
        Loader loader = new Loader(environment, problems);
        List<Loader.Loaded> lines = loader.file(file);
        return new Entries(file.toString(), loader.files()).fill(lines, loader.arguments("--set", sets), new Substitution(environment, problems), problems);
    }

    /**
     * Reads settings that are made up in the program, as by {@code --from} and {@code --to}.
     *
     * @param name shown in place of a file's
     */
    public static Entries ofText(String name, String text, List<String> sets, UnaryOperator<String> environment, Problems problems) {
        Loader loader = new Loader(environment, problems);
        List<Loader.Loaded> lines = loader.text(name, text);
        return new Entries(name, loader.files()).fill(lines, loader.arguments("--set", sets), new Substitution(environment, problems), problems);
    }

    private record Known(Loader.Loaded loaded, KeyDoc<?> doc, Place overridden) {
        Word key() {
            return loaded.line().key();
        }
    }

    private Entries fill(List<Loader.Loaded> file, List<Loader.Loaded> sets, Substitution substitution, Problems problems) {
        Map<String, Known> known = unique(file, problems);
        unique(sets, problems).forEach((id, set) -> {
            Known before = known.get(id);
            known.put(id, before == null ? set : new Known(set.loaded, set.doc, before.key().place()));
        });
        known.forEach((id, entry) -> values.put(id, read(entry.doc, entry, substitution, problems)));
        for (Value<?> value : values.values()) {
            if (value.doc() != null && value.doc().endsWithField()) fieldsOf.computeIfAbsent(value.name(), name -> new ArrayList<>()).add(value);
            if (value.doc().isDeclaration()) names.computeIfAbsent(value.doc().kind(), kind -> new LinkedHashSet<>()).add(value.name());
        }
        reportOrphans(problems);
        return this;
    }

    /** The known keys of one source by what makes them the same: field names are alike in any case. */
    private static Map<String, Known> unique(List<Loader.Loaded> lines, Problems problems) {
        Map<String, Known> known = new LinkedHashMap<>();
        for (Loader.Loaded loaded : lines) {
            Word key = loaded.line().key();
            Optional<KeyDoc<?>> doc = Keys.find(Keys.parts(key.text()));
            if (doc.isEmpty()) {
                Keys.reportUnknown(key, problems);
                continue;
            }
            Known before = known.putIfAbsent(id(doc.get(), key.text()), new Known(loaded, doc.get(), null));
            if (before != null) {
                problems.error(key, key.shown() + " is set twice, first at " + before.key().place(), "keep one of them");
            }
        }
        return known;
    }

    private static String id(KeyDoc<?> doc, String key) {
        return doc.endsWithField() ? key.substring(0, fieldIndex(doc, key)) + key.substring(fieldIndex(doc, key)).toLowerCase(Locale.ROOT) : key;
    }

    /** Where the field name begins: behind as many dots as the pattern has. */
    private static int fieldIndex(KeyDoc<?> doc, String key) {
        int at = 0;
        for (int dots = (int) doc.pattern().chars().filter(c -> c == '.').count(); dots > 0; dots--) at = key.indexOf('.', at) + 1;
        return at;
    }

    private static <T> Value<T> read(KeyDoc<T> doc, Known entry, Substitution substitution, Problems problems) {
        Word key = entry.key();
        String name = doc.isNamed() ? Keys.parts(key.text()).get(1) : null;
        Word field = doc.endsWithField() ? key.from(fieldIndex(doc, key.text())) : null;
        boolean sound = !entry.loaded.line().broken() && (field == null || Names.isEditableField(field, problems));
        Optional<Word> text = sound ? substitution.apply(entry.loaded.line().value(), entry.loaded.directory()) : Optional.empty();
        Optional<T> parsed = Optional.empty();
        if (text.isPresent() && text.get().isEmpty()) {
            problems.error(text.get(), "no value for " + key.shown(), "write " + doc.rangeText() + ", or remove the line");
        } else if (text.isPresent()) {
            parsed = doc.type().parse(text.get(), problems);
        }
        if (doc.type() instanceof SecretType) text = text.map(Word::asSecret);
        return new Value<>(doc, key, name, field, text.orElse(null), entry.loaded.directory(), entry.overridden, parsed);
    }

    /** `pool.app.retry` without `pool.app`: said once for each name. */
    private void reportOrphans(Problems problems) {
        Set<String> reported = new LinkedHashSet<>();
        for (Value<?> value : values.values()) {
            if (value.name() == null || names(value.doc().kind()).contains(value.name())) continue;
            String declaration = value.doc().kind() + "." + value.name();
            if (!reported.add(declaration)) continue;
            Optional<String> near = problems.isFull() ? Optional.empty() : Nearest.of(value.name(), names(value.doc().kind()));
            problems.error(value.key().place(), "there is no " + declaration, "add " + declaration + " = …, or remove this line",
                    near.map(name -> value.doc().kind() + "." + name).orElse(null));
        }
    }

    /** The names of a kind (`listen`, `pool`, `route`) in the order they stand. */
    Set<String> names(String kind) {
        return Collections.unmodifiableSet(names.getOrDefault(kind, Set.of()));
    }

    /** The value of a key without a name, or its default; only for keys that have one. */
    <T> T get(KeyDoc<T> key) {
        return find(key).or(key::defaultValue).orElseThrow(() -> new AssertionError(key));
    }

    /** The value of a thing's key, or its default; only for keys that have one. */
    <T> T get(KeyDoc<T> key, String name) {
        return find(key, name).or(key::defaultValue).orElseThrow(() -> new AssertionError(key));
    }

    /** What was set, and right. */
    <T> Optional<T> find(KeyDoc<T> key) {
        return value(key).flatMap(Value::parsed);
    }

    <T> Optional<T> find(KeyDoc<T> key, String name) {
        return value(key, name).flatMap(Value::parsed);
    }

    /** The setting with its place, right or wrong. */
    <T> Optional<Value<T>> value(KeyDoc<T> key) {
        return typed(key, values.get(key.pattern()));
    }

    <T> Optional<Value<T>> value(KeyDoc<T> key, String name) {
        return typed(key, values.get(key.pattern().replace("NAME", name)));
    }

    /** All settings of a key that ends in FIELD, of one thing, in the order they stand. */
    <T> List<Value<T>> fields(KeyDoc<T> key, String name) {
        List<Value<T>> found = new ArrayList<>();
        for (Value<?> value : fieldsOf.getOrDefault(name, List.of())) typed(key, value).ifPresent(found::add);
        return found;
    }

    @SuppressWarnings("unchecked")      // a value is made by its own key and by no other: same key, same T
    private static <T> Optional<Value<T>> typed(KeyDoc<T> key, Value<?> value) {
        return value != null && value.doc() == key ? Optional.of((Value<T>) value) : Optional.empty();
    }

    /** Whether that file is one of those that these settings come from. */
    boolean hasRead(Path file) {
        try {
            return files.contains(file.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    /** The place for what concerns the configuration as a whole. */
    Place whole() {
        return whole;
    }

    /** All that was set, in the order it stands. */
    Collection<Value<?>> all() {
        return Collections.unmodifiableCollection(values.values());
    }
}
