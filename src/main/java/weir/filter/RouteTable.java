package weir.filter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import weir.buffer.Scan;

/**
 * Finds the entry for a method, host and path by tables built once: a hash of hosts, and for each host a radix tree of paths.
 * Exact host before wildcard (the longest suffix first) before any; then the longest path, an exact one before a prefix; then
 * an entry with methods before one without; then the higher priority. Where no entry of the best path takes the method,
 * shorter paths and then less exact hosts are tried.
 *
 * <p>Immutable; any thread. A look-up allocates nothing and takes time by the length of host and path.
 */
final class RouteTable<T> {
    private static final String ANY_HOST = "";

    /**
     * What a route matches, and what it leads to.
     *
     * @param methods case-sensitive tokens, also ones that no RFC knows; empty for any
     * @param host a name, {@code *.suffix} for the names below it, or null for any; a dot at the end does not matter
     * @param path in normal form; {@code /x/*} takes {@code /x} and what is below {@code /x/}; {@code /*} takes all, also
     *     the asterisk-form
     */
    record Entry<T>(Set<String> methods, String host, String path, int priority, T value) {
        Entry {
            methods = Set.copyOf(methods);
            host = host == null ? null : host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
            Objects.requireNonNull(value);
        }

        private boolean samePlace(Entry<?> other) {
            return path.equals(other.path) && Objects.equals(host, other.host);
        }

        /** Whether both want the same number of conditions, and one request can fulfil those of both. */
        private boolean meets(Entry<?> other) {
            boolean any = methods.isEmpty() && other.methods.isEmpty();
            return samePlace(other) && (any || !Collections.disjoint(methods, other.methods));
        }

        /** The rule by which this is asked before the other; some host and path match both. */
        Routes.Rule before(Entry<?> other) {
            if (!Objects.equals(host, other.host)) {
                return other.host == null ? Routes.Rule.HOST_NAMED : host.startsWith("*.") ? Routes.Rule.WILDCARD_LONGER : Routes.Rule.HOST_EXACT;
            }
            if (!path.equals(other.path)) {
                return stem().equals(other.stem()) ? Routes.Rule.PATH_EXACT : Routes.Rule.PATH_LONGER;
            }
            return methods.isEmpty() == other.methods.isEmpty() ? Routes.Rule.PRIORITY : Routes.Rule.METHODS_NAMED;
        }

        private boolean isPrefix() {
            return path.endsWith("/*");
        }

        /** What stands before the star, without its slash; of an exact path all of it. */
        private String stem() {
            return isPrefix() ? path.substring(0, path.length() - 2) : path;
        }

        /** Whether this is asked before the other, which matches the same host and path. */
        private boolean beats(Entry<?> other) {
            return methods.isEmpty() == other.methods.isEmpty() ? priority > other.priority : other.methods.isEmpty();
        }
    }

    /** Two entries of which nobody can say which one wins. */
    record Equal<T>(Entry<T> first, Entry<T> second) {}

    private final HostTable<HostRoutes<T>> hosts;
    private final HostRoutes<T> anyHost; // may be null

    RouteTable(List<Entry<T>> entries) {
        Map<String, Node<T>> trees = new TreeMap<>(RouteTable::byLength);
        for (Entry<T> entry : entries) {
            trees.computeIfAbsent(key(entry.host()), key -> new Node<>(new byte[0]))
                    .insert(entry.stem().getBytes(StandardCharsets.ISO_8859_1), 0).add(entry, entry.isPrefix());
        }
        Map<String, HostRoutes<T>> byKey = new HashMap<>();
        trees.forEach((key, tree) -> byKey.put(key, new HostRoutes<>(tree, lessExact(key, byKey)))); // the shorter ones first
        anyHost = byKey.remove(ANY_HOST);
        hosts = new HostTable<>(byKey);
    }

    private static int byLength(String a, String b) {
        return a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
    }

    /** {@code .suffix} for a wildcard: no name begins with a dot. */
    private static String key(String host) {
        return host == null ? ANY_HOST : host.startsWith("*.") ? host.substring(1) : host;
    }

    /** Where to go on for who matched this host and found no path: the next shorter wildcard, or any host. */
    private static <T> HostRoutes<T> lessExact(String key, Map<String, HostRoutes<T>> byKey) {
        for (int dot = key.indexOf('.', 1); dot > 0; dot = key.indexOf('.', dot + 1)) {
            HostRoutes<T> wildcard = byKey.get(key.substring(dot));
            if (wildcard != null) {
                return wildcard;
            }
        }
        return byKey.get(ANY_HOST);
    }

    /** Pairs that match equally: same host, path and priority, and a method that both take. */
    static <T> List<Equal<T>> equals(List<Entry<T>> entries) {
        List<Equal<T>> equal = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            for (int j = i + 1; j < entries.size(); j++) {
                Entry<T> a = entries.get(i);
                Entry<T> b = entries.get(j);
                if (a.meets(b) && a.priority() == b.priority()) {
                    equal.add(new Equal<>(a, b));
                }
            }
        }
        return equal;
    }

    /** Entries of which every request is taken by others of a higher priority. */
    static <T> List<Entry<T>> unreachable(List<Entry<T>> entries) {
        List<Entry<T>> never = new ArrayList<>();
        for (Entry<T> entry : entries) {
            Set<String> left = new HashSet<>(entry.methods());
            boolean taken = false;
            for (Entry<T> other : entries) {
                if (other.meets(entry) && other.priority() > entry.priority()) {
                    taken = true;
                    left.removeAll(other.methods());
                }
            }
            if (taken && left.isEmpty()) {
                never.add(entry);
            }
        }
        return never;
    }

    /**
     * The value of the best entry, or null.
     *
     * @param method holds the token in {@code [methodFrom, methodTo)}
     * @param host holds the host in {@code [hostFrom, hostTo)}, in any case, without port; empty if there is none
     * @param path holds the path in {@code [pathFrom, pathTo)}, in normal form
     */
    T match(ByteBuffer method, int methodFrom, int methodTo, ByteBuffer host, int hostFrom, int hostTo,
            ByteBuffer path, int pathFrom, int pathTo) {
        HostRoutes<T> routes = hosts.find(host, hostFrom, hostTo);
        for (routes = routes == null ? anyHost : routes; routes != null; routes = routes.lessExact) {
            Choice<T> found = routes.paths.find(method, methodFrom, methodTo, path, pathFrom, pathTo);
            if (found != null) {
                return found.value;
            }
        }
        return null;
    }

    /** An entry whose host and path match. */
    record Candidate<T>(Entry<T> entry, boolean takesMethod) {}

    /**
     * All entries whose host and path match, in the order in which {@link #match} asks them: it takes the first one that takes the
     * method. Says why; allocates. Parameters as there.
     */
    List<Candidate<T>> candidates(ByteBuffer method, int methodFrom, int methodTo, ByteBuffer host, int hostFrom, int hostTo,
            ByteBuffer path, int pathFrom, int pathTo) {
        List<Choice<T>> found = new ArrayList<>();
        HostRoutes<T> routes = hosts.find(host, hostFrom, hostTo);
        for (routes = routes == null ? anyHost : routes; routes != null; routes = routes.lessExact) {
            found.addAll(routes.paths.all(path, pathFrom, pathTo));
        }
        return found.stream().map(each -> new Candidate<>(each.entry, each.takes(method, methodFrom, methodTo))).toList();
    }

    /** The paths of one host, and the host to go on with when none of them matches. */
    private record HostRoutes<T>(Node<T> paths, HostRoutes<T> lessExact) {}

    /** An entry as it is asked: its methods as bytes. */
    private record Choice<T>(Entry<T> entry, byte[][] methods, T value) {
        Choice(Entry<T> entry) {
            this(entry, entry.methods().stream().map(name -> name.getBytes(StandardCharsets.ISO_8859_1)).toArray(byte[][]::new),
                    entry.value());
        }

        boolean takes(ByteBuffer method, int from, int to) {
            for (byte[] token : methods) {
                if (Scan.equals(method, from, to, token)) {
                    return true;
                }
            }
            return methods.length == 0;
        }
    }

    /** A node of the tree of paths: what its label and those above it spell. */
    private static final class Node<T> {
        private byte[] label;
        private final List<Node<T>> children = new ArrayList<>();
        private final List<Choice<T>> here = new ArrayList<>();
        private final List<Choice<T>> below = new ArrayList<>();

        Node(byte[] label) {
            this.label = label;
        }

        /** The node for {@code key[from, …)}, which lies below this one. */
        Node<T> insert(byte[] key, int from) {
            if (from == key.length) {
                return this;
            }
            for (int c = 0; c < children.size(); c++) {
                Node<T> child = children.get(c);
                int common = 0;
                while (common < child.label.length && from + common < key.length && child.label[common] == key[from + common]) {
                    common++;
                }
                if (common == child.label.length) {
                    return child.insert(key, from + common);
                }
                if (common > 0) {
                    Node<T> split = new Node<>(Arrays.copyOf(child.label, common));
                    child.label = Arrays.copyOfRange(child.label, common, child.label.length);
                    split.children.add(child);
                    children.set(c, split);
                    return split.insert(key, from + common);
                }
            }
            Node<T> leaf = new Node<>(Arrays.copyOfRange(key, from, key.length));
            children.add(leaf);
            return leaf;
        }

        void add(Entry<T> entry, boolean prefix) {
            List<Choice<T>> list = prefix ? below : here;
            int at = 0;
            while (at < list.size() && !entry.beats(list.get(at).entry)) {
                at++;
            }
            list.add(at, new Choice<>(entry));
        }

        /** The best entry for the method, from here down: what lies deeper has the longer path. */
        Choice<T> find(ByteBuffer method, int methodFrom, int methodTo, ByteBuffer path, int from, int to) {
            Choice<T> best = null;
            Node<T> node = this;
            int at = from;
            while (node != null) {
                if (at == to || path.get(at) == '/' || node == this) { // at the root: OPTIONS * goes to /*
                    best = pick(node.below, method, methodFrom, methodTo, best);
                }
                if (at == to) {
                    return pick(node.here, method, methodFrom, methodTo, best);
                }
                Node<T> next = node.child(path, at, to);
                at += next == null ? 0 : next.label.length;
                node = next;
            }
            return best;
        }

        /** All entries for the path, in the order in which {@link #find} prefers them: from the deepest node up. */
        List<Choice<T>> all(ByteBuffer path, int from, int to) {
            List<Choice<T>> found = new ArrayList<>();
            Node<T> node = this;
            int at = from;
            while (node != null) {
                if (at == to || path.get(at) == '/' || node == this) {
                    found.addAll(0, node.below);
                }
                if (at == to) {
                    found.addAll(0, node.here);
                    return found;
                }
                Node<T> next = node.child(path, at, to);
                at += next == null ? 0 : next.label.length;
                node = next;
            }
            return found;
        }

        private static <T> Choice<T> pick(List<Choice<T>> choices, ByteBuffer method, int from, int to, Choice<T> otherwise) {
            for (int i = 0; i < choices.size(); i++) {
                if (choices.get(i).takes(method, from, to)) {
                    return choices.get(i);
                }
            }
            return otherwise;
        }

        private Node<T> child(ByteBuffer path, int at, int to) {
            byte first = path.get(at);
            for (int i = 0; i < children.size(); i++) {
                Node<T> child = children.get(i);
                if (child.label[0] == first) {                 // labels of siblings differ in their first byte
                    int end = at + child.label.length;
                    return end <= to && Scan.equals(path, at, end, child.label) ? child : null;
                }
            }
            return null;
        }
    }
}
