package weir.filter.minify;

import java.nio.ByteBuffer;

/** Reads a Content-Type (RFC 9110 §8.3) for the language that it names. */
final class MediaTypes {
    private MediaTypes() {}

    /** @return null when there is none for it, or its charset is not one in which ASCII is ASCII */
    static Minifier find(ByteBuffer value, int from, int to) {
        int end = from;
        while (end < to && value.get(end) != ';') {
            end++;
        }
        int typeTo = end;
        while (typeTo > from && isBlank(value.get(typeTo - 1))) {
            typeTo--;
        }
        Minifier found = named(value, from, typeTo);
        return found == null || !hasKnownCharset(value, end, to) ? null : found;
    }

    private static Minifier named(ByteBuffer value, int from, int to) {
        if (is(value, from, to, "text/html")) {
            return Minifier.HTML;
        }
        if (is(value, from, to, "text/css")) {
            return Minifier.CSS;
        }
        if (is(value, from, to, "text/javascript") || is(value, from, to, "application/javascript") || is(value, from, to, "application/x-javascript")) {
            return Minifier.JS;                                       // RFC 9239 §6: these are the same
        }
        if (is(value, from, to, "image/svg+xml")) {
            return Minifier.SVG;
        }
        boolean json = is(value, from, to, "application/json") || is(value, from, to, "text/json")
                || to - from > 5 && is(value, to - 5, to, "+json");   // RFC 6839 §3.1
        return json ? Minifier.JSON : null;
    }

    /** No charset at all is one, too: then it is UTF-8, or one of those that browsers guess. */
    private static boolean hasKnownCharset(ByteBuffer value, int parameters, int to) {
        for (int p = parameters; p < to; ) {
            int start = p + 1;
            p = start;
            while (p < to && value.get(p) != ';') {                   // also in a quoted string: what looks like a charset counts
                p++;
            }
            while (start < p && isBlank(value.get(start))) {
                start++;
            }
            int stop = p;
            while (stop > start && isBlank(value.get(stop - 1))) {
                stop--;
            }
            if (stop - start >= 8 && is(value, start, start + 8, "charset=") && !isKnown(value, start + 8, stop)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isKnown(ByteBuffer value, int from, int to) {
        boolean quoted = to - from > 1 && value.get(from) == '"' && value.get(to - 1) == '"';
        int start = quoted ? from + 1 : from;
        int end = quoted ? to - 1 : to;
        return is(value, start, end, "utf-8") || is(value, start, end, "utf8") || is(value, start, end, "us-ascii")
                || end - start > 9 && (is(value, start, start + 9, "iso-8859-") || is(value, start, start + 9, "windows-1"));
    }

    private static boolean is(ByteBuffer value, int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (Rewrite.fold(value.get(from + i)) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(int c) {
        return c == ' ' || c == '\t';
    }
}
