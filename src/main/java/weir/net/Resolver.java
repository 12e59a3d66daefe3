package weir.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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

    /** A name that is looked up until this is closed. */
    public final class Watch implements AutoCloseable {
        private final String host;
        private final long intervalNanos;
        private final Consumer<InetAddress[]> onChange;
        private InetAddress[] known = new InetAddress[0];
        private long retryNanos = FIRST_RETRY_NANOS;
        private volatile boolean closed;

        private Watch(String host, long intervalNanos, Consumer<InetAddress[]> onChange) {
            this.host = host;
            this.intervalNanos = intervalNanos;
            this.onChange = onChange;
        }

        private void run() {
            if (closed) {
                return;
            }
            long next = intervalNanos;
            try {
                InetAddress[] found = lookup.lookup(host).clone();
                Arrays.sort(found, Comparator.comparing(InetAddress::getHostAddress));
                retryNanos = FIRST_RETRY_NANOS;
                if (!closed && found.length > 0 && !Arrays.equals(found, known)) {
                    known = found;
                    onChange.accept(found);
                }
            } catch (UnknownHostException e) {
                journal.warnAtMostOncePerSecond("resolve " + host, "name '" + host + "' does not resolve"
                        + (known.length > 0 ? ", its last addresses stay in use" : ""));
                next = Math.min(intervalNanos, retryNanos);
                retryNanos *= 2;
            }
            schedule(this, next);
        }

        /** Stops to look it up. From any thread. */
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
    public Watch watch(String host, long intervalNanos, Consumer<InetAddress[]> onChange) {
        Watch watch = new Watch(host, intervalNanos, onChange);
        schedule(watch, 0);
        return watch;
    }

    private void schedule(Watch watch, long delayNanos) {
        try {
            var unused = threads.schedule(watch::run, delayNanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            watch.close();                           // the resolver is closed
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
