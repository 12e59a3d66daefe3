package weir.cache;

import java.nio.channels.FileChannel;

/** Two files of the disk tier, see {@link DiskFormat}. What changes is the writing lane's. */
final class DiskSegment {
    final long number;
    final long nonce;
    long dataBytes;
    long indexBytes;
    FileChannel data; // null, as the other, when nothing is added any more
    FileChannel index;
    boolean namesForced;

    DiskSegment(long number, long nonce, long dataBytes, long indexBytes) {
        this.number = number;
        this.nonce = nonce;
        this.dataBytes = dataBytes;
        this.indexBytes = indexBytes;
    }

    long bytes() {
        return dataBytes + indexBytes;
    }
}
