package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

class ForwardingTest {
    private static final String OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    @Test
    void passesARequestOnAndItsResponseBack() {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.to(origin)) {
            RawAnswer answer = proxy.send("GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nX-Mine: 1\r\n\r\n");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("hi");
            assertThat(origin.nextRequest()).isEqualTo("""
                    GET /a?b=c HTTP/1.1\r
                    Host: example.com\r
                    X-Mine: 1\r
                    X-Forwarded-For: 127.0.0.1\r
                    X-Forwarded-Proto: http\r
                    X-Forwarded-Host: example.com\r
                    \r
                    """);
            assertThat(proxy.nextEnd()).isEqualTo("ok");
        }
    }

    @Test
    void answersPipelinedRequestsInOrderOnOneOriginConnection() {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.to(origin); RawConnection client = proxy.connect()) {
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
            for (int i = 1; i <= 3; i++) {
                assertThat(RawAnswer.read(client, false).body()).isEqualTo("hi");
                assertThat(origin.nextRequest()).startsWith("GET /" + i + " ");
            }
            assertThat(origin.connections()).isEqualTo(1);
        }
    }
}
