package weir.cache;

import java.nio.ByteBuffer;

/** A run of units of the arena that holds the bytes of a {@link Blob} from {@code start} on. */
final class Piece {
    final ByteBuffer memory;
    final int index;
    final int block;
    final long start;
    /** The blob's writer shortens it, under the store's lock; readers ask the blob's length. */
    int units;

    Piece(Arena arena, int block, int units, long start) {
        this.memory = arena.chunk(block);
        this.index = Arena.index(block);
        this.block = block;
        this.units = units;
        this.start = start;
    }

    long end() {
        return start + (long) units * Arena.UNIT_BYTES;
    }
}
