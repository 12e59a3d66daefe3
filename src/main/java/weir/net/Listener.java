package weir.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import weir.observe.Counter;

/**
 * One address that weir listens on, with a socket on every loop ({@code SO_REUSEPORT}) or, where the platform has no such
 * thing and for a Unix-domain socket, one socket whose connections are handed out in turn.
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
    private final List<ServerSocketChannel> channels = new ArrayList<>();
    private final List<Acceptor> acceptors = new ArrayList<>();
    private final SocketAddress address;
    private final SocketFile file;                                // null: TCP
    private int next;

    /**
     * Binds, but does not accept yet.
     *
     * @param shared each loop gets a socket of its own, where the platform can do that
     * @param wanted an {@link InetSocketAddress} or a {@link UnixDomainSocketAddress}, whose file only the user of this process may use
     * @throws IOException the port is in use or privileged, the address is not one of this host, or the file cannot be made
     */
    public Listener(String name, SocketAddress wanted, int backlog, boolean shared, List<EventLoop> loops,
            ConnectionLimit limit, Counter pauses, Accepted accepted) throws IOException {
        this.name = name;
        this.backlog = backlog;
        this.loops = List.copyOf(loops);
        this.limit = limit;
        this.pauses = pauses;
        this.accepted = accepted;
        if (wanted instanceof UnixDomainSocketAddress unix) {
            file = SocketFile.bind(unix.getPath(), backlog);
            channels.add(file.channel());
            address = unix;
            return;
        }
        file = null;
        // Without this a second process with the same setting would share the port and take half of the connections.
        ServerSocketChannel probe = Acceptor.open((InetSocketAddress) wanted, backlog, false);
        boolean perLoop = shared && loops.size() > 1 && probe.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
        if (!perLoop) {
            channels.add(probe);
            address = probe.getLocalAddress();
            return;
        }
        InetSocketAddress exact = (InetSocketAddress) probe.getLocalAddress();
        probe.close();
        try {
            for (int i = 0; i < loops.size(); i++) {
                channels.add(Acceptor.open(exact, backlog, true));
            }
        } catch (IOException e) {
            closeChannels();
            throw e;
        }
        address = exact;
    }

    /** The address with the port that was bound, or the path of a Unix-domain socket. */
    public SocketAddress address() {
        return address;
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
        for (int i = 0; i < channels.size(); i++) {
            EventLoop loop = loops.get(i);
            ServerSocketChannel channel = channels.get(i);
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
        if (channels.size() > 1 || loops.size() == 1) {
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
            closeChannels();
            return;
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
        if (file != null) {
            try {
                file.remove();
            } catch (IOException e) {
                loops.get(0).journal().warn("removing the socket of listener " + name + ": " + e.getMessage());
            }
        }
    }

    private void closeChannels() {
        for (ServerSocketChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                loops.get(0).journal().warn("closing listener " + name + ": " + e.getMessage());
            }
        }
    }
}
