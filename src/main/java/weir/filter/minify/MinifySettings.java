package weir.filter.minify;

import java.util.List;
import weir.filter.FilterSettings;

/**
 * {@code filter.NAME = minify}.
 *
 * @param languages which are made smaller
 * @param bytesMax the longest text, 1 KiB to 4 MiB; a longer one passes as it comes
 * @param bytesMaxUncached the same on routes without a cache, where it is done for each response; at most {@code bytesMax}
 */
public record MinifySettings(String name, List<Minifier> languages, int bytesMax, int bytesMaxUncached) implements FilterSettings {
    /** The word of the configuration. */
    public static final String KIND = "minify";
    public static final int BYTES_LEAST = 1 << 10;
    public static final int BYTES_MOST = 4 << 20;

    public MinifySettings {
        languages = List.copyOf(languages);
        if (languages.isEmpty() || bytesMax < BYTES_LEAST || bytesMax > BYTES_MOST || bytesMaxUncached < 0 || bytesMaxUncached > bytesMax) {
            throw new IllegalArgumentException("filter." + name + ": out of range");
        }
    }

    @Override
    public String kind() {
        return KIND;
    }
}
