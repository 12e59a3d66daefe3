package weir.cache;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import weir.http.FieldName;
import weir.http.Head;

/**
 * What lies on the disk of a stored response beside its content: its head, which requests select it, and what is known of its age,
 * by the wall clock, so that it is as old after a restart as it is. Little endian.
 *
 * <pre>
 *   version: 1 | flags: 1 | default-ttl, min-ttl, max-ttl: 8 each | run: 8 | asked: 8
 *   lifetime, initial age, response time, date, stale-while-revalidate, stale-if-error: 8 each
 *   selecting fields: 2 | each: length: 2 | name | length, or -1 for absent: 4 | value
 *   status: 2 | length: 2 | reason | field lines: 2 | each: length: 2 | name | length: 4 | value
 * </pre>
 *
 * Field names are text, not numbers: those may be others in another version of this program. What is read is checked throughout, and
 * as to text it is no less strict than a parser: files may have been put there by somebody else. One is for one entry.
 */
final class DiskMeta {
    static final byte VERSION = 1;

    private static final int FIXED_BYTES = 2 + 11 * Long.BYTES;
    private static final int LINES_MAX = 1000;
    private static final long AHEAD_MILLIS_MAX = 60_000;     // of a clock that was set back
    private static final long AGE_MILLIS_MAX = 1L << 50;

    private static final int EXPLICIT = 1;
    private static final int NO_CACHE = 1 << 1;
    private static final int MUST_REVALIDATE = 1 << 2;
    private static final int IMMUTABLE = 1 << 3;
    private static final int ALLOWS_AUTHORIZED = 1 << 4;
    private static final int PRIVATE_SAFE = 1 << 5;
    private static final int SURROGATE_CONTROL = 1 << 6;
    private static final int OF_SETTINGS = PRIVATE_SAFE | SURROGATE_CONTROL;

    private final ByteBuffer bytes;
    private final Head head = new Head();
    private Vary.Variant variant;
    private Freshness freshness;
    private long run;
    private long askedNanos;

    private DiskMeta(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    // ---- writing

    /**
     * @param stored held by the caller
     * @param run of the cache that has stored it, see {@link #run}
     */
    static byte[] of(Stored stored, CacheSettings settings, long run) {
        Head head = new Head();
        stored.readHead(head);
        Freshness freshness = stored.freshness();
        ByteBuffer to = ByteBuffer.allocate(bytes(head, stored.variant())).order(ByteOrder.LITTLE_ENDIAN);
        to.put(VERSION).put((byte) (flags(freshness) | flags(settings)));
        to.putLong(settings.defaultTtlSeconds()).putLong(settings.minTtlSeconds()).putLong(settings.maxTtlSeconds()).putLong(run).putLong(stored.askedNanos());
        to.putLong(freshness.lifetimeSeconds()).putLong(freshness.initialAgeMillis()).putLong(freshness.responseTimeMillis()).putLong(freshness.dateSeconds());
        to.putLong(freshness.staleWhileRevalidateSeconds()).putLong(freshness.staleIfErrorSeconds());
        put(stored.variant(), to);
        put(head, to);
        return Arrays.copyOf(to.array(), to.position());
    }

    private static int bytes(Head head, Vary.Variant variant) {
        int bytes = FIXED_BYTES + 2 + variant.bytes() + 2 + 2 + head.reasonTo() - head.reasonFrom() + 2;
        for (int i = 0; i < head.fields(); i++) {
            bytes += 6 + head.nameTo(i) - head.nameFrom(i) + head.valueTo(i) - head.valueFrom(i);
        }
        return bytes;
    }

    private static int flags(Freshness of) {
        return (of.explicit() ? EXPLICIT : 0) | (of.noCache() ? NO_CACHE : 0) | (of.mustRevalidate() ? MUST_REVALIDATE : 0)
                | (of.immutable() ? IMMUTABLE : 0) | (of.allowsAuthorized() ? ALLOWS_AUTHORIZED : 0);
    }

    private static int flags(CacheSettings of) {
        return (of.privateSafe() ? PRIVATE_SAFE : 0) | (of.surrogateControl() ? SURROGATE_CONTROL : 0);
    }

    private static void put(Vary.Variant variant, ByteBuffer to) {
        to.putShort((short) variant.names().length);
        for (int i = 0; i < variant.names().length; i++) {
            byte[] value = variant.values()[i];
            to.putShort((short) variant.names()[i].length).put(variant.names()[i]).putInt(value == null ? -1 : value.length);
            if (value != null) {
                to.put(value);
            }
        }
    }

    private static void put(Head head, ByteBuffer to) {
        to.putShort((short) head.status()).putShort((short) (head.reasonTo() - head.reasonFrom()));
        copy(head, head.reasonFrom(), head.reasonTo(), to);
        to.putShort((short) head.fields());
        for (int i = 0; i < head.fields(); i++) {
            to.putShort((short) (head.nameTo(i) - head.nameFrom(i)));
            copy(head, head.nameFrom(i), head.nameTo(i), to);
            to.putInt(head.valueTo(i) - head.valueFrom(i));
            copy(head, head.valueFrom(i), head.valueTo(i), to);
        }
    }

    private static void copy(Head head, int from, int to, ByteBuffer into) {
        into.put(into.position(), head.bytes(), head.at(from), to - from).position(into.position() + to - from);
    }

    // ---- reading

    /**
     * Returns what was written, or null: of another version, under settings by which it might not have been stored, or not so long,
     * from a time to come, or bytes of any other kind.
     *
     * @param bytes not to be changed any more
     */
    static DiskMeta read(byte[] bytes, CacheSettings settings, long nowMillis) {
        DiskMeta meta = new DiskMeta(bytes);
        return meta.readFixed(settings, nowMillis) && meta.readVariant() && meta.readHead() && !meta.bytes.hasRemaining() ? meta : null;
    }

    /** The same, whatever the settings are: for its tags. */
    static DiskMeta readAny(byte[] bytes) {
        return read(bytes, null, Long.MAX_VALUE - AHEAD_MILLIS_MAX);
    }

    private boolean readFixed(CacheSettings settings, long nowMillis) {
        if (bytes.remaining() < FIXED_BYTES || bytes.get() != VERSION) {
            return false;
        }
        int flags = bytes.get();
        boolean sameTtl = settings == null || bytes.getLong(2) == settings.defaultTtlSeconds() && bytes.getLong(10) == settings.minTtlSeconds()
                && bytes.getLong(18) == settings.maxTtlSeconds();
        if (flags < 0 || !sameTtl || settings != null && (flags & OF_SETTINGS) != flags(settings)) {
            return false;
        }
        bytes.position(26);
        run = bytes.getLong();
        askedNanos = bytes.getLong();
        long lifetimeSeconds = bytes.getLong();
        long initialAgeMillis = bytes.getLong();
        long responseTimeMillis = bytes.getLong();
        long dateSeconds = bytes.getLong();
        long staleWhileRevalidateSeconds = bytes.getLong();
        long staleIfErrorSeconds = bytes.getLong();
        if (!isSeconds(lifetimeSeconds) || !isSeconds(staleWhileRevalidateSeconds) || !isSeconds(staleIfErrorSeconds)
                || initialAgeMillis < 0 || initialAgeMillis > AGE_MILLIS_MAX || responseTimeMillis < 0 || responseTimeMillis > nowMillis + AHEAD_MILLIS_MAX) {
            return false;
        }
        freshness = new Freshness(lifetimeSeconds, (flags & EXPLICIT) != 0, initialAgeMillis, responseTimeMillis, dateSeconds, (flags & NO_CACHE) != 0,
                (flags & MUST_REVALIDATE) != 0, (flags & IMMUTABLE) != 0, (flags & ALLOWS_AUTHORIZED) != 0, staleWhileRevalidateSeconds, staleIfErrorSeconds);
        return true;
    }

    private static boolean isSeconds(long value) {
        return value >= 0 && value <= Directives.SECONDS_MAX;
    }

    private boolean readVariant() {
        int count = readShort();
        if (count < 0 || count > LINES_MAX) {
            return false;
        }
        byte[][] names = new byte[count][];
        byte[][] values = new byte[count][];
        for (int i = 0; i < count; i++) {
            names[i] = readBytes(readShort());
            int length = bytes.remaining() < Integer.BYTES ? -2 : bytes.getInt();
            values[i] = length == -1 ? null : readBytes(length);
            if (names[i] == null || length != -1 && values[i] == null) {
                return false;
            }
        }
        variant = count == 0 ? Vary.Variant.ONLY : new Vary.Variant(names, values);
        return true;
    }

    private boolean readHead() {
        int status = readShort();
        int reasonFrom = bytes.position() + Short.BYTES;
        int reasonTo = skip(readShort());
        int lines = readShort();
        if (status < 200 || status > 999 || reasonTo < 0 || !isText(reasonFrom, reasonTo) || lines < 0 || lines > LINES_MAX) {
            return false;
        }
        head.start(bytes, 0);
        head.statusLine(status, reasonFrom, reasonTo, 1);
        for (int i = 0; i < lines; i++) {
            if (!readLine()) {
                return false;
            }
        }
        head.finish(bytes.limit());
        Directives none = new Directives();
        for (int i = 0; i < lines; i++) {
            if (!Storing.isFieldStored(head, i, none)) {     // as two framings would be
                return false;
            }
        }
        return true;
    }

    private boolean readLine() {
        int nameFrom = bytes.position() + Short.BYTES;
        int nameTo = skip(readShort());
        if (nameTo <= nameFrom || bytes.remaining() < Integer.BYTES || !isToken(nameFrom, nameTo)) {
            return false;
        }
        int length = bytes.getInt();
        int valueFrom = bytes.position();
        int valueTo = skip(length);
        if (valueTo < 0 || !isText(valueFrom, valueTo)) {
            return false;
        }
        head.field(FieldName.idOf(bytes, nameFrom, nameTo), nameFrom, nameTo, valueFrom, valueTo);
        return true;
    }

    /** Returns -1 at the end. */
    private int readShort() {
        return bytes.remaining() < Short.BYTES ? -1 : Short.toUnsignedInt(bytes.getShort());
    }

    /** Returns null when there are not so many. */
    private byte[] readBytes(int count) {
        if (count < 0 || count > bytes.remaining()) {
            return null;
        }
        byte[] read = new byte[count];
        bytes.get(read);
        return read;
    }

    /** Returns where it ends, -1 when there are not so many. */
    private int skip(int count) {
        if (count < 0 || count > bytes.remaining()) {
            return -1;
        }
        bytes.position(bytes.position() + count);
        return bytes.position();
    }

    private boolean isText(int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes.get(i);
            if (b >= 0 && b < ' ' && b != '\t' || b == 0x7f) {
                return false;
            }
        }
        return true;
    }

    private boolean isToken(int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes.get(i);
            if (b <= ' ' || b >= 0x7f || "\"(),/:;<=>?@[\\]{}".indexOf(b) >= 0) {
                return false;
            }
        }
        return true;
    }

    // ---- what was read

    /** In the bytes that were read. */
    Head head() {
        return head;
    }

    Vary.Variant variant() {
        return variant;
    }

    Freshness freshness() {
        return freshness;
    }

    /** Of which use of a directory it is: what it depends on beside its bytes may be forgotten in another one. */
    long run() {
        return run;
    }

    /** In the time of that run. */
    long askedNanos() {
        return askedNanos;
    }

    /** Tells variants under a key apart. */
    static byte[] variantBytes(Vary.Variant variant) {
        ByteBuffer to = ByteBuffer.allocate(2 + variant.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        put(variant, to);
        return Arrays.copyOf(to.array(), to.position());
    }
}
