package weir.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import weir.buffer.SlabStore;
import weir.observe.Journal;

/** What a loop knows of its own load, and what it does at the end of a turn. On a clock that is turned by hand. */
class LoadTest {
    private static final long MILLI = 1_000_000;

    private final StringBuilder journal = new StringBuilder();
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
        loop = new EventLoop(0, new SlabStore(2 << 20), new Journal(journal), clock, (own, peer, handler) -> null);
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    private void turn(long idleMillis, long busyMillis) throws IOException {
        nanos += idleMillis * MILLI;
        loop.execute(() -> nanos += busyMillis * MILLI);
        loop.turn();
    }

    @Test
    void theLoadIsThatOfTheLastTenthOfASecond() throws IOException {
        turn(10, 40);
        assertThat(loop.load()).as("too early to tell").isZero();
        turn(10, 40);
        assertThat(loop.load()).isEqualTo(0.8);
        turn(99, 1);
        assertThat(loop.load()).isEqualTo(0.01);
        turn(0, 500);
        assertThat(loop.load()).isEqualTo(1);
        turn(1000, 0);
        assertThat(loop.load()).isZero();
    }

    @Test
    void whatIsPutOffToTheNextTurnRunsAtItsEnd() throws IOException {
        List<String> ran = new ArrayList<>();
        loop.execute(() -> loop.deferToNextTurn(() -> {
            ran.add("put off");
            loop.deferToNextTurn(() -> ran.add("again"));
        }));
        loop.turn();
        assertThat(ran).isEmpty();
        loop.execute(() -> ran.add("task"));
        loop.turn();                                                // without the task it would not wait either
        assertThat(ran).containsExactly("task", "put off");
        loop.turn();
        assertThat(ran).containsExactly("task", "put off", "again");
    }

    @Test
    void aBugInWhatIsPutOffEndsThatOnly() throws IOException {
        List<String> ran = new ArrayList<>();
        loop.deferToNextTurn(() -> {
            throw new IllegalStateException("oops");
        });
        loop.deferToNextTurn(() -> ran.add("other"));
        loop.turn();
        loop.turn();
        assertThat(ran).containsExactly("other");
        assertThat(journal.toString()).contains("oops");
    }
}
