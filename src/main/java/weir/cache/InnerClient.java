package weir.cache;

import java.net.InetSocketAddress;
import weir.http.ClientStream;
import weir.http.Head;
import weir.net.EventLoop;
import weir.net.Inbox;
import weir.net.Protection;
import weir.net.ProxyHeader;
import weir.net.Transport;

/** The client of an exchange that a cache runs: a request without content, on the connection of another client as it was. One loop's. */
abstract class InnerClient implements ClientStream {
    final EventLoop loop;
    private final InetSocketAddress peer;
    private final InetSocketAddress local;
    private final Protection protection;
    private final ProxyHeader proxyHeader;
    private long bytes;

    InnerClient(EventLoop loop, ClientStream of) {
        this.loop = loop;
        peer = of.peer();
        local = of.local();
        protection = of.protection();
        proxyHeader = of.proxyHeader();
    }

    /** Bytes of the response were taken. */
    final void passedOn(int count) {
        bytes += count;
    }

    @Override
    public final EventLoop loop() {
        return loop;
    }

    @Override
    public final InetSocketAddress peer() {
        return peer;
    }

    @Override
    public final InetSocketAddress local() {
        return local;
    }

    @Override
    public final Protection protection() {
        return protection;
    }

    @Override
    public final ProxyHeader proxyHeader() {
        return proxyHeader;
    }

    @Override
    public final int versionMinor() {
        return 1;
    }

    @Override
    public final void requestContent() {
        throw new AssertionError("a request without content");
    }

    @Override
    public final void refuseContent() {}

    @Override
    public final void sendUpgrade(Head head) {
        throw new AssertionError("no upgrade was asked for");
    }

    @Override
    public final Transport takeOver(Inbox rest) {
        return null;
    }

    @Override
    public final void released() {}

    @Override
    public final long bytesSent() {
        return bytes;
    }
}
