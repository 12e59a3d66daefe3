package weir.cache;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import weir.exchange.Exchange;
import weir.http.FieldName;
import weir.http.Head;

/**
 * What the cache did, for those who may know (RFC 9211): a line of Cache-Status behind those of caches nearer to the origin.
 * Allocates nothing.
 */
final class CacheStatus {
    private static final byte[] NAME = ascii("Cache-Status");
    private static final byte[] HIT = ascii("weir; hit; ttl=");
    private static final byte[] STORED = ascii("weir; fwd=miss; stored");
    private static final byte[] COLLAPSED = ascii("weir; fwd=miss; collapsed");
    private static final byte[] CONFIRMED = ascii("weir; fwd=stale; fwd-status=304");
    private static final byte[] BYPASS = ascii("weir; fwd=bypass");
    private static final byte[] MISS = ascii("weir; fwd=miss");
    private static final Map<Storing, byte[]> NOT_STORED = new EnumMap<>(Storing.class);

    static {
        for (Storing storing : Storing.values()) {
            NOT_STORED.put(storing, ascii("weir; fwd=miss; detail=" + storing.reason()));
        }
    }

    private CacheStatus() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Of a response from the store.
     *
     * @param head kept
     * @param ttlSeconds what is left of its freshness lifetime, below 0 when it is stale (RFC 9211 §2.3)
     * @return false at the pool's bound
     */
    static boolean add(Head head, Result how, long ttlSeconds) {
        return switch (how) {
            case HIT, STALE -> addHit(head, ttlSeconds);
            case COALESCED -> add(head, COLLAPSED);
            case REVALIDATED -> add(head, CONFIRMED);
            case MISS -> add(head, STORED);
            case BYPASS -> add(head, BYPASS);
        };
    }

    /** Of a response that a fetch brought. @param storing what came of it */
    static boolean add(Head head, Storing storing) {
        return add(head, storing == Storing.STORE ? STORED : NOT_STORED.get(storing));
    }

    /** Of a response to a request that went on to the origin. @param head kept */
    static boolean addForwarded(Head head, Exchange exchange) {
        return add(head, Result.BYPASS.text().equals(exchange.source()) ? BYPASS : MISS);
    }

    private static boolean add(Head head, byte[] value) {
        return head.add(FieldName.UNKNOWN, NAME, value);
    }

    private static boolean addHit(Head head, long ttlSeconds) {
        long left = Math.abs(ttlSeconds);
        int digits = 1;
        for (long rest = left; rest > 9; rest /= 10) {
            digits++;
        }
        int sign = ttlSeconds < 0 ? 1 : 0;
        int length = HIT.length + sign + digits;
        int at = head.append(NAME.length + 2 + length + 2);
        if (at < 0) {
            return false;
        }
        int value = at + NAME.length + 2;
        int end = value + length;
        head.bytes().put(head.at(at), NAME).put(head.at(at + NAME.length), (byte) ':').put(head.at(at + NAME.length + 1), (byte) ' ');
        head.bytes().put(head.at(value), HIT).put(head.at(end), (byte) '\r').put(head.at(end + 1), (byte) '\n');
        if (sign > 0) {
            head.bytes().put(head.at(value + HIT.length), (byte) '-');
        }
        for (int i = end - 1; i >= end - digits; i--, left /= 10) {
            head.bytes().put(head.at(i), (byte) ('0' + left % 10));
        }
        head.field(FieldName.UNKNOWN, at, at + NAME.length, value, end);
        return true;
    }
}
