package weir.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/** An entry that is being read, and checked on the way: nothing comes out of here that was not written there. One lane's. */
final class DiskEntry {
    private static final int READ_FIRST = 16 << 10; // most entries are no longer: one call of the system for all of it

    private final DiskInput input;
    private final CRC32C checksum = new CRC32C();
    private int headChecksum;
    private int variant;
    private byte[] key;
    private byte[] meta;
    private long bodyBytes;
    private long bodyLeft;
    private long blocks; // that were read
    private int blockAt;

    DiskEntry(ByteBuffer buffer) {
        input = new DiskInput(buffer);
    }

    /**
     * Reads an entry up to its body.
     *
     * @param nonce of the segment
     * @return false when it is not what was written there
     */
    boolean open(FileChannel file, long nonce, long at) throws IOException {
        input.start(file, at);
        if (!input.require(DiskFormat.ENTRY_HEAD_BYTES, READ_FIRST)) {
            return false;
        }
        ByteBuffer buffer = input.buffer();
        int head = input.at();
        if (buffer.getLong(head) != nonce || buffer.getLong(head + 8) != at) {
            return false;
        }
        int keyBytes = buffer.getInt(head + 16);
        int metaBytes = buffer.getInt(head + 20);
        variant = buffer.getInt(head + 24);
        int keyAndMetaChecksum = buffer.getInt(head + 28);
        bodyBytes = buffer.getLong(head + 32);
        headChecksum = buffer.getInt(head + 40);
        if (DiskFormat.checksum(checksum, buffer, head, head + 40) != headChecksum
                || keyBytes < 0 || keyBytes > Probe.BYTES_MAX || metaBytes < 0 || metaBytes > DiskFormat.META_BYTES_MAX || bodyBytes < 0) {
            return false;
        }
        input.skip(DiskFormat.ENTRY_HEAD_BYTES);
        if (!input.require(keyBytes + metaBytes, bodyBytes)) {
            return false;
        }
        int from = input.at();
        if (DiskFormat.checksum(checksum, input.buffer(), from, from + keyBytes + metaBytes) != keyAndMetaChecksum) {
            return false;
        }
        key = new byte[keyBytes];
        meta = new byte[metaBytes];
        input.buffer().get(from, key).get(from + keyBytes, meta);
        input.skip(keyBytes + metaBytes);
        bodyLeft = bodyBytes;
        blocks = 0;
        return true;
    }

    byte[] key() {
        return key;
    }

    byte[] meta() {
        return meta;
    }

    int variant() {
        return variant;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    /** Returns how many bytes of the body are not read yet. */
    long bodyLeft() {
        return bodyLeft;
    }

    /**
     * Reads the next block of the body; it is in {@link #buffer} from {@link #blockAt} on until the next call.
     *
     * @return how many bytes it has, 0 at the end of the body, -1 when it is not what was written there
     */
    int nextBlock() throws IOException {
        int bytes = (int) Math.min(DiskFormat.BLOCK_BYTES, bodyLeft);
        if (bytes == 0) {
            return 0;
        }
        if (!input.require(bytes + DiskFormat.CHECKSUM_BYTES, bodyLeft - bytes)) {
            return -1;
        }
        blockAt = input.at();
        int written = input.buffer().getInt(blockAt + bytes);
        if ((DiskFormat.checksum(checksum, input.buffer(), blockAt, blockAt + bytes) ^ DiskFormat.blockSalt(headChecksum, blocks)) != written) {
            return -1;
        }
        input.skip(bytes + DiskFormat.CHECKSUM_BYTES);
        blocks++;
        bodyLeft -= bytes;
        return bytes;
    }

    ByteBuffer buffer() {
        return input.buffer();
    }

    int blockAt() {
        return blockAt;
    }
}
