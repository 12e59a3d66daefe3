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
import weir.buffer.SlabStore;
import weir.http.Head;
import weir.net.EventLoop;
import weir.observe.Journal;

/** A filter waits; what it waited for comes late, twice, or for a request that is over. */
class SuspensionTest {
    private final List<Integer> seen = new ArrayList<>();
    private final List<Long> waits = new ArrayList<>();
    private final Head request = new Head();
    private List<Integer> sent;
    private EventLoop loop;
    private ClientDouble client;
    private Exchange exchange;

    @BeforeEach
    void start() throws IOException {
        loop = new EventLoop(0, new SlabStore(1 << 20), new Journal(new StringBuilder()));
        client = new ClientDouble(loop);
        sent = client.statuses;
        Filter waiting = new Filter() {
            @Override
            public Verdict onRequest(Exchange of) {
                waits.add(of.suspension());
                return Verdict.SUSPENDED;
            }
        };
        Route route = new Route("r", List.of(waiting, waiting), new Target.Local(of -> of.answer(200, "ok")), Route.Limits.NONE, null);
        exchange = new Exchange(client, () -> new Service(of -> route, List.of(of -> seen.add(of.status()))));
    }

    @AfterEach
    void stop() {
        request.close();
        assertThat(loop.lentByConnections()).isZero();
        loop.close();
    }

    private void request() {
        byte[] wire = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        request.start(ByteBuffer.wrap(wire), 0);
        request.requestLine(0, 3, 4, 5, 1);
        request.target(0, 0, 4, 5, 5, 5);
        request.finish(wire.length);
        exchange.onRequest(request);
    }

    private void resume(int wait) {
        exchange.resume(waits.get(wait));
    }

    @Test
    void goesOnBehindTheFilterThatWaited() {
        request();
        assertThat(exchange.isSuspended(waits.get(0))).isTrue();
        resume(0);
        assertThat(waits).as("the second filter waits for something else").hasSize(2).doesNotHaveDuplicates();
        assertThat(sent).isEmpty();
        resume(1);
        assertThat(sent).containsExactly(200);
    }

    @Test
    void isResumedOnlyOnce() {
        request();
        resume(0);
        resume(0);
        assertThat(sent).as("the second filter still waits").isEmpty();
        assertThat(waits).hasSize(2);
        resume(1);
        resume(1);
        assertThat(sent).containsExactly(200);
    }

    @Test
    void isNotResumedWhenTheClientIsGone() {
        request();
        exchange.onClientGone("client-gone");
        assertThat(exchange.isSuspended(waits.get(0))).isFalse();
        resume(0);
        assertThat(sent).isEmpty();
        assertThat(seen).containsExactly(499);
    }

    @Test
    void isNotResumedIntoTheNextRequest() {
        request();
        exchange.onClientGone("client-gone");
        request();
        resume(0);
        assertThat(waits).as("the next request still waits at its first filter").hasSize(2);
        assertThat(exchange.isSuspended(waits.get(0))).isFalse();
        assertThat(exchange.isSuspended(waits.get(1))).isTrue();
        resume(1);
        assertThat(waits).hasSize(3);
    }

    @Test
    void isNotResumedOnceTheFilterHasAnswered() {
        request();
        exchange.answer(504, "timeout");
        resume(0);
        assertThat(sent).containsExactly(504);
        exchange.onResponseSent();
        request();
        resume(0);
        assertThat(sent).containsExactly(504);
        assertThat(waits).hasSize(2);
        exchange.onClientGone("client-gone");
        assertThat(seen).containsExactly(504, 499);
    }
}
