package weir.net;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for what takes a millisecond and more, in which a loop would serve nobody else. They come with the work and go after 30 s
 * without any. Any thread may hand work in.
 */
public final class HelperThreads implements Executor, AutoCloseable {
    private final ThreadPoolExecutor threads;

    /**
     * @param name of the threads
     * @param count of them, 1..64
     * @param queued tasks that may wait
     */
    public HelperThreads(String name, int count, int queued) {
        threads = new ThreadPoolExecutor(count, count, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queued), work -> {
            Thread thread = new Thread(work, name);
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
