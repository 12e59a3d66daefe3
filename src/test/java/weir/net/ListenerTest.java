package weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
import weir.buffer.SlabStore;
import weir.observe.Journal;
import weir.observe.Metrics;

/** Listening on several loops: with a socket for each, and with one whose connections are handed out in turn. */
class ListenerTest {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final List<EventLoop> loops = new ArrayList<>();
    private final ConnectionLimit limit = new ConnectionLimit(1000);
    private final AtomicIntegerArray accepted = new AtomicIntegerArray(2);
    private final StringBuilder said = new StringBuilder();

    @BeforeEach
    void start() throws IOException {
        SlabStore store = new SlabStore(4 << 20);
        for (int i = 0; i < 2; i++) {
            loops.add(new EventLoop(i, store, new Journal(said)));
        }
        loops.forEach(EventLoop::start);
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (EventLoop loop : loops) {
            loop.stop();
            loop.join();
        }
        assertThat(said.toString()).doesNotContain("internal error");
    }

    private Listener listener(InetSocketAddress address, boolean shared) throws IOException {
        return new Listener("test", ListenSockets.bind(address, 128, shared ? loops.size() : 1, false), 128, loops, limit, new Metrics(2).counter("pauses", "Pauses."), (loop, transport) -> {
            accepted.incrementAndGet(loop.index());
            transport.close();
            limit.give();
        });
    }

    private static void connect(Listener listener, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            try (Socket client = new Socket(((InetSocketAddress) listener.address()).getAddress(), ((InetSocketAddress) listener.address()).getPort())) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void handsConnectionsOutInTurnWhereLoopsCannotShareAPort() throws Exception {
        Listener listener = listener(ANY, false);
        listener.start();
        connect(listener, 10);
        Await.until("all are accepted", () -> accepted.get(0) + accepted.get(1) == 10);
        assertThat(accepted.get(0)).isEqualTo(5);
        listener.close();
        Await.until("the last connection is given back", () -> limit.open() == 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void acceptsOnEveryLoopAndStops(boolean shared) throws Exception {
        Listener listener = listener(ANY, shared);
        listener.start();
        connect(listener, 100);
        Await.until("all are accepted", () -> accepted.get(0) + accepted.get(1) == 100);
        assertThat(accepted.get(0)).as("of loop 0").isBetween(1, 99);
        listener.close();
        assertThatThrownBy(() -> connect(listener, 1)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void doesNotShareItsPortUnlessAskedTo(boolean onEveryLoop) throws Exception {
        Listener first = listener(ANY, onEveryLoop);
        first.start();
        assertThat(first.hasNeighbours()).isFalse();
        assertThatThrownBy(() -> listener((InetSocketAddress) first.address(), true)).isInstanceOf(BindException.class);
        assertThatThrownBy(() -> listener((InetSocketAddress) first.address(), false)).isInstanceOf(BindException.class);
        ListenSockets beside = ListenSockets.bind((InetSocketAddress) first.address(), 128, 1, true);
        assertThat(first.hasNeighbours()).isTrue();
        assertThat(beside.neighbours()).isEqualTo(onEveryLoop ? 2 : 1);
        beside.close();
        assertThat(first.hasNeighbours()).isFalse();
        first.close();
    }

    @Test
    void sharesNoPortWithAStranger() throws Exception {
        try (ServerSocket stranger = new ServerSocket(0, 1, ANY.getAddress())) {
            InetSocketAddress taken = (InetSocketAddress) stranger.getLocalSocketAddress();
            assertThatThrownBy(() -> ListenSockets.bind(taken, 128, 2, true)).isInstanceOf(BindException.class);
        }
    }

    /** They are as real as any other connection: their clients have sent a request already. */
    @Test
    void takesWhatWaitsBeforeItCloses() throws Exception {
        Listener listener = listener(ANY, true);
        InetSocketAddress address = (InetSocketAddress) listener.address();
        List<Socket> waiting = new ArrayList<>();
        CountDownLatch blocked = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        try {
            listener.start();
            for (EventLoop loop : loops) {
                loop.executeSurely(() -> {
                    blocked.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
            }
            blocked.await();
            for (int i = 0; i < 100; i++) {
                waiting.add(new Socket(address.getAddress(), address.getPort()));
            }
            Thread closing = new Thread(() -> {
                try {
                    listener.close();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            closing.start();
            Await.until("each loop has been told to close", () -> closing.getState() == Thread.State.TIMED_WAITING);
            release.countDown();
            closing.join();
            Await.until("all are accepted", () -> accepted.get(0) + accepted.get(1) == 100);
        } finally {
            for (Socket each : waiting) {
                each.close();
            }
        }
    }

    @Test
    void saysWhatItsStandardInputIs() {
        assertThatThrownBy(ListenSockets::inherited).isInstanceOf(IOException.class).hasMessageStartingWith("file descriptor 0 is ");
    }
}
