package weir.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.SecureRandom;
import java.util.List;
import java.util.TreeMap;
import weir.observe.Journal;

/**
 * The segments on the disk, within a bound in bytes: entries are added to the newest one, and for room the oldest one goes as a
 * whole. What was read of it since it was written is copied to the newest one before, as long as that is no more than a quarter
 * of a segment: a second chance, at a cost that has a bound. For that quarter there is always room, so that the files are never
 * longer than the bound in all.
 *
 * <p>The writing lane's, but for the index and the list of segments, which are under the tier's lock; no file is touched under it.
 */
final class DiskLog {
    /**
     * Entries that are no more.
     *
     * @param kind of the record, {@link DiskFormat#REMOVED_KEY} or {@link DiskFormat#REMOVED_VARIANT}
     * @param segment the newest one in which one of them may lie
     */
    record Removal(int kind, byte[] key, int variant, long segment) {}

    /** What is to be copied is not what was written. */
    private static final class TornException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private static final int SEGMENTS = 128; // that fill the bound, about
    private static final long SEGMENT_BYTES_MIN = 64 << 10;
    private static final long SEGMENT_BYTES_MAX = (long) DiskFormat.UNIT_BYTES << DiskIndex.UNIT_BITS; // what a place can tell
    private static final long ENTRY_BYTES_MEAN = 8 << 10; // no more entries than if they were that long
    private static final long ENTRIES_LEAST = 1024;
    private static final int ENTRY_PARTS = 4; // an entry takes no more than this part of the bound
    private static final int REMOVAL_BYTES = 64 << 10; // that are written at a time, about
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String name;
    private final DiskDirectory directory;
    private final Journal journal;
    private final long bytesMax;
    private final long segmentBytes;
    private final long entriesMax;
    private final Object lock;
    private final DiskIndex index; // under the lock
    private final TreeMap<Long, DiskSegment> segments = new TreeMap<>(); // under the lock
    private final DiskOutput output;
    private final ByteBuffer inputBuffer;
    private final DiskEntry copied;
    private DiskSegment current; // the one that is added to; null: none yet
    private long nextNumber = 1;
    private boolean keeping = true;
    private volatile long bytes;
    private volatile long evictions;
    private volatile long kept;
    private volatile long torn;
    private volatile long errors;

    DiskLog(String name, DiskDirectory directory, long bytesMax, Object lock, ByteBuffer outputBuffer, ByteBuffer inputBuffer, Journal journal) {
        this.name = name;
        this.directory = directory;
        this.bytesMax = bytesMax;
        this.lock = lock;
        this.journal = journal;
        this.inputBuffer = inputBuffer;
        segmentBytes = Math.min(Math.max(Long.highestOneBit(bytesMax / SEGMENTS), SEGMENT_BYTES_MIN), SEGMENT_BYTES_MAX);
        entriesMax = Math.max(ENTRIES_LEAST, bytesMax / ENTRY_BYTES_MEAN);
        index = new DiskIndex(entriesMax);
        output = new DiskOutput(outputBuffer);
        copied = new DiskEntry(inputBuffer);
    }

    DiskIndex index() {
        return index;
    }

    /** Returns the segment with a number, null when it is gone. Under the lock. */
    DiskSegment segment(long number) {
        return segments.get(number);
    }

    /** Returns the numbers of all segments. Under the lock. */
    List<Long> segmentNumbers() {
        return List.copyOf(segments.keySet());
    }

    /** Returns the bytes of all files. */
    long bytes() {
        return bytes;
    }

    /** Returns how many entries went to make room. */
    long evictions() {
        return evictions;
    }

    /** Returns how many entries got a second chance. */
    long kept() {
        return kept;
    }

    /** Returns how many entries, or places in an index, were not what was written there. */
    long torn() {
        return torn;
    }

    /** Returns how often the system said that something could not be done, but for {@link #append}. */
    long errors() {
        return errors;
    }

    /** Whether entries get a second chance; not while somebody goes through all of them and must miss none. */
    void setKeeping(boolean keeping) {
        this.keeping = keeping;
    }

    /** Returns whether there could be room for an entry at all. */
    boolean fits(int keyBytes, int metaBytes, long bodyBytes) {
        return metaBytes <= DiskFormat.META_BYTES_MAX && bodyBytes <= bytesMax && entryCost(keyBytes, metaBytes, bodyBytes) <= bytesMax / ENTRY_PARTS;
    }

    /** Reads the index of every segment there is. */
    void load() throws IOException {
        DiskLoad load = new DiskLoad(directory, index, new DiskInput(inputBuffer));
        long newest = 0;
        int others = 0;
        for (long number : directory.numbers()) {
            newest = number;
        }
        nextNumber = newest + 1;
        synchronized (lock) { // for the figures: there are no other threads yet
            index.setNewest(newest);
        }
        for (long number : directory.numbers()) {
            boolean tooOld = nextNumber - number >= DiskIndex.SEGMENTS_MAX;
            DiskSegment segment = tooOld ? null : load(load, number);
            if (segment == null) {
                others += load.isOtherVersion() && !tooOld ? 1 : 0;
                delete(number);
            } else {
                synchronized (lock) {
                    segments.put(number, segment);
                    bytes += segment.bytes();
                }
            }
        }
        synchronized (lock) {
            torn += load.torn();
        }
        if (others > 0) {
            journal.info(label() + ": what another version of weir stored in " + directory.path() + " cannot be read by this one and was removed");
        }
        makeRoom(0);
    }

    private DiskSegment load(DiskLoad load, long number) {
        try {
            return load.segment(number);
        } catch (IOException e) {
            error("cannot be read: " + DiskDirectory.reason(e));
            return null;
        }
    }

    /**
     * Writes an entry behind all others.
     *
     * @return its place, for the index
     * @throws IOException it could not be written; then {@link #seal} must follow
     */
    long append(byte[] key, int variant, byte[] meta, long bodyBytes, DiskOutput.Body body) throws IOException {
        makeRoom(entryCost(key.length, meta.length, bodyBytes));
        return add(key, variant, meta, bodyBytes, body);
    }

    private long add(byte[] key, int variant, byte[] meta, long bodyBytes, DiskOutput.Body body) throws IOException {
        long length = DiskFormat.entryBytes(key.length, meta.length, bodyBytes);
        if (current == null || current.dataBytes + length > segmentBytes && current.dataBytes > DiskFormat.FILE_HEAD_BYTES) {
            seal();
            current = create();
        }
        DiskSegment segment = current;
        long at = segment.dataBytes;
        long unit = at / DiskFormat.UNIT_BYTES;
        output.entry(segment.data, at, segment.nonce, key, variant, meta, bodyBytes, body);
        output.start(segment.index, segment.indexBytes);
        output.record(segment.nonce, DiskFormat.PUT, key, variant, unit, length);
        output.flush();
        grow(segment, DiskFormat.aligned(at + length, DiskFormat.UNIT_BYTES) - at, DiskFormat.recordBytes(key.length));
        return DiskIndex.place(segment.number, unit);
    }

    /**
     * Writes that entries are no more, and has that last through a loss of power: else a response that was removed might come
     * back. For entries nothing is forced to the disk: what of them did not get there is found out by its checksums.
     *
     * <p>Where it cannot be written, the segments in which they lie go, and the older ones, where earlier entries under the same
     * key may lie: that works on a full disk.
     */
    void remove(List<Removal> removals) {
        try {
            for (int from = 0; from < removals.size(); ) {
                int to = from;
                long count = 0;
                while (to < removals.size() && count < REMOVAL_BYTES) {
                    count += DiskFormat.recordBytes(removals.get(to++).key.length);
                }
                write(removals.subList(from, to), count);
                from = to;
            }
        } catch (IOException e) {
            error("removals cannot be written, and so the oldest entries go with what was removed: " + DiskDirectory.reason(e));
            long last = 0;
            for (Removal removal : removals) {
                last = Math.max(last, removal.segment);
            }
            seal();
            dropThrough(last);
        }
    }

    private void write(List<Removal> removals, long count) throws IOException {
        makeRoom(count + 2 * DiskFormat.FILE_HEAD_BYTES);
        if (current == null) {
            current = create();
        }
        DiskSegment segment = current;
        output.start(segment.index, segment.indexBytes);
        for (Removal removal : removals) {
            output.record(segment.nonce, removal.kind, removal.key, removal.variant, 0, 0);
        }
        output.flush();
        grow(segment, 0, count);
        segment.index.force(false);
        if (!segment.namesForced) {
            directory.force();
            segment.namesForced = true;
        }
    }

    /** Gives up all segments up to this one. */
    void dropThrough(long number) {
        DiskSegment oldest = oldest();
        while (oldest != null && oldest.number <= number) {
            drop(oldest);
            oldest = oldest();
        }
    }

    /** Counts an entry that was not what was written, and forgets it. */
    void countTorn(long hash, long place) {
        synchronized (lock) {
            index.removeAt(hash, place);
            torn++;
        }
    }

    /** Counts something that the system could not do, and tells it. Any thread. */
    void error(String text) {
        synchronized (lock) {
            errors++;
        }
        journal.warnAtMostOncePerSecond("disk " + name, label() + ": " + text);
    }

    String label() {
        return "cache." + name + ".disk";
    }

    /** Adds nothing more to the segment that was added to: after an error, and at the end. */
    void seal() {
        DiskSegment last = current;
        if (last == null) {
            return;
        }
        current = null;
        try (FileChannel data = last.data; FileChannel indexFile = last.index) {
            grow(last, Math.max(0, data.size() - last.dataBytes), Math.max(0, indexFile.size() - last.indexBytes)); // with what an error left behind
        } catch (IOException e) {
            error("cannot be closed: " + DiskDirectory.reason(e));
        }
        last.data = null;
        last.index = null;
    }

    /** Returns the entries of a segment, in their order. */
    DiskIndex.Places places(long number, boolean onlyRead) {
        DiskIndex.Places places = new DiskIndex.Places();
        for (int table = 0; table < index.tableCount(); table++) {
            synchronized (lock) {
                index.places(table, number, onlyRead, places);
            }
        }
        return places.sorted();
    }

    private DiskSegment create() throws IOException {
        long number = nextNumber++;
        long nonce = RANDOM.nextLong();
        FileChannel data = directory.create(number, DiskFormat.DATA);
        FileChannel indexFile = null;
        try {
            indexFile = directory.create(number, DiskFormat.INDEX);
            output.fileHead(data, DiskFormat.DATA, number, nonce);
            output.fileHead(indexFile, DiskFormat.INDEX, number, nonce);
        } catch (IOException e) {
            data.close();
            if (indexFile != null) {
                indexFile.close();
            }
            delete(number);
            throw e;
        }
        DiskSegment segment = new DiskSegment(number, nonce, 0, 0);
        segment.data = data;
        segment.index = indexFile;
        synchronized (lock) {
            segments.put(number, segment);
            index.setNewest(number);
        }
        grow(segment, DiskFormat.FILE_HEAD_BYTES, DiskFormat.FILE_HEAD_BYTES);
        return segment;
    }

    private void grow(DiskSegment segment, long dataBytes, long indexBytes) {
        segment.dataBytes += dataBytes;
        segment.indexBytes += indexBytes;
        synchronized (lock) {
            bytes += dataBytes + indexBytes;
        }
    }

    /** What an entry takes at the most: it may need a new segment. */
    private static long entryCost(int keyBytes, int metaBytes, long bodyBytes) {
        return DiskFormat.aligned(DiskFormat.entryBytes(keyBytes, metaBytes, bodyBytes), DiskFormat.UNIT_BYTES) + DiskFormat.recordBytes(keyBytes)
                + 2 * DiskFormat.FILE_HEAD_BYTES;
    }

    private long keptBytesMax() {
        return segmentBytes / 4;
    }

    private void makeRoom(long wanted) {
        DiskSegment oldest = oldest();
        while (oldest != null && (bytes + wanted + keptBytesMax() > bytesMax || isIndexFull() || nextNumber - oldest.number >= DiskIndex.SEGMENTS_MAX)) {
            if (keeping && wanted > 0) {
                keep(oldest);
            }
            drop(oldest);
            oldest = oldest();
        }
    }

    private boolean isIndexFull() {
        synchronized (lock) {
            return index.count() >= entriesMax;
        }
    }

    private DiskSegment oldest() {
        synchronized (lock) {
            return segments.isEmpty() ? null : segments.firstEntry().getValue();
        }
    }

    private void keep(DiskSegment oldest) {
        if (oldest == current) {
            seal();
        }
        DiskIndex.Places read = places(oldest.number, true);
        if (read.count() == 0) {
            return;
        }
        try (FileChannel file = directory.openFile(oldest.number, DiskFormat.DATA)) {
            long left = keptBytesMax();
            for (int i = 0; i < read.count(); i++) {
                left -= keep(file, oldest, read.hash(i), read.place(i), left);
            }
        } catch (IOException e) {
            seal();
            error("entries that were read cannot be kept: " + DiskDirectory.reason(e));
        }
    }

    /** Copies an entry, when it takes no more than what is left. Returns how many bytes it took. */
    private long keep(FileChannel file, DiskSegment from, long hash, long place, long left) throws IOException {
        if (!copied.open(file, from.nonce, DiskIndex.unitOf(place) * DiskFormat.UNIT_BYTES)) {
            countTorn(hash, place);
            return 0;
        }
        long cost = entryCost(copied.key().length, copied.meta().length, copied.bodyBytes());
        if (cost > left) {
            return 0;
        }
        long to;
        try {
            to = add(copied.key(), copied.variant(), copied.meta(), copied.bodyBytes(), this::putCopied);
        } catch (TornException e) {
            countTorn(hash, place);
            return 0;
        }
        synchronized (lock) {
            if (index.move(hash, place, to)) {
                kept++;
            }
        }
        return cost;
    }

    private void putCopied(long from, int count, ByteBuffer into) throws IOException {
        if (copied.nextBlock() != count) {
            throw new TornException(); // or it would get a new checksum, which is right
        }
        into.put(into.position(), copied.buffer(), copied.blockAt(), count).position(into.position() + count);
    }

    private void drop(DiskSegment segment) {
        if (segment == current) {
            seal();
        }
        for (int table = 0; table < index.tableCount(); table++) {
            synchronized (lock) {
                evictions += index.removeSegment(table, segment.number);
            }
        }
        synchronized (lock) {
            segments.remove(segment.number);
            bytes -= segment.bytes();
        }
        delete(segment.number);
    }

    private void delete(long number) {
        try {
            directory.delete(number);
        } catch (IOException e) {
            error("cannot be removed: " + DiskDirectory.reason(e));
        }
    }
}
