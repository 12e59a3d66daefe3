package weir.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import weir.cache.Cache;
import weir.cache.CacheFilter;
import weir.config.HttpsRedirect;
import weir.config.ListenSettings;
import weir.config.RouteSettings;
import weir.config.Settings;
import weir.config.TargetSettings;
import weir.exchange.Filter;
import weir.exchange.Observer;
import weir.exchange.Route;
import weir.exchange.Router;
import weir.exchange.Service;
import weir.exchange.Target;
import weir.filter.ClientCertificateFields;
import weir.filter.CoveredHosts;
import weir.filter.FieldEdits;
import weir.filter.FilterSettings;
import weir.filter.FixedAnswer;
import weir.filter.ForwardedFields;
import weir.filter.OwnAnswers;
import weir.filter.PathPrefix;
import weir.filter.Redirect;
import weir.filter.RequestMetrics;
import weir.filter.StickyCookie;
import weir.filter.StrictTransportSecurity;
import weir.filter.ToHttps;
import weir.filter.gzip.AcceptedCodings;
import weir.filter.gzip.Coders;
import weir.filter.gzip.GunzipFilter;
import weir.filter.gzip.GunzipSettings;
import weir.filter.gzip.GzipFilter;
import weir.filter.gzip.GzipSettings;
import weir.filter.minify.MinifyFilter;
import weir.filter.minify.MinifySettings;
import weir.filter.minify.Workbenches;
import weir.observe.Metrics;
import weir.upstream.Pool;

/** Compiles what the configuration says of routes into what a listener runs. */
final class Services {
    private final Settings settings;
    private final List<Filter> outermost;
    private final Ends ends;
    private final Coders coders;
    private final Workbenches benches;
    private final Metrics metrics;
    private final Observer accessLog;

    /** What requests come to that is more than the configuration: pools and caches. */
    interface Ends {
        Target pools(TargetSettings.ToPools target);

        /** @param inner the filters behind it, and the target */
        Filter cache(RouteSettings route, Route inner);
    }

    /** Those of a process. */
    record Running(Map<String, Pool> pools, Map<String, Cache> caches) implements Ends {
        @Override
        public Target pools(TargetSettings.ToPools target) {
            return new Target.ToPools(target.shares().stream().map(share -> new Target.Share(pools.get(share.pool()), share.weight())).toList());
        }

        @Override
        public Filter cache(RouteSettings route, Route inner) {
            return new CacheFilter(caches.get(route.cache()), route.cacheKey(), route.cacheBypass(), inner);
        }
    }

    /** @param outermost filters before those of the configuration @param accessLog or null */
    Services(Settings settings, List<Filter> outermost, Ends ends, Coders coders, Workbenches benches, Metrics metrics, Observer accessLog) {
        this.settings = settings;
        this.outermost = outermost;
        this.ends = ends;
        this.coders = coders;
        this.benches = benches;
        this.metrics = metrics;
        this.accessLog = accessLog;
    }

    Service forListener(ListenSettings listen) {
        return listen.redirect() == null ? forRoutes(listen) : forRedirect(listen.redirect());
    }

    private Service forRoutes(ListenSettings listen) {
        List<Route> all = new ArrayList<>(List.of(Route.NONE, Route.AMBIGUOUS));
        Router router = listen.table(settings.routes(), each -> {
            Route route = route(each, listen);
            all.add(route);
            return route;
        }).build();
        List<Filter> hsts = hsts(listen, listen.hsts());
        if (!hsts.isEmpty()) {
            OwnAnswers answers = new OwnAnswers(router, hsts);
            all.addAll(answers.routes());
            router = answers;
        }
        if (listen.tls() != null && listen.tls().strictNames()) {
            CoveredHosts covered = new CoveredHosts(router, hsts);
            all.add(covered.misdirected());
            router = covered;
        }
        return service(router, all);
    }

    private Service forRedirect(HttpsRedirect redirect) {
        Route route = new Route("-", List.of(), new Target.Local(new ToHttps(redirect.status(), redirect.port())), Route.Limits.NONE, null);
        return service(exchange -> route, List.of(Route.NONE, route));
    }

    private Service service(Router router, List<Route> all) {
        List<Observer> observers = new ArrayList<>();
        observers.add(new RequestMetrics(metrics, all));
        if (accessLog != null) {
            observers.add(accessLog);
        }
        return new Service(router, observers);
    }

    /** On plain connections there is none (RFC 6797 §7.2), so that their responses need not be kept for it. */
    private static List<Filter> hsts(ListenSettings listen, String value) {
        return listen.tls() == null || value.isEmpty() ? List.of() : List.of(new StrictTransportSecurity(value));
    }

    private Route route(RouteSettings each, ListenSettings listen) {
        Target target = target(each.target());
        List<Filter> filters = new ArrayList<>(hsts(listen, each.hsts() == null ? listen.hsts() : each.hsts()));
        filters.addAll(outermost);                           // behind it, so that what these answer has its field too
        if (isSticky(each.target())) {
            filters.add(new StickyCookie());                 // for each client one of its own: not stored
        }
        if (each.cache() != null) {
            if (!each.use().isEmpty()) {
                filters.add(new AcceptedCodings());
            }
            filters.add(ends.cache(each, new Route(each.name(), innerFilters(each, listen, true), target, each.limits(), each.originHost())));
        }
        filters.addAll(innerFilters(each, listen, false));
        return new Route(each.name(), filters, target, each.limits(), each.originHost());
    }

    private boolean isSticky(TargetSettings target) {
        return target instanceof TargetSettings.ToPools pools && pools.shares().stream().anyMatch(share -> settings.pools().stream()
                .anyMatch(pool -> pool.name().equals(share.pool()) && pool.balance().sticky() != null));
    }

    /** What stands right of a cache. @param stored of what runs once for each stored response; else of what goes past the cache */
    private List<Filter> innerFilters(RouteSettings each, ListenSettings listen, boolean stored) {
        List<Filter> filters = contentFilters(each, stored);
        if (each.target() instanceof TargetSettings.ToPools) {
            filters.add(new ForwardedFields(listen.forwarded()));
            filters.add(new ClientCertificateFields(listen.forwarded()));
        }
        if (!each.stripPrefix().isEmpty() || !each.addPrefix().isEmpty()) {
            filters.add(new PathPrefix(each.stripPrefix(), each.addPrefix()));
        }
        if (!each.requestEdits().isEmpty() || !each.responseEdits().isEmpty()) {
            filters.add(new FieldEdits(each.requestEdits(), each.responseEdits()));
        }
        return filters;
    }

    /** Those that the route uses, the one that sees a response first at the end: decoded, made smaller, then compressed. */
    private List<Filter> contentFilters(RouteSettings each, boolean stored) {
        List<Filter> filters = new ArrayList<>();
        List<FilterSettings> used = settings.filters().stream().filter(filter -> each.use().contains(filter.name())).toList();
        used.forEach(filter -> {
            if (filter instanceof GzipSettings gzip) {
                filters.add(new GzipFilter(gzip.forRoute(stored), coders, metrics));
            }
        });
        boolean minifies = used.stream().anyMatch(MinifySettings.class::isInstance);
        used.forEach(filter -> {
            if (filter instanceof MinifySettings minify) {
                filters.add(new MinifyFilter(minify, stored, benches, metrics));
            }
        });
        used.forEach(filter -> {
            if (filter instanceof GunzipSettings gunzip) {
                filters.add(new GunzipFilter(gunzip, minifies, coders, metrics));
            }
        });
        return filters;
    }

    private Target target(TargetSettings target) {
        if (target instanceof TargetSettings.Respond answer) {
            return new Target.Local(new FixedAnswer(answer.status(), answer.text(), answer.contentType()));
        }
        if (target instanceof TargetSettings.Redirect redirect) {
            return new Target.Local(new Redirect(redirect.status(), redirect.location()));
        }
        return ends.pools((TargetSettings.ToPools) target);
    }
}
