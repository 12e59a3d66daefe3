package weir.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import weir.buffer.Scan;

/** HTTP-date (RFC 9110 §5.6.7): the Date field's value, made once a second for all loops, and the strict reading of one. */
public final class HttpDate {
    /** What {@link #parse} answers for text that is no HTTP-date. */
    public static final long INVALID = Long.MIN_VALUE;

    private static final int IMF_LENGTH = 29;            // Sun, 06 Nov 1994 08:49:37 GMT
    private static final int ASCTIME_LENGTH = 24;        // Sun Nov  6 08:49:37 1994
    private static final int RFC850_TAIL = 24;           // , 06-Nov-94 08:49:37 GMT behind the day's name
    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
    private static final String DAYS = "monday   tuesday  wednesdaythursday friday   saturday sunday   ";
    private static final int DAY_STRIDE = 9;
    private static final long SECONDS_PER_DAY = 86_400;
    private static final long FIFTY_YEARS = 50 * 365L * SECONDS_PER_DAY + 12 * SECONDS_PER_DAY;

    private static final byte[] FORM = "Xxx, 00 Xxx 0000 00:00:00 GMT".getBytes(StandardCharsets.US_ASCII);

    private record Second(long second, byte[] bytes) {}

    private static volatile Second last = new Second(-1, new byte[0]);

    private HttpDate() {}

    /** 29 bytes of ASCII; not to be changed. Any thread. @param wallMillis milliseconds since 1970 UTC */
    public static byte[] bytes(long wallMillis) {
        long second = Math.floorDiv(wallMillis, 1000L);
        Second known = last;
        if (known.second != second) {
            known = new Second(second, format(second));
            last = known;                          // another loop may do the same: both are right
        }
        return known.bytes;
    }

    /** By hand: a DateTimeFormatter with names in it loads the JDK's locales, which would take a fifth of the first answer's time. */
    private static byte[] format(long second) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
        byte[] text = FORM.clone();
        name(DAYS, (time.getDayOfWeek().getValue() - 1) * DAY_STRIDE, text, 0);
        digits(time.getDayOfMonth(), text, 5, 2);
        name(MONTHS, (time.getMonthValue() - 1) * 3, text, 8);
        digits(time.getYear(), text, 12, 4);
        digits(time.getHour(), text, 17, 2);
        digits(time.getMinute(), text, 20, 2);
        digits(time.getSecond(), text, 23, 2);
        return text;
    }

    /** Three letters, the first one a capital. */
    private static void name(String names, int from, byte[] text, int at) {
        text[at] = (byte) (names.charAt(from) - 'a' + 'A');
        text[at + 1] = (byte) names.charAt(from + 1);
        text[at + 2] = (byte) names.charAt(from + 2);
    }

    private static void digits(int number, byte[] text, int at, int count) {
        int left = number;
        for (int i = at + count - 1; i >= at; i--) {
            text[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
    }

    /**
     * Reads IMF-fixdate, the obsolete RFC 850 form and asctime's, each byte in its place; allocates nothing. Letters in any
     * case, because caches should read them so (RFC 9111 §4.2); the only zone is GMT; the day's name must be one, but is not
     * compared with the date. A leap second counts as the second before it: the nearest time not later.
     *
     * @param nowMillis wall clock; a year of two digits that would be more than 50 years ahead is the past century's
     * @return seconds since 1970 UTC, or {@link #INVALID}
     */
    public static long parse(ByteBuffer b, int from, int to, long nowMillis) {
        int length = to - from;
        if (length == IMF_LENGTH && b.get(from + 3) == ',') {
            return day(b, from, from + 3) && blanks(b, from + 4, 0x20_1089) && word(b, from + 26, "gmt")
                    ? seconds(number(b, from + 12, 4), month(b, from + 8), number(b, from + 5, 2), time(b, from + 17)) : INVALID;
        }
        if (length == ASCTIME_LENGTH && b.get(from + 3) == ' ') {
            int date = b.get(from + 8) == ' ' ? number(b, from + 9, 1) : number(b, from + 8, 2);
            return day(b, from, from + 3) && blanks(b, from + 3, 0x1_0091)
                    ? seconds(number(b, from + 20, 4), month(b, from + 4), date, time(b, from + 11)) : INVALID;
        }
        int tail = to - RFC850_TAIL;
        if (tail < from + 6 || !longDay(b, from, tail) || b.get(tail) != ',' || !blanks(b, tail + 1, 0x8_0401)
                || b.get(tail + 4) != '-' || b.get(tail + 8) != '-' || !word(b, tail + 21, "gmt")) {
            return INVALID;
        }
        return rfc850(number(b, tail + 9, 2), month(b, tail + 5), number(b, tail + 2, 2), time(b, tail + 12), nowMillis);
    }

    private static long rfc850(int year, int month, int date, int time, long nowMillis) {
        if (year < 0) {
            return INVALID;
        }
        long now = Math.floorDiv(nowMillis, 1000L);
        int century = Instant.ofEpochSecond(now).atOffset(ZoneOffset.UTC).getYear() / 100 * 100 + 100;
        for (int candidate = century + year; candidate > century - 200; candidate -= 100) {
            long read = seconds(candidate, month, date, time);
            if (read != INVALID && read <= now + FIFTY_YEARS) {
                return read;
            }
        }
        return INVALID;
    }

    private static long seconds(int year, int month, int date, int time) {
        if (year < 0 || month < 1 || date < 1 || time < 0 || date > daysIn(year, month)) {
            return INVALID;
        }
        return daysSince1970(year, month, date) * SECONDS_PER_DAY + time;
    }

    private static int daysIn(int year, int month) {
        boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        return switch (month) {
            case 2 -> leap ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /** The proleptic Gregorian calendar with years that begin in March, so that the leap day comes last. */
    private static long daysSince1970(int year, int month, int date) {
        int marchYear = month > 2 ? year : year - 1;
        long era = Math.floorDiv(marchYear, 400);
        long yearOfEra = marchYear - era * 400;
        long dayOfYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + date - 1;
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }

    /** Seconds of the day in {@code HH:mm:ss}, or -1. */
    private static int time(ByteBuffer b, int at) {
        int hour = number(b, at, 2);
        int minute = number(b, at + 3, 2);
        int second = number(b, at + 6, 2);
        if (b.get(at + 2) != ':' || b.get(at + 5) != ':' || hour < 0 || hour > 23 || minute < 0 || minute > 59
                || second < 0 || second > 60) {
            return -1;
        }
        return hour * 3600 + minute * 60 + Math.min(second, 59);
    }

    private static int number(ByteBuffer b, int at, int digits) {
        return (int) Scan.decimal(b, at, at + digits);
    }

    /** 1 to 12, or 0. */
    private static int month(ByteBuffer b, int at) {
        for (int i = 0; i < MONTHS.length(); i += 3) {
            if (matches(b, at, MONTHS, i, 3)) {
                return i / 3 + 1;
            }
        }
        return 0;
    }

    private static boolean day(ByteBuffer b, int from, int to) {
        for (int i = 0; i < DAYS.length(); i += DAY_STRIDE) {
            if (matches(b, from, DAYS, i, to - from)) {
                return true;
            }
        }
        return false;
    }

    private static boolean longDay(ByteBuffer b, int from, int to) {
        return to - from <= DAY_STRIDE && day(b, from, to) && endsDay(b, to);
    }

    /** Every day's name ends with these letters, and none of them has the three in its middle. */
    private static boolean endsDay(ByteBuffer b, int to) {
        return word(b, to - 3, "day");
    }

    /** Whether blanks stand wherever {@code places} has a bit, the lowest one being for the byte at {@code from}. */
    private static boolean blanks(ByteBuffer b, int from, int places) {
        for (int left = places; left != 0; left &= left - 1) {
            if (b.get(from + Integer.numberOfTrailingZeros(left)) != ' ') {
                return false;
            }
        }
        return true;
    }

    private static boolean word(ByteBuffer b, int at, String lowerCase) {
        return matches(b, at, lowerCase, 0, lowerCase.length());
    }

    private static boolean matches(ByteBuffer b, int at, String lowerCase, int from, int length) {
        for (int i = 0; i < length; i++) {
            int c = b.get(at + i);
            if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != lowerCase.charAt(from + i)) {
                return false;
            }
        }
        return true;
    }
}
