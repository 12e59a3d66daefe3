package weir.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weir.FuzzSeed;
import weir.buffer.SlabStore;
import weir.h1.BodyReader.State;
import weir.h1.HeadParser.Kind;
import weir.http.BodyFraming;
import weir.http.Head;
import weir.net.Clock;
import weir.net.EventLoop;
import weir.net.Inbox;
import weir.net.MemoryTransport;
import weir.net.Outbox;
import weir.observe.Journal;

/** Content through inbox and outbox of a loop that the test turns: rows, and random content both ways. */
class BodyTest {
    private final long seed = FuzzSeed.seed();
    private final Random random = new Random(seed);
    private final StringBuilder journal = new StringBuilder();
    private final EventLoop loop;
    private final Pieces pieces = new Pieces();

    BodyTest() throws IOException {
        loop = new EventLoop(0, new SlabStore(16 << 20), new Journal(journal), Clock.SYSTEM, (on, peer, handler) -> {
            throw new IOException("nothing to connect to");
        });
    }

    @AfterEach
    void givesAllMemoryBack() {
        assertThat(loop.lentByConnections()).isZero();
        loop.close();
        assertThat(loop.pool().lentCount()).isZero();
        assertThat(journal.toString()).isEmpty();
    }

    // ---- rows

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rows")
    void readsContent(String what, BodyFraming framing, int length, String wire, String expected) throws IOException {
        byte[] bytes = Pieces.bytes(wire);
        for (int[] ends : Pieces.ways(bytes.length)) {
            for (int sinkMax : new int[] {Integer.MAX_VALUE, 1}) {
                assertThat(read(framing, length, bytes, sinkMax, ends)).as("first piece of %d bytes, %d pieces, sink takes %d", ends[0],
                        ends.length, sinkMax).isEqualTo(expected);
            }
        }
    }

    /** {@code state [content] {trailers} rest} or the fault's name, when the stream ends behind these bytes. */
    private String read(BodyFraming framing, long length, byte[] wire, int sinkMax, int... ends) throws IOException {
        Receiver receiver = new Receiver(framing, length, sinkMax);
        int from = 0;
        for (int end : ends) {
            receiver.transport.give(Arrays.copyOfRange(wire, from, end));
            from = end;
            receiver.turn();
        }
        receiver.transport.giveEnd();
        for (int i = 0; i < wire.length + 2; i++) {
            receiver.turn();
        }
        boolean complete = receiver.body.endsWithClose();
        String rest = receiver.rest();
        receiver.inbox.close();
        return switch (receiver.body.state()) {
            case FAULT -> receiver.body.fault().name();
            case DONE -> "[" + text(receiver.content) + "]" + receiver.trailers + (rest.isEmpty() ? "" : " " + rest);
            default -> (complete ? "complete? " : "cut off ") + "[" + text(receiver.content) + "]";
        };
    }

    static Stream<Arguments> rows() {
        return Stream.of(
                arguments("no body", BodyFraming.NONE, 0, "GET", "[] GET"),
                arguments("length", BodyFraming.LENGTH, 5, "hello", "[hello]"),
                arguments("what follows stays", BodyFraming.LENGTH, 5, "hello\r\nGET", "[hello] \r\nGET"),
                arguments("nothing", BodyFraming.LENGTH, 0, "x", "[] x"),
                arguments("cut off", BodyFraming.LENGTH, 5, "hell", "cut off [hell]"),
                arguments("until the end", BodyFraming.UNTIL_CLOSE, -1, "hello", "[hello]"),
                arguments("chunked", BodyFraming.CHUNKED, -1, "5\r\nhello\r\n1;a\r\n!\r\n0\r\n\r\n", "[hello!]"),
                arguments("what follows stays", BodyFraming.CHUNKED, -1, "5\r\nhello\r\n0\r\n\r\n0\r\n\r\nGET", "[hello] 0\r\n\r\nGET"),
                arguments("trailer section", BodyFraming.CHUNKED, -1, "1\r\na\r\n0\r\nX-Sum: 1\r\nB:\r\n\r\nGET", "[a]{X-Sum=1, B=} GET"),
                arguments("RFC 9110 §6.5.1: what no trailer may say", BodyFraming.CHUNKED, -1,
                        "0\r\nContent-Length: 5\r\nETag: \"a\"\r\nhost: b\r\nTransfer-Encoding: chunked\r\nCookie: c\r\nX_Real_IP: 1\r\n\r\n",
                        "[]{ETag=\"a\"}"),
                arguments("obs-fold in the trailer section", BodyFraming.CHUNKED, -1, "0\r\nA: b\r\n c\r\n\r\n", "OBS_FOLD"),
                arguments("bare LF in the trailer section", BodyFraming.CHUNKED, -1, "0\r\nA: b\n\r\n", "BARE_LF"),
                arguments("bare LF for the trailer section", BodyFraming.CHUNKED, -1, "0\r\n\n", "BARE_LF"),
                arguments("no trailer section but a request", BodyFraming.CHUNKED, -1, "0\r\nGET / HTTP/1.1\r\n\r\n", "SPACE_BEFORE_COLON"),
                arguments("trailer section too large", BodyFraming.CHUNKED, -1, "0\r\nA: " + "b".repeat(160) + "\r\n\r\n", "TRAILER_TOO_LARGE"),
                arguments("too many lines of it", BodyFraming.CHUNKED, -1, "0\r\n" + "A: b\r\n".repeat(8) + "\r\n", "TRAILER_TOO_LARGE"),
                arguments("bad size", BodyFraming.CHUNKED, -1, "5\r\nhello\r\nx\r\n", "CHUNK_SIZE_INVALID"),
                arguments("cut off", BodyFraming.CHUNKED, -1, "5\r\nhell", "cut off [hell]"),
                arguments("cut off before the last chunk", BodyFraming.CHUNKED, -1, "5\r\nhello\r\n", "cut off [hello]"),
                arguments("cut off in the trailer section", BodyFraming.CHUNKED, -1, "5\r\nhello\r\n0\r\n", "cut off [hello]"),
                arguments("cut off in the last line end", BodyFraming.CHUNKED, -1, "5\r\nhello\r\n0\r\n\r", "cut off [hello]"));
    }

    @Test
    void saysWhenMuchIsToCome() throws IOException {
        BodyReader body = new BodyReader(256, 10);
        body.start(BodyFraming.LENGTH, 1000);
        assertThat(body.isLong(1000)).isTrue();
        assertThat(body.isLong(1001)).isFalse();
        body.start(BodyFraming.UNTIL_CLOSE, -1);
        assertThat(body.isLong(1 << 20)).isTrue();
        body.start(BodyFraming.NONE, 0);
        assertThat(body.isLong(0)).isFalse();
        Receiver receiver = new Receiver(BodyFraming.CHUNKED, -1, Integer.MAX_VALUE);
        assertThat(receiver.body.isLong(1)).isFalse();
        receiver.transport.give(Pieces.bytes("3e8\r\na"));
        receiver.turn();
        assertThat(receiver.body.isLong(999)).isTrue();
        assertThat(receiver.body.isLong(1000)).isFalse();
        receiver.inbox.close();
    }

    // ---- there and back

    @Test
    void whatIsWrittenIsRead() throws IOException {
        for (int round = 0; round < 300; round++) {
            try {
                thereAndBack(round % 3 == 0 ? BodyFraming.UNTIL_CLOSE : round % 3 == 1 ? BodyFraming.LENGTH : BodyFraming.CHUNKED);
            } catch (AssertionError failure) {
                throw new AssertionError("round " + round + " of -Dfuzz.seed=" + seed, failure);
            }
        }
    }

    private void thereAndBack(BodyFraming framing) throws IOException {
        byte[] content = new byte[random.nextInt(1 << random.nextInt(18))];
        random.nextBytes(content);
        boolean withTrailers = framing == BodyFraming.CHUNKED && random.nextBoolean();
        byte[] wire = write(framing, content, withTrailers);
        byte[] rest = new byte[framing == BodyFraming.UNTIL_CLOSE ? 0 : random.nextInt(20)];

        Receiver receiver = new Receiver(framing, content.length, 1 + random.nextInt(1 << random.nextInt(18)));
        receiver.randomReads = true;
        receiver.transport.give(wire);
        receiver.transport.give(rest);
        receiver.transport.giveEnd();
        for (int turns = 0; receiver.body.state() != State.DONE; turns++) {
            receiver.turn();
            assertThat(receiver.body.state()).isNotEqualTo(State.FAULT);
            assertThat(turns).isLessThan(10_000_000);
            if (receiver.inbox.hasEnded() && receiver.inbox.length() == 0) {
                assertThat(receiver.body.endsWithClose()).isTrue();
            }
        }
        assertThat(receiver.content.toByteArray()).isEqualTo(content);
        assertThat(receiver.trailers).isEqualTo(withTrailers ? "{X-Sum=1, B=2}" : "");
        receiver.randomReads = false;
        receiver.transport.readMax(Integer.MAX_VALUE);
        for (int i = 0; i < 3; i++) {
            receiver.turn();                             // a read takes no more than there is room for
        }
        assertThat(receiver.inbox.length()).isEqualTo(rest.length);
        receiver.inbox.close();
    }

    /** Writes in pieces of any size to a socket that takes any number of bytes at a time. */
    private byte[] write(BodyFraming framing, byte[] content, boolean withTrailers) {
        MemoryTransport transport = new MemoryTransport();
        Outbox outbox = new Outbox(loop, transport, new Outbox.Owner() {
            @Override
            public void onDrained() {}

            @Override
            public void onBroken(String reason) {
                throw new AssertionError(reason);
            }
        });
        BodyWriter writer = new BodyWriter(outbox);
        writer.start(framing, content.length);
        ByteBuffer source = ByteBuffer.allocateDirect(content.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        source.put(3, content);
        int at = 0;
        boolean narrow = random.nextBoolean();
        while (at < content.length || outbox.isBlocked()) {
            transport.room(narrow ? random.nextInt(1 << random.nextInt(17)) : Integer.MAX_VALUE);
            if (transport.isWritingWanted()) {
                outbox.onWritable();
            }
            // A source that was not taken whole offers the rest again, and maybe more behind it.
            int end = at + Math.min(content.length - at, 1 + random.nextInt(1 << random.nextInt(18)));
            source.limit(3 + end + random.nextInt(10)).position(random.nextInt(3 + end));
            String before = source.toString();
            int taken = writer.write(source, 3 + at, 3 + end);
            assertThat(source).as("only looked at").hasToString(before);
            assertThat(taken).isBetween(0, end - at);
            assertThat(taken == end - at || outbox.isBlocked()).as("takes all, or says that it is blocked").isTrue();
            at += taken;
            if (random.nextBoolean()) {
                loop.settle();
            }
        }
        writer.end(withTrailers ? trailers() : null);
        loop.settle();
        transport.room(Integer.MAX_VALUE);
        outbox.onWritable();
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(outbox.bytesSent()).isEqualTo(transport.written().length);
        outbox.close();
        return transport.written();
    }

    private Head trailers() {
        byte[] wire = Pieces.bytes("X-Sum: 1\r\nB: 2\r\n\r\n");
        Head head = new Head();
        pieces.parse(new HeadParser(Kind.TRAILERS, 256, 10, 0), Kind.TRAILERS, head, wire, wire.length);
        return head;
    }

    @Test
    void writesNothingBehindAHeadWithoutBody() {
        MemoryTransport transport = new MemoryTransport();
        Outbox outbox = new Outbox(loop, transport, new Outbox.Owner() {
            @Override
            public void onDrained() {}

            @Override
            public void onBroken(String reason) {}
        });
        BodyWriter writer = new BodyWriter(outbox);
        writer.start(BodyFraming.NONE, 0);
        assertThat(writer.write(ByteBuffer.allocate(10), 0, 10)).isEqualTo(10);
        writer.end(null);
        loop.settle();
        assertThat(transport.written()).isEmpty();
        outbox.close();
    }

    private static String text(ByteArrayOutputStream content) {
        return content.toString(StandardCharsets.ISO_8859_1);
    }

    /** The reading side of a connection. */
    private final class Receiver implements BodyReader.Sink {
        final MemoryTransport transport = new MemoryTransport();
        final Inbox inbox = new Inbox(loop);
        final BodyReader body = new BodyReader(160, 7);
        final ByteArrayOutputStream content = new ByteArrayOutputStream();
        final int sinkMax;
        boolean randomReads;
        String trailers = "";

        Receiver(BodyFraming framing, long length, int sinkMax) {
            this.sinkMax = sinkMax;
            body.start(framing, length);
        }

        /** One event: a read, and what is there is passed on. */
        void turn() throws IOException {
            if (randomReads) {
                transport.readMax(1 + random.nextInt(1 << random.nextInt(17)));
            }
            if (!inbox.isFull()) {
                inbox.fill(transport, random.nextBoolean());
            }
            boolean before = body.state() == State.DONE;
            if (inbox.length() > 0 && body.read(inbox, this) == State.DONE && !before && body.trailers() != null) {
                trailers = Pieces.fields(body.trailers());
            }
            assertThat(inbox.settle()).isTrue();
        }

        @Override
        public int content(ByteBuffer bytes, int from, int to) {
            int taken = Math.min(sinkMax, to - from);
            for (int i = 0; i < taken; i++) {
                content.write(bytes.get(from + i));
            }
            return taken;
        }

        /** What was read and is nobody's yet. */
        String rest() {
            StringBuilder text = new StringBuilder();
            for (int i = inbox.from(); inbox.length() > 0 && i < inbox.to(); i++) {
                text.append((char) (inbox.bytes().get(i) & 0xff));
            }
            return text.toString();
        }
    }
}
