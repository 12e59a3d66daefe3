package weir.cache;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Something that several threads hold at once and that is freed once, by whoever lets go last. It starts with one
 * reference, its creator's. The count never leaves zero again.
 */
abstract class Counted {
    private static final AtomicIntegerFieldUpdater<Counted> REFERENCES = AtomicIntegerFieldUpdater.newUpdater(Counted.class, "references");

    private volatile int references = 1;

    /** Takes a reference. Any thread. Returns false when the last one is gone: then nothing of this object may be touched. */
    final boolean retain() {
        int count = references;
        while (count > 0) { // an increment without the look would bring back to life what is being freed
            if (REFERENCES.compareAndSet(this, count, count + 1)) {
                return true;
            }
            count = references;
        }
        return false;
    }

    /**
     * Gives a reference back. Any thread.
     *
     * @throws AssertionError when there was none
     */
    final void release() {
        int left = REFERENCES.decrementAndGet(this);
        if (left == 0) {
            free();
        } else if (left < 0) { // checked always: a reference too few would let a reader see another response's bytes
            REFERENCES.incrementAndGet(this);
            throw new AssertionError("a reference was released twice: " + this);
        }
    }

    /** Returns whether somebody holds a reference. */
    final boolean isHeld() {
        return references > 0;
    }

    /** The last reference is gone; called once, by the thread that released it. */
    abstract void free();
}
