package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weir.FuzzSeed;

class BlobTest {
    private static final int MIB = 1 << 20;

    private final Store store = new Store("test", 16L * MIB, 8L * MIB);

    @ParameterizedTest(name = "{0} bytes, {1} expected")
    @MethodSource("sizes")
    void liesInFewPiecesAndWastesLessThanAUnit(int bytes, long expected, int pieces) {
        Blob blob = store.blob(expected);
        ByteBuffer content = Things.content(1, bytes);
        assertThat(blob.append(content, 0, bytes)).isEqualTo(bytes);
        blob.complete();
        assertThat(Things.read(blob)).isEqualTo(Things.bytes(1, bytes));
        assertThat(blob.pieceCount()).isEqualTo(pieces);
        assertThat(blob.bytes()).isEqualTo((bytes + 511L) / 512 * 512).isEqualTo(store.bytes());
        blob.release();
        assertThat(store.bytes()).isZero();
    }

    static Stream<Arguments> sizes() {
        return Stream.of(
                arguments(0, 0, 0),
                arguments(0, -1, 0),
                arguments(1, 1, 1),
                arguments(512, 512, 1),
                arguments(513, 513, 1),
                arguments(600_000, 600_000, 1),
                arguments(MIB, MIB, 1),
                arguments(MIB + 1, MIB + 1, 2),
                arguments(5 * MIB + 77, 5 * MIB + 77, 6),
                arguments(1, -1, 1),
                arguments(4096, -1, 1),
                arguments(4097, -1, 2),
                arguments(4096 + 8192 + 1, -1, 3),
                arguments(2 * MIB, -1, 10),
                arguments(3000, 1000, 2),
                arguments(1000, 600_000, 1));
    }

    @RepeatedTest(10)
    void holdsWhatWasAppendedHoweverItWasCut() {
        long seed = FuzzSeed.seed();
        Random random = new Random(seed);
        int bytes = random.nextInt(3 * MIB);
        ByteBuffer content = Things.content(seed, bytes + 20);
        Blob blob = store.blob(switch (random.nextInt(3)) {
            case 0 -> -1;
            case 1 -> bytes;
            default -> random.nextInt(2 * MIB);
        });
        for (int at = 0; at < bytes; ) {
            int count = Math.min(bytes - at, 1 + random.nextInt(1 + random.nextInt(200_000)));
            ByteBuffer source = random.nextBoolean() ? content : ByteBuffer.allocateDirect(count + 20).put(0, content, at, count);
            int from = source.isDirect() ? 0 : at;
            assertThat(blob.append(source, from, from + count)).as("-Dfuzz.seed=%d", seed).isEqualTo(count);
            at += count;
            assertThat(blob.length()).isEqualTo(at);
        }
        blob.complete();
        byte[] expected = new byte[bytes];
        content.get(0, expected);
        assertThat(Things.read(blob)).as("-Dfuzz.seed=%d", seed).isEqualTo(expected);
        blob.release();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void takesNoMoreThanAnObjectMayHave() {
        Store strict = new Store("test", 4L * MIB, 1000);
        assertThat(strict.blob(1001)).isNull();
        Blob blob = strict.blob(1000);
        ByteBuffer content = Things.content(1, 2000);
        assertThat(blob.append(content, 0, 600)).isEqualTo(600);
        assertThat(blob.append(content, 600, 1600)).isEqualTo(400);
        assertThat(blob.append(content, 1000, 1600)).isZero();
        assertThat(blob.length()).isEqualTo(1000);
        blob.release();
        assertThat(strict.bytes()).isZero();
    }

    @Test
    void takesAPartWhenThereIsNoRoomForMore() {
        Store tiny = new Store("test", 10 * 512, 1 << 20);
        Blob blob = tiny.blob(-1);
        ByteBuffer content = Things.content(1, 100_000);
        assertThat(blob.append(content, 0, 100_000)).isEqualTo(10 * 512);
        Blob other = tiny.blob(-1);
        assertThat(other.append(content, 0, 1)).isZero();
        assertThat(tiny.refusals()).isPositive();
        other.release();
        blob.fail();
        assertThat(Things.read(blob)).as("what came before the failure can be read").hasSize(10 * 512);
        blob.release();
        assertThat(tiny.bytes()).isZero();
    }

    @Test
    void memoryInPartsIsStillMemory() {
        Store full = new Store("test", MIB, MIB);
        List<Blob> blobs = new ArrayList<>();
        for (int i = 0; i < 2048; i++) {
            blobs.add(full.blob(512));
            assertThat(blobs.get(i).append(Things.content(i, 512), 0, 512)).isEqualTo(512);
        }
        for (int i = 0; i < 2048; i += 2) {
            blobs.get(i).release();
        }
        Blob blob = full.blob(100_000);
        assertThat(blob.append(Things.content(5, 100_000), 0, 100_000)).isEqualTo(100_000);
        blob.complete();
        assertThat(blob.pieceCount()).isEqualTo(196);
        assertThat(Things.read(blob)).isEqualTo(Things.bytes(5, 100_000));
        blob.release();
        for (int i = 1; i < 2048; i += 2) {
            assertThat(Things.read(blobs.get(i))).isEqualTo(Things.bytes(i, 512));
            blobs.get(i).release();
        }
        assertThat(full.bytes()).isZero();
    }

    @Test
    void hasNoMorePiecesThanItsBound() {
        long bytes = (long) (Blob.PIECES_MAX + 1) * 512;
        Store scattered = new Store("test", 2 * bytes, 2 * bytes);
        List<Blob> blobs = new ArrayList<>();
        for (int i = 0; i < 2 * (Blob.PIECES_MAX + 1); i++) {
            blobs.add(scattered.blob(512));
            assertThat(blobs.get(i).append(Things.content(i, 512), 0, 512)).isEqualTo(512);
        }
        for (int i = 0; i < blobs.size(); i += 2) {
            blobs.get(i).release();
        }
        Blob blob = scattered.blob(-1);
        ByteBuffer content = Things.content(1, 512);
        long taken = 0;
        for (int more = 512; more > 0; taken += more) {
            more = blob.append(content, 0, 512);
        }
        assertThat(blob.pieceCount()).isLessThanOrEqualTo(Blob.PIECES_MAX);
        assertThat(taken).isEqualTo(blob.length()).isLessThanOrEqualTo(Blob.PIECES_MAX * 512L);
        Blob all = scattered.blob(2 * bytes);
        assertThat(all.append(content, 0, 512)).as("in pieces that small it could not lie").isZero();
    }

    @Test
    void endsAtWhatIsPublished() {
        Blob blob = store.blob(-1);
        blob.append(Things.content(1, 5000), 0, 5000);
        assertThat(blob.pieceCount()).isEqualTo(2);
        assertThat(blob.endAt(0) - blob.indexAt(0)).isEqualTo(4096);
        assertThat(blob.endAt(4095) - blob.indexAt(4095)).isEqualTo(1);
        assertThat(blob.endAt(4096) - blob.indexAt(4096)).isEqualTo(904);
        assertThat(blob.isComplete() || blob.isFailed()).isFalse();
        blob.complete();
        assertThat(blob.isComplete()).isTrue();
        assertThatThrownBy(() -> blob.append(Things.content(1, 1), 0, 1)).isInstanceOf(AssertionError.class).hasMessageContaining("COMPLETE");
        assertThatThrownBy(blob::fail).isInstanceOf(AssertionError.class);
        blob.release();
    }

    @Test
    void isGoneWithItsLastReference() {
        Blob blob = store.blob(-1);
        blob.append(Things.content(1, 10), 0, 10);
        assertThat(blob.retain()).isTrue();
        blob.release();
        assertThat(store.bytes()).isPositive();
        blob.release();
        assertThat(store.bytes()).isZero();
        assertThat(blob.retain()).as("too late").isFalse();
        assertThatThrownBy(blob::release).isInstanceOf(AssertionError.class).hasMessageContaining("twice");
        assertThat(blob.retain()).isFalse();
        assertThatThrownBy(() -> blob.append(Things.content(1, 10), 0, 10)).isInstanceOf(AssertionError.class).hasMessageContaining("gone");
        assertThat(store.bytes()).isZero();
    }

    @Test
    void tellsItsWatchers() {
        Blob blob = store.blob(-1);
        List<String> seen = new ArrayList<>();
        Blob.Reader first = () -> seen.add("first " + blob.length() + (blob.isComplete() ? " complete" : ""));
        Blob.Reader second = () -> seen.add("second " + blob.length());
        assertThat(blob.follow(first)).isTrue();
        assertThat(blob.follow(second)).isTrue();
        blob.append(Things.content(1, 10), 0, 10);
        blob.leave(second);
        blob.leave(second);
        blob.append(Things.content(1, 10), 0, 5);
        blob.complete();
        assertThat(seen).containsExactly("first 10", "second 10", "first 15", "first 15 complete");
        blob.leave(first);
        blob.release();
    }

    @Test
    void tellsOfFailure() {
        Blob blob = store.blob(-1);
        List<Boolean> seen = new ArrayList<>();
        assertThat(blob.follow(() -> seen.add(blob.isFailed()))).isTrue();
        blob.fail();
        assertThat(seen).containsExactly(true);
        blob.release();
    }

    @Test
    void hasABoundOfWatchers() {
        Blob blob = store.blob(-1);
        Blob.Reader last = () -> {};
        for (int i = 0; i < Blob.READERS_MAX - 1; i++) {
            assertThat(blob.follow(() -> {})).isTrue();
        }
        assertThat(blob.follow(last)).isTrue();
        assertThat(blob.follow(() -> {})).isFalse();
        blob.leave(last);
        assertThat(blob.follow(() -> {})).isTrue();
        blob.release();
    }

    @Test
    void throughAWindowMoreCanPassThanAnObjectMayHave() {
        int most = 64 << 10;
        Store strict = new Store("test", MIB, most);
        Blob blob = strict.blob(-1);
        int[] position = {0};
        Blob.Reader reader = new Blob.Reader() {
            @Override
            public void onMore() {}

            @Override
            public long position() {
                return position[0];
            }
        };
        int end = 20 * most;
        ByteBuffer content = Things.content(1, end + 1);
        assertThat(blob.append(content, 0, most + 1)).isEqualTo(most);
        assertThat(blob.follow(reader)).isTrue();
        assertThat(blob.isWindow()).isFalse();
        blob.toWindow();
        assertThat(blob.isWindow()).isTrue();
        assertThat(blob.follow(() -> {})).as("it would come too late").isFalse();
        for (int at = most; at < end; at += most) {
            assertThat(blob.trim()).isEqualTo(1);
            assertThat(blob.append(content, at, at + 1)).as("all is still needed").isZero();
            position[0] = at - 1;
            assertThat(blob.trim()).isEqualTo(1);
            assertThat(strict.bytes()).as("a piece is still needed").isEqualTo(blob.bytes()).isBetween(1L, most / 4L);
            position[0] = at;
            assertThat(blob.trim()).isEqualTo(1);
            assertThat(strict.bytes()).isEqualTo(blob.bytes()).isZero();
            assertThat(blob.append(content, at, at + most + 1)).isEqualTo(most);
        }
        blob.complete();
        assertThat(blob.length()).isEqualTo(end);
        assertThat(blob.bufferAt(end - 1).get(blob.indexAt(end - 1))).isEqualTo(content.get(end - 1));
        assertThatThrownBy(() -> blob.bufferAt(0)).isInstanceOf(AssertionError.class).hasMessageContaining("byte 0 is gone");
        assertThatThrownBy(() -> blob.endAt(end - most - 1)).isInstanceOf(AssertionError.class);
        blob.leave(reader);
        assertThat(strict.refusals()).isZero();
        blob.release();
        assertThat(strict.bytes()).isZero();
    }

    @Test
    void aWindowWithoutReadersKeepsNothing() {
        Blob blob = store.blob(-1);
        ByteBuffer content = Things.content(1, 4096);
        blob.append(content, 0, 4096);
        blob.toWindow();
        assertThat(blob.trim()).isZero();
        assertThat(store.bytes()).isZero();
        blob.complete();
        blob.release();
    }
}
