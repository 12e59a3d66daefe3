package weir.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.zip.CRC32C;

/**
 * Fills the index in memory from the index files, oldest segment first. Where a file was damaged, it goes on at the next
 * record that is whole; what was cut off at the end, as by a kill, is one place that is torn.
 */
final class DiskLoad {
    private final DiskDirectory directory;
    private final DiskIndex index;
    private final DiskInput input;
    private final CRC32C checksum = new CRC32C();
    private final Probe probe = new Probe();
    private boolean otherVersion;
    private long torn;

    DiskLoad(DiskDirectory directory, DiskIndex index, DiskInput input) {
        this.directory = directory;
        this.index = index;
        this.input = input;
    }

    /** Returns how many places were not what was written there. */
    long torn() {
        return torn;
    }

    /** Returns whether the last segment is one of another version. */
    boolean isOtherVersion() {
        return otherVersion;
    }

    /** Adds what lies in a segment, and takes out what it says is no more. Returns null when nothing of the segment is of use. */
    DiskSegment segment(long number) throws IOException {
        otherVersion = false;
        try (FileChannel file = directory.openFile(number, DiskFormat.INDEX); FileChannel data = directory.openFile(number, DiskFormat.DATA)) {
            input.start(file, 0);
            boolean headThere = input.require(DiskFormat.FILE_HEAD_BYTES, DiskFormat.BUFFER_BYTES);
            DiskFormat.FileHead head = headThere ? DiskFormat.fileHead(checksum, input.buffer().position(input.at()), DiskFormat.INDEX, number) : DiskFormat.FileHead.DAMAGED;
            if (head != DiskFormat.FileHead.GOOD) {
                otherVersion = head == DiskFormat.FileHead.OTHER_VERSION;
                torn += otherVersion ? 0 : 1;
                return null;
            }
            long nonce = DiskFormat.nonce(input.buffer().position(input.at()));
            input.skip(DiskFormat.FILE_HEAD_BYTES);
            DiskSegment segment = new DiskSegment(number, nonce, data.size(), file.size());
            records(segment);
            return segment;
        } catch (NoSuchFileException e) {
            torn++; // killed while it was made or removed
            return null;
        }
    }

    private void records(DiskSegment segment) throws IOException {
        boolean whole = true;
        while (input.require(1, DiskFormat.BUFFER_BYTES)) {
            int keyBytes = wholeRecord(segment.nonce);
            if (keyBytes >= 0) {
                record(segment, keyBytes);
            } else {
                torn += whole ? 1 : 0;
            }
            whole = keyBytes >= 0;
            int bytes = whole ? (int) DiskFormat.recordBytes(keyBytes) : DiskFormat.RECORD_UNIT_BYTES;
            input.skip(input.require(bytes, DiskFormat.BUFFER_BYTES) ? bytes : input.buffered()); // the last one may not be filled up
        }
    }

    /** Returns the length of the key of the record that is next, -1 when there is none. */
    private int wholeRecord(long nonce) throws IOException {
        if (!input.require(DiskFormat.RECORD_HEAD_BYTES, DiskFormat.BUFFER_BYTES)) {
            return -1;
        }
        int keyBytes = input.buffer().getInt(input.at() + 12);
        if (input.buffer().getLong(input.at()) != nonce || keyBytes < 0 || keyBytes > Probe.BYTES_MAX
                || !input.require(DiskFormat.RECORD_HEAD_BYTES + keyBytes, DiskFormat.BUFFER_BYTES)) {
            return -1;
        }
        int at = input.at();
        int keyEnd = at + DiskFormat.RECORD_HEAD_BYTES + keyBytes;
        int written = input.buffer().getInt(at + DiskFormat.RECORD_CHECKSUM_AT);
        return DiskFormat.recordChecksum(checksum, input.buffer(), at, keyEnd) == written ? keyBytes : -1;
    }

    private void record(DiskSegment segment, int keyBytes) {
        ByteBuffer buffer = input.buffer();
        int at = input.at();
        int key = at + DiskFormat.RECORD_HEAD_BYTES;
        long hash = probe.reset().put(buffer, key, key + keyBytes).hash();
        int variant = buffer.getInt(at + 16);
        long unit = Integer.toUnsignedLong(buffer.getInt(at + 20));
        switch (buffer.getInt(at + 8)) {
            case DiskFormat.PUT -> {
                if (unit > 0 && unit * DiskFormat.UNIT_BYTES + buffer.getLong(at + 24) <= segment.dataBytes) {
                    index.put(hash, variant, DiskIndex.place(segment.number, unit));
                } else {
                    torn++; // a loss of power; what it was to replace is as old as it was
                    index.remove(hash, variant);
                }
            }
            case DiskFormat.REMOVED_KEY -> index.removeAll(hash);
            case DiskFormat.REMOVED_VARIANT -> index.remove(hash, variant);
            default -> torn++;
        }
    }
}
