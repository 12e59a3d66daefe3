package weir.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What RFC 9111 (with RFC 5861, 8246 and 9213) lets a shared cache do, as near to the text as Java can be, and where that leaves a
 * choice, what this cache says it does. Knows nothing of how a cache does it.
 */
final class CacheModel {
    private static final Set<Integer> HEURISTIC = Set.of(200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501);
    private static final Set<Integer> UNDERSTOOD = Set.of(200, 201, 203, 204, 206, 301, 302, 303, 404, 410, 500, 501, 502, 503, 504);
    private static final Set<Integer> ERRORS = Set.of(500, 502, 503, 504);
    private static final Pattern RANGE = Pattern.compile("(\\d+)-(\\d*)|-(\\d+)");

    private CacheModel() {}

    /**
     * A stored response as it is at one time.
     *
     * @param original the whole response
     * @param latest the same, or what confirmed it last
     * @param head its fields now
     */
    record View(OriginAnswer original, OriginAnswer latest, PlainHead head) {
        int status() {
            return original.status;
        }

        PlainControl control() {
            return PlainControl.ofResponse(head, false);
        }

        long dateSeconds() {
            return head.date("Date") == null ? Math.floorDiv(latest.answeredMillis, 1000L) : head.date("Date");
        }

        boolean hasValidator() {
            return head.has("ETag") || head.has("Last-Modified");
        }
    }

    /** What of a stored response may be done for a request. */
    enum Use { FRESH, STALE, STALE_WHILE_REVALIDATE, NOT }

    // ---- RFC 9111 §3

    /** Whether it may be stored. Of what came with credentials, whether it may be used for others (§3.5): here both are one. */
    static boolean isStorable(RandomRequest request, View view) {
        PlainControl said = view.control();
        boolean understood = UNDERSTOOD.contains(view.status());
        return !request.control().has("no-store")
                && (said.has("must-understand") ? understood : !said.has("no-store"))
                && !said.has("private")
                && (!request.head().has("Authorization") || allowsAuthorized(said))
                && (!view.head().has("Set-Cookie") || said.fields().contains("set-cookie"))
                && (isExplicit(view) || said.has("public") || HEURISTIC.contains(view.status()))
                && !view.head().elements("Vary").contains("*");
    }

    /** §3.5. */
    static boolean allowsAuthorized(PlainControl said) {
        return said.has("must-revalidate") || said.has("public") || said.has("s-maxage");
    }

    /** Whether it is of any use: this cache stores nothing else. */
    static boolean isUseful(View view) {
        return view.hasValidator() || lifetime(view) > 0 && !view.control().has("no-cache")
                || view.control().seconds("stale-while-revalidate") > 0 || view.control().seconds("stale-if-error") > 0;
    }

    /** §3.1. @param name in lower case */
    static boolean isKept(String name, PlainHead head, PlainControl said) {
        return !Set.of("connection", "keep-alive", "transfer-encoding", "content-length", "content-range", "age", "date", "x-id", "x-confirm").contains(name)
                && head.elements("Connection").stream().noneMatch(name::equalsIgnoreCase) && !said.fields().contains(name);
    }

    // ---- §4.1

    static boolean isSelected(View view, RandomRequest first, RandomRequest request) {
        return view.head().elements("Vary").stream().allMatch(name -> !name.equals("*") && selecting(first, name).equals(selecting(request, name)));
    }

    private static String selecting(RandomRequest request, String name) {
        if (!request.head().has(name)) {
            return "absent";
        }
        List<String> members = new ArrayList<>(request.head().elements(name));
        if (name.equalsIgnoreCase("Accept-Language")) {
            members.replaceAll(member -> member.toLowerCase(Locale.ROOT));
            members.sort(null);
        }
        return "=" + members;
    }

    // ---- §4.2

    private static boolean isExplicit(View view) {
        PlainControl said = view.control();
        return said.has("s-maxage") || said.has("max-age") || !said.isTargeted() && view.head().has("Expires");
    }

    /** §4.2.1, §4.2.2, in seconds. */
    static long lifetime(View view) {
        PlainControl said = view.control();
        if (said.has("s-maxage")) {
            return said.seconds("s-maxage");
        }
        if (said.has("max-age")) {
            return said.seconds("max-age");
        }
        if (!said.isTargeted() && view.head().has("Expires")) {
            Long expires = view.head().date("Expires");
            return expires == null ? 0 : Math.max(0, expires - view.dateSeconds());
        }
        Long modified = view.head().date("Last-Modified");
        boolean allowed = HEURISTIC.contains(view.status()) || said.has("public");
        return !allowed || modified == null ? 0 : Math.min(86_400, Math.max(0, view.dateSeconds() - modified) / 10);
    }

    /** §4.2.3, in milliseconds. */
    static long age(View view, long nowMillis) {
        OriginAnswer latest = view.latest();
        String field = latest.head.first("Age");
        long ageValue = field == null ? 0 : Long.parseLong(field) * 1000;
        Long date = view.head().date("Date");
        long apparentAge = date == null ? 0 : Math.max(0, latest.answeredMillis / 1000 - date) * 1000;
        long responseDelay = latest.answeredMillis - latest.askedMillis;
        return Math.max(apparentAge, ageValue + responseDelay) + nowMillis - latest.answeredMillis;
    }

    /** §4.2, §4.2.4, §5.2.1, RFC 5861 §3, RFC 8246 §2. */
    static Use use(View view, RandomRequest request, long nowMillis) {
        PlainControl said = view.control();
        PlainControl asked = request.control();
        long age = age(view, nowMillis);
        long left = lifetime(view) * 1000 - age;
        boolean fresh = left > 0;
        if (said.has("no-cache") || asked.has("no-cache")) {
            return Use.NOT;
        }
        if (asked.has("max-age") && age > asked.seconds("max-age") * 1000 && !(fresh && said.has("immutable"))) {
            return Use.NOT;
        }
        if (fresh) {
            return left >= asked.seconds("min-fresh") * 1000 ? Use.FRESH : Use.NOT;
        }
        if (neverStale(said) || asked.has("min-fresh")) {
            return Use.NOT;
        }
        if (asked.has("max-stale") && isWithin(-left, asked.seconds("max-stale"))) {
            return Use.STALE;
        }
        return isWithin(-left, said.seconds("stale-while-revalidate")) && !asked.has("max-age") ? Use.STALE_WHILE_REVALIDATE : Use.NOT;
    }

    private static boolean neverStale(PlainControl said) {
        return said.has("must-revalidate") || said.has("proxy-revalidate") || said.has("s-maxage");
    }

    private static boolean isWithin(long millis, long seconds) {
        return seconds > 0 && millis <= seconds * 1000;
    }

    static boolean isError(OriginAnswer answer) {
        return answer.isFailure() || ERRORS.contains(answer.status);
    }

    /** Whether it may stand for an error: RFC 5861 §4; and without a word from the origin, where nothing forbids it (RFC 9111 §4.2.4). */
    static boolean mayStandFor(OriginAnswer error, View view, RandomRequest request, long nowMillis) {
        PlainControl said = view.control();
        PlainControl asked = request.control();
        long staleness = age(view, nowMillis) - lifetime(view) * 1000;
        if (!isError(error) || said.has("no-cache") || asked.has("no-cache")) {
            return false;
        }
        return staleness < 0 || !neverStale(said)
                && (error.isFailure() || isWithin(staleness, said.seconds("stale-if-error")) || isWithin(staleness, asked.seconds("stale-if-error")));
    }

    // ---- §4.3.2, RFC 9110 §13, §14

    /** An entity tag for weak comparison. */
    static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }

    static boolean isNotModified(View view, RandomRequest request) {
        if (request.head().has("If-None-Match")) {
            return request.head().elements("If-None-Match").stream()
                    .anyMatch(tag -> tag.equals("*") || view.head().has("ETag") && opaque(tag).equals(opaque(view.head().first("ETag"))));
        }
        Long since = request.head().date("If-Modified-Since");
        Long modified = view.head().has("Last-Modified") ? view.head().date("Last-Modified") : Long.valueOf(view.dateSeconds());
        return since != null && modified != null && modified <= since;
    }

    /** Whether its Range is to be heeded for this representation. */
    static boolean isRangeWanted(View view, RandomRequest request) {
        String condition = request.head().first("If-Range");
        if (!request.isGet() || !request.head().has("Range")) {
            return false;
        }
        if (condition == null || condition.startsWith("\"") || condition.startsWith("W/")) {
            return condition == null || condition.startsWith("\"") && condition.equals(view.head().first("ETag"));
        }
        Long asked = request.head().date("If-Range");
        Long modified = view.head().date("Last-Modified");
        return asked != null && asked.equals(modified) && view.dateSeconds() > modified;
    }

    /** First and last of each satisfiable range. */
    static List<int[]> ranges(RandomRequest request, int length) {
        List<int[]> found = new ArrayList<>();
        for (String each : Arrays.asList(request.head().first("Range").replaceFirst("^bytes=", "").split(",", -1))) {
            Matcher range = RANGE.matcher(each);
            if (!range.matches()) {
                throw new AssertionError("the generator makes no such range: " + each);
            }
            boolean suffix = range.group(3) != null;
            int first = suffix ? Math.max(0, length - Integer.parseInt(range.group(3))) : Integer.parseInt(range.group(1));
            int last = suffix || range.group(2).isEmpty() ? length - 1 : Math.min(length - 1, Integer.parseInt(range.group(2)));
            if (first <= last) {
                found.add(new int[] {first, last});
            }
        }
        return found;
    }
}
