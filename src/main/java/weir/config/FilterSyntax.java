package weir.config;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import weir.filter.FilterSettings;
import weir.filter.gzip.GunzipSettings;
import weir.filter.gzip.GzipSettings;
import weir.filter.gzip.GzipSettings.Credentials;
import weir.filter.minify.Minifier;
import weir.filter.minify.MinifySettings;

/** {@code filter.NAME}: the kind, then its options. What comes out wants the filter's name. */
final class FilterSyntax implements ValueType<Function<String, FilterSettings>> {
    private static final Choice<String> KIND = Choice.of(GzipSettings.KIND, GunzipSettings.KIND, MinifySettings.KIND);
    private static final Quantity<Integer> LEVEL = Quantity.number(1, 9);
    private static final Quantity<Long> MIN = Quantity.size("0", "1g");
    private static final Choice<Credentials> CREDENTIALS = Choice.of(Credentials.class);
    private static final Percent BUSY = new Percent(1, 100);
    private static final Quantity<Integer> RATIO = Quantity.number(1, 1_032);
    private static final Quantity<Long> MAX = Quantity.size("1k", "1024g");

    private static final ValueType<List<Minifier>> LANGUAGES = Lists.of(Choice.of(Minifier.class), "list of languages");
    private static final Quantity<Long> HELD = Quantity.size("1k", "4m");
    private static final Quantity<Long> HELD_UNCACHED = Quantity.size("0", "4m");

    private static final int LEVEL_OF_THE_ROUTE = 0;
    private static final long MIN_DEFAULT = 1 << 10;
    private static final int BUSY_DEFAULT = 80;
    private static final int RATIO_DEFAULT = 200;
    private static final long MAX_DEFAULT = 1L << 30;
    private static final long HELD_DEFAULT = 512 << 10;
    private static final long HELD_UNCACHED_DEFAULT = 16 << 10;

    /** Media types between commas. */
    private static final class Types implements ValueType<List<String>> {
        @Override
        public String name() {
            return "list of media types";
        }

        @Override
        public String range() {
            return "text/*,application/json";
        }

        @Override
        public Optional<List<String>> parse(Word value, Problems problems) {
            return Lists.parse(value, problems, (item, told) -> {
                if (GzipSettings.TYPE.matcher(item.text()).matches()) return Optional.of(item.text());
                told.error(item, item.shown() + " is no media type", "write text/html, text/* or application/*+json");
                return Optional.empty();
            });
        }
    }

    @Override
    public String name() {
        return "filter";
    }

    @Override
    public String range() {
        return "gzip [level=N] [min=1k] [types=TYPE,...] [credentials=" + CREDENTIALS.range().replace(" | ", "|") + "] [busy=80%], or gunzip [ratio=200] [max=1g], or minify css,js,html,json,svg [max=512k] [uncached=16k]";
    }

    @Override
    public Optional<Function<String, FilterSettings>> parse(Word value, Problems problems) {
        List<Word> words = Words.words(value, problems);
        if (words.isEmpty()) {
            problems.error(value, "nothing here", "write " + range());
            return Optional.empty();
        }
        Optional<String> kind = KIND.parseWord(words.get(0), problems);
        if (kind.isEmpty()) return Optional.empty();
        if (kind.get().equals(MinifySettings.KIND)) return minify(words, problems);
        Options options = new Options(words.subList(1, words.size()), problems);
        return kind.get().equals(GzipSettings.KIND) ? gzip(options) : gunzip(options);
    }

    private static Optional<Function<String, FilterSettings>> gzip(Options options) {
        int level = options.value("level", LEVEL, LEVEL_OF_THE_ROUTE);
        long min = options.value("min", MIN, MIN_DEFAULT);
        List<String> types = options.value("types", new Types(), GzipSettings.TYPES_DEFAULT);
        Credentials credentials = options.value("credentials", CREDENTIALS, Credentials.SAME_SITE);
        int busy = options.value("busy", BUSY, BUSY_DEFAULT);
        return options.end() ? Optional.of(name -> new GzipSettings(name, level, min, types, credentials, busy)) : Optional.empty();
    }

    private static Optional<Function<String, FilterSettings>> gunzip(Options options) {
        int ratio = options.value("ratio", RATIO, RATIO_DEFAULT);
        long max = options.value("max", MAX, MAX_DEFAULT);
        return options.end() ? Optional.of(name -> new GunzipSettings(name, ratio, max)) : Optional.empty();
    }

    private static Optional<Function<String, FilterSettings>> minify(List<Word> words, Problems problems) {
        if (words.size() < 2) {
            problems.error(words.get(0), "no language to minify", "write minify css,js,html,json,svg, or some of these");
            return Optional.empty();
        }
        Optional<List<Minifier>> languages = LANGUAGES.parse(words.get(1), problems);
        Options options = new Options(words.subList(2, words.size()), problems);
        long max = options.value("max", HELD, HELD_DEFAULT);
        long uncached = options.value("uncached", HELD_UNCACHED, Math.min(max, HELD_UNCACHED_DEFAULT));
        boolean sound = options.end();
        if (sound && uncached > max) {
            problems.error(words.get(0), "uncached is more than max", "raise max, or lower uncached");
            sound = false;
        }
        return sound && languages.isPresent() ? Optional.of(name -> new MinifySettings(name, languages.get(), (int) max, (int) uncached)) : Optional.empty();
    }
}
