package weir.cache;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import weir.http.Cookies;
import weir.http.Head;

/**
 * Makes the cache key of a request as {@link KeySettings} say. The key of the whole URI is that of {@link CacheKey}; any other is, with a
 * NUL, which none of the parts can hold, behind each part,
 *
 * <pre>
 *   scheme ! path, the rule, authority or nothing, query, each field and each cookie, with a 1 before it if it is there
 * </pre>
 *
 * <p>so that routes with unlike rules never meet in a key, and so that path and authority are found again by {@link Purge}. Immutable.
 */
final class KeyRule {
    static final KeyRule URI = new KeyRule(KeySettings.URI);

    private static final byte NUL = 0;
    private static final byte PRESENT = 1;

    private final KeySettings settings;
    private final byte[] name;
    private final byte[][] headers;
    private final byte[][] cookies;
    private final byte[][] parameters;

    KeyRule(KeySettings settings) {
        this.settings = settings;
        name = (settings.host() + " " + settings.query() + settings.parameters() + settings.headers() + settings.cookies())
                .getBytes(StandardCharsets.US_ASCII);
        headers = bytes(settings.headers());
        cookies = bytes(settings.cookies());
        parameters = bytes(settings.parameters());
    }

    private static byte[][] bytes(List<String> names) {
        return names.stream().map(each -> each.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);
    }

    /** Whether the key is the target URI and nothing else. */
    boolean isUri() {
        return settings.isUri();
    }

    /** Makes the probe the key of a request; one for which there is none gets one that is too long. Allocates nothing. @param scratch the loop's */
    Probe put(Probe probe, Head request, boolean secure, Parameters scratch) {
        if (isUri()) {
            return CacheKey.put(probe, request, secure);
        }
        probe.reset().put((byte) (secure ? 's' : 'h')).put((byte) '!');
        probe.put(request.bytes(), request.at(request.pathFrom()), request.at(request.pathTo())).put(NUL).put(name).put(NUL);
        if (settings.host()) {
            CacheKey.putAuthority(probe, request, secure);
        }
        putQuery(probe.put(NUL), request, scratch);
        for (byte[] header : headers) {
            putField(probe.put(NUL), request, header);
        }
        for (byte[] cookie : cookies) {
            putCookie(probe.put(NUL), request, cookie);
        }
        return probe;
    }

    private void putQuery(Probe probe, Head request, Parameters scratch) {
        switch (settings.query()) {
            case WHOLE -> probe.put(request.bytes(), request.at(request.queryFrom()), request.at(request.queryTo()));
            case NONE -> { }
            case ONLY, EXCEPT -> scratch.put(probe, request, parameters, settings.query() == KeySettings.Query.ONLY);
        }
    }

    private static void putField(Probe probe, Head request, byte[] header) {
        for (int field = 0; field < request.fields(); field++) {
            if (!request.isRemoved(field) && request.nameIs(field, header)) {
                probe.put(PRESENT).put(request.bytes(), request.at(request.valueFrom(field)), request.at(request.valueTo(field)));
            }
        }
    }

    /** All of that name: which of them a server takes is not known. */
    private static void putCookie(Probe probe, Head request, byte[] cookie) {
        for (int i = 0; !probe.isTooLong(); i++) {
            long found = Cookies.find(request, cookie, i);
            if (found < 0) {
                return;
            }
            probe.put(PRESENT).put(request.bytes(), request.at(Cookies.from(found)), request.at(Cookies.to(found)));
            if (i == KeySettings.NAMES_MAX) {
                probe.refuse();
            }
        }
    }

    // ---- taken apart

    /** A key that {@link #put} has made, for people. */
    String shown(Probe key) {
        String text = key.toString();
        String scheme = text.charAt(0) == 's' ? "https" : "http";
        if (isUri()) {
            return scheme + "://" + text.substring(2);
        }
        String[] parts = text.substring(2).split("\0", -1);       // path, rule, authority, query, and one for each name
        StringBuilder shown = new StringBuilder(scheme).append("://").append(settings.host() ? parts[2] : "*").append(parts[0]);
        if (!parts[3].isEmpty()) {
            shown.append(settings.query() == KeySettings.Query.WHOLE ? "" : "?").append(parts[3], parts[3].startsWith("&") ? 1 : 0, parts[3].length());
        }
        int part = 4;
        for (String header : settings.headers()) {
            shown.append(", header ").append(header).append(values(parts[part++]));
        }
        for (String cookie : settings.cookies()) {
            shown.append(", cookie ").append(cookie).append(values(parts[part++]));
        }
        return shown.toString();
    }

    private static String values(String part) {
        return part.isEmpty() ? " absent" : part.replaceFirst("^\1", " = ").replace("\1", ", ");
    }

    /** Whether a key is one of these, and not a URI. */
    static boolean isRuled(byte[] key) {
        return key.length > 1 && key[1] == '!';
    }

    /**
     * Whether a ruled key is of a URI, whatever its query, fields and cookies.
     *
     * @param uri the URI as {@link CacheKey} has it: scheme, authority, path and query
     * @param prefix whether it may go on behind the path of {@code uri}
     */
    static boolean isOf(byte[] key, byte[] uri, boolean prefix) {
        int slash = indexOf(uri, '/', 0);
        int question = indexOf(uri, '?', slash);
        int path = question - slash;
        boolean open = prefix && question == uri.length;
        int pathEnd = indexOf(key, NUL, 2);
        int host = indexOf(key, NUL, pathEnd + 1) + 1;
        int hostEnd = indexOf(key, NUL, host);
        return key[0] == uri[0] && (open ? pathEnd - 2 >= path : pathEnd - 2 == path)
                && Arrays.equals(key, 2, 2 + path, uri, slash, question)
                && (host == hostEnd || Arrays.equals(key, host, hostEnd, uri, 2, slash));
    }

    private static int indexOf(byte[] bytes, int wanted, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != wanted) {
            at++;
        }
        return at;
    }
}
