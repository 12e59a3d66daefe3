package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import weir.cache.Things.Thing;

class StoreTest {
    private static final int MIB = 1 << 20;

    private final Store store = new Store("test", MIB, MIB);

    @AfterEach
    void nothingIsLeft() {
        store.clear();
        assertThat(store.residents()).isZero();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void findsWhatWasPut() {
        assertThat(store.find(Things.probe("/a"))).isEmpty();
        assertThat(Things.put(store, "/a", 1000)).isTrue();
        Resident[] found = store.find(new Probe().put("xx".getBytes(StandardCharsets.UTF_8)).reset().put(ByteBuffer.wrap("-/a-".getBytes(StandardCharsets.UTF_8)), 1, 3));
        assertThat(found).hasSize(1);
        assertThat(found[0].retain()).isTrue();
        assertThat(Things.read(((Thing) found[0]).blob)).isEqualTo(Things.bytes("/a".hashCode(), 1000));
        assertThat(store.bytes()).isEqualTo(1024 + Resident.HEAP_BYTES + 2);
        assertThat(store.remove(Things.probe("/b"), found[0])).isFalse();
        assertThat(store.remove(Things.probe("/a"), found[0])).isTrue();
        assertThat(store.remove(found[0])).isFalse();
        assertThat(store.find(Things.probe("/a"))).isEmpty();
        assertThat(store.bytes()).as("still read").isEqualTo(1024);
        found[0].release();
        assertThat(store.bytes()).isZero();
        assertThat(found[0].retain()).isFalse();
    }

    @Test
    void variantsStandNewestFirst() {
        Probe key = Things.probe("/a");
        List<Thing> things = new ArrayList<>();
        for (int i = 0; i < Store.VARIANTS_MAX + 1; i++) {
            Thing thing = Things.thing(store, i, 100, true);
            things.add(0, thing);
            assertThat(store.put(key, thing, null)).isTrue();
            thing.release();
        }
        assertThat(store.find(key)).containsExactlyElementsOf(things.subList(0, Store.VARIANTS_MAX));
        assertThat(things.get(Store.VARIANTS_MAX).isHeld()).as("the oldest is gone").isFalse();
        Thing newer = Things.thing(store, 77, 100, true);
        assertThat(store.put(key, newer, things.get(3))).isTrue();
        newer.release();
        assertThat(store.find(key)).hasSize(Store.VARIANTS_MAX).startsWith(newer).doesNotContain(things.get(3));
        assertThat(store.remove(key, things.get(5))).isTrue();
        assertThat(store.find(key)).hasSize(Store.VARIANTS_MAX - 1).doesNotContain(things.get(5));
        assertThat(store.removeAll(key)).isEqualTo(Store.VARIANTS_MAX - 1);
        assertThat(store.removeAll(key)).isZero();
        assertThat(things).noneMatch(Thing::isHeld);
    }

    @Test
    void anArrayThatWasFoundNeverChanges() {
        Things.put(store, "/a", 10);
        Resident[] found = store.find(Things.probe("/a"));
        Resident before = found[0];
        Things.put(store, "/a", 10);
        store.remove(before);
        assertThat(found).containsExactly(before);
    }

    @Test
    void aKeyHasABound() {
        Probe longest = Things.probe("x".repeat(Probe.BYTES_MAX));
        Probe tooLong = Things.probe("x".repeat(Probe.BYTES_MAX)).put((byte) 'x');
        assertThat(longest.isTooLong()).isFalse();
        assertThat(tooLong.isTooLong()).isTrue();
        Thing thing = Things.thing(store, 1, 10, true);
        assertThat(store.put(longest, thing, null)).isTrue();
        assertThat(store.find(longest)).containsExactly(thing);
        assertThat(store.find(tooLong)).isEmpty();
        Thing other = Things.thing(store, 2, 10, true);
        assertThat(store.put(tooLong, other, null)).isFalse();
        assertThat(tooLong.reset().put("y").isTooLong()).isFalse();
        thing.release();
        other.release();
    }

    @Test
    void theReplacedOneGoesEvenWhenThereIsNoRoom() {
        Things.put(store, "/a", 10);
        Resident old = store.find(Things.probe("/a"))[0];
        Thing thing = Things.thing(store, 2, 10, true);
        assertThat(store.put(Things.probe("x".repeat(Probe.BYTES_MAX + 1)), thing, old)).isFalse();
        assertThat(store.find(Things.probe("/a"))).isEmpty();
        thing.release();
    }

    @Test
    void aThingIsPutOnce() {
        Thing thing = Things.thing(store, 2, 10, true);
        assertThat(store.put(Things.probe("/a"), thing, null)).isTrue();
        assertThatThrownBy(() -> store.put(Things.probe("/b"), thing, null)).isInstanceOf(AssertionError.class);
        assertThat(store.find(Things.probe("/b"))).isEmpty();
        thing.release();
    }

    @Test
    void walksOverAllAPieceAtATime() {
        for (int i = 0; i < 100; i++) {
            Things.put(store, "/" + i % 50, 10);
        }
        List<String> seen = new ArrayList<>();
        Store.Walk walk = store.walk();
        int pieces = 1;
        while (walk.next(7, (key, what) -> seen.add(new String(key, StandardCharsets.UTF_8)))) {
            pieces++;
        }
        assertThat(seen).hasSize(100);
        assertThat(seen.stream().distinct()).hasSize(50);
        assertThat(pieces).isEqualTo(8);
        seen.clear();
        store.forEach((key, what) -> {
            seen.add("");
            store.removeAll(Things.probe(new String(key, StandardCharsets.UTF_8)));
        });
        assertThat(seen).as("the second of two variants is gone with the first").hasSize(50);
        assertThat(store.residents()).isZero();
    }

    @Test
    void weighsAgain() {
        Blob blob = store.blob(-1);
        Thing thing = new Thing(blob, 1);
        assertThat(store.put(Things.probe("/a"), thing, null)).isTrue();
        assertThat(thing.weight).isEqualTo(302);
        blob.append(Things.content(1, 4000), 0, 4000);
        blob.complete();
        store.reweigh(thing);
        assertThat(thing.weight).isEqualTo(302 + 4096);
        assertThat(thing.queue.bytes()).isEqualTo(302 + 4096);
        thing.release();
    }

    @Test
    void whatIsReadSurvivesEvictionAndStaysCounted() {
        Things.put(store, "/read", 300_000);
        Thing read = (Thing) store.find(Things.probe("/read"))[0];
        assertThat(read.retain()).isTrue();
        for (int i = 0; i < 1000; i++) {
            assertThat(Things.put(store, "/" + i, 20_000)).isTrue();
            assertThat(store.bytes()).isLessThanOrEqualTo(MIB);
        }
        assertThat(store.find(Things.probe("/read"))).isEmpty();
        assertThat(store.residents()).isBetween(25, (MIB - 300_000) / 20_000);
        assertThat(Things.read(read.blob)).isEqualTo(Things.bytes("/read".hashCode(), 300_000));
        long before = store.bytes();
        read.release();
        assertThat(store.bytes()).isEqualTo(before - 300_032);
    }

    @Test
    void whenAllIsReadThereIsNoRoomAndNobodyWaits() {
        List<Resident> readers = new ArrayList<>();
        for (int i = 0; Things.put(store, "/" + i, 100_000); i++) {
            Resident found = store.find(Things.probe(i))[0];
            assertThat(found.retain()).isTrue();
            readers.add(found);
            assertThat(i).isLessThan(11);
        }
        assertThat(readers).hasSize(10);
        assertThat(store.bytes()).isLessThanOrEqualTo(MIB);
        readers.forEach(Resident::release);
        assertThat(Things.put(store, "/again", 100_000)).isTrue();
    }
}
