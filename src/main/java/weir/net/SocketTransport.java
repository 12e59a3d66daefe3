package weir.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** Plain TCP, or a Unix-domain socket that was accepted, by a non-blocking {@link SocketChannel}. */
final class SocketTransport implements Transport, Ready, Deferred {
    /** The address of both sides of a Unix-domain socket: who speaks there is on this host. */
    private static final InetSocketAddress THIS_HOST = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final EventLoop loop;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer[] pair = new ByteBuffer[2];
    private InetSocketAddress peer;
    private InetSocketAddress local;
    private ProxyHeader proxyHeader;
    private TransportHandler handler;
    private int interest;
    private IOException connectFailure;

    /** An accepted connection: wants to read from the start. The socket is non-blocking already. @param local null for a Unix-domain socket */
    SocketTransport(EventLoop loop, SocketChannel channel, InetSocketAddress local) throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.peer = local == null ? THIS_HOST : (InetSocketAddress) channel.getRemoteAddress();
        this.local = local == null ? THIS_HOST : local.getAddress().isAnyLocalAddress() ? null : local;
        this.interest = SelectionKey.OP_READ;
        this.key = channel.register(loop.selector(), interest, this);
    }

    private SocketTransport(EventLoop loop, SocketChannel channel, InetSocketAddress peer, TransportHandler handler)
            throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.peer = peer;
        this.handler = handler;
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        boolean connected = false;
        try {
            connected = channel.connect(peer);
        } catch (IOException e) {
            connectFailure = e;
        }
        // On loopback the connection often stands at once: told later all the same, so that callers see one order of events.
        interest = connected || connectFailure != null ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT;
        key = connectFailure == null ? channel.register(loop.selector(), interest, this) : null;
        if (connected || connectFailure != null) {
            loop.defer(this);
        }
    }

    /** Starts to connect; {@code handler} hears of the result. @throws IOException when no socket can be had */
    static SocketTransport connect(EventLoop loop, InetSocketAddress peer, TransportHandler handler) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            return new SocketTransport(loop, channel, peer, handler);
        } catch (IOException | RuntimeException e) {     // RuntimeException: an address that is not resolved
            channel.close();
            throw e;
        }
    }

    @Override
    public void runDeferred() {
        if (!channel.isOpen()) {
            return;
        }
        if (connectFailure != null) {
            handler.onFailed(connectFailure);
            return;
        }
        try {
            handler.onConnected();
        } catch (IOException e) {
            handler.onFailed(e);
        }
    }

    @Override
    public void ready(int operations) throws IOException {
        if ((operations & SelectionKey.OP_CONNECT) != 0) {
            channel.finishConnect();
            interest(SelectionKey.OP_READ);
            handler.onConnected();
            return;
        }
        if ((operations & SelectionKey.OP_READ) != 0) {
            handler.onReadable();
        }
        if ((operations & SelectionKey.OP_WRITE) != 0 && channel.isOpen()) {
            handler.onWritable();
        }
    }

    @Override
    public void failed(IOException cause) {
        handler.onFailed(cause);
    }

    @Override
    public void crashed() {
        try {
            handler.onFailed(new IOException("internal error"));
        } finally {
            abort();                                      // whatever the handler does: else these bytes would wake us for ever
        }
    }

    @Override
    public void handler(TransportHandler handler) {
        this.handler = handler;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return channel.write(from);
    }

    @Override
    public long write(ByteBuffer first, ByteBuffer second) throws IOException {
        pair[0] = first;
        pair[1] = second;
        return channel.write(pair, 0, 2);
    }

    @Override
    public void reading(boolean wanted) {
        interest(wanted ? interest | SelectionKey.OP_READ : interest & ~SelectionKey.OP_READ);
    }

    @Override
    public void writing(boolean wanted) {
        interest(wanted ? interest | SelectionKey.OP_WRITE : interest & ~SelectionKey.OP_WRITE);
    }

    private void interest(int operations) {
        if (operations != interest && channel.isOpen()) {
            interest = operations;
            key.interestOps(operations);
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() {
        try {
            channel.close();          // the descriptor goes with the next select, which takes the key out of epoll
        } catch (IOException e) {
            loop.journal().warnAtMostOncePerSecond("close", "closing a socket: " + e.getMessage());
        }
    }

    @Override
    public void abort() {
        if (channel.isOpen()) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);      // no reset on a Unix-domain socket: there is none
            } catch (IOException e) {
                // the peer is gone already: there is nobody left to tell
                loop.journal().warnAtMostOncePerSecond("abort", "resetting a socket: " + e.getMessage());
            }
            close();
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public Protection protection() {
        return null;
    }

    @Override
    public InetSocketAddress peer() {
        return peer;
    }

    @Override
    public InetSocketAddress local() {
        if (local == null) {
            try {
                local = (InetSocketAddress) channel.getLocalAddress();
            } catch (IOException e) {
                local = new InetSocketAddress(0);     // closed meanwhile
            }
        }
        return local;
    }

    @Override
    public ProxyHeader proxyHeader() {
        return proxyHeader;
    }

    @Override
    public void proxyHeader(ProxyHeader header) {
        proxyHeader = header;
        if (header.client() != null) {
            peer = header.client();
            local = header.destination();
        }
    }
}
