package weir.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import weir.cache.KeySettings;
import weir.cache.KeySettings.Query;

/** What of a request is its cache key: {@code host, query except utm_*, cookie currency}. */
final class CacheKeyType implements ValueType<KeySettings> {
    private static final String PARTS = "host, path, query, query only NAME …, query except NAME …, header NAME, cookie NAME";

    private enum Part { HOST, PATH, QUERY, HEADER, COOKIE }

    @Override
    public String name() {
        return "list of parts";
    }

    @Override
    public String range() {
        return PARTS + "; path is always one, and so is the scheme";
    }

    @Override
    public Optional<KeySettings> parse(Word value, Problems problems) {
        Parts parts = new Parts();
        return Lists.parse(value, problems, (item, told) -> parts.add(item, told) ? Optional.of(item) : Optional.empty()).map(items ->
                new KeySettings(parts.host, parts.query == null ? Query.NONE : parts.query, parts.parameters, parts.headers, parts.cookies));
    }

    private static final class Parts {
        private final List<String> parameters = new ArrayList<>();
        private final List<String> headers = new ArrayList<>();
        private final List<String> cookies = new ArrayList<>();
        private boolean host;
        private boolean path;
        private Query query;

        boolean add(Word item, Problems problems) {
            List<Word> words = Words.words(item, problems);
            Optional<Part> part = Choice.of(Part.class).parse(words.get(0), problems);
            if (part.isEmpty()) {
                return false;
            }
            List<Word> names = words.subList(1, words.size());
            return switch (part.get()) {
                case HOST -> once(host, item, problems) && (host = true) && hasNone(names, problems);
                case PATH -> once(path, item, problems) && (path = true) && hasNone(names, problems);
                case QUERY -> once(query != null, item, problems) && query(item, names, problems);
                case HEADER -> names(item, names, headers, name -> name.toLowerCase(Locale.ROOT), "header NAME", problems);
                case COOKIE -> names(item, names, cookies, name -> name, "cookie NAME", problems);
            };
        }

        private static boolean once(boolean before, Word item, Problems problems) {
            if (before) {
                problems.error(item, item.shown() + " is one too many", "write it once");
            }
            return !before;
        }

        private static boolean hasNone(List<Word> names, Problems problems) {
            if (!names.isEmpty()) {
                problems.error(names.get(0), names.get(0).shown() + " is one word too many", "write a comma between parts");
            }
            return names.isEmpty();
        }

        private boolean query(Word item, List<Word> words, Problems problems) {
            query = Query.WHOLE;
            if (words.isEmpty()) {
                return true;
            }
            String how = words.get(0).text();
            if (!how.equals("only") && !how.equals("except")) {
                problems.error(words.get(0), words.get(0).shown() + " is neither only nor except", "write query only NAME or query except NAME");
                return false;
            }
            query = how.equals("only") ? Query.ONLY : Query.EXCEPT;
            return names(item, words.subList(1, words.size()), parameters, name -> name, "query " + how + " NAME", problems);
        }

        private static boolean names(Word item, List<Word> words, List<String> names, UnaryOperator<String> form, String wanted, Problems problems) {
            if (words.isEmpty() || names.size() + words.size() > KeySettings.NAMES_MAX) {
                problems.error(item, item.shown() + (words.isEmpty() ? " lacks a name" : " makes too many names"),
                        "write " + wanted + (words.isEmpty() ? "" : ", at most " + KeySettings.NAMES_MAX));
                return false;
            }
            for (Word word : words) {
                if (!KeySettings.isName(word.text())) {
                    problems.error(word, word.shown() + " is no name of a field, cookie or parameter", "write letters, digits, - and _");
                    return false;
                }
                names.add(form.apply(word.text()));
            }
            return true;
        }
    }
}
