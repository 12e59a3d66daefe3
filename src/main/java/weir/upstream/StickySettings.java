package weir.upstream;

/**
 * {@code pool.NAME.sticky}: a client stays with its server, by a cookie.
 *
 * @param cookie its name
 * @param maxAgeSeconds how long browsers keep it; 0 for as long as they run
 * @param sameSite Lax, Strict or None (RFC 6265bis §4.1.2.7)
 * @param secure whether browsers send it over TLS only
 * @param key what the cookie's value is made with, so that nobody else can; the same in all processes that share clients
 */
public record StickySettings(String cookie, long maxAgeSeconds, String sameSite, boolean secure, String key) {
    public static final int KEY_LENGTH_MIN = 16;

    public StickySettings {
        if (maxAgeSeconds < 0 || key.length() < KEY_LENGTH_MIN) {
            throw new IllegalArgumentException("sticky: a number is out of its range");
        }
    }

    @Override
    public String toString() {
        return "StickySettings[" + cookie + ", " + maxAgeSeconds + " s, " + sameSite + (secure ? ", secure]" : "]");   // not the key
    }
}
