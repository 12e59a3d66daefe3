package weir.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The sockets of one address that is listened on: one for each loop where the platform has {@code SO_REUSEPORT}, else a single
 * one; the one that this process was started with; or a Unix-domain socket. Nothing is accepted yet.
 */
public final class ListenSockets {
    private final List<ServerSocketChannel> channels;
    private final SocketAddress address;
    private final boolean inherited;
    private final SocketFile file;                                // null: TCP

    private ListenSockets(List<ServerSocketChannel> channels, SocketAddress address, boolean inherited, SocketFile file) {
        this.channels = List.copyOf(channels);
        this.address = address;
        this.inherited = inherited;
        this.file = file;
    }

    private static ListenSockets of(List<ServerSocketChannel> channels, boolean inherited) throws IOException {
        return new ListenSockets(channels, channels.get(0).getLocalAddress(), inherited, null);
    }

    /**
     * Binds.
     *
     * @param count sockets, 1 or more; a platform without {@code SO_REUSEPORT} has one of them
     * @param beside whether another process may listen there too: then new connections are shared out between both, until one
     *               of them closes its sockets
     * @throws IOException the port is in use or privileged, or the address is not one of this host
     */
    public static ListenSockets bind(InetSocketAddress wanted, int backlog, int count, boolean beside) throws IOException {
        if (!isShareable()) {
            if (beside) {
                throw new IOException("this platform has no SO_REUSEPORT: two processes cannot listen on one port");
            }
            return of(List.of(open(wanted, backlog, false)), false);
        }
        // Who shares a port takes half of its connections, and nobody would notice: a second process has to ask for that. A free
        // port (0) is nobody else's, and must not be let go again.
        if (!beside && wanted.getPort() != 0) {
            open(wanted, backlog, false).close();
        }
        List<ServerSocketChannel> channels = new ArrayList<>();
        try {
            channels.add(open(wanted, backlog, true));
            InetSocketAddress exact = (InetSocketAddress) channels.get(0).getLocalAddress();
            while (channels.size() < count) {
                channels.add(open(exact, backlog, true));
            }
            return of(channels, false);
        } catch (IOException | RuntimeException e) {
            for (ServerSocketChannel channel : channels) {
                channel.close();
            }
            throw e;
        }
    }

    /**
     * Makes a Unix-domain socket, whose file only the user of this process may use.
     *
     * @param beside whether the file of another process that listens there may be replaced: who connects from then on comes here
     * @throws IOException the file cannot be made, or is another's
     */
    public static ListenSockets bind(UnixDomainSocketAddress wanted, int backlog, boolean beside) throws IOException {
        SocketFile file = SocketFile.bind(wanted.getPath(), backlog, beside);
        return new ListenSockets(List.of(file.channel()), wanted, false, file);
    }

    private static boolean isShareable() throws IOException {
        try (ServerSocketChannel any = ServerSocketChannel.open()) {
            return any.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
        }
    }

    private static ServerSocketChannel open(InetSocketAddress address, int backlog, boolean shared) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (shared) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            channel.bind(address, backlog);
            channel.configureBlocking(false);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * The socket that is file descriptor 0 of this process. It is never closed, as others have it too and as the JDK would point
     * the descriptors 0 to 2 elsewhere with it.
     *
     * @throws IOException it is none, or of another kind
     */
    public static ListenSockets inherited() throws IOException {
        Channel found = System.inheritedChannel();
        if (found == null) {
            throw new IOException("file descriptor 0 is no socket");
        }
        if (!(found instanceof ServerSocketChannel channel)) {
            throw new IOException("file descriptor 0 is a socket, but not one that listens");
        }
        SocketAddress address = channel.getLocalAddress();
        if (!(address instanceof InetSocketAddress at) || at.getPort() == 0) {
            throw new IOException("file descriptor 0 is a socket, but not one that listens on a TCP port");
        }
        channel.configureBlocking(false);
        return of(List.of(channel), true);
    }

    /** With the port that was bound, or the path of a Unix-domain socket. */
    public SocketAddress address() {
        return address;
    }

    /** Whether it is the one that this process was started with. */
    public boolean isInherited() {
        return inherited;
    }

    List<ServerSocketChannel> channels() {
        return channels;
    }

    /** Of a Unix-domain socket, before it is closed. */
    void removeFile() throws IOException {
        if (file != null) {
            file.remove();
        }
    }

    /** For sockets that no loop has. */
    void close() throws IOException {
        if (!inherited) {
            for (ServerSocketChannel channel : channels) {
                channel.close();
            }
        }
    }

    /** Sockets of other processes, or of others in this one, at the same address; 0 also where the system does not tell. */
    int neighbours() {
        return inherited || !(address instanceof InetSocketAddress at) ? 0 : Math.max(0, ListenTable.read().count(at) - channels.size());
    }
}
