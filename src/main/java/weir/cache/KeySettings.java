package weir.cache;

import java.util.List;

/**
 * What of a request is the cache key of a route, beside scheme and path: {@code route.NAME.cache.key}.
 *
 * @param host whether the authority is part of it
 * @param parameters names for {@link Query#ONLY} and {@link Query#EXCEPT}; an exception may end in {@code *}
 * @param headers names in lower case of fields whose values are part of it
 * @param cookies names, case-sensitive
 */
public record KeySettings(boolean host, Query query, List<String> parameters, List<String> headers, List<String> cookies) {
    /** The target URI, as RFC 9111 §2 has it. */
    public static final KeySettings URI = new KeySettings(true, Query.WHOLE, List.of(), List.of(), List.of());
    /** The most names of each kind. */
    public static final int NAMES_MAX = 32;

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}";

    /** What of the query. */
    public enum Query {
        /** As it is written. */
        WHOLE,
        NONE,
        /** These parameters, in the order of their names. */
        ONLY,
        /** All but these parameters, in the order of their names. */
        EXCEPT
    }

    public KeySettings {
        parameters = names(parameters);
        headers = names(headers);
        cookies = names(cookies);
        if (parameters.isEmpty() != (query == Query.WHOLE || query == Query.NONE)) {
            throw new IllegalArgumentException("cache.key: parameters go with only and except");
        }
    }

    private static List<String> names(List<String> names) {
        if (names.size() > NAMES_MAX) {
            throw new IllegalArgumentException("cache.key: " + names.size() + " names; write at most " + NAMES_MAX);
        }
        for (String name : names) {
            if (!isName(name)) {
                throw new IllegalArgumentException("cache.key: '" + name + "' is no name of a field, cookie or parameter");
            }
        }
        return List.copyOf(names);
    }

    /** Whether it is a token (RFC 9110 §5.6.2) of at most 256 characters. */
    public static boolean isName(String name) {
        return name.matches(TOKEN);
    }

    boolean isUri() {
        return equals(URI);
    }
}
