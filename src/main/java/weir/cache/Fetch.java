package weir.cache;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import weir.exchange.Content;
import weir.exchange.Exchange;
import weir.exchange.Verdict;
import weir.http.BodyFraming;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.Method;
import weir.net.Deferred;

/**
 * Asks the origin for a response that may be stored: the client of an exchange of its own, on the loop of the exchange that
 * started it, the lead. Exchanges that want the same meanwhile wait, on any loop, until the response's head says what comes of it.
 *
 * <pre>
 *   ASKING -storable-> STORING     who waits, and who comes later, reads it from the store while it arrives
 *   ASKING -304, or a stale one may stand for an error-> DROPPING   the stored response answers
 *   ASKING -else-> RELAYING        the lead gets it; the others go to the origin on their own
 *   any -end, broken-> ENDED
 * </pre>
 */
final class Fetch extends InnerClient implements Content, Deferred, Filling.Source {
    /** The most exchanges that wait for one fetch; others go to the origin on their own. */
    static final int WAITERS_MAX = 10_000;

    private static final int DROPPED_BYTES_MAX = 64 << 10;
    private static final int RANGE_LENGTH_MAX = 200;
    private static final AtomicLong SERIAL = new AtomicLong();

    private enum State { ASKING, STORING, RELAYING, DROPPING, ENDED }

    private final LoopCache own;
    private final Probe key;
    private final KeyRule rule;
    private final Waiter lead;
    private final Probe shared;
    private final boolean isFoundByKey;
    private final boolean ranged;                            // for what the request's Range asks for
    private final Assembly assembly;                         // of which the origin is asked for what is missing; null for none
    private final Head request = new Head();                 // the inner exchange's, which its filters edit
    private final Head original = new Head();                // the lead's as others' will be: what they are compared with
    private final Directives asked = new Directives();
    private final Exchange inner;

    private final List<Waiter> waiters = new ArrayList<>(0); // under the lock of this
    private boolean decided;                                 // the same

    private State state = State.ASKING;
    private Stored validated;
    private Filling filling;                                 // of what is stored; null before
    private boolean aborting;
    private boolean blocked;                                 // the lead took less than it was offered
    private boolean ended;                                   // the inner exchange is not told yet
    private volatile boolean outdated;
    private long dropped;
    private long requestMillis;
    private long requestNanos;

    /**
     * @param key frozen
     * @param from whose request and connection it is made of
     * @param lead null for a fetch in the background
     * @param assembly of what is asked for, which lacks something; null for none; its own from here on
     * @param ranged for what the request's Range asks for, and not for the whole
     * @param alone nobody can join: it is likely to be for one user
     */
    Fetch(LoopCache own, CacheFilter filter, Probe key, Exchange from, Waiter lead, Assembly assembly, boolean ranged, boolean alone) {
        super(own.loop(), from.client());
        this.own = own;
        this.key = key;
        this.assembly = assembly;
        this.ranged = ranged;
        String range = ranged ? from.request().value(FieldName.RANGE) : "";
        isFoundByKey = !alone && !ranged;
        shared = isFoundByKey ? key : key.with(alone || range.length() > RANGE_LENGTH_MAX ? "alone " + SERIAL.incrementAndGet() : range);
        rule = filter.rule();
        this.lead = lead;
        inner = new Exchange(this, filter::inner);
    }

    /**
     * Asks after the event at hand.
     *
     * @param from its request is copied
     * @param validate asked about by its validators; a reference to it is this fetch's from here on; null for none
     * @return false at the pool's bound: nothing will come of it
     */
    boolean start(Exchange from, Stored validate) {
        validated = validate;
        if (!original.copyOf(from.request(), loop.pool()) || !request.copyOf(original, loop.pool()) || !prepare()) {
            decide(true);
            end();
            return false;
        }
        asked.request(original);
        loop.defer(this);
        return true;
    }

    private boolean prepare() {
        if (assembly != null) {
            return Conditional.prepare(request, assembly);
        }
        return Conditional.prepare(request, validated, ranged);
    }

    /** Another one does the same: nothing has begun. */
    void release() {
        if (assembly != null) {
            assembly.close();
        }
    }

    /** Under which it is found by those who want the same, frozen: its key, with more where it is not all of what is stored under that. */
    Probe shared() {
        return shared;
    }

    Probe key() {
        return key;
    }

    /** Takes up somebody who wants the same. Any thread. @return false when it is decided already, or enough wait */
    boolean join(Waiter waiter) {
        synchronized (this) {
            if (decided || waiters.size() == WAITERS_MAX) {
                return false;
            }
            waiters.add(waiter);
        }
        waiter.waits();
        return true;
    }

    /** What the origin answers may be older than what has been changed there since. Any thread. */
    void outdate() {
        outdated = true;
    }

    /** Who invalidates finds a fetch by its key; one that is shared by more, or by nobody, looks whether somebody has. */
    private boolean isOutdated() {
        return outdated || !isFoundByKey && own.cache().outdated().isSince(Outdated.hash(original), requestNanos);
    }

    private void decide(boolean alone) {
        own.cache().fetches().remove(shared, this);
        synchronized (this) {
            decided = true;
        }
        for (Waiter waiter : waiters) {                      // no one is added any more
            waiter.tell(alone);
        }
    }

    @Override
    public void runDeferred() {
        if (state == State.ASKING && requestMillis == 0) {
            requestMillis = loop.wallMillis();
            requestNanos = loop.nowNanos();
            inner.onRequest(request);
        } else if (ended) {
            ended = false;
            inner.onResponseSent();
            end();
        } else if (aborting && state != State.ENDED) {
            state = State.ENDED;
            inner.onClientGone("cache: nobody wants it");
            giveUp();
        }
    }

    // ---- the response's head

    @Override
    public void sendInterim(Head head) {
        if (hasLead()) {
            lead.exchange().client().sendInterim(head);
        }
    }

    private boolean hasLead() {
        return lead != null && lead.isThere();
    }

    @Override
    public void sendHead(Head head, boolean last) {
        int status = head.status();
        if (validated != null && status == 304 && isOutdated()) {
            goAlone();
        } else if (original.method() == Method.HEAD && status != 304) {
            headOnly(head);
        } else if (assembly != null && (status == 206 || status == 416 || status == 304)) {
            complete(head);
        } else if (validated != null && status == 304) {
            confirmed(head);
        } else if (validated != null && isError(status) && validated.freshness().mayServeOnError(asked, loop.wallMillis())) {
            state = State.DROPPING;
            standIn(Result.STALE);
        } else {
            Directives said = said(head);
            Freshness freshness = Freshness.of(head, said, own.cache().settings(), requestMillis, loop.wallMillis());
            Storing storing = Storing.decide(original, asked, head, said, freshness, own.cache().settings());
            if (ranged && assembly == null && status != 206) {
                ignoresRange(head);
            } else if (isOutdated()) {
                relay(head, Storing.OUTDATED);
            } else if (storing != Storing.STORE) {
                relay(head, storing);
            } else if (!store(head, said, freshness, null)) {
                relay(head, Storing.TOO_LARGE);
            }
        }
    }

    /** An answer to no range may depend on the Range that a client wrote all the same, and is not for others. The next one is asked for the whole. */
    private void ignoresRange(Head head) {
        if (head.status() == 200) {
            own.wholes().add(key, loop.nowNanos());
        }
        relay(head, Storing.PARTIAL);
    }

    /** What a HEAD says of the stored response that it has to do with: it is still so, or no more (RFC 9111 §4.3.5). */
    private void headOnly(Head head) {
        if (head.status() == 200 && validated.status() == 200) {
            Head merged = new Head();
            validated.readHead(merged);
            if (Update.isContradicted(merged, validated.bodyBytes(), head)) {
                own.cache().drop(key, validated);
            } else if (!isOutdated() && merged.keep(loop.pool()) && Update.merge(merged, head, saidOfUpdate(merged, head), loop.pool())) {
                refresh(merged);
            }
            merged.close();
        }
        pass(head, Storing.METHOD);
    }

    /** The origin has said what the stored parts lack, or that they are of no more use: then all ask it for the whole. */
    private void complete(Head head) {
        Part gap = Part.of(head, loop.wallMillis());
        Head merged = new Head();
        assembly.newest().readHead(merged);
        boolean allowed = !Storing.isForbidden(original, head, said(head), own.cache().settings());      // by its own fields, not by those of the parts
        boolean done = allowed && assembly.isFilledBy(gap) && !isOutdated() && merged.keep(loop.pool())
                && Update.merge(merged, head, saidOfUpdate(merged, head), loop.pool()) && Combining.reframe(merged, assembly.part());
        if (done) {
            Directives all = said(merged);
            Freshness freshness = Freshness.of(merged, all, own.cache().settings(), requestMillis, loop.wallMillis());
            done = Storing.decide(original, asked, merged, all, freshness, own.cache().settings()) == Storing.STORE && store(merged, all, freshness, assembly);
        }
        merged.close();
        if (!done) {
            assembly.parts().forEach(own.cache().store()::remove);
            goAlone();
        }
    }

    private Directives said(Head head) {
        return new Directives().response(head, own.cache().settings().surrogateControl());
    }

    /** What holds for what comes with an update: of a targeted field that is stored, where none comes (RFC 9213 §2.2), else of what comes. */
    private Directives saidOfUpdate(Head merged, Head confirming) {
        Directives came = said(confirming);
        Directives stored = came.isTargeted() ? came : said(merged);
        return stored.isTargeted() ? stored : came;
    }

    /** RFC 5861 §4. */
    private static boolean isError(int status) {
        return status == 500 || status == 502 || status == 503 || status == 504;
    }

    /** @param with parts that go with what comes; null for none */
    private boolean store(Head head, Directives said, Freshness freshness, Assembly with) {
        Part part = Part.of(head, loop.wallMillis());
        long length = with != null ? with.bytes() : part != null ? part.range().length() : Intake.length(head);
        Stored stored = Intake.stored(own, head, said, freshness, variant(head, part), part, length, requestNanos);
        if (stored == null) {
            return false;
        }
        own.cache().note(key, stored);
        boolean findable = own.put(key, stored);
        if (with != null && !findable) {                     // no window: what comes first is not the origin's
            stored.body().release();
            stored.release();
            return false;
        }
        filling = new Filling(own, key, stored, with, with != null ? with.gapEnd() : part != null ? length : -1, this);
        state = State.STORING;
        if (validated != null && !validated.variant().sameAs(stored.variant())) {
            own.cache().drop(key, validated);                // else it could go on being the most recent one for this request
        }
        if (isOutdated()) {
            own.cache().drop(key, stored);                   // since it was looked at above; those who have begun read on
        }
        answerLead(stored, head, length, with != null);
        if (!findable) {
            filling.toWindow();                              // after its first reader has begun: nobody joins a window
        }
        decide(false);
        filling.start();
        return true;
    }

    /** The lead gets the head as it came, unless it is not of what is stored, or was not asked for: then that says what goes out. */
    private void answerLead(Stored stored, Head head, long length, boolean merged) {
        if (!hasLead()) {
            return;
        }
        Exchange exchange = lead.exchange();
        Serving serving = null;
        boolean found = stored.retain();
        assert found;
        if (merged || Conditional.isConditional(exchange.request())) {
            answer(stored, Result.MISS);
            return;
        }
        if (length != 0) {
            serving = own.serving();
            boolean begun = serving.begin(exchange, stored, 0, -1);
            assert begun : "the first reader";
            if (length < 0) {
                head.framing(BodyFraming.CHUNKED, 0);
            }
        } else {
            stored.release();
        }
        if (own.cache().settings().cacheStatus()) {
            CacheStatus.add(head, Storing.STORE);
        }
        own.count(exchange, Result.MISS, inner);
        exchange.answer(head, serving, "ok");
    }

    /** The stored response is good for longer (RFC 9111 §4.3.4). */
    private void confirmed(Head head) {
        state = State.DROPPING;
        Head merged = new Head();
        validated.readHead(merged);
        if (!Update.isAbout(merged, head)) {                 // a 304 for another representation: what is stored is out of date
            own.cache().drop(key, validated);
            goAlone();
            return;
        }
        if (merged.keep(loop.pool()) && Update.merge(merged, head, saidOfUpdate(merged, head), loop.pool())) {
            refresh(merged);                                 // without memory to note that, the next one asks again
        }
        merged.close();
        standIn(Result.REVALIDATED);
    }

    /** Nothing came of it that anybody can have: all ask the origin themselves. */
    private void goAlone() {
        state = State.DROPPING;
        decide(true);
        if (hasLead()) {
            own.count(lead.exchange(), Result.MISS, null);
            lead.resume();
        }
    }

    /**
     * Which requests select a response. One that depends on a field that is made on the way to the origin, as of the client's address or
     * certificate, nobody can select: what a client sends says nothing of it.
     *
     * @param part null for the whole; a 206 that is none that is understood is for requests with an equal Range only
     * @return null when it is not to be stored
     */
    private Vary.Variant variant(Head response, Part part) {
        String range = response.status() == 206 && part == null ? "range" : null;
        Vary.Variant variant = own.vary().variant(response, original, range);
        Vary.Variant sent = variant == null ? null : own.vary().variant(response, request, range);
        return sent != null && sent.sameAs(variant) ? variant : null;
    }

    /** Puts the response with its new head in the place of the old one. */
    private void refresh(Head merged) {
        Directives said = said(merged);
        Freshness freshness = Freshness.of(merged, said, own.cache().settings(), requestMillis, loop.wallMillis());
        Vary.Variant variant = variant(merged, validated.part());
        Intake.leaveOut(merged, said);                              // which may name more than it did
        Intake.date(merged, loop);
        boolean stays = !isOutdated() && variant != null && validated.isSound() && Storing.decide(original, asked, merged, said, freshness, own.cache().settings()) == Storing.STORE;
        boolean held = validated.body().retain();
        assert held;
        Stored updated = Stored.of(own.cache().store(), merged, validated.body(), validated.bodyBytes(),
                variant == null ? validated.variant() : variant, validated.part(), freshness, requestNanos);
        if (updated == null) {
            return;
        }
        if (stays) {
            own.cache().note(key, updated);
            own.cache().store().put(key, updated, validated);
            own.cache().keepAgain(key, updated, validated);
        } else {
            own.cache().drop(key, validated);
        }
        validated.release();
        validated = updated;
    }

    private void standIn(Result how) {
        if (hasLead()) {
            boolean found = validated.retain();
            assert found;
            answer(validated, how);
        }
        decide(false);
    }

    /** The lead gets a stored response; where that cannot be, it asks the origin itself. @param from a reference to it is given up here */
    private void answer(Stored from, Result how) {
        own.look(lead.exchange(), rule);
        if (own.serve(lead.exchange(), from, how, inner) == Verdict.NEXT) {
            own.count(lead.exchange(), Result.MISS, null);
            lead.resume();
        }
    }

    /** The lead gets it, and nobody else. */
    private void relay(Head head, Storing why) {
        if (head.status() < 500 && validated != null) {
            own.cache().drop(key, validated);                // the origin has another response now
        }
        if (why.isOfTheResponse()) {
            own.passes().add(key, loop.nowNanos());
        }
        pass(head, why);
    }

    private void pass(Head head, Storing why) {
        decide(true);
        if (!hasLead()) {
            state = State.DROPPING;
            return;
        }
        own.count(lead.exchange(), Result.MISS, inner);
        if (head.keep(loop.pool())) {
            if (own.cache().settings().cacheStatus()) {
                CacheStatus.add(head, why);
            }
            boolean bare = head.framing() == BodyFraming.NONE;
            state = bare ? State.DROPPING : State.RELAYING;  // without content the lead is done, and may be at its next request
            lead.exchange().answer(head, bare ? null : this, inner.end());
        } else {
            lead.exchange().answer(503, "memory");
        }
    }

    @Override
    public void sendBare(int status) {
        state = State.ENDED;
        decide(true);
        if (hasLead()) {
            own.count(lead.exchange(), Result.MISS, inner);
            lead.exchange().answer(status, "memory");
        }
        endLater();
    }

    // ---- its content

    @Override
    public int write(ByteBuffer content, int from, int to) {
        int taken = switch (state) {
            case STORING -> filling.write(content, from, to);
            case RELAYING -> relay(content, from, to);
            default -> drop(to - from);
        };
        passedOn(taken);
        return taken;
    }

    private int relay(ByteBuffer content, int from, int to) {
        int taken = lead.exchange().write(content, from, to);
        blocked = taken < to - from;
        return taken;
    }

    private int drop(int bytes) {
        dropped += bytes;
        if (dropped > DROPPED_BYTES_MAX) {
            abortLater();
        }
        return bytes;
    }

    @Override
    public void onRoom() {
        if (state == State.STORING) {
            inner.onClientDrained();
        }
    }

    @Override
    public void onUseless() {
        abortLater();
    }

    @Override
    public void end(Head trailers) {
        if (state == State.STORING) {
            filling.end();
            return;
        }
        if (state == State.RELAYING) {
            state = State.ENDED;
            lead.exchange().contentEnd(trailers);
        }
        endLater();
    }

    @Override
    public void onFilled() {
        endLater();
    }

    private void endLater() {
        state = State.ENDED;
        ended = true;
        loop.defer(this);
    }

    @Override
    public void abort() {
        State before = state;
        state = State.ENDED;
        if (before == State.RELAYING) {
            lead.exchange().contentBroken(inner.end());
        }
        if (before == State.STORING) {
            filling.fail(inner.end());
        }
        giveUp();
    }

    private void abortLater() {
        if (!aborting) {
            aborting = true;
            loop.defer(this);
        }
    }

    /** The inner exchange is over, by its own will or ours. */
    private void giveUp() {
        synchronized (this) {
            if (decided) {
                end();
                return;
            }
        }
        decide(true);
        if (hasLead()) {
            lead.resume();
        }
        end();
    }

    private void end() {
        state = State.ENDED;
        request.close();
        original.close();
        if (validated != null) {
            validated.release();
            validated = null;
        }
        if (filling != null) {
            filling.close();
            filling = null;
        }
        if (assembly != null) {
            assembly.close();
        }
    }

    // ---- the lead reads what is relayed

    @Override
    public void pull(Exchange exchange) {
        if (blocked) {
            blocked = false;
            inner.onClientDrained();
        }
    }

    /** The lead is gone, or has it all. */
    @Override
    public void close() {
        if (state == State.RELAYING) {
            state = State.DROPPING;
            abortLater();
        }
    }
}
