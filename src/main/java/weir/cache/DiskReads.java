package weir.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The lane of the disk tier that reads: what is wanted, in order. It has a thread of its own because the system makes who
 * writes much wait for the disk, and what is read is waited for. A file is opened for each: two calls of the system more, and
 * nothing that holds on to a segment that is gone.
 */
final class DiskReads implements Runnable {
    /** The most keys that wait. */
    static final int READS_MAX = 1024;

    private record Read(Probe key, Disk.Reader reader) {}

    private final DiskLog log;
    private final DiskDirectory directory;
    private final Object tierLock;
    private final DiskEntry entry;
    private volatile long readCount;

    private final Object lock = new Object(); // for all that follows
    private final ArrayDeque<Read> reads = new ArrayDeque<>();
    private volatile boolean closing; // read without it

    DiskReads(DiskLog log, DiskDirectory directory, Object tierLock, ByteBuffer buffer) {
        this.log = log;
        this.directory = directory;
        this.tierLock = tierLock;
        this.entry = new DiskEntry(buffer);
    }

    /** See {@link Disk#read}. */
    boolean read(Probe key, Disk.Reader reader) {
        synchronized (lock) {
            if (closing || reads.size() == READS_MAX) {
                return false;
            }
            reads.add(new Read(key, reader));
            lock.notifyAll();
            return true;
        }
    }

    /** Returns how many entries were read as a whole. */
    long readCount() {
        return readCount;
    }

    /** Has the lane end; what waits is told that there is nothing. */
    void close() {
        synchronized (lock) {
            closing = true;
            lock.notifyAll();
        }
    }

    @Override
    public void run() {
        Read read = next();
        while (read != null) {
            try {
                read(read);
            } catch (RuntimeException | Error e) { // a lane that ended would take the queue with it
                log.error("a task failed: " + e);
            }
            read = next();
        }
    }

    private Read next() {
        synchronized (lock) {
            while (reads.isEmpty() && !closing) {
                try {
                    lock.wait();
                } catch (InterruptedException e) { // nobody does that; the end comes by close
                    log.error("was interrupted, and goes on");
                }
            }
            return reads.poll();
        }
    }

    private void read(Read read) {
        try {
            boolean more = true;
            for (long place : placesOf(read.key)) {
                if (more && !closing) {
                    more = read(read, place);
                }
            }
        } finally {
            read.reader.end();
        }
    }

    private long[] placesOf(Probe key) {
        synchronized (tierLock) {
            return log.index().find(key.hash());
        }
    }

    /** Reads the entry at a place. Returns whether its reader wants to see others. */
    private boolean read(Read read, long place) {
        long hash = read.key.hash();
        DiskSegment segment = segmentOf(hash, place);
        if (segment == null) {
            return true;
        }
        try (FileChannel file = directory.openFile(segment.number, DiskFormat.DATA)) {
            if (!entry.open(file, segment.nonce, DiskIndex.unitOf(place) * DiskFormat.UNIT_BYTES)) {
                log.countTorn(hash, place);
                return true;
            }
            if (!Arrays.equals(read.key.frozenBytes(), entry.key())) {
                return true; // another one with this hash
            }
            Blob body = read.reader.entry(entry.meta(), entry.bodyBytes());
            return body == null || readBody(read.reader, body, hash, place);
        } catch (NoSuchFileException e) {
            if (segmentOf(hash, place) != null) { // else it has made room for others meanwhile
                log.countTorn(hash, place);
            }
            return true;
        } catch (IOException e) {
            log.error("cannot be read: " + DiskDirectory.reason(e));
            log.countTorn(hash, place);
            return true;
        }
    }

    private DiskSegment segmentOf(long hash, long place) {
        synchronized (tierLock) {
            return log.index().isAt(hash, place) ? log.segment(DiskIndex.numberOf(place)) : null;
        }
    }

    private boolean readBody(Disk.Reader reader, Blob body, long hash, long place) {
        Disk.Outcome outcome = Disk.Outcome.BROKEN;
        try {
            if (fill(body, hash, place)) {
                body.complete();
                outcome = finish(hash, place);
            }
        } finally {
            if (outcome == Disk.Outcome.BROKEN) {
                body.fail();
            }
        }
        return reader.entryDone(body, outcome);
    }

    private boolean fill(Blob body, long hash, long place) {
        try {
            while (entry.bodyLeft() > 0 && !closing) {
                int count = entry.nextBlock();
                if (count < 0) {
                    log.countTorn(hash, place);
                    return false;
                }
                int at = entry.blockAt();
                if (body.append(entry.buffer(), at, at + count) < count) {
                    return false; // no room in memory
                }
            }
            return entry.bodyLeft() == 0;
        } catch (IOException e) {
            log.error("cannot be read: " + DiskDirectory.reason(e));
            log.countTorn(hash, place);
            return false;
        }
    }

    private Disk.Outcome finish(long hash, long place) {
        synchronized (tierLock) {
            readCount++;
            log.index().markRead(hash, place);
            return log.index().isAt(hash, place) ? Disk.Outcome.WHOLE : Disk.Outcome.REMOVED;
        }
    }
}
