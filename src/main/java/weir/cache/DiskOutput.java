package weir.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/** Writes what the files consist of, through a buffer of its own. One lane's. */
final class DiskOutput {
    /** A body that is there as a whole. */
    interface Body {
        /** Puts bytes {@code [from, from + bytes)} into a buffer, which they fit in: a block, so that they start where one does. */
        void put(long from, int bytes, ByteBuffer into) throws IOException;
    }

    private final ByteBuffer buffer;
    private final CRC32C checksum = new CRC32C();
    private FileChannel channel;
    private long next; // in the file: where the buffer goes

    /** @param buffer direct, of {@link DiskFormat#BUFFER_BYTES} */
    DiskOutput(ByteBuffer buffer) {
        this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes the head of a file. */
    void fileHead(FileChannel file, byte part, long number, long nonce) throws IOException {
        start(file, 0);
        DiskFormat.putFileHead(checksum, buffer, part, number, nonce);
        flush();
    }

    /** Writes an entry. */
    void entry(FileChannel file, long at, long nonce, byte[] key, int variant, byte[] meta, long bodyBytes, Body body) throws IOException {
        start(file, at);
        int keyAndMeta = DiskFormat.ENTRY_HEAD_BYTES + key.length + meta.length;
        buffer.position(DiskFormat.ENTRY_HEAD_BYTES);
        buffer.put(key).put(meta);
        int keyAndMetaChecksum = checksum(DiskFormat.ENTRY_HEAD_BYTES, keyAndMeta);
        buffer.position(0);
        buffer.putLong(nonce).putLong(at).putInt(key.length).putInt(meta.length).putInt(variant).putInt(keyAndMetaChecksum).putLong(bodyBytes);
        int headChecksum = checksum(0, buffer.position());
        buffer.putInt(headChecksum).putInt(0);
        buffer.position(keyAndMeta);
        long block = 0;
        for (long from = 0; from < bodyBytes; from += DiskFormat.BLOCK_BYTES) {
            int bytes = (int) Math.min(DiskFormat.BLOCK_BYTES, bodyBytes - from);
            if (buffer.remaining() < bytes + DiskFormat.CHECKSUM_BYTES) {
                flush();
            }
            int start = buffer.position();
            body.put(from, bytes, buffer);
            int blockChecksum = checksum(start, start + bytes) ^ DiskFormat.blockSalt(headChecksum, block++);
            buffer.putInt(blockChecksum);
        }
        flush();
    }

    /** Goes to a place in the index of a segment, for {@link #record}. */
    void start(FileChannel file, long at) {
        channel = file;
        next = at;
        buffer.clear();
    }

    /** Adds a record, which {@link #flush} writes at the latest. */
    void record(long nonce, int kind, byte[] key, int variant, long unit, long entryBytes) throws IOException {
        int bytes = (int) DiskFormat.recordBytes(key.length);
        if (buffer.remaining() < bytes) {
            flush();
        }
        int start = buffer.position();
        buffer.putLong(nonce).putInt(kind).putInt(key.length).putInt(variant).putInt((int) unit).putLong(entryBytes);
        buffer.position(start + DiskFormat.RECORD_HEAD_BYTES).put(key);
        int keyEnd = buffer.position();
        int sum = DiskFormat.recordChecksum(checksum, buffer, start, keyEnd);
        buffer.limit(buffer.capacity()).putInt(start + DiskFormat.RECORD_CHECKSUM_AT, sum).putInt(start + DiskFormat.RECORD_CHECKSUM_AT + Integer.BYTES, 0).position(keyEnd);
        while (buffer.position() < start + bytes) {
            buffer.put((byte) 0);
        }
    }

    /** Writes what is in the buffer. */
    void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            next += channel.write(buffer, next);
        }
        buffer.clear();
    }

    /** Returns the checksum of bytes in the buffer, which stays at the end of them. */
    private int checksum(int from, int to) {
        int sum = DiskFormat.checksum(checksum, buffer, from, to);
        buffer.limit(buffer.capacity());
        return sum;
    }
}
