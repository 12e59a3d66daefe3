package weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusTest {
    @ParameterizedTest
    @CsvSource({"200, OK", "502, Bad Gateway", "431, Request Header Fields Too Large", "100, Continue", "599, ''", "218, ''"})
    void knowsTheStatusLine(int status, String reason) {
        assertThat(Status.reason(status)).isEqualTo(reason);
        for (int i = 0; i < 2; i++) {
            assertThat(new String(Status.line(status), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 " + status + " " + reason + "\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 99, 600, 1000})
    void hasNoReasonForWhatIsNoStatus(int status) {
        assertThat(Status.reason(status)).isEmpty();
    }
}
