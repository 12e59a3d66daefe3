package weir.upstream;

import java.io.IOException;
import java.net.InetSocketAddress;
import weir.http.OriginStream;
import weir.http.ResponseHandler;
import weir.net.EventLoop;

/** Opens connections in the wire format that a pool's origins speak. */
public interface OriginConnector {
    /**
     * Starts to connect; the handler hears of the result, not during this call.
     *
     * @param address one of the member's
     * @throws IOException when it cannot even be tried, as no descriptor is left
     */
    OriginStream connect(EventLoop loop, Member member, InetSocketAddress address, ResponseHandler handler) throws IOException;
}
