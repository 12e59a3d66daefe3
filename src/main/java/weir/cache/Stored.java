package weir.cache;

import weir.http.BodyFraming;
import weir.http.Head;
import weir.http.HeadImage;

/**
 * A stored response (RFC 9111 §2): its head as an image, its content, and what is known of its age. Read by all loops, also
 * while its content still comes. Immutable but for its freshness, which a soft purge ends.
 */
final class Stored extends Resident {
    /** A longer head is not stored: the image lies in one block. */
    static final int HEAD_BYTES_MAX = 64 << 10;

    private final Blob image;
    private final Blob body;
    private final Vary.Variant variant;
    private final Part part;
    private final int status;
    private final long bodyBytes;
    private final long askedNanos;
    private volatile Freshness freshness;
    private volatile boolean hidden;
    private long touchedNanos;                               // any loop's, as it likes
    private long removals;                                   // from before it was put

    /**
     * @param image the head's; a reference to it and one to the body are this object's from here on
     * @param bodyBytes of the whole content, -1 when that is not known before its end
     * @param variant which requests select it
     */
    private Stored(Blob image, Blob body, long bodyBytes, int status, Vary.Variant variant, Part part, Freshness freshness, long askedNanos) {
        this.askedNanos = askedNanos;
        touchedNanos = askedNanos;
        this.image = image;
        this.body = body;
        this.bodyBytes = bodyBytes;
        this.status = status;
        this.variant = variant;
        this.part = part;
        this.freshness = freshness;
    }

    /**
     * @param head what is to be stored of the response's
     * @param askedNanos a loop's time, at which it was asked for
     * @param body the reference is the stored response's from here on, also when there is no room
     * @param part null for a whole representation
     * @return with a reference for the caller; null when there is no room for the head
     */
    static Stored of(Store store, Head head, Blob body, long bodyBytes, Vary.Variant variant, Part part, Freshness freshness, long askedNanos) {
        int bytes = HeadImage.bytes(head);
        Blob image = bytes > HEAD_BYTES_MAX ? null : store.blobInOnePiece(bytes);
        if (image != null) {
            Piece room = image.room(bytes);
            if (room != null) {
                HeadImage.write(head, room.memory, room.index);
                image.written(bytes);
                image.complete();
                return new Stored(image, body, bodyBytes, head.status(), variant, part, freshness, askedNanos);
            }
            image.release();
        }
        body.release();
        return null;
    }

    /** Makes {@code head} the stored one, in this response's own memory: to be kept before it is edited. Its framing is none yet. */
    void readHead(Head head) {
        HeadImage.read(image.bufferAt(0), image.indexAt(0), head);
    }

    /** Says in a head how the content will be framed: by its length, where that is known. */
    void frame(Head head) {
        long bytes = bodyBytes();
        if (status == 204 || status == 304) {
            head.framing(BodyFraming.NONE, -1);
        } else {
            head.framing(bytes < 0 ? BodyFraming.CHUNKED : BodyFraming.LENGTH, Math.max(0, bytes));
        }
    }

    Blob body() {
        return body;
    }

    /** Of the whole content; -1 while nobody knows. */
    long bodyBytes() {
        return bodyBytes >= 0 ? bodyBytes : body.isComplete() ? body.length() : -1;
    }

    int status() {
        return status;
    }

    Vary.Variant variant() {
        return variant;
    }

    /** Which part of the representation its content is; null for all of it, or for what only an equal request gets. */
    Part part() {
        return part;
    }

    /** When it was asked for, or confirmed, in a loop's time. */
    long askedNanos() {
        return askedNanos;
    }

    Freshness freshness() {
        return freshness;
    }

    /** A soft purge: stale from now on. */
    void expire(long nowMillis) {
        freshness = freshness.expire(nowMillis);
    }

    /** Whether it can be answered with: its content has come, or is coming. */
    boolean isSound() {
        return !hidden && !body.isFailed() && !body.isWindow();
    }

    @Override
    boolean isFilling() {
        return !body.isComplete() && !body.isFailed() && !body.isWindow();
    }

    /** It is not sound from now on, until {@link #show}: before it is put into the store. */
    void hide() {
        hidden = true;
    }

    void show() {
        hidden = false;
    }

    /** Whether all of the representation is there, for good. */
    boolean isWhole() {
        return body.isComplete() && !body.isWindow() && !hidden && status != 206 && (bodyBytes < 0 || bodyBytes == body.length());
    }

    /** Whether another one, older, is of no more use beside this: the same requests select it, and it has nothing that this has not. */
    boolean replaces(Stored other) {
        boolean less = part == null || other.part != null && other.part.isObsolete(part);
        return other != this && less && variant.sameAs(other.variant);
    }

    /** When it was last {@link #touch touched}; before that, when it was asked for. */
    long touchedNanos() {
        return touchedNanos;
    }

    /** What {@link CacheDisk#removals} was before it was put; 0 when there was no disk tier. */
    long removals() {
        return removals;
    }

    void noteRemovals(long count) {
        removals = count;
    }

    /** Notes a time; any thread, and it may be lost. */
    void touch(long nowNanos) {
        touchedNanos = nowNanos;
    }

    @Override
    long bytes() {
        return HEAP_BYTES + variant.bytes() + image.bytes() + Math.max(body.bytes(), bodyBytes);
    }

    @Override
    void free() {
        image.release();
        body.release();
    }
}
