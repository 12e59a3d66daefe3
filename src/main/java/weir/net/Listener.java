package weir.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import weir.observe.Counter;

/**
 * One address that weir listens on, with a socket on every loop ({@code SO_REUSEPORT}) or, where the platform has no such
 * thing, for a Unix-domain socket and for one that the process was started with, a single one whose connections are handed out
 * in turn.
 */
public final class Listener {
    /** Takes over an accepted connection, on the loop that it will stay on. */
    public interface Accepted {
        /** Owns the transport from now on; calls {@link ConnectionLimit#give} when it is closed. */
        void accept(EventLoop loop, Transport transport);
    }

    private final String name;
    private final int backlog;
    private final ConnectionLimit limit;
    private final Accepted accepted;
    private final Counter pauses;
    private final List<EventLoop> loops;
    private final ListenSockets sockets;
    private final List<Acceptor> acceptors = new ArrayList<>();
    private int next;

    /** Accepts nothing yet. @param sockets become the listener's */
    public Listener(String name, ListenSockets sockets, int backlog, List<EventLoop> loops, ConnectionLimit limit, Counter pauses,
            Accepted accepted) {
        this.name = name;
        this.sockets = sockets;
        this.backlog = backlog;
        this.loops = List.copyOf(loops);
        this.limit = limit;
        this.pauses = pauses;
        this.accepted = accepted;
    }

    /** The address with the port that was bound, or the path of a Unix-domain socket. */
    public SocketAddress address() {
        return sockets.address();
    }

    /** Whether this process was started with its socket. */
    public boolean isInherited() {
        return sockets.isInherited();
    }

    /** Whether another process listens at the same address, as far as the system tells. Reads files: not on a loop. */
    public boolean hasNeighbours() {
        return sockets.neighbours() > 0;
    }

    public String name() {
        return name;
    }

    int backlog() {
        return backlog;
    }

    ConnectionLimit limit() {
        return limit;
    }

    void countPause(int loop) {
        pauses.increment(loop);
    }

    /** Starts to accept. The loops run already or will soon. */
    public void start() {
        for (int i = 0; i < sockets.channels().size(); i++) {
            EventLoop loop = loops.get(i);
            ServerSocketChannel channel = sockets.channels().get(i);
            loop.executeSurely(() -> startOn(loop, channel));
        }
    }

    private void startOn(EventLoop loop, ServerSocketChannel channel) {
        if (!channel.isOpen()) {
            return;                                               // closed before it started
        }
        try {
            Acceptor acceptor = new Acceptor(loop, channel, this);
            synchronized (acceptors) {
                acceptors.add(acceptor);
            }
        } catch (IOException e) {
            loop.journal().error("listener " + name + " on loop " + loop.index() + ": " + e.getMessage());
        }
    }

    /** Called on the loop whose socket it came from. */
    void assign(EventLoop loop, SocketChannel channel, InetSocketAddress local) {
        if (sockets.channels().size() > 1 || loops.size() == 1) {
            register(loop, channel, local);
            return;
        }
        next = (next + 1) % loops.size();
        EventLoop target = loops.get(next);
        if (target == loop || !target.execute(() -> register(target, channel, local))) {
            register(loop, channel, local);
        }
    }

    private void register(EventLoop loop, SocketChannel channel, InetSocketAddress local) {
        try {
            Acceptor.register(loop, channel, local, transport -> accepted.accept(loop, transport));
        } catch (IOException e) {
            limit.give();                                         // reset before we could take it
            try {
                channel.close();
            } catch (IOException again) {
                loop.journal().warnAtMostOncePerSecond("close", "closing a socket: " + again.getMessage());
            }
        }
    }

    /** Stops to listen, on every loop, and waits for that (at most 5 s). From any thread but a loop's. */
    public void close() throws InterruptedException {
        List<Acceptor> open;
        synchronized (acceptors) {
            open = new ArrayList<>(acceptors);
            acceptors.clear();
        }
        removeFile();
        if (open.isEmpty()) {
            closeSockets();
            return;
        }
        if (hasNeighbours() && !ListenTable.migrates()) {
            loops.get(0).journal().warn("listen." + name + ": another process listens on the same port; connections that come while this one "
                    + "closes its sockets may be reset, as net.ipv4.tcp_migrate_req is 0");
        }
        CountDownLatch done = new CountDownLatch(open.size());
        for (Acceptor acceptor : open) {
            if (!acceptor.loop().executeSurely(() -> {
                acceptor.close();
                done.countDown();
            })) {
                done.countDown();
            }
        }
        if (!done.await(5, TimeUnit.SECONDS)) {
            loops.get(0).journal().warn("listener " + name + ": a loop did not close its socket within 5 s");
        }
    }

    private void removeFile() {
        try {
            sockets.removeFile();
        } catch (IOException e) {
            loops.get(0).journal().warn("removing the socket of listener " + name + ": " + e.getMessage());
        }
    }

    private void closeSockets() {
        try {
            sockets.close();
        } catch (IOException e) {
            loops.get(0).journal().warn("closing listener " + name + ": " + e.getMessage());
        }
    }
}
