package weir.http;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The Date field's value (RFC 9110 §5.6.7), made once a second for all loops. */
public final class HttpDate {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private record Second(long second, byte[] bytes) {}

    private static volatile Second last = new Second(-1, new byte[0]);

    private HttpDate() {}

    /** 29 bytes of ASCII; not to be changed. Any thread. @param wallMillis milliseconds since 1970 UTC */
    public static byte[] bytes(long wallMillis) {
        long second = Math.floorDiv(wallMillis, 1000L);
        Second known = last;
        if (known.second != second) {
            known = new Second(second, FORMAT.format(Instant.ofEpochSecond(second)).getBytes(StandardCharsets.US_ASCII));
            last = known;                          // another loop may do the same: both are right
        }
        return known.bytes;
    }
}
