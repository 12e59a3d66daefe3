package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weir.Await;
import weir.RawAnswer;
import weir.RawOrigin;
import weir.TestProxy;
import weir.http.HttpDate;

/**
 * What RFC 9111 §3 to §5 asks of a shared cache, and RFC 5861, 8246, 9211 and 9213 with it, row by row over real sockets; the rows
 * and their syntax are in {@code rfc9111.txt}. The clock stands (nearly): what is older says so in Age or Date.
 *
 * <p>Not in the rows, because neither side of a proxy sees it or this cache has no part in it:
 * <ul>
 * <li>§3 a method and a final status that are understood: 1xx is passed on by the exchange, and others are in StoringTest;
 * <li>§3.3 storing what broke off: a MAY; here only a 206 is a part, and CachePartsTest has all of that;
 * <li>§4.2 origin servers SHOULD give an explicit expiration, §4.2.2 a heuristic SHOULD be no more than a part of the time since
 *     Last-Modified: FreshnessTest has the numbers;
 * <li>§4.3.1 requests that are made up for validation of several variants: this cache asks for one;
 * <li>§4.4 URIs of other resources that a cache MAY invalidate;
 * <li>§5.1 a response with Age tells a client that it was not made for it: a MUST for the reader;
 * <li>§5.2.1 what clients have to send, §5.2.2 and §5.3 what origin servers have to send or must not send;
 * <li>§5.2.2.6 and §5.2.1.6 no-transform: nothing stands between store and client here that changes content;
 * <li>§5.5 Warning is obsolete: fields like any other;
 * <li>§7 security considerations: CacheFilterTest has keys, credentials and cookies.
 * </ul>
 */
class Rfc9111Test {
    private static final AtomicInteger ROWS = new AtomicInteger();
    private static final Pattern TIME = Pattern.compile("@now(?:([+-])(\\d+))?");
    private static final String CACHE = "cache.hot = 4m\ncache.hot.status = on\nroute.test.cache = hot\n";

    private static final Map<String, Queue<String>> ANSWERS = new ConcurrentHashMap<>();
    private static final Map<String, Queue<String>> SEEN = new ConcurrentHashMap<>();
    private static RawOrigin origin;
    private static TestProxy proxy;

    @BeforeAll
    static void start() {
        origin = RawOrigin.running(connection -> {
            for (String request = RawOrigin.readRequest(connection); !request.isEmpty(); request = RawOrigin.readRequest(connection)) {
                String row = request.split("[ /?]", 4)[2];
                SEEN.get(row).add(request);
                Queue<String> answers = ANSWERS.get(row);
                String answer = answers.size() > 1 ? answers.poll() : answers.peek();
                if (answer == null || answer.equals("close")) {
                    return;
                }
                connection.send(answer);
                if (answer.contains("\r\nConnection: close\r\n")) {
                    return;
                }
            }
        });
        proxy = TestProxy.with(CACHE, origin);
    }

    @AfterAll
    static void stop() {
        proxy.close();
        origin.close();
    }

    static Stream<Arguments> rows() throws IOException {
        try (InputStream in = Rfc9111Test.class.getResourceAsStream("rfc9111.txt")) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(all.split("(?m)^== ", -1)).skip(1).map(section -> {
                List<String> lines = section.lines().filter(line -> !line.isBlank()).toList();
                return arguments(lines.get(0), lines.subList(1, lines.size()));
            });
        }
    }

    @Test
    void eachSectionHasItsRows() throws IOException {
        assertThat(rows().map(row -> ((String) row.get()[0]).split(" ", 2)[0])).contains("3", "3.1", "3.2", "3.3", "3.4", "3.5", "4", "4.1", "4.2.1", "4.2.3",
                "4.2.4", "4.3.1", "4.3.2", "4.3.3", "4.3.4", "4.3.5", "4.4", "5.1", "5.2", "5.2.1.1", "5.2.2.2", "5.2.2.10", "5.2.3", "5.3", "5.4");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void holds(String says, List<String> steps) {
        String row = "r" + ROWS.incrementAndGet();
        ANSWERS.put(row, new ConcurrentLinkedQueue<>());
        SEEN.put(row, new ConcurrentLinkedQueue<>());
        int number = 0;
        for (String text : steps) {
            number++;
            Step step = Step.of(dated(text.strip().replace("{}", "/" + row)));
            Queue<String> answers = new ConcurrentLinkedQueue<>();
            if (step.answer() != null) {
                for (String answer : step.answer().split(" & ", -1)) {
                    answers.add(answer(step, answer, number));
                }
            }
            ANSWERS.put(row, answers);
            Queue<String> seen = SEEN.get(row);
            seen.clear();
            String at = says + "\n  step " + number + ": " + text.strip();
            check(step, send(step, row), at);
            if (step.answer() == null) {
                assertThat(seen).as(at + "\n  the origin is not asked").isEmpty();
                continue;
            }
            if (step.behind()) {
                Await.until("the origin is asked: " + at, () -> !seen.isEmpty());
                awaitStored(row);
            }
            assertThat(seen).as(at + "\n  the origin is asked").isNotEmpty();
            fields(seen.peek(), step.seen(), at + "\n  what the origin saw:\n" + seen.peek());
        }
    }

    /** What goes on behind an answer is over when the next one comes from what it brought. */
    private static void awaitStored(String row) {
        Await.until("it is stored", () -> proxy.send(request("GET", "/" + row, "Cache-Control: only-if-cached, min-fresh=1")).status() == 200);
    }

    private static RawAnswer send(Step step, String row) {
        String[] fields = Heads.lines(step.request());
        String[] start = fields[0].split(" ", 2);
        String path = "/" + row + (start.length > 1 ? start[1] : "");
        return proxy.send(request(start[0], path, Arrays.copyOfRange(fields, 1, fields.length)));
    }

    private static String request(String method, String path, String... fields) {
        boolean content = method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
        return method + " " + path + " HTTP/1.1\r\nHost: a.example\r\n" + (content ? "Content-Length: 0\r\n" : "")
                + String.join("\r\n", fields) + (fields.length > 0 ? "\r\n" : "") + "\r\n";
    }

    private static String answer(Step step, String text, int number) {
        String[] fields = Heads.lines(text);
        if (fields[0].equals("close")) {
            return "close";
        }
        int status = Integer.parseInt(fields[0]);
        boolean bare = status == 304 || status == 204;
        String body = bare || step.request().startsWith("HEAD") ? "" : "b" + number;
        boolean hasLength = Arrays.stream(fields).anyMatch(field -> field.startsWith("Content-Length"));
        return "HTTP/1.1 " + status + " Fine\r\n" + String.join("\r\n", Arrays.copyOfRange(fields, 1, fields.length)) + (fields.length > 1 ? "\r\n" : "")
                + (bare || hasLength ? "" : "Content-Length: " + (step.request().startsWith("HEAD") ? 2 : body.length()) + "\r\n") + "\r\n" + body;
    }

    private static void check(Step step, RawAnswer answer, String at) {
        String[] wanted = Heads.lines(step.wanted());
        String[] start = wanted[0].split(" ", 2);
        String what = at + "\n  what the client got:\n" + answer.head() + answer.body();
        assertThat(answer.status()).as(what).isEqualTo(Integer.parseInt(start[0]));
        if (start.length > 1) {
            assertThat(answer.body()).as(what).isEqualTo(start[1]);
        }
        fields(answer.head(), Arrays.copyOfRange(wanted, 1, wanted.length), what);
    }

    /** Each is a whole field line that is there, with {@code !} one (or a name) that is not, with {@code ~} the beginning of one. */
    private static void fields(String head, String[] wanted, String what) {
        for (String field : wanted) {
            if (field.startsWith("!")) {
                String not = field.substring(1);
                assertThat(head).as(what).doesNotContainIgnoringCase("\r\n" + not + (not.contains(":") ? "\r\n" : ":"));
            } else if (field.startsWith("~")) {
                assertThat(head).as(what).containsIgnoringCase("\r\n" + field.substring(1));
            } else {
                assertThat(head).as(what).containsIgnoringCase("\r\n" + field + "\r\n");
            }
        }
    }

    private static String dated(String text) {
        long seconds = System.currentTimeMillis() / 1000;
        return TIME.matcher(text).replaceAll(time -> {
            long shift = time.group(2) == null ? 0 : Long.parseLong(time.group(1) + time.group(2));
            return new String(HttpDate.bytes((seconds + shift) * 1000), StandardCharsets.US_ASCII);
        });
    }

    /**
     * One line: {@code request -> [what the origin sees] its answer => what the client sees}.
     *
     * @param answer null when the origin is not to be asked
     * @param behind the origin is asked after the client has its answer
     */
    @SuppressWarnings("ArrayRecordComponent")                // never compared
    private record Step(String request, String[] seen, String answer, boolean behind, String wanted) {
        static Step of(String line) {
            String[] sides = line.split(" => ", 2);
            boolean behind = sides[0].contains(" ~> ");
            String[] asked = sides[0].split(" [-~]> ", 2);
            if (asked.length == 1) {
                return new Step(asked[0], new String[0], null, false, sides[1]);
            }
            int close = asked[1].startsWith("[") ? asked[1].indexOf("] ") : -1;
            String seen = close < 0 ? "" : asked[1].substring(1, close);
            return new Step(asked[0], Heads.lines(seen), asked[1].substring(close < 0 ? 0 : close + 2), behind, sides[1]);
        }
    }
}
