package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.RawAnswer;
import weir.RawOrigin;
import weir.TestProxy;

/** PURGE requests over real sockets. */
class CachePurgeTest {
    private final AtomicInteger asked = new AtomicInteger();

    /** Each path is a tag of its response, and all have {@code all}. */
    private RawOrigin origin() {
        return RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                asked.incrementAndGet();
                String tag = head.split("[ ?]", -1)[1].substring(1);
                connection.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=100, stale-while-revalidate=100\r\nETag: \"a\"\r\nSurrogate-Key: all " + tag
                        + "\r\nContent-Length: 2\r\n\r\nok");
            }
        });
    }

    private static TestProxy proxy(RawOrigin origin, String purgeFrom) {
        return TestProxy.with("cache.hot = 4m\nroute.test.cache = hot\n" + purgeFrom, origin);
    }

    private static String request(String method, String target, String lines) {
        return method + " " + target + " HTTP/1.1\r\nHost: a.example\r\n" + lines + "\r\n";
    }

    private static String cached(TestProxy proxy, String target) {
        return proxy.send(request("GET", target, "Cache-Control: only-if-cached\r\n")).status() == 200 ? target + " " : "";
    }

    /** What is left of /a, /a?q, /ab and /b. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "/a             | -                          | 1 | /a?q /ab /b ",
        "/a?q           | -                          | 1 | /a /ab /b ",
        "/A             | -                          | 0 | /a /a?q /ab /b ",
        "/%61           | -                          | 1 | /a?q /ab /b ",
        "/a*            | -                          | 3 | /b ",
        "/*             | -                          | 4 | ",
        "/none          | Surrogate-Key: a           | 2 | /ab /b ",
        "/none          | Surrogate-Key: ab b  x     | 2 | /a /a?q ",
        "/none          | surrogate-key: all         | 4 | ",
        "/none          | Fastly-Soft-Purge: 1       | 0 | /a /a?q /ab /b ",
    })
    void takesOut(String target, String line, int count, String left) {
        try (var origin = origin(); var proxy = proxy(origin, "cache.hot.purge-from = 127.0.0.0/8")) {
            for (String path : new String[] {"/a", "/a?q", "/ab", "/b"}) {
                proxy.send(request("GET", path, ""));
            }
            RawAnswer answer = proxy.send(request("PURGE", target, line == null ? "" : line + "\r\n"));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"purged\":" + count + ",\"soft\":" + (line != null && line.startsWith("Fastly")) + "}\n");
            assertThat(cached(proxy, "/a") + cached(proxy, "/a?q") + cached(proxy, "/ab") + cached(proxy, "/b"))
                    .isEqualTo(left == null ? "" : left.isBlank() ? "" : left.strip() + " ");
            assertThat(asked).as("nothing of it is told to the origin").hasValue(4);
        }
    }

    @Test
    void softlyMakesStale() {
        try (var origin = origin(); var proxy = proxy(origin, "cache.hot.purge-from = 127.0.0.1")) {
            proxy.send(request("GET", "/a", ""));
            assertThat(proxy.send(request("PURGE", "/a", "Fastly-Soft-Purge: 1\r\n")).body()).isEqualTo("{\"purged\":1,\"soft\":true}\n");
            assertThat(proxy.send(request("GET", "/a", "")).status()).isEqualTo(200);
            assertThat(proxy.metric("weir_cache_requests_total{cache=\"hot\",result=\"stale\"}")).isEqualTo(1);
        }
    }

    /** The origin was asked before the purge: what it says then is about what is gone. */
    @Test
    void whatIsValidatedMeanwhileDoesNotComeBack() throws InterruptedException {
        CountDownLatch validating = new CountDownLatch(1);
        CountDownLatch purged = new CountDownLatch(1);
        Queue<String> conditions = new ConcurrentLinkedQueue<>();
        try (var origin = RawOrigin.running(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                boolean conditional = head.contains("If-None-Match");
                conditions.add(conditional ? "validated" : "fetched");
                if (conditional) {
                    validating.countDown();
                    await(purged);
                }
                connection.send(conditional ? "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nCache-Control: max-age=1000\r\n\r\n"
                        : "HTTP/1.1 200 OK\r\nETag: \"x\"\r\nCache-Control: max-age=1000\r\nContent-Length: 1\r\n\r\na");
            }
        }); var proxy = proxy(origin, "cache.hot.purge-from = 127.0.0.1")) {
            proxy.send(request("GET", "/a", ""));
            Thread reload = new Thread(() -> proxy.send(request("GET", "/a", "Cache-Control: no-cache\r\n")));
            reload.start();
            await(validating);
            assertThat(proxy.send(request("PURGE", "/a", "")).body()).isEqualTo("{\"purged\":1,\"soft\":false}\n");
            purged.countDown();
            reload.join();
            assertThat(proxy.send(request("GET", "/a", "")).body()).isEqualTo("a");
            assertThat(conditions).as("who asked for validation gets what there is after the purge").containsExactly("fetched", "validated", "fetched", "fetched");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void othersAreRefused() {
        try (var origin = origin(); var proxy = proxy(origin, "cache.hot.purge-from = 10.0.0.0/8\nlisten.test.trusted-proxies = 127.0.0.1")) {
            proxy.send(request("GET", "/a", ""));
            assertThat(proxy.send(request("PURGE", "/a", "X-Forwarded-For: 10.0.0.1\r\n")).status()).isEqualTo(403);
            assertThat(cached(proxy, "/a")).isNotEmpty();
            assertThat(asked).hasValue(1);
            proxy.nextLog();
            assertThat(proxy.nextLog()).contains("purge-refused");
        }
    }

    @Test
    void whatCannotBeReadIsSaid() {
        try (var origin = origin(); var proxy = proxy(origin, "cache.hot.purge-from = 127.0.0.1")) {
            assertThat(proxy.send(request("PURGE", "/a", "Surrogate-Key: a,b\r\n")).status()).isEqualTo(400);
            assertThat(proxy.send(request("PURGE", "/a", "Surrogate-Key:\r\n")).status()).isEqualTo(400);
            assertThat(proxy.send(request("PURGE", "/a", "Surrogate-Key:" + " a".repeat(PurgeRequests.TAGS_MAX) + "\r\n")).status()).isEqualTo(200);
            assertThat(proxy.send(request("PURGE", "/a", "Surrogate-Key:" + " a".repeat(PurgeRequests.TAGS_MAX + 1) + "\r\n")).status()).isEqualTo(400);
        }
    }

    @Test
    void withoutTheSettingItIsAnUnknownMethod() {
        try (var origin = origin(); var proxy = proxy(origin, "")) {
            proxy.send(request("GET", "/a", ""));
            assertThat(proxy.send(request("PURGE", "/a", "")).body()).isEqualTo("ok");
            assertThat(cached(proxy, "/a")).as("invalidated, as by any unknown method").isEmpty();
        }
    }
}
