package weir.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Reads a file from a place on, through a buffer of its own. One lane's. */
final class DiskInput {
    private final ByteBuffer buffer;
    private FileChannel channel;
    private long next; // in the file: what comes behind the bytes in the buffer
    private int from; // in the buffer: what was read and not yet taken
    private int to;

    /** @param buffer direct, of {@link DiskFormat#BUFFER_BYTES} */
    DiskInput(ByteBuffer buffer) {
        this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Goes to a place in a file, which the caller closes. */
    void start(FileChannel file, long at) {
        channel = file;
        next = at;
        from = 0;
        to = 0;
    }

    /**
     * Has so many bytes in the buffer, from {@link #at} on.
     *
     * @param bytes at most {@link DiskFormat#BUFFER_BYTES}
     * @param ahead how many more may be read, as they will be wanted soon
     * @return false when the file ends before
     */
    boolean require(int bytes, long ahead) throws IOException {
        if (to - from >= bytes) {
            return true;
        }
        if (from + bytes > buffer.capacity() || from == to) {
            buffer.limit(to).position(from);
            buffer.compact();
            to -= from;
            from = 0;
        }
        int most = (int) Math.min(buffer.capacity() - from, bytes + ahead);
        while (to - from < bytes) {
            buffer.limit(from + most).position(to);
            int count = channel.read(buffer, next);
            if (count <= 0) {
                return false;
            }
            to += count;
            next += count;
        }
        return true;
    }

    /** The buffer, of which absolute positions count; whoever sets its position and limit need not set them back. */
    ByteBuffer buffer() {
        buffer.limit(buffer.capacity());
        return buffer;
    }

    /** Where in the buffer the bytes are that {@link #require} had read. */
    int at() {
        return from;
    }

    /** Returns how many bytes are in the buffer. */
    int buffered() {
        return to - from;
    }

    /** Takes bytes that are there. */
    void skip(int bytes) {
        from += bytes;
    }
}
