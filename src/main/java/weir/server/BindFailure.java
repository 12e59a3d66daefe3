package weir.server;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Locale;

/** Says in plain words why an address could not be listened on, and what to do. */
final class BindFailure {
    private BindFailure() {}

    /** @param key of the listener, which the message begins with @param shared whether another process may listen there too */
    static IOException explain(String key, SocketAddress address, boolean shared, IOException cause) {
        String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        String lower = text.toLowerCase(Locale.ROOT);
        String where = key + ": cannot listen on " + AddressText.of(address) + ": ";
        String why;
        if (address instanceof UnixDomainSocketAddress) {
            why = text;                                            // says all of it already
        } else if (lower.contains("in use")) {
            why = shared ? "the program on this port does not share it; only a weir of the same user does, so stop it or choose another port"
                    : "the port is in use; stop the other program or choose another port (or take over from a weir: run --beside)";
        } else if (lower.contains("permission")) {
            why = "ports below 1024 need the right to bind them; choose one above, or grant CAP_NET_BIND_SERVICE";
        } else if (lower.contains("assign")) {
            why = "this host has no such address";
        } else {
            why = text;
        }
        return new IOException(where + why, cause);
    }
}
