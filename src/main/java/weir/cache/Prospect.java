package weir.cache;

import java.util.List;
import weir.exchange.Exchange;
import weir.http.Head;

/**
 * What a route's cache would make of a request, for people. Nothing is looked up.
 *
 * @param key of what is stored for it; null when it goes past the cache
 * @param past why it does; null when it does not
 */
public record Prospect(String key, String past) {
    /** Parameters as those of {@link CacheFilter}. */
    public static Prospect of(Exchange exchange, KeySettings settings, List<BypassRule> rules) {
        Head request = exchange.request();
        boolean secure = exchange.client().isSecure();
        Bypass bypass = new Bypass(rules, settings);
        if (CacheFilter.showsCertificate(exchange)) {
            return past("the client shows a certificate");
        }
        if (bypass.overrides(request)) {
            return past("a field lets another method, path or host count");
        }
        if (bypass.meets(request)) {
            return past("a condition of cache.bypass is met");
        }
        if (!CacheKey.isAuthorityNormal(request, secure)) {
            return past("Host has capitals, or the port that it has anyway");
        }
        if (!CacheFilter.isForCaches(request)) {
            return past("only GET and HEAD without content are for a cache");
        }
        KeyRule rule = new KeyRule(settings);
        Probe key = rule.put(new Probe(), request, secure, new Parameters());
        return key.isTooLong() ? past("the key is too long") : new Prospect(rule.shown(key), null);
    }

    private static Prospect past(String why) {
        return new Prospect(null, why);
    }
}
