package weir;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread is about to do. */
public final class Await {
    private static final long MAX_NANOS = 60_000_000_000L;

    private Await() {}

    /** Returns when the condition holds; fails after 60 s: a bound for what never comes, far beyond what a busy machine takes. */
    public static void until(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > MAX_NANOS) {
                throw new AssertionError("did not come true in 60 s: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
