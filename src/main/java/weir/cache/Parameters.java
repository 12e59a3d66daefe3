package weir.cache;

import java.util.Arrays;
import weir.http.Head;

/**
 * The parameters of a query in canonical order, for a cache key. Servers read queries in many ways; what some of them might take for a
 * chosen parameter is one here, too, since a key may always tell more apart than is needed, and never less: {@code ;} parts as
 * {@code &} does, letters are the same in either case, percent-encoded octets are those they stand for (RFC 3986 §2.1), and
 * {@code a[x]} is one of {@code a}. Those of one name keep their order. One loop's; allocates nothing.
 */
final class Parameters {
    /** A query with more parameters has no key. */
    static final int PARAMETERS_MAX = 64;
    /** Bytes of all names together; with more there is no key. */
    static final int NAME_BYTES_MAX = 8 << 10;

    private final byte[] names = new byte[NAME_BYTES_MAX];   // decoded and folded
    private final int[] nameFroms = new int[PARAMETERS_MAX];
    private final int[] nameTos = new int[PARAMETERS_MAX];
    private final int[] froms = new int[PARAMETERS_MAX];
    private final int[] tos = new int[PARAMETERS_MAX];
    private int count;
    private int length;

    /** Adds the parameters that these names choose to a key, or refuses it. @param only whether the others stay out; else these do */
    void put(Probe probe, Head request, byte[][] chosen, boolean only) {
        count = length = 0;
        int to = request.queryTo();
        for (int from = request.queryFrom() + 1; from <= to; ) {
            int end = from;
            while (end < to && Elements.at(request, end) != '&' && Elements.at(request, end) != ';') {
                end++;
            }
            if (end > from && !take(request, from, end, chosen, only)) {
                probe.refuse();
                return;
            }
            from = end + 1;
        }
        for (int i = 0; i < count; i++) {
            probe.put((byte) '&').put(request.bytes(), request.at(froms[i]), request.at(tos[i]));
        }
    }

    /** @return false when there is no room */
    private boolean take(Head request, int from, int to, byte[][] chosen, boolean only) {
        int equals = from;
        while (equals < to && Elements.at(request, equals) != '=') {
            equals++;
        }
        int start = length;
        if (equals - from > names.length - length) {
            return false;
        }
        decode(request, from, equals);
        if (!only && isOne(chosen, start, true)) {           // exactly these, before anything is taken to be the same
            length = start;
            return true;
        }
        fold(start);
        if (only && !isOne(chosen, start, false)) {
            length = start;
            return true;
        }
        return insert(from, to, start);
    }

    private void decode(Head request, int from, int to) {
        for (int at = from; at < to; at++) {
            byte octet = Elements.at(request, at);
            if (octet == '%' && at + 2 < to) {
                int high = Character.digit(Elements.at(request, at + 1), 16);
                int low = Character.digit(Elements.at(request, at + 2), 16);
                if (high >= 0 && low >= 0) {
                    octet = (byte) (high << 4 | low);
                    at += 2;
                }
            }
            names[length++] = octet;
        }
    }

    /** As the most generous server would read the name: without blanks before it, up to a bracket or NUL, all that is no word the same. */
    private void fold(int start) {
        int from = start;
        while (from < length && (names[from] == ' ' || names[from] == '+')) {
            from++;
        }
        int at = start;
        for (int i = from; i < length && names[i] != '[' && names[i] != 0; i++) {
            byte b = names[i];
            names[at++] = b == '.' || b == ' ' || b == '+' ? (byte) '_' : (byte) Elements.lower(b);
        }
        length = at;
    }

    private boolean isOne(byte[][] chosen, int start, boolean exactly) {
        for (byte[] each : chosen) {
            if (exactly ? isExactly(each, start) : isAlike(each, start)) {
                return true;
            }
        }
        return false;
    }

    private boolean isExactly(byte[] name, int start) {
        int count = length - start;
        int last = name.length - 1;
        return name[last] == '*' ? count >= last && Arrays.equals(names, start, start + last, name, 0, last)
                : Arrays.equals(names, start, length, name, 0, name.length);
    }

    private boolean isAlike(byte[] name, int start) {
        boolean same = length - start == name.length;
        for (int i = 0; same && i < name.length; i++) {
            same = names[start + i] == (name[i] == '.' || name[i] == '+' ? '_' : Elements.lower(name[i]));
        }
        return same;
    }

    /** Behind those of the same name. */
    private boolean insert(int from, int to, int start) {
        if (count == PARAMETERS_MAX) {
            return false;
        }
        int at = count++;
        while (at > 0 && Arrays.compareUnsigned(names, nameFroms[at - 1], nameTos[at - 1], names, start, length) > 0) {
            nameFroms[at] = nameFroms[at - 1];
            nameTos[at] = nameTos[at - 1];
            froms[at] = froms[at - 1];
            tos[at] = tos[at - 1];
            at--;
        }
        nameFroms[at] = start;
        nameTos[at] = length;
        froms[at] = from;
        tos[at] = to;
        return true;
    }
}
