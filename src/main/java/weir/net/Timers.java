package weir.net;

/**
 * The timers of one loop: a hierarchical wheel (Varghese and Lauck, 1987) of four levels with 64 slots each. A slot is 1
 * tick of 8 ms wide on level 0, and 64 times as wide on each level above: 0.5 s, 33 s, 35 min, 37 h in all. A timer hangs
 * in the slot that its deadline falls in, on the lowest level where that slot is not the current one; when the current
 * time enters a slot its timers are hung anew, lower, and on level 0 they expire.
 *
 * <p>Most timers of a proxy are moved later or cancelled long before they expire, several times a request. So both only
 * write a field, and the wheel finds out when the timer's slot comes: a timer hangs where it was, never after its deadline.
 *
 * <p>A timer never expires early, and is due at most one tick after its deadline. Times are those of
 * {@link System#nanoTime}, compared by difference, and so may wrap around; a deadline lies at most 146 years away. Not thread
 * safe. Nothing is allocated after construction.
 */
public final class Timers {
    static final long TICK_NANOS = 8_000_000;
    static final int LEVELS = 4;
    /**
     * Cancelled timers that may wait for their slot; beyond, cancelling unlinks. It bounds what dead connections the wheel
     * keeps from the garbage collector.
     */
    static final int CANCELLED_MAX = 1024;

    private static final int SLOT_BITS = 6;
    private static final int SLOTS = 1 << SLOT_BITS;
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Timers looked at for each that may run: bounds the turn in which a slot full of far deadlines is hung anew. */
    private static final int LOOKS_PER_RUN = 16;

    private final Timer[] slots = new Timer[LEVELS * SLOTS]; // each the anchor of a ring; [level * SLOTS + index]
    private final long[] filled = new long[LEVELS]; // a bit for each slot that is not empty
    private final Timer due = new Anchor(); // slots that were entered, in order; what is here waits for its look
    private long tick; // counts from construction; all slots up to this one have been entered
    private long tickNanos; // the clock at the beginning of that tick
    private int size;
    private int cancelled; // linked, but not set

    /** @param nowNanos the clock now */
    public Timers(long nowNanos) {
        tickNanos = nowNanos;
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Anchor();
        }
    }

    /**
     * Sets or moves a timer. One whose deadline has passed expires in the next {@link #expire}, or in the
     * one that is running.
     *
     * @param deadlineNanos on the clock of {@link System#nanoTime}
     */
    public void set(Timer timer, long deadlineNanos) {
        timer.deadlineNanos = deadlineNanos;
        if (!timer.set) {
            timer.set = true;
            size++;
            cancelled -= timer.next != null ? 1 : 0;
        }
        if (timer.next == null) {
            link(timer);
        } else if (tickOf(deadlineNanos) < timer.wakeTick) {
            unlink(timer);
            link(timer);
        }
    }

    /** Takes a timer back; nothing happens if it is not set. */
    public void cancel(Timer timer) {
        if (!timer.set) {
            return;
        }
        timer.set = false;
        size--;
        if (cancelled < CANCELLED_MAX) {
            cancelled++;
        } else {
            unlink(timer);
        }
    }

    /**
     * Runs timers whose deadline has passed. What an {@link Timer#onExpired} throws comes out here; the other timers are
     * then run by the next call.
     *
     * @param nowNanos the clock now; a time before that of an earlier call counts as that
     * @param max how many timers may run, 1 or more; the others are left for the next call
     * @return how many ran
     */
    public int expire(long nowNanos, int max) {
        long nowTick = tick + Math.max(0, nowNanos - tickNanos) / TICK_NANOS;
        int ran = 0;
        long looks = (long) max * LOOKS_PER_RUN;
        while (ran < max && looks > 0) {
            Timer timer = due.next;
            if (timer == due) {
                if (!enterNext(nowTick)) {
                    break;
                }
                continue;
            }
            looks--;
            unlink(timer);
            if (!timer.set) {
                cancelled--;
            } else if (tickOf(timer.deadlineNanos) > tick) {
                link(timer);
            } else {
                timer.set = false;
                size--;
                ran++;
                timer.onExpired(nowNanos);
            }
        }
        return ran;
    }

    /**
     * How long the loop may wait. It may wake it a few times before a far deadline, when the timer has to be hung lower.
     *
     * @return milliseconds, rounded up; 0 if there is something to do now, -1 if no timer is set
     */
    public long millisToNext(long nowNanos) {
        if (size == 0) {
            return -1;
        }
        if (due.next != due) {
            return 0;
        }
        long nanos = tickNanos + (nextTick() - tick) * TICK_NANOS - nowNanos;
        return nanos <= 0 ? 0 : (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    }

    /** How many timers are set. */
    public int size() {
        return size;
    }

    /** Timers linked, set or cancelled. */
    int linked() {
        return size + cancelled;
    }

    // ---- the wheel

    /** The first tick that does not begin before the deadline; the current one if it has passed. */
    private long tickOf(long deadlineNanos) {
        long left = deadlineNanos - tickNanos;
        return left <= 0 ? tick : tick + (left - 1) / TICK_NANOS + 1;
    }

    private void link(Timer timer) {
        long target = tickOf(timer.deadlineNanos);
        if (target == tick) {
            timer.wakeTick = tick;
            insert(timer, due);
            return;
        }
        // The highest bit in which the two ticks differ names the level: above it they are in the same slot.
        // Beyond the last level it hangs there in a slot that comes round before its time, and is then hung anew.
        int level = Math.min(LEVELS - 1, (Long.SIZE - 1 - Long.numberOfLeadingZeros(target ^ tick)) / SLOT_BITS);
        int index = index(target, level);
        timer.wakeTick = target >>> shift(level) << shift(level);
        filled[level] |= 1L << index;
        insert(timer, slots[level * SLOTS + index]);
    }

    /** Goes to the next slots that hold something and begin no later than the given tick; false if there are none. */
    private boolean enterNext(long nowTick) {
        long next = nextTick();
        if (next > nowTick) {
            tickNanos += (nowTick - tick) * TICK_NANOS;
            tick = nowTick;
            return false;
        }
        tickNanos += (next - tick) * TICK_NANOS;
        tick = next;
        for (int level = 0; level < LEVELS && beginsSlot(level); level++) {
            int index = index(tick, level);
            filled[level] &= ~(1L << index);
            moveToDue(slots[level * SLOTS + index]);
        }
        return true;
    }

    /** When the next slot that holds something begins. What a lower level holds comes before all of the next level. */
    private long nextTick() {
        for (int level = 0; level < LEVELS; level++) {
            if (filled[level] != 0) {
                long current = tick >>> shift(level);
                // Seen from the slot after the current one; only the top level ever comes round.
                long ahead = Long.rotateRight(filled[level], (int) current + 1);
                return (current + 1 + Long.numberOfTrailingZeros(ahead)) << shift(level);
            }
        }
        return Long.MAX_VALUE;
    }

    private boolean beginsSlot(int level) {
        return tick >>> shift(level) << shift(level) == tick;
    }

    private static int index(long tick, int level) {
        return (int) (tick >>> shift(level)) & (SLOTS - 1);
    }

    private static int shift(int level) {
        return SLOT_BITS * level;
    }

    // ---- rings

    private static void insert(Timer timer, Timer anchor) {
        timer.previous = anchor.previous;
        timer.next = anchor;
        anchor.previous.next = timer;
        anchor.previous = timer;
    }

    /** Takes it out of its ring. An emptied slot keeps its bit, which costs a look when the slot comes. */
    private static void unlink(Timer timer) {
        timer.previous.next = timer.next;
        timer.next.previous = timer.previous;
        timer.next = null;
        timer.previous = null;
    }

    private void moveToDue(Timer anchor) {
        if (anchor.next == anchor) {
            return;
        }
        due.previous.next = anchor.next;
        anchor.next.previous = due.previous;
        anchor.previous.next = due;
        due.previous = anchor.previous;
        anchor.next = anchor;
        anchor.previous = anchor;
    }

    /** Where a ring begins and ends. */
    private static final class Anchor extends Timer {
        Anchor() {
            next = this;
            previous = this;
        }

        @Override
        protected void onExpired(long nowNanos) {
            throw new AssertionError("an anchor never expires");
        }
    }
}
