package weir.cache;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import weir.observe.Journal;

/**
 * The disk tier of a cache, open: a directory that is this process's until it is closed. It may outlive the {@link Cache} that it is
 * attached to, when a reload changes that one's memory. Thread safe.
 */
public final class DiskTier {
    private static final long QUEUE_BYTES_MAX = 64L << 20;
    private static final int QUEUE_PART = 8;

    private final CacheSettings.DiskSettings settings;
    private final Disk disk;
    private final List<Purge> purges = new CopyOnWriteArrayList<>();

    DiskTier(CacheSettings.DiskSettings settings, Disk disk) {
        this.settings = settings;
        this.disk = disk;
    }

    /**
     * Takes the directory, and reads the index of what an earlier process has left there: not on a loop.
     *
     * @param cache with a disk
     * @throws IOException it cannot be used; the message names the key and says why
     */
    public static DiskTier open(CacheSettings cache, Journal journal) throws IOException {
        CacheSettings.DiskSettings settings = cache.disk();
        long queueBytesMax = Math.min(QUEUE_BYTES_MAX, cache.bytesMax() / QUEUE_PART);
        try {
            return new DiskTier(settings, Disk.open(cache.name(), settings.directory(), settings.bytesMax(), queueBytesMax, journal));
        } catch (IOException e) {
            throw new IOException("cache." + cache.name() + ".disk: " + e.getMessage(), e);
        }
    }

    public CacheSettings.DiskSettings settings() {
        return settings;
    }

    Disk disk() {
        return disk;
    }

    /** What is being removed by a walk: not to be read meanwhile. */
    List<Purge> purges() {
        return purges;
    }

    /** Writes what waits, for at most so long, and gives the directory back. Not on a loop. */
    public void close(long graceNanos) {
        disk.close(graceNanos);
    }

    // ---- figures

    /** Bytes of all files, at most those of the settings. */
    public long bytes() {
        return disk.bytes();
    }

    /** Stored responses there. */
    public long entries() {
        return disk.entries();
    }

    /** Stored responses that were read as a whole. */
    public long reads() {
        return disk.read();
    }

    /** Stored responses that were written. */
    public long writes() {
        return disk.written();
    }

    /** Stored responses that were not written: too much waited, or the disk failed. */
    public long dropped() {
        return disk.dropped();
    }

    /** Stored responses that went to make room. */
    public long evictions() {
        return disk.evictions();
    }

    /** What the system could not do, and what was found not to be what was written. */
    public long errors() {
        return disk.errors() + disk.torn();
    }

    /** Purges that still go through the files. */
    public int purging() {
        return purges.size();
    }

    /** Whether nothing is written, because that failed less than half a minute ago. */
    public boolean isPaused() {
        return disk.isPaused();
    }
}
