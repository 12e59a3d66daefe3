package weir.cache;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import weir.cache.CacheModel.Use;
import weir.cache.CacheModel.View;

/**
 * All that the origin said and all that clients got, and whether the one is allowed after the other. It does not know what is stored:
 * each response says which answers of the origin it is made of, and these have to be ones that may be used. But of some it knows that
 * they surely are stored, and then the origin must not be asked.
 */
final class CacheHistory {
    private static final Set<String> NOT_STORED_AS_THEY_CAME = Set.of("age", "date", "x-id", "x-confirm", "content-length", "content-range", "transfer-encoding",
            "connection");
    private static final long PASS_MILLIS = Passes.NANOS / 1_000_000;

    /** A client's request under way. @param sure stored responses that answer it, whatever happens, by their numbers */
    record Asked(RandomRequest request, int at, boolean alone, boolean passed, List<View> sure) {}

    private final Map<Integer, OriginAnswer> answers = new TreeMap<>();
    private final Map<Integer, View> sure = new TreeMap<>();           // stored without doubt, by the number of the original
    private final Map<String, Integer> invalidatedAt = new HashMap<>();
    private final Map<String, Integer> mentionedAt = new HashMap<>();  // in Location: may be invalidated too
    private final Map<String, Integer> lastAnsweredAt = new HashMap<>();
    private final Map<String, Long> passedUntil = new HashMap<>();     // while this runs the cache may not store what it could
    private int events;
    private int mustHit;

    int event() {
        return ++events;
    }

    /** How many responses had to come from the store, and did. */
    int mustHit() {
        return mustHit;
    }

    List<OriginAnswer> known() {
        return List.copyOf(answers.values());
    }

    /** @param alone the origin is not being asked for the same URI */
    Asked begins(RandomRequest request, boolean alone, long nowMillis) {
        List<View> found = new ArrayList<>();
        for (View view : sure.values()) {
            boolean authorized = !request.head().has("Authorization") || CacheModel.allowsAuthorized(view.control());
            if (isFor(view, request) && (request.isGet() || request.isHead()) && authorized && CacheModel.use(view, request, nowMillis) == Use.FRESH
                    && isMostRecent(view, request)) {
                found.add(view);
            }
        }
        return new Asked(request, event(), alone, passedUntil.getOrDefault(request.uri(), 0L) > nowMillis, found);
    }

    /** Whether nothing that may be stored as well would have to be used in its place (RFC 9111 §4). */
    private boolean isMostRecent(View view, RandomRequest request) {
        return answers.values().stream().map(each -> new View(each, each, each.head)).noneMatch(other -> other.original() != view.original()
                && other.original() != view.latest() && other.original().answeredAt <= events && isFor(other, request) && other.dateSeconds() >= view.dateSeconds());
    }

    private static boolean isFor(View view, RandomRequest request) {
        return view.original().request.uri().equals(request.uri()) && CacheModel.isSelected(view, view.original().request, request);
    }

    void asked(OriginAnswer answer) {
        for (OriginAnswer before : of(answer.request)) {
            answer.askedMillis = before.isFailure() ? before.askedMillis : answer.askedMillis;     // sent once more, as the connection was dead
        }
        answers.put(answer.id, answer);
    }

    /** The origin sends its answer. */
    void answers(OriginAnswer answer, long nowMillis) {
        answer.answeredAt = event();
        answer.answeredMillis = nowMillis;
        RandomRequest request = answer.request;
        boolean unsafe = !request.isSafe();
        if (unsafe && !answer.isFailure() && answer.status < 400) {
            invalidatedAt.put(request.uri(), answer.answeredAt);
            Set<String> gone = new HashSet<>(answer.head.all("Location"));
            gone.add(request.uri());
            gone.forEach(uri -> mentionedAt.put(uri, answer.answeredAt));
            sure.values().removeIf(view -> gone.contains(view.original().request.uri()));
        } else if (!unsafe && !request.method().equals("OPTIONS")) {
            sure.values().removeIf(view -> isFor(view, request));
            if (request.isGet() && !answer.confirms() && !isKept(answer)) {
                passedUntil.put(request.uri(), nowMillis + PASS_MILLIS);
            }
        }
        lastAnsweredAt.put(request.uri(), answer.answeredAt);
    }

    private static boolean isKept(OriginAnswer answer) {
        View view = new View(answer, answer, answer.head);
        return answer.end == OriginAnswer.End.WHOLE && answer.status != 206 && CacheModel.isStorable(answer.request, view) && CacheModel.isUseful(view);
    }

    /** What the origin was asked for the sake of a request. */
    List<OriginAnswer> of(RandomRequest request) {
        return answers.values().stream().filter(answer -> answer.isFor(request)).toList();
    }

    /** The client has its response, or never will. */
    void got(Asked asked, ClientAnswer got, long nowMillis) {
        List<OriginAnswer> own = of(asked.request());
        if (!asked.sure().isEmpty()) {
            check(own.isEmpty(), "the origin is asked although " + asked.sure() + " is there");
            check(got.head() != null && got.head().has("X-Id"), "nothing comes although " + asked.sure() + " is there");
            mustHit++;
        }
        if (got.head() == null) {
            check(own.stream().anyMatch(each -> each.end == OriginAnswer.End.BROKEN), "the connection ends without a response");
            return;
        }
        if (!got.head().has("X-Id")) {
            confirmedOnly(asked, own, got);
            return;
        }
        OriginAnswer original = answers.get(Integer.parseInt(got.head().first("X-Id")));
        OriginAnswer latest = got.head().has("X-Confirm") ? answers.get(Integer.parseInt(got.head().first("X-Confirm"))) : original;
        check(original.request.uri().equals(asked.request().uri()) && latest.request.uri().equals(asked.request().uri()), "this is another URI");
        View view = new View(original, latest, completed(original, got.head()));
        boolean relayed = latest == original && original.isFor(asked.request());
        fields(view, got.head(), relayed);
        if (!relayed) {
            reused(asked, own, view, got, nowMillis);
        }
        content(asked.request(), view, got, relayed);
        learn(asked, own, view);
    }

    /** What a 304 to a client need not say. */
    private static PlainHead completed(OriginAnswer original, PlainHead got) {
        List<String> lines = new ArrayList<>(got.lines());
        for (String line : original.head.lines()) {
            if (Set.of("last-modified", "etag").contains(PlainHead.name(line)) && !got.has(PlainHead.name(line))) {
                lines.add(line);
            }
        }
        return new PlainHead(got.start(), lines);
    }

    /** A response of the proxy's own, or one to HEAD, or a 304 that was meant for the client. */
    private void confirmedOnly(Asked asked, List<OriginAnswer> own, ClientAnswer got) {
        RandomRequest request = asked.request();
        if (!got.head().has("X-Confirm")) {
            boolean unasked = got.status() == 504 && request.control().has("only-if-cached") && own.isEmpty();
            boolean failed = (got.status() == 502 || got.status() == 504) && own.stream().anyMatch(each -> each.end != OriginAnswer.End.WHOLE);
            check(unasked || failed, "made by nobody");
            return;
        }
        OriginAnswer answer = answers.get(Integer.parseInt(got.head().first("X-Confirm")));
        check(answer.isFor(request), "a confirmation for another request");
        check(got.status() == answer.status, "another status than " + answer);
        check(got.status() != 304 || request.head().has("If-None-Match") || request.head().has("If-Modified-Since"), "304 without a condition");
        check(request.isHead() || got.status() == 304, "a GET without a response");
    }

    /** RFC 9111 §3.1, §3.2: every field is the latest one's, where that has it, else one that was there before. */
    private void fields(View view, PlainHead got, boolean relayed) {
        Set<String> names = new HashSet<>(view.original().head.names());
        names.addAll(view.latest().head.names());
        names.addAll(got.names());
        PlainControl said = view.control();
        for (String name : names) {
            if (!CacheModel.isKept(name, view.original().head, said) || !CacheModel.isKept(name, view.latest().head, said)) {
                check(relayed || !got.has(name) || NOT_STORED_AS_THEY_CAME.contains(name), "a field that must not be stored: " + name);
                continue;
            }
            if (got.start().contains(" 304 ") && Set.of("last-modified", "etag").contains(name) && !got.has(name)) {
                continue;
            }
            List<String> values = got.all(name);
            boolean latest = values.equals(view.latest().head.all(name));
            boolean latestKeepsOut = PlainControl.ofResponse(view.latest().head, false).fields().contains(name);      // where another field is heeded now
            boolean before = (!view.latest().head.has(name) || latestKeepsOut) && (values.equals(view.original().head.all(name)) || isFromBetween(view, name, values));
            check(latest || before, "field " + name + " is from nowhere");
        }
    }

    /** Of what confirmed it, or of an earlier part of what is put together (RFC 9111 §3.4). */
    private boolean isFromBetween(View view, String name, List<String> values) {
        OriginAnswer original = view.original();
        return answers.values().stream().anyMatch(each -> each.request.uri().equals(original.request.uri()) && values.equals(each.head.all(name))
                && (each.confirms() && each.id > original.id
                        || original.status == 206 && each.status != 304 && each.head.has("ETag") && each.head.all("ETag").equals(original.head.all("ETag"))));
    }

    /** It does not come from the origin as it is: RFC 9111 §4. */
    private void reused(Asked asked, List<OriginAnswer> own, View view, ClientAnswer got, long nowMillis) {
        RandomRequest request = asked.request();
        OriginAnswer original = view.original();
        check(request.isGet() || request.isHead(), "an answer from the store for an unsafe method");
        check(original.request.isGet(), "stored of another method");
        check(original.end == OriginAnswer.End.WHOLE || !got.whole(), "part of a response for the whole");
        check(CacheModel.isStorable(original.request, new View(original, original, original.head)), "it must not have been stored: " + original);
        check(CacheModel.isSelected(view, original.request, request) || CacheModel.isSelected(view, view.latest().request, request), "Vary selects another one");
        int invalidated = invalidatedAt.getOrDefault(request.uri(), 0);
        check(view.latest().askedAt > invalidated || asked.at() < invalidated, "it was invalidated");
        String age = got.head().first("Age");
        long seconds = CacheModel.age(view, nowMillis) / 1000;
        check(age != null && Math.abs(Long.parseLong(age) - seconds) <= 1, "Age " + age + " should be " + seconds);
        if (view.latest().isFor(request)) {
            return;                                          // validated for it
        }
        check(CacheModel.isStorable(view.latest().request, view), "it must not be kept, or not for others: " + view.head());
        Use use = CacheModel.use(view, request, nowMillis);
        List<OriginAnswer> errors = own.stream().filter(CacheModel::isError).toList();
        boolean standsIn = errors.stream().anyMatch(error -> CacheModel.mayStandFor(error, view, request, nowMillis));
        check(use != Use.NOT || standsIn, "it is not to be used: lifetime " + CacheModel.lifetime(view) + " s, age " + CacheModel.age(view, nowMillis) + " ms");
        check(use == Use.STALE_WHILE_REVALIDATE || own.isEmpty() || standsIn, "the origin was asked in vain");
        for (View other : asked.sure()) {
            check(other.dateSeconds() <= view.dateSeconds(), "a more recent one is there: " + other);
        }
    }

    private static void content(RandomRequest request, View view, ClientAnswer got, boolean relayed) {
        OriginAnswer original = view.original();
        if (!got.whole()) {
            check(original.end == OriginAnswer.End.BROKEN, "the response was cut");
            return;
        }
        boolean conditional = (original.status == 200 || original.status == 206) && (request.isGet() || request.isHead()) && CacheModel.isNotModified(view, request);
        if (got.status() == 304 && original.status != 304) {
            check(conditional, "304 for another representation");
            return;
        }
        check(relayed || !conditional, "the client has it: 304 should do");
        boolean made = got.status() == 200 && original.status == 206; // whole, of parts: RFC 9111 §3.4
        if (request.isHead()) {
            check(got.status() == original.status || made, "another status");
            String length = got.head().first("Content-Length");
            check(length == null || original.status == 204 || length.equals(String.valueOf(original.representation.length())), "another length");
            return;
        }
        if (relayed && got.status() == original.status && got.content().equals(original.content)) {
            check(original.end == OriginAnswer.End.WHOLE, "part of a response that looks whole");
            return;
        }
        check(original.status == 200 || original.status == 206 || got.status() == original.status, "another status");
        List<int[]> ranges = CacheModel.isRangeWanted(view, request) ? CacheModel.ranges(request, original.representation.length()) : null;
        String whole = original.representation;
        switch (got.status()) {
            case 206 -> {
                check(ranges != null && ranges.size() == 1, "a part that nobody asked for");
                int[] range = ranges.get(0);
                check(got.content().equals(whole.substring(range[0], range[1] + 1)), "another part");
                check(("bytes " + range[0] + "-" + range[1] + "/" + whole.length()).equals(got.head().first("Content-Range")), "another Content-Range");
            }
            case 416 -> check(ranges != null && ranges.isEmpty(), "there is such a part");
            default -> {
                check(got.status() == original.status || made, "another status");
                check(got.content().equals(whole), "another content than " + original);
                check(ranges == null || ranges.size() > 1 || original.status != 200, "a part should do");
            }
        }
    }

    /** Whether it is stored now beyond doubt: asked for by a fetch, whole, of use, and nothing has happened since. */
    private void learn(Asked asked, List<OriginAnswer> own, View view) {
        RandomRequest request = asked.request();
        boolean fetched = request.isGet() && !request.head().has("Range") && asked.alone() && !asked.passed() && own.size() == 1 && own.get(0) == view.latest();
        int uriAnswered = lastAnsweredAt.getOrDefault(request.uri(), 0);
        boolean latest = view.latest().answeredAt == uriAnswered && view.latest().askedAt > mentionedAt.getOrDefault(request.uri(), 0);
        View said = view.latest() == view.original() ? new View(view.original(), view.original(), view.original().head) : view;
        if (fetched && latest && view.original().request.isGet() && view.original().status != 206 && view.original().end == OriginAnswer.End.WHOLE
                && CacheModel.isStorable(request, said) && CacheModel.isUseful(said)) {
            sure.put(view.original().id, said);
        }
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
