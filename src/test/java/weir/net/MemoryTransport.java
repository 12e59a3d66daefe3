package weir.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A connection without a socket: what is to be read is given, what is written is kept, and each call moves no more bytes
 * than the test allows. The test plays the loop.
 */
public final class MemoryTransport implements Transport {
    private byte[] incoming = new byte[0];
    private int readFrom;
    private boolean ended;
    private byte[] written = new byte[1024];
    private int writtenCount;
    private int readMax = Integer.MAX_VALUE;
    private int room = Integer.MAX_VALUE;
    private boolean writingWanted;
    private boolean open = true;

    /** Bytes that the next reads find. */
    public void give(byte... bytes) {
        int rest = incoming.length - readFrom;
        byte[] all = Arrays.copyOfRange(incoming, readFrom, readFrom + rest + bytes.length);
        System.arraycopy(bytes, 0, all, rest, bytes.length);
        incoming = all;
        readFrom = 0;
    }

    /** Behind what was given comes the end of the stream. */
    public void giveEnd() {
        ended = true;
    }

    /** No read takes more than this. */
    public void readMax(int bytes) {
        readMax = bytes;
    }

    /** So many bytes are taken until the next call of this. */
    public void room(int bytes) {
        room = bytes;
    }

    /** All that was written. */
    public byte[] written() {
        return Arrays.copyOf(written, writtenCount);
    }

    public boolean isWritingWanted() {
        return writingWanted;
    }

    @Override
    public void handler(TransportHandler handler) {}

    @Override
    public int read(ByteBuffer into) {
        int n = Math.min(Math.min(into.remaining(), readMax), incoming.length - readFrom);
        if (n == 0) {
            return ended && readFrom == incoming.length ? -1 : 0;
        }
        into.put(incoming, readFrom, n);
        readFrom += n;
        return n;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        if (!open) {
            throw new IOException("closed");
        }
        int n = Math.min(from.remaining(), room);
        if (writtenCount + n > written.length) {
            written = Arrays.copyOf(written, Math.max(writtenCount + n, written.length * 2));
        }
        from.get(written, writtenCount, n);
        writtenCount += n;
        room -= room == Integer.MAX_VALUE ? 0 : n;
        return n;
    }

    @Override
    public long write(ByteBuffer first, ByteBuffer second) throws IOException {
        int n = write(first);
        return first.hasRemaining() ? n : n + (long) write(second);
    }

    @Override
    public void reading(boolean wanted) {}

    @Override
    public void writing(boolean wanted) {
        writingWanted = wanted;
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public void close() {
        open = false;
    }

    @Override
    public void abort() {
        open = false;
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
}
