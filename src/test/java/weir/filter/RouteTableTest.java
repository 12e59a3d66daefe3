package weir.filter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weir.FuzzSeed;

class RouteTableTest {
    private static final List<RouteTable.Entry<String>> ROUTES = List.of(
            entry("", null, "/*"),
            entry("", null, "/any"),
            entry("", "a.example", "/*"),
            entry("", "a.example", "/x"),
            entry("", "a.example", "/x/*"),
            entry("", "a.example", "/x/y/*"),
            entry("", "a.example", "/xy/*"),
            entry("", "a.example", "/x/y/z"),
            entry("", "a.example", "/d/"),
            entry("", "a.example", "/d/*"),
            entry("GET", "a.example", "/m/*"),
            entry("POST,PUT", "a.example", "/m/*"),
            entry("POST", "a.example", "/m/deep/*"),
            entry("", "a.example", "/m/*"),
            entry("PROPFIND", "a.example", "/dav"),
            entry("REPORT", "a.example", "/dav"),
            entry("GET", "only.example", "/*"),
            entry("", "*.example", "/*"),
            entry("", "*.b.example", "/*"),
            entry("", "*.c.b.example", "/c/*"),
            entry("", "www.b.example", "/w"),
            entry("GET", "[::1]", "/*"));

    private static Stream<Arguments> requests() { // what matches: methods, host, path as in ROUTES
        return Stream.of(
                arguments("GET", "none", "/", " /*"),
                arguments("GET", "", "/", " /*"),
                arguments("GET", "none", "/any", " /any"),
                arguments("GET", "none", "/any/", " /*"),
                arguments("OPTIONS", "none", "*", " /*"),
                // exact host before wildcard before any; case and a dot at the end do not matter
                arguments("GET", "a.example", "/", "a.example/*"),
                arguments("GET", "A.eXample.", "/", "a.example/*"),
                arguments("GET", "a.example..", "/", " /*"),
                arguments("GET", "a.example", "/any", "a.example/*"),
                arguments("GET", "aa.example", "/", "*.example/*"),
                arguments("GET", "b.example", "/", "*.example/*"),
                arguments("GET", "x.B.example", "/", "*.b.example/*"),
                arguments("GET", "x.y.b.example", "/", "*.b.example/*"),
                arguments("GET", "xb.example", "/", "*.example/*"),
                arguments("GET", "example", "/", " /*"),
                arguments("GET", ".example", "/", " /*"),
                arguments("GET", ".", "/", " /*"),
                arguments("GET", "[::1]", "/", "GET [::1]/*"),
                // the longest path
                arguments("GET", "a.example", "/x", "a.example/x"),
                arguments("GET", "a.example", "/x/", "a.example/x/*"),
                arguments("GET", "a.example", "/x/z", "a.example/x/*"),
                arguments("GET", "a.example", "/x/y", "a.example/x/y/*"),
                arguments("GET", "a.example", "/x/yy", "a.example/x/*"),
                arguments("GET", "a.example", "/x/y/z", "a.example/x/y/z"),
                arguments("GET", "a.example", "/x/y/zz", "a.example/x/y/*"),
                arguments("GET", "a.example", "/x/y/z/", "a.example/x/y/*"),
                arguments("GET", "a.example", "/xx", "a.example/*"),
                arguments("GET", "a.example", "/xy", "a.example/xy/*"),
                arguments("GET", "a.example", "/X", "a.example/*"),
                arguments("GET", "a.example", "//x", "a.example/*"),
                arguments("GET", "a.example", "/d", "a.example/d/*"),
                arguments("GET", "a.example", "/d/", "a.example/d/"),
                // methods
                arguments("GET", "a.example", "/m/1", "GET a.example/m/*"),
                arguments("PUT", "a.example", "/m", "POST,PUT a.example/m/*"),
                arguments("get", "a.example", "/m", "a.example/m/*"),
                arguments("GETS", "a.example", "/m", "a.example/m/*"),
                arguments("POST", "a.example", "/m/deep/1", "POST a.example/m/deep/*"),
                arguments("PROPFIND", "a.example", "/dav", "PROPFIND a.example/dav"),
                arguments("REPORT", "a.example", "/dav", "REPORT a.example/dav"),
                arguments("BREW", "a.example", "/dav", "a.example/*"),
                // the best path or host wants another method: shorter paths, then less exact hosts
                arguments("GET", "a.example", "/m/deep/1", "GET a.example/m/*"),
                arguments("POST", "only.example", "/any", "*.example/*"),
                arguments("POST", "[::1]", "/any", " /any"),
                arguments("GET", "www.b.example", "/w", "www.b.example/w"),
                arguments("GET", "www.b.example", "/v", "*.b.example/*"),
                arguments("GET", "x.c.b.example", "/c/1", "*.c.b.example/c/*"),
                arguments("GET", "x.c.b.example", "/1", "*.b.example/*"));
    }

    @ParameterizedTest(name = "{0} {1}{2}")
    @MethodSource("requests")
    void choosesTheBestRoute(String method, String host, String path, String expected) {
        RouteTable<String> table = new RouteTable<>(ROUTES);
        assertThat(match(table, method, host, path)).isEqualTo(expected.strip());
        List<RouteTable.Entry<String>> reversed = new ArrayList<>(ROUTES);
        Collections.reverse(reversed);
        assertThat(match(new RouteTable<>(reversed), method, host, path)).isEqualTo(expected.strip());
    }

    @Test
    void nothingMatchesNothing() {
        assertThat(match(new RouteTable<String>(List.of()), "GET", "a", "/")).isNull();
        RouteTable<String> table = new RouteTable<>(List.of(entry("GET", "a", "/x"), entry("", "*.b", "/y/*")));
        assertThat(match(table, "GET", "a", "/")).isNull();
        assertThat(match(table, "POST", "a", "/x")).isNull();
        assertThat(match(table, "GET", "c", "/x")).isNull();
        assertThat(match(table, "GET", "a.b", "/")).isNull();
        assertThat(match(table, "GET", "a", "")).isNull();
    }

    /** Only so is a look-up linear: a name of 16,000 dots would be hashed anew from each of them. */
    @Test
    void noNameBeyondTheBoundOfDnsIsLookedUp() {
        RouteTable<String> table = new RouteTable<>(List.of(entry("", null, "/*"), entry("", "*.example", "/*")));
        String longest = "a.".repeat(123) + "b.example";
        assertThat(longest).hasSize(255);
        assertThat(match(table, "GET", longest, "/")).isEqualTo("*.example/*");
        assertThat(match(table, "GET", "a" + longest, "/")).isEqualTo("/*");
    }

    private static Stream<Arguments> orders() { // two entries that match the same; by which rule the first one is asked before the other
        return Stream.of(
                arguments(entry("", "a.b", "/*"), entry("", "*.b", "/x"), Routes.Rule.HOST_EXACT),
                arguments(entry("", "*.a.b", "/*"), entry("GET", "*.b", "/x"), Routes.Rule.WILDCARD_LONGER),
                arguments(entry("", "*.b", "/*"), entry("", null, "/x", 9), Routes.Rule.HOST_NAMED),
                arguments(entry("", "a.b", "/*"), entry("", null, "/x"), Routes.Rule.HOST_NAMED),
                arguments(entry("", "a.b", "/x/y"), entry("", "A.b.", "/x/*"), Routes.Rule.PATH_LONGER),
                arguments(entry("", null, "/x/y/*"), entry("GET", null, "/x/*"), Routes.Rule.PATH_LONGER),
                arguments(entry("", null, "/x/"), entry("", null, "/x/*"), Routes.Rule.PATH_LONGER),
                arguments(entry("", null, "/x"), entry("", null, "/x/*", 9), Routes.Rule.PATH_EXACT),
                arguments(entry("GET", null, "/x"), entry("", null, "/x", 9), Routes.Rule.METHODS_NAMED),
                arguments(entry("GET", null, "/x", 1), entry("GET,PUT", null, "/x"), Routes.Rule.PRIORITY),
                arguments(entry("", null, "/x"), entry("", null, "/x", -1), Routes.Rule.PRIORITY));
    }

    @ParameterizedTest(name = "{0} before {1}: {2}")
    @MethodSource("orders")
    void saysByWhichRuleAnEntryIsAskedFirst(RouteTable.Entry<String> first, RouteTable.Entry<String> second, Routes.Rule rule) {
        assertThat(first.before(second)).isEqualTo(rule);
    }

    private static Stream<Arguments> faults() { // routes with priorities; pairs that are equal; routes that never match
        return Stream.of(
                arguments(List.of(entry("", "a", "/x"), entry("", "A.", "/x", 0)), List.of("0=1"), List.of()),
                arguments(List.of(entry("", "a", "/x"), entry("", "b", "/x"), entry("", null, "/x")), List.of(), List.of()),
                arguments(List.of(entry("", "a", "/x"), entry("", "*.a", "/x")), List.of(), List.of()),
                arguments(List.of(entry("", "a", "/x"), entry("", "a", "/x/*"), entry("", "a", "/x/")), List.of(), List.of()),
                arguments(List.of(entry("GET", "a", "/x"), entry("", "a", "/x")), List.of(), List.of()),
                arguments(List.of(entry("GET", "a", "/x"), entry("", "a", "/x", 9)), List.of(), List.of()),
                arguments(List.of(entry("GET", "a", "/x"), entry("POST", "a", "/x")), List.of(), List.of()),
                arguments(List.of(entry("PROPFIND", "a", "/x"), entry("REPORT", "a", "/x")), List.of(), List.of()),
                arguments(List.of(entry("GET,PUT", "a", "/x"), entry("POST,GET", "a", "/x")), List.of("0=1"), List.of()),
                arguments(List.of(entry("GET,PUT", "a", "/x"), entry("POST,GET", "a", "/x", 1)), List.of(), List.of()),
                arguments(List.of(entry("GET", "a", "/x"), entry("POST,GET", "a", "/x", 1)), List.of(), List.of("0")),
                arguments(List.of(entry("", "a", "/x", -1), entry("", "a", "/x")), List.of(), List.of("0")),
                arguments(
                        List.of(entry("GET", "a", "/x", 2), entry("PUT,GET", "a", "/x"), entry("PUT", "a", "/x", 1)),
                        List.of(),
                        List.of("1")),
                arguments(
                        List.of(entry("", "a", "/x"), entry("", "a", "/x"), entry("", "a", "/x")),
                        List.of("0=1", "0=2", "1=2"),
                        List.of()));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void tellsWhatIsWrongWithTheRoutes(List<RouteTable.Entry<String>> routes, List<String> equal, List<String> never) {
        List<RouteTable.Entry<Integer>> numbered = new ArrayList<>();
        for (RouteTable.Entry<String> route : routes) {
            numbered.add(new RouteTable.Entry<>(
                    route.methods(), route.host(), route.path(), route.priority(), numbered.size()));
        }
        assertThat(RouteTable.equals(numbered)).extracting(pair -> pair.first().value() + "=" + pair.second().value())
                .isEqualTo(equal);
        assertThat(RouteTable.unreachable(numbered)).extracting(entry -> entry.value().toString()).isEqualTo(never);
    }

    @Test
    void agreesWithAPlainTwin() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        for (int round = 0; round < 400; round++) {
            List<RouteTable.Entry<String>> routes = new ArrayList<>();
            for (int n = random.nextInt(60); n > 0; n--) {
                String host = host(random, random.nextInt(4));
                String path = path(random) + (random.nextBoolean() ? "/*" : "");
                routes.add(entry(methods(random), host.isEmpty() ? null : (random.nextInt(3) == 0 ? "*." : "") + host,
                        path.isEmpty() ? "/" : path, random.nextInt(3)));
            }
            RouteTable.equals(routes).forEach(pair -> routes.remove(pair.second()));
            RouteTable<String> table = new RouteTable<>(routes);
            List<RouteTable.Entry<String>> reached = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String method = "GPXYZ".substring(random.nextInt(5)).substring(0, 1);
                String host = host(random, random.nextInt(5));
                String path = path(random) + (random.nextInt(3) == 0 ? "/" : "");
                String asked = method + " " + host + (path.isEmpty() ? "/" : path);
                RouteTable.Entry<String> best = twin(routes, method, host, path.isEmpty() ? "/" : path);
                assertThat(match(table, method, host, path.isEmpty() ? "/" : path))
                        .as("-Dfuzz.seed=%d: %s among %s", seed, asked, routes)
                        .isEqualTo(best == null ? null : best.value());
                assertThat(candidates(table, method, host, path.isEmpty() ? "/" : path))
                        .as("-Dfuzz.seed=%d: %s among %s", seed, asked, routes)
                        .isEqualTo(twins(routes, method, host, path.isEmpty() ? "/" : path));
                reached.add(best);
            }
            assertThat(RouteTable.unreachable(routes)).as("-Dfuzz.seed=%d", seed).doesNotContainAnyElementsOf(reached);
        }
    }

    /** Asks every route, and compares what is left by the rules in their order. */
    private static RouteTable.Entry<String> twin(
            List<RouteTable.Entry<String>> routes, String method, String host, String path) {
        RouteTable.Entry<String> best = null;
        long bestRank = -1;
        for (RouteTable.Entry<String> route : routes) {
            long rank = rank(route, host, path);
            if (rank >= 0 && (route.methods().isEmpty() || route.methods().contains(method))) {
                best = rank > bestRank ? route : best;
                bestRank = Math.max(rank, bestRank);
            }
        }
        return best;
    }

    /** What of the place of a route and of its rank; equal ones in the order of the routes. */
    private static List<String> twins(List<RouteTable.Entry<String>> routes, String method, String host, String path) {
        return routes.stream().filter(route -> rank(route, host, path) >= 0)
                .sorted(Comparator.comparingLong((RouteTable.Entry<String> route) -> -rank(route, host, path)))
                .map(route -> route + " " + (route.methods().isEmpty() || route.methods().contains(method))).toList();
    }

    /** -1 when host or path does not fit. */
    private static long rank(RouteTable.Entry<String> route, String host, String path) {
        boolean isPrefix = route.path().endsWith("/*");
        String stem = isPrefix ? route.path().substring(0, route.path().length() - 2) : route.path();
        boolean wildcard = route.host() != null && route.host().startsWith("*.");
        boolean hostFits = route.host() == null || (wildcard
                ? host.endsWith(route.host().substring(1)) && host.length() >= route.host().length()
                : host.equals(route.host()));
        boolean pathFits = path.equals(stem) || (isPrefix && path.startsWith(stem + "/"));
        long hostRank = route.host() == null ? 0 : wildcard ? route.host().length() : 1000;
        long pathRank = 2L * stem.length() + (isPrefix ? 0 : 1);
        return hostFits && pathFits ? ((hostRank * 1000 + pathRank) * 2 + (route.methods().isEmpty() ? 0 : 1)) * 100 + route.priority() : -1;
    }

    private static String host(Random random, int labels) {
        StringBuilder host = new StringBuilder();
        for (int i = 0; i < labels; i++) {
            host.append(i > 0 ? "." : "").append(List.of("a", "b", "ab").get(random.nextInt(3)));
        }
        return host.toString();
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder();
        for (int n = random.nextInt(4); n > 0; n--) {
            path.append('/').append(List.of("", "a", "ab", "abc", "b", "\u00e9").get(random.nextInt(6)));
        }
        return path.toString();
    }

    private static String methods(Random random) {
        return List.of("", "", "G", "P", "G,P", "X", "X,Y,G").get(random.nextInt(7));
    }

    private static RouteTable.Entry<String> entry(String methods, String host, String path) {
        return entry(methods, host, path, 0);
    }

    private static RouteTable.Entry<String> entry(String methods, String host, String path, int priority) {
        String value = (methods + " " + (host == null ? "" : host) + path).strip();
        Set<String> tokens = methods.isEmpty() ? Set.of() : Set.of(methods.split(",", -1));
        return new RouteTable.Entry<>(tokens, host, path, priority, priority == 0 ? value : value + " " + priority);
    }

    private static <T> T match(RouteTable<T> table, String method, String host, String path) {
        ByteBuffer b = ByteBuffer.wrap((method + "\n" + host + "\n" + path + "\n").getBytes(ISO_8859_1));
        int hostFrom = method.length() + 1;
        int pathFrom = hostFrom + host.length() + 1;
        return table.match(b, 0, method.length(), b, hostFrom, hostFrom + host.length(), b, pathFrom, pathFrom + path.length());
    }

    private static List<String> candidates(RouteTable<String> table, String method, String host, String path) {
        ByteBuffer b = ByteBuffer.wrap((method + "\n" + host + "\n" + path + "\n").getBytes(ISO_8859_1));
        int hostFrom = method.length() + 1;
        int pathFrom = hostFrom + host.length() + 1;
        return table.candidates(b, 0, method.length(), b, hostFrom, hostFrom + host.length(), b, pathFrom, pathFrom + path.length()).stream()
                .map(each -> each.entry() + " " + each.takesMethod()).toList();
    }
}
