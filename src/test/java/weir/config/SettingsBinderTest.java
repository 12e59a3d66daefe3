package weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weir.cache.BypassRule;
import weir.cache.CacheSettings;
import weir.cache.KeySettings;
import weir.exchange.Route;
import weir.filter.FieldEdit;
import weir.filter.ForwardedSettings;
import weir.h1.HttpLimits;
import weir.observe.LogRing;
import weir.net.Cidr;
import weir.upstream.BalanceSettings;
import weir.upstream.HealthSettings;
import weir.upstream.LimitSettings;
import weir.upstream.PoolSettings;
import weir.upstream.ProxyProtocol;
import weir.upstream.RetrySettings;
import weir.upstream.Server;

class SettingsBinderTest {
    private static final String THINGS = """
            listen.web = 127.0.0.1:8080
            pool.app = a:1
            route.site = /* -> app
            """;

    /** As {@link Configuration#ofText}, without asking a name server. */
    private static Configuration read(String text) {
        Problems problems = new Problems();
        Entries entries = Entries.ofText("f", text, List.of(), Samples.environment(), problems);
        return new Configuration(new SettingsBinder(entries, problems, SettingsBinderTest::lookup, Samples.SOUND_FILES).bind(), problems, entries);
    }

    private static InetAddress lookup(String host) throws UnknownHostException {
        if (Character.isLetter(host.charAt(0))) throw new UnknownHostException(host);
        return InetAddress.getByName(host);
    }

    private static Settings settings(String text) {
        Configuration read = read(text);
        return read.settings().orElseThrow(() -> new AssertionError(read.problems().render()));
    }

    private static List<String> told(String text) {
        return read(text).problems().list().stream().map(problem -> problem.place() + ": " + problem.severity() + ": " + problem.what()
                + (problem.suggestion() == null ? "" : " -> " + problem.suggestion())).toList();
    }

    private static long seconds(long count) {
        return Duration.ofSeconds(count).toNanos();
    }

    // ---- defaults

    @Test
    void theDefaultsAreThoseOfTheManual() {
        Settings settings = settings(THINGS);
        assertThat(settings).isEqualTo(settings(THINGS));
        assertThat(settings.server()).isEqualTo(new ServerSettings(0, 0, 0, seconds(30), 0, 4, 128,
                new ServerTlsSettings(List.of("X25519MLKEM768", "x25519", "secp256r1", "secp384r1"), true, false, true, -1, 1000)));
        assertThat(settings.listens()).containsExactly(new ListenSettings("web", List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080)),
                new HttpLimits(32 << 10, 100, 8 << 10, seconds(10), seconds(60), seconds(60), false),
                new ForwardedSettings(List.of(), true, false, ""), 1024, List.of(), null, "", null, List.of()));
        assertThat(settings.pools()).containsExactly(pool("app", server("a", 1, 1)));
        assertThat(settings.routes()).containsExactly(new RouteSettings("site", List.of(), null, "/*", 0,
                new TargetSettings.ToPools(List.of(new TargetSettings.Share("app", 1))),
                new Route.Limits(Long.MAX_VALUE, 0, List.of("websocket"), seconds(3600)), "", "", null, List.of(), List.of(), false, null, null, KeySettings.URI, List.of(), List.of()));
        assertThat(settings.caches()).isEmpty();
        assertThat(settings.filters()).isEmpty();
        assertThat(settings.log()).isEqualTo(new LogSettings(LogSettings.Format.COMBINED, null, 1 << 20));
        assertThat(settings.metrics()).isNull();
    }

    @Test
    void aListenerMayHaveTheInheritedSocket() {
        assertThat(settings(THINGS.replace("127.0.0.1:8080", "inherited")).listens().get(0).addresses()).containsExactly(ListenSettings.INHERITED);
    }

    private static PoolSettings pool(String name, Server... servers) {
        return new PoolSettings(name, List.of(servers), BalanceSettings.DEFAULT, seconds(1), seconds(30), seconds(60),
                seconds(30), 1024, RetrySettings.DEFAULT, LimitSettings.NONE, HealthSettings.DEFAULT, seconds(30), 32 << 10, ProxyProtocol.OFF);
    }

    private static Server server(String host, int port, int weight) {
        return new Server(host, port, weight);
    }

    // ---- every key

    /** For each key another value than its default. */
    private static Map<String, String> others() {
        Map<String, String> others = new LinkedHashMap<>();
        others.put("server.workers", "3");
        others.put("server.memory", "64m");
        others.put("server.connections", "500");
        others.put("server.shutdown-grace", "5s");
        others.put("server.drain-delay", "2s");
        others.put("server.helpers", "2");
        others.put("server.coders", "2");
        others.put("server.tls-groups", "secp384r1, x25519");
        others.put("server.tls-stapling", "on");
        others.put("server.tls-x25519", "jdk");
        others.put("server.tls-warm-up", "off");
        others.put("server.tls-helpers", "7");
        others.put("server.handshakes", "10");
        others.put("tls.NAME", "other.pem other.key");
        others.put("tls.NAME.password", "secret");
        others.put("tls.NAME.reload", "0s");
        others.put("listen.NAME", "127.0.0.1:8081, [::1]:8081");
        others.put("listen.NAME.trusted-proxies", "10.0.0.0/8");
        others.put("listen.NAME.proxy-protocol", "10.0.0.0/8, ::1");
        others.put("listen.NAME.x-forwarded", "off");
        others.put("listen.NAME.forwarded", "on");
        others.put("listen.NAME.via", "weir");
        others.put("listen.NAME.head-max", "16k");
        others.put("listen.NAME.fields-max", "50");
        others.put("listen.NAME.target-max", "4k");
        others.put("listen.NAME.head-timeout", "3s");
        others.put("listen.NAME.keep-alive", "0s");
        others.put("listen.NAME.idle", "7s");
        others.put("listen.NAME.half-close", "allow");
        others.put("listen.NAME.backlog", "5");
        others.put("listen.NAME.routes", "site");
        others.put("listen.NAME.certs", "main, second");
        others.put("listen.NAME.tls-min", "1.3");
        others.put("listen.NAME.tls-ciphers", "TLS_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256");
        others.put("listen.NAME.server-names", "strict");
        others.put("listen.NAME.client-certs", "require");
        others.put("listen.NAME.client-ca", "other.pem");
        others.put("listen.NAME.client-crl", "crl.pem");
        others.put("listen.NAME.handshake-timeout", "3s");
        others.put("listen.NAME.hsts", "1y");
        others.put("listen.NAME.redirect", "https 301 8443");
        others.put("pool.NAME", "https://a:1 weight=2 backup zone=a, dns+tls://b:2");
        others.put("pool.NAME.balance", "hash header X-User bound 200%");
        others.put("pool.NAME.prefer", "zone=a");
        others.put("pool.NAME.sticky", "cookie other for 1h same-site strict insecure");
        others.put("pool.NAME.sticky.key", "not so secret, but long");
        others.put("pool.NAME.max-requests", "adaptive 7..70");
        others.put("pool.NAME.max-connections", "9");
        others.put("pool.NAME.queue", "5 for 2s");
        others.put("pool.NAME.breaker", "40% of 30 in 20s for 3s");
        others.put("pool.NAME.timeout", "connect 2s, response 3s, idle 4s");
        others.put("pool.NAME.keep-alive", "9s");
        others.put("pool.NAME.idle-connections", "3");
        others.put("pool.NAME.retry", "3 on reset, 503");
        others.put("pool.NAME.retry.body", "1k");
        others.put("pool.NAME.retry.budget", "30% min 4");
        others.put("pool.NAME.hedge", "p90 min 7ms");
        others.put("pool.NAME.resolve", "1m");
        others.put("pool.NAME.head-max", "16k");
        others.put("pool.NAME.check", "POST /up every 1s timeout 500ms jitter 5% rise 3 fall 4 start down expect 200,300-302 body \"ok\" host x port 9");
        others.put("pool.NAME.eject", "7 failures for 3s, at most 20%, max 1m");
        others.put("pool.NAME.eject.outliers", "every 1s, servers 3, requests 10, factor 1.5");
        others.put("pool.NAME.slow-start", "30s");
        others.put("pool.NAME.proxy-protocol", "v2");
        others.put("pool.NAME.verify", "off");
        others.put("pool.NAME.ca", "ca.pem");
        others.put("pool.NAME.pins", "ab".repeat(32));
        others.put("pool.NAME.server-name", "inside.example.com");
        others.put("pool.NAME.cert", "main");
        others.put("pool.NAME.tls-min", "1.3");
        others.put("route.NAME", "GET *.example.com/x/y/* -> app 60%, b:1 40%");
        others.put("route.NAME.priority", "1");
        others.put("route.NAME.strip-prefix", "/x");
        others.put("route.NAME.add-prefix", "/y");
        others.put("route.NAME.body-max", "1m");
        others.put("route.NAME.request.set.FIELD", "1");
        others.put("route.NAME.request.add.FIELD", "1");
        others.put("route.NAME.request.remove", "X-A");
        others.put("route.NAME.response.set.FIELD", "1");
        others.put("route.NAME.response.add.FIELD", "1");
        others.put("route.NAME.response.remove", "X-A");
        others.put("route.NAME.upgrade", "off");
        others.put("route.NAME.upgrade-idle", "5m");
        others.put("route.NAME.host", "origin");
        others.put("route.NAME.ambiguous-path", "allow");
        others.put("route.NAME.content-type", "text/html");
        others.put("route.NAME.timeout", "8s");
        others.put("route.NAME.hsts", "off");
        others.put("route.NAME.retry-methods", "POST");
        others.put("route.NAME.queue", "high");
        others.put("route.NAME.cache", "hot");
        others.put("route.NAME.cache.key", "path, query only a, header X-A, cookie c");
        others.put("route.NAME.cache.bypass", "cookie session");
        others.put("route.NAME.use", "squeeze");
        others.put("filter.NAME", "gunzip ratio=5 max=1m");
        others.put("cache.NAME", "512g");
        others.put("cache.NAME.object-max", "1m");
        others.put("cache.NAME.default-ttl", "1m");
        others.put("cache.NAME.min-ttl", "2m");
        others.put("cache.NAME.max-ttl", "1h");
        others.put("cache.NAME.private-safe", "off");
        others.put("cache.NAME.surrogate-control", "on");
        others.put("cache.NAME.status", "on");
        others.put("cache.NAME.disk", "/var/cache/weir 10g");
        others.put("cache.NAME.purge-from", "10.0.0.0/8");
        others.put("log.access", "./access.log json");
        others.put("log.access.ring", "2m");
        others.put("metrics", "127.0.0.1:9900/m");
        others.put("admin", "unix:/run/weir/admin.sock");
        others.put("admin.changes", "changes.properties");
        others.put("pool.NAME.changes", "a:1 weight=2, c:3 weight=1 disabled");
        others.put("admin.token", "another-0123456789");
        return others;
    }

    /** A configuration in which every key can be set, without {@code except}, and with that line instead. */
    private static Settings with(String except, String line) {
        List<String> lines = new ArrayList<>(List.of("listen.web = 127.0.0.1:8080", "pool.app = a:1", "pool.app.sticky = cookie first", "route.site = /x/* -> app",
                "route.said = /said -> respond 200 \"x\"", "tls.main = main.pem", "tls.second = second.pem", "listen.tls = 127.0.0.1:8443",
                "listen.tls.certs = main", "listen.mutual = 127.0.0.1:8444", "listen.mutual.certs = second", "listen.mutual.client-certs = optional",
                "listen.mutual.client-ca = ca.pem", "pool.secure = https://s", "pool.secure.timeout = handshake 1s", "route.secure = /s/* -> secure",
                "cache.hot = 1024g", "filter.squeeze = gzip", "route.kept = /k/* -> app", "route.kept.cache = hot", "admin = 127.0.0.1:9901", "admin.token = change-me-0123456789"));
        lines.removeIf(each -> each.startsWith(except + " ="));
        return settings(String.join("\n", lines) + "\n" + line);
    }

    /** Options of things that speak TLS. */
    private static final Set<String> OF_TLS = Set.of("tls-min", "tls-ciphers", "server-names", "handshake-timeout", "hsts", "verify", "ca", "pins",
            "server-name", "cert");

    private static String filled(String pattern) {
        String name = switch (pattern.substring(0, pattern.indexOf('.') < 0 ? pattern.length() : pattern.indexOf('.'))) {
            case "tls" -> "main";
            case "listen" -> pattern.contains("client-") ? "mutual" : OF_TLS.contains(pattern.substring(pattern.lastIndexOf('.') + 1)) ? "tls" : "web";
            case "pool" -> OF_TLS.contains(pattern.substring(pattern.lastIndexOf('.') + 1)) ? "secure" : "app";
            case "cache" -> "hot";
            case "filter" -> "squeeze";
            default -> pattern.endsWith("content-type") ? "said" : pattern.startsWith("route.NAME.cache.") ? "kept" : "site";
        };
        return pattern.replace("NAME", name).replace("FIELD", "X-A");
    }

    @Test
    void everyKeyReachesTheSettingsAndEveryPartOfThemHasAKey() {
        Map<String, String> base = new LinkedHashMap<>();
        flatten("", with("", ""), base);
        Map<String, String> others = others();
        Set<String> reached = new LinkedHashSet<>();
        for (KeyDoc<?> key : Keys.ALL) {
            if (key == Keys.INCLUDE) continue;
            assertThat(others).as("a value to try").containsKey(key.pattern());
            String name = filled(key.pattern());
            Map<String, String> changed = new LinkedHashMap<>();
            flatten("", with(name, name + " = " + others.get(key.pattern())), changed);
            Set<String> differ = new LinkedHashSet<>();
            base.forEach((part, value) -> {
                if (!value.equals(changed.get(part))) differ.add(part);
            });
            changed.keySet().stream().filter(part -> !base.containsKey(part)).forEach(differ::add);
            assertThat(differ).as(name + " reaches the settings").isNotEmpty();
            reached.addAll(differ);
        }
        // a status and a text stand in the route itself; answersMadeHereArrive. No key says yet who may purge
        base.keySet().removeAll(Set.of(".listens.name", ".listens.tls.certificates.name", ".certificates.name", ".pools.name", ".pools.limits.requestsMax", ".caches.name", ".caches.purge", ".filters.name", ".routes.name", ".routes.target.status", ".routes.target.text"));
        assertThat(reached).containsAll(base.keySet());
    }

    /** Records and lists of them down to what is neither: {@code .listens.limits.headBytesMax} and its value. */
    private static void flatten(String at, Object value, Map<String, String> into) {
        if (value instanceof Record) {
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                flatten(at + "." + component.getName(), part(component, value), into);
            }
        } else if (value instanceof List<?> list && !list.isEmpty()) {
            list.forEach(each -> flatten(at, each, into));
        } else {
            into.merge(at, String.valueOf(value), (one, other) -> one + ", " + other);
        }
    }

    private static Object part(RecordComponent component, Object record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(record.toString(), e);
        }
    }

    @Test
    void anIncludedFileCountsLikeTheFileItself(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("more"), "route.site = /* -> app");
        Path file = Files.writeString(directory.resolve("main"), "listen.web = :0\npool.app = a:1\ninclude = more");
        assertThat(Configuration.read(file, List.of(), name -> null).settings().orElseThrow().routes()).hasSize(1);
    }

    static Stream<Arguments> ends() {
        List<Arguments> rows = new ArrayList<>();
        for (KeyDoc<?> key : Keys.ALL) {
            String[] range = key.rangeText().replaceFirst("^(auto|off), or ", "").split(" to ", -1);
            if (range.length == 2 && Character.isDigit(range[0].charAt(0))) {
                rows.add(arguments(filled(key.pattern()), range[0]));
                rows.add(arguments(filled(key.pattern()), range[1]));
            }
        }
        for (String time : List.of("1ms", "1d")) {
            rows.add(arguments("pool.app.timeout", "connect " + time + ", response " + time + ", idle " + time));
        }
        return rows.stream();
    }

    /** No record refuses what the table of keys accepts, nor does what is made of these records later. */
    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource("ends")
    void bothEndsOfARangeAreAccepted(String key, String value) {
        String more = key.equals("listen.web.target-max") ? "\nlisten.web.head-max = 128k" : key.equals("cache.hot.min-ttl") ? "\ncache.hot.max-ttl = 10y" : "";
        Settings settings = with(key, key + " = " + value + more);
        PoolSettings pool = settings.pools().get(0);
        assertThat(new HttpLimits(pool.headBytesMax(), 1, 64, pool.responseNanos(), pool.keepAliveNanos(), pool.idleNanos(), true)).isNotNull();
        assertThat(new LogRing(settings.log().ringBytes())).isNotNull();
        assertThat(Integer.bitCount(settings.log().ringBytes())).isEqualTo(1);
    }

    @Test
    void rangesAreFoundInTheTable() {
        assertThat(ends().count()).isGreaterThan(40);
    }

    @Test
    void theServerNamesWhatAReloadWouldChange() {
        ServerSettings before = settings(THINGS).server();
        assertThat(before.keysThatDiffer(before)).isEmpty();
        List<String> all = Keys.ALL.stream().filter(key -> key.kind().equals("server")).map(KeyDoc::pattern).toList();
        Map<String, String> others = others();
        for (String key : all) {
            assertThat(settings(THINGS + key + " = " + others.get(key)).server().keysThatDiffer(before)).containsExactly(key);
        }
        assertThat(all).hasSize(ServerSettings.class.getRecordComponents().length - 1 + ServerTlsSettings.class.getRecordComponents().length);
    }

    // ---- changes by command

    static Stream<Arguments> changes() {
        return Stream.of(
                arguments("c:3 weight=2", "[a:1, b:2, c:3*2]", "[c:3 weight=2]", ""),
                arguments("c:3 weight=2 backup zone=x disabled", "[a:1, b:2, c:3*2]", "[c:3 weight=2 backup zone=x disabled]", "f:2:12: warning: label zone=x of c:3 is used by nothing"),
                arguments("a:1 removed", "[b:2]", "[a:1 removed]", ""),
                arguments("a:1 removed, b:2 removed", "[]", "[a:1 removed, b:2 removed]", ""),
                arguments("a:1 disabled", "[a:1, b:2]", "[a:1 disabled]", ""),
                arguments("b:2 weight=5, a:1 weight=7 disabled", "[a:1*7, b:2*5]", "[b:2 weight=5, a:1 weight=7 disabled]", ""),
                arguments("a:1, a:1", "", "", "f:4:25: error: a:1 stands twice in pool.app.changes"),
                arguments("a:1 weight=1, b:2", "[a:1, b:2]", "[]", ""),
                arguments("c:3 removed", "[a:1, b:2]", "[]", ""),
                arguments("c:3 disabled", "[a:1, b:2]", "[]", "f:4:20: warning: pool.app has no c:3"),
                arguments("c:3", "[a:1, b:2]", "[]", "f:4:20: warning: pool.app has no c:3"),
                arguments("https://c:3 weight=1", "", "", "f:4:20: error: c:3 is spoken to by TLS, and the servers of pool.app are not"),
                arguments("a:1 remvoed", "", "", "f:4:24: error: 'remvoed' is not known here"),
                arguments("removed", "", "", "f:4:20: error: no server in 'removed'"),
                arguments("a:1 weight=0", "", "", "f:4:31: error: '0' is less than 1"),
                arguments("a:1 removed disabled", "", "", "f:4:24: error: 'removed' is not known here"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void changesAreApplied(String line, String servers, String changes, String told) {
        String text = "listen.web = 127.0.0.1:8080\npool.app = a:1, b:2\nroute.site = /* -> app\npool.app.changes = " + line;
        assertThat(String.join("\n", told(text))).isEqualTo(told);
        Configuration read = read(text);
        assertThat(read.settings().isPresent()).isEqualTo(!servers.isEmpty());
        read.settings().ifPresent(settings -> {
            assertThat(settings.pools().get(0).servers().stream().map(each -> each.address() + (each.weight() == 1 ? "" : "*" + each.weight())).toList()).hasToString(servers);
            assertThat(settings.changes().getOrDefault("app", List.of())).hasToString(changes);
            String again = text.substring(0, text.lastIndexOf('\n') + 1) + (changes.equals("[]") ? "" : "pool.app.changes = " + changes.replaceAll("[\\[\\]]", ""));
            assertThat(settings(again)).as("what is written is read as the same").isEqualTo(settings);
        });
    }

    @Test
    void theFileOfChangesHasToBeIncluded(@TempDir Path directory) throws Exception {
        String text = THINGS + "admin = unix:a.sock\nadmin.changes = changes.properties\n";
        Path file = Files.writeString(directory.resolve("f"), text);
        assertThat(Configuration.read(file, List.of(), name -> null).problems().hasErrors()).as("it need not be there").isFalse();
        Files.writeString(directory.resolve("changes.properties"), "pool.app.changes = b:2 weight=2");
        assertThat(Configuration.read(file, List.of(), name -> null).problems().render())
                .contains(":5:17: error: nothing includes 'changes.properties', and what it says would be lost; write include = changes.properties\n");
        Files.writeString(file, text + "include = *.properties");
        assertThat(Configuration.read(file, List.of(), name -> null).settings().orElseThrow().pools().get(0).servers()).hasSize(2);
        assertThat(told(THINGS + "admin.changes = x")).containsExactly("f:4:1: error: there is no admin");
    }

    // ---- admin

    static Stream<Arguments> admins() {
        String token = "admin.token = 0123456789abcdef\n";
        return Stream.of(
                arguments("admin = unix:/run/weir/admin.sock", "unix /run/weir/admin.sock", ""),
                arguments("admin = unix:admin.sock", "unix admin.sock", ""),
                arguments(token + "admin = unix:/x", "unix /x", "f:4:1: warning: nobody is asked for this token"),
                arguments(token + "admin = 127.0.0.1:9901", "/127.0.0.1:9901", ""),
                arguments(token + "admin = [::1]:0", "/[0:0:0:0:0:0:0:1]:0", ""),
                arguments(token + "admin = 10.0.0.1:9901", "/10.0.0.1:9901", "f:5:9: warning: the token goes over the network in clear"),
                arguments(token + "admin = :9901", "0.0.0.0/0.0.0.0:9901", "f:5:9: warning: the token goes over the network in clear"),
                arguments("admin = 127.0.0.1:9901", "", "f:4:9: error: an admin address without a token"),
                arguments("admin = 127.0.0.1:9901\nadmin.token = 0123456789abcde", "", "f:5:15: error: this token has fewer than 16 characters"),
                arguments("admin = 127.0.0.1:9901\nadmin.token = \"0123456789 abcdef\"", "", "f:5:15: error: this token holds a blank, or what is not ASCII"),
                arguments("admin = 127.0.0.1:9901\nadmin.token = 0123456789abcdéf", "", "f:5:15: error: this token holds a blank, or what is not ASCII"),
                arguments(token, "", "f:4:1: error: there is no admin"),
                arguments(token + "admin = 127.0.0.1:8080", "", "f:5:9: error: the port of 127.0.0.1:8080 is taken by listen.web at f:1:14"),
                arguments("admin = unix:", "", "f:4:14: error: no path after 'unix:'"),
                arguments("admin = /run/weir.sock", "", "f:4:9: error: '/run/weir.sock' is no address -> unix:/run/weir.sock"),
                arguments("admin = 9901", "", "f:4:9: error: '9901' is no address -> :9901"),
                arguments("listen.admin = :0", "", "f:4:1: error: a listener cannot be called 'admin'"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("admins")
    void theAdminListenerIsGuarded(String lines, String address, String told) {
        Configuration read = read(THINGS + lines);
        assertThat(String.join("\n", told(THINGS + lines))).isEqualTo(told);
        assertThat(read.settings().isPresent()).isEqualTo(!address.isEmpty());
        read.settings().map(Settings::admin).ifPresent(admin -> {
            assertThat((admin.isUnix() ? "unix " : "") + admin.address()).isEqualTo(address);
            assertThat(admin.token()).isEqualTo(admin.isUnix() ? null : "0123456789abcdef");
            assertThat(admin.toString()).doesNotContain("0123");
        });
    }

    @Test
    void theTokenIsNeverShown() {
        Configuration read = read(THINGS + "admin = 127.0.0.1:9901\nadmin.token = 0123456789abcdef");
        assertThat(Shown.text(read.shown())).contains("admin.token").doesNotContain("0123");
        assertThat(read.settings().orElseThrow().toString()).doesNotContain("0123");
        assertThat(read(THINGS + "admin = 127.0.0.1:9901\nadmin.token = 0123").problems().render()).doesNotContain("0123");
    }

    /** For {@code weir status} and its sisters: what else is wrong with the file is no matter. */
    @Test
    void theAdminAddressIsFoundInABrokenFile(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "listen.web = x\nadmin = unix:a.sock\nroute.x = /* -> nowhere");
        Configuration.Admin found = Configuration.readAdmin(file, List.of(), name -> null);
        assertThat(found.settings().address()).hasToString(directory.resolve("a.sock").toString());
        assertThat(found.problems()).isEmpty();

        Files.writeString(file, "admin = :9901\nadmin.token = ${file:/no/such/file}");
        found = Configuration.readAdmin(file, List.of(), name -> null);
        assertThat(found.settings().address()).isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9901));
        assertThat(found.settings().token()).isNull();
        assertThat(found.problems()).contains("cannot take the secret").hasLineCount(1);

        Files.writeString(file, "admin = nothing\nlisten.web = x");
        found = Configuration.readAdmin(file, List.of(), name -> null);
        assertThat(found.settings()).isNull();
        assertThat(found.written()).isTrue();
        assertThat(found.problems()).contains("no port in 'nothing'").doesNotContain("'x'");

        assertThat(Configuration.readAdmin(directory.resolve("none"), List.of(), name -> null).problems()).contains("no such file");
        Files.writeString(file, "listen.web = :80");
        assertThat(Configuration.readAdmin(file, List.of(), name -> null)).isEqualTo(new Configuration.Admin(null, false, ""));
        assertThat(Configuration.readAdmin(file, List.of("admin=unix:/y"), name -> null).settings().address()).hasToString("/y");
    }

    // ---- pools and routes

    @Test
    void anAddressInPlaceIsAPoolOfItsOwn() {
        Settings settings = settings("""
                listen.web = :0
                route.a = /a -> localhost:3000
                route.b = /b -> localhost:3000
                route.c = /c -> [::1]
                """);
        assertThat(settings.pools()).containsExactly(pool("localhost:3000", server("localhost", 3000, 1)), pool("[::1]:80", server("::1", 80, 1)));
        assertThat(settings.routes()).extracting(RouteSettings::target).containsExactly(to("localhost:3000", 1), to("localhost:3000", 1), to("[::1]:80", 1));
    }

    private static TargetSettings to(Object... poolsAndWeights) {
        List<TargetSettings.Share> shares = new ArrayList<>();
        for (int i = 0; i < poolsAndWeights.length; i += 2) {
            shares.add(new TargetSettings.Share((String) poolsAndWeights[i], (int) poolsAndWeights[i + 1]));
        }
        return new TargetSettings.ToPools(shares);
    }

    @Test
    void weightsAndSharesArrive() {
        Settings settings = settings("""
                listen.web = :0
                pool.app = a:1 weight=3, b:2, c weight=1000
                route.x = /* -> app 95%, d:4 4.5%, e:5 0.005
                """);
        assertThat(settings.pools()).contains(pool("app", server("a", 1, 3), server("b", 2, 1), server("c", 80, 1000)));
        assertThat(settings.routes().get(0).target()).isEqualTo(to("app", 9500, "d:4", 450, "e:5", 50));
    }

    @Test
    void aRouteArrivesWhole() {
        RouteSettings route = settings(THINGS + """
                route.api = GET,HEAD *.Example.com/api/* -> app
                route.api.request.set.X-A = 1
                route.api.request.add.X-B = 2
                route.api.request.remove = X-C, X-D
                route.api.response.add.X-E = 3
                route.api.host = "in.example.com:81"
                route.api.upgrade = websocket, foo
                """).routes().get(1);
        assertThat(route.methods()).containsExactlyInAnyOrder("GET", "HEAD");
        assertThat(route.host()).isEqualTo("*.example.com");
        assertThat(route.path()).isEqualTo("/api/*");
        assertThat(route.requestEdits()).containsExactlyInAnyOrder(new FieldEdit(FieldEdit.Kind.REMOVE, "X-C", null),
                new FieldEdit(FieldEdit.Kind.REMOVE, "X-D", null), new FieldEdit(FieldEdit.Kind.SET, "X-A", "1"),
                new FieldEdit(FieldEdit.Kind.ADD, "X-B", "2"));
        assertThat(route.responseEdits()).containsExactly(new FieldEdit(FieldEdit.Kind.ADD, "X-E", "3"));
        assertThat(route.originHost()).isEqualTo("in.example.com:81");
        assertThat(route.limits().upgrades()).containsExactly("websocket", "foo");
        assertThat(settings(THINGS + "route.site.host = origin").routes().get(0).originHost()).isEmpty();
    }

    @Test
    void answersMadeHereArrive() {
        Settings settings = settings("""
                listen.web = :0
                route.hello = /hello -> respond 418 "I am"
                route.go = /go/* -> redirect 308 https://{host}/x{path}{query}
                """);
        assertThat(settings.routes()).extracting(RouteSettings::target).containsExactly(
                new TargetSettings.Respond(418, "I am", "text/plain; charset=utf-8"),
                new TargetSettings.Redirect(308, "https://{host}/x{path}{query}"));
        assertThat(settings.pools()).isEmpty();
    }

    @Test
    void aPageOfMetricsAloneIsEnough() {
        assertThat(settings("metrics = 127.0.0.1:0").metrics().path()).isEqualTo("/metrics");
    }

    @Test
    void withoutKeepAliveNoConnectionIsKeptForAPool() {
        PoolSettings pool = settings(THINGS + "pool.app.keep-alive = 0s").pools().get(0);
        assertThat(pool.idleConnectionsMax()).isZero();
        assertThat(pool.keepAliveNanos()).isPositive();
    }

    // ---- caches

    @Test
    void aCacheArrivesWhole() {
        Settings settings = settings(THINGS + """
                cache.hot = 2g
                cache.cold = 4m
                cache.cold.object-max = 1m
                cache.cold.default-ttl = 10s
                cache.cold.min-ttl = 5s
                cache.cold.max-ttl = 5s
                cache.cold.private-safe = off
                cache.cold.surrogate-control = on
                cache.cold.status = on
                cache.cold.disk = /var/cache/weir 10g
                cache.cold.purge-from = 127.0.0.1
                cache.small = 1m
                route.site.cache = hot
                route.site.cache.key = query except utm_* x, header X-Y, cookie b c, host
                route.split.cache.key = path
                route.site.cache.bypass = cookie a, header X-Y b, query Q "c d", query e ""
                route.split = /a -> app 50%, b:1 50%
                route.split.cache = cold
                route.address = /b -> b:1
                route.address.cache = hot
                route.plain = /c -> app
                route.small = /d -> app
                route.small.cache = small
                """);
        assertThat(settings.caches()).containsExactly(
                new CacheSettings("hot", 2L << 30, 16 << 20, 0, 0, 365 * 86_400, true, false, false, null, List.of()),
                new CacheSettings("cold", 4 << 20, 1 << 20, 10, 5, 5, false, true, true, new CacheSettings.DiskSettings(Path.of("/var/cache/weir"), 10L << 30),
                        List.of(new Cidr(InetAddress.getLoopbackAddress(), 32))),
                new CacheSettings("small", 1 << 20, 1 << 18, 0, 0, 365 * 86_400, true, false, false, null, List.of()));
        assertThat(settings.routes()).extracting(RouteSettings::cacheKey).startsWith(
                new KeySettings(true, KeySettings.Query.EXCEPT, List.of("utm_*", "x"), List.of("x-y"), List.of("b", "c")),
                new KeySettings(false, KeySettings.Query.NONE, List.of(), List.of(), List.of()), KeySettings.URI);
        assertThat(settings.routes().get(0).cacheBypass()).containsExactly(new BypassRule(BypassRule.Where.COOKIE, "a", null),
                new BypassRule(BypassRule.Where.HEADER, "x-y", "b"), new BypassRule(BypassRule.Where.QUERY, "Q", "c d"),
                new BypassRule(BypassRule.Where.QUERY, "e", ""));
        assertThat(settings.routes()).extracting(RouteSettings::cache).containsExactly("hot", "cold", "hot", null, "small");
    }

    static Stream<Arguments> cacheMisfits() {
        return Stream.of(
                arguments("a cache that is not there", "cache.hot = 1m\nroute.site.cache = hit",
                        List.of("f:4:1: warning: no route uses cache.hot", "f:5:20: error: no cache.hit -> hot")),
                arguments("no cache to have a key in", "route.site.cache.key = host", List.of("f:4:1: warning: route.site has no cache to have a key in")),
                arguments("parts that are none", "cache.hot = 1m\nroute.site.cache = hot\nroute.site.cache.key = hst, query all, path x, host, host, header, cookie =",
                        List.of("f:6:24: error: 'hst' is not one of the words known here -> host", "f:6:35: error: 'all' is neither only nor except",
                                "f:6:45: error: 'x' is one word too many", "f:6:54: error: 'host' is one too many",
                                "f:6:60: error: 'header' lacks a name", "f:6:75: error: '=' is no name of a field, cookie or parameter")),
                arguments("too many names", "cache.hot = 1m\nroute.site.cache = hot\nroute.site.cache.key = cookie" + " a".repeat(33),
                        List.of("f:6:24: error: 'cookie" + " a".repeat(27) + "…' makes too many names")),
                arguments("nothing to go past", "route.site.cache.bypass = cookie a", List.of("f:4:1: warning: route.site has no cache to go past")),
                arguments("conditions that are none", "cache.hot = 1m\nroute.site.cache = hot\nroute.site.cache.bypass = cookie, headr X, header A:B, query a b c",
                        List.of("f:6:27: error: 'cookie' is no condition", "f:6:35: error: 'headr' is not one of the words known here -> header",
                                "f:6:51: error: 'A:B' is no name of a field, cookie or parameter", "f:6:56: error: 'query a b c' is no condition")),
                arguments("too many conditions", "cache.hot = 1m\nroute.site.cache = hot\nroute.site.cache.bypass = "
                        + String.join(", ", Collections.nCopies(33, "cookie a")), List.of("f:6:27: error: 33 conditions")),
                arguments("two caches in one directory", "cache.hot = 1m\ncache.hot.disk = /d/x 16m\ncache.cold = 1m\ncache.cold.disk = /d/./x 16m\nroute.site.cache = hot\n"
                        + "route.more = /more -> app\nroute.more.cache = cold", List.of("f:7:19: error: the directory of cache.hot too")),
                arguments("a cache that nobody uses", "cache.hot = 1m", List.of("f:4:1: warning: no route uses cache.hot")),
                arguments("no such warning beside a route whose cache cannot be read", "cache.hot = 1m\nroute.site.cache = h.t",
                        List.of("f:5:20: error: 'h.t' is no name")),
                arguments("nor beside one that cannot be read itself", "cache.hot = 1m\nroute.x = /x > app\nroute.x.cache = hot",
                        List.of("f:5:11: error: no '->' in this route")),
                arguments("a cache that cannot be read is there", "cache.hot = 1z\nroute.site.cache = hot", List.of("f:4:14: error: unknown unit 'z' in '1z'")),
                arguments("a text and a redirect", "cache.hot = 1m\nroute.a = /a -> respond 200 \"x\"\nroute.a.cache = hot\n"
                        + "route.b = /b -> redirect 308 https://x{path}\nroute.b.cache = hto", List.of("f:6:17: error: route.a is answered by weir itself",
                        "f:8:17: error: no cache.hto -> hot", "f:8:17: error: route.b is answered by weir itself")),
                arguments("more than a quarter", "route.site.cache = hot\ncache.hot = 4m\ncache.hot.object-max = 1048577",
                        List.of("f:6:24: error: 'cache.hot.object-max' is more than a quarter of cache.hot, which is 1048576 bytes")),
                arguments("the default is not more than a quarter if it is written", "route.site.cache = hot\ncache.hot = 63m\ncache.hot.object-max = 16m",
                        List.of("f:6:24: error: 'cache.hot.object-max' is more than a quarter of cache.hot, which is 16515072 bytes")),
                arguments("the shortest is longer than the longest", "route.site.cache = hot\ncache.hot = 4m\ncache.hot.min-ttl = 61s\ncache.hot.max-ttl = 1m",
                        List.of("f:6:21: error: 'cache.hot.min-ttl' is more than cache.hot.max-ttl, which is 60s")),
                arguments("than the longest by default, and the object too", "route.site.cache = hot\ncache.hot.min-ttl = 2y\ncache.hot = 1m\ncache.hot.object-max = 1m",
                        List.of("f:5:21: error: 'cache.hot.min-ttl' is more than cache.hot.max-ttl, which is 31536000s",
                                "f:7:24: error: 'cache.hot.object-max' is more than a quarter of cache.hot, which is 262144 bytes")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cacheMisfits")
    void saysWhatDoesNotFitTogetherOfCaches(String what, String lines, List<String> told) {
        saysWhatDoesNotFitTogether(what, THINGS + lines, told);
    }

    // ---- what does not fit together

    static Stream<Arguments> misfits() {
        return Stream.of(
                arguments("one inherited socket for two", "listen.web = inherited\nlisten.b = inherited\nroute.x = /* -> respond 200 \"x\"",
                        List.of("f:2:12: error: the inherited socket is that of listen.web already")),
                arguments("a pool that is not there", "listen.web = :0\npool.app = a:1\nroute.x = /* -> ap",
                        List.of("f:2:1: warning: no route uses pool.app", "f:3:17: error: no pool.ap -> app")),
                arguments("one of a split", "listen.web = :0\npool.app = a:1\nroute.x = /* -> app 50%, b 50%",
                        List.of("f:3:26: error: no pool.b")),
                arguments("a route that is not there", THINGS + "listen.web.routes = site, sit",
                        List.of("f:4:27: error: no route.sit -> site")),
                arguments("a server twice", "listen.web = :0\npool.app = a:1, b, a:1 weight=2, b:80\nroute.x = /* -> app",
                        List.of("f:2:20: error: server a:1 stands twice in pool.app", "f:2:34: error: server b:80 stands twice in pool.app")),
                arguments("too many servers", "listen.web = :0\npool.app = " + manyServers(1001) + "\nroute.x = /* -> app",
                        List.of("f:2:" + (12 + manyServers(1000).length() + 2) + ": error: more than 1000 servers in a pool")),
                arguments("a pool that nobody uses", THINGS + "pool.spare = b:1",
                        List.of("f:4:1: warning: no route uses pool.spare")),
                arguments("no such warning beside a route that cannot be read", "listen.web = :0\npool.app = a:1\nroute.x = /* > app",
                        List.of("f:3:11: error: no '->' in this route")),
                arguments("a target longer than a head", THINGS + "listen.web.head-max = 8k\nlisten.web.target-max = 8193",
                        List.of("f:5:25: error: 'listen.web.target-max' is more than listen.web.head-max, which is 8192 bytes")),
                arguments("an address twice", THINGS + "listen.b = 127.0.0.1:8080",
                        List.of("f:4:12: error: the port of 127.0.0.1:8080 is taken by listen.web at f:1:14")),
                arguments("an address twice in one list", "listen.web = [::1]:8080, [::1]:8080\nroute.x = /* -> a:1",
                        List.of("f:1:14: error: the port of [::1]:8080 is taken by listen.web at f:1:14")),
                arguments("one address of all", THINGS + "listen.b = :8080",
                        List.of("f:4:12: error: the port of :8080 is taken by listen.web at f:1:14")),
                arguments("all addresses and one", "listen.a = :8080\nlisten.b = 127.0.0.1:8080\nroute.x = /* -> a:1",
                        List.of("f:2:12: error: the port of 127.0.0.1:8080 is taken by listen.a at f:1:12")),
                arguments("metrics on a listener's port", THINGS + "metrics = 127.0.0.1:8080",
                        List.of("f:4:11: error: the port of 127.0.0.1:8080 is taken by listen.web at f:1:14")),
                arguments("metrics where the probes are", THINGS + "metrics = 127.0.0.1:0/ready", List.of("f:4:22: error: /ready is answered there anyway, to say how the process is")),
                arguments("the other one", THINGS + "metrics = 127.0.0.1:0/live", List.of("f:4:22: error: /live is answered there anyway, to say how the process is")),
                arguments("a listener called metrics", "listen.metrics = :0\nroute.x = /* -> a:1",
                        List.of("f:1:1: error: a listener cannot be called 'metrics'")),
                arguments("a name that does not resolve", "listen.web = no-such-name.invalid:1\nroute.x = /* -> a:1",
                        List.of("f:1:14: error: 'no-such-name.invalid' does not resolve")),
                arguments("no listener", "route.x = /* -> a:1", List.of("f: error: there is nothing to listen on")),
                arguments("no listener, but metrics", "route.x = /* -> a:1\nmetrics = :0", List.of("f: error: there is nothing to listen on")),
                arguments("no route", "listen.web = :0", List.of("f: error: there is no route")),
                arguments("nothing", "# nothing", List.of("f: error: there is nothing to listen on", "f: error: there is no route")),
                arguments("two routes that match equally", THINGS + "route.b = /* -> app",
                        List.of("f:4:1: error: route.b matches the same requests as route.site at f:3")),
                arguments("a prefix that is none", THINGS + "route.site.strip-prefix = /api\nroute.b = /apix/* -> app\nroute.b.strip-prefix = /api",
                        List.of("f:4:27: error: not every path of route.site, /*, begins with '/api'",
                                "f:6:24: error: not every path of route.b, /apix/*, begins with '/api'")));
    }

    private static String manyServers(int count) {
        List<String> servers = new ArrayList<>();
        for (int i = 0; i < count; i++) servers.add("s" + i);
        return String.join(", ", servers);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misfits")
    void saysWhatDoesNotFitTogether(String what, String text, List<String> told) {
        assertThat(told(text)).containsExactlyElementsOf(told);
        assertThat(read(text).settings().isPresent()).isEqualTo(told.stream().noneMatch(line -> line.contains(": error: ")));
    }

    static Stream<Arguments> fits() {
        return Stream.of(
                arguments("port 0 twice", "listen.web = :0, :0\nlisten.b = :0\nroute.x = /* -> a:1"),
                arguments("one port of two addresses", "listen.web = 127.0.0.1:8080, 127.0.0.2:8080\nroute.x = /* -> a:1"),
                arguments("the path itself as its prefix", THINGS + "route.b = /api -> app\nroute.b.strip-prefix = /api"),
                arguments("a part of the prefix", THINGS + "route.b = /api/v1/* -> app\nroute.b.strip-prefix = /api"),
                arguments("a short head shortens the target", THINGS + "listen.web.head-max = 1k"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fits")
    void acceptsWhatFitsTogether(String what, String text) {
        assertThat(told(text)).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadIsNotAskedForMore(@TempDir Path directory) {
        Configuration read = Configuration.read(directory.resolve("none"), List.of(), name -> null);
        assertThat(read.problems().list()).hasSize(1);
        assertThat(read.settings()).isEmpty();
    }

    @Test
    void theExampleOfTheDesignBinds() {
        Configuration read = read(Samples.EXAMPLE);
        assertThat(read.problems().render()).isEmpty();
        assertThat(read.settings().orElseThrow().routes()).hasSize(5);
    }

    @Test
    void showNamesEveryKeyThatHolds() {
        List<Shown> shown = read(THINGS.replace("a:1", "https://a") + "tls.site = a.pem\nlisten.web.certs = site\ncache.hot = 1m").shown();
        for (KeyDoc<?> key : Keys.ALL) {
            if (key.defaultValue().isPresent()) {
                assertThat(shown).as(key.pattern()).extracting(Shown::key).contains(filled(key.pattern())
                        .replace("said", "site").replace("tls.main", "tls.site").replace("listen.tls", "listen.web").replace("pool.secure", "pool.app"));
            }
        }
    }
}
