package weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weir.RawAnswer;
import weir.RawOrigin;
import weir.TestProxy;

/** What is refused, and how: the status, the end of the connection, the reason in the log, and no byte to an origin. */
class RefusedRequestsTest {
    private static RawOrigin origin;
    private static TestProxy proxy;

    @BeforeAll
    static void start() {
        origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        proxy = TestProxy.to(origin);
    }

    @AfterAll
    static void stop() {
        proxy.close();
        origin.close();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("RFC 9112 §2.2: bare LF", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400, "bare LF"),
                arguments("RFC 9112 §2.2: bare LF in a field line", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400, "bare LF"),
                arguments("RFC 9112 §2.2: bare CR", "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400, "bare CR"),
                arguments("RFC 9112 §5.2: obs-fold", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n", 400, "folded"),
                arguments("RFC 9112 §5.1: space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, "white space before the colon"),
                arguments("RFC 9110 §5.5: NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n", 400, "control byte"),
                arguments("RFC 9110 §5.1: control byte in a name", "GET / HTTP/1.1\r\nHost: a\r\nX\1: 1\r\n\r\n", 400, "no token character"),
                arguments("RFC 9112 §6.3: Content-Length is not a number", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello", 400, "Content-Length"),
                arguments("RFC 9112 §6.3: Content-Length as a list", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello", 400, "Content-Length"),
                arguments("RFC 9112 §6.3: Content-Length twice", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400, "two different"),
                arguments("RFC 9112 §6.1: both framings", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "with Transfer-Encoding"),
                arguments("RFC 9112 §6.1: gzip, chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501, "other than chunked"),
                arguments("RFC 9112 §6.3: chunked, gzip", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 400, "final transfer coding"),
                arguments("RFC 9112 §6.1: unknown coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501, "other than chunked"),
                arguments("RFC 9112 §6.1: coding in HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "in HTTP/1.0"),
                arguments("RFC 9112 §3.2: no Host", "GET / HTTP/1.1\r\n\r\n", 400, "Host missing"),
                arguments("RFC 9112 §3.2: two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "Host given twice"),
                arguments("RFC 9112 §3.2: invalid Host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "invalid Host"),
                arguments("RFC 9112 §3.2: control byte in the target", "GET /\1 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "control byte in the request-target"),
                arguments("encoded NUL", "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "path"),
                arguments("RFC 9110 §2.5: version 2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505, "version other"),
                arguments("RFC 9113 §3.4: preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version other"),
                arguments("HTTP/0.9", "GET /\r\n\r\n", 400, "HTTP version"),
                arguments("RFC 9110 §9.3.6: CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501, "connect-not-offered"),
                arguments("RFC 9112 §3.2.4: asterisk", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400, "form"),
                arguments("RFC 9110 §10.1.1: unknown expectation", "GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417, "expectation"),
                arguments("RFC 6585 §5: head too large", "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(33_000) + "\r\n\r\n", 431, "head too large"),
                arguments("RFC 6585 §5: too many fields", "GET / HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n".repeat(100) + "\r\n", 431, "too many"),
                arguments("RFC 9110 §15.5.15: target too long", "GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414, "too long"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesAndCloses(String section, String wire, int status, String reason) {
        RawAnswer answer = proxy.send(wire);
        assertThat(answer.status()).as(section).isEqualTo(status);
        assertThat(answer.connectionOpen()).isFalse();
        assertThat(proxy.nextEnd()).contains(reason);
        assertThat(origin.connections()).as("connections to the origin").isZero();
    }
}
