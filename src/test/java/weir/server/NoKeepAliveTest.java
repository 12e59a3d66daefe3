package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/** {@code listen.NAME.keep-alive = 0s}. */
class NoKeepAliveTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    @Test
    void eachConnectionEndsWithItsFirstResponse() {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.with("listen.test.keep-alive = 0s", origin);
                RawConnection waiting = proxy.connect(); RawConnection client = proxy.connect()) {
            client.send(GET + GET);
            RawAnswer first = RawAnswer.read(client, false);
            assertThat(first.field("Connection")).isEqualTo("close");
            assertThat(first.body()).isEqualTo("hi");
            assertThat(client.readAll()).isEmpty();

            waiting.send(GET);                                       // it was there all the time, and may still ask once
            assertThat(RawAnswer.read(waiting, false).body()).isEqualTo("hi");
            assertThat(waiting.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
            assertThat(origin.nextRequest()).isNotEmpty();
            assertThat(origin.nextRequest()).isNotEmpty();
            assertThat(origin.unseenRequests()).isZero();
            assertThat(origin.connections()).isEqualTo(1);           // the origin's side is kept alive all the same
        }
    }

    @Test
    void theFirstRequestHasAsLongAsItsHead() {
        try (var origin = RawOrigin.answering(OK_HI);
                var proxy = TestProxy.with("listen.test.keep-alive = 0s\nlisten.test.head-timeout = 20ms", origin);
                RawConnection client = proxy.connect()) {
            assertThat(client.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
        }
    }
}
