package weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.FuzzSeed;

class HttpDateTest {
    private static String text(long millis) {
        return new String(HttpDate.bytes(millis), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "784111777000 | Sun, 06 Nov 1994 08:49:37 GMT",
        "784111777999 | Sun, 06 Nov 1994 08:49:37 GMT",
        "0 | Thu, 01 Jan 1970 00:00:00 GMT",
        "-1 | Wed, 31 Dec 1969 23:59:59 GMT",
        "1709208000000 | Thu, 29 Feb 2024 12:00:00 GMT",
        "4102444799999 | Thu, 31 Dec 2099 23:59:59 GMT",
    })
    void isAnImfFixdate(long millis, String expected) {
        assertThat(text(millis)).isEqualTo(expected);
    }

    @Test
    void isReadBackAsTheSameSecond() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        long millis = 0;
        for (int i = 0; i < 2000; i++) {
            millis = random.nextBoolean() ? millis + random.nextInt(1500) : (long) (random.nextDouble() * 4e12);
            Instant read = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text(millis)));
            assertThat(read.getEpochSecond()).as("%d, -Dfuzz.seed=%d", millis, seed).isEqualTo(millis / 1000);
            assertThat(text(millis)).hasSize(29);
        }
    }

    @Test
    void isMadeOnceASecond() {
        byte[] first = HttpDate.bytes(5_000);
        // Another test may ask for another second in between: then it is made anew, and is equal.
        assertThat(HttpDate.bytes(5_999)).isEqualTo(first);
        assertThat(HttpDate.bytes(6_000)).isNotEqualTo(first);
    }

    private static long parse(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(("x" + text + "x").getBytes(StandardCharsets.ISO_8859_1));
        return HttpDate.parse(bytes, 1, 1 + text.length(), Instant.parse("2026-11-24T00:00:00Z").toEpochMilli());
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "784111777 | Sun, 06 Nov 1994 08:49:37 GMT",
        "784111777 | Sunday, 06-Nov-94 08:49:37 GMT",
        "784111777 | Sun Nov  6 08:49:37 1994",
        "784111777 | Sun Nov 06 08:49:37 1994",
        // RFC 9111 §4.2: letters in any case
        "784111777 | SUN, 06 nov 1994 08:49:37 gMT",
        "784111777 | sunDAY, 06-NOV-94 08:49:37 gmt",
        // RFC 9110 §5.6.7: more than 50 years ahead is the past; 2076 is not
        "2543709678 | Thursday, 10-Aug-50 02:01:18 GMT",
        "3368858400 | Saturday, 02-Oct-76 10:00:00 GMT",
        "242822400 | Sunday, 11-Sep-77 10:40:00 GMT",
        "1709208000 | Thu, 29 Feb 2024 12:00:00 GMT",
        "1709208000 | Mon, 29 Feb 2024 12:00:00 GMT",
        "-1 | Wed, 31 Dec 1969 23:59:59 GMT",
        "-62167219200 | Sat, 01 Jan 0000 00:00:00 GMT",
        "253402300799 | Fri, 31 Dec 9999 23:59:59 GMT",
        "1483228799 | Sat, 31 Dec 2016 23:59:60 GMT",
    })
    void readsThreeForms(long seconds, String text) {
        assertThat(parse(text)).isEqualTo(seconds);
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {
        "", "0", "-1", "Sun", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 AEST", "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun 06 Nov 1994 08:49:37 GMT", "Sun,  06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 06 Nov 1994 08.49.37 GMT", "Sun, 06-Nov-1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Thu, 29 Feb 2023 12:00:00 GMT", "Thu, 29 Feb 1900 12:00:00 GMT",
        "Xun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nox 1994 08:49:37 GMT", "Sunday, 06 Nov 94 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Mon, 06-Nov-94 08:49:37 GMT", "Sunday 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 94", "Sun Nov  6 08:49:37 1994 GMT", "Sun Nov   08:49:37 1994", "1994-11-06T08:49:37Z",
        "Sun, 06 Nov 1994 08:49:37 +0000", "Sun, 06 Nov 1994 -8:49:37 GMT", "Sun, 06 Nov 1994 08:49:37GMT",
    })
    void refusesWhatIsNoDate(String text) {
        assertThat(parse(text)).isEqualTo(HttpDate.INVALID);
    }

    @Test
    void readsWhatItWrites() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            long millis = (long) ((random.nextDouble() - 0.2) * 4e14) / 2;
            if (millis > -62_167_219_200_000L && millis < 253_402_300_800_000L) {
                assertThat(parse(text(millis))).as("%d, -Dfuzz.seed=%d", millis, seed).isEqualTo(Math.floorDiv(millis, 1000L));
            }
        }
    }

    @Test
    void anyBytesAreADateOrNot() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        String[] rows = {"Sun, 06 Nov 1994 08:49:37 GMT", "Wednesday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"};
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder(rows[random.nextInt(rows.length)]);
            for (int edits = random.nextInt(3); edits >= 0; edits--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, (char) random.nextInt(256));
                    default -> text.setCharAt(at, (char) random.nextInt(256));
                }
            }
            long read = parse(text.toString());
            assertThat(read == HttpDate.INVALID || read >= -62_167_219_200L && read < 253_402_300_800L)
                    .as("%s, -Dfuzz.seed=%d", text, seed).isTrue();
        }
    }

    /** The JDK's formatter says the same, from 1970 to 9999. */
    @Test
    void writesWhatAFormatterWrites() {
        DateTimeFormatter twin = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);
        long seed = FuzzSeed.seed();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            long second = random.nextLong(253_402_300_800L);
            assertThat(text(second * 1000)).as("-Dfuzz.seed=%d", seed).isEqualTo(twin.format(Instant.ofEpochSecond(second)));
        }
    }
}
