package weir.tls;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which certificate is shown for which server name (SNI, RFC 6066 §3). Several may cover one name, with keys of different types, so
 * that a client gets the best that it can verify. Immutable, for any thread; nothing here allocates.
 */
public final class Identities {
    private static final Identity[] NONE = {};

    private final List<Identity> all;
    private final Map<String, Identity[]> exact = new HashMap<>();
    /** What follows the {@code *} of wildcards, sorted, and who covers that. */
    private final String[] suffixes;
    private final Identity[][] wildcards;
    /** For clients that name no server, or one that nobody covers: the first, and what has its name and another type of key. */
    private final Identity[] unnamed;

    /** @param inOrder of preference; at least one */
    public Identities(List<Identity> inOrder) {
        all = List.copyOf(inOrder);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no certificate to show");
        }
        Map<String, Identity[]> bySuffix = new HashMap<>();
        for (Identity identity : all) {
            for (String host : identity.hosts()) {
                if (host.startsWith("*.")) {
                    bySuffix.merge(host.substring(1), new Identity[] {identity}, Identities::joined);
                } else {
                    exact.merge(host, new Identity[] {identity}, Identities::joined);
                }
            }
        }
        suffixes = bySuffix.keySet().toArray(new String[0]);
        Arrays.sort(suffixes);
        wildcards = new Identity[suffixes.length][];
        for (int i = 0; i < suffixes.length; i++) {
            wildcards[i] = bySuffix.get(suffixes[i]);
        }
        Identity first = all.get(0);
        List<Identity> likeFirst = new ArrayList<>(List.of(first));
        for (Identity other : all.subList(1, all.size())) {
            if (!first.hosts().isEmpty() && other.hosts().contains(first.hosts().get(0))) {
                likeFirst.add(other);
            }
        }
        unnamed = likeFirst.toArray(NONE);
    }

    private static Identity[] joined(Identity[] some, Identity[] more) {
        if (some[some.length - 1].equals(more[0])) {
            return some;                                         // a certificate that holds a name twice
        }
        Identity[] both = Arrays.copyOf(some, some.length + 1);
        both[some.length] = more[0];
        return both;
    }

    /** In the order of preference. */
    public List<Identity> all() {
        return all;
    }

    /**
     * Among those that cover the name exactly, then among those that do by a wildcard, the first with a key of this type. Only where none
     * covers the name at all: the first of the list, or one with its name and a key of this type.
     *
     * @param serverName lower case; empty for none
     * @param keyType as the JDK calls it: EC, RSA, RSASSA-PSS, EdDSA
     * @return null when none of those has such a key: the client is not given a certificate for another name
     */
    public Identity pick(String serverName, String keyType) {
        Identity[] named = exact.getOrDefault(serverName, NONE);
        Identity[] wild = wildcards(serverName);
        if (named.length + wild.length == 0) {
            return firstOf(unnamed, keyType);
        }
        Identity found = firstOf(named, keyType);
        return found == null ? firstOf(wild, keyType) : found;
    }

    private static Identity firstOf(Identity[] some, String keyType) {
        int index = indexOf(some, keyType);
        return index < 0 ? null : some[index];
    }

    private static int indexOf(Identity[] some, String keyType) {
        for (int i = 0; i < some.length; i++) {
            if (some[i].key().getAlgorithm().equals(keyType)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether a certificate holds this name, which is in lower case. */
    public boolean covers(String serverName) {
        return exact.containsKey(serverName) || wildcards(serverName).length > 0;
    }

    /**
     * Whether an identity that would be picked for {@code serverName}, with whatever type of key, covers the host in
     * {@code [from, to)}: letters in any case, a dot at its end ignored, IPv6 with or without brackets and in the form of RFC 5952 §4.
     */
    public boolean covers(String serverName, ByteBuffer bytes, int from, int to) {
        int begin = from;
        int end = to;
        if (end - begin > 2 && bytes.get(begin) == '[' && bytes.get(end - 1) == ']') {
            begin++;
            end--;
        } else if (end > begin && bytes.get(end - 1) == '.') {
            end--;
        }
        if (end <= begin) {
            return false;
        }
        Identity[] named = exact.getOrDefault(serverName, NONE);
        Identity[] wild = wildcards(serverName);
        if (named.length + wild.length == 0) {
            return covers(unnamed, NONE, bytes, begin, end);
        }
        // Nearly always the host is the server name: whatever is picked for that covers it.
        return same(serverName, 0, bytes, begin, end) || covers(named, NONE, bytes, begin, end) || covers(wild, named, bytes, begin, end);
    }

    /** @param preferred hide those of {@code some} with the same type of key */
    private static boolean covers(Identity[] some, Identity[] preferred, ByteBuffer bytes, int from, int to) {
        for (int i = 0; i < some.length; i++) {
            String keyType = some[i].key().getAlgorithm();
            if (indexOf(some, keyType) == i && indexOf(preferred, keyType) < 0 && covers(some[i], bytes, from, to)) {
                return true;
            }
        }
        return false;
    }

    private static boolean covers(Identity identity, ByteBuffer bytes, int from, int to) {
        List<String> hosts = identity.hosts();
        for (int i = 0; i < hosts.size(); i++) {                 // by index: an iterator would be an object for each request
            String host = hosts.get(i);
            if (host.startsWith("*.")) {
                int dot = from;
                while (dot < to && bytes.get(dot) != '.') {
                    dot++;
                }
                if (dot > from && same(host, 1, bytes, dot, to)) {
                    return true;
                }
            } else if (same(host, 0, bytes, from, to)) {
                return true;
            }
        }
        return false;
    }

    private static boolean same(String host, int hostFrom, ByteBuffer bytes, int from, int to) {
        if (host.length() - hostFrom != to - from) {
            return false;
        }
        for (int i = 0; i < to - from; i++) {
            int b = bytes.get(from + i);
            if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != host.charAt(hostFrom + i)) {
                return false;
            }
        }
        return true;
    }

    /** Who covers a name by a wildcard, which stands for one label (RFC 9525 §6.3). */
    private Identity[] wildcards(String name) {
        int dot = name.indexOf('.');
        if (dot <= 0) {
            return NONE;
        }
        int low = 0;
        int high = suffixes.length - 1;
        while (low <= high) {                                    // by hand: a map would need the rest of the name as a string
            int middle = (low + high) >>> 1;
            int order = compare(suffixes[middle], name, dot);
            if (order == 0) {
                return wildcards[middle];
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return NONE;
    }

    /** As {@link String#compareTo} with the part of {@code name} from {@code from} on. */
    private static int compare(String suffix, String name, int from) {
        int length = Math.min(suffix.length(), name.length() - from);
        for (int i = 0; i < length; i++) {
            int order = suffix.charAt(i) - name.charAt(from + i);
            if (order != 0) {
                return order;
            }
        }
        return suffix.length() - (name.length() - from);
    }
}
