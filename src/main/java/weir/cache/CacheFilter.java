package weir.cache;

import java.util.List;
import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.Route;
import weir.exchange.Service;
import weir.exchange.Verdict;
import weir.http.BodyFraming;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.Method;
import weir.net.Protection;

/**
 * A route's cache (RFC 9111, as a shared cache). What stands right of it in the chain runs once for each stored response, in the
 * inner route by which a {@link Fetch} asks the origin; what stands left of it runs for each request.
 *
 * <pre>
 *   not for a cache -> NEXT
 *   fresh, or stale and allowed -> answered from the store (and validated in the background)
 *   nothing in memory, but perhaps on the disk -> the one recall of this key, and another look
 *   else the one fetch for this key -> stored: answered from the store while it comes
 *                                   -> not stored: its starter gets it, the others go on their own
 * </pre>
 */
public final class CacheFilter implements Filter {
    private final Cache cache;
    private final Bypass bypass;
    private final KeyRule rule;
    private final Service inner;

    /**
     * @param key what is the key of a stored response
     * @param bypass what goes past it; at most {@link BypassRule#RULES_MAX}
     * @param inner the filters right of this one, and the route's target
     */
    public CacheFilter(Cache cache, KeySettings key, List<BypassRule> bypass, Route inner) {
        this.cache = cache;
        rule = key.isUri() ? KeyRule.URI : new KeyRule(key);
        this.bypass = new Bypass(bypass, key);
        if (!rule.isUri()) {
            cache.usesRules();
        }
        this.inner = new Service(exchange -> inner, List.of());
    }

    KeyRule rule() {
        return rule;
    }

    Service inner() {
        return inner;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        LoopCache own = cache.at(exchange.loop());
        if (cache.purges().takes(exchange.request())) {
            own.count(exchange, Result.BYPASS, null);
            return cache.purges().answer(exchange) ? Verdict.SUSPENDED : Verdict.ANSWERED;
        }
        boolean forAll = isForAll(exchange);
        if (!exchange.request().method().isSafe()) {
            exchange.note(unsafe(exchange, forAll, own));
        }
        if (!forAll || !isForCaches(exchange.request())) {
            own.count(exchange, Result.BYPASS, null);
            return Verdict.NEXT;
        }
        own.look(exchange, rule);
        return answer(own, exchange, false, (Recall) null);
    }

    /** Of what went on to the origin: after an unsafe or unknown method and no error, what is stored of its target may be out of date (RFC 9111 §4.4). */
    @Override
    public void onResponse(Exchange exchange) {
        if (cache.settings().cacheStatus()) {
            CacheStatus.addForwarded(exchange.response(), exchange);
        }
        if (exchange.note() instanceof Unsafe unsafe && Invalidation.isDue(exchange.response())) {
            LoopCache own = cache.at(exchange.loop());
            boolean overtaken = cache.outdated().isSince(Outdated.hash(unsafe.target().own().path()), unsafe.target().askedNanos());
            invalidate(own, unsafe.target(), exchange.response());
            if (unsafe.asked() != null && !overtaken) {
                record(own, exchange, unsafe);
            }
        }
    }

    /**
     * An unsafe request as the client sent it.
     *
     * @param asked null when its response is not to be stored, whatever that says
     * @param askedMillis wall clock when it came
     */
    private record Unsafe(Invalidation target, Directives asked, long askedMillis) {}

    /** @param forAll nothing but its URI says for whom it is */
    private Unsafe unsafe(Exchange exchange, boolean forAll, LoopCache own) {
        Head request = exchange.request();
        boolean mayStore = forAll && rule.isUri() && request.method() == Method.POST && !request.has(FieldName.AUTHORIZATION) && !request.wantsUpgrade();
        return new Unsafe(new Invalidation(request, exchange.client().isSecure()), mayStore ? new Directives().request(request) : null, own.loop().wallMillis());
    }

    /** A response to POST can be what a GET would bring (RFC 9110 §9.3.3). One that depends on other fields of the request is not stored: filters have edited those. */
    private void record(LoopCache own, Exchange exchange, Unsafe unsafe) {
        Head response = exchange.response();
        Directives said = new Directives().response(response, cache.settings().surrogateControl());
        Freshness freshness = Freshness.of(response, said, cache.settings(), unsafe.askedMillis(), own.loop().wallMillis());
        Storing storing = Storing.decide(exchange.request(), unsafe.target(), unsafe.asked(), response, said, freshness, cache.settings());
        boolean whole = response.framing() == BodyFraming.LENGTH || response.framing() == BodyFraming.CHUNKED;
        if (storing != Storing.STORE || !whole || response.has(FieldName.VARY)) {
            return;
        }
        long length = Intake.length(response);
        long sinceNanos = System.nanoTime();
        Stored stored = Intake.stored(own, response, said, freshness, Vary.Variant.ONLY, null, length, sinceNanos);
        if (stored != null) {
            Invalidation.Target target = unsafe.target().own();
            exchange.convert(new Recording(own, unsafe.target().key(own.key(), target).frozen(), stored, Outdated.hash(target.path()), sinceNanos));
            if (length >= 0) {
                response.framing(BodyFraming.LENGTH, length);        // it is copied, and stays as long as it is
            }
        }
    }

    /** Nothing that is not in a key could change the answer. */
    private boolean isForAll(Exchange exchange) {
        return !showsCertificate(exchange) && !bypass.takes(exchange.request()) && CacheKey.isAuthorityNormal(exchange.request(), exchange.client().isSecure());
    }

    private void invalidate(LoopCache own, Invalidation unsafe, Head response) {
        invalidate(own, unsafe, unsafe.own());
        for (Invalidation.Target target : unsafe.others(response)) {
            invalidate(own, unsafe, target);
        }
    }

    private void invalidate(LoopCache own, Invalidation unsafe, Invalidation.Target target) {
        cache.outdated().add(Outdated.hash(target.path()));  // first: who asks for it from here on has what is new
        cache.invalidate(unsafe.key(own.key(), target));
    }

    @Override
    public boolean editsResponse() {
        return true;
    }

    /** What a waiter has waited for has come. @param recall what it was; null for a fetch @param alone it is nothing to share */
    void goOn(Waiter waiter, Recall recall, boolean alone) {
        Exchange exchange = waiter.exchange();
        LoopCache own = cache.at(exchange.loop());
        Verdict verdict = Verdict.NEXT;
        own.look(exchange, rule);
        if (alone) {
            own.count(exchange, Result.MISS, null);
        } else {
            verdict = answer(own, exchange, recall == null, recall);
        }
        if (verdict == Verdict.NEXT) {
            waiter.resume();
        }
    }

    /** GET and HEAD without content (RFC 9110 §9.3.1: content in a GET has no meaning that a key could hold). */
    static boolean isForCaches(Head request) {
        Method method = request.method();
        return (method == Method.GET || method == Method.HEAD) && request.framing() == BodyFraming.NONE && !request.wantsUpgrade();
    }

    /** Credentials that origins are told of and that are not part of any key (RFC 9440 §2.4). */
    static boolean showsCertificate(Exchange exchange) {
        Protection protection = exchange.client().protection();
        Head request = exchange.request();
        return protection != null && protection.peerCertificate() != null || request.has(FieldName.CLIENT_CERT)
                || request.has(FieldName.X_CLIENT_CERT_SUBJECT) || request.has(FieldName.X_CLIENT_CERT_FINGERPRINT);
    }

    /** @param waited for a fetch @param recall that has been waited for; null for none */
    private Verdict answer(LoopCache own, Exchange exchange, boolean waited, Recall recall) {
        int seen = recall == null ? 0 : recall.came();       // both before the look
        boolean ended = recall != null && recall.hasEnded();
        Stored stored = own.select(exchange.request());
        if (stored != null) {
            return answer(own, exchange, waited, stored);
        }
        if (ended) {
            own.noteVain();
        }
        Recall more = waited || ended ? null : own.recall(recall);
        if (more == null) {
            return miss(own, exchange, null, waited);
        }
        return switch (more.join(new Waiter(this, exchange, more), seen)) {
            case YES -> Verdict.SUSPENDED;
            case LOOK -> answer(own, exchange, false, more);
            case FULL -> miss(own, exchange, null, false);
        };
    }

    /** @param stored a reference to it is given up here */
    private Verdict answer(LoopCache own, Exchange exchange, boolean waited, Stored stored) {
        return switch (stored.freshness().use(own.asked(), own.loop().wallMillis())) {
            case FRESH -> own.serve(exchange, stored, waited ? Result.COALESCED : Result.HIT, null);
            case STALE -> own.serve(exchange, stored, Result.STALE, null);
            case STALE_WHILE_REVALIDATE -> {
                if (exchange.request().method() == Method.GET) {
                    revalidate(own, exchange, stored);       // what answers a HEAD is no whole response, and cannot stand for one
                }
                yield own.serve(exchange, stored, Result.STALE, null);
            }
            case VALIDATE -> miss(own, exchange, stored, waited);
        };
    }

    /** In the background, unless somebody does already. */
    private void revalidate(LoopCache own, Exchange exchange, Stored stored) {
        Probe key = own.key().frozen();
        Fetch fetch = new Fetch(own, this, key, exchange, null, null, stored.status() == 206, false);
        if (cache.fetches().putIfAbsent(fetch.shared(), fetch) == null) {
            boolean held = stored.retain();                  // as this exchange holds it
            assert held;
            fetch.start(exchange, stored);
        }
    }

    /** @param stale needs validation; a reference to it is given up here; null for none */
    private Verdict miss(LoopCache own, Exchange exchange, Stored stale, boolean waited) {
        Head request = exchange.request();
        if (own.onlyIfCached()) {                            // RFC 9111 §5.2.1.7
            release(stale);
            own.count(exchange, Result.MISS, null);
            exchange.answer(504, "only-if-cached");
            return Verdict.ANSWERED;
        }
        boolean head = request.method() == Method.HEAD;
        boolean asksRange = !head && request.has(FieldName.RANGE);
        boolean odd = asksRange && stale == null && (request.has(FieldName.IF_RANGE) || !own.isRangeReadable(request));      // what is not in a key must not reach what is stored
        boolean fetches = !own.key().isTooLong() && !waited && !odd && (stale != null || !head && !own.passes().has(own.key(), own.loop().nowNanos()));
        if (!fetches) {
            release(stale);
            own.count(exchange, Result.MISS, null);
            return Verdict.NEXT;
        }
        Probe key = own.key().frozen();
        Assembly assembly = stale != null ? null : Assembly.of(own, request, cache.store().objectBytesMax());
        if (assembly != null && !assembly.hasGap()) {
            if (assembly.newest().freshness().use(own.asked(), own.loop().wallMillis()) == Freshness.Use.FRESH) {
                return combine(own, exchange, key, assembly);
            }
            assembly.close();                                // parts that are stale: the whole is fetched, and stored
            assembly = null;
        }
        Waiter waiter = new Waiter(this, exchange, null);
        boolean alone = head || request.has(FieldName.AUTHORIZATION);         // with credentials: likely it is for them alone
        boolean ranged = asksRange && (stale == null ? !own.wholes().has(key, own.loop().nowNanos()) : stale.status() == 206);
        Fetch fetch = new Fetch(own, this, key, exchange, waiter, assembly, ranged, alone);
        Fetch running = cache.fetches().putIfAbsent(fetch.shared(), fetch);
        if (running == null) {
            return fetch.start(exchange, stale) ? Verdict.SUSPENDED : Verdict.NEXT;
        }
        release(stale);
        fetch.release();
        if (running.join(waiter)) {
            return Verdict.SUSPENDED;
        }
        return answer(own, exchange, true, (Recall) null);   // it was decided in this moment
    }

    /** Fresh parts make up all that is asked for: nobody has to be asked. */
    private Verdict combine(LoopCache own, Exchange exchange, Probe key, Assembly assembly) {
        Stored made = Combining.start(own, key, assembly);
        if (made != null) {
            return own.serve(exchange, made, Result.HIT, null);
        }
        own.count(exchange, Result.MISS, null);
        return Verdict.NEXT;
    }

    private static void release(Stored stored) {
        if (stored != null) {
            stored.release();
        }
    }
}
