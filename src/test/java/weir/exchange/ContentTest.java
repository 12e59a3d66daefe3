package weir.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.buffer.SlabStore;
import weir.http.BodyFraming;
import weir.http.FieldName;
import weir.http.Head;
import weir.net.EventLoop;
import weir.observe.Journal;

/** A filter answers from nearer than an origin: its content goes out as it comes, and is let go whatever happens. */
class ContentTest {
    private static final byte[] OK = ascii("OK");
    private final List<String> told = new ArrayList<>();
    private final Head request = new Head();
    private EventLoop loop;
    private ClientDouble client;
    private Exchange exchange;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** So many bytes, in pieces; broken behind as many as it says, if that is fewer. */
    private final class Numbers implements Content {
        private final ByteBuffer bytes;
        private final int brokenAt;
        private int at;

        Numbers(int length, int brokenAt) {
            bytes = ByteBuffer.allocateDirect(length);
            for (int i = 0; i < length; i++) {
                bytes.put(i, (byte) ('0' + i % 10));
            }
            this.brokenAt = brokenAt;
        }

        @Override
        public void pull(Exchange exchange) {
            int end = Math.min(bytes.capacity(), brokenAt);
            while (at < end) {
                int to = Math.min(end, at + 10_000);
                int taken = exchange.write(bytes, at, to);
                at += taken;
                if (at < to) {
                    told.add("full");
                    return;
                }
            }
            if (end < bytes.capacity()) {
                exchange.contentBroken("nearer-broken");
            } else {
                exchange.contentEnd(null);
            }
        }

        @Override
        public void close() {
            told.add("closed at " + at);
        }
    }

    private Filter answering(int length, int brokenAt) {
        return new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                Head head = new Head();
                assertThat(head.startAnswer(exchange.loop().pool(), 203, OK)).isTrue();
                assertThat(head.add(FieldName.AGE, 7)).isTrue();
                head.framing(BodyFraming.LENGTH, length);
                exchange.source("near", null);
                exchange.answer(head, length == 0 ? null : new Numbers(length, brokenAt), "ok");
                head.close();
                return Verdict.ANSWERED;
            }

            @Override
            public void onResponse(Exchange exchange) {
                told.add("asked itself");
            }

            @Override
            public boolean editsResponse() {
                return true;
            }
        };
    }

    private Filter marking(String name) {
        return new Filter() {
            @Override
            public void onResponse(Exchange exchange) {
                told.add(name + " sees " + exchange.response().status() + " from " + exchange.source());
                exchange.response().add(FieldName.VIA, ascii(name));
            }

            @Override
            public boolean editsResponse() {
                return true;
            }
        };
    }

    private void ask(int length, int brokenAt, int room) {
        Route route = new Route("r", List.of(marking("left"), answering(length, brokenAt), marking("right")),
                new Target.Local(exchange -> exchange.answer(500, "never")), Route.Limits.NONE, null);
        client = new ClientDouble(loop);
        client.room = room;
        exchange = new Exchange(client, () -> new Service(of -> route, List.of(end -> told.add(end.status() + " " + end.end() + " " + end.figures().contentSent()))));
        byte[] wire = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        request.start(ByteBuffer.wrap(wire), 0);
        request.requestLine(0, 3, 4, 5, 1);
        request.target(0, 0, 4, 5, 5, 5);
        request.finish(wire.length);
        exchange.onRequest(request);
    }

    @BeforeEach
    void start() throws IOException {
        loop = new EventLoop(0, new SlabStore(1 << 20), new Journal(new StringBuilder()));
    }

    @AfterEach
    void stop() {
        request.close();
        assertThat(loop.lentByConnections()).isZero();
        loop.close();
    }

    @ParameterizedTest
    @CsvSource({"0, 9", "1, 9", "10000, 1", "300000, 777"})
    void goesOutWholeThroughTheFiltersToTheLeft(int length, int room) {
        ask(length, Integer.MAX_VALUE, room);
        assertThat(client.heads).containsExactly("Age: 7\r\nVia: left\r\n");
        assertThat(told).first().isEqualTo("left sees 203 from near");
        while (!client.ended) {
            assertThat(told).last().isEqualTo("full");
            client.room = room;
            exchange.onClientDrained();
        }
        assertThat(client.content.size()).isEqualTo(length);
        assertThat(length < 15 || client.content.toString(StandardCharsets.US_ASCII).startsWith("012345678901234")).isTrue();
        exchange.onResponseSent();
        assertThat(told).last().isEqualTo("203 ok " + length);
        assertThat(told.stream().filter(each -> each.startsWith("closed"))).containsExactlyElementsOf(length == 0 ? List.of() : List.of("closed at " + length));
        assertThat(told).doesNotContain("asked itself").noneMatch(each -> each.startsWith("right"));
    }

    @Test
    void whatBreaksOffDoesNotLookComplete() {
        ask(100_000, 50_000, Integer.MAX_VALUE);
        assertThat(client.cut).isTrue();
        assertThat(client.ended).isFalse();
        assertThat(told).endsWith("closed at 50000", "203 nearer-broken 50000");
    }

    @Test
    void aClientThatLeavesLetsItGo() {
        ask(100_000, Integer.MAX_VALUE, 10);
        exchange.onClientGone("client-gone");
        assertThat(told).endsWith("full", "closed at 10", "203 client-gone 10");
    }
}
