package weir.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where a redirect points: text and what of the request is put between it. */
record UrlTemplate(List<Part> parts) {
    /** What of the request is put in: its path; its query with the question mark, or nothing; its host. */
    enum Variable {
        PATH,
        QUERY,
        HOST
    }

    /** Either text or a variable; the other one is null. */
    record Part(String text, Variable variable) {}

    private static final String URL_MARKS = "-._~:/?#[]@!$&'()*+,;=%";      // RFC 3986 §2: what may stand in a URL

    UrlTemplate {
        parts = List.copyOf(parts);
    }

    static Optional<UrlTemplate> parse(Word word, Problems problems) {
        String text = word.text();
        if (!startsSafely(text)) {
            problems.error(word, word.shown() + " is no URL to redirect to",
                    "write https://host/path, or a path that begins with text, as /new{path}");
            return Optional.empty();
        }
        List<Part> parts = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '{') {
                Variable variable = variable(word, i, problems);
                if (variable == null) return Optional.empty();
                if (i > from) parts.add(new Part(text.substring(from, i), null));
                parts.add(new Part(null, variable));
                i += variable.name().length() + 1;
                from = i + 1;
            } else if (!Ascii.isLetterDigitOr(URL_MARKS, c)) {
                problems.error(word.place(i), "this character cannot stand in a URL", "write it as %XX");
                return Optional.empty();
            }
        }
        if (from < text.length()) parts.add(new Part(text.substring(from), null));
        return Optional.of(new UrlTemplate(parts));
    }

    /** Two slashes at the start name another host; a path of the request begins with one, so it must not follow the first. */
    private static boolean startsSafely(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("https://") || lower.startsWith("http://")) {
            String rest = lower.substring(lower.indexOf("://") + 3);
            return !rest.isEmpty() && rest.charAt(0) != '/' && !rest.startsWith("{path}") && !rest.startsWith("{query}");
        }
        return text.startsWith("/") && !text.startsWith("//") && !text.startsWith("/\\") && !text.startsWith("/{");
    }

    private static Variable variable(Word word, int at, Problems problems) {
        for (Variable variable : Variable.values()) {
            if (word.text().startsWith("{" + variable.name().toLowerCase(Locale.ROOT) + "}", at)) return variable;
        }
        problems.error(word.place(at), "an unknown {…}", "write {path}, {query} or {host}; %7B for a brace");
        return null;
    }
}
