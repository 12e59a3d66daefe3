package weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
}
