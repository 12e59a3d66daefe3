package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.Await;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/** A route whose cache has a disk, over real sockets. */
class CacheDiskTest {
    private static final String ADMIN = "admin = 127.0.0.1:0\nadmin.token = 0123456789abcdef0123\n";

    @TempDir Path directory;

    private final AtomicInteger asked = new AtomicInteger();

    /** Answers with the count of requests so far, or with what the path says after a slash. */
    private RawOrigin origin(String fields) {
        return RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                int count = asked.incrementAndGet();
                String path = head.split(" ", 3)[1];
                String own = path.startsWith("/tagged") ? "|Surrogate-Key: t" : "";
                String body = path.startsWith("/bytes/") ? body(path) : count + variant(head);
                connection.send("HTTP/1.1 200 OK\r\n" + (fields + own).replace("|", "\r\n") + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            }
        });
    }

    private static String variant(String head) {
        int at = head.toLowerCase(Locale.ROOT).indexOf("\r\nx-land: ");
        return at < 0 ? "" : head.substring(at + 10, head.indexOf("\r\n", at + 10));
    }

    /** {@code /bytes/COUNT/any}. */
    private static String body(String path) {
        byte[] bytes = new byte[Integer.parseInt(path.split("/", -1)[2])];
        Random random = new Random(path.hashCode());
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(26));
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private String cache(String more) {
        return "cache.hot = 4m\ncache.hot.disk = " + directory.resolve("d") + " 64m\nroute.test.cache = hot\n" + more;
    }

    private TestProxy proxy(RawOrigin origin) {
        return proxy(ADMIN, origin);
    }

    /** When the one before has the directory no more: its end does not wait for a slow disk. */
    private TestProxy proxy(String more, RawOrigin origin) {
        Await.until("the directory is free", () -> DiskThings.isFree(directory.resolve("d")));
        return TestProxy.with(cache(more), origin);
    }

    private static String get(String path, String... lines) {
        return "GET " + path + " HTTP/1.1\r\nHost: a.example\r\n" + (lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n") + "\r\n";
    }

    private static double disk(TestProxy proxy, String what) {
        return proxy.metric("weir_cache_disk_" + what + "{cache=\"hot\"}");
    }

    private static void awaitWritten(TestProxy proxy, int count) {
        Await.until(count + " are written", () -> disk(proxy, "writes_total") >= count);
    }

    private static double results(TestProxy proxy, String result) {
        return proxy.metric("weir_cache_requests_total{cache=\"hot\",result=\"" + result + "\"}");
    }

    private static String purge(TestProxy proxy, String query) {
        try (RawConnection admin = RawConnection.to(proxy.server().address("admin"))) {
            admin.send("POST /caches/hot/purge?" + query.replace(":", "%3A").replace("/", "%2F") + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer 0123456789abcdef0123\r\n\r\n");
            return RawAnswer.read(admin, false).body();
        }
    }

    private static String caches(TestProxy proxy) {
        try (RawConnection admin = RawConnection.to(proxy.server().address("admin"))) {
            admin.send("GET /caches HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer 0123456789abcdef0123\r\n\r\n");
            return RawAnswer.read(admin, false).body();
        }
    }

    @Test
    void isThereAfterARestartAndAsOldAsItIs() {
        try (var origin = origin("Cache-Control: max-age=1000|Age: 100|ETag: \"x\"|X-A: b")) {
            try (var proxy = proxy(origin)) {
                assertThat(proxy.send(get("/a")).body()).isEqualTo("1");
            }
            try (var proxy = proxy(origin)) {
                RawAnswer answer = proxy.send(get("/a"));
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("1");
                assertThat(answer.field("X-A")).isEqualTo("b");
                assertThat(answer.field("Content-Length")).isEqualTo("1");
                assertThat(Integer.parseInt(answer.field("Age"))).isBetween(100, 200);
                assertThat(proxy.nextLog()).contains("\"cache\":\"hit\"").contains("\"tries\":0");
                assertThat(proxy.send(get("/a", "If-None-Match: \"x\"")).status()).isEqualTo(304);
                assertThat(disk(proxy, "reads_total")).as("the second one from memory").isEqualTo(1);
                assertThat(results(proxy, "hit")).isEqualTo(2);
            }
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void answersWithoutTheOrigin() {
        try (var origin = origin("Cache-Control: max-age=1000"); var proxy = proxy(origin)) {
            assertThat(proxy.send(get("/bytes/100000/a")).body()).isEqualTo(body("/bytes/100000/a"));
        }
        RawOrigin gone = RawOrigin.running(connection -> {});
        try (var proxy = proxy(gone)) {
            gone.close();
            for (String request : List.of(get("/bytes/100000/a"), get("/bytes/100000/a").replace("GET", "HEAD"), get("/bytes/100000/a", "Range: bytes=1-3"),
                    get("/bytes/100000/a", "Cache-Control: only-if-cached"))) {
                RawAnswer answer = proxy.send(request);
                assertThat(answer.status()).isIn(200, 206);
                assertThat(body("/bytes/100000/a")).contains(answer.body());
            }
            assertThat(proxy.send(get("/b")).status()).isEqualTo(502);
        }
    }

    @Test
    void isReadWithTheFirstRequestWhateverThatWants() {
        try (var origin = origin("Cache-Control: max-age=1000"); var proxy = proxy(origin)) {
            proxy.send(get("/bytes/1000/a"));
        }
        try (var origin = origin("Cache-Control: max-age=1000"); var proxy = proxy(origin)) {
            assertThat(proxy.send(get("/bytes/1000/a", "Range: bytes=1-3")).body()).isEqualTo(body("/bytes/1000/a").substring(1, 4));
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void whatMadeRoomInMemoryIsOnTheDisk() {
        try (var origin = origin("Cache-Control: max-age=1000"); var proxy = proxy(origin)) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 40; i++) {                // 8 MB through 4
                    String path = "/bytes/200000/" + i;
                    assertThat(proxy.send(get(path)).body()).isEqualTo(body(path));
                    awaitWritten(proxy, Math.min(40, 40 * round + i + 1));
                }
            }
            assertThat(asked).hasValue(40);
            assertThat(disk(proxy, "reads_total")).isGreaterThan(20);
            assertThat(disk(proxy, "stored_responses")).isEqualTo(40);
            assertThat(disk(proxy, "bytes")).isBetween(8e6, 9e6);
            assertThat(disk(proxy, "errors_total")).isZero();
            assertThat(caches(proxy)).contains("\"disk\":{\"directory\":\"" + directory.resolve("d") + "\",\"bytes\":8").contains("\"stored_responses\":40,").contains("\"failing\":false");
        }
    }

    @Test
    void keepsVariantsApart() {
        try (var origin = origin("Cache-Control: max-age=1000|Vary: X-Land")) {
            try (var proxy = proxy(origin)) {
                assertThat(proxy.send(get("/a", "X-Land: de")).body()).isEqualTo("1de");
                assertThat(proxy.send(get("/a", "X-Land: fr")).body()).isEqualTo("2fr");
                assertThat(proxy.send(get("/a")).body()).isEqualTo("3");
                awaitWritten(proxy, 3);
            }
            try (var proxy = proxy(origin)) {
                assertThat(proxy.send(get("/a")).body()).isEqualTo("3");
                assertThat(proxy.send(get("/a", "X-Land: de")).body()).isEqualTo("1de");
                assertThat(proxy.send(get("/a", "X-Land: fr")).body()).isEqualTo("2fr");
                assertThat(proxy.send(get("/a", "X-Land: it")).body()).isEqualTo("4it");
                assertThat(proxy.send(get("/a", "X-Land: it")).body()).isEqualTo("4it");
                assertThat(asked).hasValue(4);
            }
        }
    }

    /** What Vary names has changed: the newer one is selected, though the older one would be as well. */
    @Test
    void theNewestIsSelectedAfterARestartToo() {
        AtomicInteger count = new AtomicInteger();
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                String vary = count.incrementAndGet() == 1 ? "X-A" : "X-B";
                connection.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=1000\r\nVary: " + vary + "\r\nContent-Length: 1\r\n\r\n" + count);
            }
        })) {
            try (var proxy = proxy(origin)) {
                assertThat(proxy.send(get("/a", "X-A: 1", "X-B: 1")).body()).isEqualTo("1");
                Await.until("a later millisecond", () -> System.currentTimeMillis() % 10 == 0);
                assertThat(proxy.send(get("/a", "X-A: 2", "X-B: 1")).body()).isEqualTo("2");
                assertThat(proxy.send(get("/a", "X-A: 1", "X-B: 1")).body()).as("both are selected").isEqualTo("2");
                awaitWritten(proxy, 2);
            }
            try (var proxy = proxy(origin)) {
                assertThat(proxy.send(get("/a", "X-A: 1", "X-B: 1")).body()).isEqualTo("2");
                assertThat(proxy.send(get("/a", "X-A: 1", "X-B: 2")).body()).isEqualTo("1");
            }
        }
    }

    @Test
    void whatIsStaleOnTheDiskIsValidated() {
        AtomicInteger validations = new AtomicInteger();
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                if (head.contains("If-None-Match: \"x\"")) {
                    validations.incrementAndGet();
                    connection.send("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nCache-Control: max-age=1000\r\nX-New: 1\r\n\r\n");
                } else {
                    connection.send("HTTP/1.1 200 OK\r\nETag: \"x\"\r\nCache-Control: max-age=100\r\nAge: 100\r\nContent-Length: 5\r\n\r\nhello");
                }
            }
        })) {
            try (var proxy = proxy(origin)) {
                proxy.send(get("/a"));
            }
            try (var proxy = proxy(origin)) {
                assertThat(proxy.send(get("/a")).body()).isEqualTo("hello");
                assertThat(results(proxy, "revalidated")).isEqualTo(1);
                awaitWritten(proxy, 1);
            }
            try (var proxy = proxy(origin)) {
                RawAnswer answer = proxy.send(get("/a"));
                assertThat(answer.body()).isEqualTo("hello");
                assertThat(answer.field("X-New")).isEqualTo("1");
                assertThat(results(proxy, "hit")).isEqualTo(1);
            }
            assertThat(validations).hasValue(1);
        }
    }

    @Test
    void oneReadForAll() throws InterruptedException {
        String path = "/bytes/900000/a";
        try (var origin = origin("Cache-Control: max-age=1000"); var proxy = proxy(origin)) {
            proxy.send(get(path));
        }
        try (var origin = origin("Cache-Control: max-age=1000"); var proxy = TestProxy.with(cache("server.workers = 2\nserver.memory = 64m\n"), origin)) {
            List<Thread> threads = new ArrayList<>();
            AtomicInteger good = new AtomicInteger();
            for (int i = 0; i < 20; i++) {
                Thread thread = new Thread(() -> {
                    if (proxy.send(get(path)).body().equals(body(path))) {
                        good.incrementAndGet();
                    }
                });
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(good).hasValue(20);
            assertThat(asked).hasValue(1);
            assertThat(disk(proxy, "reads_total")).isEqualTo(1);
            assertThat(results(proxy, "hit")).isEqualTo(20);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "url=http://a.example/tagged1, false, 3",
        "prefix=http://a.example/tagged, false, 4",
        "tag=t, false, 4",
        "all=true, false, 5",
        "url=http://a.example/tagged1&soft=true, false, 3",
        "tag=t&soft=true, false, 4",
        "url=http://a.example/tagged1, true, 3",
        "prefix=http://a.example/tagged, true, 4",
        "tag=t, true, 4",
        "all=true, true, 5",
        "url=http://a.example/tagged1&soft=true, true, 3",
        "tag=t&soft=true, true, 4",
    })
    void whatIsPurgedIsGoneFromTheDisk(String what, boolean afterARestart, int askedInTheEnd) {
        try (var origin = origin("Cache-Control: max-age=1000")) {
            try (var proxy = proxy(origin)) {
                proxy.send(get("/tagged1"));
                proxy.send(get("/tagged2"));
                awaitWritten(proxy, 2);
                asked.set(2);
                if (!afterARestart) {
                    assertThat(purge(proxy, what)).contains(what.startsWith("url") ? "\"disk_purged\":1" : "\"disk_purging\":true");
                }
            }
            try (var proxy = proxy(origin)) {
                if (afterARestart) {
                    assertThat(purge(proxy, what)).contains("\"purged\":0,").contains(what.startsWith("url") ? "\"disk_purged\":1" : "\"disk_purging\":true");
                }
                proxy.send(get("/tagged1"));
                proxy.send(get("/tagged2"));
                proxy.send(get("/other"));
                proxy.send(get("/tagged1"));
                proxy.send(get("/other"));
                assertThat(asked).hasValue(what.startsWith("all") ? 5 : askedInTheEnd + 1);
                Await.until("the purge is done", () -> caches(proxy).contains("\"purging\":0"));
            }
        }
    }

    @Test
    void whatIsInvalidatedIsGoneFromTheDisk() {
        try (var origin = origin("Cache-Control: max-age=1000")) {
            try (var proxy = proxy(origin)) {
                proxy.send(get("/a"));
                proxy.send(get("/b"));
                awaitWritten(proxy, 2);
            }
            try (var proxy = proxy(origin)) {
                assertThat(proxy.send("DELETE /a HTTP/1.1\r\nHost: a.example\r\n\r\n").status()).isEqualTo(200);
            }
            try (var proxy = proxy(origin)) {
                assertThat(proxy.send(get("/a")).body()).isEqualTo("4");
                assertThat(proxy.send(get("/b")).body()).isEqualTo("2");
            }
        }
    }

    /** Which paths were invalidated is known to the process only, where keys hold more than the URI. */
    @Test
    void whatHasAKeyByRuleIsOnTheDiskOfOneProcess() {
        String rule = "route.test.cache.key = path, header X-Land\n";
        try (var origin = origin("Cache-Control: max-age=1000")) {
            try (var proxy = proxy(rule, origin)) {
                for (int round = 0; round < 2; round++) {
                    for (int i = 0; i < 40; i++) {
                        proxy.send(get("/bytes/200000/" + i));
                        awaitWritten(proxy, Math.min(40, 40 * round + i + 1));
                    }
                }
                assertThat(asked).hasValue(40);
                assertThat(disk(proxy, "reads_total")).isPositive();
                proxy.send("DELETE /bytes/200000/3 HTTP/1.1\r\nHost: a.example\r\n\r\n");
                proxy.send(get("/bytes/200000/3"));
                assertThat(asked).hasValue(42);
            }
            try (var proxy = proxy(rule, origin)) {
                proxy.send(get("/bytes/200000/7"));
                assertThat(asked).hasValue(43);
            }
        }
    }

    @Test
    void whatMayNotBeStoredNeverReachesTheDisk() throws IOException {
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                String how = head.split(" ", 3)[1].substring(1);
                String fields = switch (how) {
                    case "private" -> "Cache-Control: private, max-age=100\r\n";
                    case "cookie" -> "Cache-Control: max-age=100\r\nSet-Cookie: a=geheim\r\n";
                    case "field" -> "Cache-Control: max-age=100, private=\"x-user\"\r\nX-User: geheim\r\n";
                    case "broken" -> "Cache-Control: max-age=100\r\nContent-Length: 100\r\n";
                    default -> "Cache-Control: no-store\r\n";
                };
                connection.send("HTTP/1.1 200 OK\r\n" + fields + (how.equals("broken") ? "" : "Content-Length: 6\r\n") + "\r\n" + (how.equals("field") ? "public" : "geheim"));
                if (how.equals("broken")) {
                    return;
                }
            }
        })) {
            try (var proxy = proxy(origin)) {
                for (String how : List.of("private", "cookie", "none", "broken", "field")) {
                    proxy.send(get("/" + how));
                }
                proxy.send(get("/private", "Authorization: Basic geheim"));
                awaitWritten(proxy, 1);
                assertThat(disk(proxy, "stored_responses")).isEqualTo(1);
            }
            for (Path file : DiskThings.files(directory.resolve("d"), "")) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("geheim");
            }
        }
    }

    @Test
    void whatIsLongerThanAnObjectMayBeIsNotWritten() {
        String body = "x".repeat(3_000_000);
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nCache-Control: max-age=100\r\nTransfer-Encoding: chunked\r\n\r\n2dc6c0\r\n" + body + "\r\n0\r\n\r\n"); var proxy = proxy(origin)) {
            assertThat(proxy.send(get("/a")).body()).contains("x".repeat(1000));
            assertThat(proxy.send(get("/a")).body()).contains("x".repeat(1000));
            assertThat(disk(proxy, "writes_total")).isZero();
            assertThat(disk(proxy, "stored_responses")).isZero();
        }
    }

    @Test
    void whatIsDamagedIsFetched() throws IOException {
        try (var origin = origin("Cache-Control: max-age=1000")) {
            try (var proxy = proxy(origin)) {
                proxy.send(get("/bytes/150000/a"));
                awaitWritten(proxy, 1);
            }
            Path file = DiskThings.files(directory.resolve("d"), ".data").get(0);
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 100]++;                     // in the last block: the first ones have been read by then
            Files.write(file, bytes);
            try (var proxy = proxy(origin)) {
                assertThat(proxy.send(get("/bytes/150000/a")).body()).isEqualTo(body("/bytes/150000/a"));
                assertThat(asked).hasValue(2);
                assertThat(results(proxy, "miss")).isEqualTo(1);
                assertThat(disk(proxy, "errors_total")).isEqualTo(1);
                awaitWritten(proxy, 1);
            }
            try (var proxy = proxy(origin)) {
                assertThat(proxy.send(get("/bytes/150000/a")).body()).isEqualTo(body("/bytes/150000/a"));
                assertThat(asked).hasValue(2);
            }
        }
    }

    @Test
    void aDirectoryThatFailsIsToldOnceAndDoneWithout() throws IOException {
        Path made = directory.resolve("d");
        try (var origin = origin("Cache-Control: max-age=1000"); var proxy = proxy(origin)) {
            for (Path file : DiskThings.files(made, "")) {
                Files.delete(file);
            }
            Files.delete(made);
            for (int i = 0; i < 5; i++) {
                assertThat(proxy.send(get("/" + i)).status()).isEqualTo(200);
                Await.until("it is not written", () -> disk(proxy, "dropped_total") > 0);
                assertThat(proxy.send(get("/" + i)).body()).as("from memory").isEqualTo(String.valueOf(i + 1));
            }
            assertThat(disk(proxy, "dropped_total")).isEqualTo(5);
            assertThat(disk(proxy, "stored_responses")).isZero();
            assertThat(caches(proxy)).contains("\"failing\":true");
            assertThat(proxy.journal().lines().filter(line -> line.contains("cannot be written"))).hasSize(1);
        }
    }

    // ---- start, reload, end

    @Test
    void aDirectoryThatCannotBeUsedIsAnErrorOfTheStart() throws IOException {
        Files.writeString(directory.resolve("d"), "a file");
        try (var origin = origin("")) {
            assertThatThrownBy(() -> TestProxy.with(cache(""), origin).close()).isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("cache.hot.disk: " + directory.resolve("d") + " cannot be used: ");
        }
    }

    @Test
    void aDirectoryInUseIsAnErrorOfTheStart() {
        try (var origin = origin("Cache-Control: max-age=1000"); var proxy = proxy(origin)) {
            assertThatThrownBy(() -> TestProxy.with(cache(""), origin).close()).isInstanceOf(UncheckedIOException.class).hasMessageContaining("is in use by another process");
            proxy.send(get("/a"));
            awaitWritten(proxy, 1);
        }
    }

    @Test
    void aReloadKeepsTheDisk() throws IOException {
        try (var origin = origin("Cache-Control: max-age=1000"); var proxy = proxy(origin)) {
            String base = "pool.test = " + TestProxy.addresses(origin) + "\nroute.test = /* -> test\n";
            proxy.send(get("/a"));
            awaitWritten(proxy, 1);
            proxy.reload(base + cache(""));
            assertThat(proxy.send(get("/a")).body()).isEqualTo("1");
            assertThat(disk(proxy, "reads_total")).as("and the memory").isZero();
            proxy.reload(base + cache("").replace("cache.hot = 4m", "cache.hot = 8m"));
            assertThat(proxy.send(get("/a")).body()).isEqualTo("1");
            assertThat(disk(proxy, "reads_total")).isEqualTo(1);
            assertThat(disk(proxy, "writes_total")).as("the same disk tier").isEqualTo(1);
            proxy.reload(base + cache("").replace("64m", "32m"));
            assertThat(proxy.send(get("/a")).body()).isEqualTo("1");
            assertThat(disk(proxy, "reads_total")).isEqualTo(1);
            assertThat(disk(proxy, "writes_total")).as("another one in the same directory").isZero();
            proxy.reload(base + cache("").replace("hot", "warm"));
            assertThat(proxy.send(get("/a")).body()).isEqualTo("1");
            proxy.reload(base + cache("cache.hot.min-ttl = 5s\n"));
            assertThat(proxy.send(get("/a")).body()).as("stored under other rules").isEqualTo("2");
            Await.until("that is written", () -> disk(proxy, "writes_total") == 1);
            assertThatThrownBy(() -> proxy.reload(base + cache("").replace(directory + "/d", "/dev/null/d"))).isInstanceOf(IOException.class).hasMessageContaining("cannot be used");
            assertThat(proxy.send(get("/a")).body()).isEqualTo("2");
            proxy.reload(base);
            try (var other = proxy("cache.hot.min-ttl = 5s\n", origin)) {
                assertThat(other.send(get("/a")).body()).as("the directory is free").isEqualTo("2");
            }
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void aReloadThatFailsLetsGoOfTheDirectory() throws IOException {
        try (var origin = origin("Cache-Control: max-age=1000"); var proxy = TestProxy.to(origin); var taken = TestProxy.to(origin)) {
            String base = "pool.test = " + TestProxy.addresses(origin) + "\nroute.test = /* -> test\n";
            assertThatThrownBy(() -> proxy.reload(base + cache("listen.more = 127.0.0.1:" + taken.port() + "\n"))).isInstanceOf(IOException.class);
            try (var other = proxy(origin)) {
                assertThat(other.send(get("/a")).body()).isEqualTo("1");
            }
        }
    }
}
