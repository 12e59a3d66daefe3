package weir.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A number that one thread writes and any thread may read, a moment late: no fence, as a volatile write would cost one. */
public final class Figure {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(Figure.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long value;

    /** By the one thread that writes. */
    public void add(long change) {
        VALUE.setOpaque(this, value + change);
    }

    /** By the one thread that writes. */
    public void set(long next) {
        VALUE.setOpaque(this, next);
    }

    /** From any thread. */
    public long get() {
        return (long) VALUE.getOpaque(this);
    }
}
