package weir.filter.gzip;

import java.nio.charset.StandardCharsets;
import weir.buffer.Scan;
import weir.http.FieldName;
import weir.http.Head;

/** The codings that a client accepts (RFC 9110 §12.5.3). Allocates nothing. */
final class Codings {
    static final int BR = 1;
    static final int ZSTD = 2;
    static final int GZIP = 4;
    /** Every set of these is below. */
    static final int SETS = 8;

    private static final byte[] STAR = lower("*");
    private static final byte[] X_GZIP = lower("x-gzip");
    private static final byte[] IDENTITY = lower("identity");
    private static final byte[][] NAMES = {lower("br"), lower("zstd"), lower("gzip")};
    private static final int IDENTITY_AT = NAMES.length;
    private static final int STAR_AT = IDENTITY_AT + 1;
    private static final int BITS = 10;                      // for a quality value in thousandths, and one for being there
    private static final long MASK = (1 << BITS + 1) - 1;
    private static final long THERE = 1 << BITS;

    private Codings() {}

    private static byte[] lower(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Which of {@link #BR}, {@link #ZSTD} and {@link #GZIP} a client accepts, and likes no less than content that is not coded. None without the
     * field, although it then accepts any (RFC 9110 §12.5.3): who does not ask often cannot decode.
     */
    static int accepted(Head request) {
        long qualities = 0;
        for (int field = request.find(FieldName.ACCEPT_ENCODING); field >= 0; field = request.findAfter(FieldName.ACCEPT_ENCODING, field)) {
            int to = request.valueTo(field);
            for (int from = request.valueFrom(field); from < to; ) {
                int end = request.listEnd(from, to);
                qualities = with(qualities, request, request.skipBlanks(from, end), end);
                from = end + 1;
            }
        }
        int accepted = 0;
        for (int i = 0; i < NAMES.length; i++) {
            long quality = of(qualities, i) != 0 ? of(qualities, i) : of(qualities, STAR_AT);
            if ((quality & ~THERE) > 0 && quality >= of(qualities, IDENTITY_AT)) {
                accepted |= 1 << i;
            }
        }
        return accepted;
    }

    private static long of(long qualities, int which) {
        return qualities >>> which * (BITS + 1) & MASK;
    }

    /** The quality values with one element more; of one that comes twice the higher counts. */
    private static long with(long qualities, Head request, int from, int to) {
        int semicolon = Scan.indexOf(request.bytes(), request.at(from), request.at(to), (byte) ';');
        int nameEnd = request.trimBlanks(from, semicolon < 0 ? to : semicolon - request.at(0));
        int which = which(request, from, nameEnd);
        if (which < 0) {
            return qualities;
        }
        long quality = THERE | (semicolon < 0 ? 1000 : quality(request, semicolon - request.at(0), to));
        return quality <= of(qualities, which) ? qualities
                : qualities & ~(MASK << which * (BITS + 1)) | quality << which * (BITS + 1);
    }

    private static int which(Head request, int from, int to) {
        for (int i = 0; i < NAMES.length; i++) {
            if (is(request, from, to, NAMES[i])) {
                return i;
            }
        }
        if (is(request, from, to, X_GZIP)) {
            return NAMES.length - 1;                         // RFC 9110 §8.4.1.3: the same
        }
        return is(request, from, to, IDENTITY) ? IDENTITY_AT : is(request, from, to, STAR) ? STAR_AT : -1;
    }

    private static boolean is(Head request, int from, int to, byte[] lowerCase) {
        return Scan.equalsIgnoreCase(request.bytes(), request.at(from), request.at(to), lowerCase);
    }

    /** In thousandths. What is no weight counts as 0: rather content that is too long than content that cannot be read. @param from at the semicolon */
    private static int quality(Head request, int from, int to) {
        int at = request.skipBlanks(from + 1, to);
        int end = request.trimBlanks(at, to);
        if (end - at < 3 || (byteAt(request, at) | 0x20) != 'q' || byteAt(request, at + 1) != '=' || end - at > 7) {
            return 0;
        }
        int whole = byteAt(request, at + 2) - '0';
        if (whole != 0 && whole != 1 || end - at > 3 && byteAt(request, at + 3) != '.') {
            return 0;
        }
        int thousandths = whole * 1000;
        int weight = 100;
        for (int i = at + 4; i < end; i++, weight /= 10) {
            int digit = byteAt(request, i) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            thousandths += digit * weight;
        }
        return thousandths <= 1000 ? thousandths : 0;
    }

    private static byte byteAt(Head head, int offset) {
        return head.bytes().get(head.at(offset));
    }

    /** Whether content has a coding; {@code identity} is none. */
    static boolean isCoded(Head response) {
        for (int field = response.find(FieldName.CONTENT_ENCODING); field >= 0; field = response.findAfter(FieldName.CONTENT_ENCODING, field)) {
            if (response.valueTo(field) > response.valueFrom(field) && !response.valueIs(field, IDENTITY)) {
                return true;
            }
        }
        return false;
    }

    /** Whether gzip is the one coding of content. */
    static boolean isGzip(Head response) {
        int field = response.find(FieldName.CONTENT_ENCODING);
        return field >= 0 && response.findAfter(FieldName.CONTENT_ENCODING, field) < 0
                && (response.valueIs(field, NAMES[NAMES.length - 1]) || response.valueIs(field, X_GZIP));
    }

    /** The set as a value of Accept-Encoding, always the same. */
    static String text(int accepted) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < NAMES.length; i++) {
            if ((accepted & 1 << i) != 0) {
                text.append(text.length() == 0 ? "" : ", ").append(new String(NAMES[i], StandardCharsets.US_ASCII));
            }
        }
        return text.length() == 0 ? "identity" : text.toString();
    }
}
