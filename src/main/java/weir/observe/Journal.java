package weir.observe;

import java.io.Flushable;
import java.io.IOException;
import java.time.Clock;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What the operator reads on stderr: one line an event, {@code 2026-01-31T12:00:00.123Z warn text}. Thread safe.
 *
 * <p>It writes at once and so may wait for who reads the other end: a loop tells of what can happen often only by
 * {@link #warnAtMostOncePerSecond}.
 */
public final class Journal {
    /** Keys are few in number and come from the program; should one of them hold a peer's address, memory stays bounded. */
    static final int KEYS_MAX = 256;

    private static final long MILLIS_PER_DAY = 86_400_000;
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Appendable out;
    private final InstantSource wall;
    private final LongSupplier nanos;
    private final Map<String, Repeated> repeated = new HashMap<>(); // guarded by this
    private long lost;

    /** @param out written and, if it can be, flushed line by line; stays open */
    public Journal(Appendable out) {
        this(out, Clock.systemUTC(), System::nanoTime);
    }

    Journal(Appendable out, InstantSource wall, LongSupplier nanos) {
        this.out = out;
        this.wall = wall;
        this.nanos = nanos;
    }

    /** Something the operator may want to know. Control characters in the text are escaped, here as below. */
    public void info(String text) {
        write("info", text);
    }

    /** Something is wrong, and weir goes on. */
    public void warn(String text) {
        write("warn", text);
    }

    /** Something that was asked for could not be done. */
    public void error(String text) {
        write("error", text);
    }

    /**
     * As {@link #warn}, but when something of this key was said less than a second ago it is only counted, and the next one
     * says how many were held back.
     */
    public synchronized void warnAtMostOncePerSecond(String key, String text) {
        long now = nanos.getAsLong();
        Repeated state = state(key, now);
        if (state.said && now - state.saidNanos < PAUSE_NANOS) {
            state.heldBack++;
            return;
        }
        warn(state.heldBack == 0 ? text : text + " (" + state.heldBack + " more since the last such line)");
        state.said = true;
        state.saidNanos = now;
        state.heldBack = 0;
    }

    /** Lines that could not be written, because stderr is closed or its disk is full. */
    public synchronized long lost() {
        return lost;
    }

    private Repeated state(String key, long now) {
        if (repeated.size() >= KEYS_MAX && !repeated.containsKey(key)) {
            repeated.values().removeIf(state -> now - state.saidNanos >= PAUSE_NANOS && state.heldBack == 0);
            if (repeated.size() >= KEYS_MAX) {
                return repeated.computeIfAbsent("", other -> new Repeated()); // all the others share one second
            }
        }
        return repeated.computeIfAbsent(key, other -> new Repeated());
    }

    private synchronized void write(String level, String text) {
        StringBuilder line = new StringBuilder(text.length() + 40);
        time(line, wall.millis());
        line.append(' ').append(level).append(' ');
        escape(line, text);
        try {
            out.append(line.append('\n'));
            if (out instanceof Flushable flushable) {
                flushable.flush();
            }
        } catch (IOException e) {
            lost++; // there is no other place to tell it
        }
    }

    /** Milliseconds always. By hand: the formatter of the JDK takes some milliseconds of a start, whose first line waits for it. */
    private static void time(StringBuilder line, long wallMillis) {
        int millis = (int) Math.floorMod(wallMillis, MILLIS_PER_DAY);
        line.append(LocalDate.ofEpochDay(Math.floorDiv(wallMillis, MILLIS_PER_DAY))).append('T');
        digits(line, millis / 3_600_000, 2).append(':');
        digits(line, millis / 60_000 % 60, 2).append(':');
        digits(line, millis / 1000 % 60, 2).append('.');
        digits(line, millis % 1000, 3).append('Z');
    }

    private static StringBuilder digits(StringBuilder line, int number, int digits) {
        for (int unit = digits == 3 ? 100 : 10; unit > 0; unit /= 10) {
            line.append((char) ('0' + number / unit % 10));
        }
        return line;
    }

    /** One event stays one line, and a peer's bytes in a text cannot steer the operator's terminal. */
    private static void escape(StringBuilder line, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                line.append(String.format("\\x%02x", (int) c));
            } else {
                line.append(c);
            }
        }
    }

    /** What was said last for one key. */
    private static final class Repeated {
        boolean said;
        long saidNanos;
        long heldBack;
    }
}
