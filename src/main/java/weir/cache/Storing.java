package weir.cache;

import java.nio.charset.StandardCharsets;
import weir.cache.Directives.Name;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.Method;

/** Whether a shared cache stores a response (RFC 9111 §3): {@link #STORE}, or the first reason found not to. */
enum Storing {
    STORE("stored"),
    METHOD("method"),
    STATUS("status"),
    REQUEST_NO_STORE("request-no-store"),
    NO_STORE("no-store"),
    PRIVATE("private"),
    AUTHORIZATION("authorization"),
    SET_COOKIE("set-cookie"),
    VARY("vary"),
    /** Content for a Range that nobody has sent or in another unit than bytes (RFC 9111 §3.3), or an error about one. */
    PARTIAL("partial"),
    /** Neither explicit freshness, nor a status that may do without it (RFC 9111 §3, last item). */
    NOT_CACHEABLE("not-cacheable"),
    /** It would be stale at once and there is nothing to validate it with: allowed, and of no use. */
    USELESS("useless"),
    /** Its content or its head is longer than an object may be, or there is no room. */
    TOO_LARGE("too-large"),
    /** What is stored of its target was invalidated while it was fetched. */
    OUTDATED("outdated");

    private static final byte[] PROXY_AUTHENTICATION_INFO = "proxy-authentication-info".getBytes(StandardCharsets.US_ASCII);

    private final String reason;

    Storing(String reason) {
        this.reason = reason;
    }

    /** Whether the response is the reason, so that the next one is likely not to be stored either, whoever asks. */
    boolean isOfTheResponse() {
        return this != METHOD && this != REQUEST_NO_STORE && this != AUTHORIZATION && this != PARTIAL && this != OUTDATED;
    }

    /** A word for the log, without blanks. */
    String reason() {
        return reason;
    }

    /** Of a response to GET or HEAD. */
    static Storing decide(Head request, Directives asked, Head response, Directives said, Freshness freshness, CacheSettings settings) {
        return decide(request, null, asked, response, said, freshness, settings);
    }

    /**
     * @param target what a request names that is none of GET and HEAD; null for those
     * @param asked the request's directives
     * @param said the response's
     * @param freshness of this response
     */
    static Storing decide(Head request, Invalidation target, Directives asked, Head response, Directives said, Freshness freshness, CacheSettings settings) {
        if (!isMethodStored(request, target, response, said)) {
            return METHOD;
        }
        if (response.status() < 200 || response.status() == 304) {
            return STATUS;
        }
        if (asked.has(Name.NO_STORE)) {
            return REQUEST_NO_STORE;
        }
        Storing forbidden = forbidden(request, response, said, settings);
        if (forbidden != STORE) {
            return forbidden;
        }
        if (response.status() == 416 || response.status() == 206 && (!request.has(FieldName.RANGE) || !ContentRange.isInBytes(response))) {
            return PARTIAL;
        }
        if (!hasReason(response, said)) {
            return NOT_CACHEABLE;
        }
        return isUseful(response, freshness) ? STORE : USELESS;
    }

    /** Whether a response says that it is not to be stored, or not after this request; what is stored may say otherwise. */
    static boolean isForbidden(Head request, Head response, Directives said, CacheSettings settings) {
        return forbidden(request, response, said, settings) != STORE;
    }

    /** What the response says against it. */
    private static Storing forbidden(Head request, Head response, Directives said, CacheSettings settings) {
        if (said.has(Name.MUST_UNDERSTAND)) {                  // §5.2.2.3: no-store is for those who do not understand
            if (!isUnderstood(response.status())) {
                return STATUS;
            }
        } else if (said.has(Name.NO_STORE)) {
            return NO_STORE;
        }
        if (said.has(Name.PRIVATE)) {
            return PRIVATE;
        }
        if (request.has(FieldName.AUTHORIZATION) && !said.allowsAuthorized()) {
            return AUTHORIZATION;
        }
        if (settings.privateSafe() && setsCookie(response, said)) {
            return SET_COOKIE;
        }
        return Vary.isAny(response) ? VARY : STORE;
    }

    /** GET and HEAD; POST with explicit freshness and the target as its Content-Location (RFC 9110 §9.3.3). */
    private static boolean isMethodStored(Head request, Invalidation target, Head response, Directives said) {
        Method method = request.method();
        return method == Method.GET || method == Method.HEAD
                || method == Method.POST && target != null && isExplicit(response, said) && target.isContentLocationTarget(response)
                && response.status() == 200;
    }

    private static boolean setsCookie(Head response, Directives said) {
        for (int field = response.find(FieldName.SET_COOKIE); field >= 0; field = response.findAfter(FieldName.SET_COOKIE, field)) {
            if (!said.keepsOut(response, field)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isExplicit(Head response, Directives said) {
        return said.has(Name.S_MAXAGE) || said.has(Name.MAX_AGE) || !said.isTargeted() && response.has(FieldName.EXPIRES);
    }

    private static boolean hasReason(Head response, Directives said) {
        return said.has(Name.PUBLIC) || isExplicit(response, said) || Freshness.isHeuristicallyCacheable(response.status());
    }

    private static boolean isUseful(Head response, Freshness freshness) {
        return freshness.lifetimeSeconds() > 0 && !freshness.noCache() || hasValidator(response)
                || freshness.staleWhileRevalidateSeconds() > 0 || freshness.staleIfErrorSeconds() > 0;
    }

    /** RFC 9110 §8.8. */
    static boolean hasValidator(Head response) {
        return response.has(FieldName.ETAG) || response.has(FieldName.LAST_MODIFIED);
    }

    /** The final statuses of RFC 9110 §15 and the registered ones whose caching is that of RFC 9110 (RFC 9111 §3). */
    static boolean isUnderstood(int status) {
        return status >= 200 && status <= 206 || status >= 300 && status <= 308 && status != 306
                || status >= 400 && status <= 417 || status == 421 || status == 422 || status == 425 || status == 426
                || status == 428 || status == 429 || status == 431 || status == 451 || status >= 500 && status <= 505;
    }

    /**
     * Whether a field line of a response goes into the stored one (RFC 9111 §3.1): not what belongs to one hop, not what
     * {@code private} or {@code no-cache} keep for one user, nor Age, which is part of the current age from now on, nor the
     * framing, which is the cache's own.
     */
    static boolean isFieldStored(Head response, int field, Directives said) {
        int id = response.id(field);
        if (response.isRemoved(field) || said.keepsOut(response, field)) {
            return false;
        }
        if (id == FieldName.UNKNOWN) {
            return !response.nameIs(field, PROXY_AUTHENTICATION_INFO) && !isNominated(response, field);
        }
        return switch (FieldName.of(id)) {
            case CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, HTTP2_SETTINGS,
                    PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, CONTENT_LENGTH, AGE -> false;
            default -> !isNominated(response, field);
        };
    }

    private static boolean isNominated(Head response, int field) {
        return Elements.listHolds(response, FieldName.CONNECTION, response, response.nameFrom(field), response.nameTo(field));
    }
}
