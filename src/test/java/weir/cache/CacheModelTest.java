package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import weir.FuzzSeed;

/**
 * A real cache between clients and an origin that do as they like, on a clock that is turned by hand, against {@link CacheModel}: what
 * comes from the store may be used, and what surely is stored and may be used comes from there.
 */
class CacheModelTest {
    private static final int WORLDS = 20;
    private static final int STEPS = 200;
    private static final long START = 1_800_000_000_000L;
    private static final int NOTES_MAX = 60;
    private static final int[] SECONDS = {0, 0, 0, 1, 1, 4, 9, 15, 60, 250};

    @Test
    void whatIsStoredIsUsedAsItMayBe() throws IOException {
        long first = FuzzSeed.seed();
        int mustHit = 0;
        for (int i = 0; i < WORLDS; i++) {
            World world = new World(first + i);
            try {
                world.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dfuzz.seed=" + (first + i) + ": " + e.getMessage() + "\n" + String.join("\n", world.notes), e);
            }
            mustHit += world.history.mustHit();
        }
        assertThat(mustHit).as("answers that had to come from the store").isGreaterThan(WORLDS * STEPS / 40);
    }

    private static final class World {
        private record Pending(CacheHistory.Asked asked, MemoryProxy.Call call) {}

        private final Random random;
        private final CacheHistory history = new CacheHistory();
        private final RandomOrigin origin;
        private final MemoryProxy proxy;
        private final List<RandomRequest> requests = new ArrayList<>();
        private final List<Pending> pending = new ArrayList<>();
        private final Deque<String> notes = new ArrayDeque<>();

        World(long seed) throws IOException {
            random = new Random(seed);
            origin = new RandomOrigin(random, START / 1000);
            proxy = new MemoryProxy(random, Heads.settings(0, 0, 10 * 365 * 86_400, true), START, this::answer);
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                turnClock();
                origin.live(proxy.nowMillis() / 1000);
                if (!proxy.held().isEmpty() && random.nextInt(3) == 0) {
                    release(proxy.held().get(random.nextInt(proxy.held().size())));
                } else {
                    request();
                }
                collect();
            }
            while (!proxy.held().isEmpty()) {
                release(proxy.held().get(0));
                collect();
            }
            assertThat(pending).as("requests without an answer").isEmpty();
            proxy.close();
        }

        /** While somebody waits not so far that a timeout counts. */
        private void turnClock() {
            int seconds = SECONDS[random.nextInt(SECONDS.length)];
            proxy.pass((proxy.held().isEmpty() ? seconds : Math.min(1, seconds)) * 1000L + (random.nextInt(4) == 0 ? random.nextInt(1000) : 0));
        }

        private void request() {
            RandomRequest request = RandomRequest.of(requests.size(), random, history.known(), proxy.nowMillis() / 1000);
            requests.add(request);
            boolean alone = proxy.held().stream().noneMatch(held -> ((OriginAnswer) held).request.uri().equals(request.uri()));
            CacheHistory.Asked asked = history.begins(request, alone, proxy.nowMillis());
            note("> " + request);
            pending.add(new Pending(asked, proxy.send(request.head().text())));
        }

        private MemoryProxy.Reply answer(String wire) {
            PlainHead asked = PlainHead.of(wire);
            RandomRequest request = requests.get(Integer.parseInt(asked.first("X-Req")));
            OriginAnswer answer = origin.answer(request, asked, history.event(), proxy.nowMillis());
            note("  origin " + answer);
            history.asked(answer);
            if (!answer.isHeld()) {
                history.answers(answer, proxy.nowMillis());
            }
            return answer;
        }

        private void release(MemoryProxy.Reply held) {
            OriginAnswer answer = (OriginAnswer) held;
            note("  origin sends #" + answer.id);
            history.answers(answer, proxy.nowMillis());
            proxy.release(held);
        }

        private void collect() {
            for (Pending each : List.copyOf(pending)) {
                RandomRequest request = each.asked().request();
                ClientAnswer got = ClientAnswer.of(each.call().got(), request.isHead(), each.call().hasEnded());
                if (got == null) {
                    assertThat(each.asked().sure()).as("what answers " + request).isEmpty();
                    continue;
                }
                note("< " + request.number() + " " + got);
                pending.remove(each);
                history.got(each.asked(), got, proxy.nowMillis());
                proxy.leave(each.call());
            }
        }

        private void note(String what) {
            notes.add(proxy.nowMillis() - START + " " + what);
            if (notes.size() > NOTES_MAX) {
                notes.removeFirst();
            }
        }
    }
}
