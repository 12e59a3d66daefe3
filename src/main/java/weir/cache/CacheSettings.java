package weir.cache;

import java.nio.file.Path;
import java.util.List;
import weir.net.Cidr;

/**
 * What the configuration says of one cache, {@code cache.NAME}.
 *
 * @param bytesMax memory off the heap for stored responses, 1 MiB to 1 TiB
 * @param objectBytesMax a longer response is not stored; 1 to a quarter of {@code bytesMax}
 * @param defaultTtlSeconds freshness lifetime (RFC 9111 §4.2) of a response that says nothing of it and allows no heuristic; 0 for none
 * @param minTtlSeconds a shorter freshness lifetime is raised to it; 0 for never
 * @param maxTtlSeconds a longer freshness lifetime is cut to it; at least {@code minTtlSeconds}, at most 10 years, as the other two
 * @param privateSafe a response with Set-Cookie is not stored
 * @param surrogateControl Surrogate-Control is heeded as CDN-Cache-Control (RFC 9213) is
 * @param cacheStatus responses say in Cache-Status (RFC 9211) what the cache did
 * @param disk where stored responses outlive the process; null for nowhere
 * @param purgeFrom who may send PURGE requests; empty for nobody
 */
public record CacheSettings(String name, long bytesMax, long objectBytesMax, long defaultTtlSeconds, long minTtlSeconds, long maxTtlSeconds,
        boolean privateSafe, boolean surrogateControl, boolean cacheStatus, DiskSettings disk, List<Cidr> purgeFrom) {
    /** One response takes at most this part of the cache, so that storing it never turns all others out. */
    public static final int PARTS_MIN = 4;
    private static final long BYTES_LEAST = 1L << 20;
    private static final long BYTES_MOST = 1L << 40;
    private static final long TTL_SECONDS_MOST = 10 * 365 * 86_400L;

    /**
     * The disk tier, {@code cache.NAME.disk}.
     *
     * @param directory which is made when it is missing, and is this cache's alone
     * @param bytesMax all files in it together, 16 MiB to 1 TiB
     */
    public record DiskSettings(Path directory, long bytesMax) {
        private static final long BYTES_LEAST = 16L << 20;

        public DiskSettings {
            if (bytesMax < BYTES_LEAST || bytesMax > BYTES_MOST) {
                throw new IllegalArgumentException("cache.NAME.disk: " + bytesMax + " is not in " + BYTES_LEAST + " to " + BYTES_MOST);
            }
        }
    }

    public CacheSettings {
        purgeFrom = List.copyOf(purgeFrom);
        require(bytesMax, BYTES_LEAST, BYTES_MOST, "cache." + name);
        require(objectBytesMax, 1, bytesMax / PARTS_MIN, "cache." + name + ".object-max");
        require(defaultTtlSeconds, 0, TTL_SECONDS_MOST, "cache." + name + ".default-ttl");
        require(maxTtlSeconds, 0, TTL_SECONDS_MOST, "cache." + name + ".max-ttl");
        require(minTtlSeconds, 0, maxTtlSeconds, "cache." + name + ".min-ttl");
    }

    private static void require(long value, long least, long most, String key) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + ": " + value + " is not in " + least + " to " + most);
        }
    }
}
