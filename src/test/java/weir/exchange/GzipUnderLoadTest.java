package weir.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.buffer.SlabStore;
import weir.filter.gzip.Coders;
import weir.filter.gzip.GzipFilter;
import weir.filter.gzip.GzipSettings;
import weir.http.FieldName;
import weir.http.Head;
import weir.net.Clock;
import weir.net.EventLoop;
import weir.observe.Journal;
import weir.observe.Metrics;

/** A loop that is busy, by a clock that is turned by hand, compresses less, and then nothing. */
class GzipUnderLoadTest {
    private final Metrics metrics = new Metrics(1);
    private final Coders coders = new Coders(1, 8, metrics);
    private long nanos;
    private EventLoop loop;

    @BeforeEach
    void start() throws IOException {
        Clock clock = new Clock() {
            @Override
            public long nanoTime() {
                return nanos;
            }

            @Override
            public long wallMillis() {
                return 0;
            }
        };
        loop = new EventLoop(0, new SlabStore(2 << 20), new Journal(new StringBuilder()), clock, (own, peer, handler) -> null);
    }

    @AfterEach
    void nothingIsHeld() {
        assertThat(loop.lentByConnections()).isZero();
        assertThat(new String(metrics.text(), StandardCharsets.UTF_8)).contains("weir_coders_in_use{kind=\"compressor\"} 0\n");
        loop.close();
        coders.close();
    }

    /** As many bytes as the JDK's at that level, or none are saved. */
    @ParameterizedTest(name = "busy for {0} ms of 100")
    @CsvSource({"0, 9", "80, 9", "81, 1", "90, 1", "91, 0", "100, 0"})
    void compressesLessTheMoreThereIsToDo(long busyMillis, int level) throws IOException {
        nanos += (100 - busyMillis) * 1_000_000;
        loop.execute(() -> nanos += busyMillis * 1_000_000);
        loop.turn();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            text.append("a text that is said again and again, but number ").append(i * i).append(" is not. ");
        }
        byte[] sent = sent(text.toString());
        assertThat(sent).hasSize(level == 0 ? text.length() : deflated(text.toString(), level) + 18);
        assertThat(new String(metrics.text(), StandardCharsets.UTF_8))
                .contains("weir_filter_responses_total{filter=\"f\",result=\"" + (level == 0 ? "load" : "converted") + "\"} 1\n");
    }

    private static int deflated(String text, int level) {
        Deflater deflater = new Deflater(level, true);
        deflater.setInput(text.getBytes(StandardCharsets.US_ASCII));
        deflater.finish();
        int bytes = deflater.deflate(new byte[text.length()]);
        deflater.end();
        return bytes;
    }

    private byte[] sent(String text) {
        GzipFilter gzip = new GzipFilter(new GzipSettings("f", 9, 0, List.of("text/*"), GzipSettings.Credentials.ALWAYS, 80), coders, metrics);
        byte[] type = "text/plain".getBytes(StandardCharsets.US_ASCII);
        byte[] body = text.getBytes(StandardCharsets.US_ASCII);
        Route route = new Route("r", List.of(gzip), new Target.Local(each -> each.answer(200, "ok", type, body, null, null)), Route.Limits.NONE, null);
        ClientDouble client = new ClientDouble(loop);
        Exchange exchange = new Exchange(client, () -> new Service(asked -> route, List.of()));
        Head request = new Head();
        request.start(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)), 0);
        request.requestLine(0, 3, 4, 5, 1);
        request.target(0, 0, 4, 5, 5, 5);
        request.finish(18);
        assertThat(request.keep(loop.pool())).isTrue();
        assertThat(request.add(FieldName.ACCEPT_ENCODING, "gzip".getBytes(StandardCharsets.US_ASCII))).isTrue();
        exchange.onRequest(request);
        assertThat(client.ended).isTrue();
        exchange.onResponseSent();
        request.close();
        return client.content.toByteArray();
    }
}
