package weir.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What the admin listener has answered, for people. */
final class AdminReport {
    private static final int MEMORY_COLUMNS = 7;             // of caches without a disk

    private final Map<?, ?> json;

    AdminReport(Map<?, ?> json) {
        this.json = json;
    }

    String text(AdminArguments arguments) {
        return switch (arguments.command()) {
            case STATUS -> status();
            case RELOAD -> json.get("message") + "\n";
            case STOP -> json.get("message") + ": " + connections(json) + "\n";
            case SERVERS -> servers();
            case REMOVE -> "pool " + json.get("pool") + ": " + json.get("removed") + " removed, " + requests(json) + "\n";
            case DRAIN -> "pool " + json.get("pool") + ": " + name() + (Boolean.TRUE.equals(json.get("drained")) ? " drained\n"
                    : " still runs " + count(server().get("requests"), "request") + " and gets no new ones\n");
            case CACHES -> caches();
            case PURGE -> "cache " + json.get("cache") + ": " + count(json.get("purged"), "stored response")
                    + (Boolean.TRUE.equals(json.get("soft")) ? " made stale" : " purged") + disk() + "\n";
            case ADD, DISABLE, ENABLE, WEIGHT -> "pool " + json.get("pool") + ": " + (json.get("server") == null ? "done\n"
                    : name() + " " + server().get("state") + ", weight " + server().get("weight") + "\n");
        };
    }

    /** What a purge did on the disk; nothing where there is none. */
    private String disk() {
        return json.get("disk_purging") != null ? ", and by and by what is on the disk" : json.get("disk_purged") != null ? ", " + json.get("disk_purged") + " on the disk" : "";
    }

    private Map<?, ?> server() {
        return json.get("server") instanceof Map<?, ?> server ? server : Map.of();
    }

    private Object name() {
        return server().get("name");
    }

    private static String connections(Map<?, ?> of) {
        return count(of.get("connections"), "connection");
    }

    private static String requests(Map<?, ?> of) {
        return count(of.get("requests"), "request") + " running";
    }

    private static String count(Object count, String what) {
        return count + " " + what + (Long.valueOf(1).equals(count) ? "" : "s");
    }

    private static List<Map<?, ?>> maps(Object list) {
        List<Map<?, ?>> maps = new ArrayList<>();
        if (list instanceof List<?> all) {
            all.forEach(each -> maps.add(each instanceof Map<?, ?> map ? map : Map.of()));
        }
        return maps;
    }

    private String status() {
        List<List<String>> rows = new ArrayList<>();
        Object version = json.get("version");
        rows.add(List.of("weir", (version == null ? "(not from a jar)" : version) + ", JVM " + json.get("jvm") + ", pid " + json.get("pid")));
        rows.add(List.of("state", (Boolean.TRUE.equals(json.get("draining")) ? "draining" : "serving") + " since " + json.get("started")
                + uptime(json.get("uptime_seconds")) + ", " + connections(json)));
        for (Map<?, ?> listener : maps(json.get("listeners"))) {
            String addresses = listener.get("addresses") instanceof List<?> all ? all.stream().map(String::valueOf).collect(Collectors.joining(", ")) : "";
            rows.add(List.of(String.valueOf(listener.get("name")), addresses + ", " + connections(listener)));
        }
        if (json.get("reload") instanceof Map<?, ?> reload) {
            rows.add(List.of("reload", reload.get("at") + (Boolean.TRUE.equals(reload.get("ok")) ? ", ok" : ", refused: " + reload.get("failure"))));
        } else {
            rows.add(List.of("reload", "none yet"));
        }
        return table(rows);
    }

    private static String uptime(Object seconds) {
        if (!(seconds instanceof Long count)) {
            return "";
        }
        Duration up = Duration.ofSeconds(count);
        return String.format(Locale.ROOT, " (%s%d:%02d:%02d)", up.toDays() == 0 ? "" : up.toDays() + "d ", up.toHoursPart(), up.toMinutesPart(), up.toSecondsPart());
    }

    private String servers() {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("POOL", "SERVER", "STATE", "HEALTH", "WEIGHT", "REQUESTS", "CONNECTIONS", "")));
        for (Map<?, ?> pool : json.get("pools") == null ? List.<Map<?, ?>>of(json) : maps(json.get("pools"))) {
            for (Map<?, ?> server : maps(pool.get("servers"))) {
                List<String> notes = new ArrayList<>();
                if (Boolean.FALSE.equals(server.get("resolved"))) notes.add("no address yet");
                if (Boolean.TRUE.equals(server.get("ejected"))) notes.add("ejected: " + server.get("ejection"));
                if ("down".equals(server.get("health"))) notes.add(String.valueOf(server.get("reason")));
                rows.add(List.of(String.valueOf(pool.get("name")), String.valueOf(server.get("name")), String.valueOf(server.get("state")),
                        String.valueOf(server.get("health")), String.valueOf(server.get("weight")), String.valueOf(server.get("requests")),
                        String.valueOf(server.get("connections")), String.join(", ", notes)));
            }
        }
        return table(rows);
    }

    private String caches() {
        List<Map<?, ?>> caches = maps(json.get("caches"));
        boolean disks = caches.stream().anyMatch(cache -> cache.get("disk") instanceof Map);
        List<String> heads = List.of("CACHE", "RESPONSES", "BYTES", "OF", "HITS", "MISSES", "OTHERS", "ON DISK", "BYTES", "OF", "");
        List<List<String>> rows = new ArrayList<>(List.of(disks ? heads : heads.subList(0, MEMORY_COLUMNS)));
        for (Map<?, ?> cache : caches) {
            Map<?, ?> requests = cache.get("requests") instanceof Map<?, ?> map ? map : Map.of();
            long others = requests.entrySet().stream().filter(each -> !"hit".equals(each.getKey()) && !"miss".equals(each.getKey()))
                    .mapToLong(each -> each.getValue() instanceof Long number ? number : 0).sum();
            List<String> row = new ArrayList<>(List.of(String.valueOf(cache.get("name")), String.valueOf(cache.get("stored_responses")), String.valueOf(cache.get("bytes")),
                    String.valueOf(cache.get("bytes_max")), String.valueOf(requests.get("hit")), String.valueOf(requests.get("miss")), String.valueOf(others)));
            if (cache.get("disk") instanceof Map<?, ?> disk) {
                row.addAll(List.of(String.valueOf(disk.get("stored_responses")), String.valueOf(disk.get("bytes")), String.valueOf(disk.get("bytes_max")),
                        Boolean.TRUE.equals(disk.get("failing")) ? "cannot be written" : ""));
            } else if (disks) {
                row.addAll(List.of("", "", "", ""));
            }
            rows.add(row);
        }
        return table(rows);
    }

    /** Columns below each other. */
    private static String table(List<List<String>> rows) {
        StringBuilder out = new StringBuilder();
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        rows.forEach(row -> {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }
}
