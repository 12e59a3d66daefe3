package weir.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import weir.exchange.Route;
import weir.filter.FieldEdit;
import weir.filter.ForwardedSettings;
import weir.h1.HttpLimits;

/** Fills the records of the other packages in, and checks what more than one key says together. */
final class SettingsBinder {
    private final Entries entries;
    private final Problems problems;
    private final Lookup lookup;
    private final TlsBinder tls;
    private final PoolBinder pools;
    private final CacheBinder caches;
    private final FilterBinder filters;
    private final Set<String> usedPools = new LinkedHashSet<>();
    private final List<Bound> bound = new ArrayList<>();
    private String inheritedBy;

    /** An address that is listened on, and where that is written. */
    private record Bound(String key, InetSocketAddress address, Place place) {
        /** A wildcard takes the port of every address. */
        boolean collidesWith(InetSocketAddress other) {
            return address.getPort() != 0 && address.getPort() == other.getPort() && (address.equals(other)
                    || address.getAddress().isAnyLocalAddress() || other.getAddress().isAnyLocalAddress());
        }
    }

    /** Finds the address of a name; may block. */
    interface Lookup {
        InetAddress find(String host) throws UnknownHostException;
    }

    SettingsBinder(Entries entries, Problems problems, Lookup lookup, TlsFiles files) {
        this.entries = entries;
        this.problems = problems;
        this.lookup = lookup;
        tls = new TlsBinder(entries, problems, files);
        pools = new PoolBinder(entries, problems, tls);
        caches = new CacheBinder(entries, problems);
        filters = new FilterBinder(entries, problems);
    }

    /** @return nothing when there are errors, which are reported */
    Optional<Settings> bind() {
        tls.readCertificates();
        pools.read();
        caches.read();
        filters.read();
        List<RouteSettings> routes = new ArrayList<>();
        for (String name : entries.names("route")) {
            route(name).ifPresent(routes::add);
        }
        List<ListenSettings> listens = new ArrayList<>();
        for (String name : entries.names("listen")) {
            listen(name).ifPresent(listens::add);
        }
        MetricsSettings metrics = entries.find(Keys.METRICS).map(this::metrics).orElse(null);
        AdminSettings admin = new AdminBinder(entries, problems, this::address).bind();
        checkThatThereIsSomething();
        warnOfUnused();
        caches.warnOfUnused();
        filters.warnOfUnused();
        tls.warnOfUnused();
        RouteChecks checks = new RouteChecks(entries, problems);
        checks.check(routes, listens);
        if (problems.hasErrors()) {
            return Optional.empty();
        }
        checks.warnOfHstsWithoutTls(routes, listens);
        return Optional.of(new Settings(server(), listens, pools.pools(), caches.caches(), filters.filters(), routes, log(), metrics, admin,
                pools.originTls(), pools.changes(), tls.certificates()));
    }

    /** A page of metrics alone is something; a listener needs routes, and routes a listener. */
    private void checkThatThereIsSomething() {
        if (entries.all().isEmpty() && problems.hasErrors()) {
            return;                                                        // the file could not be read, which is said
        }
        boolean routes = !entries.names("route").isEmpty();
        boolean listens = !entries.names("listen").isEmpty();
        if (!listens && !routes && entries.value(Keys.METRICS).isPresent()) {
            return;
        }
        if (!listens) {
            problems.error(entries.whole(), "there is nothing to listen on", "write listen.web = :8080");
        }
        boolean redirectsOnly = listens && entries.names("listen").stream().allMatch(name -> entries.value(Keys.LISTEN_REDIRECT, name).isPresent());
        if (!routes && !redirectsOnly) {
            problems.error(entries.whole(), "there is no route", "write route.all = /* -> localhost:3000");
        }
    }

    // ---- server, log, metrics

    private ServerSettings server() {
        return new ServerSettings(entries.get(Keys.SERVER_WORKERS).orElse(0), entries.get(Keys.SERVER_MEMORY).orElse(0L),
                entries.get(Keys.SERVER_CONNECTIONS).orElse(0), entries.get(Keys.SERVER_SHUTDOWN_GRACE).toNanos(),
                entries.get(Keys.SERVER_DRAIN_DELAY).toNanos(), entries.get(Keys.SERVER_HELPERS), entries.get(Keys.SERVER_CODERS), tls.server());
    }

    private LogSettings log() {
        AccessLogSyntax access = entries.get(Keys.LOG_ACCESS);
        int ring = Integer.highestOneBit(entries.get(Keys.LOG_ACCESS_RING).intValue());
        return switch (access.target()) {
            case OFF -> new LogSettings(LogSettings.Format.OFF, null, ring);
            case STDOUT -> new LogSettings(format(access), null, ring);
            case FILE -> new LogSettings(format(access), Path.of(access.path()), ring);
        };
    }

    private static LogSettings.Format format(AccessLogSyntax access) {
        return access.format() == AccessLogSyntax.Format.JSON ? LogSettings.Format.JSON : LogSettings.Format.COMBINED;
    }

    private MetricsSettings metrics(MetricsSyntax page) {
        Place at = entries.value(Keys.METRICS).map(Value::place).orElseThrow();
        return address("metrics", page.address(), at).map(address -> new MetricsSettings(address, page.path())).orElse(null);
    }

    // ---- listen

    private Optional<ListenSettings> listen(String name) {
        Optional<Value<Optional<List<HostPort>>>> value = entries.value(Keys.LISTEN, name);
        if (value.isEmpty() || value.get().parsed().isEmpty()) {
            return Optional.empty();
        }
        if (name.equals("metrics") || name.equals("admin")) {
            problems.error(value.get().key(), "a listener cannot be called '" + name + "'",
                    (name.equals("admin") ? "the admin listener" : "the page of metrics") + " has that name; choose another");
        }
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (HostPort each : value.get().parsed().get().orElse(List.of())) {
            address("listen." + name, each, value.get().place()).ifPresent(addresses::add);
        }
        if (value.get().parsed().get().isEmpty()) {
            inherited(name, value.get().place());
            addresses.add(ListenSettings.INHERITED);
        }
        HttpLimits limits = limits(name);
        ForwardedSettings forwarded = new ForwardedSettings(
                entries.find(Keys.LISTEN_TRUSTED_PROXIES, name).orElse(List.of()),
                entries.get(Keys.LISTEN_X_FORWARDED, name), entries.get(Keys.LISTEN_FORWARDED, name),
                entries.find(Keys.LISTEN_VIA, name).orElse(""));
        List<String> routes = new ArrayList<>();
        for (Names.NameType.Reference route : entries.find(Keys.LISTEN_ROUTES, name).orElse(List.of())) {
            if (entries.names("route").contains(route.name())) {
                routes.add(route.name());
            } else {
                problems.error(route.place(), "no route." + route.name(), "name a route that the file has",
                        Nearest.of(route.name(), entries.names("route")).orElse(null));
            }
        }
        return Optional.of(new ListenSettings(name, addresses, limits, forwarded, entries.get(Keys.LISTEN_BACKLOG, name), routes,
                tls.listen(name), tls.hsts(name), tls.redirect(name), entries.get(Keys.LISTEN_PROXY_PROTOCOL, name).orElse(List.of())));
    }

    private HttpLimits limits(String name) {
        int head = Math.toIntExact(entries.get(Keys.LISTEN_HEAD_MAX, name));
        int target = Math.toIntExact(entries.get(Keys.LISTEN_TARGET_MAX, name));
        if (target > head) {
            entries.value(Keys.LISTEN_TARGET_MAX, name).ifPresent(given -> problems.error(given.place(),
                    given.key().shown() + " is more than listen." + name + ".head-max, which is " + head + " bytes",
                    "lower the one or raise the other"));
        }
        return new HttpLimits(head, entries.get(Keys.LISTEN_FIELDS_MAX, name), Math.min(head, target),
                entries.get(Keys.LISTEN_HEAD_TIMEOUT, name).toNanos(), entries.get(Keys.LISTEN_KEEP_ALIVE, name).toNanos(),
                entries.get(Keys.LISTEN_IDLE, name).toNanos(), "allow".equals(entries.get(Keys.LISTEN_HALF_CLOSE, name)));
    }

    /** A process has one file descriptor 0. */
    private void inherited(String name, Place place) {
        if (inheritedBy != null) {
            problems.error(place, "the inherited socket is that of listen." + inheritedBy + " already", "write an address");
        }
        inheritedBy = name;
    }

    /** A name is looked up once, now: a listener needs its address to start. */
    private Optional<InetSocketAddress> address(String key, HostPort at, Place place) {
        InetSocketAddress address = new InetSocketAddress(at.port());
        if (!at.host().isEmpty()) {
            try {
                address = new InetSocketAddress(lookup.find(at.host()), at.port());
            } catch (UnknownHostException e) {
                problems.error(place, "'" + at.host() + "' does not resolve", "write an address of this host");
                return Optional.empty();
            }
        }
        for (Bound before : bound) {
            if (before.collidesWith(address)) {
                problems.error(place, "the port of " + at + " is taken by " + before.key + " at " + before.place, "choose another one");
                return Optional.empty();
            }
        }
        bound.add(new Bound(key, address, place));
        return Optional.of(address);
    }

    private void warnOfUnused() {
        if (entries.names("route").stream().anyMatch(name -> entries.find(Keys.ROUTE, name).isEmpty())) {
            return;                                                        // the faulty one may be what uses it
        }
        for (String name : entries.names("pool")) {
            if (!usedPools.contains(name)) {
                entries.value(Keys.POOL, name).ifPresent(value ->
                        problems.warning(value.key().place(), "no route uses pool." + name, "remove it, or write a route to it", null));
            }
        }
    }

    // ---- routes

    private Optional<RouteSettings> route(String name) {
        Optional<RouteSyntax> syntax = entries.find(Keys.ROUTE, name);
        String cache = caches.of(name, syntax.map(RouteSyntax::target).orElse(null));
        List<String> use = filters.of(name);
        Optional<TargetSettings> target = syntax.flatMap(route -> target(name, route.target()));
        if (target.isEmpty()) {
            return Optional.empty();
        }
        RouteSyntax route = syntax.get();
        String host = route.host().name() == null ? null : (route.host().wildcard() ? "*." : "") + route.host().name();
        String path = route.path().text() + (route.path().prefix() ? "*" : "");
        checkStripPrefix(name, path);
        Route.Limits limits = new Route.Limits(entries.get(Keys.ROUTE_BODY_MAX, name).orElse(Long.MAX_VALUE),
                entries.find(Keys.ROUTE_TIMEOUT, name).map(Duration::toNanos).orElse(0L),
                entries.get(Keys.ROUTE_UPGRADE, name).orElse(List.of()), entries.get(Keys.ROUTE_UPGRADE_IDLE, name).toNanos(),
                Set.copyOf(entries.find(Keys.ROUTE_RETRY_METHODS, name).orElse(List.of())), entries.get(Keys.ROUTE_QUEUE, name));
        return Optional.of(new RouteSettings(name, List.copyOf(route.methods()), host, path, entries.get(Keys.ROUTE_PRIORITY, name),
                target.get(), limits, entries.find(Keys.ROUTE_STRIP_PREFIX, name).orElse(""),
                entries.find(Keys.ROUTE_ADD_PREFIX, name).orElse(""), originHost(entries.get(Keys.ROUTE_HOST, name)),
                edits(name, Keys.ROUTE_REQUEST_SET, Keys.ROUTE_REQUEST_ADD, Keys.ROUTE_REQUEST_REMOVE),
                edits(name, Keys.ROUTE_RESPONSE_SET, Keys.ROUTE_RESPONSE_ADD, Keys.ROUTE_RESPONSE_REMOVE),
                "allow".equals(entries.get(Keys.ROUTE_AMBIGUOUS_PATH, name)), entries.find(Keys.ROUTE_HSTS, name).orElse(null), cache,
                caches.key(name), caches.bypass(name), use));
    }

    private void checkStripPrefix(String name, String path) {
        entries.value(Keys.ROUTE_STRIP_PREFIX, name).ifPresent(value -> value.parsed().ifPresent(prefix -> {
            if (!path.equals(prefix) && !path.startsWith(prefix + "/")) {
                problems.error(value.place(), "not every path of route." + name + ", " + path + ", begins with " + value.text().shown(),
                        "write a prefix of the route's path");
            }
        }));
    }

    private static String originHost(HostSent sent) {
        return switch (sent.kind()) {
            case CLIENT -> null;
            case ORIGIN -> "";
            case LITERAL -> sent.authority();
        };
    }

    private Optional<TargetSettings> target(String route, TargetSyntax target) {
        if (target instanceof TargetSyntax.Respond answer) {
            return Optional.of(new TargetSettings.Respond(answer.status(), answer.text(), entries.get(Keys.ROUTE_CONTENT_TYPE, route)));
        }
        if (target instanceof TargetSyntax.Redirect redirect) {
            return Optional.of(new TargetSettings.Redirect(redirect.status(), template(redirect.url())));
        }
        List<TargetSettings.Share> shares = new ArrayList<>();
        if (target instanceof TargetSyntax.Split split) {
            for (TargetSyntax.Share share : split.shares()) {
                poolName(share.target()).ifPresent(pool -> shares.add(new TargetSettings.Share(pool, share.share())));
            }
            return shares.size() == split.shares().size() ? Optional.of(new TargetSettings.ToPools(shares)) : Optional.empty();
        }
        return poolName(target).map(pool -> new TargetSettings.ToPools(List.of(new TargetSettings.Share(pool, 1))));
    }

    private static String template(UrlTemplate url) {
        StringBuilder text = new StringBuilder();
        for (UrlTemplate.Part part : url.parts()) {
            text.append(part.variable() == null ? part.text() : "{" + part.variable().name().toLowerCase(Locale.ROOT) + "}");
        }
        return text.toString();
    }

    private Optional<String> poolName(TargetSyntax target) {
        if (target instanceof TargetSyntax.Address address) {
            return Optional.of(pools.inPlace(address));
        }
        TargetSyntax.Pool pool = (TargetSyntax.Pool) target;
        if (entries.names("pool").contains(pool.name())) {
            usedPools.add(pool.name());
            return Optional.of(pool.name());
        }
        problems.error(pool.place(), "no pool." + pool.name(), "write pool." + pool.name() + " = host:port, or name a pool that there is",
                Nearest.of(pool.name(), entries.names("pool")).orElse(null));
        return Optional.empty();
    }

    private List<FieldEdit> edits(String name, KeyDoc<String> set, KeyDoc<String> add, KeyDoc<List<String>> remove) {
        List<FieldEdit> edits = new ArrayList<>();
        for (String field : entries.find(remove, name).orElse(List.of())) {
            edits.add(new FieldEdit(FieldEdit.Kind.REMOVE, field, null));
        }
        for (Value<String> value : entries.fields(set, name)) {
            value.parsed().ifPresent(text -> edits.add(new FieldEdit(FieldEdit.Kind.SET, value.field().text(), text)));
        }
        for (Value<String> value : entries.fields(add, name)) {
            value.parsed().ifPresent(text -> edits.add(new FieldEdit(FieldEdit.Kind.ADD, value.field().text(), text)));
        }
        return edits;
    }
}
