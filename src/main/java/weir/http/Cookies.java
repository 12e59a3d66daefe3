package weir.http;

/** Finds a cookie in a request (RFC 6265 §4.2.1). */
public final class Cookies {
    private Cookies() {}

    /**
     * The value of the first cookie of that name, in any Cookie field line; allocates nothing.
     *
     * @param name case-sensitive
     * @return to be taken apart by {@link #from} and {@link #to}, which are offsets in the head; negative when there is none
     */
    public static long find(Head request, byte[] name) {
        return find(request, name, 0);
    }

    /** As {@link #find(Head, byte[])}, of the cookies of that name the one with so many before it. */
    public static long find(Head request, byte[] name, int before) {
        int skipped = 0;
        for (int field = request.find(FieldName.COOKIE); field >= 0; field = request.findAfter(FieldName.COOKIE, field)) {
            int to = request.valueTo(field);
            for (int at = request.valueFrom(field); at < to; ) {
                int end = at;
                while (end < to && byteAt(request, end) != ';') {
                    end++;
                }
                at = request.skipBlanks(at, end);
                if (startsWith(request, at, end, name) && skipped++ == before) {
                    int from = at + name.length + 1;
                    return (long) from << 32 | request.trimBlanks(from, end);
                }
                at = end + 1;
            }
        }
        return -1;
    }

    private static boolean startsWith(Head request, int from, int to, byte[] name) {
        if (to - from <= name.length || byteAt(request, from + name.length) != '=') {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (byteAt(request, from + i) != name[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte byteAt(Head request, int offset) {
        return request.bytes().get(request.at(offset));
    }

    /** Where the value begins. */
    public static int from(long found) {
        return (int) (found >>> 32);
    }

    /** Where the value ends. */
    public static int to(long found) {
        return (int) found;
    }
}
