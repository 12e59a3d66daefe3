package weir.cache;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import weir.http.FieldName;
import weir.http.Head;

/**
 * Which of the responses under a key a request selects (RFC 9111 §4.1): by the fields that Vary names, as the request that brought
 * the response had them. Two values are the same when they differ only by white space at commas, by being on several lines, and for
 * the Accept fields of RFC 9110 §12.5 also by the order of their members and, where those have no parameters with a case, by case. What
 * other fields mean by that nobody knows here. One loop's: comparing allocates nothing.
 */
final class Vary {
    static final byte[] ANY = "*".getBytes(StandardCharsets.US_ASCII);
    /** Longer values, or more members, are not stored with a response and match none. */
    static final int VALUE_BYTES_MAX = 4 << 10;
    static final int MEMBERS_MAX = 64;

    private static final byte[] ACCEPT = "accept".getBytes(StandardCharsets.US_ASCII);
    private static final byte[][] ANY_CASE = {"accept-charset".getBytes(StandardCharsets.US_ASCII),
            "accept-encoding".getBytes(StandardCharsets.US_ASCII), "accept-language".getBytes(StandardCharsets.US_ASCII)};
    private static final int ABSENT = -1;
    private static final int TOO_LONG = -2;

    private final byte[] plain = new byte[VALUE_BYTES_MAX];
    private final byte[] sorted = new byte[VALUE_BYTES_MAX];
    private final int[] starts = new int[MEMBERS_MAX];
    private final int[] ends = new int[MEMBERS_MAX];
    private int length;
    private int members;

    /**
     * The selecting fields of a stored response. Immutable.
     *
     * @param names in lower case and order, none twice
     * @param values normalised; null for a field that the request did not have
     */
    @SuppressWarnings("ArrayRecordComponent")                // never changed, and compared by sameAs
    record Variant(byte[][] names, byte[][] values) {
        /** Of a response without Vary: every request selects it. */
        static final Variant ONLY = new Variant(new byte[0][], new byte[0][]);

        boolean sameAs(Variant other) {
            return Arrays.deepEquals(names, other.names) && Arrays.deepEquals(values, other.values);
        }

        /** What it takes on the heap in bytes, about. */
        int bytes() {
            int bytes = 0;
            for (int i = 0; i < names.length; i++) {
                bytes += 40 + names[i].length + (values[i] == null ? 0 : values[i].length);
            }
            return bytes;
        }
    }

    /** The same without another name. */
    Variant variant(Head response, Head request) {
        return variant(response, request, null);
    }

    /**
     * Returns what selects a response.
     *
     * @param more another name in lower case, as if Vary had it; null for none
     * @return null when a value is too long: such a response is not stored
     */
    Variant variant(Head response, Head request, String more) {
        if (!response.has(FieldName.VARY) && more == null) {
            return Variant.ONLY;
        }
        TreeSet<String> names = new TreeSet<>();
        if (more != null) {
            names.add(more);
        }
        for (int field = response.find(FieldName.VARY); field >= 0; field = response.findAfter(FieldName.VARY, field)) {
            for (String name : response.text(response.valueFrom(field), response.valueTo(field)).split(",", -1)) {
                if (!name.isBlank()) {
                    names.add(name.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        List<byte[]> bytes = new ArrayList<>();
        List<byte[]> values = new ArrayList<>();
        for (String name : names) {
            byte[] wire = name.getBytes(StandardCharsets.ISO_8859_1);
            int count = normalise(request, wire);
            if (count == TOO_LONG) {
                return null;
            }
            bytes.add(wire);
            values.add(count == ABSENT ? null : Arrays.copyOf(sorted, count));
        }
        return new Variant(bytes.toArray(byte[][]::new), values.toArray(byte[][]::new));
    }

    /** Whether a request selects the response that this is of. */
    boolean matches(Variant variant, Head request) {
        for (int i = 0; i < variant.names.length; i++) {
            int count = normalise(request, variant.names[i]);
            byte[] value = variant.values[i];
            if (value == null ? count != ABSENT : count != value.length || !Arrays.equals(sorted, 0, count, value, 0, count)) {
                return false;
            }
        }
        return true;
    }

    /** Leaves the normal form in {@link #sorted}. @return its length, {@link #ABSENT} or {@link #TOO_LONG} */
    private int normalise(Head request, byte[] name) {
        boolean anyCase = isAnyCase(name);
        boolean accept = anyCase || Arrays.equals(name, ACCEPT);
        length = members = 0;
        boolean there = false;
        for (int field = 0; field < request.fields(); field++) {
            if (!request.isRemoved(field) && request.nameIs(field, name)) {
                there = true;
                if (!add(request, field, accept, anyCase)) {
                    return TOO_LONG;
                }
            }
        }
        if (!there) {
            return ABSENT;
        }
        if (accept) {
            sort();
        }
        int at = 0;
        for (int i = 0; i < members; i++) {
            int count = ends[i] - starts[i];
            if (at + count + 1 > sorted.length) {
                return TOO_LONG;
            }
            System.arraycopy(plain, starts[i], sorted, at, count);
            at += count;
            sorted[at++] = ',';
        }
        return at;
    }

    private boolean add(Head request, int field, boolean accept, boolean anyCase) {
        int to = request.valueTo(field);
        for (int from = request.valueFrom(field); from < to; ) {
            int end = Elements.end(request, from, to);
            int first = request.skipBlanks(from, end);
            int last = request.trimBlanks(first, end);
            if (last > first && !addMember(request, first, last, accept, anyCase)) {
                return false;
            }
            from = end + 1;
        }
        return true;
    }

    private boolean addMember(Head request, int from, int to, boolean accept, boolean anyCase) {
        if (members == MEMBERS_MAX || to - from > plain.length - length) {
            return false;
        }
        starts[members] = length;
        int quotedTo = from;                                 // behind the string at hand: what is in one is left as it is
        for (int i = from; i < to; i++) {
            byte b = Elements.at(request, i);
            if (b == '"' && i >= quotedTo) {
                quotedTo = Math.max(i, Elements.closingQuote(request, i, to)) + 1;
            }
            if (!accept || i < quotedTo) {
                plain[length++] = b;
            } else if (b != ' ' && b != '\t') {
                plain[length++] = anyCase ? (byte) Elements.lower(b) : b;
            }
        }
        ends[members++] = length;
        return true;
    }

    private static boolean isAnyCase(byte[] name) {
        for (byte[] each : ANY_CASE) {
            if (Arrays.equals(each, name)) {
                return true;
            }
        }
        return false;
    }

    private void sort() {
        for (int i = 1; i < members; i++) {
            int start = starts[i];
            int end = ends[i];
            int j = i - 1;
            while (j >= 0 && Arrays.compareUnsigned(plain, starts[j], ends[j], plain, start, end) > 0) {
                starts[j + 1] = starts[j];
                ends[j + 1] = ends[j];
                j--;
            }
            starts[j + 1] = start;
            ends[j + 1] = end;
        }
    }

    /** Whether {@code *} stands anywhere in Vary: no request selects the response (RFC 9111 §4.1). */
    static boolean isAny(Head response) {
        return response.hasToken(FieldName.VARY, ANY);
    }
}
