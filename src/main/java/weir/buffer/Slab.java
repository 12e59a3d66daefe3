package weir.buffer;

import java.nio.ByteBuffer;

/** A slab cut into equal buffers for one size class, with a stack of those that lie free. Not thread safe. */
final class Slab {
    final ByteBuffer memory;
    final int buffersMax;
    /** Neighbours in the list of slabs that have something free; kept by {@link SizeClass}. */
    Slab before;
    Slab after;

    private final SizeClass owner;
    private final Lease[] free;
    private int freeCount;

    Slab(SizeClass owner, ByteBuffer memory, int bytesEach) {
        this.owner = owner;
        this.memory = memory;
        buffersMax = memory.capacity() / bytesEach;
        free = new Lease[buffersMax];
        for (int i = buffersMax - 1; i >= 0; i--) { // the first buffer ends on top of the stack
            free[freeCount++] = new Lease(this, memory.slice(i * bytesEach, bytesEach));
        }
    }

    int freeCount() {
        return freeCount;
    }

    boolean isWhollyFree() {
        return freeCount == buffersMax;
    }

    Lease pop() {
        Lease lease = free[--freeCount];
        free[freeCount] = null;
        return lease;
    }

    void takeBack(Lease lease) {
        owner.takeBack(lease, this);
    }

    void push(Lease lease) {
        free[freeCount++] = lease;
    }
}
