package weir.server;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import weir.net.Protection;
import weir.net.Transport;
import weir.net.TransportHandler;

/** A connection without a socket, for a {@link Rehearsal}: one request is there to be read, and what is written is kept. */
final class RequestTransport implements Transport {
    private final ByteBuffer request;
    private final Protection protection;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private boolean open = true;

    /** @param protection null for none */
    RequestTransport(byte[] request, Protection protection) {
        this.request = ByteBuffer.wrap(request);
        this.protection = protection;
    }

    /** Whether not all of the request has been read. */
    boolean hasMore() {
        return request.hasRemaining();
    }

    /** All that was written, one char a byte. */
    String written() {
        return written.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public int read(ByteBuffer into) {
        int count = Math.min(into.remaining(), request.remaining());
        into.put(request.slice(request.position(), count));
        request.position(request.position() + count);
        return count;
    }

    @Override
    public int write(ByteBuffer from) {
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        written.writeBytes(bytes);
        return bytes.length;
    }

    @Override
    public long write(ByteBuffer first, ByteBuffer second) {
        return write(first) + (long) write(second);
    }

    @Override
    public void handler(TransportHandler handler) {}

    @Override
    public void reading(boolean wanted) {}

    @Override
    public void writing(boolean wanted) {}

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
        return protection;
    }

    @Override
    public InetSocketAddress peer() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public InetSocketAddress local() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
