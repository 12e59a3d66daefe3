package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
import weir.FuzzSeed;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/** Partial content: stored, served, put together, completed (RFC 9111 §3.3, §3.4, RFC 9110 §14, §15.3.7). */
class CachePartsTest {
    private final RangeOrigin origin = new RangeOrigin();
    private final TestProxy proxy = TestProxy.with("cache.hot = 16m\nroute.test.cache = hot\n", origin.origin());

    @AfterEach
    void stop() {
        proxy.close();
        origin.close();
    }

    private RawAnswer get(String... lines) {
        return proxy.send("GET /a HTTP/1.1\r\nHost: a.example\r\n" + String.join("\r\n", lines) + (lines.length > 0 ? "\r\n" : "") + "\r\n");
    }

    private RawAnswer range(String range, String... more) {
        String[] lines = Arrays.copyOf(more, more.length + 1);
        lines[more.length] = "Range: bytes=" + range;
        return get(lines);
    }

    private void part(RawAnswer answer, int first, int last) {
        assertThat(answer.status()).as(answer.head()).isEqualTo(206);
        assertThat(answer.field("Content-Range")).isEqualTo("bytes " + first + "-" + last + "/" + origin.length);
        assertThat(answer.body()).isEqualTo(body().substring(first, last + 1));
    }

    private String body() {
        return RangeOrigin.body(origin.version, origin.length);
    }

    private void whole(RawAnswer answer) {
        assertThat(answer.status()).as(answer.head()).isEqualTo(200);
        assertThat(answer.field("Content-Range")).isNull();
        assertThat(answer.field("Content-Length")).isEqualTo(Integer.toString(origin.length));
        assertThat(answer.body()).isEqualTo(body());
    }

    /** Each row: requests apart by blanks, a range or {@code all}; what the origin is asked, apart by a bar. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "§3.3 a part answers what lies in it;             2-6 2-6 3-5 2-2;  bytes=2-6",
        "a suffix and an open range;                      -5 -5 5- 6-7 -1;  bytes=-5",
        "beyond the end;                                  5-20 5-9 -3;      bytes=5-20",
        "outside of it;                                   2-4 6-8 2-4 6-8;  bytes=2-4 | bytes=6-8",
        "§3.4 parts side by side are one;                 0-3 4-7 2-5 0-7;  bytes=0-3 | bytes=4-7",
        "parts that overlap;                              0-4 2-8 0-8 1-7;  bytes=0-4 | bytes=5-8 \"v1\"",
        "one that begins before;                          4-8 2-5 2-8;      bytes=4-8 | bytes=2-3 \"v1\"",
        "one that lies around it;                         4-5 2-8 3-7;      bytes=4-5 | bytes=2-8",
        "between two others;                              0-2 6-8 2-6 0-8;  bytes=0-2 | bytes=6-8 | bytes=3-5 \"v1\"",
        "the rest, behind;                                0-4 all all 3-8;  bytes=0-4 | bytes=5- \"v1\"",
        "the rest, before;                                -5 all all;       bytes=-5 | bytes=0-4 \"v1\"",
        "the rest, between;                               0-2 6- all all;   bytes=0-2 | bytes=6- | bytes=3-5 \"v1\"",
        "two gaps are one request;                        2-3 6-7 all all;  bytes=2-3 | bytes=6-7 | -",
        "nothing is missing;                              0-4 5-9 all all;  bytes=0-4 | bytes=5-9",
        "nothing is missing, the other way round;         5-9 0-4 all;      bytes=5-9 | bytes=0-4",
        "the whole answers parts;                         all 2-4 -3 0-;    -",
        "§14.2 what is no range is the whole;             4-2 4-2;          bytes=4-2 | bytes=4-2",
        "§15.5.17 an error is not stored;                 20- 20-;          bytes=20- | bytes=20-",
    })
    void asksForWhatIsMissing(String says, String requests, String asked) {
        for (String each : requests.split(" ", -1)) {
            if (each.equals("4-2")) {
                origin.answer = "HTTP/1.1 200 OK\r\nCache-Control: max-age=9\r\nContent-Length: 10\r\n\r\n" + body();
                whole(range(each));
            } else if (each.equals("all")) {
                whole(get());
            } else if (each.equals("20-")) {
                assertThat(range(each).status()).isEqualTo(416);
            } else {
                int dash = each.indexOf('-');
                int first = dash == 0 ? origin.length - Integer.parseInt(each.substring(1)) : Integer.parseInt(each.substring(0, dash));
                int last = dash == 0 || dash == each.length() - 1 ? origin.length - 1 : Math.min(9, Integer.parseInt(each.substring(dash + 1)));
                part(range(each), first, last);
            }
            origin.answer = null;
        }
        assertThat(origin.seen()).isEqualTo(asked);
    }

    /** What comes for a client's own Range and is no part is for that client; who asks next has it fetched as a whole. */
    @Test
    void anOriginThatIgnoresRange() {
        for (int i = 0; i < 3; i++) {
            if (i == 0) {
                origin.answer = "HTTP/1.1 200 OK\r\nCache-Control: max-age=9\r\nContent-Length: 10\r\n\r\n" + body();
                whole(range("2-4"));
            } else {
                part(range("2-4"), 2, 4);
            }
        }
        assertThat(origin.seen()).isEqualTo("bytes=2-4 | -");
    }

    @Test
    void headOfWhatIsPutTogetherIsTheNewest() {
        origin.more = "X-A: old\r\nX-B: old\r\n";
        range("0-4");
        origin.more = "X-A: new\r\n";
        RawAnswer answer = get();
        whole(answer);
        assertThat(answer.head()).contains("X-A: new\r\n").doesNotContain("X-A: old").contains("X-B: old\r\n").contains("ETag: \"v1\"\r\n");
        assertThat(get().head()).contains("X-A: new\r\n").contains("HTTP/1.1 200 OK\r\n");
    }

    @Test
    void anotherRepresentationTakesThePlaceOfItsParts() {
        range("0-4");
        origin.version = 2;
        whole(get());                                        // If-Range fails: the new one as a whole
        assertThat(origin.seen()).isEqualTo("bytes=0-4 | bytes=5- \"v1\"");
        part(range("0-3"), 0, 3);
        assertThat(origin.seen()).isEmpty();
    }

    /** A gap that is private by its own fields is for who asked, whatever the targeted field of the parts allows. */
    @Test
    void whatFillsAGapIsStoredOnlyWhereItSaysSoItself() {
        origin.more = "CDN-Cache-Control: max-age=100\r\n";
        part(range("0-4"), 0, 4);
        origin.more = "";
        origin.control = "private";
        whole(get());
        whole(get());
        assertThat(origin.seen()).isEqualTo("bytes=0-4 | bytes=5- \"v1\" | - | -");
    }

    /** Else they would stand in the way of the whole as long as they are there. */
    @Test
    void partsThatAreAllAndStaleMakeRoomForTheWhole() {
        origin.control = "max-age=0";
        part(range("0-9"), 0, 9);
        whole(get());
        whole(get());
        assertThat(origin.seen()).isEqualTo("bytes=0-9 | - | - if not \"v1\"");
    }

    /** RFC 9110 §15.3.7.3: never put together without a strong validator that is the same. */
    @ParameterizedTest(name = "tag {0}")
    @ValueSource(strings = {"W/\"v%d\"", "", "v%d", "\"v%d\"\r\nETag: \"w\""})
    void partsWithoutAStrongValidatorStayAlone(String tag) {
        origin.tag = tag;
        part(range("0-4"), 0, 4);
        part(range("1-2"), 1, 2);
        assertThat(origin.seen()).isEqualTo("bytes=0-4");
        part(range("5-9"), 5, 9);
        whole(get());
        assertThat(origin.seen()).isEqualTo("bytes=5-9 | -");
    }

    @ParameterizedTest(name = "{0} seconds later: {1}")
    @CsvSource({"0, -", "1, bytes=5- Sun; 06 Nov 1994 08:49:37 GMT"})
    void aDateIsAValidatorWhenItIsOldEnough(int seconds, String asked) {
        origin.tag = "";
        origin.more = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\nDate: Sun, 06 Nov 1994 08:49:3" + (7 + seconds) + " GMT\r\n";
        origin.control = "max-age=3000000000";
        range("0-4");
        origin.answer = seconds == 0 ? null : "HTTP/1.1 206 Part\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\nCache-Control: max-age=3000000000\r\n" + origin.more
                + "\r\n" + body().substring(5);
        whole(get());
        assertThat(origin.seen()).isEqualTo("bytes=0-4 | " + asked.replace(';', ','));
    }

    /** What comes for a gap and does not fill it: nothing of it is used, and the client gets the whole. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "another validator; ETag: \"v2\"|Content-Range: bytes 5-9/10|Content-Length: 5",
        "no validator; Content-Range: bytes 5-9/10|Content-Length: 5",
        "a weak one; ETag: W/\"v1\"|Content-Range: bytes 5-9/10|Content-Length: 5",
        "less; ETag: \"v1\"|Content-Range: bytes 5-8/10|Content-Length: 4",
        "more; ETag: \"v1\"|Content-Range: bytes 4-9/10|Content-Length: 6",
        "another length; ETag: \"v1\"|Content-Range: bytes 5-9/11|Content-Length: 5",
        "no length; ETag: \"v1\"|Content-Range: bytes 5-9/*|Content-Length: 5",
        "no range; ETag: \"v1\"|Content-Length: 5",
        "not to be stored; ETag: \"v1\"|Content-Range: bytes 5-9/10|Content-Length: 5|Cache-Control: no-store",
    })
    void whatDoesNotFitIsNotUsed(String says, String fields) {
        range("0-4");
        origin.answer = "HTTP/1.1 206 Part\r\n" + (fields.contains("no-store") ? "" : "Cache-Control: max-age=1000\r\n") + fields.replace("|", "\r\n") + "\r\n\r\nxxxxxx".substring(0,
                4 + Integer.parseInt(fields.replaceAll(".*Content-Length: (\\d).*", "$1")));
        whole(get());
        assertThat(origin.seen()).isEqualTo("bytes=0-4 | bytes=5- \"v1\" | -");
    }

    /** A chunked part is as long as it says, or it is none. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"4\r\nxxxx", "6\r\nxxxxxx"})
    void aPartOfAnotherLengthIsCut(String chunk) {
        origin.answer = "HTTP/1.1 206 Part\r\nCache-Control: max-age=1000\r\nETag: \"v1\"\r\nContent-Range: bytes 0-4/10\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunk + "\r\n0\r\n\r\n";
        RawAnswer answer = cut("Range: bytes=0-4");
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.body().length()).isLessThan(5);
        origin.seen();
        part(range("0-4"), 0, 4);
        assertThat(origin.seen()).isEqualTo("bytes=0-4");
    }

    private RawAnswer cut(String line) {
        try (RawConnection connection = proxy.connect()) {
            connection.send("GET /a HTTP/1.1\r\nHost: a.example\r\n" + line + "\r\n\r\n");
            return new RawAnswer(connection.readHead(), connection.readAll(), false);
        }
    }

    @Test
    void aStalePartIsValidated() {
        origin.control = "max-age=0";
        part(range("0-4"), 0, 4);
        origin.control = "max-age=1000";
        part(range("1-3"), 1, 3);
        assertThat(origin.seen()).isEqualTo("bytes=0-4 | bytes=1-3 if not \"v1\"");
        part(range("0-4"), 0, 4);
        assertThat(origin.seen()).isEmpty();
    }

    @Test
    void aStalePartOfWhatHasChangedGoes() {
        origin.control = "max-age=0";
        part(range("0-4"), 0, 4);
        origin.version = 2;
        origin.control = "max-age=1000";
        part(range("1-3"), 1, 3);
        part(range("1-3"), 1, 3);
        part(range("0-4"), 0, 4);
        assertThat(origin.seen()).isEqualTo("bytes=0-4 | bytes=1-3 if not \"v1\" | bytes=0-4");
    }

    @Test
    void stalePartsThatLackNothingAreValidatedTogether() {
        origin.control = "max-age=0";
        range("0-4");
        range("5-9");
        whole(get());
        assertThat(origin.seen()).isEqualTo("bytes=0-4 | bytes=5-9 | - if not \"v1\"");
    }

    @Test
    void preconditionsOnAPart() {
        range("0-4");
        assertThat(range("1-2", "If-None-Match: \"v1\"").status()).isEqualTo(304);
        part(range("1-2", "If-Range: \"v1\""), 1, 2);
        assertThat(origin.seen()).isEqualTo("bytes=0-4");
        whole(range("1-2", "If-Range: \"v0\""));             // the origin's: a part is not enough
        assertThat(origin.seen()).isEqualTo("bytes=1-2 \"v0\"");
    }

    /** Several ranges, and what is not understood: for those who ask in just the same way (RFC 9111 §3.3). */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"multipart/byteranges; boundary=x", "text/plain\r\nContent-Range: bytes 4-9/10", "text/plain\r\nContent-Range: bytes 0-4/*"})
    void whatIsNotTakenApartIsForTheSameRange(String type) {
        String answer = "HTTP/1.1 206 Part\r\nCache-Control: max-age=1000\r\nContent-Type: " + type + "\r\nContent-Length: 5\r\n\r\nabcde";
        for (int i = 0; i < 3; i++) {
            origin.answer = answer;
            RawAnswer got = range("0-1,4-5");
            assertThat(got.status()).isEqualTo(206);
            assertThat(got.body()).isEqualTo("abcde");
            assertThat(got.head()).contains(type.substring(type.lastIndexOf('\n') + 1));
        }
        assertThat(origin.seen()).isEqualTo("bytes=0-1,4-5");
        origin.answer = null;
        whole(range("0-1,4-6"));
        assertThat(origin.seen()).isEqualTo("bytes=0-1,4-6");
    }

    @Test
    void anotherUnitIsNotStored() {
        String answer = "HTTP/1.1 206 Part\r\nCache-Control: max-age=1000\r\nContent-Range: lines 0-1/10\r\nContent-Length: 5\r\n\r\nabcde";
        for (int i = 0; i < 2; i++) {
            origin.answer = answer;
            assertThat(get("Range: lines=0-1").body()).isEqualTo("abcde");
        }
        assertThat(origin.seen()).isEqualTo("lines=0-1 | lines=0-1");
    }

    /** RFC 9110 §14.2: Range has a meaning for GET only. */
    @Test
    void headIsNotAnsweredFromParts() {
        range("0-4");
        RawAnswer head = proxy.send("HEAD /a HTTP/1.1\r\nHost: a.example\r\nRange: bytes=0-4\r\n\r\n");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.field("Content-Length")).isEqualTo("10");
        assertThat(origin.seen()).isEqualTo("bytes=0-4 | HEAD bytes=0-4");
    }

    @Test
    void unsafeRequestsTakePartsOut() {
        range("0-4");
        proxy.send("POST /a HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n");
        part(range("0-4"), 0, 4);
        assertThat(origin.seen()).isEqualTo("bytes=0-4 | POST - | bytes=0-4");
    }

    /** Longer than what is copied at a time, so that it is read while it is put together. */
    @Test
    void longParts() {
        origin.length = 3 << 20;
        int half = 3 << 19;
        part(range("0-" + (half - 1)), 0, half - 1);
        whole(get());
        whole(get());
        assertThat(origin.seen()).isEqualTo("bytes=0-" + (half - 1) + " | bytes=" + half + "- \"v1\"");
    }

    @Test
    void whoAsksForTheSameRangeWaits() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (var slow = RawOrigin.running(connection -> {
            connection.readHead();
            asked.countDown();
            go.await();
            connection.send("HTTP/1.1 206 Part\r\nCache-Control: max-age=1000\r\nContent-Range: bytes 0-4/10\r\nContent-Length: 5\r\n\r\nabcde");
            connection.readHead();
        }); var before = TestProxy.with("cache.hot = 4m\nroute.test.cache = hot\n", slow)) {
            String request = "GET /a HTTP/1.1\r\nHost: a.example\r\nRange: bytes=0-4\r\n\r\n";
            try (RawConnection one = before.connect(); RawConnection two = before.connect()) {
                one.send(request);
                asked.await();
                two.send(request);
                Await.until("the second one waits", () -> before.server().openConnections() == 2);
                go.countDown();
                assertThat(RawAnswer.read(one, false).body()).isEqualTo("abcde");
                assertThat(RawAnswer.read(two, false).body()).isEqualTo("abcde");
                assertThat(slow.connections()).isEqualTo(1);
            }
        }
    }

    /** Random ranges and wholes of a representation that changes: all that is answered is of one version, and what it says it is. */
    @Test
    void everyAnswerIsOfOneVersion() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        origin.length = 1000;
        int fromCache = 0;
        for (int i = 0; i < 700; i++) {
            if (random.nextInt(40) == 0) {
                origin.version = 1 + origin.version % 9;
                origin.control = List.of("max-age=1000", "max-age=0", "no-cache").get(random.nextInt(3));
            }
            int first = random.nextInt(1000);
            int last = Math.min(999, first + random.nextInt(300));
            String range = random.nextInt(8) == 0 ? "" : random.nextInt(10) == 0 ? "-" + (1 + random.nextInt(300)) : random.nextInt(10) == 0 ? first + "-" : first + "-" + last;
            RawAnswer answer = range.isEmpty() ? get() : range(range);
            fromCache += origin.seen().isEmpty() ? 1 : 0;
            String says = String.format(Locale.ROOT, "-Dfuzz.seed=%d step %d: %s%n%s", seed, i, range, answer.head());
            int version = answer.field("ETag").charAt(2) - '0';
            String body = RangeOrigin.body(version, 1000);
            if (answer.status() == 206) {
                String[] said = answer.field("Content-Range").split("[ /-]", -1);
                assertThat(said[3]).as(says).isEqualTo("1000");
                assertThat(answer.body()).as(says).isEqualTo(body.substring(Integer.parseInt(said[1]), Integer.parseInt(said[2]) + 1));
                assertThat(range).as(says).isIn("-" + (1000 - Integer.parseInt(said[1])), said[1] + "-", said[1] + "-" + said[2]);
            } else {
                assertThat(answer.status()).as(says).isEqualTo(200);
                assertThat(answer.body()).as(says).isEqualTo(body);
                assertThat(range).as(says).isEmpty();
            }
        }
        assertThat(fromCache).as("-Dfuzz.seed=%d", seed).isGreaterThan(50);
    }
}
