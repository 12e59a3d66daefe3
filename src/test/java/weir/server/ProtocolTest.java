package weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Chunks;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/** Messages that are passed on: framing, interim responses, versions, order. Bytes in, bytes out. */
class ProtocolTest {
    private static final String OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String CHUNKED_POST = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static String ok(String content) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + content.length() + "\r\n\r\n" + content;
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    }

    // ---- content

    @Test
    void framesAChunkedRequestAnew() {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send(CHUNKED_POST + "003;name=\"value\"\r\nabc\r\n2 ;x\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n");
            assertThat(RawAnswer.read(client, false).body()).isEqualTo("hi");
            String request = origin.nextRequest();
            assertThat(request).contains("\r\nTransfer-Encoding: chunked\r\n").doesNotContain("Content-Length", "name", ";x");
            String body = request.substring(request.indexOf("\r\n\r\n") + 4);
            assertThat(Chunks.content(body)).isEqualTo("abcde");
            assertThat(Chunks.trailers(body)).as("an origin was not asked whether it wants trailers").isEmpty();
            client.send(GET);
            assertThat(RawAnswer.read(client, false).body()).as("the connection goes on").isEqualTo("hi");
        }
    }

    static Stream<Arguments> responses() {
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        String untilClose = "HTTP/1.1 200 OK\r\n\r\nabcde";
        return Stream.of(
                arguments("RFC 9112 §7.1: chunked to HTTP/1.1", chunked, "HTTP/1.1", "chunked", true),
                arguments("RFC 9112 §6.1: no chunked to HTTP/1.0", chunked, "HTTP/1.0", "close", false),
                arguments("until close to HTTP/1.1", untilClose, "HTTP/1.1", "chunked", true),
                arguments("until close to HTTP/1.0", untilClose, "HTTP/1.0", "close", false),
                arguments("length to HTTP/1.1", ok("abcde"), "HTTP/1.1", "length", true),
                arguments("length to HTTP/1.0", ok("abcde"), "HTTP/1.0", "length", false),
                arguments("length from HTTP/1.0", ok("abcde").replace("HTTP/1.1", "HTTP/1.0"), "HTTP/1.1", "length", true),
                arguments("until close from HTTP/1.0", untilClose.replace("HTTP/1.1", "HTTP/1.0"), "HTTP/1.1", "chunked", true),
                arguments("chunk by chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: ChunkeD\r\n\r\n" + "1\r\na\r\n1\r\nb\r\n" + Chunks.of("cde")
                        + "000\r\n\r\n", "HTTP/1.1", "chunked", true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("responses")
    void framesAResponseForItsClient(String section, String wire, String version, String framing, boolean staysOpen) {
        try (var origin = RawOrigin.running(connection -> {
            RawOrigin.readRequest(connection);
            connection.send(wire);
            if (wire.contains("Content-Length") || wire.contains("Transfer-Encoding")) {
                connection.readAll();                                     // else the close is the end of the body
            }
        }); var proxy = TestProxy.to(origin)) {
            RawAnswer answer = proxy.send("GET / " + version + "\r\nHost: a\r\n\r\n");
            assertThat(answer.head()).as(section).startsWith("HTTP/1.1 200 OK\r\n").contains("\r\nDate: ");
            assertThat(answer.connectionOpen()).isEqualTo(staysOpen);
            assertThat(answer.field("Transfer-Encoding")).isEqualTo(framing.equals("chunked") ? "chunked" : null);
            assertThat(answer.field("Content-Length")).isEqualTo(framing.equals("length") ? "5" : null);
            assertThat(framing.equals("chunked") ? Chunks.content(answer.body()) : answer.body()).isEqualTo("abcde");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TE: trailers\r\n", "TE: gzip, Trailers\r\nConnection: TE\r\n", "TE: gzip\r\n", ""})
    void passesATrailerSectionToWhoTakesIt(String te) {
        String trailers = "X-Sum: 7\r\nETag: \"a\"\r\nContent-Length: 3\r\nX-Forwarded-For: 1.2.3.4\r\nTransfer-Encoding: gzip\r\nSet-Cookie: a=b\r\n";
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nhi\r\n0\r\n" + trailers + "\r\n");
                var proxy = TestProxy.to(origin)) {
            boolean taken = te.contains("railers");
            RawAnswer answer = proxy.send("GET / HTTP/1.1\r\nHost: a\r\n" + te + "\r\n");
            assertThat(Chunks.content(answer.body())).isEqualTo("hi");
            assertThat(Chunks.trailers(answer.body())).as("RFC 9110 §6.5.1: nothing that frames, routes or authenticates")
                    .isEqualTo(taken ? "X-Sum: 7\r\nETag: \"a\"\r\n" : "");
            String request = origin.nextRequest();
            if (taken) {
                assertThat(request).contains("\r\nTE: trailers\r\n", "\r\nConnection: TE\r\n");
            } else {
                assertThat(request).doesNotContain("TE:", "Connection:");
            }
        }
    }

    static Stream<Arguments> bodiless() {
        return Stream.of(
                arguments("HEAD with Content-Length", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", "10"),
                arguments("HEAD with chunked", "HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", null),
                arguments("HEAD with neither", "HEAD", "HTTP/1.1 200 OK\r\n\r\n", null),
                arguments("304 with Content-Length", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", "10"),
                arguments("304 without", "GET", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n", null),
                arguments("204", "GET", "HTTP/1.1 204 No Content\r\n\r\n", null),
                arguments("RFC 9110 §8.6: 204 with Content-Length", "DELETE", "HTTP/1.1 204 No Content\r\nContent-Length: 10\r\n\r\n", null),
                arguments("200 with length 0", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "0"));
    }

    /** Three on one connection each: a byte too many or too few would show in the next one. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("bodiless")
    void knowsWhichResponsesHaveNoContent(String what, String method, String wire, String length) {
        try (var origin = RawOrigin.answering(wire); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            for (int i = 0; i < 3; i++) {
                client.send(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
                RawAnswer answer = RawAnswer.read(client, method.equals("HEAD"));
                assertThat(answer.status()).as(what).isIn(200, 204, 304);
                assertThat(answer.field("Content-Length")).isEqualTo(length);
                assertThat(answer.field("Transfer-Encoding")).isNull();
                assertThat(answer.connectionOpen()).isTrue();
            }
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    // ---- interim responses

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1", "HTTP/1.0"})
    void passesInterimResponsesToHttp11Only(String version) {
        try (var origin = RawOrigin.answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nX: 1\r\n\r\n"
                + "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nConnection: X-Gone\r\nX-Gone: 1\r\n\r\n" + OK_HI);
                var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send("GET / " + version + "\r\nHost: a\r\n\r\n");
            if (version.equals("HTTP/1.1")) {
                assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
                assertThat(client.readHead()).isEqualTo("HTTP/1.1 102 Processing\r\nX: 1\r\n\r\n");
                assertThat(client.readHead()).isEqualTo("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n");
            }
            assertThat(RawAnswer.read(client, false).body()).isEqualTo("hi");
            assertThat(proxy.nextLog()).contains("\"status\":200");
        }
    }

    @Test
    void carriesAnExpectationFromEndToEnd() throws InterruptedException {
        CountDownLatch headSeen = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            String head = connection.readHead();
            assertThat(head).contains("\r\nExpect: 100-continue\r\n", "\r\nContent-Length: 5\r\n");
            headSeen.countDown();
            release.await();
            connection.send("HTTP/1.1 100 Continue\r\n\r\n");
            connection.send(ok(connection.readBytes(5)));
            connection.readAll();
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n");
            await(headSeen);
            release.countDown();                                           // weir made no 100 of its own: this is the first one
            assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("hello");
            assertThat(RawAnswer.read(client, false).body()).isEqualTo("hello");
            assertThat(origin.failure()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"417 Expectation Failed", "200 OK", "401 Unauthorized"})
    void doesNotWaitForContentThatAnOriginDoesNotWant(String status) {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n\r\nno");
            connection.readAll();
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            RawAnswer answer = RawAnswer.read(client, false);
            assertThat(answer.head()).startsWith("HTTP/1.1 " + status);
            assertThat(answer.body()).isEqualTo("no");
            assertThat(answer.field("Connection")).as("RFC 9112 §9.6").isEqualTo("close");
            assertThat(client.ending()).as("whether content follows cannot be known").isEqualTo(RawConnection.Ending.END_OF_STREAM);
        }
    }

    @Test
    void ignoresAnExpectationOfHttp10() {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.to(origin)) {
            assertThat(proxy.send("POST / HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nhi").status()).isEqualTo(200);
        }
    }

    // ---- HTTP/1.0

    @Test
    void keepsAConnectionOfHttp10OnlyWhenAsked() {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            for (int i = 0; i < 2; i++) {
                client.send("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
                RawAnswer answer = RawAnswer.read(client, false);
                assertThat(answer.body()).isEqualTo("hi");
                assertThat(answer.field("Connection")).isEqualTo("keep-alive");
            }
            client.send("GET / HTTP/1.0\r\n\r\n");
            RawAnswer last = RawAnswer.read(client, false);
            assertThat(last.body()).isEqualTo("hi");
            assertThat(last.field("Connection")).isEqualTo("close");
            assertThat(client.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
            assertThat(origin.nextRequest()).startsWith("GET / HTTP/1.1\r\n");
        }
    }

    @Test
    void endsAConnectionWhenTheClientSaysSo() {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\n");
            RawAnswer answer = RawAnswer.read(client, false);
            assertThat(answer.field("Connection")).isEqualTo("close");
            assertThat(client.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
            assertThat(proxy.send(GET).status()).isEqualTo(200);
            assertThat(origin.connections()).as("the client's close is not the origin's").isEqualTo(1);
        }
    }

    @Test
    void asksForALengthWhenTheOriginKnowsNoChunks() {
        try (var origin = RawOrigin.answering("HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi");
                var proxy = TestProxy.to(origin)) {
            assertThat(proxy.send(GET).status()).isEqualTo(200);
            RawAnswer refused = proxy.send(CHUNKED_POST + "2\r\nhi\r\n0\r\n\r\n");
            assertThat(refused.status()).isEqualTo(411);
            assertThat(proxy.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi").status()).isEqualTo(200);
            assertThat(origin.nextRequest()).startsWith("GET ");
            assertThat(origin.nextRequest()).startsWith("POST ").endsWith("\r\n\r\nhi");
        }
    }

    // ---- order

    @Test
    void answersPipelinedRequestsWithContentInOrder() {
        try (var origin = RawOrigin.running(connection -> {
            for (String request = RawOrigin.readRequest(connection); !request.isEmpty(); request = RawOrigin.readRequest(connection)) {
                String content = request.substring(request.indexOf("\r\n\r\n") + 4);
                connection.send(ok(request.substring(0, request.indexOf(" HTTP")) + ' '
                        + (request.contains("chunked") ? Chunks.content(content) : content)));
            }
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none"
                    + "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\ntw\r\n1\r\no\r\n0\r\n\r\n"
                    + "\r\n"                                                // RFC 9112 §2.2: an empty line before a request
                    + "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "PUT /4 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nfo");
            assertThat(RawAnswer.read(client, false).body()).isEqualTo("POST /1 one");
            assertThat(RawAnswer.read(client, false).body()).isEqualTo("POST /2 two");
            assertThat(RawAnswer.read(client, false).body()).isEqualTo("GET /3 ");
            client.send("ur");
            assertThat(RawAnswer.read(client, false).body()).isEqualTo("PUT /4 four");
        }
    }

    @Test
    void holdsPipelinedRequestsBackUntilTheFirstIsAnswered() throws InterruptedException {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                if (head.startsWith("GET /slow ")) {
                    first.countDown();
                    release.await();
                }
                connection.send(ok(head.substring(4, head.indexOf(" HTTP"))));
            }
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /fast HTTP/1.1\r\nHost: a\r\n\r\nGET /last HTTP/1.1\r\nHost: a\r\n\r\n");
            await(first);
            assertThat(origin.connections()).isEqualTo(1);
            release.countDown();
            for (String path : new String[] {"/slow", "/fast", "/last"}) {
                assertThat(RawAnswer.read(client, false).body()).isEqualTo(path);
            }
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    /** Far more than any buffer holds. */
    @Test
    void losesNoneOfManyPipelinedRequests() throws InterruptedException {
        int count = 4_000;
        try (var origin = RawOrigin.running(connection -> {
            for (String request = RawOrigin.readRequest(connection); !request.isEmpty(); request = RawOrigin.readRequest(connection)) {
                connection.send(ok(request.substring(request.indexOf('/') + 1, request.indexOf(" HTTP"))));
            }
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            StringBuilder wire = new StringBuilder();
            for (int i = 0; i < count; i++) {
                wire.append(i % 10 == 0 ? "PUT /" + i + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi" : "GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            Thread sender = new Thread(() -> client.send(wire.toString()), "sender");
            sender.start();
            for (int i = 0; i < count; i++) {
                assertThat(RawAnswer.read(client, false).body()).isEqualTo(String.valueOf(i));
            }
            sender.join();
        }
    }

    @Test
    void answersWhatStandsBeforeABadRequest() {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send(GET + "GET / HTTP/1.1\r\nHost : a\r\n\r\n" + GET);
            assertThat(RawAnswer.read(client, false).status()).isEqualTo(200);
            assertThat(RawAnswer.read(client, false).status()).isEqualTo(400);
            assertThat(client.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
            assertThat(origin.nextRequest()).isNotEmpty();
            assertThat(origin.unseenRequests()).isZero();
        }
    }

    // ---- at once

    @Test
    void passesAnEventOnWhileTheResponseIsOpen() throws InterruptedException {
        CountDownLatch seen = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\r\n");
            seen.await();                                                   // not before the client has the head
            connection.send("data: 1\n\n");
            connection.readAll();
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send(GET);
            assertThat(client.readHead()).contains("text/event-stream", "chunked");
            seen.countDown();
            assertThat(client.readBytes(14)).isEqualTo("9\r\ndata: 1\n\n\r\n");
        }
    }

    @Test
    void passesAPieceOfAnUploadOnAtOnce() throws InterruptedException {
        CountDownLatch first = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            assertThat(connection.readBytes(8)).isEqualTo("3\r\nabc\r\n");
            first.countDown();
            assertThat(connection.readChunked()).isEqualTo("2\r\nde\r\n0\r\n\r\n");
            connection.send(OK_HI);
            connection.readAll();
        }); var proxy = TestProxy.to(origin); var client = proxy.connect()) {
            client.send(CHUNKED_POST + "3\r\nabc\r\n");
            await(first);
            client.send("2\r\nde\r\n0\r\n\r\n");
            assertThat(RawAnswer.read(client, false).status()).isEqualTo(200);
            assertThat(origin.failure()).isNull();
        }
    }

    // ---- kept connections

    @Test
    void sendsAPostOnAFreshConnectionWhenTheKeptOneWasClosed() throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            RawOrigin.readRequest(connection);
            connection.send(OK_HI);
            connection.close();
            closed.countDown();
        }); var proxy = TestProxy.to(origin)) {
            assertThat(proxy.send(GET).status()).isEqualTo(200);
            await(closed);
            RawAnswer answer = proxy.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void heedsTheSettingOfHalfClosedClients(boolean allowed) throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            asked.countDown();
            if (allowed) {
                release.await();
                connection.send(OK_HI);
            }
            connection.readAll();                                           // ends when the request is aborted
        }); var proxy = TestProxy.with(allowed ? "listen.test.half-close = allow\n" : "", origin); var client = proxy.connect()) {
            client.send(GET);
            await(asked);
            client.shutdownOutput();
            if (allowed) {
                release.countDown();
                RawAnswer answer = RawAnswer.read(client, false);
                assertThat(answer.body()).isEqualTo("hi");
                assertThat(proxy.nextEnd()).isEqualTo("ok");
            } else {
                assertThat(client.readAll()).isEmpty();
                assertThat(proxy.nextEnd()).isEqualTo("client-gone");
            }
        }
    }
}
