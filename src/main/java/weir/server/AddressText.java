package weir.server;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** An address as it would be written in the configuration. */
public final class AddressText {
    private AddressText() {}

    /** As below, or {@code unix:/path}. */
    public static String of(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress unix ? "unix:" + unix.getPath() : of((InetSocketAddress) address);
    }

    /** {@code 127.0.0.1:80}, {@code [::1]:80} in Java's long form, or {@code :80} for every address of the host. */
    public static String of(InetSocketAddress address) {
        if (address.getAddress().isAnyLocalAddress()) {
            return ":" + address.getPort();
        }
        String host = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
