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
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
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

    /** What filters right of the cache make of the path is the origin's, not the key's. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"strip-prefix = /api", "add-prefix = /v1", "host = origin", "priority = 1"})
    void invalidatesTheTargetThatTheClientNamed(String edit) {
        try (var origin = origin(ok("Cache-Control: max-age=100", "hello")); var proxy = TestProxy.configured("pool.test = " + TestProxy.addresses(origin)
                + "\nroute.test = /api/* -> test\n" + CACHE + "route.test." + edit + "\n")) {
            proxy.send(get("/api/a"));
            proxy.send(get("/api/a"));
            assertThat(asked.get()).isEqualTo(1);
            assertThat(proxy.send(get("/api/a").replace("GET", "DELETE")).status()).isEqualTo(200);
            proxy.send(get("/api/a"));
            assertThat(asked.get()).isEqualTo(3);
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

    /** RFC 9110 §14.2, §14.6. Parts are separated by a bar; a number is how many of them the whole is, when it is not parts. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', value = {
        "bytes=0-1,5-7; 0-1|5-7",
        "bytes= 5-7 , ,0-1; 5-7|0-1",
        "bytes=0-0,-3; 0-0|1997-1999",
        "bytes=0-9,1990-5000; 0-9|1990-1999",
        "bytes=0-9,1500-,100-120; 0-9|1500-1999|100-120",
    })
    void answersSeveralRanges(String range, String parts) {
        String body = "0123456789".repeat(200);
        try (var origin = origin(ok("Cache-Control: max-age=100|Content-Type: text/x", body)); var proxy = TestProxy.with(CACHE, origin)) {
            proxy.send(get("/a"));
            RawAnswer answer = proxy.send(get("/a", "Range: " + range));
            assertThat(answer.status()).isEqualTo(206);
            assertThat(answer.field("Content-Range")).isNull();
            String type = answer.field("Content-Type");
            assertThat(type).startsWith("multipart/byteranges; boundary=");
            String boundary = type.substring(type.indexOf('=') + 1);
            StringBuilder wanted = new StringBuilder();
            for (String part : parts.split("\\|", 0)) {
                String[] ends = part.split("-", 2);
                wanted.append("\r\n--").append(boundary).append("\r\nContent-Type: text/x\r\nContent-Range: bytes ").append(part).append("/2000\r\n\r\n")
                        .append(body, Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1);
            }
            assertThat(answer.body()).isEqualTo(wanted.append("\r\n--").append(boundary).append("--\r\n").toString());
            assertThat(asked.get()).isEqualTo(1);
        }
    }

    /** A boundary is not said twice: what an earlier answer showed cannot be put into content. */
    @Test
    void partsOfTwoAnswersHaveBoundariesOfTheirOwn() {
        try (var origin = origin(ok("Cache-Control: max-age=100", "0123456789".repeat(200))); var proxy = TestProxy.with(CACHE, origin)) {
            proxy.send(get("/a"));
            String first = proxy.send(get("/a", "Range: bytes=0-1,5-7")).field("Content-Type");
            assertThat(proxy.send(get("/a", "Range: bytes=0-1,5-7")).field("Content-Type")).isNotEqualTo(first);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', value = {
        "bytes=0-5,5-7; 200",                                                   // a byte twice
        "bytes=0-,0-,0-,0-; 200",                                               // CVE-2011-3192
        "bytes=1-2,x; 200",
        "bytes=1-2,2-1; 200",
        "bytes=,; 200",
        "bytes=0-499,500-1900; 200",                                            // longer than the whole
        "bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16,18-18,20-20,22-22,24-24,26-26,28-28,30-30,32-32; 200",      // 17
        "bytes=5-7,3000-; 206",
        "bytes=2000-,3000-; 416",
        "bytes=-0,5000-; 416",
    })
    void isNotMadeToSendMoreThanTheWhole(String range, int status) {
        try (var origin = origin(ok("Cache-Control: max-age=100", "0123456789".repeat(200))); var proxy = TestProxy.with(CACHE, origin)) {
            proxy.send(get("/a"));
            RawAnswer answer = proxy.send(get("/a", "Range: " + range));
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).hasSize(status == 200 ? 2000 : status == 206 ? 3 : 0);
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

    /** RFC 9213 §2.2: the targeted field that is stored goes on to hold, whatever Cache-Control comes with a 304 without one. */
    @ParameterizedTest(name = "{0} stored, {1} comes: X-New is {2}")
    @CsvSource(delimiter = ';', nullValues = "absent", value = {
        "CDN-Cache-Control: max-age=0; Cache-Control: max-age=50, no-cache=\"x-new\"; 1",
        "CDN-Cache-Control: max-age=0, no-cache=\"x-new\"; Cache-Control: max-age=50; absent",
        "CDN-Cache-Control: max-age=0, no-cache=\"x-new\"; CDN-Cache-Control: max-age=50; 1",
        "Cache-Control: max-age=0; CDN-Cache-Control: max-age=50, no-cache=\"x-new\"; absent",
        "Cache-Control: max-age=0; Cache-Control: max-age=50, no-cache=\"x-new\"; absent",
    })
    void takesOverWhatComesWithA304(String stored, String comes, String expected) {
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                connection.send(head.contains("If-None-Match") ? "HTTP/1.1 304 Not Modified\r\nX-New: 1\r\n" + comes + "\r\n\r\n"
                        : ok(stored + "|ETag: \"x\"|X-New: 0", "hello"));
            }
        }); var proxy = TestProxy.with(CACHE, origin)) {
            proxy.send(get("/a"));
            assertThat(proxy.send(get("/a")).field("X-New")).isEqualTo(expected);
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

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(delimiter = ';', value = {
        "POST; 200; X-A: b; 2; 1",
        "PUT; 201; X-A: b; 2; 1",
        "M-SEARCH; 204; X-A: b; 2; 1",
        "DELETE; 302; Location: /b9; 2; 2",
        "POST; 201; Content-Location: http://a.example/b9; 2; 2",
        "POST; 201; Location: http://other.example/b9; 2; 1",
        "POST; 404; Location: /b9; 1; 1",
        "POST; 500; X-A: b; 1; 1",
        "OPTIONS; 200; Location: /b9; 1; 1",
    })
    void unsafeMethodsInvalidate(String method, int status, String line, int askedForA, int askedForB) {
        List<String> requests = Collections.synchronizedList(new ArrayList<>());
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                requests.add(head.substring(0, head.indexOf(" HTTP")));
                connection.send(head.startsWith("GET") ? ok("Cache-Control: max-age=100", "hello")
                        : "HTTP/1.1 " + status + " X\r\n" + line + "\r\n" + (status == 204 ? "" : "Content-Length: 0\r\n") + "\r\n");
            }
        }); var proxy = TestProxy.with(CACHE, origin)) {
            proxy.send(get("/a9"));
            proxy.send(get("/b9"));
            assertThat(proxy.send(get("/a9").replace("GET", method)).status()).isEqualTo(status);
            proxy.send(get("/a9"));
            proxy.send(get("/b9"));
            assertThat(requests.stream().filter("GET /a9"::equals)).hasSize(askedForA);
            assertThat(requests.stream().filter("GET /b9"::equals)).hasSize(askedForB);
        }
    }

    /** The response to a POST that would be stored (RFC 9110 §9.3.3), and what comes before its head, or before its end. */
    @ParameterizedTest(name = "{0}, behind the head: {1}")
    @CsvSource({"nothing, false, 1", "nothing, true, 1", "DELETE, false, 2", "DELETE, true, 2", "POST, true, 2"})
    void aPostThatWasOvertakenIsNotStored(String method, boolean behind, int gets) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        String head = "HTTP/1.1 200 OK\r\nCache-Control: max-age=100\r\nContent-Location: /a\r\nContent-Length: 5\r\n\r\n";
        try (var origin = RawOrigin.running(connection -> {
            for (String request = RawOrigin.readRequest(connection); !request.isEmpty(); request = RawOrigin.readRequest(connection)) {
                if (request.contains("X-Slow")) {
                    connection.send(behind ? head + "he" : "");
                    begun.countDown();
                    go.await();
                    connection.send(behind ? "llo" : head + "hello");
                } else {
                    asked.addAndGet(request.startsWith("GET") ? 1 : 0);
                    connection.send(ok("X-A: b", "other"));
                }
            }
        }); var proxy = TestProxy.with(CACHE, origin); RawConnection slow = proxy.connect()) {
            slow.send("POST /a HTTP/1.1\r\nHost: a.example\r\nX-Slow: 1\r\nContent-Length: 0\r\n\r\n");
            begun.await();
            if (behind) {
                assertThat(slow.readHead()).contains("Content-Length: 5\r\n");
            }
            if (!method.equals("nothing")) {
                proxy.send(method + " /a HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n");
            }
            go.countDown();
            assertThat(behind ? slow.readBytes(5) : RawAnswer.read(slow, false).body()).isEqualTo("hello");
            assertThat(proxy.send(get("/a")).body()).isEqualTo(gets == 1 ? "hello" : "other");
            assertThat(asked.get()).isEqualTo(gets - 1);
        }
    }

    /** RFC 9111 §4.4: what was asked for before the change must not be found after it. */
    @ParameterizedTest
    @ValueSource(strings = {"X-A: b", "Authorization: Basic eA=="})
    void whatIsBeingFetchedDuringAChangeIsNotStored(String line) throws Exception {
        CountDownLatch changed = new CountDownLatch(1);
        CountDownLatch fetching = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                if (head.startsWith("GET") && asked.incrementAndGet() == 1) {
                    fetching.countDown();
                    changed.await();
                }
                connection.send(ok("Cache-Control: max-age=100, public", "hello"));
            }
        }); var proxy = TestProxy.with(CACHE + "server.workers = 1", origin); RawConnection slow = proxy.connect()) {
            slow.send(get("/a", line));
            fetching.await();
            proxy.send(get("/a").replace("GET", "DELETE"));
            changed.countDown();
            assertThat(slow.readHead()).startsWith("HTTP/1.1 200");
            proxy.send(get("/a"));
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void theOriginFailsAndAStaleOneStandsIn() {
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                connection.send(asked.incrementAndGet() == 1 ? ok("Cache-Control: max-age=0, stale-if-error=60|ETag: \"x\"", "hello")
                        : "HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno");
            }
        }); var proxy = TestProxy.with(CACHE, origin)) {
            proxy.send(get("/a"));
            RawAnswer stale = proxy.send(get("/a"));
            assertThat(stale.status()).isEqualTo(200);
            assertThat(stale.body()).isEqualTo("hello");
            assertThat(asked).hasValue(2);
            assertThat(proxy.nextLog()).contains("\"cache\":\"miss\"");
            assertThat(proxy.nextLog()).contains("\"cache\":\"stale\"");
        }
    }

    @Test
    void aStaleOneIsServedWhileItIsValidated() {
        CountDownLatch asking = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                connection.send(ok("Cache-Control: max-age=" + (asked.incrementAndGet() == 1 ? 0 : 100) + ", stale-while-revalidate=60", "hello " + asked.get()));
                if (asked.get() == 2) {
                    asking.countDown();
                }
            }
        }); var proxy = TestProxy.with(CACHE, origin)) {
            assertThat(proxy.send(get("/a")).body()).isEqualTo("hello 1");
            assertThat(proxy.send(get("/a")).body()).isEqualTo("hello 1");
            Await.until("the new one is stored", () -> proxy.send(get("/a")).body().equals("hello 2"));
            assertThat(asked).hasValue(2);
        }
    }

    /** A second client of what is not stored asks on its own, and so do all for a while. */
    @Test
    void waitersOfWhatIsNotStoredGoOnTheirOwn() throws Exception {
        CountDownLatch both = new CountDownLatch(1);
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                asked.incrementAndGet();
                both.await();
                connection.send(ok("Cache-Control: private", "hello"));
            }
        }); var proxy = TestProxy.with(CACHE, origin); RawConnection one = proxy.connect(); RawConnection two = proxy.connect()) {
            one.send(get("/a"));
            two.send(get("/a"));
            both.countDown();
            assertThat(RawAnswer.read(one, false).body()).isEqualTo("hello");
            assertThat(RawAnswer.read(two, false).body()).isEqualTo("hello");
            assertThat(asked).hasValue(2);
        }
    }

    /** What has no length outgrows the limit of an object: whoever reads it gets it all, and nothing stays. */
    @ParameterizedTest
    @ValueSource(strings = {"1k", "5k", "100k", "1m"})
    void whatTurnsOutTooLongIsAWindow(String objectMax) {
        String chunk = "2710\r\n" + "0123456789".repeat(1000) + "\r\n";
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                asked.incrementAndGet();
                connection.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=100\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (int i = 0; i < 200; i++) {
                    connection.send(chunk);
                }
                connection.send("0\r\n\r\n");
            }
        }); var proxy = TestProxy.with(CACHE + "cache.hot.object-max = " + objectMax, origin)) {
            for (int i = 1; i <= 2; i++) {
                try (RawConnection client = proxy.connect()) {
                    client.send(get("/a"));
                    client.readHead();
                    assertThat(client.readChunked()).contains("0123456789".repeat(100));
                }
                assertThat(asked).hasValue(i);
            }
            Await.until("no memory is held", () -> proxy.metric("weir_cache_bytes{cache=\"hot\"}") == 0);
        }
    }

    @Test
    void whatBreaksOffIsNotStoredAndNotComplete() {
        try (var origin = RawOrigin.running(connection -> {
            connection.readHead();
            asked.incrementAndGet();
            connection.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=100\r\nContent-Length: 10\r\n\r\nhello");
        }); var proxy = TestProxy.with(CACHE, origin)) {
            for (int i = 1; i <= 2; i++) {
                try (RawConnection client = proxy.connect()) {
                    client.send(get("/a"));
                    assertThat(client.readHead()).contains("Content-Length: 10");
                    assertThat(client.readAll()).isEqualTo("hello");
                }
                assertThat(asked).hasValue(i);
                assertThat(proxy.nextEnd()).startsWith("cache-broken: origin-truncated");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', value = {
        "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "X-Forwarded-Scheme: evil.example", "Forwarded: host=evil.example",
    })
    void whatIsNotInTheKeyDoesNotReachTheOriginUnseen(String line) {
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                asked.incrementAndGet();
                connection.send(ok("Cache-Control: max-age=100", head.contains("evil.example") || head.contains("Proto: https") ? "poison" : "hello"));
            }
        }); var proxy = TestProxy.with(CACHE, origin)) {
            assertThat(proxy.send(get("/a", line)).body()).isEqualTo("hello");
            assertThat(proxy.send(get("/a")).body()).isEqualTo("hello");
            assertThat(asked).hasValue(1);
        }
    }

    /** What is made on the way to the origin differs from client to client, and no client's request says so. */
    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For", "X-Forwarded-Proto", "x-made-here", "Via"})
    void whatVariesByWhatIsMadeHereIsNotStored(String name) {
        try (var origin = origin(ok("Cache-Control: max-age=100|Vary: " + name, "hello"));
                var proxy = TestProxy.with(CACHE + "listen.test.via = weir\nroute.test.request.set.x-made-here = a", origin)) {
            proxy.send(get("/a"));
            proxy.send(get("/a"));
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void aClientsCertificateIsACredential() {
        try (var origin = origin(ok("Cache-Control: max-age=100", "hello")); var proxy = TestProxy.with(CACHE, origin)) {
            proxy.send(get("/a"));
            proxy.send(get("/a", "Client-Cert: :YQ==:"));
            assertThat(asked).hasValue(2);
            assertThat(proxy.nextLog()).contains("\"cache\":\"miss\"");
            assertThat(proxy.nextLog()).contains("\"cache\":\"bypass\"");
        }
    }

    @Test
    void aGetWithContentIsNoneForACache() {
        try (var origin = origin(ok("Cache-Control: max-age=100", "hello")); var proxy = TestProxy.with(CACHE, origin)) {
            proxy.send(get("/a", "Content-Length: 0"));
            RawAnswer fat = proxy.send(get("/a", "Content-Length: 3") + "a=b");
            assertThat(fat.status()).isEqualTo(200);
            assertThat(proxy.nextLog()).contains("cache");
            assertThat(proxy.nextLog()).contains("\"cache\":\"bypass\"");
        }
    }

    @Test
    void theKeyIsTheUriInItsNormalForm() {
        try (var origin = origin(ok("Cache-Control: max-age=100", "hello")); var proxy = TestProxy.with(CACHE, origin)) {
            proxy.send(get("/a/b?x=1"));
            proxy.send(get("/a/%62?x=1"));
            proxy.send("GET /a/./b?x=1 HTTP/1.1\r\nHost: a.example\r\n\r\n");
            assertThat(asked).hasValue(1);
            proxy.send(get("/a/b?x=1&x=1"));
            proxy.send(get("/a/b?X=1"));
            proxy.send(get("/a/b"));
            proxy.send(get("/A/b?x=1"));
            proxy.send("GET /a/b?x=1 HTTP/1.1\r\nHost: a.example:81\r\n\r\n");
            assertThat(asked).hasValue(6);
        }
    }

    @Test
    void credentialsGetWhatIsMarkedForThem() {
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                asked.incrementAndGet();
                connection.send(ok(head.contains("/pub") ? "Cache-Control: public, max-age=100" : "Cache-Control: max-age=100", "hello"));
            }
        }); var proxy = TestProxy.with(CACHE, origin)) {
            proxy.send(get("/a", "Authorization: Basic eA=="));
            proxy.send(get("/a"));
            proxy.send(get("/a", "Authorization: Basic eA=="));
            assertThat(asked).hasValue(3);
            proxy.send(get("/pub", "Authorization: Basic eA=="));
            proxy.send(get("/pub", "Authorization: Basic eB=="));
            proxy.send(get("/pub"));
            assertThat(asked).hasValue(4);
        }
    }

    @ParameterizedTest(name = "{0}={1} {2}")
    @CsvSource(delimiter = ';', value = {
        "url; http://a.example/a/1; ''; 1; 1 0 0 0",
        "url; HTTP://A.Example:80/a/./%31; ''; 1; 1 0 0 0",
        "url; https://a.example/a/1; ''; 0; 0 0 0 0",
        "url; http://a.example/a/1; soft; 1; 1 0 0 0",
        "prefix; http://a.example/a/; ''; 2; 1 1 0 0",
        "prefix; http://a.example/a; soft; 2; 1 1 0 0",
        "tag; news; ''; 2; 0 1 1 0",
        "tag; new; ''; 0; 0 0 0 0",
        "tag; x; ''; 1; 0 0 0 1",
        "all; true; ''; 4; 1 1 1 1",
    })
    void purges(String by, String what, String soft, int count, String askedAgain) throws Exception {
        String[] paths = {"/a/1", "/a/2", "/b", "/c"};
        List<String> requests = Collections.synchronizedList(new ArrayList<>());
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                requests.add(head.split(" ", 3)[1]);
                connection.send(ok("Cache-Control: max-age=100" + (head.contains("/a/2") ? "|Surrogate-Key: old news" : head.contains("/b") ? "|Cache-Tag: news,newest"
                        : head.contains("/c") ? "|Surrogate-Key: a|Cache-Tag: x" : ""), "hello"));
            }
        }); var proxy = TestProxy.with(CACHE + "admin = 127.0.0.1:0\nadmin.token = 0123456789abcdef0123", origin)) {
            for (String path : paths) {
                proxy.send(get(path));
            }
            try (RawConnection admin = RawConnection.to(proxy.server().address("admin"))) {
                admin.send("POST /caches/hot/purge?" + by + "=" + what.replace("%", "%25").replace(":", "%3A").replace("/", "%2F") + (soft.isEmpty() ? "" : "&soft=true")
                        + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer 0123456789abcdef0123\r\n\r\n");
                assertThat(RawAnswer.read(admin, false).body()).contains("\"purged\":" + count + ",");
            }
            requests.clear();
            StringBuilder again = new StringBuilder();
            for (String path : paths) {
                proxy.send(get(path));
                again.append(requests.contains(path) ? "1 " : "0 ");
            }
            assertThat(again.toString().trim()).isEqualTo(askedAgain);
        }
    }

    @Test
    void onlyIfCachedAsksNobody() {
        try (var origin = origin(ok("Cache-Control: max-age=100", "hello")); var proxy = TestProxy.with(CACHE, origin)) {
            assertThat(proxy.send(get("/a", "Cache-Control: only-if-cached")).status()).isEqualTo(504);
            proxy.send(get("/a"));
            assertThat(proxy.send(get("/a", "Cache-Control: only-if-cached")).status()).isEqualTo(200);
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void cacheStatusSaysWhatWasDone() {              // RFC 9211
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                connection.send(head.contains("If-None-Match") ? "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n" : ok(head.startsWith("GET /p") ? "Cache-Control: private"
                        : head.startsWith("GET /v") ? "Cache-Control: max-age=0|ETag: \"x\"" : "Cache-Control: max-age=1000|Cache-Status: far; hit", "hello"));
            }
        }); var proxy = TestProxy.with(CACHE + "cache.hot.status = on", origin)) {
            assertThat(proxy.send(get("/a")).head()).contains("\r\nCache-Status: far; hit\r\n").contains("\r\nCache-Status: weir; fwd=miss; stored\r\n");
            assertThat(proxy.send(get("/a")).head()).contains("\r\nCache-Status: far; hit\r\n").containsPattern("\r\nCache-Status: weir; hit; ttl=(1000|9\\d\\d)\r\n");
            assertThat(proxy.send(get("/p")).head()).contains("\r\nCache-Status: weir; fwd=miss; detail=private\r\n");
            assertThat(proxy.send(get("/p")).head()).contains("\r\nCache-Status: weir; fwd=miss\r\n");
            assertThat(proxy.send(get("/v")).head()).contains("\r\nCache-Status: weir; fwd=miss; stored\r\n");
            assertThat(proxy.send(get("/v")).head()).contains("\r\nCache-Status: weir; fwd=stale; fwd-status=304\r\n");
            assertThat(proxy.send(get("/a").replace("GET", "POST")).head()).contains("\r\nCache-Status: weir; fwd=bypass\r\n");
        }
    }
}
