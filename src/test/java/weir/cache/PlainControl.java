package weir.cache;

import java.math.BigInteger;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cache directives of a message, read by regular expressions: the twin of {@link Directives} and {@link TargetedControl}. Where the
 * RFCs leave open what to make of what cannot be read, it is as the first says.
 */
final class PlainControl {
    private static final long MAX = 1L << 31;
    private static final int LISTS_MAX = 8;
    private static final int MEMBERS_MAX = 64;
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Set<String> SECONDS = Set.of("max-age", "s-maxage", "max-stale", "min-fresh", "stale-while-revalidate", "stale-if-error");
    private static final Set<String> NAMES = Set.of("no-cache", "private");
    private static final Set<String> WORDS = Set.of("no-store", "no-transform", "only-if-cached", "public", "must-revalidate", "proxy-revalidate",
            "must-understand", "immutable");

    // RFC 9651 §4.2
    private static final String KEY = "[a-z*][a-z0-9_.*-]*";
    private static final String INTEGER = "-?[0-9]{1,15}";
    private static final String STRING = "\"(?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*\"";
    private static final String BARE = "(?:-?[0-9]{1,12}\\.[0-9]{1,3}|" + INTEGER + "|" + STRING + "|[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*"
            + "|:[A-Za-z0-9+/=]*:|\\?[01]|@" + INTEGER + "|%\"(?:[ !#$&-~]|%[0-9a-f]{2})*\")";
    private static final String PARAMETERS = "(?:; *" + KEY + "(?:=" + BARE + ")?)*";
    private static final String INNER_LIST = "\\( *(?:" + BARE + PARAMETERS + "(?: +|(?=\\))))*\\)";
    private static final Pattern MEMBER = Pattern.compile("(" + KEY + ")(?:=(" + INNER_LIST + "|" + BARE + "))?+" + PARAMETERS);
    private static final Pattern DISPLAY = Pattern.compile(STRING + "|%\"([^\"]*)\"");
    private static final Pattern COMMA = Pattern.compile("[ \t]*,[ \t]*");

    private final Map<String, Long> seconds = new HashMap<>();
    private final Set<String> words = new HashSet<>();
    private final Set<String> fields = new HashSet<>();
    private final Set<String> unclear = new HashSet<>();
    private int lists;
    private boolean targeted;

    private PlainControl() {}

    static PlainControl ofRequest(PlainHead request) {
        PlainControl control = new PlainControl();
        control.parse(request);
        if (!request.has("cache-control") && request.elements("pragma").stream().anyMatch("no-cache"::equalsIgnoreCase)) {
            control.words.add("no-cache");
        }
        return control;
    }

    static PlainControl ofResponse(PlainHead response, boolean surrogate) {
        for (String name : surrogate ? List.of("cdn-cache-control", "surrogate-control") : List.of("cdn-cache-control")) {
            Map<String, String> members = dictionary(response.all(name));
            if (members != null && !members.isEmpty()) {
                PlainControl control = new PlainControl();
                control.targeted = true;
                members.forEach(control::member);
                return control;
            }
        }
        PlainControl control = new PlainControl();
        control.parse(response);
        return control;
    }

    private void parse(PlainHead head) {
        for (String element : head.elements("cache-control")) {
            String name = element.replaceFirst("(?s)^(" + TOKEN + ")?.*$", "$1");
            String rest = element.substring(name.length());
            String argument = rest.startsWith("=") ? rest.substring(1) : null;
            String known = name.toLowerCase(Locale.ROOT);
            if (SECONDS.contains(known)) {
                put(known, known.equals("max-stale") && rest.isEmpty() ? Long.valueOf(MAX) : number(argument));
            } else if (NAMES.contains(known)) {
                names(known, argument);
            } else if (WORDS.contains(known)) {
                words.add(known);
            }
        }
    }

    private static Long number(String argument) {
        String digits = argument == null ? "" : argument.replaceFirst("^\"(.*)\"$", "$1");
        return digits.matches("[0-9]+") ? Long.valueOf(new BigInteger(digits).min(BigInteger.valueOf(MAX)).longValue()) : null;
    }

    /** Twice and different, or no number: what uses less. */
    private void put(String name, Long value) {
        Long before = seconds.get(name);
        if (value == null || before != null && !before.equals(value)) {
            unclear.add(name);
        }
        long strictest = name.equals("min-fresh") ? MAX : 0;
        seconds.put(name, unclear.contains(name) ? Long.valueOf(strictest) : value);
    }

    private void names(String directive, String argument) {
        String list = argument == null ? "" : argument.matches("(?s)\"(?:\\\\.|[^\"\\\\])*\"") ? argument.substring(1, argument.length() - 1) : argument;
        Set<String> found = new HashSet<>();
        boolean valid = lists < LISTS_MAX;
        for (String each : list.split(",", -1)) {
            String name = PlainHead.trim(each);
            valid &= name.isEmpty() || name.matches(TOKEN);
            if (!name.isEmpty()) {
                found.add(name.toLowerCase(Locale.ROOT));
            }
        }
        if (valid && !found.isEmpty()) {
            fields.addAll(found);
            lists++;
        } else {
            words.add(directive);
        }
    }

    /** Key to value, the last one of each; null when it is no Dictionary. */
    private static Map<String, String> dictionary(List<String> lines) {
        Map<String, String> members = new LinkedHashMap<>();
        int count = 0;
        for (String line : lines) {
            int at = 0;
            while (at < line.length()) {
                Matcher member = MEMBER.matcher(line).region(at, line.length());
                if (!member.lookingAt() || ++count > MEMBERS_MAX || !isText(member.group())) {
                    return null;
                }
                members.remove(member.group(1));
                members.put(member.group(1), member.group(2) == null ? "?1" : member.group(2));
                at = member.end();
                Matcher comma = COMMA.matcher(line).region(at, line.length());
                if (at < line.length() && (!comma.lookingAt() || comma.end() == line.length())) {
                    return null;
                }
                at = at < line.length() ? comma.end() : at;
            }
        }
        return members;
    }

    /** Whether what is written as {@code %xx} is UTF-8. */
    private static boolean isText(String member) {
        for (Matcher display = DISPLAY.matcher(member); display.find(); ) {
            if (display.group(1) != null && URLDecoder.decode(display.group(1).replace("+", "%2b"), StandardCharsets.UTF_8).contains("\ufffd")) {
                return false;
            }
        }
        return true;
    }

    private void member(String key, String value) {
        if (SECONDS.contains(key)) {
            if (value.matches(INTEGER)) {
                put(key, Math.min(Math.max(0, Long.parseLong(value)), MAX));
            }
        } else if (NAMES.contains(key) && value.startsWith("\"")) {
            names(key, value);
        } else if ((NAMES.contains(key) || WORDS.contains(key)) && value.equals("?1")) {
            words.add(key);
        }
    }

    /** Whether it is there, and is no list of field names. */
    boolean has(String name) {
        return words.contains(name) || seconds.containsKey(name);
    }

    /** -1 for none. */
    long seconds(String name) {
        return seconds.getOrDefault(name, -1L);
    }

    boolean isUnclear(String name) {
        return unclear.contains(name);
    }

    /** Fields in lower case that belong to one user, or need validation. */
    Set<String> fields() {
        return fields;
    }

    boolean isTargeted() {
        return targeted;
    }
}
