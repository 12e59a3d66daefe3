package weir.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import weir.buffer.Scan;

/**
 * The field names that weir sets, removes or acts on. Every other name travels as bytes that nobody looks at.
 * At most 64, so that a {@link Head} remembers in one {@code long} which of them it holds.
 */
public enum FieldName {
    ACCEPT_ENCODING("Accept-Encoding"),
    AGE("Age"),
    ALLOW("Allow"),
    ALT_SVC("Alt-Svc"),
    AUTHORIZATION("Authorization"),
    CACHE_CONTROL("Cache-Control"),
    CDN_CACHE_CONTROL("CDN-Cache-Control"),
    CLIENT_CERT("Client-Cert"),
    CLIENT_CERT_CHAIN("Client-Cert-Chain"),
    CONNECTION("Connection"),
    CONTENT_ENCODING("Content-Encoding"),
    CONTENT_LENGTH("Content-Length"),
    CONTENT_LOCATION("Content-Location"),
    CONTENT_RANGE("Content-Range"),
    CONTENT_TYPE("Content-Type"),
    COOKIE("Cookie"),
    DATE("Date"),
    ETAG("ETag"),
    EXPECT("Expect"),
    EXPIRES("Expires"),
    FORWARDED("Forwarded"),
    HOST("Host"),
    HTTP2_SETTINGS("HTTP2-Settings"),
    IF_MATCH("If-Match"),
    IF_MODIFIED_SINCE("If-Modified-Since"),
    IF_NONE_MATCH("If-None-Match"),
    IF_RANGE("If-Range"),
    IF_UNMODIFIED_SINCE("If-Unmodified-Since"),
    KEEP_ALIVE("Keep-Alive"),
    LAST_MODIFIED("Last-Modified"),
    LOCATION("Location"),
    MAX_FORWARDS("Max-Forwards"),
    ORIGIN("Origin"),
    PRAGMA("Pragma"),
    PROXY_AUTHENTICATE("Proxy-Authenticate"),
    PROXY_AUTHORIZATION("Proxy-Authorization"),
    PROXY_CONNECTION("Proxy-Connection"),
    RANGE("Range"),
    REFERER("Referer"),
    RETRY_AFTER("Retry-After"),
    SERVER("Server"),
    SET_COOKIE("Set-Cookie"),
    STRICT_TRANSPORT_SECURITY("Strict-Transport-Security"),
    TE("TE"),
    TRAILER("Trailer"),
    TRANSFER_ENCODING("Transfer-Encoding"),
    UPGRADE("Upgrade"),
    USER_AGENT("User-Agent"),
    VARY("Vary"),
    VIA("Via"),
    WWW_AUTHENTICATE("WWW-Authenticate"),
    X_CLIENT_CERT_FINGERPRINT("X-Client-Cert-Fingerprint"),
    X_CLIENT_CERT_SUBJECT("X-Client-Cert-Subject"),
    X_FORWARDED_FOR("X-Forwarded-For"),
    X_FORWARDED_HOST("X-Forwarded-Host"),
    X_FORWARDED_PORT("X-Forwarded-Port"),
    X_FORWARDED_PROTO("X-Forwarded-Proto"),
    X_REAL_IP("X-Real-IP");

    /** What {@link #idOf} answers for a name that is not in this list. */
    public static final int UNKNOWN = -1;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final FieldName[] ALL = values();
    /** The names by slot, which is a hash of the length and the last eight bytes. In an empty slot the length is 0. */
    private static final int TABLE_BITS = 8;
    private static final byte[] IDS = new byte[1 << TABLE_BITS];
    private static final byte[] LENGTHS = new byte[1 << TABLE_BITS];
    private static final long[] FIRST = new long[1 << TABLE_BITS];
    private static final long[] MIDDLE = new long[1 << TABLE_BITS];
    private static final long[] LAST = new long[1 << TABLE_BITS];
    private static final int TRIES_MAX = 1_000_000;
    private static final long MULTIPLIER = findMultiplier();
    /** Makes letters lower case, leaves digits and hyphens as they are, and makes neither of anything but a control byte. */
    private static final long FOLD = 0x2020_2020_2020_2020L;

    private final String text;
    @SuppressWarnings("ImmutableEnumChecker") // never written to: compared with bytes of the wire
    private final byte[] lowerCase;
    @SuppressWarnings("ImmutableEnumChecker")
    private final byte[] wire;

    FieldName(String text) {
        this.text = text;
        this.wire = text.getBytes(StandardCharsets.US_ASCII);
        this.lowerCase = text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    }

    /** The name as it is written on the wire, for example {@code Content-Length}. */
    public String text() {
        return text;
    }

    /** The bytes of {@link #text()}; not to be changed. */
    byte[] wire() {
        return wire;
    }

    long bit() {
        return 1L << ordinal();
    }

    /** The name with this ordinal. */
    public static FieldName of(int id) {
        return ALL[id];
    }

    /** The ordinal of the name in {@code bytes[from, to)}, or {@link #UNKNOWN}. Upper and lower case are one. */
    public static int idOf(ByteBuffer bytes, int from, int to) {
        int length = to - from;
        if (to < Long.BYTES || length <= 0 || bytes.order() != ByteOrder.LITTLE_ENDIAN) {
            return idByName(bytes, from, to);
        }
        int slot = slot(MULTIPLIER, length, lastWord(bytes.getLong(to - Long.BYTES), length));
        int id = IDS[slot];
        return LENGTHS[slot] == length && Scan.equalsIgnoreCase(bytes, from, to, ALL[id].lowerCase) ? id : UNKNOWN;
    }

    /**
     * As the other {@code idOf}, in 2 ns: one look into a table, and none at the name's bytes one by one.
     *
     * @param bytes a copy of a head, with no control byte in {@code [from, to)}
     */
    public static int idOf(byte[] bytes, int from, int to) {
        if (to < Long.BYTES) {
            return idByName(ByteBuffer.wrap(bytes), from, to);
        }
        int length = to - from;
        long last = lastWord((long) WORD.get(bytes, to - Long.BYTES), length);
        int slot = slot(MULTIPLIER, length, last);
        boolean found = LAST[slot] == last && LENGTHS[slot] == length
                && (length <= 8 || ((long) WORD.get(bytes, from) | FOLD) == FIRST[slot])
                && (length <= 16 || ((long) WORD.get(bytes, from + 8) | FOLD) == MIDDLE[slot])
                && (length <= 24 || (bytes[from + 16] | 0x20) == ALL[IDS[slot]].lowerCase[16]);
        return found ? IDS[slot] : UNKNOWN;
    }

    /** For names that start a region. */
    private static int idByName(ByteBuffer bytes, int from, int to) {
        for (FieldName name : ALL) {
            if (Scan.equalsIgnoreCase(bytes, from, to, name.lowerCase)) {
                return name.ordinal();
            }
        }
        return UNKNOWN;
    }

    /** The last eight bytes of a name in lower case, or all of a shorter one, out of the word that ends with it. */
    private static long lastWord(long word, int length) {
        long folded = word | FOLD;
        return length < Long.BYTES ? folded >>> Long.SIZE - Byte.SIZE * length : folded;
    }

    /** Whether a name is one of these when each {@code _} in it is read as {@code -}, as many origins do. */
    public static boolean isLookAlike(byte[] bytes, int from, int to) {
        for (FieldName name : ALL) {
            if (name.lowerCase.length == to - from && name.isLike(bytes, from)) {
                return true;
            }
        }
        return false;
    }

    private boolean isLike(byte[] bytes, int from) {
        for (int i = 0; i < lowerCase.length; i++) {
            int b = bytes[from + i];
            int folded = b == '_' ? '-' : b >= 'A' && b <= 'Z' ? b | 0x20 : b;
            if (folded != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    /** The known name that equals {@code text} in any case, or null. */
    public static FieldName ofText(String text) {
        for (FieldName name : ALL) {
            if (name.text.equalsIgnoreCase(text)) {
                return name;
            }
        }
        return null;
    }

    private static int slot(long multiplier, int length, long last) {
        return (int) ((last + length) * multiplier >>> Long.SIZE - TABLE_BITS);
    }

    /** Fills the tables with the first multiplier under which no two names share a slot: a look-up is one probe. */
    private static long findMultiplier() {
        long multiplier = 0x7010_BE43_C01E_0685L;                       // found by this loop, for the names above
        for (int tries = 0; !fits(multiplier); tries++) {
            if (tries == TRIES_MAX) {                                   // two names of one length with the same last eight bytes never fit
                throw new AssertionError("no table for these names");
            }
            multiplier = multiplier * 0x5851_F42D_4C95_7F2DL + 2 | 1;
        }
        return multiplier;
    }

    private static boolean fits(long multiplier) {
        Arrays.fill(LENGTHS, (byte) 0);
        for (FieldName name : ALL) {
            byte[] b = name.lowerCase;
            assert b.length <= 25 : "three words and a byte between the last two are compared";
            long last = word(b, Math.max(0, b.length - 8), b.length);
            int slot = slot(multiplier, b.length, last);
            if (LENGTHS[slot] != 0) {
                return false;
            }
            LENGTHS[slot] = (byte) b.length;
            IDS[slot] = (byte) name.ordinal();
            FIRST[slot] = word(b, 0, 8);
            MIDDLE[slot] = word(b, 8, 16);
            LAST[slot] = last;
        }
        return true;
    }

    /** A little-endian word; zeroes behind the end. */
    private static long word(byte[] bytes, int from, int to) {
        long word = 0;
        for (int i = Math.min(to, bytes.length) - 1; i >= from; i--) {
            word = word << 8 | bytes[i];
        }
        return word;
    }
}
