package weir.upstream;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A circuit breaker over a whole pool: when too many of the last requests failed, none is sent for a while; then one is let
 * through, and shows whether the others may follow.
 *
 * <pre>
 *   CLOSED -too many failures-> OPEN -time over-> one request -well-> CLOSED
 *                                                 one request -failed, or never ended-> OPEN
 * </pre>
 *
 * Each loop counts in its own slots of a ring, one for each tenth of the window; they are summed only when a request fails.
 */
final class Breaker {
    private static final int SLOTS = 10;
    private static final int SLOT_LONGS = 2;                 // number of the slot and, packed, requests and failures
    private static final int LOOP_LONGS = 32;                // two slots longer than needed: whole cache lines

    private final BreakerSettings settings;
    private final long slotNanos;
    private final AtomicLongArray slots;
    private final int loops;
    private final AtomicLong openUntil = new AtomicLong();   // 0: closed
    private final AtomicLong opened = new AtomicLong();

    Breaker(BreakerSettings settings, int loops) {
        this.settings = settings;
        this.loops = loops;
        slotNanos = settings.windowNanos() / SLOTS;
        slots = new AtomicLongArray(loops * LOOP_LONGS);
        reset();
    }

    private void reset() {
        for (int i = 0; i < slots.length(); i += SLOT_LONGS) {
            slots.set(i, Long.MIN_VALUE);
        }
    }

    /** Whether a request may be sent; one that may while the breaker is open is the one that shows how things are. */
    boolean admits(long nowNanos) {
        long until = openUntil.get();
        return until == 0 || nowNanos - until >= 0 && openUntil.compareAndSet(until, notZero(nowNanos + settings.openNanos()));
    }

    boolean isOpen() {
        return openUntil.get() != 0;
    }

    /** How often it has opened. */
    long timesOpened() {
        return opened.get();
    }

    /** A request has ended. */
    void ended(int loop, boolean failed, long nowNanos) {
        if (isOpen()) {
            if (!failed && openUntil.getAndSet(0) != 0) {
                reset();                                     // what was counted before says nothing about now
            }
            return;
        }
        long slot = Math.floorDiv(nowNanos, slotNanos);
        int at = loop * LOOP_LONGS + (int) Math.floorMod(slot, (long) SLOTS) * SLOT_LONGS;
        long counts = slots.get(at) == slot ? slots.get(at + 1) : 0;
        slots.setOpaque(at + 1, counts + (failed ? 1L << 32 | 1 : 1));
        slots.setRelease(at, slot);                          // only this loop writes here
        if (failed && isTooMuch(slot)) {
            if (openUntil.compareAndSet(0, notZero(nowNanos + settings.openNanos()))) {
                opened.incrementAndGet();
            }
        }
    }

    private boolean isTooMuch(long slotNow) {
        long requests = 0;
        long failures = 0;
        for (int loop = 0; loop < loops; loop++) {
            for (int i = 0; i < SLOTS; i++) {
                int at = loop * LOOP_LONGS + i * SLOT_LONGS;
                if (slots.getAcquire(at) > slotNow - SLOTS) {
                    long counts = slots.getOpaque(at + 1);
                    requests += counts & 0xffffffffL;
                    failures += counts >>> 32;
                }
            }
        }
        return requests >= settings.requestsMin() && failures * 100 >= requests * settings.failurePercent();
    }

    private static long notZero(long nanos) {
        return nanos == 0 ? 1 : nanos;
    }
}
