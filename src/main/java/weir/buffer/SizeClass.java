package weir.buffer;

import java.nio.ByteBuffer;

/**
 * The buffers of one size in one pool. Slabs with something free form a list; a slab that is wholly lent is in no list
 * and comes back to the front with its first free buffer. One wholly free slab stays as a spare, at the end of the list
 * so that it is broken into last; a second one goes back to the store. Not thread safe.
 */
final class SizeClass {
    final int bytesEach;
    private final BufferPool pool;
    private final SlabStore store;
    private Slab first;
    private Slab last;
    private Slab spare;

    SizeClass(BufferPool pool, SlabStore store, int bytesEach) {
        this.pool = pool;
        this.store = store;
        this.bytesEach = bytesEach;
    }

    /** Returns the buffer that was closed last in the slab in use, or null when no slab is to be had. */
    Lease borrow() {
        Slab slab = first;
        if (slab == null) {
            ByteBuffer memory = pool.takeSlab();
            if (memory == null) {
                return null;
            }
            slab = new Slab(this, memory, bytesEach);
            addFirst(slab);
        } else if (slab == spare) {
            spare = null;
        }
        Lease lease = slab.pop();
        if (slab.freeCount() == 0) {
            remove(slab);
        }
        lease.lend();
        return lease;
    }

    void takeBack(Lease lease, Slab slab) {
        if (slab.freeCount() == 0) {
            addFirst(slab);
        }
        slab.push(lease.next());
        pool.tookBack(lease, bytesEach);
        if (slab.isWhollyFree()) {
            keepOrGive(slab);
        }
    }

    /** Gives the spare back to the store, if there is one. */
    boolean giveSpare() {
        if (spare == null) {
            return false;
        }
        remove(spare);
        store.give(spare.memory);
        spare = null;
        return true;
    }

    private void keepOrGive(Slab slab) {
        remove(slab);
        if (spare == null && !store.scarce()) {
            spare = slab;
            addLast(slab);
        } else {
            store.give(slab.memory);
        }
    }

    private void addFirst(Slab slab) {
        slab.after = first;
        if (first == null) {
            last = slab;
        } else {
            first.before = slab;
        }
        first = slab;
    }

    private void addLast(Slab slab) {
        slab.before = last;
        if (last == null) {
            first = slab;
        } else {
            last.after = slab;
        }
        last = slab;
    }

    private void remove(Slab slab) {
        if (slab.before == null) {
            first = slab.after;
        } else {
            slab.before.after = slab.after;
        }
        if (slab.after == null) {
            last = slab.before;
        } else {
            slab.after.before = slab.before;
        }
        slab.before = null;
        slab.after = null;
    }
}
