package weir.cache;

import java.nio.charset.StandardCharsets;
import weir.cache.Directives.Name;
import weir.exchange.Content;
import weir.exchange.Exchange;
import weir.exchange.Verdict;
import weir.http.BodyFraming;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.Method;
import weir.http.Status;
import weir.net.EventLoop;
import weir.observe.Counter;

/** What a cache has for one loop: the key at hand, the request's directives, and what answers from stored responses use again. */
final class LoopCache {
    private static final int SERVINGS_FREE_MAX = 256;
    private static final byte[] NOT_MODIFIED = Status.reason(304).getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PARTIAL_CONTENT = Status.reason(206).getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOT_SATISFIABLE = Status.reason(416).getBytes(StandardCharsets.US_ASCII);

    private final Cache cache;
    private final EventLoop loop;
    private final Counter[] results;
    private final Probe key = new Probe();
    private final Parameters parameters = new Parameters();
    private boolean ruled;               // the key is more or less than the URI
    private final Directives asked = new Directives();
    private final Vary vary = new Vary();
    private final ByteRange range = new ByteRange();
    private final Passes passes = new Passes();
    private final Views views = new Views();
    private final Passes wholes = new Passes();              // keys whose origin answers Range with the whole
    private final Passes recalled = new Passes();            // keys of which the disk had nothing that was selected
    private final Head head = new Head();
    private long from;                   // of the content that goes out
    private long to;
    private Multipart multipart;         // in place of these
    private Serving free;
    private int freeCount;

    LoopCache(Cache cache, EventLoop loop, Counter[] results) {
        this.cache = cache;
        this.loop = loop;
        this.results = results;
    }

    Cache cache() {
        return cache;
    }

    EventLoop loop() {
        return loop;
    }

    Probe key() {
        return key;
    }

    Directives asked() {
        return asked;
    }

    Passes passes() {
        return passes;
    }

    Passes wholes() {
        return wholes;
    }

    /** Whether a request's Range can be told apart from others by what it asks for: bytes, in sound ranges. */
    boolean isRangeReadable(Head request) {
        return range.read(request, Long.MAX_VALUE / 40) != ByteRange.Kind.WHOLE;
    }

    /** Makes key and directives those of a request. */
    void look(Exchange exchange, KeyRule rule) {
        rule.put(key, exchange.request(), exchange.client().isSecure(), parameters);
        ruled = !rule.isUri();
        asked.request(exchange.request());
    }

    /**
     * Returns the stored response that is selected by the request (RFC 9111 §4.1), the most recent one by Date when there are several
     * (§4), with a reference for the caller; null when there is none.
     */
    Stored select(Head request) {
        boolean ranged = request.method() == Method.GET && request.has(FieldName.RANGE);
        Stored whole = select(request, false);
        return whole != null || !ranged ? whole : select(request, true);
    }

    /** @param parts such as have all that the request's Range asks for, in place of whole responses */
    private Stored select(Head request, boolean parts) {
        Stored selected = null;
        for (Resident each : cache.store().find(key)) {
            Stored stored = (Stored) each;
            boolean newer = selected == null || stored.freshness().dateSeconds() > selected.freshness().dateSeconds();
            boolean fits = newer && (stored.part() == null ? !parts : parts && isCovered(request, stored.part()));
            if (fits && isSelected(stored, request) && stored.retain()) {
                if (selected != null) {
                    selected.release();
                }
                selected = stored;
            }
        }
        return selected;
    }

    private boolean isCovered(Head request, Part part) {
        return range.read(request, part.complete()) == ByteRange.Kind.ONE && part.covers(range.first(0), range.last(0));
    }

    /** Whether a request under the key at hand selects it, apart from what its Range asks for (which is none but for GET: RFC 9110 §14.2). */
    boolean isSelected(Stored stored, Head request) {
        return stored.isSound() && !(ruled && cache.outdated().isSince(Outdated.hash(request), stored.askedNanos()))
                && (stored.status() != 206 || request.method() == Method.GET)
                && (!request.has(FieldName.AUTHORIZATION) || stored.freshness().allowsAuthorized())
                && vary.matches(stored.variant(), request);
    }

    /** A stored response is there as a whole: if it is a part, it may go together with others. @param under frozen */
    void combine(Probe under, Stored stored) {
        if (stored.part() == null || stored.part().validator() == null || !cache.store().holds(stored)) {
            return;
        }
        Assembly assembly = Assembly.around(stored, cache.store().find(under), cache.store().objectBytesMax());
        Stored made = assembly == null ? null : Combining.start(this, under, assembly);
        if (made != null) {
            made.release();
        }
    }

    /**
     * Makes a stored response findable, in place of those that are of no more use beside it.
     *
     * @param under frozen
     * @return false when there is no room
     */
    boolean put(Probe under, Stored fresh) {
        Stored replaced = null;
        for (Resident each : cache.store().find(under)) {
            replaced = replaced == null && fresh.replaces((Stored) each) ? (Stored) each : replaced;
        }
        boolean findable = cache.store().put(under, fresh, replaced);
        for (Resident each : cache.store().find(under)) {
            if (fresh.replaces((Stored) each)) {
                cache.store().remove(each);
            }
        }
        return findable;
    }

    Vary vary() {
        return vary;
    }

    /**
     * Has the disk asked for what is not in memory.
     *
     * @param before what has been waited for, which may bring more; null for none
     * @return null when there is nothing to wait for
     */
    Recall recall(Recall before) {
        CacheDisk disk = cache.disk();
        return before != null ? before : disk == null || recalled.has(key, loop.nowNanos()) ? null : disk.recall(key);
    }

    /** The disk has been asked in vain, and is not asked again by every request that selects something else. */
    void noteVain() {
        recalled.add(key, loop.nowNanos());
    }

    void count(Exchange exchange, Result how, Exchange inner) {
        results[how.ordinal()].increment(loop.index());
        exchange.source(how.text(), inner);
    }

    /**
     * Answers from a stored response.
     *
     * @param stored a reference to it is given up here
     * @param inner what has asked the origin, or null
     * @return NEXT when that cannot be done: nothing has been sent
     */
    Verdict serve(Exchange exchange, Stored stored, Result how, Exchange inner) {
        stored.readHead(head);
        if (!head.keep(loop.pool()) || !head.add(FieldName.AGE, stored.freshness().currentAgeSeconds(loop.wallMillis()))) {
            head.close();
            stored.release();
            return Verdict.NEXT;
        }
        if (cache.settings().cacheStatus()) {
            CacheStatus.add(head, how, stored.freshness().ttlSeconds(loop.wallMillis()));
        }
        stored.frame(head);
        from = 0;
        to = -1;
        multipart = null;
        if (!evaluate(exchange.request(), stored, inner)) {
            head.close();
            stored.release();
            return Verdict.NEXT;
        }
        CacheDisk disk = cache.disk();
        if (disk != null) {
            disk.used(key, stored, loop.nowNanos());
        }
        Content content = multipart;
        if (multipart != null) {
            multipart = null;
        } else if (head.framing() == BodyFraming.NONE || from == to || stored.bodyBytes() == 0) {
            stored.release();
        } else {
            Serving serving = serving();
            if (!serving.begin(exchange, stored, from, to)) {
                head.close();
                return Verdict.NEXT;
            }
            content = serving;
        }
        cache.store().hit(stored);
        count(exchange, how, inner);
        exchange.answer(head, content, "ok");
        head.close();
        return Verdict.ANSWERED;
    }

    /** What method, preconditions and Range make of the head, and of which bytes go out. @return false at the pool's bound, or when a part is not enough */
    private boolean evaluate(Head request, Stored stored, Exchange inner) {
        if (Conditional.isConditional(request)) {
            if ((stored.status() == 200 || stored.status() == 206) && Preconditions.isNotModified(request, head, loop.wallMillis())) {
                return notModified();
            }
            if (stored.part() != null) {
                return narrow(request, stored.part(), inner != null);
            }
            if (stored.status() == 200 && request.method() == Method.GET && request.has(FieldName.RANGE) && stored.bodyBytes() >= 0
                    && Preconditions.isRangeWanted(request, head, loop.wallMillis()) && !narrow(request, stored)) {
                return false;
            }
        }
        if (request.method() == Method.HEAD) {
            head.framing(BodyFraming.NONE, stored.bodyBytes());
        }
        return true;
    }

    /** RFC 9110 §15.4.5: what is not needed to bring what the client has up to date stays away. */
    private boolean notModified() {
        head.framing(BodyFraming.NONE, -1);
        head.removeAll(FieldName.CONTENT_TYPE);
        head.removeAll(FieldName.CONTENT_ENCODING);
        if (head.has(FieldName.ETAG)) {
            head.removeAll(FieldName.LAST_MODIFIED);
        }
        return status(304, NOT_MODIFIED);
    }

    /** @param asked the part is the answer to this very request: where it has not all of it, that is what the origin gives */
    private boolean narrow(Head request, Part part, boolean asked) {
        if (!asked && !Preconditions.isRangeWanted(request, head, loop.wallMillis())) {
            return false;
        }
        if (!isCovered(request, part)) {
            return asked;
        }
        from = range.first(0) - part.first();
        to = from + range.length(0);
        head.removeAll(FieldName.CONTENT_RANGE);
        head.framing(BodyFraming.LENGTH, range.length(0));
        return ContentRange.add(head, range.first(0), range.last(0), part.complete());
    }

    private boolean narrow(Head request, Stored stored) {
        long bytes = stored.bodyBytes();
        switch (range.read(request, bytes)) {
            case ONE -> {
                from = range.first(0);
                to = range.last(0) + 1;
                head.framing(BodyFraming.LENGTH, range.length(0));
                return status(206, PARTIAL_CONTENT) && ContentRange.add(head, from, to - 1, bytes);
            }
            case SEVERAL -> {
                if (stored.body().isComplete() && !stored.body().isWindow()) {      // else they may go by before it is their turn
                    return several(stored);
                }
            }
            case UNSATISFIABLE -> {
                to = from;
                head.framing(BodyFraming.LENGTH, 0);
                return status(416, NOT_SATISFIABLE) && ContentRange.addUnsatisfied(head, bytes);
            }
            case WHOLE -> { }
        }
        return true;
    }

    private boolean several(Stored stored) {
        Multipart parts = new Multipart(stored, views, range, head.value(FieldName.CONTENT_TYPE));
        if (parts.bytes() >= stored.bodyBytes()) {
            return true;                                     // the whole is shorter (RFC 9110 §14.2: MAY ignore)
        }
        head.removeAll(FieldName.CONTENT_TYPE);
        head.framing(BodyFraming.LENGTH, parts.bytes());
        if (!status(206, PARTIAL_CONTENT) || !head.add(FieldName.CONTENT_TYPE, parts.type())) {
            return false;
        }
        multipart = parts;
        return true;
    }

    private boolean status(int status, byte[] reason) {
        int at = head.append(reason);
        head.statusLine(status, at, at + reason.length, 1);
        return at >= 0;
    }

    /** Content for an exchange, see {@link Serving#begin}. */
    Serving serving() {
        Serving taken = free;
        if (taken == null) {
            return new Serving(this, loop);
        }
        free = taken.nextFree;
        taken.nextFree = null;
        freeCount--;
        return taken;
    }

    void giveBack(Serving serving) {
        if (freeCount < SERVINGS_FREE_MAX) {
            serving.nextFree = free;
            free = serving;
            freeCount++;
        }
    }

    Views views() {
        return views;
    }

    boolean onlyIfCached() {
        return asked.has(Name.ONLY_IF_CACHED);
    }
}
