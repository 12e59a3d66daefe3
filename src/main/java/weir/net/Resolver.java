package weir.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import weir.observe.Journal;

/**
 * Looks names up on helper threads, again and again: loops never wait for it. The last good answer stays until there is
 * another one. A look-up that hangs holds one thread and nothing else; the other names go on while a thread is left.
 */
public final class Resolver implements AutoCloseable {
    /** The system's resolver, or a test's. */
    public interface Lookup {
        /** May block. */
        InetAddress[] lookup(String host) throws UnknownHostException;
    }

    private static final long FIRST_RETRY_NANOS = 1_000_000_000L;
    private static final long NEVER = -1;

    private final ScheduledThreadPoolExecutor threads;
    private final Lookup lookup;
    private final Journal journal;

    /** @param helpers threads, 1..64: so many look-ups may hang before others wait */
    public Resolver(int helpers, Lookup lookup, Journal journal) {
        this.lookup = lookup;
        this.journal = journal;
        threads = new ScheduledThreadPoolExecutor(helpers, work -> {
            Thread thread = new Thread(work, "weir-resolver");
            thread.setDaemon(true);                  // one that hangs must not keep the process
            return thread;
        });
        threads.setRemoveOnCancelPolicy(true);
    }

    /**
     * What is asked for, again and again.
     *
     * @param <T> the answer; compared by {@code equals}
     */
    public interface Query<T> {
        /** May block. */
        T ask() throws UnknownHostException;
    }

    /** A name that is looked up until this is closed. */
    public abstract static class Watch implements AutoCloseable {
        /** Looks it up soon, as its answer may be out of date; at most once a second. From any thread. */
        public abstract void refresh();

        /** Stops to look it up. From any thread. */
        @Override
        public abstract void close();
    }

    private final class Repeated<T> extends Watch {
        private final String name;
        private final long intervalNanos;
        private final Query<T> query;
        private final Consumer<T> onChange;
        private T known;
        private long retryNanos = FIRST_RETRY_NANOS;
        private final AtomicLong askedNanos = new AtomicLong(System.nanoTime());
        private volatile boolean closed;

        Repeated(String name, long intervalNanos, Query<T> query, Consumer<T> onChange) {
            this.name = name;
            this.intervalNanos = intervalNanos;
            this.query = query;
            this.onChange = onChange;
        }

        private void run() {
            long next = ask();
            schedule(this::run, next);
        }

        /** @return when to ask again */
        private synchronized long ask() {
            if (closed) {
                return NEVER;
            }
            askedNanos.set(System.nanoTime());
            try {
                T found = query.ask();
                retryNanos = FIRST_RETRY_NANOS;
                if (!closed && !found.equals(known)) {
                    known = found;
                    onChange.accept(found);
                }
                return intervalNanos;
            } catch (UnknownHostException e) {
                journal.warnAtMostOncePerSecond("resolve " + name, "name '" + name + "' does not resolve"
                        + (known != null ? ", its last addresses stay in use" : ""));
                long soon = Math.min(intervalNanos, retryNanos);
                retryNanos *= 2;
                return soon;
            }
        }

        @Override
        public void refresh() {
            long last = askedNanos.get();
            long now = System.nanoTime();
            if (now - last >= FIRST_RETRY_NANOS && askedNanos.compareAndSet(last, now)) {
                schedule(this::ask, 0);
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /**
     * Looks {@code host} up now and then every {@code intervalNanos} (sooner after a failure).
     *
     * @param onChange gets the addresses, sorted, whenever they are not those of the time before; on a helper thread
     */
    public Watch watch(String host, long intervalNanos, Consumer<List<InetAddress>> onChange) {
        return watch(host, intervalNanos, () -> addresses(host), onChange);
    }

    /** The same for any question. @param name of what is asked for, for messages */
    public <T> Watch watch(String name, long intervalNanos, Query<T> query, Consumer<T> onChange) {
        Repeated<T> watch = new Repeated<>(name, intervalNanos, query, onChange);
        schedule(watch::run, 0);
        return watch;
    }

    /** The addresses of a name, sorted; blocks: not for loops. */
    public List<InetAddress> addresses(String host) throws UnknownHostException {
        InetAddress[] found = lookup.lookup(host).clone();
        if (found.length == 0) {
            throw new UnknownHostException(host);
        }
        Arrays.sort(found, Comparator.comparing(InetAddress::getHostAddress));
        return List.of(found);
    }

    private void schedule(Runnable work, long delayNanos) {
        if (delayNanos == NEVER) {
            return;
        }
        try {
            var unused = threads.schedule(work, delayNanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // the resolver is closed: nobody waits for the answer any more
        }
    }

    /** Ends the threads; those in a look-up end with the process. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** The address that {@code host} is, when it is one rather than a name; else null. Never asks a resolver. */
    public static InetAddress literal(String host) {
        boolean couldBe = host.indexOf(':') >= 0 || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
        try {
            return couldBe ? InetAddress.getByName(host) : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
