package weir.cache;

/**
 * One condition of {@code route.NAME.cache.bypass}: a request that meets it goes past the cache.
 *
 * @param name of the field, in lower case; of the cookie or the query parameter, case-sensitive; a token (RFC 9110 §5.6.2)
 * @param value the whole value, case-sensitive; null for any
 */
public record BypassRule(Where where, String name, String value) {
    /** The most conditions of one route. */
    public static final int RULES_MAX = 32;

    /** Where in a request the name is looked for. */
    public enum Where { HEADER, COOKIE, QUERY }

    public BypassRule {
        if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")) {
            throw new IllegalArgumentException("cache.bypass: '" + name + "' is no name of a field, cookie or parameter");
        }
    }
}
