package weir.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import weir.buffer.BufferPool;
import weir.buffer.Lease;
import weir.buffer.Scan;

/**
 * The start line and the field lines of one message, or the fields of a trailer section: one byte region and an index
 * of offsets into it. A wire format fills it where the bytes were read; nothing is copied for that.
 *
 * <p>The region first belongs to somebody else (a read buffer) and is valid during the call that hands it out.
 * {@link #keep} copies it once into a lease of its own, which is also what makes it editable: edits append to the region
 * and re-point the index. All offsets count from the start of the region, so that the copy leaves the index as it is.
 *
 * <p>One connection's, reused for each message; one loop; not thread safe. Offsets that methods take and return are
 * relative to the region; {@link #bytes()} with {@link #at} gives the place to read.
 */
public final class Head {
    private static final int STRIDE = 4;                 // nameFrom, nameTo, valueFrom, valueTo
    private static final byte REMOVED = -2;
    private static final int FIELDS_FIRST = 24;
    private static final int[] NO_INDEX = new int[0];
    private static final byte[] NO_IDS = new byte[0];
    private static final int SPARE_BYTES = 512;          // room for edits behind a kept head: forwarded fields fit

    private ByteBuffer bytes;
    private int base;
    private int end;
    private Lease lease;
    private BufferPool pool;

    private int[] index = NO_INDEX;      // grows with the first field: most trailer sections and own answers never come
    private byte[] ids = NO_IDS;
    private int count;
    private int readCount;              // lines that were read, one behind the other; the rest was added
    private int readEnd;
    private long present;
    private long repeated;              // names of more than one line

    private Method method = Method.OTHER;
    private int methodFrom;
    private int methodTo;
    private int targetFrom;
    private int targetTo;
    private int authorityFrom;
    private int authorityTo;
    private int pathFrom;
    private int pathTo;
    private int queryFrom;
    private int queryTo;
    private int status;
    private int reasonFrom;
    private int reasonTo;
    private int versionMinor;
    private BodyFraming framing = BodyFraming.NONE;
    private long contentLength;
    private boolean persistent;
    private boolean expectsContinue;
    private boolean acceptsTrailers;
    private int upgradeFrom;
    private int upgradeTo;

    // ---- filling: the wire format's part

    /** Empties the index; the region will be {@code bytes} from {@code base} on. Closes the lease of the message before. */
    public void start(ByteBuffer bytes, int base) {
        close();
        this.bytes = bytes;
        this.base = base;
        end = 0;
        count = 0;
        present = 0;
        repeated = 0;
        method = Method.OTHER;
        methodFrom = methodTo = targetFrom = targetTo = 0;
        authorityFrom = authorityTo = pathFrom = pathTo = queryFrom = queryTo = 0;
        status = reasonFrom = reasonTo = 0;
        versionMinor = 1;
        framing = BodyFraming.NONE;
        contentLength = 0;
        persistent = expectsContinue = acceptsTrailers = false;
        upgradeFrom = upgradeTo = 0;
    }

    /** The bytes read so far moved to another buffer, in the same order, starting at {@code base}. */
    public void moved(ByteBuffer bytes, int base) {
        this.bytes = bytes;
        this.base = base;
    }

    /** Ends the filling: the region is {@code length} bytes long. */
    public void finish(int length) {
        end = length;
        readEnd = length - 2;
        readCount = count;
    }

    /**
     * Makes this head an answer of our own, in a lease of its own; fields are then added.
     *
     * @return false when the pool is at its bound
     */
    public boolean startAnswer(BufferPool from, int status, byte[] reason) {
        start(null, 0);
        lease = from.borrow(reason.length + SPARE_BYTES);
        if (lease == null) {
            return false;
        }
        pool = from;
        bytes = lease.bytes();
        bytes.put(0, reason);
        end = reason.length;
        readEnd = readCount = 0;
        statusLine(status, 0, reason.length, 1);
        return true;
    }

    /**
     * Makes this head a copy of another one, in a lease of its own.
     *
     * @return false when the pool is at its bound
     */
    public boolean copyOf(Head other, BufferPool from) {
        start(other.bytes, other.base);
        end = other.end;
        if (!grow(from, end + SPARE_BYTES)) {
            return false;
        }
        index = other.index.clone();
        ids = other.ids.clone();
        count = other.count;
        readCount = other.readCount;
        readEnd = other.readEnd;
        present = other.present;
        repeated = other.repeated;
        method = other.method;
        methodFrom = other.methodFrom;
        methodTo = other.methodTo;
        target(other.authorityFrom, other.authorityTo, other.pathFrom, other.pathTo, other.queryFrom, other.queryTo);
        targetFrom = other.targetFrom;
        targetTo = other.targetTo;
        statusLine(other.status, other.reasonFrom, other.reasonTo, other.versionMinor);
        framing(other.framing, other.contentLength);
        hop(other.persistent, other.acceptsTrailers, other.expectsContinue);
        upgrade(other.upgradeFrom, other.upgradeTo);
        return true;
    }

    public void requestLine(int methodFrom, int methodTo, int targetFrom, int targetTo, int versionMinor) {
        this.methodFrom = methodFrom;
        this.methodTo = methodTo;
        this.targetFrom = targetFrom;
        this.targetTo = targetTo;
        this.versionMinor = versionMinor;
        method = Method.of(bytes, base + methodFrom, base + methodTo);
    }

    public void statusLine(int status, int reasonFrom, int reasonTo, int versionMinor) {
        this.status = status;
        this.reasonFrom = reasonFrom;
        this.reasonTo = reasonTo;
        this.versionMinor = versionMinor;
    }

    /** Adds one field line. @param id a {@link FieldName} ordinal or {@link FieldName#UNKNOWN} */
    public void field(int id, int nameFrom, int nameTo, int valueFrom, int valueTo) {
        if (count == ids.length) {
            int lines = Math.max(FIELDS_FIRST, count * 2);
            ids = Arrays.copyOf(ids, lines);
            index = Arrays.copyOf(index, lines * STRIDE);
        }
        int i = count * STRIDE;
        index[i] = nameFrom;
        index[i + 1] = nameTo;
        index[i + 2] = valueFrom;
        index[i + 3] = valueTo;
        ids[count++] = (byte) id;
        if (id >= 0) {
            repeated |= present & 1L << id;
            present |= 1L << id;
        }
    }

    public void framing(BodyFraming framing, long contentLength) {
        this.framing = framing;
        this.contentLength = contentLength;
    }

    /** What the hop-by-hop fields said, before they were removed. */
    public void hop(boolean persistent, boolean acceptsTrailers, boolean expectsContinue) {
        this.persistent = persistent;
        this.acceptsTrailers = acceptsTrailers;
        this.expectsContinue = expectsContinue;
    }

    /** The tokens of the Upgrade field that the Connection field named; an empty range for none. */
    public void upgrade(int from, int to) {
        upgradeFrom = from;
        upgradeTo = to;
    }

    /** The parts of the request-target; empty ranges for what it does not have. The query includes its {@code ?}. */
    public void target(int authorityFrom, int authorityTo, int pathFrom, int pathTo, int queryFrom, int queryTo) {
        this.authorityFrom = authorityFrom;
        this.authorityTo = authorityTo;
        this.pathFrom = pathFrom;
        this.pathTo = pathTo;
        this.queryFrom = queryFrom;
        this.queryTo = queryTo;
    }

    // ---- keeping and editing

    /**
     * Copies the region into a lease of this head's own, with room for edits. Does nothing when it has one already.
     *
     * @return false when the pool is at its bound; the head is then as before
     */
    public boolean keep(BufferPool from) {
        return lease != null || grow(from, end + SPARE_BYTES);
    }

    /** Whether {@link #keep} has been called for this message. */
    public boolean isKept() {
        return lease != null;
    }

    private boolean grow(BufferPool from, int capacity) {
        if (capacity > BufferPool.BYTES_MAX) {
            return false;
        }
        Lease larger = from.borrow(capacity);
        if (larger == null) {
            return false;
        }
        larger.bytes().put(0, bytes, base, end);
        if (lease != null) {
            lease.close();
        }
        lease = larger;
        pool = from;
        bytes = larger.bytes();
        base = 0;
        return true;
    }

    /** Gives the region's lease back. The index is meaningless afterwards. */
    public void close() {
        if (lease != null) {
            lease.close();
            lease = null;
        }
    }

    /**
     * Makes room for {@code length} bytes at the end of a kept region.
     *
     * @return the offset where they may be written (by {@code bytes().put(at(offset), …)}), or -1 when the pool is at its
     *     bound
     */
    public int append(int length) {
        assert lease != null : "edit of a head that is not kept";
        if (end + length > lease.capacity() && !grow(pool, end + length + SPARE_BYTES)) {
            return -1;
        }
        int at = end;
        end += length;
        return at;
    }

    /** Appends {@code text} to a kept region. @return its offset, or -1 at the pool's bound */
    public int append(byte[] text) {
        int at = append(text.length);
        if (at >= 0) {
            bytes.put(at, text);
        }
        return at;
    }

    /** Adds a field line to a kept head. @return false at the pool's bound: nothing was added */
    public boolean add(FieldName name, byte[] value) {
        return add(name.ordinal(), name.wire(), value);
    }

    /** Adds a field line with a number, 0 or above, to a kept head. @return false at the pool's bound: nothing was added */
    public boolean add(FieldName name, long number) {
        int digits = 1;
        for (long rest = number; rest > 9; rest /= 10) {
            digits++;
        }
        byte[] wire = name.wire();
        int at = append(wire.length + digits + 4);
        if (at < 0) {
            return false;
        }
        int valueAt = at + wire.length + 2;
        bytes.put(at, wire);
        bytes.put(at + wire.length, (byte) ':').put(at + wire.length + 1, (byte) ' ');
        long rest = number;
        for (int i = valueAt + digits - 1; i >= valueAt; i--, rest /= 10) {
            bytes.put(i, (byte) ('0' + rest % 10));
        }
        bytes.put(valueAt + digits, (byte) '\r').put(valueAt + digits + 1, (byte) '\n');
        field(name.ordinal(), at, at + wire.length, valueAt, valueAt + digits);
        return true;
    }

    /** Adds a field line whose value is a copy of {@code [from, to)} of the region. @return false at the pool's bound */
    public boolean addCopy(FieldName name, int from, int to) {
        byte[] wire = name.wire();
        int at = append(wire.length + to - from + 4);
        if (at < 0) {
            return false;
        }
        int valueAt = at + wire.length + 2;
        int valueEnd = valueAt + to - from;
        bytes.put(at, wire).put(at + wire.length, (byte) ':').put(at + wire.length + 1, (byte) ' ');
        bytes.put(valueAt, bytes, base + from, to - from);
        bytes.put(valueEnd, (byte) '\r').put(valueEnd + 1, (byte) '\n');
        field(name.ordinal(), at, at + wire.length, valueAt, valueEnd);
        return true;
    }

    /** Adds a field line to a kept head. @return false at the pool's bound: nothing was added */
    public boolean add(int id, byte[] name, byte[] value) {
        int at = append(name.length + value.length + 4);
        if (at < 0) {
            return false;
        }
        int valueAt = at + name.length + 2;
        bytes.put(at, name);
        bytes.put(at + name.length, (byte) ':');
        bytes.put(at + name.length + 1, (byte) ' ');
        bytes.put(valueAt, value);
        bytes.put(valueAt + value.length, (byte) '\r');
        bytes.put(valueAt + value.length + 1, (byte) '\n');
        field(id, at, at + name.length, valueAt, valueAt + value.length);
        return true;
    }

    /**
     * Joins the values of all lines of this name with {@code tail} into one line at the end (RFC 9110 §5.3).
     *
     * @return false at the pool's bound: nothing was changed
     */
    public boolean join(FieldName name, byte[] tail) {
        int length = tail.length;
        for (int i = find(name); i >= 0; i = findAfter(name, i)) {
            length += valueTo(i) - valueFrom(i) + 2;
        }
        int at = append(name.wire().length + 2 + length + 2);
        if (at < 0) {
            return false;
        }
        bytes.position(base + at);
        bytes.put(name.wire()).put((byte) ':').put((byte) ' ');
        int valueAt = bytes.position() - base;
        for (int i = find(name); i >= 0; i = findAfter(name, i)) {
            for (int b = valueFrom(i); b < valueTo(i); b++) {
                bytes.put(bytes.get(base + b));
            }
            bytes.put((byte) ',').put((byte) ' ');
        }
        bytes.put(tail).put((byte) '\r').put((byte) '\n').position(0);
        removeAll(name);
        field(name.ordinal(), at, at + name.wire().length, valueAt, valueAt + length);
        return true;
    }

    public void remove(int field) {
        ids[field] = REMOVED;
    }

    /** Removes every field line of this name. */
    public void removeAll(FieldName name) {
        if ((present & name.bit()) != 0) {
            byte id = (byte) name.ordinal();
            for (int i = 0; i < count; i++) {
                if (ids[i] == id) {
                    ids[i] = REMOVED;
                }
            }
            present &= ~name.bit();
        }
    }

    /** Removes every field line whose name equals {@code lowerCase} in any case. */
    public void removeAll(byte[] lowerCase) {
        for (int i = 0; i < count; i++) {
            if (ids[i] != REMOVED && nameIs(i, lowerCase)) {
                ids[i] = REMOVED;
            }
        }
    }

    /** The path is what stands at these offsets of the region from now on. */
    public void path(int from, int to) {
        pathFrom = from;
        pathTo = to;
    }

    /** The authority is what stands at these offsets of the region from now on. */
    public void authority(int from, int to) {
        authorityFrom = from;
        authorityTo = to;
    }

    // ---- reading

    public ByteBuffer bytes() {
        return bytes;
    }

    /** The place in {@link #bytes()} of an offset. */
    public int at(int offset) {
        return base + offset;
    }

    /** The region's length in bytes. */
    public int length() {
        return end;
    }

    public Method method() {
        return method;
    }

    public int methodFrom() {
        return methodFrom;
    }

    public int methodTo() {
        return methodTo;
    }

    /** The request-target as it came. */
    public int targetFrom() {
        return targetFrom;
    }

    public int targetTo() {
        return targetTo;
    }

    public int authorityFrom() {
        return authorityFrom;
    }

    public int authorityTo() {
        return authorityTo;
    }

    public int pathFrom() {
        return pathFrom;
    }

    public int pathTo() {
        return pathTo;
    }

    public int queryFrom() {
        return queryFrom;
    }

    public int queryTo() {
        return queryTo;
    }

    /** 100..599 in a response, 0 in a request or a trailer section. */
    public int status() {
        return status;
    }

    public int reasonFrom() {
        return reasonFrom;
    }

    public int reasonTo() {
        return reasonTo;
    }

    /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
    public int versionMinor() {
        return versionMinor;
    }

    public BodyFraming framing() {
        return framing;
    }

    /** Bytes of content; meaningful for {@link BodyFraming#LENGTH}, and for what a HEAD or 304 announces (else -1). */
    public long contentLength() {
        return contentLength;
    }

    /** Whether the sender keeps the connection open after this message (RFC 9112 §9.3). */
    public boolean isPersistent() {
        return persistent;
    }

    /** {@code Expect: 100-continue} in a request of HTTP/1.1 (RFC 9110 §10.1.1). */
    public boolean expectsContinue() {
        return expectsContinue;
    }

    /** {@code TE: trailers}: a trailer section may be passed on to the sender of this request (RFC 9110 §6.5.1). */
    public boolean acceptsTrailers() {
        return acceptsTrailers;
    }

    public boolean wantsUpgrade() {
        return upgradeTo > upgradeFrom;
    }

    public int upgradeFrom() {
        return upgradeFrom;
    }

    public int upgradeTo() {
        return upgradeTo;
    }

    /** How many field lines the index holds, removed ones included. */
    public int fields() {
        return count;
    }

    /** A {@link FieldName} ordinal, {@link FieldName#UNKNOWN}, or less than that for a removed line. */
    public int id(int field) {
        return ids[field];
    }

    public boolean isRemoved(int field) {
        return ids[field] == REMOVED;
    }

    public int nameFrom(int field) {
        return index[field * STRIDE];
    }

    public int nameTo(int field) {
        return index[field * STRIDE + 1];
    }

    public int valueFrom(int field) {
        return index[field * STRIDE + 2];
    }

    public int valueTo(int field) {
        return index[field * STRIDE + 3];
    }

    public boolean has(FieldName name) {
        return (present & name.bit()) != 0 && find(name) >= 0;
    }

    /**
     * Puts all field lines that are left at the position of {@code out}, as bytes: neighbours in one copy. Needs at most
     * {@link #length()} bytes of room.
     */
    public void copyFieldLines(ByteBuffer out) {
        for (int i = 0; i < count; ) {
            if (ids[i] == REMOVED) {
                i++;
                continue;
            }
            int from = nameFrom(i);
            int to;
            if (i < readCount) {
                do {
                    i++;
                } while (i < readCount && ids[i] != REMOVED);
                to = i < readCount ? nameFrom(i) : readEnd;
            } else {
                to = valueTo(i++) + 2;
            }
            int at = out.position();
            out.put(at, bytes, base + from, to - from).position(at + to - from);
        }
    }

    /** The names that may be here: one bit by ordinal. A name whose bit is not set is not here. */
    public long names() {
        return present;
    }

    /** The first field line of this name, or -1. */
    public int find(FieldName name) {
        return findAfter(name, -1);
    }

    /** The next field line of this name, or -1. @param field a line of this name, maybe removed by now; -1 for the first */
    public int findAfter(FieldName name, int field) {
        if (((field < 0 ? present : repeated) & name.bit()) != 0) {
            byte id = (byte) name.ordinal();
            for (int i = field + 1; i < count; i++) {
                if (ids[i] == id) {
                    return i;
                }
            }
        }
        return -1;
    }

    public boolean nameIs(int field, byte[] lowerCase) {
        return Scan.equalsIgnoreCase(bytes, base + nameFrom(field), base + nameTo(field), lowerCase);
    }

    public boolean valueIs(int field, byte[] lowerCase) {
        return Scan.equalsIgnoreCase(bytes, base + valueFrom(field), base + valueTo(field), lowerCase);
    }

    /** Whether a comma-separated value holds this token, in any case (RFC 9110 §5.6.1). Any line of the name may hold it. */
    public boolean hasToken(FieldName name, byte[] lowerCase) {
        for (int field = find(name); field >= 0; field = findAfter(name, field)) {
            int to = valueTo(field);
            for (int from = valueFrom(field); from < to; ) {
                int comma = listEnd(from, to);
                if (Scan.equalsIgnoreCase(bytes, base + skipBlanks(from, comma), base + trimBlanks(from, comma), lowerCase)) {
                    return true;
                }
                from = comma + 1;
            }
        }
        return false;
    }

    /** The end of the list element that starts at {@code from}: the next comma, or {@code to}. */
    public int listEnd(int from, int to) {
        int comma = Scan.indexOf(bytes, base + from, base + to, (byte) ',');
        return comma < 0 ? to : comma - base;
    }

    public int skipBlanks(int from, int to) {
        int i = from;
        while (i < to && isBlank(bytes.get(base + i))) {
            i++;
        }
        return i;
    }

    public int trimBlanks(int from, int to) {
        int i = to;
        while (i > from && isBlank(bytes.get(base + i - 1))) {
            i--;
        }
        return i;
    }

    /** A copy as text, one char a byte; for messages, settings and tests, not for the hot path. */
    public String text(int from, int to) {
        byte[] copy = new byte[Math.max(0, to - from)];
        bytes.get(base + from, copy);
        return new String(copy, StandardCharsets.ISO_8859_1);
    }

    /** The value of the first line of this name as text, or null; not for the hot path. */
    public String value(FieldName name) {
        int field = find(name);
        return field < 0 ? null : text(valueFrom(field), valueTo(field));
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }
}
