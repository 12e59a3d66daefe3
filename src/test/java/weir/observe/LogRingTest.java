package weir.observe;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import weir.FuzzSeed;

class LogRingTest {
    private static final int BYTES = 256;

    private final LogRing ring = new LogRing(BYTES + 100); // rounded down

    @Test
    void keepsTheLinesInOrderAcrossTheEndOfTheArray() {
        StringBuilder expected = new StringBuilder();
        StringBuilder taken = new StringBuilder();
        for (int i = 0; i < 1000; i++) { // 1 to 62 bytes: the line, its length and its line feed meet every position
            String line = "x".repeat(i % 31) + i;
            assertThat(offer(line)).isTrue();
            expected.append(line).append('\n');
            if (i % 3 == 2) {
                taken.append(takeAll(5 + i % 50));
            }
        }
        assertThat(taken.append(takeAll(BYTES))).hasToString(expected.toString());
        assertThat(ring.dropped()).isZero();
    }

    @Test
    void aFullRingDropsWholeLinesAndCountsThem() {
        assertThat(offer("a".repeat(BYTES))).isFalse(); // no room for the line feed, ever
        assertThat(offer("b".repeat(BYTES - 3))).isTrue();
        assertThat(offer("c")).isTrue(); // to the last byte
        assertThat(offer("")).isFalse();
        assertThat(ring.dropped()).isEqualTo(2);
        assertThat(ring.lines()).isEqualTo(2);

        assertThat(takeAll(BYTES)).isEqualTo("b".repeat(BYTES - 3) + "\nc\n");
        assertThat(ring.isEmpty()).isTrue();
        assertThat(offer("d")).isTrue();
        assertThat(takeAll(BYTES)).isEqualTo("d\n");
        assertThat(ring.dropped()).isEqualTo(2);
    }

    @Test
    void agreesWithAPlainQueue() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        Deque<Byte> twin = new ArrayDeque<>();
        long dropped = 0;
        for (int step = 0; step < 100_000; step++) {
            if (random.nextBoolean()) {
                byte[] line = new byte[random.nextInt(random.nextInt(10) == 0 ? 2 * BYTES : 40)];
                random.nextBytes(line);
                int length = random.nextInt(line.length + 1);
                boolean fits = twin.size() + length + 1 <= BYTES;
                assertThat(ring.offer(line, length)).as("-Dfuzz.seed=%d", seed).isEqualTo(fits);
                dropped += fits ? 0 : 1;
                for (int i = 0; fits && i < length; i++) {
                    twin.add(line[i]);
                }
                if (fits) {
                    twin.add((byte) '\n');
                }
            } else {
                ByteBuffer bytes = ring.readable(ring.published());
                int count = random.nextInt(bytes.remaining() + 1);
                for (int i = 0; i < count; i++) {
                    assertThat(bytes.get()).as("-Dfuzz.seed=%d", seed).isEqualTo(twin.remove());
                }
                ring.taken(count);
            }
        }
        assertThat(ring.dropped()).as("-Dfuzz.seed=%d", seed).isEqualTo(dropped);
    }

    @Test
    void oneThreadOffersWhileAnotherTakes() throws InterruptedException {
        int lines = 300_000;
        CRC32 offered = new CRC32();
        Thread loop = new Thread(() -> {
            for (int i = 0; i < lines; i++) {
                byte[] line = (i + ":" + "y".repeat(i % 90)).getBytes(US_ASCII);
                boolean taken = ring.offer(line, line.length);
                while (!taken && i % 2 == 0) { // every other line insists: else most would be dropped
                    Thread.onSpinWait();
                    taken = ring.offer(line, line.length);
                }
                if (taken) {
                    offered.update(line);
                    offered.update('\n');
                }
            }
        });
        loop.start();
        CRC32 taken = new CRC32();
        boolean last;
        do {
            last = !loop.isAlive();
            for (ByteBuffer b = ring.readable(ring.published()); b.hasRemaining(); b = ring.readable(ring.published())) {
                int count = b.remaining();
                taken.update(b);
                ring.taken(count);
            }
        } while (!last);
        loop.join();
        assertThat(taken.getValue()).isEqualTo(offered.getValue());
        assertThat(ring.isEmpty()).isTrue();
    }

    private boolean offer(String line) {
        return ring.offer(line.getBytes(US_ASCII), line.length());
    }

    private String takeAll(int piece) {
        StringBuilder text = new StringBuilder();
        long end = ring.published();
        for (ByteBuffer b = ring.readable(end); b.hasRemaining(); b = ring.readable(end)) {
            int count = Math.min(piece, b.remaining());
            for (int i = 0; i < count; i++) {
                text.append((char) b.get());
            }
            ring.taken(count);
        }
        return text.toString();
    }
}
