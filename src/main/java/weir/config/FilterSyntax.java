package weir.config;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import weir.filter.FilterSettings;
import weir.filter.gzip.GunzipSettings;
import weir.filter.gzip.GzipSettings;
import weir.filter.gzip.GzipSettings.Credentials;

/** {@code filter.NAME}: the kind, then its options. What comes out wants the filter's name. */
final class FilterSyntax implements ValueType<Function<String, FilterSettings>> {
    private static final Choice<String> KIND = Choice.of(GzipSettings.KIND, GunzipSettings.KIND);
    private static final Quantity<Integer> LEVEL = Quantity.number(1, 9);
    private static final Quantity<Long> MIN = Quantity.size("0", "1g");
    private static final Choice<Credentials> CREDENTIALS = Choice.of(Credentials.class);
    private static final Percent BUSY = new Percent(1, 100);
    private static final Quantity<Integer> RATIO = Quantity.number(1, 1_032);
    private static final Quantity<Long> MAX = Quantity.size("1k", "1024g");

    private static final int LEVEL_DEFAULT = 6;
    private static final long MIN_DEFAULT = 1 << 10;
    private static final int BUSY_DEFAULT = 80;
    private static final int RATIO_DEFAULT = 200;
    private static final long MAX_DEFAULT = 1L << 30;

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
        return "gzip [level=6] [min=1k] [types=TYPE,...] [credentials=" + CREDENTIALS.range().replace(" | ", "|") + "] [busy=80%], or gunzip [ratio=200] [max=1g]";
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
        Options options = new Options(words.subList(1, words.size()), problems);
        return kind.get().equals(GzipSettings.KIND) ? gzip(options) : gunzip(options);
    }

    private static Optional<Function<String, FilterSettings>> gzip(Options options) {
        int level = options.value("level", LEVEL, LEVEL_DEFAULT);
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
}
