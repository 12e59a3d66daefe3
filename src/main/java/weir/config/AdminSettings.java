package weir.config;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/**
 * {@code admin}: where the process takes orders.
 *
 * @param address a {@link UnixDomainSocketAddress}, or an {@link InetSocketAddress}
 * @param token what a client by TCP has to show, 16 visible ASCII characters or more; null for a Unix-domain socket
 * @param changes the file that changes of pools are written to; null for none
 */
public record AdminSettings(SocketAddress address, String token, Path changes) {
    static final int TOKEN_CHARACTERS_MIN = 16;

    public boolean isUnix() {
        return address instanceof UnixDomainSocketAddress;
    }

    @Override
    public String toString() {
        return "AdminSettings[address=" + address + ", changes=" + changes + "]";                   // a log is no place for the token
    }
}
