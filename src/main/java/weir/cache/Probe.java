package weir.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The bytes of a key with their hash: to look something up (mutable, one loop's, allocates nothing once it has grown), and as a
 * frozen copy in the store. The hash takes eight bytes at a time into a 128-bit product with a secret of this process, so that a
 * client cannot choose keys that meet; those that meet nevertheless are told apart by their bytes, and the store orders them.
 */
final class Probe implements Comparable<Probe> {
    /** The longest key in bytes; what is longer is never found and never stored. */
    static final int BYTES_MAX = 16 << 10;

    private static final int BYTES_FIRST = 256;
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long SECRET = RANDOM.nextLong() | 1;
    private static final long OTHER_SECRET = RANDOM.nextLong();

    private byte[] bytes;
    private int length;
    private boolean tooLong;
    private boolean hashed;
    private long hash;

    /** Creates an empty one. */
    Probe() {
        bytes = new byte[BYTES_FIRST];
    }

    private Probe(Probe from) {
        bytes = Arrays.copyOf(from.bytes, from.length);
        length = from.length;
        tooLong = from.tooLong;
        hash = from.hash();
        hashed = true;
    }

    /** Empties it. */
    Probe reset() {
        length = 0;
        tooLong = false;
        hashed = false;
        return this;
    }

    /** Adds the bytes {@code [from, to)} of a buffer, whose position and limit stay. */
    Probe put(ByteBuffer b, int from, int to) {
        if (makeRoom(to - from)) {
            b.get(from, bytes, length, to - from);
            length += to - from;
        }
        return this;
    }

    /** Adds the bytes {@code [from, to)} of a buffer with the letters A to Z in lower case. */
    Probe putLowerCase(ByteBuffer b, int from, int to) {
        if (makeRoom(to - from)) {
            for (int i = from; i < to; i++) {
                byte each = b.get(i);
                bytes[length++] = each >= 'A' && each <= 'Z' ? (byte) (each | 0x20) : each;
            }
        }
        return this;
    }

    /** Adds a byte. */
    Probe put(byte b) {
        if (makeRoom(1)) {
            bytes[length++] = b;
        }
        return this;
    }

    /** Adds bytes. */
    Probe put(byte[] more) {
        if (makeRoom(more.length)) {
            System.arraycopy(more, 0, bytes, length, more.length);
            length += more.length;
        }
        return this;
    }

    /** Adds the characters of a text as UTF-8; allocates. */
    Probe put(String text) {
        return put(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Makes it a key that finds nothing and under which nothing is stored. */
    Probe refuse() {
        tooLong = true;
        return this;
    }

    /** Returns how many bytes it holds. */
    int length() {
        return length;
    }

    /** Returns whether more than {@link #BYTES_MAX} were put: then it finds nothing, and nothing is stored under it. */
    boolean isTooLong() {
        return tooLong;
    }

    /** Returns a copy that nobody changes. */
    Probe frozen() {
        return new Probe(this);
    }

    /** Returns a frozen copy with more behind one more NUL than any key of its kind has: another key that goes with this one. */
    Probe with(String more) {
        return new Probe(this).put((byte) 0).put(more).frozen();
    }

    /** Returns the bytes of a frozen copy themselves: not to be changed. */
    byte[] frozenBytes() {
        assert bytes.length == length : "not frozen";
        return bytes;
    }

    long hash() {
        if (!hashed) {
            hash = hashOf(bytes, length);
            hashed = true;
        }
        return hash;
    }

    private boolean makeRoom(int count) {
        hashed = false;
        if (tooLong || count > BYTES_MAX - length) {
            tooLong = true;
            return false;
        }
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(BYTES_MAX, Math.max(2 * bytes.length, length + count)));
        }
        return true;
    }

    private static long hashOf(byte[] bytes, int length) {
        long h = OTHER_SECRET;
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            h = mix(h ^ (long) WORD.get(bytes, i));
        }
        long rest = 0;
        for (; i < length; i++) {
            rest = rest << Byte.SIZE | bytes[i] & 0xff;
        }
        return mix(mix(h ^ rest) ^ length); // not together with bytes, or these could make up for it
    }

    private static long mix(long word) {
        return Math.multiplyHigh(word, SECRET) ^ word * SECRET;
    }

    @Override
    public int compareTo(Probe other) {
        return Arrays.compareUnsigned(bytes, 0, length, other.bytes, 0, other.length);
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Probe other && hash() == other.hash() && tooLong == other.tooLong && Arrays.equals(bytes, 0, length, other.bytes, 0, other.length);
    }

    @Override
    public int hashCode() {
        return (int) hash();
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
