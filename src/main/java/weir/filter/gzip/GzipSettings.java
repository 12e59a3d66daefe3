package weir.filter.gzip;

import java.util.List;
import java.util.regex.Pattern;
import weir.filter.FilterSettings;

/**
 * {@code filter.NAME = gzip}.
 *
 * @param level 1 (fast) to 9 (small); 0 for what suits the route
 * @param minBytes content that is known to be shorter stays as it is
 * @param types media types; {@code *} stands for what lies between
 * @param credentials when responses are compressed that may hold somebody's secrets
 * @param busyPercent load of the event loop above which the level is 1; from halfway to 100 on nothing is compressed; 100 for never
 */
public record GzipSettings(String name, int level, long minBytes, List<String> types, Credentials credentials, int busyPercent) implements FilterSettings {
    /** The word of the configuration. */
    public static final String KIND = "gzip";
    /** Form of a media type: a star once, for all of a subtype or its front. */
    public static final Pattern TYPE = Pattern.compile("[A-Za-z0-9!#$&^_.+-]+/(\\*(\\+[A-Za-z0-9!#$&^_.-]+)?|[A-Za-z0-9!#$&^_.+-]+)");
    /** What comes as text. */
    public static final List<String> TYPES_DEFAULT = List.of("text/*", "application/json", "application/javascript", "application/xml",
            "application/*+json", "application/*+xml", "application/wasm", "image/svg+xml");
    private static final int LEVEL_MAX = 9;
    /** Of a page of 32 KiB it makes 5 % more than 6, in a quarter of the time; above 6 nothing is gained (GzipBench). */
    private static final int LEVEL_EACH_TIME = 4;
    private static final int LEVEL_ONCE = 6;

    /**
     * When a response is compressed whose request came with credentials of the client, and which the origin does not give to shared caches.
     * The length of such content may tell what is in it, to who can choose a part of it and see the length (BREACH).
     */
    public enum Credentials {
        /** When the site itself made the request, not another one in the client's browser. */
        SAME_SITE,
        /** As any other: nothing that clients send comes back beside secrets, or both are masked. */
        ALWAYS,
        /** Not at all. */
        NEVER
    }

    public GzipSettings {
        types = List.copyOf(types);
        if (level < 0 || level > LEVEL_MAX || minBytes < 0 || busyPercent < 1 || busyPercent > 100 || types.isEmpty()
                || !types.stream().allMatch(type -> TYPE.matcher(type).matches())) {
            throw new IllegalArgumentException("filter." + name + ": out of range");
        }
    }

    @Override
    public String kind() {
        return KIND;
    }

    /** With a level. @param stored whether a cache keeps what is compressed */
    public GzipSettings forRoute(boolean stored) {
        return level > 0 ? this : new GzipSettings(name, stored ? LEVEL_ONCE : LEVEL_EACH_TIME, minBytes, types, credentials, busyPercent);
    }

    /** The level at this load, 0 to 1; 0 for no compression. */
    int levelAt(double load) {
        double percent = load * 100;
        return percent <= busyPercent ? level : percent > (busyPercent + 100) / 2.0 ? 0 : 1;
    }
}
