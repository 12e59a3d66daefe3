package weir.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An origin whose resources change, and whose mind about caches does too. It never gives one strong entity tag to two contents. */
final class RandomOrigin {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");
    private static final int[] SECONDS = {0, 1, 5, 20, 60, 60, 300, 100_000};
    private static final int[] STATUSES = {200, 200, 200, 200, 200, 200, 200, 200, 203, 204, 301, 302, 404, 410, 299, 503};
    private static final String[] DIRECTIVES = {"public", "must-revalidate", "proxy-revalidate", "no-cache", "private", "no-store", "immutable",
            "must-understand", "private=\"x-own\"", "no-cache=\"x-own, x-other\"", "private=\"set-cookie\"", "ext=\"a, no-store, \\\" private\"", "no-transform"};
    private static final String[] VARIES = {"X-A", "x-a, accept-language", "Accept-Language", "X-A, *", "X-A"};

    private static final class Resource {
        private int version;
        private long modifiedSeconds;
        private int status;
        private int tags;                                    // 0 for none, 1 for weak ones
        private boolean dated;
        private boolean ranges;
        private String vary;
        private List<String> policy;
        private int date;
        private Integer expires;
        private int age;
    }

    private final Random random;
    private final Map<String, Resource> resources = new HashMap<>();
    private int ids;

    RandomOrigin(Random random, long nowSeconds) {
        this.random = random;
        for (String uri : RandomRequest.URIS) {
            Resource resource = new Resource();
            resources.put(uri, resource);
            change(resource, nowSeconds - 1000);
            think(resource);
        }
    }

    /** Time goes on, and things with it. */
    void live(long nowSeconds) {
        Resource one = resources.get(RandomRequest.URIS[random.nextInt(RandomRequest.URIS.length)]);
        switch (random.nextInt(12)) {
            case 0 -> change(one, nowSeconds);
            case 1 -> think(one);
            default -> { }
        }
    }

    private void change(Resource resource, long nowSeconds) {
        resource.version++;
        resource.modifiedSeconds = nowSeconds;
        resource.status = STATUSES[random.nextInt(STATUSES.length)];
        resource.vary = random.nextInt(2) == 0 ? VARIES[random.nextInt(VARIES.length)] : null;
        resource.tags = random.nextInt(4);
        resource.dated = random.nextInt(3) > 0;
        resource.ranges = random.nextInt(3) > 0;
    }

    private void think(Resource resource) {
        List<String> policy = new ArrayList<>();
        if (random.nextInt(6) > 0) {
            policy.add("Cache-Control: " + control(false));
        }
        if (random.nextInt(15) == 0) {
            policy.add("Cache-Control: " + control(false));
        }
        if (random.nextInt(8) == 0) {
            policy.add("CDN-Cache-Control: " + control(true));
        }
        if (random.nextInt(20) == 0) {
            policy.add("Pragma: no-cache");
        }
        resource.policy = policy;
        resource.expires = random.nextInt(5) == 0 ? Integer.valueOf(random.nextInt(100) - 20) : null;
        resource.date = random.nextInt(8);
        resource.age = random.nextInt(4) == 0 ? random.nextInt(60) : -1;
    }

    private String control(boolean targeted) {
        List<String> directives = new ArrayList<>();
        if (random.nextInt(8) > 0) {
            directives.add("max-age=" + seconds());
        }
        if (random.nextInt(8) == 0) {
            directives.add((random.nextBoolean() ? "s-maxage=" : targeted ? "max-age=" : "MAX-AGE=") + seconds());
        }
        if (random.nextInt(5) == 0) {
            directives.add("stale-while-revalidate=" + seconds());
        }
        if (random.nextInt(5) == 0) {
            directives.add("stale-if-error=" + seconds());
        }
        for (int count = random.nextInt(3); count > 0; count--) {
            directives.add(DIRECTIVES[random.nextInt(DIRECTIVES.length)]);
        }
        if (random.nextInt(20) == 0) {
            directives.add("max-age=x");
        }
        return String.join(random.nextBoolean() ? ", " : " ,", directives.isEmpty() ? List.of("foo") : directives);
    }

    private int seconds() {
        return SECONDS[random.nextInt(SECONDS.length)];
    }

    OriginAnswer answer(RandomRequest request, PlainHead asked, int askedAt, long nowMillis) {
        Resource resource = resources.get(request.uri());
        int id = ++ids;
        boolean safe = request.isSafe();
        int luck = random.nextInt(40);
        int status = !safe ? new int[] {200, 201, 204, 303, 400, 404, 500}[random.nextInt(7)]
                : luck < 3 ? new int[] {500, 501, 502, 503, 504}[random.nextInt(5)] : resource.status;
        if (!safe && status < 400) {
            change(resource, nowMillis / 1000);
        }
        boolean error = !safe || luck < 3;
        String content = error ? "error " + id : representation(request.uri(), resource, asked);
        content = status == 204 ? "" : content;
        List<String> lines = new ArrayList<>();
        if (!error) {
            validators(resource, content, lines);
        }
        boolean notModified = !error && status == 200 && !request.method().equals("OPTIONS") && isNotModified(resource, lines, asked);
        String whole = content;
        if (notModified) {
            status = 304;
        } else if (!error && status == 200 && request.isGet() && resource.ranges && asked.has("Range")) {
            String part = part(asked, lines, whole);
            status = part == null ? 200 : 206;
            content = part == null ? whole : part;
        }
        boolean confirms = notModified || request.isHead();
        fields(resource, nowMillis / 1000, notModified, lines);
        lines.add((confirms ? "X-Confirm: " : "X-Id: ") + id);
        if (!safe) {
            lines.add("Location: " + RandomRequest.URIS[random.nextInt(RandomRequest.URIS.length)]);
        }
        OriginAnswer.End end = luck == 4 ? OriginAnswer.End.NOTHING : luck == 5 && !confirms && content.length() > 2 ? OriginAnswer.End.BROKEN
                : OriginAnswer.End.WHOLE;
        String body = confirms || status == 204 ? "" : framed(content, end, lines);
        if (request.isHead() && status != 204 && !notModified && random.nextBoolean()) {
            lines.add("Content-Length: " + content.length());
        }
        PlainHead head = new PlainHead("HTTP/1.1 " + status + " Fine", lines);
        String wire = end == OriginAnswer.End.NOTHING ? "" : head.text() + body;
        return new OriginAnswer(id, request, asked, head, confirms ? "" : content, whole, wire, end, random.nextInt(8) == 0, askedAt, nowMillis);
    }

    /** Of its version, and of what it varies by. */
    private static String representation(String uri, Resource resource, PlainHead asked) {
        StringBuilder text = new StringBuilder(uri + " version " + resource.version);
        for (String name : resource.vary == null ? new String[0] : resource.vary.split(" *, *", -1)) {
            if (!name.equals("*")) {
                text.append(' ').append(name.toLowerCase(Locale.ROOT)).append('=').append(asked.has(name) ? choice(name, asked) : "absent");
            }
        }
        return text.append("-".repeat(Math.floorMod(text.toString().hashCode(), 90))).toString();
    }

    private static Object choice(String name, PlainHead asked) {
        String value = asked.elements(name).toString().toLowerCase(Locale.ROOT);
        return name.equalsIgnoreCase("X-A") ? value : new TreeSet<>(Arrays.asList(value.replaceAll("[\\[\\] ]", "").split(",", -1)));
    }

    private static void validators(Resource resource, String content, List<String> lines) {
        if (resource.tags > 0) {
            lines.add("ETag: " + (resource.tags == 1 ? "W/" : "") + "\"" + Integer.toHexString(content.hashCode()) + "," + resource.version + "\"");
        }
        if (resource.dated) {
            lines.add("Last-Modified: " + PlainHead.dateText(resource.modifiedSeconds));
        }
        if (resource.vary != null) {
            lines.add("Vary: " + resource.vary);
        }
    }

    private static boolean isNotModified(Resource resource, List<String> lines, PlainHead asked) {
        PlainHead own = new PlainHead("", lines);
        if (asked.has("If-None-Match")) {
            return asked.elements("If-None-Match").stream().anyMatch(tag -> tag.equals("*")
                    || own.has("ETag") && CacheModel.opaque(tag).equals(CacheModel.opaque(own.first("ETag"))));
        }
        Long since = asked.date("If-Modified-Since");
        return since != null && resource.dated && resource.modifiedSeconds <= since;
    }

    /** Null for the whole. */
    private static String part(PlainHead asked, List<String> lines, String whole) {
        Matcher range = RANGE.matcher(asked.first("Range"));
        String condition = asked.first("If-Range");
        PlainHead own = new PlainHead("", lines);
        if (!range.matches() || range.group(1).isEmpty() || condition != null && !(condition.startsWith("\"") && condition.equals(own.first("ETag")))) {
            return null;
        }
        int first = Integer.parseInt(range.group(1));
        int last = range.group(2).isEmpty() ? whole.length() - 1 : Math.min(whole.length() - 1, Integer.parseInt(range.group(2)));
        if (first > last) {
            return null;
        }
        lines.add("Content-Range: bytes " + first + "-" + last + "/" + whole.length());
        return whole.substring(first, last + 1);
    }

    private void fields(Resource resource, long now, boolean notModified, List<String> lines) {
        if (notModified && random.nextInt(12) == 0) {
            lines.removeIf(line -> line.startsWith("ETag"));
        }
        if (notModified && random.nextInt(40) == 0) {
            lines.removeIf(line -> line.startsWith("ETag"));
            lines.add("ETag: \"of another one\"");
        }
        if (!notModified || random.nextInt(4) > 0) {
            lines.addAll(resource.policy);
            if (resource.expires != null) {
                lines.add("Expires: " + (resource.expires == 0 ? "0" : PlainHead.dateText(now + resource.expires)));
            }
        }
        if (resource.date > 1) {
            lines.add("Date: " + PlainHead.dateText(resource.date == 2 ? now - 30 : resource.date == 3 ? now + 30 : now));
        }
        if (resource.age >= 0) {
            lines.add("Age: " + resource.age);
        }
        if (random.nextInt(4) == 0) {
            lines.add("X-Own: " + now);
        }
        if (random.nextInt(20) == 0) {
            lines.add("Set-Cookie: a=" + now);
        }
        if (random.nextInt(8) == 0) {
            lines.addAll(List.of("Connection: X-Hop", "X-Hop: a"));
        }
        lines.add("X-All: " + ids);
    }

    private String framed(String content, OriginAnswer.End end, List<String> lines) {
        int cut = end == OriginAnswer.End.BROKEN ? 1 + random.nextInt(content.length() - 1) : content.length();
        switch (random.nextInt(4)) {
            case 0 -> {
                lines.add("Transfer-Encoding: chunked");
                String chunk = Integer.toHexString(content.length()) + "\r\n" + content.substring(0, cut);
                return content.isEmpty() ? "0\r\n\r\n" : cut < content.length() ? chunk : chunk + "\r\n0\r\n\r\n";
            }
            case 1 -> {
                if (end == OriginAnswer.End.WHOLE) {
                    lines.removeIf(line -> line.equals("Connection: X-Hop"));
                    lines.add(lines.contains("X-Hop: a") ? "Connection: close, X-Hop" : "Connection: close");
                    return content;
                }
            }
            default -> { }
        }
        lines.add("Content-Length: " + content.length());
        return content.substring(0, cut);
    }
}
