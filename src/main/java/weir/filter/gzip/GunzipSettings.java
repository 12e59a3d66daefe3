package weir.filter.gzip;

import weir.filter.FilterSettings;

/**
 * {@code filter.NAME = gunzip}. A response that exceeds one of the bounds is cut.
 *
 * @param ratioMax bytes that may come out for each that went in; the first {@link #FREE_BYTES} do not count
 * @param bytesMax bytes that may come out of one response
 */
public record GunzipSettings(String name, int ratioMax, long bytesMax) implements FilterSettings {
    /** The word of the configuration. */
    public static final String KIND = "gunzip";
    /** So much may come out whatever went in: short content of blanks is no attack. */
    public static final int FREE_BYTES = 1 << 20;

    public GunzipSettings {
        if (ratioMax < 1 || bytesMax < 1) {
            throw new IllegalArgumentException("filter." + name + ": out of range");
        }
    }

    @Override
    public String kind() {
        return KIND;
    }
}
