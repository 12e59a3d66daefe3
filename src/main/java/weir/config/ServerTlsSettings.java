package weir.config;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code server.tls-*} and {@code server.handshakes}: what of TLS belongs to the process. A reload cannot change these.
 *
 * @param groups of the key exchange in the order of preference, by the JDK's names; one that this JDK lacks is left out
 * @param ownX25519 whether weir's X25519 takes the place of the JDK's
 * @param stapling whether OCSP responses are fetched and sent along (RFC 6066 §8)
 * @param warmUp whether handshakes inside the process are done before the first port opens
 * @param helpers threads for what a handshake computes, 1..64; -1 for as many as there are workers, 0 for none: the loops compute themselves
 * @param handshakes that run at once, all listeners together, 1..1,000,000
 */
public record ServerTlsSettings(List<String> groups, boolean ownX25519, boolean stapling, boolean warmUp, int helpers, int handshakes) {
    public ServerTlsSettings {
        groups = List.copyOf(groups);
        if (groups.isEmpty() || helpers < -1 || helpers > 64 || handshakes < 1 || handshakes > 1_000_000) {
            throw new IllegalArgumentException("TLS of the process: a number is out of its range");
        }
    }

    /** The keys whose value is another one here. */
    List<String> keysThatDiffer(ServerTlsSettings other) {
        List<String> keys = new ArrayList<>();
        ServerSettings.add("server.tls-groups", !groups.equals(other.groups), keys);
        ServerSettings.add("server.tls-x25519", ownX25519 != other.ownX25519, keys);
        ServerSettings.add("server.tls-stapling", stapling != other.stapling, keys);
        ServerSettings.add("server.tls-warm-up", warmUp != other.warmUp, keys);
        ServerSettings.add("server.tls-helpers", helpers != other.helpers, keys);
        ServerSettings.add("server.handshakes", handshakes != other.handshakes, keys);
        return keys;
    }
}
