package weir.filter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A request's method, host and path, and the route that is theirs. There are ten routes for each host, every eighth host is a
 * wildcard, and one group of routes is for any host. Against a list of regular expressions that is asked from its beginning, the
 * best one first; and against a HashMap of hosts with such a list of prefixes for each. Both need strings, made of the bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class RouteTableBench {
    private static final int ASKED = 256;                    // in turn; a power of two
    private static final String[] PATHS = {"/*", "/api/*", "/api/v1/*", "/api/v2/*", "/api/v2/items/*", "/static/*", "/login", "/users/*", "/search", "/admin/*"};
    private static final String[] ASKED_PATHS = {"/", "/api/v2/items/4711/reviews", "/static/js/app.3f9a1c.js", "/login", "/users/42/orders", "/search",
            "/checkout/basket", "/api/v1/cart", "/loginx", "/api/v3", "/static/css/site.css", "/admin"};

    @Param({"100", "1000"})
    public int routes;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(64 << 10).order(ByteOrder.LITTLE_ENDIAN);
    private final int[] ends = new int[ASKED * 3 + 1];       // of method, host and path of each
    private final List<Plain> inOrder = new ArrayList<>();
    private final Map<String, List<Plain>> byHost = new HashMap<>();
    private RouteTable<Integer> table;
    private int turn;

    /** A route as it is written at first. @param host with a dot in front for a wildcard; empty for any */
    private record Plain(Set<String> methods, String host, String path, boolean below, Pattern pattern, Integer value) {
        static Plain of(RouteTable.Entry<Integer> entry) {
            String host = entry.host() == null ? "" : entry.host().startsWith("*.") ? entry.host().substring(1) : entry.host();
            boolean below = entry.path().endsWith("/*");
            String path = below ? entry.path().substring(0, entry.path().length() - 2) : entry.path();
            String hosts = host.isEmpty() ? "[^/]*" : host.startsWith(".") ? "[^/]+" + Pattern.quote(host) : Pattern.quote(host);
            return new Plain(entry.methods(), host, path, below, Pattern.compile(hosts + Pattern.quote(path) + (below ? "(/.*)?" : "")), entry.value());
        }

        boolean takes(String method) {
            return methods.isEmpty() || methods.contains(method);
        }

        boolean takesPath(String asked) {
            return below ? asked.startsWith(path) && (asked.length() == path.length() || asked.charAt(path.length()) == '/') : asked.equals(path);
        }

        /** 0 exact, 1 wildcard, 2 any. */
        int hostRank() {
            return host.isEmpty() ? 2 : host.startsWith(".") ? 1 : 0;
        }
    }

    @Setup
    public void fill() {
        List<RouteTable.Entry<Integer>> entries = new ArrayList<>();
        int sites = routes / PATHS.length;
        for (int i = 0; i < routes; i++) {
            int site = i / PATHS.length;
            String path = PATHS[i % PATHS.length];
            String host = site == sites - 1 ? null : site % 8 == 7 ? "*.tenant-" + site + ".example.com" : "www.shop-" + site + ".example.com";
            entries.add(new RouteTable.Entry<>(path.equals("/api/v2/items/*") ? Set.of("GET", "HEAD") : Set.of(), host, path, 0, i));
        }
        table = new RouteTable<>(entries);
        entries.forEach(entry -> inOrder.add(Plain.of(entry)));
        inOrder.sort(Comparator.comparingInt(Plain::hostRank).thenComparingInt(plain -> -plain.path.length()).thenComparing(Plain::below));
        inOrder.forEach(plain -> byHost.computeIfAbsent(plain.host, host -> new ArrayList<>()).add(plain));
        ask(sites);
        for (int i = 0; i < ASKED; i++) {
            turn = i;
            Integer ours = ours();
            turn = i;
            Integer regexes = regexes();
            turn = i;
            if (ours == null || !Objects.equals(regexes, ours) || !Objects.equals(maps(), ours)) {
                throw new AssertionError("request " + i + ": " + ours + ", " + regexes);
            }
        }
    }

    private void ask(int sites) {
        SplittableRandom random = new SplittableRandom(42);
        for (int i = 0; i < ASKED; i++) {
            int site = random.nextInt(sites);
            put(i * 3, random.nextInt(10) == 0 ? "POST" : "GET");
            put(i * 3 + 1, site == sites - 1 ? "unknown.example.org" : site % 8 == 7 ? "eu.tenant-" + site + ".example.com" : "www.shop-" + site + ".example.com");
            put(i * 3 + 2, ASKED_PATHS[random.nextInt(ASKED_PATHS.length)]);
        }
    }

    private void put(int part, String text) {
        bytes.put(ends[part], text.getBytes(StandardCharsets.US_ASCII));
        ends[part + 1] = ends[part] + text.length();
    }

    private String text(int part) {
        byte[] copy = new byte[ends[part + 1] - ends[part]];
        bytes.get(ends[part], copy);
        return new String(copy, StandardCharsets.ISO_8859_1);
    }

    @Benchmark
    public Integer ours() {
        int i = (turn++ & ASKED - 1) * 3;
        return table.match(bytes, ends[i], ends[i + 1], bytes, ends[i + 1], ends[i + 2], bytes, ends[i + 2], ends[i + 3]);
    }

    /** The baseline. */
    @Benchmark
    public Integer regexes() {
        int i = (turn++ & ASKED - 1) * 3;
        String method = text(i);
        String place = text(i + 1) + text(i + 2);
        for (Plain plain : inOrder) {
            if (plain.takes(method) && plain.pattern.matcher(place).matches()) {
                return plain.value;
            }
        }
        return null;
    }

    /** A better one. */
    @Benchmark
    public Integer maps() {
        int i = (turn++ & ASKED - 1) * 3;
        String method = text(i);
        String host = text(i + 1);
        String path = text(i + 2);
        Integer found = first(byHost.get(host), method, path);
        for (int dot = host.indexOf('.'); found == null && dot >= 0; dot = host.indexOf('.', dot + 1)) {
            found = first(byHost.get(host.substring(dot)), method, path);
        }
        return found != null ? found : first(byHost.get(""), method, path);
    }

    private static Integer first(List<Plain> plains, String method, String path) {
        for (int i = 0; plains != null && i < plains.size(); i++) {
            if (plains.get(i).takes(method) && plains.get(i).takesPath(path)) {
                return plains.get(i).value;
            }
        }
        return null;
    }
}
