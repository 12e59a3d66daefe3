package weir.cache;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import weir.http.FieldName;
import weir.http.Head;

/**
 * Which URIs a request that may have changed something invalidates (RFC 9111 §4.4): its target, and what Location and Content-Location
 * of the response name, of the same origin only. Taken down before filters write the request anew for the origin: what is stored is
 * found by what clients ask for. Allocates: such a request is no hit.
 */
final class Invalidation {
    /** A part of the cache key: both normalised as RFC 3986 §6.2.2 says. @param query with its {@code ?}, or empty */
    record Target(String path, String query) {}

    private final boolean secure;
    private final String authority;
    private final Target own;
    private final long askedNanos = System.nanoTime();
    private final URI base;                                  // null when Java does not take it for a URI: then only the target itself is known

    /** @param request as the client sent it, its path in normal form */
    Invalidation(Head request, boolean secure) {
        this.secure = secure;
        authority = request.text(request.authorityFrom(), request.authorityTo());
        own = new Target(request.text(request.pathFrom(), request.pathTo()), request.text(request.queryFrom(), request.queryTo()));
        base = base((secure ? "https://" : "http://") + authority + own.path + own.query);
    }

    private static URI base(String text) {
        try {
            URI uri = new URI(text);
            return uri.getHost() == null ? null : uri;
        } catch (URISyntaxException notReadable) {
            return null;
        }
    }

    /** After an answer that is no error: 2xx or 3xx. */
    static boolean isDue(Head response) {
        return response.status() >= 200 && response.status() < 400;
    }

    /** The request's own target. */
    Target own() {
        return own;
    }

    /** When the request came, in the time of {@link Outdated}. */
    long askedNanos() {
        return askedNanos;
    }

    /** The targets beside the request's own; none twice. */
    List<Target> others(Head response) {
        List<Target> others = new ArrayList<>(2);
        if (base != null) {
            add(others, base, response, FieldName.LOCATION);
            add(others, base, response, FieldName.CONTENT_LOCATION);
        }
        return others;
    }

    /** Makes the probe the key of a target. */
    Probe key(Probe probe, Target target) {
        return CacheKey.put(probe, secure, authority, target.path + target.query);
    }

    private static void add(List<Target> others, URI base, Head response, FieldName name) {
        URI uri = resolve(base, response, name);
        if (uri != null && isSameOrigin(uri, base)) {
            Target target = target(uri);
            if (!others.contains(target)) {
                others.add(target);
            }
        }
    }

    /** Whether the response says that its content is the target's representation (RFC 9110 §8.7, §9.3.3). */
    boolean isContentLocationTarget(Head response) {
        URI uri = base == null ? null : resolve(base, response, FieldName.CONTENT_LOCATION);
        return uri != null && isSameOrigin(uri, base) && target(uri).equals(target(base));
    }

    private static URI resolve(URI base, Head response, FieldName name) {
        int field = response.find(name);
        if (field < 0 || response.findAfter(name, field) >= 0) {         // two of them: nobody can say which one is meant
            return null;
        }
        try {
            String reference = response.text(response.valueFrom(field), response.valueTo(field));
            // Java resolves these two as RFC 2396 did, without the base's last segment and its query.
            URI uri = reference.isEmpty() || reference.startsWith("#") ? base
                    : reference.startsWith("?") ? new URI(withoutQuery(base) + reference) : base.resolve(new URI(reference));
            return uri.isOpaque() || uri.getHost() == null ? null : uri;
        } catch (URISyntaxException | IllegalArgumentException notReadable) {
            return null;
        }
    }

    private static String withoutQuery(URI base) {
        return base.getScheme() + "://" + base.getRawAuthority() + base.getRawPath();
    }

    /** The parts of a URI as a request for it has them. */
    static Target target(URI uri) {
        URI normal = uri.normalize();
        String path = normal.getRawPath().replaceFirst("^(/\\.\\.)+(?=/|$)", "");          // RFC 3986 §5.2.4: not above the root
        return new Target(path.isEmpty() ? "/" : unreserved(path), uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    }

    /** Decodes what needs no encoding and writes the rest in upper case (RFC 3986 §6.2.2.1, §6.2.2.2). */
    private static String unreserved(String path) {
        StringBuilder normal = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '%') {
                normal.append(c);
                continue;
            }
            char decoded = (char) Integer.parseInt(path.substring(i + 1, i + 3), 16);          // URI has checked both digits
            if (decoded < 0x80 && (Character.isLetterOrDigit(decoded) || "-._~".indexOf(decoded) >= 0)) {
                normal.append(decoded);
            } else {
                normal.append(path.substring(i, i + 3).toUpperCase(Locale.ROOT));
            }
            i += 2;
        }
        return normal.toString();
    }

    private static boolean isSameOrigin(URI uri, URI base) {
        return base.getScheme().equalsIgnoreCase(uri.getScheme()) && isSameAuthority(uri, base);
    }

    /** RFC 6454 §5: the port that a scheme implies counts as written. */
    private static boolean isSameAuthority(URI uri, URI base) {
        return uri.getHost().equalsIgnoreCase(base.getHost()) && port(uri) == port(base);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }
}
