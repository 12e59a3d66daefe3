package weir.tls;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for what the JDK calls delegated tasks: key exchange and signatures, a millisecond and more each, in which a loop
 * would serve nobody else. Any thread may hand work in.
 */
public final class TlsHelpers implements Executor, AutoCloseable {
    private final ThreadPoolExecutor threads;

    /**
     * @param count threads, 1..64
     * @param queued tasks that may wait: every handshake has at most one, so the bound on handshakes is enough
     */
    public TlsHelpers(int count, int queued) {
        threads = new ThreadPoolExecutor(count, count, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queued), work -> {
            Thread thread = new Thread(work, "weir-tls");
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
    }

    /** @throws java.util.concurrent.RejectedExecutionException when too many wait already, or all is over: nothing was taken */
    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
