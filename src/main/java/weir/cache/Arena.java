package weir.cache;

import java.nio.ByteBuffer;
import java.util.Arrays;
import weir.buffer.DirectMemory;

/**
 * Off-heap memory in power-of-two blocks (buddy system), 512 bytes to 1 MiB. It is taken in chunks of 1 MiB when first needed
 * and never given back to the system.
 *
 * <p>A block is an int: the chunk's number, then the number of its first unit of 512 bytes. A free block carries its
 * neighbours in the list of its order in its own first eight bytes; the heap holds one byte for each unit. What was taken can
 * be given back in parts: any run of units is the buddies it is made of.
 *
 * <p>Not thread safe: under the store's lock.
 */
final class Arena {
    /** The smallest block in bytes, and the grain of what can be given back. */
    static final int UNIT_BYTES = 512;
    /** The largest block in bytes. */
    static final int BLOCK_BYTES_MAX = 1 << 20;

    private static final int UNIT_SHIFT = Integer.numberOfTrailingZeros(UNIT_BYTES);
    private static final int CHUNK_SHIFT = Integer.numberOfTrailingZeros(BLOCK_BYTES_MAX / UNIT_BYTES);
    private static final int CHUNK_UNITS = 1 << CHUNK_SHIFT;
    private static final int ORDER_MAX = CHUNK_SHIFT;
    private static final int NONE = -1;
    private static final byte TAKEN = 0;
    private static final byte INSIDE = -1; // of a free block, not its first unit

    private final int[] firstFree = new int[ORDER_MAX + 1];
    private ByteBuffer[] chunks = new ByteBuffer[0];
    private byte[][] states = new byte[0][]; // of each unit: TAKEN, INSIDE, or 1 + order of the free block that starts there
    private int chunkCount;
    private long unitsLeft; // of the bound, in no chunk yet
    private long unitsTaken;

    /**
     * Takes no memory yet.
     *
     * @param bytesMax bound in bytes; a remainder of less than {@link #UNIT_BYTES} stays unused
     */
    Arena(long bytesMax) {
        if (bytesMax < 0 || bytesMax >>> UNIT_SHIFT > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("cache memory: " + bytesMax + " bytes: 0 to 1023 GiB can be used");
        }
        unitsLeft = bytesMax >>> UNIT_SHIFT;
        Arrays.fill(firstFree, NONE);
    }

    /** Returns the least order whose blocks hold that many bytes, of 1 to {@link #BLOCK_BYTES_MAX}. */
    static int orderOf(int bytes) {
        return Integer.SIZE - Integer.numberOfLeadingZeros((bytes - 1) >>> UNIT_SHIFT);
    }

    /** Returns the units that hold that many bytes. */
    static int unitsOf(int bytes) {
        return (bytes + UNIT_BYTES - 1) >>> UNIT_SHIFT;
    }

    /** Takes a block of {@link #UNIT_BYTES} {@code << order}, or returns -1 when there is none, however small its parts are. */
    int take(int order) {
        int found = order;
        while (found <= ORDER_MAX && firstFree[found] == NONE) {
            found++;
        }
        if (found > ORDER_MAX) {
            return addChunk() ? take(order) : NONE;
        }
        int block = firstFree[found];
        unlink(block, found);
        while (found > order) { // the upper half goes back, the lower one is halved on
            found--;
            link(block + (1 << found), found);
        }
        Arrays.fill(states[block >>> CHUNK_SHIFT], block & (CHUNK_UNITS - 1), (block & (CHUNK_UNITS - 1)) + (1 << order), TAKEN);
        unitsTaken += 1L << order;
        return block;
    }

    /**
     * Takes back a run of units, which may be a part of a block, or what is left of one.
     *
     * @throws AssertionError when one of them is free already
     */
    void give(int first, int units) {
        byte[] state = states[first >>> CHUNK_SHIFT];
        int unit = first & (CHUNK_UNITS - 1);
        for (int i = unit; i < unit + units; i++) {
            if (state[i] != TAKEN) {
                throw new AssertionError("unit " + i + " of a cache chunk is given back twice");
            }
        }
        unitsTaken -= units;
        assert poison(first, units) : "overwritten, so that a reader without a reference reads rubbish";
        int block = first;
        int left = units;
        while (left > 0) {
            int fits = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(left);
            int order = Math.min(ORDER_MAX, Math.min(fits, Integer.numberOfTrailingZeros(block))); // as large as its place allows
            giveBlock(block, order);
            block += 1 << order;
            left -= 1 << order;
        }
    }

    /** Returns the whole chunk in which a block lies: shared by all, only its absolute accessors may be used. */
    ByteBuffer chunk(int block) {
        return chunks[chunkNumber(block)];
    }

    /** Returns the number of that chunk, from 0. */
    static int chunkNumber(int block) {
        return block >>> CHUNK_SHIFT;
    }

    /** Returns where in its chunk a block starts. */
    static int index(int block) {
        return (block & (CHUNK_UNITS - 1)) << UNIT_SHIFT;
    }

    /** Returns the bytes of all blocks that are taken. */
    long bytesTaken() {
        return unitsTaken << UNIT_SHIFT;
    }

    /** Returns the bytes of direct memory held; never falls. */
    long bytesAllocated() {
        long bytes = 0;
        for (int i = 0; i < chunkCount; i++) {
            bytes += chunks[i].capacity();
        }
        return bytes;
    }

    private void giveBlock(int given, int givenOrder) {
        int block = given;
        int order = givenOrder;
        byte[] state = states[block >>> CHUNK_SHIFT];
        while (order < ORDER_MAX) {
            int buddy = block ^ (1 << order);
            int unit = buddy & (CHUNK_UNITS - 1);
            if (unit >= state.length || state[unit] != order + 1) { // the last chunk may be a part of one
                break;
            }
            unlink(buddy, order);
            block = Math.min(block, buddy);
            order++;
        }
        link(block, order);
    }

    private boolean poison(int first, int units) {
        ByteBuffer chunk = chunk(first);
        for (int i = index(first); i < index(first) + (units << UNIT_SHIFT); i += Long.BYTES) {
            chunk.putLong(i, 0xDBDB_DBDB_DBDB_DBDBL);
        }
        return true;
    }

    private boolean addChunk() {
        int units = (int) Math.min(unitsLeft, CHUNK_UNITS);
        ByteBuffer memory = units == 0 ? null : DirectMemory.allocate(units << UNIT_SHIFT);
        if (memory == null) {
            unitsLeft = 0; // at the bound, or refused: not asked again
            return false;
        }
        unitsLeft -= units;
        if (chunkCount == chunks.length) {
            chunks = Arrays.copyOf(chunks, Math.max(8, 2 * chunkCount));
            states = Arrays.copyOf(states, chunks.length);
        }
        chunks[chunkCount] = memory;
        states[chunkCount] = new byte[units]; // all TAKEN
        int first = chunkCount++ << CHUNK_SHIFT;
        unitsTaken += units;
        give(first, units);
        return true;
    }

    private void link(int block, int order) {
        int unit = block & (CHUNK_UNITS - 1);
        byte[] state = states[block >>> CHUNK_SHIFT];
        Arrays.fill(state, unit, unit + (1 << order), INSIDE);
        state[unit] = (byte) (order + 1);
        int next = firstFree[order];
        setNeighbours(block, NONE, next);
        if (next != NONE) {
            chunk(next).putInt(index(next), block);
        }
        firstFree[order] = block;
    }

    private void unlink(int block, int order) {
        int before = chunk(block).getInt(index(block));
        int next = chunk(block).getInt(index(block) + Integer.BYTES);
        if (before == NONE) {
            firstFree[order] = next;
        } else {
            chunk(before).putInt(index(before) + Integer.BYTES, next);
        }
        if (next != NONE) {
            chunk(next).putInt(index(next), before);
        }
    }

    private void setNeighbours(int block, int before, int next) {
        chunk(block).putInt(index(block), before);
        chunk(block).putInt(index(block) + Integer.BYTES, next);
    }
}
