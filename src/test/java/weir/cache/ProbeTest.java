package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import weir.cache.Things.Thing;

class ProbeTest {
    private static final int COUNT = 500;

    private final Store store = new Store("test", 1 << 20, 1 << 20);

    @Test
    void isItsBytesHoweverTheyCame() {
        Probe whole = new Probe().put("https://a.example/b");
        ByteBuffer bytes = ByteBuffer.wrap("xxHTTPS://A.EXAMPLE/bxx".getBytes(StandardCharsets.US_ASCII));
        Probe parts = new Probe().put("rubbish of before").reset().putLowerCase(bytes, 2, 19).put(bytes, 19, 20).put((byte) 'b');
        assertThat(parts).isEqualTo(whole).hasSameHashCodeAs(whole).isEqualByComparingTo(whole).hasToString("https://a.example/b");
        assertThat(parts.frozen()).isEqualTo(whole).isNotSameAs(parts);
        assertThat(parts.frozen().frozenBytes()).isEqualTo("https://a.example/b".getBytes(StandardCharsets.US_ASCII));
        Probe frozen = parts.frozen();
        parts.put((byte) 'c');
        assertThat(parts).as("the hash is not the old one's").isNotEqualTo(whole).isGreaterThan(frozen);
        assertThat(frozen).isEqualTo(whole);
    }

    @Test
    void eachByteAndTheLengthCount() {
        Set<Long> hashes = new HashSet<>();
        Set<Probe> probes = new HashSet<>();
        int count = 0;
        for (int length = 0; length <= 40; length++) {
            probes.add(new Probe().put(new byte[length]));
            hashes.add(new Probe().put(new byte[length]).hash());
            count++;
            for (int i = 0; i < length; i++) {
                byte[] bytes = new byte[length];
                bytes[i] = 1;
                probes.add(new Probe().put(bytes));
                hashes.add(new Probe().put(bytes).hash());
                count++;
            }
        }
        assertThat(probes).hasSize(count);
        assertThat(hashes).as("64 bits for 861 keys").hasSize(count);
    }

    @Test
    void whatIsTooLongIsNothingThatIsStored() {
        assertThat(Things.put(store, "/a", 10)).isTrue();
        Resident there = store.find(Things.probe("/a"))[0];
        Probe tooLong = Things.probe("/a").put("x".repeat(Probe.BYTES_MAX));
        assertThat(tooLong.isTooLong()).isTrue();
        for (Probe probe : new Probe[] {tooLong, tooLong.frozen(), Things.probe("/a").put(ByteBuffer.allocate(Probe.BYTES_MAX), 0, Probe.BYTES_MAX - 1)}) {
            assertThat(store.find(probe)).isEmpty();
            assertThat(store.remove(probe, there)).as("its first part is the key of that").isFalse();
            assertThat(store.removeAll(probe)).isZero();
        }
        assertThat(store.find(Things.probe("/a"))).containsExactly(there);
        store.clear();
    }

    /** Keys that meet in the 32 bits that the index sees: one pair among 65,000 keys, on average. */
    @Test
    void keysThatMeetInTheIndexAreToldApart() {
        Map<Integer, Long> seen = new HashMap<>();
        List<Probe> pair = new ArrayList<>();
        for (long i = 0; pair.isEmpty(); i++) {
            Long other = seen.put(Things.probe(i).hashCode(), i);
            if (other != null) {
                pair.add(Things.probe(other));
                pair.add(Things.probe(i));
            }
        }
        assertToldApart(pair);
    }

    /** Keys that meet in all 64 bits cannot be had: their hash is set here, so that all stand in one bin of the index. */
    @Test
    void keysWithTheSameHashAreToldApart() throws Exception {
        List<Probe> all = new ArrayList<>();
        var hash = Probe.class.getDeclaredField("hash");
        hash.setAccessible(true);
        for (int i = 0; i < COUNT; i++) {
            Probe probe = Things.probe(i);
            assertThat(probe.hash()).isNotZero();
            hash.setLong(probe, 42);
            all.add(probe);
        }
        assertToldApart(all);
    }

    private void assertToldApart(List<Probe> probes) {
        List<Thing> things = new ArrayList<>();
        for (Probe probe : probes) {
            Thing thing = Things.thing(store, things.size(), 10, true);
            assertThat(store.put(probe, thing, null)).isTrue();
            thing.release();
            things.add(thing);
        }
        for (int i = 0; i < probes.size(); i++) {
            assertThat(store.find(probes.get(i))).containsExactly(things.get(i));
            assertThat(store.remove(probes.get(i), things.get((i + 1) % probes.size()))).as("that is under another key").isFalse();
        }
        for (int i = 0; i < probes.size(); i++) {
            assertThat(store.removeAll(probes.get(i))).isEqualTo(1);
            assertThat(store.find(probes.get(i))).isEmpty();
            assertThat(store.residents()).isEqualTo(probes.size() - i - 1);
        }
        assertThat(store.bytes()).isZero();
    }
}
