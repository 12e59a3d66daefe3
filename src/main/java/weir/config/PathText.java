package weir.config;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * Paths written in the configuration. Requests are routed by the normal form of their path (RFC 3986 §6.2.2), so a path
 * that is not in normal form could never match: it is refused, and the normal form is offered.
 */
final class PathText {
    private static final String UNRESERVED_MARKS = "-._~";
    private static final String PATH_MARKS = UNRESERVED_MARKS + "/!$&'()*+,;=:@";       // RFC 3986 §3.3: pchar, and the slash

    private PathText() {}

    /**
     * The path, which begins with a slash, or nothing and an error. A star is an ordinary character here.
     *
     * @param tail what stands behind the word, for the suggestion
     */
    static Optional<String> path(Word word, String tail, Problems problems) {
        String text = word.text();
        if (!text.startsWith("/")) {
            problems.error(word, word.shown() + " is no path", "a path begins with '/'");
            return Optional.empty();
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '?' || c == '#') {
                problems.error(word.place(i), "'" + c + "' in a path", "a route sees the path only, without query and fragment");
                return Optional.empty();
            }
            if (c == '%' && !isEscape(text, i)) {
                problems.error(word.place(i), "'%' without two hexadecimal digits", "write %25 for a percent sign");
                return Optional.empty();
            }
            if (text.startsWith("%00", i)) {
                problems.error(word.place(i), "a NUL in a path", "such requests are always refused");
                return Optional.empty();
            }
        }
        String normal = normal(text);
        if (normal.equals(text)) return Optional.of(text);
        problems.error(word.place(), "this path is not in normal form and would never match",
                "dot segments are removed, %XX only where it must be", word.isSecret() ? null : normal + tail);
        return Optional.empty();
    }

    private static boolean isEscape(String text, int at) {
        return at + 2 < text.length() && Ascii.isHex(text.charAt(at + 1)) && Ascii.isHex(text.charAt(at + 2));
    }

    /** RFC 3986 §6.2.2 for a path whose escapes are whole: unreserved ones decoded, others in upper case, no dot segments. */
    static String normal(String path) {
        StringBuilder out = new StringBuilder();
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            boolean escape = bytes[i] == '%';
            int c = escape ? Integer.parseInt(new String(bytes, i + 1, 2, StandardCharsets.US_ASCII), 16) : bytes[i] & 0xff;
            if (escape) i += 2;
            if (Ascii.isLetterDigitOr(escape ? UNRESERVED_MARKS : PATH_MARKS, c)) out.append((char) c);
            else out.append(String.format(Locale.ROOT, "%%%02X", c));
        }
        return withoutDotSegments(out.toString());
    }

    /** RFC 3986 §5.2.4 for a path that begins with a slash. */
    private static String withoutDotSegments(String path) {
        StringBuilder out = new StringBuilder();
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            if (segments[i].equals("..")) {
                out.setLength(Math.max(0, out.lastIndexOf("/")));
                if (last) out.append('/');
            } else if (!segments[i].equals(".")) {
                out.append('/').append(segments[i]);
            } else if (last) {
                out.append('/');
            }
        }
        return out.length() == 0 ? "/" : out.toString();
    }

    /** A path to take off or put before another: without a slash at its end. */
    static final class Prefix implements ValueType.OfWord<String> {
        @Override
        public String name() {
            return "path";
        }

        @Override
        public String range() {
            return "/path, without a slash at the end";
        }

        @Override
        public Optional<String> parseWord(Word word, Problems problems) {
            Optional<String> path = path(word, "", problems);
            if (path.isEmpty() || !path.get().endsWith("/")) return path;
            String meant = path.get().replaceFirst("/+$", "");
            problems.error(word.place(word.length() - 1), "a slash at the end of " + word.shown(),
                    "write " + range(), meant.isEmpty() || word.isSecret() ? null : meant);
            return Optional.empty();
        }
    }
}
