package weir.filter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import weir.buffer.Scan;

/**
 * Values by the bytes of a host: names, and {@code .suffix} for all names below a suffix. One pass from the end to the
 * beginning of a host makes the hash of the whole and, on the way, of every suffix. Immutable.
 */
final class HostTable<V> {
    /** RFC 1035 §2.3.4; nothing longer is looked up. */
    static final int NAME_BYTES_MAX = 255;

    private final byte[][] keys; // open addressing, at most half full; in lower case
    private final Object[] values;
    private final boolean hasSuffixes;

    HostTable(Map<String, V> byKey) {
        int slots = Integer.highestOneBit(byKey.size() + 1) * 4;
        keys = new byte[slots][];
        values = new Object[slots];
        hasSuffixes = byKey.keySet().stream().anyMatch(key -> key.startsWith("."));
        byKey.forEach((key, value) -> {
            byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
            int hash = 0;
            for (int i = bytes.length - 1; i >= 0; i--) {
                hash = hash(hash, bytes[i]);
            }
            int slot = slot(hash);
            while (keys[slot] != null) {
                slot = (slot + 1) & (slots - 1);
            }
            keys[slot] = bytes;
            values[slot] = value;
        });
    }

    /** The value of this name, else that of the longest suffix that it lies below, else null. One dot at the end is nothing. */
    V find(ByteBuffer b, int from, int to) {
        int end = to > from && b.get(to - 1) == '.' ? to - 1 : to;
        if (end <= from || end - from > NAME_BYTES_MAX || b.get(from) == '.') {
            return null;
        }
        V suffix = null;
        int hash = 0;
        for (int i = end - 1; i >= from; i--) {
            byte c = lowerCase(b.get(i));
            hash = hash(hash, c);
            if (c == '.' && hasSuffixes) {
                V found = get(hash, b, i, end);
                suffix = found != null ? found : suffix;
            }
        }
        V exact = get(hash, b, from, end);
        return exact != null ? exact : suffix;
    }

    @SuppressWarnings("unchecked") // only values of type V were put in
    private V get(int hash, ByteBuffer b, int from, int to) {
        for (int slot = slot(hash); keys[slot] != null; slot = (slot + 1) & (keys.length - 1)) {
            if (Scan.equalsIgnoreCase(b, from, to, keys[slot])) {
                return (V) values[slot];
            }
        }
        return null;
    }

    private int slot(int hash) {
        return (hash ^ (hash >>> 15)) & (keys.length - 1);
    }

    private static int hash(int hash, byte c) {
        return hash * 31 + c;
    }

    private static byte lowerCase(byte c) {
        return c >= 'A' && c <= 'Z' ? (byte) (c + ('a' - 'A')) : c;
    }
}
