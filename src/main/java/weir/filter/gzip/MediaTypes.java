package weir.filter.gzip;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import weir.buffer.Scan;
import weir.http.FieldName;
import weir.http.Head;

/** Media types, compiled: {@code text/html}, {@code text/*}, {@code application/*+json}. Parameters and case do not count. Allocates nothing. */
final class MediaTypes {
    /** What stands before and behind the star; {@code after} is null when there is none. */
    private record Pattern(byte[] before, byte[] after) {
        static Pattern of(String text) {
            int star = text.indexOf('*');
            return star < 0 ? new Pattern(bytes(text), null) : new Pattern(bytes(text.substring(0, star)), bytes(text.substring(star + 1)));
        }

        boolean matches(ByteBuffer b, int from, int to) {
            if (after == null) {
                return Scan.equalsIgnoreCase(b, from, to, before);
            }
            return to - from > before.length + after.length && Scan.equalsIgnoreCase(b, from, from + before.length, before)
                    && Scan.equalsIgnoreCase(b, to - after.length, to, after);
        }
    }

    private final Pattern[] patterns;

    MediaTypes(List<String> types) {
        patterns = types.stream().map(type -> Pattern.of(type.toLowerCase(Locale.ROOT))).toArray(Pattern[]::new);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether the response's type is one of these. One without a type is none; nor is one that says two. */
    boolean match(Head response) {
        int field = response.find(FieldName.CONTENT_TYPE);
        if (field < 0 || response.findAfter(FieldName.CONTENT_TYPE, field) >= 0) {
            return false;
        }
        ByteBuffer b = response.bytes();
        int from = response.valueFrom(field);
        int to = response.valueTo(field);
        int semicolon = Scan.indexOf(b, response.at(from), response.at(to), (byte) ';');
        int end = response.at(response.trimBlanks(from, semicolon < 0 ? to : semicolon - response.at(0)));
        for (Pattern pattern : patterns) {
            if (pattern.matches(b, response.at(from), end)) {
                return true;
            }
        }
        return false;
    }
}
