package weir.exchange;

import java.nio.charset.StandardCharsets;
import weir.http.Head;
import weir.upstream.Origin;

/** Replaces the authority that goes out as Host. */
final class OriginHost {
    private OriginHost() {}

    /** @param host empty for the server's own name @return false at the memory bound */
    static boolean set(Head request, byte[] host, Origin origin) {
        byte[] text = host.length > 0 ? host : origin.name().getBytes(StandardCharsets.US_ASCII);
        int at = request.append(text);
        if (at < 0) {
            return false;
        }
        request.authority(at, at + text.length);
        return true;
    }
}
