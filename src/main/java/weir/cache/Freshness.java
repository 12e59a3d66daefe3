package weir.cache;

import weir.cache.Directives.Name;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.HttpDate;

/**
 * How long a stored response may be used (RFC 9111 §4.2) and when a stale one may (§4.2.4, RFC 5861). All that a hit has to
 * know about time, so that the fields are read once, when the response is stored or freshened. Immutable; any thread.
 *
 * @param lifetimeSeconds freshness lifetime (§4.2.1), 0..{@link Directives#SECONDS_MAX}
 * @param explicit whether the response or a rule gave it, in contrast to a heuristic (§4.2.2)
 * @param initialAgeMillis corrected initial age (§4.2.3)
 * @param responseTimeMillis wall clock when the response came
 * @param dateSeconds what Date says, else the second in which it came: of several responses the most recent one answers (§4)
 * @param noCache never to be used without validation (§5.2.2.4)
 * @param mustRevalidate never to be used stale, not even when the origin fails: must-revalidate, proxy-revalidate or s-maxage
 * @param immutable a request need not ask for validation while it is fresh (RFC 8246 §2)
 * @param allowsAuthorized may answer a request with Authorization (§3.5)
 * @param staleWhileRevalidateSeconds how long after that it may be used while it is being validated (RFC 5861 §3); 0: not
 * @param staleIfErrorSeconds how long after that it may be used instead of an error (RFC 5861 §4); 0: not
 */
record Freshness(long lifetimeSeconds, boolean explicit, long initialAgeMillis, long responseTimeMillis, long dateSeconds,
        boolean noCache, boolean mustRevalidate, boolean immutable, boolean allowsAuthorized, long staleWhileRevalidateSeconds,
        long staleIfErrorSeconds) {

    /** What a stored response is good for, for one request at one time. */
    enum Use {
        /** Fresh enough: an answer. */
        FRESH,
        /** Stale, and the request takes it so (max-stale, §5.2.1.2). */
        STALE,
        /** Stale, an answer, and to be validated meanwhile (RFC 5861 §3). */
        STALE_WHILE_REVALIDATE,
        /** The origin has to be asked first (§4.3). */
        VALIDATE
    }

    private static final long MAX = Directives.SECONDS_MAX;
    private static final long NONE = -1;
    private static final int HEURISTIC_PERCENT = 10;         // §4.2.2 calls this typical
    private static final long HEURISTIC_SECONDS_MAX = 86_400;

    /**
     * @param response as it came from the origin, or the stored one after a 304 was merged into it
     * @param said its directives, from Cache-Control or from a targeted field
     */
    static Freshness of(Head response, Directives said, CacheSettings settings, long requestTimeMillis, long responseTimeMillis) {
        long date = date(response, FieldName.DATE, responseTimeMillis);
        long dateSeconds = date == HttpDate.INVALID ? Math.floorDiv(responseTimeMillis, 1000L) : date;
        long explicit = explicitLifetime(response, said, dateSeconds, responseTimeMillis);
        if (explicit >= 0) {
            explicit = Math.max(explicit, isReadable(said, response) ? settings.minTtlSeconds() : 0);
        }
        long heuristic = explicit < 0 ? heuristicLifetime(response, said, settings, dateSeconds, responseTimeMillis) : NONE;
        long lifetime = Math.min(Math.max(0, Math.max(explicit, heuristic)), settings.maxTtlSeconds());
        boolean mustRevalidate = said.has(Name.MUST_REVALIDATE) || said.has(Name.PROXY_REVALIDATE) || said.has(Name.S_MAXAGE);
        return new Freshness(lifetime, explicit >= 0, initialAgeMillis(response, date, requestTimeMillis, responseTimeMillis),
                responseTimeMillis, dateSeconds, said.has(Name.NO_CACHE), mustRevalidate, said.has(Name.IMMUTABLE), said.allowsAuthorized(),
                Math.max(0, said.seconds(Name.STALE_WHILE_REVALIDATE)), Math.max(0, said.seconds(Name.STALE_IF_ERROR)));
    }

    /** §4.2.1: s-maxage, else max-age, else Expires minus Date; -1 for none of them. */
    private static long explicitLifetime(Head response, Directives said, long dateSeconds, long nowMillis) {
        if (said.has(Name.S_MAXAGE)) {
            return said.seconds(Name.S_MAXAGE);
        }
        if (said.has(Name.MAX_AGE)) {
            return said.seconds(Name.MAX_AGE);
        }
        if (said.isTargeted() || !response.has(FieldName.EXPIRES)) {         // RFC 9213 §2.2: Expires is not looked at
            return NONE;
        }
        long expires = date(response, FieldName.EXPIRES, nowMillis);
        return expires == HttpDate.INVALID ? 0 : Math.min(Math.max(0, expires - dateSeconds), MAX);
    }

    /** min-ttl raises what an origin says and not what nobody can read: that is stale (§4.2.1, §5.3). */
    private static boolean isReadable(Directives said, Head response) {
        return said.has(Name.S_MAXAGE) ? !said.isUnclear(Name.S_MAXAGE) : said.has(Name.MAX_AGE) ? !said.isUnclear(Name.MAX_AGE)
                : date(response, FieldName.EXPIRES, 0) != HttpDate.INVALID;
    }

    private static long heuristicLifetime(Head response, Directives said, CacheSettings settings, long dateSeconds, long nowMillis) {
        if (!isHeuristicallyCacheable(response.status()) && !said.has(Name.PUBLIC)) {
            return NONE;
        }
        long modified = date(response, FieldName.LAST_MODIFIED, nowMillis);
        if (modified == HttpDate.INVALID) {
            return settings.defaultTtlSeconds();
        }
        long since = Math.min(Math.max(0, dateSeconds - modified), MAX);
        return Math.min(since * HEURISTIC_PERCENT / 100, HEURISTIC_SECONDS_MAX);
    }

    /** Statuses that may be stored and used without explicit expiration (RFC 9110 §15.1). */
    static boolean isHeuristicallyCacheable(int status) {
        return switch (status) {
            case 200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501 -> true;
            default -> false;
        };
    }

    /** §4.2.3. */
    private static long initialAgeMillis(Head response, long date, long requestTimeMillis, long responseTimeMillis) {
        long apparentAge = date == HttpDate.INVALID ? 0 : Math.max(0, Math.floorDiv(responseTimeMillis, 1000L) - date);
        long responseDelay = Math.max(0, responseTimeMillis - requestTimeMillis);
        long correctedAgeValue = age(response) * 1000 + responseDelay;
        return Math.max(Math.min(apparentAge, MAX) * 1000, correctedAgeValue);
    }

    /** §5.1: the first member of the first line; when that is no number, 0. */
    static long age(Head response) {
        int field = response.find(FieldName.AGE);
        if (field < 0) {
            return 0;
        }
        int from = response.valueFrom(field);
        int to = response.listEnd(from, response.valueTo(field));
        int trimmed = response.trimBlanks(from, to);
        return Math.max(0, Elements.delta(response.bytes(), response.at(from), response.at(trimmed), MAX));
    }

    /** The one line of this name as seconds since 1970; invalid when there is none, or a second one. */
    static long date(Head message, FieldName name, long nowMillis) {
        int field = message.find(name);
        if (field < 0 || message.findAfter(name, field) >= 0) {
            return HttpDate.INVALID;
        }
        return HttpDate.parse(message.bytes(), message.at(message.valueFrom(field)), message.at(message.valueTo(field)), nowMillis);
    }

    /** §4.2.3. A clock that was set back makes nothing younger than it was when it came. */
    long currentAgeMillis(long nowMillis) {
        return initialAgeMillis + Math.max(0, nowMillis - responseTimeMillis);
    }

    /** The value of the Age field (§5.1). */
    long currentAgeSeconds(long nowMillis) {
        return Math.min(currentAgeMillis(nowMillis) / 1000, MAX);
    }

    /** What is left of the lifetime in seconds; below 0 when it is stale. */
    long ttlSeconds(long nowMillis) {
        return Math.floorDiv(lifetimeSeconds * 1000 - currentAgeMillis(nowMillis), 1000L);
    }

    boolean isFresh(long nowMillis) {
        return stalenessMillis(nowMillis) < 0;
    }

    /** Negative while it is fresh: what is left of the lifetime. */
    private long stalenessMillis(long nowMillis) {
        return currentAgeMillis(nowMillis) - lifetimeSeconds * 1000;
    }

    /** What this response is good for (§4, §4.2.4, §5.2.1). */
    Use use(Directives request, long nowMillis) {
        boolean fresh = isFresh(nowMillis);
        if (noCache || request.has(Name.NO_CACHE) || !(fresh && immutable) && isTooOld(request, nowMillis)) {
            return Use.VALIDATE;
        }
        long staleness = stalenessMillis(nowMillis);
        if (fresh) {
            return -staleness >= Math.max(0, request.seconds(Name.MIN_FRESH)) * 1000 ? Use.FRESH : Use.VALIDATE;
        }
        if (mustRevalidate || request.has(Name.MIN_FRESH)) {
            return Use.VALIDATE;
        }
        if (isWithin(staleness, request.seconds(Name.MAX_STALE))) {
            return Use.STALE;
        }
        // A client that bounds the age has said what staleness it takes: none beyond max-stale (§5.2.1.1).
        boolean within = isWithin(staleness, staleWhileRevalidateSeconds) && !request.has(Name.MAX_AGE);
        return within ? Use.STALE_WHILE_REVALIDATE : Use.VALIDATE;
    }

    private boolean isTooOld(Directives request, long nowMillis) {
        return request.has(Name.MAX_AGE) && currentAgeMillis(nowMillis) > request.seconds(Name.MAX_AGE) * 1000;
    }

    /**
     * Whether it may stand for an error of the origin's, 500, 502, 503 or 504, or for none at all: the response says
     * stale-if-error, or the request does (RFC 5861 §4), and nothing forbids a stale one (RFC 9111 §4.2.4).
     */
    boolean mayServeOnError(Directives request, long nowMillis) {
        long seconds = Math.max(staleIfErrorSeconds, request.seconds(Name.STALE_IF_ERROR));
        return !forbidsStale(request) && (isFresh(nowMillis) || isWithin(stalenessMillis(nowMillis), seconds));
    }

    private boolean forbidsStale(Directives request) {
        return noCache || mustRevalidate || request.has(Name.NO_CACHE);
    }

    private static boolean isWithin(long stalenessMillis, long seconds) {
        return seconds > 0 && stalenessMillis <= seconds * 1000;
    }

    /** Whether it differs from an earlier one of the same response in its time only. */
    boolean isButLater(Freshness before) {
        return equals(new Freshness(before.lifetimeSeconds, before.explicit, initialAgeMillis, responseTimeMillis, dateSeconds, before.noCache, before.mustRevalidate,
                before.immutable, before.allowsAuthorized, before.staleWhileRevalidateSeconds, before.staleIfErrorSeconds));
    }

    /** The same response, stale from now on and still usable where a stale one is: a soft purge. */
    Freshness expire(long nowMillis) {
        return isFresh(nowMillis) ? new Freshness(0, explicit, 0, nowMillis, dateSeconds, noCache, mustRevalidate, immutable, allowsAuthorized,
                staleWhileRevalidateSeconds, staleIfErrorSeconds) : this;
    }
}
