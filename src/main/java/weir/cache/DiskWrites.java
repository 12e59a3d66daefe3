package weir.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import weir.observe.Journal;

/**
 * The lane of the disk tier that writes: what waits for it, and what it does. Removals come first, so that they outlive the
 * process as soon as can be; then what is to be stored, in order; then a piece of a walk over all entries.
 */
final class DiskWrites implements Runnable {
    /** The most responses that wait. */
    static final int WRITES_MAX = 256;
    /** The most removals that wait; with more, whole segments are removed. */
    static final int REMOVALS_MAX = 4096;
    /** The most walks that wait. */
    static final int WALKS_MAX = 16;
    /** How long nothing is written after an error. */
    static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final int WALK_ENTRIES = 64; // looked at before others have their turn

    private interface Job {}

    private record Write(Probe key, int variant, byte[] meta, Blob body) implements Job {}

    /** Goes through all entries. */
    private static final class Walk implements Job {
        final BiPredicate<byte[], byte[]> condition;
        final LongConsumer whenDone;
        final ArrayDeque<Long> segments = new ArrayDeque<>();
        DiskIndex.Places places = new DiskIndex.Places();
        int next;
        long removed;

        Walk(BiPredicate<byte[], byte[]> condition, LongConsumer whenDone) {
            this.condition = condition;
            this.whenDone = whenDone;
        }
    }

    private final DiskLog log;
    private final DiskDirectory directory;
    private final Journal journal;
    private final DiskEntry seen;
    private final LongSupplier nanos;
    private final long queueBytesMax;
    private Walk walk; // the one that is under way
    private boolean failing;
    private volatile long pausedUntilNanos;
    private volatile boolean paused;

    private final Object lock; // the tier's, for all that follows
    private final ArrayDeque<Job> jobs = new ArrayDeque<>();
    private List<DiskLog.Removal> removals = new ArrayList<>();
    private boolean removing; // the lane is at some of them
    private long doomedThrough; // segments up to this one are to go
    private Write current;
    private boolean currentRemoved;
    private int writeCount;
    private int walkCount;
    private long queueBytes;
    private boolean closing;
    private long closeNanos;
    private long written;
    private long dropped;

    DiskWrites(DiskLog log, DiskDirectory directory, Object lock, long queueBytesMax, ByteBuffer inputBuffer, LongSupplier nanos, Journal journal) {
        this.log = log;
        this.directory = directory;
        this.lock = lock;
        this.queueBytesMax = queueBytesMax;
        this.seen = new DiskEntry(inputBuffer);
        this.nanos = nanos;
        this.journal = journal;
    }

    /** See {@link Disk#write}. */
    boolean write(Probe key, byte[] variant, byte[] meta, Blob body) {
        if (!body.isComplete() || body.isWindow()) {
            throw new AssertionError("not all of it is there");
        }
        long bodyBytes = body.length();
        synchronized (lock) {
            boolean room = writeCount < WRITES_MAX && (writeCount == 0 || queueBytes + bodyBytes <= queueBytesMax); // one always, however long
            if (closing || isPaused() || !room || key.isTooLong() || !log.fits(key.length(), meta.length, bodyBytes) || !body.retain()) {
                dropped++;
                return false;
            }
            jobs.add(new Write(key, DiskFormat.variantOf(variant), meta, body));
            writeCount++;
            queueBytes += bodyBytes;
            lock.notifyAll();
            return true;
        }
    }

    /** See {@link Disk#remove}. */
    int remove(Probe key) {
        List<Blob> released = new ArrayList<>();
        int count;
        synchronized (lock) {
            for (Iterator<Job> i = jobs.iterator(); i.hasNext(); ) {
                if (i.next() instanceof Write write && write.key.equals(key)) {
                    i.remove();
                    countOff(write);
                    released.add(write.body);
                }
            }
            boolean isCurrent = current != null && !currentRemoved && current.key.equals(key);
            currentRemoved |= isCurrent;
            long[] places = log.index().find(key.hash());
            log.index().removeAll(key.hash());
            if (places.length > 0 || isCurrent) {
                long segment = isCurrent ? Long.MAX_VALUE : DiskIndex.numberOf(places[0]); // where it comes to lie is not known yet
                if (removals.size() < REMOVALS_MAX) {
                    removals.add(new DiskLog.Removal(DiskFormat.REMOVED_KEY, key.frozenBytes(), 0, segment));
                } else {
                    doomedThrough = Math.max(doomedThrough, segment);
                }
                lock.notifyAll();
            }
            count = places.length + released.size() + (isCurrent ? 1 : 0);
        }
        released.forEach(Blob::release);
        return count;
    }

    /** See {@link Disk#removeIf}. */
    boolean removeIf(BiPredicate<byte[], byte[]> condition, LongConsumer whenDone) {
        synchronized (lock) {
            if (closing || walkCount == WALKS_MAX) {
                return false;
            }
            walkCount++;
            jobs.add(new Walk(condition, whenDone)); // behind what waits to be written, which it is to see
            lock.notifyAll();
            return true;
        }
    }

    /** Returns how many removals a restart would undo as yet. */
    int removalsWaiting() {
        synchronized (lock) {
            return removals.size() + (removing || doomedThrough > 0 ? 1 : 0);
        }
    }

    long written() {
        synchronized (lock) {
            return written;
        }
    }

    long dropped() {
        synchronized (lock) {
            return dropped;
        }
    }

    /** Returns whether nothing is written, as that failed a short while ago. */
    boolean isPaused() {
        return paused && nanos.getAsLong() - pausedUntilNanos < 0;
    }

    /** Has the lane end when all is done that waits, or that much time has gone. */
    void close(long graceNanos) {
        synchronized (lock) {
            closing = true;
            closeNanos = System.nanoTime() + graceNanos;
            lock.notifyAll();
        }
    }

    @Override
    public void run() {
        boolean more = true;
        while (more) {
            try {
                more = turn();
            } catch (RuntimeException | Error e) { // a lane that ended would take the queue with it
                log.error("a task failed: " + e);
            }
        }
        end();
    }

    /** Does what is most urgent, and waits for that. Returns false at the end. */
    private boolean turn() {
        List<DiskLog.Removal> removed = List.of();
        long doomed;
        Job job = null;
        synchronized (lock) {
            while (jobs.isEmpty() && removals.isEmpty() && doomedThrough == 0 && walk == null && !closing) {
                try {
                    lock.wait();
                } catch (InterruptedException e) { // nobody does that; the end comes by close
                    journal.warn(log.label() + ": was interrupted, and goes on");
                }
            }
            doomed = doomedThrough;
            if (!removals.isEmpty() || doomed > 0) {
                removed = removals;
                removals = new ArrayList<>();
                doomedThrough = 0;
                removing = true;
            } else if (closing && (jobs.isEmpty() && walk == null || System.nanoTime() - closeNanos > 0)) {
                return false;
            } else if (walk == null || !(jobs.peek() instanceof Walk)) { // one walk at a time
                job = jobs.poll();
                if (job instanceof Write write) {
                    current = write;
                    currentRemoved = false;
                }
            }
        }
        if (!removed.isEmpty() || doomed > 0) {
            remove(removed, doomed);
            return true;
        }
        if (job instanceof Write write) {
            write(write);
        } else if (job instanceof Walk next) {
            start(next);
        }
        if (walk != null) {
            walk();
        }
        return true;
    }

    private void remove(List<DiskLog.Removal> removed, long doomed) {
        try {
            if (doomed > 0) {
                log.dropThrough(doomed);
            }
            log.remove(removed);
        } finally {
            synchronized (lock) {
                removing = false;
            }
        }
    }

    private void write(Write write) {
        long place = 0;
        try {
            if (!isPaused()) {
                place = log.append(write.key.frozenBytes(), write.variant, write.meta, write.body.length(), (from, count, into) -> put(write.body, from, count, into));
                succeeded();
            }
        } catch (IOException e) {
            log.seal();
            failed(e);
        } finally {
            synchronized (lock) {
                if (place != 0) {
                    written++;
                    if (!currentRemoved) {
                        log.index().put(write.key.hash(), write.variant, place);
                    }
                } else {
                    dropped++;
                }
                current = null;
                countOff(write);
            }
            write.body.release();
        }
    }

    /** Under the lock. */
    private void countOff(Write write) {
        writeCount--;
        queueBytes -= write.body.length();
    }

    private static void put(Blob body, long from, int count, ByteBuffer into) {
        long to = from + count;
        for (long at = from; at < to; ) {
            int index = body.indexAt(at);
            int length = (int) Math.min(body.endAt(at) - index, to - at);
            into.put(into.position(), body.bufferAt(at), index, length).position(into.position() + length);
            at += length;
        }
    }

    private void failed(IOException e) {
        pausedUntilNanos = nanos.getAsLong() + PAUSE_NANOS;
        paused = true;
        if (!failing) { // once, and not each time that it is tried again
            failing = true;
            journal.warn(log.label() + ": " + directory.path() + " cannot be written: " + DiskDirectory.reason(e)
                    + "; nothing more is stored there for now, and it is tried again every " + TimeUnit.NANOSECONDS.toSeconds(PAUSE_NANOS) + " s");
        }
    }

    private void succeeded() {
        if (failing) {
            failing = false;
            paused = false;
            journal.info(log.label() + ": " + directory.path() + " can be written again");
        }
    }

    private void start(Walk next) {
        walk = next;
        log.setKeeping(false); // what is copied meanwhile might be missed
        synchronized (lock) {
            next.segments.addAll(log.segmentNumbers());
        }
    }

    /** Looks at some entries. */
    private void walk() {
        boolean more;
        try {
            more = look(walk);
        } catch (RuntimeException | Error e) {
            end(walk, -1);
            throw e;
        }
        if (!more) {
            end(walk, walk.removed);
        }
    }

    private void end(Walk ended, long count) {
        walk = null;
        log.setKeeping(true);
        synchronized (lock) {
            walkCount--;
        }
        ended.whenDone.accept(count);
    }

    private boolean look(Walk at) {
        if (at.next == at.places.count()) {
            Long segment = at.segments.poll();
            if (segment == null) {
                return false;
            }
            at.places = log.places(segment, false);
            at.next = 0;
            return true;
        }
        List<DiskLog.Removal> found = new ArrayList<>();
        long number = DiskIndex.numberOf(at.places.place(at.next));
        try (FileChannel file = directory.openFile(number, DiskFormat.DATA)) {
            for (int i = 0; i < WALK_ENTRIES && at.next < at.places.count(); i++, at.next++) {
                look(at, file, at.places.hash(at.next), at.places.place(at.next), found);
            }
        } catch (IOException e) {
            at.next = at.places.count();
            boolean isThere;
            synchronized (lock) {
                isThere = log.segment(number) != null;
            }
            if (isThere) { // what cannot be looked at cannot be served either
                log.error("cannot be read, and is removed: " + DiskDirectory.reason(e));
                log.dropThrough(number);
            }
        } finally {
            log.remove(found);
        }
        return true;
    }

    private void look(Walk at, FileChannel file, long hash, long place, List<DiskLog.Removal> found) throws IOException {
        DiskSegment segment;
        synchronized (lock) {
            segment = log.index().isAt(hash, place) ? log.segment(DiskIndex.numberOf(place)) : null;
        }
        if (segment == null) {
            return; // replaced, or gone
        }
        if (!seen.open(file, segment.nonce, DiskIndex.unitOf(place) * DiskFormat.UNIT_BYTES)) {
            log.countTorn(hash, place);
        } else if (at.condition.test(seen.key(), seen.meta())) {
            boolean wasThere;
            synchronized (lock) {
                wasThere = log.index().removeAt(hash, place);
            }
            at.removed += wasThere ? 1 : 0;
            found.add(new DiskLog.Removal(DiskFormat.REMOVED_VARIANT, seen.key(), seen.variant(), segment.number));
        }
    }

    private void end() {
        List<Job> left;
        synchronized (lock) {
            left = new ArrayList<>(jobs);
            jobs.clear();
            for (Job job : left) {
                if (job instanceof Write write) {
                    countOff(write);
                    dropped++;
                }
            }
        }
        for (Job job : left) {
            if (job instanceof Write write) {
                write.body.release();
            } else if (job instanceof Walk cut) {
                cut.whenDone.accept(-1);
            }
        }
        if (walk != null) {
            end(walk, -1);
        }
        log.seal();
    }
}
