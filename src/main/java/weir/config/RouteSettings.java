package weir.config;

import java.util.List;
import weir.cache.BypassRule;
import weir.cache.KeySettings;
import weir.exchange.Route;
import weir.filter.FieldEdit;

/**
 * {@code route.NAME}: which requests, and what is done with them.
 *
 * @param methods empty for any
 * @param host exact, {@code *.suffix}, or null for any; lower case
 * @param path exact, or ending in {@code /*}
 * @param priority settles equal matches: the higher one wins
 * @param stripPrefix taken from the front of the path, or empty
 * @param addPrefix put before the path, or empty
 * @param originHost as in {@link Route}
 * @param ambiguousPath serve paths that servers could read as another route's
 * @param hsts value of Strict-Transport-Security (RFC 6797), empty for none; null for the listener's
 * @param cache name of the cache that keeps its responses, or null; its target is a pool then
 * @param cacheKey what of a request is the key in that cache
 * @param cacheBypass conditions by which a request goes past that cache
 * @param use names of its filters, of each kind one at most
 */
public record RouteSettings(String name, List<String> methods, String host, String path, int priority, TargetSettings target,
        Route.Limits limits, String stripPrefix, String addPrefix, String originHost, List<FieldEdit> requestEdits,
        List<FieldEdit> responseEdits, boolean ambiguousPath, String hsts, String cache,
        KeySettings cacheKey, List<BypassRule> cacheBypass, List<String> use) {
    public RouteSettings {
        methods = List.copyOf(methods);
        requestEdits = List.copyOf(requestEdits);
        responseEdits = List.copyOf(responseEdits);
        cacheBypass = List.copyOf(cacheBypass);
        use = List.copyOf(use);
    }
}
