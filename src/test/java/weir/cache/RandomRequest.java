package weir.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A client's request. @param number of it, which it carries in X-Req */
record RandomRequest(int number, String method, String uri, PlainHead head) {
    static final String[] URIS = {"/a", "/b", "/b?x=1", "/c/d"};
    static final String[] VARYING = {"X-A", "Accept-Language"};
    private static final String[] METHODS = {"GET", "GET", "GET", "GET", "GET", "GET", "GET", "GET", "GET", "GET", "HEAD", "HEAD"};
    private static final String[] UNSAFE = {"POST", "PUT", "DELETE", "FROB", "OPTIONS"};
    private static final String[] X_A = {"1", "1", "2", "1, 2", "1 ,2", ""};
    private static final String[] LANGUAGES = {"de, en", "EN,de", "fr;q=0.5, de"};
    private static final int[] SECONDS = {0, 1, 5, 20, 100};

    /** @param known answers of the origin: its validators may be of one of the last */
    static RandomRequest of(int number, Random random, List<OriginAnswer> known, long nowSeconds) {
        String method = random.nextInt(14) == 0 ? UNSAFE[random.nextInt(UNSAFE.length)] : METHODS[random.nextInt(METHODS.length)];
        String uri = URIS[random.nextInt(URIS.length)];
        List<String> lines = new ArrayList<>();
        lines.add("Host: a.example");
        lines.add("X-Req: " + number);
        if (random.nextInt(3) == 0) {
            lines.add("X-A: " + X_A[random.nextInt(X_A.length)]);
        }
        if (random.nextInt(4) == 0) {
            lines.add("Accept-Language: " + LANGUAGES[random.nextInt(LANGUAGES.length)]);
        }
        if (random.nextInt(8) == 0) {
            lines.add("Authorization: Basic " + random.nextInt(2));
        }
        control(random, lines);
        if (method.equals("GET") || method.equals("HEAD")) {
            conditions(random, known.stream().filter(each -> each.request.uri().equals(uri)).toList(), nowSeconds, lines);
        } else {
            lines.add("Content-Length: 0");
        }
        return new RandomRequest(number, method, uri, new PlainHead(method + " " + uri + " HTTP/1.1", lines));
    }

    private static void control(Random random, List<String> lines) {
        if (random.nextInt(20) == 0) {
            lines.add("Pragma: no-cache");
        }
        List<String> directives = new ArrayList<>();
        for (int count = random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0; count > 0; count--) {
            int seconds = SECONDS[random.nextInt(SECONDS.length)];
            directives.add(switch (random.nextInt(9)) {
                case 0 -> "no-cache";
                case 1 -> "no-store";
                case 2 -> "only-if-cached";
                case 3 -> "max-stale";
                case 4 -> "max-stale=" + seconds;
                case 5 -> "min-fresh=" + seconds;
                case 6 -> "stale-if-error=" + seconds;
                case 7 -> "foo=\"no-store, max-age=0\"";
                default -> "max-age=" + seconds;
            });
        }
        if (!directives.isEmpty()) {
            lines.add("Cache-Control: " + String.join(", ", directives));
        }
    }

    private static void conditions(Random random, List<OriginAnswer> known, long nowSeconds, List<String> lines) {
        String tag = known.isEmpty() ? null : known.get(Math.max(0, known.size() - 1 - random.nextInt(4))).head.first("ETag");
        String tagOrAny = tag == null ? "\"none\"" : tag;
        String date = PlainHead.dateText(nowSeconds - random.nextInt(200));
        String modified = known.isEmpty() ? null : known.get(known.size() - 1).head.first("Last-Modified");
        switch (random.nextInt(16)) {
            case 0 -> lines.add("If-None-Match: " + tagOrAny);
            case 1 -> lines.add("If-None-Match: \"x,y\" , " + tagOrAny);
            case 2 -> lines.add("If-None-Match: *");
            case 3 -> lines.add("If-Modified-Since: " + (modified == null ? date : modified));
            case 4 -> lines.add("If-Modified-Since: " + date);
            case 5 -> lines.addAll(List.of("If-None-Match: \"none\"", "If-Modified-Since: " + date));
            case 6 -> range(random, tagOrAny, modified, lines);
            default -> { }
        }
    }

    private static void range(Random random, String tag, String modified, List<String> lines) {
        int first = random.nextInt(60);
        lines.add("Range: bytes=" + switch (random.nextInt(5)) {
            case 0 -> first + "-" + (first + random.nextInt(60));
            case 1 -> first + "-";
            case 2 -> "-" + first;
            case 3 -> "0-1,5-6";
            default -> "0-" + first;
        });
        switch (random.nextInt(4)) {
            case 0 -> lines.add("If-Range: " + tag);
            case 1 -> lines.add("If-Range: " + (modified == null ? "\"none\"" : modified));
            default -> { }
        }
    }

    boolean isGet() {
        return method.equals("GET");
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    /** RFC 9110 §9.2.1. */
    boolean isSafe() {
        return isGet() || isHead() || method.equals("OPTIONS");
    }

    PlainControl control() {
        return PlainControl.ofRequest(head);
    }

    @Override
    public String toString() {
        return head.toString();
    }
}
