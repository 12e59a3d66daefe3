package weir.cache;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import weir.http.HttpDate;

/** A message's head in Strings, for the models of these tests: slow and obvious. @param lines field lines, {@code Name: value} */
record PlainHead(String start, List<String> lines) {
    /** A list's element: strings in quotes hide their commas, a quote that is never closed does not (RFC 9110 §5.6.1, §5.6.4). */
    private static final Pattern ELEMENT = Pattern.compile("(?s)(?:\"(?:\\\\.|[^\"\\\\])*\"|[^,])+");

    PlainHead {
        lines = List.copyOf(lines);
    }

    /** @param wire start line, field lines and an empty line */
    static PlainHead of(String wire) {
        List<String> all = List.of(wire.substring(0, wire.indexOf("\r\n\r\n")).split("\r\n", -1));
        return new PlainHead(all.get(0), all.subList(1, all.size()));
    }

    static String name(String line) {
        return line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
    }

    static String value(String line) {
        return trim(line.substring(line.indexOf(':') + 1));
    }

    /** Without SP and HTAB at both ends (OWS). */
    static String trim(String text) {
        return text.replaceAll("^[ \t]+|[ \t]+$", "");
    }

    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        lines.forEach(line -> names.add(name(line)));
        return names;
    }

    List<String> all(String name) {
        return lines.stream().filter(line -> name(line).equals(name.toLowerCase(Locale.ROOT))).map(PlainHead::value).toList();
    }

    boolean has(String name) {
        return !all(name).isEmpty();
    }

    /** The first one's value, or null. */
    String first(String name) {
        return has(name) ? all(name).get(0) : null;
    }

    /** The elements of a list field, all lines of it, without empty ones. */
    List<String> elements(String name) {
        List<String> elements = new ArrayList<>();
        for (String value : all(name)) {
            elements.addAll(split(value));
        }
        return elements;
    }

    static List<String> split(String value) {
        List<String> elements = new ArrayList<>();
        for (Matcher each = ELEMENT.matcher(value); each.find(); ) {
            if (!trim(each.group()).isEmpty()) {
                elements.add(trim(each.group()));
            }
        }
        return elements;
    }

    /** Seconds since 1970, null when there is not one line with an IMF-fixdate. */
    Long date(String name) {
        if (all(name).size() != 1) {
            return null;
        }
        try {
            return ZonedDateTime.parse(first(name), DateTimeFormatter.RFC_1123_DATE_TIME).toEpochSecond();
        } catch (DateTimeParseException notOne) {
            return null;
        }
    }

    static String dateText(long seconds) {
        ZonedDateTime time = Instant.ofEpochSecond(seconds).atZone(ZoneOffset.UTC);
        String text = new String(HttpDate.bytes(seconds * 1000), StandardCharsets.US_ASCII);
        if (!ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).isEqual(time)) {
            throw new AssertionError(text);
        }
        return text;
    }

    String text() {
        return start + "\r\n" + String.join("\r\n", lines) + (lines.isEmpty() ? "" : "\r\n") + "\r\n";
    }

    /** On one line, for messages. */
    @Override
    public String toString() {
        return start + "|" + String.join("|", lines);
    }
}
