package weir.cache;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes that one writer adds and any number of readers, on any loop, read meanwhile and afterwards; off heap, reference
 * counted. {@link Store#blob} makes one, with a reference for the caller.
 *
 * <p><b>Publication.</b> The writer copies bytes, then writes {@code length} (volatile); a reader reads {@code length}, then
 * bytes below it. Bytes below the length never change and never move. The list of pieces is copied when it grows, and a list is
 * complete for every length that was published before it. The state comes after the last length: who asks {@link
 * #isComplete} first and {@link #length} then has the whole length.
 *
 * <p><b>Reclamation.</b> Blocks go back to the arena when the reference count reaches zero, and never before. No reader can
 * touch a block that has been taken again:
 * <ol>
 *   <li>whoever reads or writes bytes holds a reference from before the first to after the last of them: its own, or one to the
 *       resident that holds one (the store's reference is none of a reader's);
 *   <li>{@link #retain} is a compare-and-set that fails at zero, so that the count never leaves zero again, and a reader that
 *       lost the race with eviction learns it before it has touched a byte;
 *   <li>{@link #release} is an atomic decrement: everything that was read under a reference happens before the decrement, all
 *       decrements happen before the one that meets zero, that one gives the blocks back under the store's lock, and the next
 *       writer takes them under the same lock. So no read of the old bytes can meet a write of the new ones.
 * </ol>
 * Eviction only gives up the store's reference: it never waits for readers, and what they hold stays theirs and stays counted
 * in {@link Store#bytes}. With assertions on, a block that goes back is overwritten.
 */
final class Blob extends Counted {
    /** The most pieces; hence no more bytes than this many times {@link Arena#BLOCK_BYTES_MAX}. */
    static final int PIECES_MAX = 4096;
    /** The most readers at a time that follow it while it is filled. */
    static final int READERS_MAX = 1024;

    static final String BROKEN_OFF = "the response broke off while it was stored";
    private static final int GROW_BYTES_MIN = 4 << 10;
    private static final long WINDOW_BYTES_MIN = 64 << 10;
    private static final Piece[] NO_PIECES = {};
    private static final Reader[] NO_READERS = {};

    /** Who follows a blob while it is filled. */
    @FunctionalInterface
    interface Reader {
        /** There is more, or the end has come. On the writer's thread: short, does not throw, posts to a loop of its own. */
        void onMore();

        /** Up to where it needs nothing any more; asked by the writer's thread. */
        default long position() {
            return 0;
        }
    }

    private enum State {
        FILLING,
        COMPLETE,
        FAILED
    }

    private final Store store;
    private final long bytesMax;
    private final boolean inOnePiece;
    private final long bytesExpected; // -1: unknown
    private volatile Reader[] readers = NO_READERS; // written under the lock of this
    private volatile Runnable moved;
    private volatile boolean window; // set by the writer under the lock of this: for those who follow it already
    private long trimmed; // bytes in front that are gone: the writer's
    private int growBytes = GROW_BYTES_MIN; // the writer's
    private volatile Piece[] pieces = NO_PIECES; // never changed, only replaced by a longer one
    private volatile long length;
    private String fault;                   // written before the state
    private volatile State state = State.FILLING;

    /**
     * @param bytesExpected what is likely to come, so that it lies in few pieces; -1 when nobody knows
     * @param bytesMax what is taken at most
     * @param inOnePiece what is expected lies in one piece, or there is no room for it
     */
    Blob(Store store, long bytesExpected, long bytesMax, boolean inOnePiece) {
        this.inOnePiece = inOnePiece;
        this.store = store;
        this.bytesExpected = bytesExpected;
        this.bytesMax = bytesMax;
    }

    /**
     * Adds the bytes {@code [start, end)} of a buffer, whose position and limit stay. The writer's, which holds a reference.
     *
     * @return how many were taken: fewer than there are when the cache has no room even after eviction, or at the bound of an
     *     object; 0 when none. Then the blob is no use any more but for what was taken
     * @throws AssertionError after {@link #complete} or {@link #fail}
     */
    int append(ByteBuffer from, int start, int end) {
        requireFilling();
        long at = length;
        int next = start;
        int last = (int) Math.min(end, start + bound() - (at - trimmed));
        Piece piece = lastPiece();
        while (next < last) {
            if (piece == null || at == piece.end()) {
                piece = grow(at);
                if (piece == null) {
                    break;
                }
            }
            int count = (int) Math.min(last - next, piece.end() - at);
            piece.memory.put(piece.index + (int) (at - piece.start), from, next, count);
            next += count;
            at += count;
        }
        if (next > start) {
            length = at; // after the bytes: from here on others read them
            tell();
        }
        return next - start;
    }

    /**
     * Takes room for what {@link #written} publishes when it has been written there: of an empty blob in one piece. The writer's.
     *
     * @return null when there is none
     */
    Piece room(int bytes) {
        requireFilling();
        Piece piece = grow(0);
        return piece == null || piece.end() < bytes ? null : piece;
    }

    /** So many bytes stand in the {@link #room} that was taken. The writer's. */
    void written(int bytes) {
        length = bytes;
        tell();
    }

    /** All is there. The writer's. What is left of the last block goes back. */
    void complete() {
        requireFilling();
        Piece last = lastPiece();
        if (last != null) {
            store.shorten(last, Arena.unitsOf((int) (length - last.start)));
        }
        end(State.COMPLETE);
    }

    /** The rest will never come. The writer's. */
    void fail() {
        fail(BROKEN_OFF);
    }

    /** The same. @param why for the log */
    void fail(String why) {
        requireFilling();
        fault = why;
        end(State.FAILED);
    }

    /** Returns why, after {@link #isFailed}. Any thread. */
    String fault() {
        return fault;
    }

    /** Returns how many bytes can be read. Any thread. */
    long length() {
        return length;
    }

    /** Returns whether all is there; then {@link #length}, asked afterwards, is the last one. Any thread. */
    boolean isComplete() {
        return state == State.COMPLETE;
    }

    /** Returns whether the rest will never come. Any thread. */
    boolean isFailed() {
        return state == State.FAILED;
    }

    /**
     * Returns the memory in which the byte at {@code position} lies, at {@link #indexAt}: a buffer that all share, of which only
     * the absolute accessors may be used; for a channel see {@link #viewAt}. Any thread that holds a reference; allocates
     * nothing.
     *
     * @param position 0 to below a {@link #length} that was returned; what a {@link #isWindow window} has given back is an AssertionError
     */
    ByteBuffer bufferAt(long position) {
        return pieceAt(position).memory;
    }

    /** The same for what is written to a socket: a buffer that is one loop's own. */
    ByteBuffer viewAt(long position, Views views) {
        Piece piece = pieceAt(position);
        return views.of(Arena.chunkNumber(piece.block), piece.memory);
    }

    /** Returns the index in {@link #bufferAt} of the byte at {@code position}. */
    int indexAt(long position) {
        Piece piece = pieceAt(position);
        return piece.index + (int) (position - piece.start);
    }

    /** Returns the index in {@link #bufferAt} behind the last byte that can be read there now in one go. */
    int endAt(long position) {
        long end = length;
        Piece[] list = pieces;
        int i = numberOf(list, position);
        if (i + 1 < list.length) {
            end = Math.min(end, list[i + 1].start);
        }
        return list[i].index + (int) (end - list[i].start);
    }

    /**
     * Has the reader told of every {@link #append}, {@link #complete} and {@link #fail}. It registers first and looks at the
     * length then, or it may miss the last change. Any thread.
     *
     * @return false when {@value #READERS_MAX} follow already, or it takes no more: then it is not to be read before it is complete
     */
    boolean follow(Reader reader) {
        synchronized (this) {
            if (window || readers.length == READERS_MAX) {
                return false;
            }
            Reader[] more = Arrays.copyOf(readers, readers.length + 1);
            more[readers.length] = reader;
            readers = more;
            return true;
        }
    }

    /** Ends a {@link #follow}; the reader may still be told once, where the writer is at it. Nothing happens when it does not follow. Any thread. */
    void leave(Reader reader) {
        synchronized (this) {
            int i = Arrays.asList(readers).indexOf(reader);
            if (i >= 0) {
                Reader[] fewer = new Reader[readers.length - 1];
                System.arraycopy(readers, 0, fewer, 0, i);
                System.arraycopy(readers, i + 1, fewer, i, fewer.length - i);
                readers = fewer;
            }
        }
    }

    /**
     * From here on it is for those who follow it already: when they are past a piece, that goes back and makes room for more, so
     * that more can pass through it than an object may have. The writer's.
     */
    void toWindow() {
        synchronized (this) {
            window = true;
        }
    }

    /**
     * Returns whether its first bytes may be gone: then only those who follow it already may read it. Any thread. Who does not
     * follow it because {@link #isComplete it is complete} asks afterwards, as it may have become one since it was found.
     */
    boolean isWindow() {
        return window;
    }

    /** For a writer that waits for room: what to run when a reader has moved on, on the reader's thread. */
    void onMoved(Runnable told) {
        moved = told;
    }

    /** A reader has moved on, or left. Any thread. */
    void moved() {
        Runnable told = moved;
        if (told != null) {
            told.run();
        }
    }

    /**
     * Gives the pieces back that all readers are past. The writer's, after {@link #toWindow}.
     *
     * @return how many readers there are
     */
    int trim() {
        Reader[] all = readers;
        long needed = length;
        for (Reader reader : all) {
            needed = Math.min(needed, reader.position());
        }
        Piece[] list = pieces;
        int gone = 0;
        while (gone < list.length && Math.min(list[gone].end(), length) <= needed) { // of the last one the rest is not awaited
            gone++;
        }
        if (gone > 0) {
            trimmed = Math.min(list[gone - 1].end(), length);
            pieces = Arrays.copyOfRange(list, gone, list.length);
            store.giveBack(Arrays.copyOf(list, gone));
        }
        return all.length;
    }

    /** Returns the off-heap bytes held: those of whole blocks. The writer's, or after the end anybody's. */
    long bytes() {
        Piece last = lastPiece();
        return last == null ? 0 : last.end() - trimmed;
    }

    /** Returns in how many pieces the bytes lie. */
    int pieceCount() {
        return pieces.length;
    }

    @Override
    void free() {
        store.giveBack(pieces);
    }

    private void requireFilling() {
        if (state != State.FILLING || !isHeld()) {
            throw new AssertionError("bytes for a blob that is " + (isHeld() ? state : "gone"));
        }
    }

    private void end(State last) {
        state = last;
        tell();
        synchronized (this) { // not between the looks of one who leaves
            readers = NO_READERS; // nothing more to tell
        }
    }

    private void tell() {
        for (Reader reader : readers) {
            reader.onMore();
        }
    }

    private Piece lastPiece() {
        Piece[] list = pieces;
        return list.length == 0 ? null : list[list.length - 1];
    }

    /** Adds a piece: of what is expected, or twice as large as the last one; else of what is to be had. */
    private Piece grow(long at) {
        Piece[] old = pieces;
        int left = PIECES_MAX - old.length;
        if (left == 0) {
            return null;
        }
        boolean known = bytesExpected > at;
        long most = known ? bytesExpected - at : bound() - (at - trimmed); // what may still come has to fit into the pieces that are left
        int want = (int) Math.min(known ? most : Math.min(growBytes, most), Arena.BLOCK_BYTES_MAX);
        int least = inOnePiece ? want : (int) Math.min(want, (most + left - 1) / left);
        Piece piece = store.take(want, least, at);
        if (piece == null) {
            return null;
        }
        long quarter = Math.max(GROW_BYTES_MIN, bytesMax / 4);       // a window moves on by pieces: it has to hold several
        growBytes = (int) Math.min(Math.min(Arena.BLOCK_BYTES_MAX, quarter), 2L * growBytes);
        Piece[] longer = Arrays.copyOf(old, old.length + 1);
        longer[old.length] = piece;
        pieces = longer;
        return piece;
    }

    /** Of the bytes held at a time: a window has to hold a few pieces, or none would ever be left behind. */
    private long bound() {
        return window ? Math.max(bytesMax, WINDOW_BYTES_MIN) : bytesMax;
    }

    private Piece pieceAt(long position) {
        Piece[] list = pieces;
        return list[numberOf(list, position)];
    }

    private static int numberOf(Piece[] list, long position) {
        if (position < list[0].start) { // checked always: there is another response's memory
            throw new AssertionError("byte " + position + " is gone");
        }
        int low = 0;
        int high = list.length - 1;
        while (low < high) { // the last one that does not start behind it
            int middle = (low + high + 1) >>> 1;
            if (list[middle].start <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
