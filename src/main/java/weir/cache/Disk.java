package weir.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import weir.buffer.DirectMemory;
import weir.observe.Journal;

/**
 * The disk tier of a cache: bytes under keys, with variants, within a bound, that are there again after a restart. Knows nothing
 * of HTTP.
 *
 * <pre>
 *   any thread       lane weir-disk-NAME                        lane weir-disk-NAME-read
 *     write  ------> DiskWrites --> DiskLog --> files           DiskReads --> a Blob, block by block  <------ read
 *     remove ------>    (bounded, drops)                           (bounded, refuses)
 *     has: the index in memory (DiskIndex)
 * </pre>
 *
 * <p>The files are only appended to, and everything in them has a checksum, which is looked at before a byte of it is given to
 * anybody: what a crash or a loss of power has torn is not there, as if it had not been stored. So nothing is forced to the
 * disk, with the one exception of removals. The oldest files go when the bound is reached; see {@link DiskLog}.
 *
 * <p>It is a cache's second tier: whatever goes wrong with the disk costs entries, a line in the journal and a count, and never
 * an exception in the caller. An error in writing turns writing off for half a minute.
 */
final class Disk implements AutoCloseable {
    /** The least bound in bytes. */
    static final long BYTES_LEAST = 1 << 20;

    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long CLOSE_MARGIN_MILLIS = 1000;

    private final String name;
    private final DiskDirectory directory;
    private final DiskLog log;
    private final DiskWrites writes;
    private final DiskReads reads;
    private final Object lock = new Object(); // for the index, the list of segments, and what waits to be written; never held while a file is touched
    private final Thread writer;
    private final Thread reader;
    private final AtomicInteger lanes = new AtomicInteger(2); // that have not ended
    private volatile boolean closed;

    /** How the reading of a body ended. */
    enum Outcome {
        /** All of it is in the blob, which is complete. */
        WHOLE,
        /** The same, but the entry was removed meanwhile, or made room for others: who reads the blob may go on, nobody may keep it. */
        REMOVED,
        /** The blob has failed: there was no room, the disk tier is closing, or what lies on the disk is not what was written. */
        BROKEN
    }

    /** Whoever wants to have what lies under a key. Called on the reading lane, and so for no longer than it takes to hand things over. */
    interface Reader {
        /**
         * There is an entry; newest first.
         *
         * @param meta what it was written with, the callee's from now on
         * @param bodyBytes how long the body is
         * @return an empty blob, which the body goes into and which the callee holds a reference to until {@link #entryDone};
         *     null when the body is not wanted
         */
        Blob entry(byte[] meta, long bodyBytes);

        /**
         * The blob that {@link #entry} returned is complete, or has failed.
         *
         * @return whether the other entries under the key are wanted too
         */
        boolean entryDone(Blob body, Outcome outcome);

        /** Nothing more comes. Called once, whatever happened. */
        void end();
    }

    private Disk(String name, DiskDirectory directory, long bytesMax, long queueBytesMax, LongSupplier nanos, Journal journal) throws IOException {
        this.name = name;
        this.directory = directory;
        ByteBuffer writerInput = buffer();
        log = new DiskLog(name, directory, bytesMax, lock, buffer(), writerInput, journal);
        writes = new DiskWrites(log, directory, lock, queueBytesMax, writerInput, nanos, journal);
        reads = new DiskReads(log, directory, lock, buffer());
        writer = thread(() -> run(writes), "weir-disk-" + name);
        reader = thread(() -> run(reads), "weir-disk-" + name + "-read");
    }

    /** The last lane gives the directory free. */
    private void run(Runnable lane) {
        try {
            lane.run();
        } finally {
            if (lanes.decrementAndGet() == 0) {
                directory.close();
            }
        }
    }

    /**
     * Opens the tier, with what an earlier process has left there; takes as long as reading the index files does. It takes a lock
     * of the directory.
     *
     * @param name of the cache, for messages and threads
     * @param directory is made when there is none; files in it that are not ours are left alone
     * @param bytesMax bound of the bytes of all files, at least {@link #BYTES_LEAST}; what is beyond is removed
     * @param queueBytesMax bound of the bytes of bodies that wait to be written, and which stay in memory for so long
     * @throws IOException the directory cannot be used, or is in use by another process; the message says so
     */
    static Disk open(String name, Path directory, long bytesMax, long queueBytesMax, Journal journal) throws IOException {
        return open(name, new DiskDirectory(directory), bytesMax, queueBytesMax, System::nanoTime, journal);
    }

    /** Takes over the directory. */
    static Disk open(String name, DiskDirectory directory, long bytesMax, long queueBytesMax, LongSupplier nanos, Journal journal) throws IOException {
        try {
            if (bytesMax < BYTES_LEAST) {
                throw new IllegalArgumentException(bytesMax + " bytes on the disk are less than " + BYTES_LEAST);
            }
            Disk disk = new Disk(name, directory, bytesMax, queueBytesMax, nanos, journal);
            if (directory.isOpenToAll()) {
                journal.warn(disk.log.label() + ": everybody may write into " + directory.path() + ", and so into the cache; take that right away (chmod o-w)");
            }
            disk.log.load();
            disk.writer.start();
            disk.reader.start();
            return disk;
        } catch (IOException | RuntimeException | Error e) {
            directory.close();
            throw e;
        }
    }

    private static ByteBuffer buffer() throws IOException {
        ByteBuffer buffer = DirectMemory.allocate(DiskFormat.BUFFER_BYTES);
        if (buffer == null) {
            throw new IOException("the JVM grants no direct memory for the buffers of the disk tier; raise -XX:MaxDirectMemorySize");
        }
        return buffer;
    }

    private static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Returns whether there may be something under a key. Any thread; takes no lock, does no I/O, allocates nothing. */
    boolean has(Probe probe) {
        return !closed && !probe.isTooLong() && log.index().has(probe.hash());
    }

    /**
     * Has an entry written. It replaces the one under the same key with the same variant. Any thread.
     *
     * @param key frozen
     * @param variant tells entries under a key apart; may be empty
     * @param meta at most {@link DiskFormat#META_BYTES_MAX}; not to be changed any more
     * @param body complete; held on to until it is written
     * @return false when it will not be, which is counted: the queue is full, the last write failed a short while ago, the entry
     *     is too long or the tier is closed
     */
    boolean write(Probe key, byte[] variant, byte[] meta, Blob body) {
        return writes.write(key, variant, meta, body);
    }

    /**
     * Has the entries under a key read. Any thread.
     *
     * @param key frozen
     * @return false when the queue is full, the key too long or the tier closed: then the reader is not called
     */
    boolean read(Probe key, Reader wanted) {
        return !key.isTooLong() && reads.read(key, wanted);
    }

    /**
     * Counts as read what is under a key, so that it may stay when it would go. For what is used in memory, and so is not read
     * here: once in a while, as when it goes there, and not for each use, since it takes the tier's lock. Any thread.
     */
    void used(Probe probe) {
        if (has(probe)) {
            synchronized (lock) {
                log.index().markRead(probe.hash());
            }
        }
    }

    /**
     * Removes all entries under a key, also those that wait to be written. They are gone for this process when it returns, and
     * for the next one as soon as the lane has written that, see {@link #removalsWaiting}. Any thread.
     *
     * <p>So that a read which is under way does not bring back what is removed: its reader puts into the memory tier what it
     * gets in {@code entry} and takes it out again unless the outcome is {@code WHOLE}, and whoever removes does so here first
     * and in the memory tier then.
     *
     * @param key frozen
     * @return how many there were
     */
    int remove(Probe key) {
        return key.isTooLong() ? 0 : writes.remove(key);
    }

    /**
     * Removes all entries of which a condition on key and meta holds, among those that were written, or handed in to be, before
     * the call. Reads the head of each from the disk: that may take minutes, and others have their turn in between.
     *
     * @param condition called on the writing lane
     * @param whenDone called on the writing lane with the number of entries removed, or with -1 when the tier closed before the
     *     end or the condition threw something
     * @return false when too many such calls wait, or the tier is closed
     */
    boolean removeIf(BiPredicate<byte[], byte[]> condition, LongConsumer whenDone) {
        return writes.removeIf(condition, whenDone);
    }

    /** Returns how many bytes all files have. */
    long bytes() {
        return log.bytes();
    }

    /** Returns how many entries there are. */
    long entries() {
        synchronized (lock) {
            return log.index().count();
        }
    }

    /** Returns how many entries were written. */
    long written() {
        return writes.written();
    }

    /** Returns how many bodies were read as a whole. */
    long read() {
        return reads.readCount();
    }

    /** Returns how many entries were not written. */
    long dropped() {
        return writes.dropped();
    }

    /** Returns how many entries went to make room. */
    long evictions() {
        return log.evictions();
    }

    /** Returns how many entries stayed when they would have gone, because they were read. */
    long kept() {
        return log.kept();
    }

    /** Returns how many entries, or places in a file, were found not to be what was written. */
    long torn() {
        return log.torn();
    }

    /** Returns how often a file could not be read or removed, or a removal could not be written. */
    long errors() {
        return log.errors();
    }

    /** Returns how many removals would be undone by a kill now, at least. */
    int removalsWaiting() {
        return writes.removalsWaiting();
    }

    /** Returns whether nothing is written, because that failed a short while ago. */
    boolean isPaused() {
        return writes.isPaused();
    }

    /**
     * Writes what waits, for at most some seconds, and gives the directory free; what is left then is dropped, but for removals.
     * Where the disk does not answer, it returns nevertheless, and the directory stays locked until it does, or the process ends.
     */
    @Override
    public void close() {
        close(CLOSE_NANOS);
    }

    void close(long graceNanos) {
        closed = true;
        writes.close(graceNanos);
        reads.close();
        try {
            writer.join(TimeUnit.NANOSECONDS.toMillis(graceNanos) + CLOSE_MARGIN_MILLIS);
            reader.join(CLOSE_MARGIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "Disk[" + name + ", " + directory.path() + ", " + bytes() + " bytes]";
    }
}
