package weir.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import weir.cache.BypassRule;
import weir.cache.CacheSettings;
import weir.cache.KeySettings;

/** Fills the records of {@code cache.NAME} in, and finds the one that a route names. */
final class CacheBinder {
    private final Entries entries;
    private final Problems problems;
    private final List<CacheSettings> caches = new ArrayList<>();
    private final Set<String> used = new LinkedHashSet<>();
    private final Map<Path, String> directories = new HashMap<>();         // of the disk tier, by whose they are

    CacheBinder(Entries entries, Problems problems) {
        this.entries = entries;
        this.problems = problems;
    }

    /** Reads every {@code cache.NAME}. */
    void read() {
        for (String name : entries.names("cache")) {
            cache(name).ifPresent(caches::add);
        }
    }

    /** All caches, in order. */
    List<CacheSettings> caches() {
        return caches;
    }

    /** Nothing when something is wrong with it, which is reported. */
    private Optional<CacheSettings> cache(String name) {
        Duration min = entries.get(Keys.CACHE_MIN_TTL, name);
        Duration max = entries.get(Keys.CACHE_MAX_TTL, name);
        boolean sound = min.compareTo(max) <= 0;
        if (!sound) {
            entries.value(Keys.CACHE_MIN_TTL, name).ifPresent(given -> problems.error(given.place(),
                    given.key().shown() + " is more than cache." + name + ".max-ttl, which is " + max.toSeconds() + "s", "lower the one or raise the other"));
        }
        Optional<Long> bytes = entries.find(Keys.CACHE, name);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        Optional<Long> objectBytes = objectBytesMax(name, bytes.get());
        if (!sound || objectBytes.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new CacheSettings(name, bytes.get(), objectBytes.get(), entries.get(Keys.CACHE_DEFAULT_TTL, name).toSeconds(),
                min.toSeconds(), max.toSeconds(), entries.get(Keys.CACHE_PRIVATE_SAFE, name), entries.get(Keys.CACHE_SURROGATE_CONTROL, name),
                entries.get(Keys.CACHE_STATUS, name), disk(name),
                entries.find(Keys.CACHE_PURGE_FROM, name).orElse(List.of())));
    }

    /** Null for none, and where something is wrong with it, which is reported. */
    private CacheSettings.DiskSettings disk(String name) {
        Value<DiskSyntax> given = entries.value(Keys.CACHE_DISK, name).filter(value -> value.parsed().isPresent()).orElse(null);
        if (given == null) {
            return null;
        }
        DiskSyntax disk = given.parsed().get();
        Path directory = given.directory().resolve(disk.directory()).toAbsolutePath().normalize();
        String other = directories.putIfAbsent(directory, name);
        if (other != null) {
            problems.error(given.place(), "the directory of cache." + other + " too", "give each cache a directory of its own");
        }
        return new CacheSettings.DiskSettings(directory, disk.bytesMax());
    }

    /** The default gives way to a small cache, what was written does not. */
    private Optional<Long> objectBytesMax(String name, long bytes) {
        long most = bytes / CacheSettings.PARTS_MIN;
        long objectBytes = entries.get(Keys.CACHE_OBJECT_MAX, name);
        Optional<Value<Long>> given = entries.value(Keys.CACHE_OBJECT_MAX, name).filter(value -> value.parsed().isPresent());
        if (given.isPresent() && objectBytes > most) {
            problems.error(given.get().place(), given.get().key().shown() + " is more than a quarter of cache." + name + ", which is " + most + " bytes",
                    "lower it, or raise cache." + name);
            return Optional.empty();
        }
        return Optional.of(Math.min(objectBytes, most));
    }

    /**
     * The cache that a route names; what is wrong with that is reported.
     *
     * @param target of the route, or null when it could not be read
     * @return null for none
     */
    String of(String route, TargetSyntax target) {
        Names.NameType.Reference named = entries.find(Keys.ROUTE_CACHE, route).orElse(null);
        if (named == null) {
            return null;
        }
        used.add(named.name());
        if (!entries.names("cache").contains(named.name())) {
            problems.error(named.place(), "no cache." + named.name(), "write cache." + named.name() + " = 256m, or name a cache that there is",
                    Nearest.of(named.name(), entries.names("cache")).orElse(null));
        }
        if (target instanceof TargetSyntax.Respond || target instanceof TargetSyntax.Redirect) {
            problems.error(named.place(), "route." + route + " is answered by weir itself", "remove the cache: it keeps what servers answer");
        }
        return named.name();
    }

    /** What the key of a route's responses is. */
    KeySettings key(String route) {
        warnWithoutCache(Keys.ROUTE_CACHE_KEY, route, "to have a key in");
        return entries.find(Keys.ROUTE_CACHE_KEY, route).orElse(KeySettings.URI);
    }

    /** The conditions by which requests of a route go past its cache. */
    List<BypassRule> bypass(String route) {
        warnWithoutCache(Keys.ROUTE_CACHE_BYPASS, route, "to go past");
        return entries.find(Keys.ROUTE_CACHE_BYPASS, route).orElse(List.of());
    }

    private void warnWithoutCache(KeyDoc<?> key, String route, String what) {
        entries.value(key, route).ifPresent(value -> {
            if (entries.value(Keys.ROUTE_CACHE, route).isEmpty()) {
                problems.warning(value.key().place(), "route." + route + " has no cache " + what, "write route." + route + ".cache, or remove this", null);
            }
        });
    }

    /** After all routes. */
    void warnOfUnused() {
        if (entries.names("route").stream().anyMatch(route -> entries.value(Keys.ROUTE_CACHE, route).filter(value -> value.parsed().isEmpty()).isPresent())) {
            return;                                                        // the faulty one may be what uses it
        }
        for (String name : entries.names("cache")) {
            if (!used.contains(name)) {
                entries.value(Keys.CACHE, name).ifPresent(value -> problems.warning(value.key().place(), "no route uses cache." + name,
                        "remove it, or name it in route.NAME.cache", null));
            }
        }
    }
}
