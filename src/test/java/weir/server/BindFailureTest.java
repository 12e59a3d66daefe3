package weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The words of the system, as JDK 17 and 25 pass them on: who runs as root never sees a port refused. */
class BindFailureTest {
    static Stream<Arguments> failures() throws IOException {
        InetSocketAddress all = new InetSocketAddress(80);
        InetSocketAddress one = new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}), 443);
        InetSocketAddress six = new InetSocketAddress(InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), 81);
        return Stream.of(
                arguments(all, new BindException("Address already in use"),
                        "listen.web: cannot listen on :80: the port is in use; stop the other program or choose another port (or take over from a weir: run --beside)"),
                arguments(all, new SocketException("Permission denied"),
                        "listen.web: cannot listen on :80: ports below 1024 need the right to bind them; choose one above, or grant CAP_NET_BIND_SERVICE"),
                arguments(one, new BindException("Permission denied"),
                        "listen.web: cannot listen on 10.0.0.1:443: ports below 1024 need the right to bind them; choose one above, or grant CAP_NET_BIND_SERVICE"),
                arguments(one, new BindException("Cannot assign requested address"),
                        "listen.web: cannot listen on 10.0.0.1:443: this host has no such address"),
                arguments(six, new SocketException("Protocol family unavailable"),
                        "listen.web: cannot listen on [0:0:0:0:0:0:0:1]:81: Protocol family unavailable"),
                arguments(UnixDomainSocketAddress.of("/run/a.sock"), new BindException("a permission, in use"),
                        "listen.web: cannot listen on unix:/run/a.sock: a permission, in use"),
                arguments(six, new IOException(), "listen.web: cannot listen on [0:0:0:0:0:0:0:1]:81: java.io.IOException"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("failures")
    void isSaidInPlainWords(SocketAddress address, IOException cause, String told) {
        assertThat(BindFailure.explain("listen.web", address, false, cause)).hasMessage(told).hasCause(cause);
    }
}
