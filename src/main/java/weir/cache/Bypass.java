package weir.cache;

import java.nio.charset.StandardCharsets;
import java.util.List;
import weir.http.Cookies;
import weir.http.FieldName;
import weir.http.Head;

/**
 * Which requests of a route go past its cache: nothing stored answers them, and their response is not stored. Those that meet a
 * condition of the setting; and those with a field by which some servers let another method, path or host count than the request's
 * own, unless that field is in the key: else anybody could have the response to it stored under a URI that is not its own. Allocates
 * nothing.
 */
final class Bypass {
    /** In lower case; all begin with x. */
    static final List<String> OVERRIDES = List.of("x-http-method-override", "x-http-method", "x-method-override", "x-original-url",
            "x-rewrite-url", "x-original-uri", "x-original-host", "x-host", "x-http-host-override");

    private final BypassRule.Where[] wheres;
    private final byte[][] names;
    private final byte[][] values;                           // null for any

    private final byte[][] overrides;

    Bypass(List<BypassRule> rules, KeySettings key) {
        overrides = OVERRIDES.stream().filter(name -> !key.headers().contains(name))
                .map(name -> name.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);
        wheres = rules.stream().map(BypassRule::where).toArray(BypassRule.Where[]::new);
        names = rules.stream().map(rule -> rule.name().getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);
        values = rules.stream().map(rule -> rule.value() == null ? null : rule.value().getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    }

    boolean takes(Head request) {
        return overrides(request) || meets(request);
    }

    /** Whether a field lets another method, path or host count. A look at the first letter spares most fields the rest. */
    boolean overrides(Head request) {
        for (int field = 0; field < request.fields(); field++) {
            if (request.id(field) == FieldName.UNKNOWN && Elements.lower(Elements.at(request, request.nameFrom(field))) == 'x'
                    && !request.isRemoved(field) && isOverride(request, field)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOverride(Head request, int field) {
        for (byte[] name : overrides) {
            if (request.nameIs(field, name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it meets a condition of the setting. */
    boolean meets(Head request) {
        for (int i = 0; i < wheres.length; i++) {
            boolean met = switch (wheres[i]) {
                case HEADER -> hasField(request, names[i], values[i]);
                case COOKIE -> hasCookie(request, names[i], values[i]);
                case QUERY -> hasParameter(request, names[i], values[i]);
            };
            if (met) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasField(Head request, byte[] name, byte[] value) {
        for (int field = 0; field < request.fields(); field++) {
            if (!request.isRemoved(field) && request.nameIs(field, name)
                    && (value == null || equal(request, request.valueFrom(field), request.valueTo(field), value))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasCookie(Head request, byte[] name, byte[] value) {
        long found = Cookies.find(request, name);
        return found >= 0 && (value == null || equal(request, Cookies.from(found), Cookies.to(found), value));
    }

    private static boolean equal(Head request, int from, int to, byte[] wanted) {
        boolean same = to - from == wanted.length;
        for (int i = 0; same && i < wanted.length; i++) {
            same = Elements.at(request, from + i) == wanted[i];
        }
        return same;
    }

    /** Between {@code &}; percent-encoded octets are those they stand for (RFC 3986 §2.1). */
    private static boolean hasParameter(Head request, byte[] name, byte[] value) {
        int to = request.queryTo();
        for (int from = request.queryFrom() + 1; from < to; ) {
            int end = indexOf(request, from, to, '&');
            int equals = indexOf(request, from, end, '=');
            if (equalDecoded(request, from, equals, name)
                    && (value == null || equalDecoded(request, Math.min(equals + 1, end), end, value))) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }

    private static int indexOf(Head request, int from, int to, char wanted) {
        int at = from;
        while (at < to && Elements.at(request, at) != wanted) {
            at++;
        }
        return at;
    }

    private static boolean equalDecoded(Head request, int from, int to, byte[] wanted) {
        int at = from;
        for (byte each : wanted) {
            if (at >= to) {
                return false;
            }
            int octet = Elements.at(request, at) & 0xff;
            if (octet == '%' && at + 2 < to) {
                int high = Character.digit(Elements.at(request, at + 1), 16);
                int low = Character.digit(Elements.at(request, at + 2), 16);
                if (high >= 0 && low >= 0) {
                    octet = high << 4 | low;
                    at += 2;
                }
            }
            if (octet != (each & 0xff)) {
                return false;
            }
            at++;
        }
        return at == to;
    }
}
