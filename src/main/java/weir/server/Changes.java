package weir.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import weir.config.ServerChange;
import weir.config.Settings;
import weir.upstream.Origin;
import weir.upstream.Pool;
import weir.upstream.PoolSettings;
import weir.upstream.Server;
import weir.upstream.Standing.Administration;

/**
 * What was changed of pools by command, and the file that it is written to. A reload brings back what stands in the file; where
 * nothing is written, changes hold until the servers of their pool are others. Not thread safe: under the lock of {@link Pools}.
 */
final class Changes {
    private final Map<String, Map<String, ServerChange>> byPool = new TreeMap<>();
    private Settings settings;
    private Map<String, Pool> running = Map.of();

    /** These pools run from now on. */
    void adopted(Settings next, List<Pool> pools) {
        Map<String, List<Server>> before = settings == null ? Map.of() : servers(settings);
        Map<String, List<ServerChange>> told = settings == null ? Map.of() : settings.changes();
        byPool.keySet().retainAll(servers(next).keySet());
        for (Pool pool : pools) {
            String name = pool.settings().name();
            List<ServerChange> wanted = next.changes().getOrDefault(name, List.of());
            List<ServerChange> toldBefore = told.getOrDefault(name, List.of());
            if (!pool.settings().servers().equals(before.get(name)) || !wanted.equals(toldBefore)) {
                replace(pool, toldBefore, wanted);
            } else if (!pool.equals(running.get(name))) {
                byPool.getOrDefault(name, Map.of()).values().forEach(change -> repeat(pool, change));
            }
        }
        settings = next;
        running = pools.stream().collect(Collectors.toMap(pool -> pool.settings().name(), Function.identity()));
    }

    private static Map<String, List<Server>> servers(Settings settings) {
        return settings.pools().stream().collect(Collectors.toMap(PoolSettings::name, PoolSettings::servers));
    }

    /** The configuration tells who is there, with what weight; a server is enabled again only if it has told that it was not. */
    private void replace(Pool pool, List<ServerChange> told, List<ServerChange> wanted) {
        Map<String, ServerChange> known = byPool.remove(pool.settings().name());
        wanted.forEach(change -> remember(pool.settings().name(), change));
        Set<String> toldDisabled = told.stream().filter(ServerChange::disabled).map(ServerChange::name).collect(Collectors.toSet());
        for (ServerChange change : known == null ? List.<ServerChange>of() : known.values()) {
            Origin origin = pool.origin(change.name());
            if (origin != null && change.weight() > 0) {
                pool.weight(origin, 0);
            }
            if (origin != null && change.disabled() && !toldDisabled.contains(change.name())) {
                remember(pool.settings().name(), known(pool, change.name()).withDisabled(true));
            }
        }
        toldDisabled.forEach(name -> administer(pool, name, Administration.ENABLED));
        wanted.stream().filter(ServerChange::disabled).forEach(change -> administer(pool, change.name(), Administration.DISABLED));
    }

    /** For a pool that was built anew since other settings of it differ; its servers stand as before. */
    private static void repeat(Pool pool, ServerChange change) {
        if (change.added() != null) {
            pool.add(change.added());
        } else if (change.removed()) {
            pool.remove(change.name());
        }
        administer(pool, change.name(), change.disabled() ? Administration.DISABLED : Administration.ENABLED);
    }

    private static void administer(Pool pool, String server, Administration wanted) {
        Origin origin = pool.origin(server);
        if (origin != null) {
            pool.administer(origin, wanted);
        }
    }

    private void remember(String pool, ServerChange change) {
        Map<String, ServerChange> changes = byPool.computeIfAbsent(pool, name -> new LinkedHashMap<>());
        if (change.isAny()) {
            changes.put(change.name(), change);
        } else {
            changes.remove(change.name());
        }
    }

    private ServerChange known(Pool pool, String server) {
        return byPool.getOrDefault(pool.settings().name(), Map.of()).getOrDefault(server, ServerChange.none(server));
    }

    /** Each of these says what could not be kept; empty when all is well. */
    String added(Pool pool, Server server, boolean tls) {
        boolean back = known(pool, server.address()).removed();            // it may be one of pool.NAME: then only its weight counts
        return keep(pool, back ? ServerChange.none(server.address()).withWeight(server.weight()) : ServerChange.added(server, tls));
    }

    String removed(Pool pool, String server) {
        return keep(pool, known(pool, server).added() != null ? ServerChange.none(server) : ServerChange.removed(server));
    }

    String weighed(Pool pool, String server, int weight) {
        return keep(pool, known(pool, server).withWeight(weight));
    }

    /** A server that drains is disabled when it comes back: its requests ended with the process. */
    String administered(Pool pool, String server, Administration wanted) {
        return keep(pool, known(pool, server).withDisabled(wanted != Administration.ENABLED));
    }

    private String keep(Pool pool, ServerChange change) {
        String name = pool.settings().name();
        boolean ofName = change.added() == null && known(pool, change.name()).added() == null && !known(pool, change.name()).removed()
                && pool.settings().servers().stream().noneMatch(server -> server.address().equals(change.name()));
        if (!ofName) {
            remember(name, change);
        }
        Path file = settings.admin() == null ? null : settings.admin().changes();
        if (file == null) {
            return "";
        }
        if (ofName) {
            return change.name() + " has no line of its own in pool." + name + ", so that this ends with the process";
        }
        if (!name.matches("[A-Za-z0-9_-]+")) {
            return "the pool stands in a route and has no name for a line of its own, so that this ends with the process";
        }
        try {
            write(file);
            return "";
        } catch (IOException e) {
            return "not written to " + file + ": " + why(e);
        }
    }

    private static String why(IOException e) {
        return e instanceof NoSuchFileException ? "no such directory" : e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }

    private String text() {
        StringBuilder text = new StringBuilder("# Written by weir: what was changed by command. All of it is written anew with each change.\n");
        byPool.forEach((pool, changes) -> {
            if (!changes.isEmpty() && pool.matches("[A-Za-z0-9_-]+")) {
                text.append("pool.").append(pool).append(".changes = ")
                        .append(changes.values().stream().map(ServerChange::toString).collect(Collectors.joining(", "))).append('\n');
            }
        });
        return text.toString();
    }

    /** Whole, or as it was: whatever happens to the machine meanwhile. */
    private void write(Path file) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path fresh = target.resolveSibling("." + target.getFileName() + ".new");           // hidden: no include pattern finds it
        try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
