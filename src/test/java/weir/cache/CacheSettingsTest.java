package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheSettingsTest {
    private static final long TEN_YEARS = 315_360_000;

    private static CacheSettings of(long bytes, long object, long defaultTtl, long minTtl, long maxTtl) {
        return new CacheSettings("hot", bytes, object, defaultTtl, minTtl, maxTtl, true, false, false, null, List.of());
    }

    @Test
    void takesBothEndsOfEachRange() {
        assertThat(of(1 << 20, 1, 0, 0, 0).objectBytesMax()).isEqualTo(1);
        assertThat(of(1L << 40, 1L << 38, TEN_YEARS, TEN_YEARS, TEN_YEARS).objectBytesMax()).isEqualTo(1L << 38);
    }

    @Test
    void theDiskHasARangeToo() {
        for (long bytes : new long[] {16L << 20, 1L << 40}) {
            assertThat(new CacheSettings.DiskSettings(Path.of("d"), bytes).bytesMax()).isEqualTo(bytes);
        }
        for (long bytes : new long[] {(16L << 20) - 1, (1L << 40) + 1}) {
            assertThatThrownBy(() -> new CacheSettings.DiskSettings(Path.of("d"), bytes)).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("cache.NAME.disk: " + bytes);
        }
    }

    @ParameterizedTest
    @CsvSource({"1048575, 1, 0, 0, 1, cache.hot: 1048575", "1099511627777, 1, 0, 0, 1, cache.hot: 1099511627777",
            "1048576, 0, 0, 0, 1, cache.hot.object-max: 0", "1048576, 262145, 0, 0, 1, cache.hot.object-max: 262145 is not in 1 to 262144",
            "1048576, 1, -1, 0, 1, cache.hot.default-ttl: -1", "1048576, 1, 315360001, 0, 1, cache.hot.default-ttl: 315360001",
            "1048576, 1, 0, -1, 1, cache.hot.min-ttl: -1", "1048576, 1, 0, 2, 1, cache.hot.min-ttl: 2 is not in 0 to 1",
            "1048576, 1, 0, 0, -1, cache.hot.max-ttl: -1", "1048576, 1, 0, 0, 315360001, cache.hot.max-ttl: 315360001"})
    void namesTheKeyThatIsOutOfItsRange(long bytes, long object, long defaultTtl, long minTtl, long maxTtl, String told) {
        assertThatThrownBy(() -> of(bytes, object, defaultTtl, minTtl, maxTtl)).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(told);
    }
}
