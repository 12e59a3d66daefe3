package weir.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.FuzzSeed;
import weir.buffer.Lease;
import weir.http.BodyFraming;
import weir.http.Head;

/** Content goes through conversions on its way: whole, in order, with back-pressure, and everything is given back whatever happens. */
class ConversionsTest {
    private static final long TURN_NANOS = 1_000_000;

    private final List<String> told = new ArrayList<>();
    private final Head request = new Head();
    private SimulatedLoop loop;
    private ClientDouble client;
    private Exchange exchange;
    private Source source;

    /** Hands out what the test has put in. */
    private final class Source implements Content {
        private ByteBuffer bytes = ByteBuffer.allocateDirect(0);
        private int at;
        private boolean last;
        private boolean broken;
        private boolean closed;

        void put(String text) {
            ByteBuffer more = ByteBuffer.allocateDirect(bytes.capacity() - at + text.length());
            more.put(0, bytes, at, bytes.capacity() - at).put(bytes.capacity() - at, text.getBytes(StandardCharsets.ISO_8859_1));
            bytes = more;
            at = 0;
            pull(exchange);
        }

        @Override
        public void pull(Exchange asked) {
            while (at < bytes.capacity()) {
                int offered = Math.min(1000, bytes.capacity() - at);
                int taken = asked.write(bytes, at, at + offered);
                at += taken;
                if (closed || taken < offered) {
                    return;
                }
            }
            if (broken) {
                broken = false;
                asked.contentBroken("nearer-broken");
            } else if (last) {
                last = false;
                asked.contentEnd(null);
            }
        }

        @Override
        public void close() {
            closed = true;
            told.add("source closed");
        }
    }

    /** Says each byte so many times, keeps the last ones back, and says at the end that it is the end. */
    private final class Repeating implements Conversion {
        private final int times;
        private final int keeps;
        private final StringBuilder kept = new StringBuilder();
        private boolean ended;
        private byte at;
        private int left;

        Repeating(int times, int keeps) {
            this.times = times;
            this.keeps = keeps;
        }

        @Override
        public Progress convert(ByteBuffer in, ByteBuffer out, Wanted wanted) {
            while (in.hasRemaining() && kept.length() < 1000) {
                char c = (char) (in.get() & 0xff);
                if (c == '!') {
                    return Progress.BROKEN;
                }
                kept.append(c);
            }
            if (wanted == Wanted.END && !ended) {
                ended = true;
                kept.append("E".repeat(10));
            }
            while (left > 0 || kept.length() > (wanted == Wanted.CONTENT ? keeps : 0)) {
                if (left == 0) {
                    at = (byte) kept.charAt(0);
                    kept.deleteCharAt(0);
                    left = times;
                }
                if (!out.hasRemaining()) {
                    return Progress.FULL;
                }
                out.put(at);
                left--;
            }
            return in.hasRemaining() ? convert(in, out, wanted) : Progress.DONE;
        }

        @Override
        public String fault() {
            return "malformed: no";
        }

        @Override
        public void close() {
            told.add("closed x" + times);
        }
    }

    private void begin(int... times) {
        Filter converting = new Filter() {
            @Override
            public void onResponse(Exchange asked) {
                for (int each : times) {
                    asked.convert(new Repeating(each, 7));
                }
            }

            @Override
            public boolean editsResponse() {
                return true;
            }
        };
        Filter answering = new Filter() {
            @Override
            public Verdict onRequest(Exchange asked) {
                Head head = new Head();
                assertThat(head.startAnswer(asked.loop().pool(), 200, new byte[0])).isTrue();
                head.framing(BodyFraming.LENGTH, 5);
                asked.answer(head, source, "ok");
                assertThat(head.framing()).isEqualTo(BodyFraming.CHUNKED);
                assertThat(head.contentLength()).isEqualTo(-1);
                head.close();
                return Verdict.ANSWERED;
            }
        };
        Route route = new Route("r", List.of(converting, answering), new Target.Local(each -> each.answer(404, "none")), Route.Limits.NONE, null);
        client = new ClientDouble(loop.loop());
        exchange = new Exchange(client, () -> new Service(asked -> route, List.of(ended -> told.add("end " + ended.end() + " " + ended.figures().contentSent()))));
        source = new Source();
        request.start(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)), 0);
        request.requestLine(0, 3, 4, 5, 1);
        request.target(0, 0, 4, 5, 5, 5);
        request.finish(18);
        exchange.onRequest(request);
    }

    @BeforeEach
    void start() throws IOException {
        loop = new SimulatedLoop(4 << 20);
    }

    @AfterEach
    void nothingIsHeld() {
        request.close();
        assertThat(loop.loop().lentByConnections()).as(loop.loop().pool().lentReport()).isZero();
        loop.close();
    }

    private String sent() {
        return client.content.toString(StandardCharsets.ISO_8859_1);
    }

    /** What comes out of a chain: the slow, obvious way. */
    private static String converted(String text, int... times) {
        String content = text;
        for (int each : times) {
            StringBuilder more = new StringBuilder();
            (content + "E".repeat(10)).chars().forEach(c -> more.append(String.valueOf((char) c).repeat(each)));
            content = more.toString();
        }
        return content;
    }

    @Test
    void contentIsConvertedToItsEnd() {
        begin(3);
        source.last = true;
        source.put("abc");
        assertThat(sent()).isEqualTo("aaabbbccc" + "E".repeat(30));
        assertThat(client.ended).isTrue();
        exchange.onResponseSent();
        assertThat(told).containsExactly("closed x3", "source closed", "end ok 39");
    }

    /** Any content, any rooms of the client, one stage or several. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void contentIsTheSameWhateverTheClientTakes(int stages) {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        for (int run = 0; run < 30; run++) {
            int[] times = random.ints(stages, 1, 5).toArray();
            begin(times);
            StringBuilder all = new StringBuilder();
            client.room = 0;
            int pieces = 1 + random.nextInt(5);
            for (int i = 0; i < pieces; i++) {
                String piece = random.ints(random.nextInt(5000), 'a', 'z').collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
                all.append(piece);
                source.last = i == pieces - 1;
                source.put(piece);
                for (int k = random.nextInt(4); k > 0; k--) {
                    client.room = random.nextInt(1 << random.nextInt(17));
                    exchange.onClientDrained();
                    loop.turn(TURN_NANOS);
                }
            }
            while (!client.ended) {
                client.room = 1 + random.nextInt(50_000);
                exchange.onClientDrained();
                loop.turn(TURN_NANOS);
            }
            assertThat(sent()).as("seed " + seed + ", run " + run).isEqualTo(converted(all.toString(), times));
            exchange.onResponseSent();
            request.close();
        }
    }

    /** Not after each piece: when a turn brought nothing; and the next turn does not wait for events. */
    @Test
    void whatIsKeptBackGoesOutWhenNothingMoreComes() {
        begin(1);
        loop.loop().execute(() -> source.put("hello"));
        loop.turn(TURN_NANOS);
        assertThat(sent()).isEmpty();
        loop.turn(TURN_NANOS);
        assertThat(sent()).isEqualTo("hello");
        loop.loop().execute(() -> source.put(" you"));
        loop.turn(TURN_NANOS);
        loop.loop().execute(() -> source.put(" there"));
        loop.turn(TURN_NANOS);
        assertThat(sent()).isEqualTo("hello");
        loop.turn(TURN_NANOS);
        assertThat(sent()).isEqualTo("hello you there");
        loop.turn(TURN_NANOS);
        assertThat(sent()).isEqualTo("hello you there");
        source.last = true;
        source.put("");
        exchange.onResponseSent();
    }

    /** While content comes in every turn it is kept together, but not for longer than 10 ms. */
    @Test
    void contentThatComesAllTheTimeIsNotKeptBackForLong() {
        begin(1);
        String all = "";
        int quiet = 0;
        for (int i = 0; i < 30; i++) {
            loop.loop().execute(() -> source.put("x"));
            loop.turn(TURN_NANOS);
            all += "x";
            quiet = sent().isEmpty() ? quiet + 1 : quiet;
        }
        assertThat(quiet).as("turns before the first of it").isBetween(8, 12);
        assertThat(all.length() - sent().length()).as("turns since the last of it").isLessThan(12);
        source.last = true;
        source.put("");
        exchange.onResponseSent();
    }

    @Test
    void aClientThatTakesNothingHoldsOneBufferAStage() {
        begin(4, 4);
        client.room = 0;
        source.last = true;
        source.put("y".repeat(1_000_000));
        assertThat(source.at).as("taken from the source").isLessThan(70_000);
        for (int i = 0; i < 10; i++) {
            exchange.onClientDrained();
            loop.turn(TURN_NANOS);
        }
        assertThat(loop.loop().lentByConnections()).as("buffers beside the request's head").isLessThanOrEqualTo(3);
        client.room = Integer.MAX_VALUE;
        while (!client.ended) {
            exchange.onClientDrained();
            loop.turn(TURN_NANOS);
        }
        assertThat(sent()).isEqualTo(converted("y".repeat(1_000_000), 4, 4));
        exchange.onResponseSent();
    }

    /** However much comes at once, and however much becomes of it, others have their turn in between. */
    @Test
    void aTurnIsBounded() {
        begin(100);
        source.last = true;
        loop.loop().execute(() -> source.put("y".repeat(100_000)));
        int turns = 0;
        for (int before = 0; !client.ended; before = client.content.size()) {
            loop.turn(TURN_NANOS);
            turns++;
            assertThat(client.content.size() - before).as("bytes in turn " + turns).isLessThan(Conversions.WORK_BYTES_PER_TURN + 2 * Conversions.OUT_BYTES);
        }
        assertThat(turns).isBetween(35, 50);
        assertThat(sent()).isEqualTo(converted("y".repeat(100_000), 100));
        exchange.onResponseSent();
    }

    @Test
    void contentThatBreaksOffIsNotEnded() {
        begin(1);
        source.broken = true;
        source.put("hello");
        assertThat(client.cut).isTrue();
        assertThat(client.ended).isFalse();
        assertThat(sent()).doesNotContain("E");
        assertThat(told).containsExactly("closed x1", "source closed", "end nearer-broken 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"!", "hello!", "hello! and more"})
    void contentThatCannotBeConvertedIsCut(String text) {
        begin(2, 1);
        source.last = true;
        source.put(text);
        assertThat(client.cut).isTrue();
        assertThat(client.ended).isFalse();
        assertThat(told).containsExactly("closed x2", "closed x1", "source closed", "end malformed: no 0");
    }

    @Test
    void aClientThatGoesAwayLeavesNothing() {
        begin(2, 2);
        client.room = 10;
        source.put("z".repeat(100_000));
        exchange.onClientGone("client-gone");
        loop.turn(TURN_NANOS);
        assertThat(told).containsExactly("closed x2", "closed x2", "source closed", "end client-gone 10");
    }

    @Test
    void aClientThatGoesAwayBeforeTheEndIsOutLeavesNothing() {
        begin(2);
        client.room = 10;
        source.last = true;
        source.put("z".repeat(10));
        assertThat(client.ended).isFalse();
        exchange.onClientGone("client-gone");
        assertThat(told).containsExactly("closed x2", "source closed", "end client-gone 10");
    }

    @Test
    void withoutMemoryTheResponseIsCut() {
        begin(1);
        List<Lease> all = new ArrayList<>();
        for (var lease = loop.loop().pool().borrow(32 << 10); lease != null; lease = loop.loop().pool().borrow(32 << 10)) {
            all.add(lease);
        }
        source.put("hello");
        assertThat(client.cut).isTrue();
        assertThat(told).containsExactly("closed x1", "source closed", "end memory 0");
        all.forEach(Lease::close);
    }
}
