package weir.server;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import weir.cache.Cache;
import weir.cache.DiskTier;
import weir.cache.Purge;
import weir.cache.Purged;
import weir.observe.Journal;
import weir.server.admin.Answer;
import weir.server.admin.Endpoints;
import weir.server.admin.Json;
import weir.server.admin.Outcome;
import weir.server.admin.Request;

/** The admin listener's commands for caches. On the admin thread. */
final class CacheCommands {
    private static final String WHAT = "write one of url=, prefix=, tag= and all=true";

    private final Caches caches;
    private final Journal journal;

    CacheCommands(Caches caches, Journal journal) {
        this.caches = caches;
        this.journal = journal;
    }

    void addTo(Endpoints.Builder endpoints) {
        endpoints.add("GET", "/caches", this::all).add("POST", "/caches/NAME/purge", this::purge, "url", "prefix", "tag", "all", "soft");
    }

    private Outcome all(Request request) {
        Json json = new Json().object().name("caches").array();
        caches.all().stream().sorted(Comparator.comparing(cache -> cache.settings().name())).forEach(cache -> {
            json.object().put("name", cache.settings().name()).put("bytes", cache.bytes()).put("bytes_max", cache.settings().bytesMax())
                    .put("stored_responses", cache.storedResponses()).put("evictions", cache.evictions()).name("requests").object();
            cache.results().forEach(json::put);
            json.end();
            DiskTier tier = cache.tier();
            if (tier != null) {
                disk(tier, json);
            }
            json.end();
        });
        return new Answer(200, json.end().end());
    }

    private static void disk(DiskTier tier, Json json) {
        json.name("disk").object().put("directory", tier.settings().directory().toString()).put("bytes", tier.bytes()).put("bytes_max", tier.settings().bytesMax())
                .put("stored_responses", tier.entries()).put("evictions", tier.evictions()).put("reads", tier.reads()).put("writes", tier.writes())
                .put("dropped", tier.dropped()).put("errors", tier.errors()).put("purging", tier.purging()).put("failing", tier.isPaused()).end();
    }

    private Outcome purge(Request request) {
        String name = request.names().get(0);
        Cache cache = caches.all().stream().filter(each -> each.settings().name().equals(name)).findFirst().orElse(null);
        if (cache == null) {
            List<String> names = caches.all().stream().map(each -> each.settings().name()).sorted().toList();
            return Answer.error(404, "there is no cache " + name + "; there " + (names.isEmpty() ? "is none"
                    : (names.size() == 1 ? "is " : "are ") + names.stream().limit(20).collect(Collectors.joining(", "))));
        }
        Map<String, String> asked = request.parameters();
        String soft = asked.getOrDefault("soft", "false");
        if (!soft.equals("true") && !soft.equals("false")) {
            return Answer.error(400, "soft is true or false");
        }
        Purge what;
        try {
            what = what(asked);
        } catch (IllegalArgumentException e) {
            return Answer.error(400, e.getMessage());
        }
        if (what == null) {
            return Answer.error(400, WHAT);
        }
        boolean isSoft = soft.equals("true");
        Purged purged = cache.purge(what, isSoft);
        if (purged.refused()) {
            return Answer.error(503, "too many purges go through the disk of cache " + name + "; what is in memory is purged, try again for the rest");
        }
        return new Answer(200, told(cache, purged, isSoft).end());
    }

    private Json told(Cache cache, Purged purged, boolean soft) {
        String name = cache.settings().name();
        boolean walking = purged.walks();
        String disk = cache.tier() == null ? "" : walking ? ", and by and by what is on the disk" : ", and " + purged.disk() + " on the disk purged";
        journal.info("admin: cache " + name + ": " + purged.count() + (soft ? " made stale" : " purged") + disk);
        Json json = new Json().object().put("cache", name).put("purged", purged.count()).put("soft", soft);
        if (walking) {
            json.put("disk_purging", true);
        } else if (cache.tier() != null) {
            json.put("disk_purged", purged.disk());
        }
        return json;
    }

    /** Null when not one thing is named. */
    private static Purge what(Map<String, String> asked) {
        if (asked.size() - (asked.containsKey("soft") ? 1 : 0) != 1) {
            return null;
        }
        if (asked.containsKey("url")) {
            return Purge.url(asked.get("url"));
        }
        if (asked.containsKey("prefix")) {
            return Purge.prefix(asked.get("prefix"));
        }
        if (asked.containsKey("tag")) {
            return Purge.tag(asked.get("tag"));
        }
        return "true".equals(asked.get("all")) ? Purge.all() : null;
    }
}
