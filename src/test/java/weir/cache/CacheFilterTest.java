package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/** A route with a cache, over real sockets. */
class CacheFilterTest {
    private static final String CACHE = "cache.hot = 4m\nroute.test.cache = hot\n";

    private final AtomicInteger asked = new AtomicInteger();

    private RawOrigin origin(String... answers) {
        return RawOrigin.running(connection -> {
            String head = connection.readHead();
            while (!head.isEmpty()) {
                asked.incrementAndGet();
                String path = head.split(" ", 3)[1];
                int which = Math.min(answers.length - 1, path.length() > 2 && Character.isDigit(path.charAt(path.length() - 1))
                        ? path.charAt(path.length() - 1) - '0' : 0);
                connection.send(answers[which]);
                head = connection.readHead();
            }
        });
    }

    private static String ok(String fields, String body) {
        return "HTTP/1.1 200 OK\r\n" + fields.replace("|", "\r\n") + (fields.isEmpty() ? "" : "\r\n") + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String get(String path, String... lines) {
        StringBuilder text = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: a.example\r\n");
        for (String line : lines) {
            text.append(line).append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    @Test
    void answersFromTheStoreWithoutTheOrigin() {
        try (var origin = origin(ok("Cache-Control: max-age=100|X-A: b", "hello")); var proxy = TestProxy.with(CACHE, origin)) {
            RawAnswer first = proxy.send(get("/a"));
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.body()).isEqualTo("hello");
            assertThat(first.field("Age")).isNull();
            for (int i = 0; i < 3; i++) {
                RawAnswer again = proxy.send(get("/a"));
                assertThat(again.status()).isEqualTo(200);
                assertThat(again.body()).isEqualTo("hello");
                assertThat(again.field("Age")).isNotNull();
                assertThat(again.field("X-A")).isEqualTo("b");
                assertThat(again.field("Content-Length")).isEqualTo("5");
            }
            assertThat(asked.get()).isEqualTo(1);
            assertThat(proxy.metric("weir_cache_requests_total{cache=\"hot\",result=\"hit\"}")).isEqualTo(3);
            assertThat(proxy.nextLog()).contains("\"cache\":\"miss\"").contains("\"tries\":1");
            assertThat(proxy.nextLog()).contains("\"cache\":\"hit\"").contains("\"tries\":0");
        }
    }

    @Test
    void answersHeadFromGet() {
        try (var origin = origin(ok("Cache-Control: max-age=100", "hello")); var proxy = TestProxy.with(CACHE, origin)) {
            proxy.send(get("/a"));
            RawAnswer head = proxy.send(get("/a").replace("GET", "HEAD"));
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.field("Content-Length")).isEqualTo("5");
            assertThat(asked.get()).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', nullValues = "-", value = {
        "If-None-Match: \"x\"; 304; ''",
        "If-None-Match: W/\"x\"; 304; ''",
        "If-None-Match: \"y\", \"x\"; 304; ''",
        "If-None-Match: *; 304; ''",
        "If-None-Match: \"y\"; 200; hello",
        "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT; 304; ''",
        "If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT; 200; hello",
        "If-Modified-Since: soon; 200; hello",
        "Range: bytes=1-2; 206; el",
        "Range: bytes=3-; 206; lo",
        "Range: bytes=-2; 206; lo",
        "Range: bytes=5-; 416; ''",
        "Range: bytes=2-1; 200; hello",
        "Range: lines=1-2; 200; hello",
    })
    void evaluatesConditionsAndRanges(String line, int status, String body) {
        try (var origin = origin(ok("Cache-Control: max-age=100|ETag: \"x\"|Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT", "hello"));
                var proxy = TestProxy.with(CACHE, origin)) {
            proxy.send(get("/a"));
            RawAnswer answer = proxy.send(get("/a", line));
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).isEqualTo(body);
            assertThat(asked.get()).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', value = {
        "no-store", "private", "no-cache", "max-age=0", "s-maxage=0, max-age=100", "max-age=x",
    })
    void asksTheOriginAgain(String directive) {
        try (var origin = origin(ok("Cache-Control: " + directive, "hello")); var proxy = TestProxy.with(CACHE, origin)) {
            for (int i = 0; i < 3; i++) {
                assertThat(proxy.send(get("/a")).body()).isEqualTo("hello");
            }
            assertThat(asked.get()).isEqualTo(3);
        }
    }

    @Test
    void validatesWhatIsStale() {
        List<String> requests = Collections.synchronizedList(new ArrayList<>());
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                asked.incrementAndGet();
                requests.add(head);
                connection.send(head.contains("If-None-Match: \"x\"") ? "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nX-New: 1\r\nCache-Control: max-age=50\r\n\r\n"
                        : ok("Cache-Control: max-age=0|ETag: \"x\"|X-New: 0", "hello"));
            }
        }); var proxy = TestProxy.with(CACHE, origin)) {
            assertThat(proxy.send(get("/a")).body()).isEqualTo("hello");
            RawAnswer confirmed = proxy.send(get("/a"));
            assertThat(confirmed.status()).isEqualTo(200);
            assertThat(confirmed.body()).isEqualTo("hello");
            assertThat(confirmed.field("X-New")).isEqualTo("1");
            assertThat(proxy.send(get("/a")).body()).isEqualTo("hello");
            assertThat(requests).hasSize(2);
            assertThat(proxy.nextLog()).contains("\"cache\":\"miss\"");
            assertThat(proxy.nextLog()).contains("\"cache\":\"revalidated\"");
            assertThat(proxy.nextLog()).contains("\"cache\":\"hit\"");
        }
    }

    @Test
    void keepsVariantsApart() {
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                asked.incrementAndGet();
                connection.send(ok("Cache-Control: max-age=50|Vary: Accept-Language, X-A", head.contains("de, fr") ? "hallo" : "hello"));
            }
        }); var proxy = TestProxy.with(CACHE, origin)) {
            assertThat(proxy.send(get("/a", "Accept-Language: de, fr;q=0.5")).body()).isEqualTo("hallo");
            assertThat(proxy.send(get("/a", "Accept-Language: en")).body()).isEqualTo("hello");
            assertThat(proxy.send(get("/a", "Accept-Language: FR; q=0.5,DE")).body()).isEqualTo("hallo");
            assertThat(proxy.send(get("/a", "Accept-Language: en")).body()).isEqualTo("hello");
            assertThat(asked.get()).isEqualTo(2);
            assertThat(proxy.send(get("/a", "Accept-Language: en", "X-A: 1")).body()).isEqualTo("hello");
            assertThat(asked.get()).isEqualTo(3);
        }
    }

    @Test
    void manyWaitForOneFetchAndReadWhileItArrives() throws Exception {
        CountDownLatch half = new CountDownLatch(1);
        CountDownLatch rest = new CountDownLatch(1);
        String body = "0123456789".repeat(20_000);
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                asked.incrementAndGet();
                half.await();
                connection.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=100\r\nContent-Length: " + body.length() + "\r\n\r\n" + body.substring(0, 100_000));
                rest.await();
                connection.send(body.substring(100_000));
            }
        }); var proxy = TestProxy.with(CACHE, origin)) {
            List<RawConnection> clients = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                RawConnection client = proxy.connect();
                client.send(get("/a"));
                clients.add(client);
            }
            half.countDown();
            for (RawConnection client : clients) {
                assertThat(client.readHead()).startsWith("HTTP/1.1 200");
                assertThat(client.readBytes(100_000)).isEqualTo(body.substring(0, 100_000));
            }
            rest.countDown();
            for (RawConnection client : clients) {
                assertThat(client.readBytes(100_000)).isEqualTo(body.substring(100_000));
                client.close();
            }
            assertThat(asked.get()).isEqualTo(1);
        }
    }

    @Test
    void whatHasNoLengthIsStoredToo() {
        try (var origin = origin("HTTP/1.1 200 OK\r\nCache-Control: max-age=100\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
                var proxy = TestProxy.with(CACHE, origin)) {
            assertThat(proxy.send(get("/a")).body()).contains("hello");
            RawAnswer again = proxy.send(get("/a"));
            assertThat(again.field("Content-Length")).isEqualTo("5");
            assertThat(again.body()).isEqualTo("hello");
            assertThat(asked.get()).isEqualTo(1);
        }
    }
}
