package weir.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/**
 * One listening socket on one loop. Where {@code SO_REUSEPORT} is there, each loop has one of its own on the same port;
 * else a single one hands accepted sockets to all loops in turn.
 *
 * <p>Accepting pauses, and goes on by itself, when the connection limit is reached or descriptors run out.
 */
final class Acceptor extends Timer implements Ready {
    /** Connections accepted in one turn: the others of the loop get theirs too. */
    private static final int ACCEPTS_PER_TURN = 64;
    private static final long PAUSE_NANOS = 50_000_000;

    private final EventLoop loop;
    private final ServerSocketChannel channel;
    private final Listener listener;
    private final InetSocketAddress local;                   // null: a Unix-domain socket
    private final SelectionKey key;
    private boolean closed;

    Acceptor(EventLoop loop, ServerSocketChannel channel, Listener listener) throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.listener = listener;
        this.local = channel.getLocalAddress() instanceof InetSocketAddress address ? address : null;
        this.key = channel.register(loop.selector(), SelectionKey.OP_ACCEPT, this);
    }

    EventLoop loop() {
        return loop;
    }

    @Override
    public void ready(int operations) {
        for (int i = 0; i < ACCEPTS_PER_TURN && acceptOne(); i++) {
            // each round is one connection
        }
    }

    private boolean acceptOne() {
        if (!listener.limit().take()) {
            pause("connections", listener.limit() + " reached, accepting pauses");
            return false;
        }
        SocketChannel accepted = null;
        try {
            accepted = channel.accept();
        } catch (IOException e) {
            // EMFILE and ENFILE come here: the connection stays in the kernel's queue until descriptors are free
            pause("accept", "accepting on " + listener.name() + " pauses: " + e.getMessage());
        }
        if (accepted == null) {
            listener.limit().give();
            return false;
        }
        listener.assign(loop, accepted, local);
        return true;
    }

    private void pause(String key, String text) {
        loop.journal().warnAtMostOncePerSecond(key, text);
        listener.countPause(loop.index());
        this.key.interestOps(0);
        loop.timers().set(this, loop.nowNanos() + PAUSE_NANOS);
    }

    @Override
    protected void onExpired(long nowNanos) {
        if (!closed) {
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    /**
     * Stops to listen. The connections that wait in the kernel's queue are taken first: closing one of several
     * {@code SO_REUSEPORT} sockets would reset them. A socket that was inherited stays open, and what waits there is for the
     * other processes that have it.
     */
    void close() {
        if (!closed) {
            int taken = 0;
            while (!listener.isInherited() && taken <= listener.backlog() && acceptOne()) {
                taken++;
            }
            closed = true;
            loop.timers().cancel(this);
            try {
                if (listener.isInherited()) {
                    key.cancel();
                } else {
                    channel.close();
                }
                loop.releaseClosed();             // who waits for this may bind the port again at once
            } catch (IOException e) {
                loop.journal().warn("closing listener " + listener.name() + ": " + e.getMessage());
            }
        }
    }

    @Override
    public void failed(IOException cause) {
        loop.journal().warnAtMostOncePerSecond("accept", "accepting on " + listener.name() + ": " + cause.getMessage());
    }

    @Override
    public void crashed() {
        // the listener goes on; what was accepted has been closed
    }

    /** Takes over an accepted socket on this loop. @param local null for a Unix-domain socket */
    static void register(EventLoop loop, SocketChannel accepted, InetSocketAddress local, Consumer<Transport> onAccept) throws IOException {
        accepted.configureBlocking(false);
        if (local != null) {
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        onAccept.accept(new SocketTransport(loop, accepted, local));
    }
}
