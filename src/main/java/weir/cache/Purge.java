package weir.cache;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import weir.http.FieldName;
import weir.http.Head;

/** What an operator wants to be gone from a cache. Immutable. */
public final class Purge {
    private static final byte[] SURROGATE_KEY = "surrogate-key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CACHE_TAG = "cache-tag".getBytes(StandardCharsets.US_ASCII);

    private enum Kind { ALL, URL, PREFIX, TAG }

    private final Kind kind;
    private final byte[] wanted;

    private Purge(Kind kind, byte[] wanted) {
        this.kind = kind;
        this.wanted = wanted;
    }

    /** Everything. */
    public static Purge all() {
        return new Purge(Kind.ALL, new byte[0]);
    }

    /**
     * All variants of one URI.
     *
     * @param url absolute, {@code http} or {@code https}
     * @throws IllegalArgumentException when it is not; the message says what to write
     */
    public static Purge url(String url) {
        URI uri = absolute(url);
        Invalidation.Target target = Invalidation.target(uri);
        return new Purge(Kind.URL, key(uri, target.path() + target.query()));
    }

    /**
     * Every URI that begins with these characters; scheme and authority are whole.
     *
     * @param url as for {@link #url}, with a path
     * @throws IllegalArgumentException when it is not; the message says what to write
     */
    public static Purge prefix(String url) {
        URI uri = absolute(url);
        String path = uri.getRawPath();
        if (path.isEmpty()) {
            throw new IllegalArgumentException("'" + url + "' has no path; write " + url + "/ for all of that host");
        }
        return new Purge(Kind.PREFIX, key(uri, uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery()));
    }

    /**
     * Every response that has this word in Surrogate-Key (apart by blanks) or Cache-Tag (apart by commas).
     *
     * @throws IllegalArgumentException when it is none that could stand there
     */
    public static Purge tag(String tag) {
        if (!tag.matches("[\\x21-\\x2b\\x2d-\\x7e]{1,1024}")) {
            throw new IllegalArgumentException("'" + tag + "' is no tag; a tag has no blank and no comma");
        }
        return new Purge(Kind.TAG, tag.getBytes(StandardCharsets.US_ASCII));
    }

    private static URI absolute(String url) {
        try {
            URI uri = new URI(url);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if ((scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException notReadable) {
            throw new IllegalArgumentException("'" + url + "' is no URL: " + notReadable.getReason(), notReadable);
        }
        throw new IllegalArgumentException("'" + url + "' is no URL of a cache; write http://host/path or https://host/path");
    }

    private static byte[] key(URI uri, String pathAndQuery) {
        boolean secure = uri.getScheme().equalsIgnoreCase("https");
        boolean ownPort = uri.getPort() < 0 || uri.getPort() == (secure ? 443 : 80);
        String authority = uri.getHost().toLowerCase(Locale.ROOT) + (ownPort ? "" : ":" + uri.getPort());
        return CacheKey.bytes(secure, authority, pathAndQuery);
    }

    /** The key, when there is only one; else null. */
    Probe only() {
        return kind == Kind.URL ? new Probe().put(wanted) : null;
    }

    /** @param stored held by the caller */
    boolean takes(byte[] key, Stored stored) {
        return switch (kind) {
            case ALL -> true;
            case URL -> KeyRule.isRuled(key) ? KeyRule.isOf(key, wanted, false) : Arrays.equals(key, wanted);
            case PREFIX -> KeyRule.isRuled(key) ? KeyRule.isOf(key, wanted, true) : startsWith(key);
            case TAG -> hasTag(read(stored));
        };
    }

    /** The same, of a head. */
    boolean takesHead(byte[] key, Head head) {
        return kind == Kind.TAG ? hasTag(head) : takes(key, null);
    }

    /** Whether what is being fetched may be of it: of a tag nobody knows that yet. */
    boolean mayTake(byte[] key) {
        return kind == Kind.TAG || takes(key, null);
    }

    private boolean startsWith(byte[] key) {
        return key.length >= wanted.length && Arrays.equals(key, 0, wanted.length, wanted, 0, wanted.length);
    }

    private static Head read(Stored stored) {
        Head head = new Head();
        stored.readHead(head);
        return head;
    }

    private boolean hasTag(Head head) {
        for (int field = 0; field < head.fields(); field++) {
            if (head.id(field) == FieldName.UNKNOWN && (head.nameIs(field, SURROGATE_KEY) || head.nameIs(field, CACHE_TAG))
                    && Arrays.asList(head.text(head.valueFrom(field), head.valueTo(field)).split("[ \t,]+", -1))
                            .contains(new String(wanted, StandardCharsets.US_ASCII))) {
                return true;
            }
        }
        return false;
    }
}
