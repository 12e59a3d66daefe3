package weir.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import weir.http.Head;

/** The primary key of a request (RFC 9111 §2): its target URI, without the method: GET and HEAD share what is stored. */
final class CacheKey {
    private static final byte[] HTTP = {'h', ':'};
    private static final byte[] HTTPS = {'s', ':'};

    private CacheKey() {}

    /**
     * Makes the probe the key of a request whose path is in normal form: scheme, authority in lower case without the scheme's own
     * port (RFC 3986 §6.2.3), path, query. Nothing that is not part of the URI.
     */
    static Probe put(Probe probe, Head request, boolean secure) {
        put(probe, secure, request.bytes(), request.at(request.authorityFrom()), request.at(request.authorityTo()));
        probe.put(request.bytes(), request.at(request.pathFrom()), request.at(request.pathTo()));
        return probe.put(request.bytes(), request.at(request.queryFrom()), request.at(request.queryTo()));
    }

    /** The key of a URI that is written as a request has it. @param authority as it came @param pathAndQuery normalised as a request's are */
    static Probe put(Probe probe, boolean secure, String authority, String pathAndQuery) {
        byte[] bytes = authority.getBytes(StandardCharsets.ISO_8859_1);
        put(probe, secure, ByteBuffer.wrap(bytes), 0, bytes.length);
        return probe.put(pathAndQuery.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Adds the authority of a request as the key has it. */
    static void putAuthority(Probe probe, Head request, boolean secure) {
        int from = request.at(request.authorityFrom());
        probe.putLowerCase(request.bytes(), from, withoutPort(request.bytes(), from, request.at(request.authorityTo()), secure));
    }

    /**
     * Whether a request writes its authority as the key has it. One that does not has the key of those that do, and another Host, which
     * an origin may write into its response.
     */
    static boolean isAuthorityNormal(Head request, boolean secure) {
        ByteBuffer bytes = request.bytes();
        int from = request.at(request.authorityFrom());
        int to = request.at(request.authorityTo());
        for (int at = from; at < to; at++) {
            if (bytes.get(at) >= 'A' && bytes.get(at) <= 'Z') {
                return false;
            }
        }
        return withoutPort(bytes, from, to, secure) == to;
    }

    /** @param authority in lower case, without the scheme's own port. @param pathAndQuery as a request has them */
    static byte[] bytes(boolean secure, String authority, String pathAndQuery) {
        return ((secure ? "s:" : "h:") + authority + pathAndQuery).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void put(Probe probe, boolean secure, ByteBuffer bytes, int from, int to) {
        probe.reset().put(secure ? HTTPS : HTTP).putLowerCase(bytes, from, withoutPort(bytes, from, to, secure));
    }

    private static int withoutPort(ByteBuffer bytes, int from, int to, boolean secure) {
        if (to > from && bytes.get(to - 1) == ':') {
            return to - 1;
        }
        if (secure) {
            return endsWith(bytes, from, to, ":443") ? to - 4 : to;
        }
        return endsWith(bytes, from, to, ":80") ? to - 3 : to;
    }

    private static boolean endsWith(ByteBuffer bytes, int from, int to, String end) {
        int at = to - end.length();
        boolean same = at > from;
        for (int i = 0; same && i < end.length(); i++) {
            same = bytes.get(at + i) == end.charAt(i);
        }
        return same;
    }
}
