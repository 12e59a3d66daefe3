package weir.exchange;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import weir.net.Protection;
import weir.net.Transport;
import weir.net.TransportHandler;

/**
 * A connection in memory that does what networks do: takes and gives as few bytes as it likes, has a bounded window each way,
 * tells of a reset when it likes, and loses bytes under way with it. The proxy holds one end, the methods of the peer are
 * the other one. The test plays the selector: it fires what {@link #isReadable}, {@link #isWritable} and
 * {@link #isConnecting} say.
 */
public final class FaultyTransport implements Transport, SimulatedPeer {
    private static final int READ = 1;
    private static final int WRITE = 2;

    /** Bytes of one direction that were sent and not read yet. */
    private static final class Flight {
        private final int window;
        private byte[] bytes = new byte[256];
        private int from;
        private int to;
        private boolean ended;

        Flight(int window) {
            this.window = window;
        }

        int length() {
            return to - from;
        }

        int room() {
            return Math.max(0, window - length());
        }

        void put(byte[] more, int at, int length) {
            if (to + length > bytes.length) {
                byte[] larger = new byte[Math.max(bytes.length * 2, length() + length)];
                System.arraycopy(bytes, from, larger, 0, length());
                to -= from;
                from = 0;
                bytes = larger;
            }
            System.arraycopy(more, at, bytes, to, length);
            to += length;
        }

        byte[] take(int length) {
            byte[] taken = Arrays.copyOfRange(bytes, from, from + length);
            from += length;
            return taken;
        }
    }

    private final Random random;
    private final boolean shortened;
    private final Flight toProxy;
    private final Flight fromProxy;
    private TransportHandler handler;
    private int interest = READ;
    private boolean connecting;
    private boolean open = true;
    private boolean outputEnded;
    private boolean reset;             // by the peer
    private boolean peerClosed;        // bytes that come now are answered with a reset
    private boolean peerSeesReset;

    /** @param shortened whether reads and writes may move fewer bytes than they could @param wide with windows for long contents */
    public FaultyTransport(Random random, boolean shortened, boolean wide, boolean connecting) {
        this.random = random;
        this.shortened = shortened;
        this.connecting = connecting;
        toProxy = new Flight(window(random, wide));
        fromProxy = new Flight(window(random, wide));
    }

    private static int window(Random random, boolean wide) {
        return 1 << (wide ? 11 + random.nextInt(8) : 4 + random.nextInt(10));     // 2 to 256 KiB, or 16 bytes to 8 KiB
    }

    private int some(int most) {
        return !shortened || most <= 1 || random.nextInt(3) > 0 ? most : 1 + random.nextInt(most);
    }

    // ---- the selector's side

    public boolean isConnecting() {
        return connecting && open;
    }

    public boolean isReadable() {
        return open && !connecting && (interest & READ) != 0 && (toProxy.length() > 0 || toProxy.ended || reset);
    }

    public boolean isWritable() {
        return open && !connecting && (interest & WRITE) != 0 && (fromProxy.room() > 0 || reset || peerClosed);
    }

    public void fireConnected(boolean accepted) {
        connecting = false;
        try {
            if (accepted) {
                handler.onConnected();
            } else {
                handler.onFailed(new IOException("Connection refused"));
            }
        } catch (IOException e) {
            handler.onFailed(e);
        }
    }

    public void fireReadable() {
        try {
            handler.onReadable();
        } catch (IOException e) {
            handler.onFailed(e);
        }
    }

    public void fireWritable() {
        try {
            handler.onWritable();
        } catch (IOException e) {
            handler.onFailed(e);
        }
    }

    // ---- the peer's side

    @Override
    public int peerSend(byte[] bytes, int from, int to) {
        if (!open) {
            peerSeesReset = true;                                 // nobody is there any more
            return to - from;
        }
        int n = Math.min(to - from, toProxy.room());
        toProxy.put(bytes, from, n);
        return n;
    }

    @Override
    public boolean peerCanSend() {
        return !peerClosed && (!open || toProxy.room() > 0);
    }

    @Override
    public byte[] peerRead(int most) {
        return fromProxy.take(Math.min(most, fromProxy.length()));
    }

    @Override
    public int peerReadable() {
        return fromProxy.length();
    }

    @Override
    public boolean peerSeesEnd() {
        return fromProxy.ended && fromProxy.length() == 0 && !peerSeesReset;
    }

    @Override
    public boolean peerSeesReset() {
        return peerSeesReset && fromProxy.length() == 0;
    }

    @Override
    public void peerEnd() {
        toProxy.ended = true;
    }

    @Override
    public void peerClose() {
        toProxy.ended = true;
        peerClosed = true;
        reset |= fromProxy.length() > 0;                          // unread bytes: the kernel sends a reset
    }

    @Override
    public void peerReset() {
        reset = peerClosed = true;
        if (random.nextBoolean()) {
            toProxy.take(toProxy.length());                       // some systems drop what was not read yet
        }
    }

    /** A byte under way becomes another one, in a direction by chance. */
    public void corrupt() {
        Flight flight = random.nextBoolean() ? toProxy : fromProxy;
        if (flight.length() > 0) {
            flight.bytes[flight.from + random.nextInt(flight.length())] ^= (byte) (1 << random.nextInt(8));
        }
    }

    // ---- the proxy's side

    @Override
    public void handler(TransportHandler handler) {
        this.handler = handler;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (!open) {
            throw new AssertionError("read after close");
        }
        int n = some(Math.min(into.remaining(), toProxy.length()));
        if (n > 0) {
            into.put(toProxy.take(n));
            return n;
        }
        if (reset) {
            throw new IOException("Connection reset");
        }
        return toProxy.length() == 0 && toProxy.ended ? -1 : 0;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        if (!open || connecting) {
            throw new AssertionError("write to no connection");
        }
        if (reset || outputEnded) {
            throw new IOException("Broken pipe");
        }
        if (peerClosed) {
            reset = true;                                         // the first write is taken, and answered with a reset
            int gone = from.remaining();
            from.position(from.limit());
            return gone;
        }
        int n = some(Math.min(from.remaining(), fromProxy.room()));
        byte[] bytes = new byte[n];
        from.get(bytes);
        fromProxy.put(bytes, 0, n);
        return n;
    }

    @Override
    public long write(ByteBuffer first, ByteBuffer second) throws IOException {
        int n = write(first);
        return first.hasRemaining() || reset ? n : n + (long) write(second);
    }

    @Override
    public void reading(boolean wanted) {
        interest = wanted ? interest | READ : interest & ~READ;
    }

    @Override
    public void writing(boolean wanted) {
        interest = wanted ? interest | WRITE : interest & ~WRITE;
    }

    @Override
    public void shutdownOutput() throws IOException {
        if (reset) {
            throw new IOException("Transport endpoint is not connected");
        }
        outputEnded = fromProxy.ended = true;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            fromProxy.ended = true;
            if (toProxy.length() > 0) {
                loseUnread();
            }
        }
    }

    @Override
    public void abort() {
        if (open) {
            open = false;
            loseUnread();
        }
    }

    private void loseUnread() {
        peerSeesReset = true;
        if (random.nextBoolean()) {
            fromProxy.take(fromProxy.length());
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public Protection protection() {
        return null;
    }

    @Override
    public InetSocketAddress peer() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public InetSocketAddress local() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
    }

    @Override
    public String toString() {
        return (open ? "open" : "closed") + (connecting ? " connecting" : "") + " interest " + interest + " to " + toProxy.length() + '/'
                + toProxy.window + (toProxy.ended ? " ended" : "") + " from " + fromProxy.length() + '/' + fromProxy.window
                + (fromProxy.ended ? " ended" : "") + (reset ? " reset" : "") + (peerClosed ? " peer closed" : "");
    }
}
