package weir.bench.scenes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import weir.bench.Program;

/**
 * What clients notice when servers die, stall, refuse and change behind weir, nginx and HAProxy: {@code make scenes}. Each
 * scene: a calm time, then something happens to one of three origins, then it is watched until the end; every answer is checked.
 */
public final class Scenes {
    private static final int CLIENTS = 32;
    private static final int PER_SECOND = 3_000;
    private static final int ORIGINS = 3;
    private static final int CALM_SECONDS = 5;
    private static final int AFTER_SECONDS = 8;

    /** What happens. */
    private interface Event {
        void happen(Proxy proxy, List<Origin> origins) throws IOException, InterruptedException;
    }

    /** Starts a proxy before these origins. */
    private interface Start {
        Proxy before(Path folder, List<Origin> origins) throws IOException, InterruptedException;
    }

    private static final Map<String, Event> EVENTS = new LinkedHashMap<>();

    static {
        EVENTS.put("one of three is killed (kill -9)", (proxy, origins) -> origins.get(0).kill());
        EVENTS.put("one accepts and never answers", (proxy, origins) -> origins.get(0).become(Origin.Mood.SILENT));
        EVENTS.put("one closes connections in the moment of their next use", (proxy, origins) -> origins.get(0).become(Origin.Mood.RUDE));
        EVENTS.put("one answers 503", (proxy, origins) -> origins.get(0).become(Origin.Mood.BUSY));
        EVENTS.put("50 reloads", (proxy, origins) -> {
            for (int i = 0; i < 50; i++) {
                proxy.reload();
                TimeUnit.MILLISECONDS.sleep(100);
            }
        });
        EVENTS.put("the pool is doubled, and halved 3 s later", (proxy, origins) -> {
            proxy.origins(origins);
            TimeUnit.SECONDS.sleep(3);
            proxy.origins(origins.subList(0, ORIGINS));
        });
        EVENTS.put("a new process of the same program takes over", (proxy, origins) -> proxy.upgrade());
    }

    private Scenes() {}

    /** Arguments: the jar, a word that the scenes to be played have in their names (or nothing), then the homes of the JDKs that weir is to run on. */
    public static void main(String[] args) throws Exception {
        if (args.length < 3) {
            System.err.println("usage: Scenes weir.jar WORD JDK_HOME...");
            System.exit(2);
        }
        try {
            run(Path.of(args[0]).toAbsolutePath(), args[1], Arrays.asList(args).subList(2, args.length));
        } catch (IOException e) {
            System.err.println("scenes: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void run(Path jar, String word, List<String> jdks) throws IOException, InterruptedException {
        Map<String, Start> contenders = new LinkedHashMap<>();
        String nginx = Program.find("nginx");
        String haproxy = Program.find("haproxy");
        contenders.put("nginx", (folder, origins) -> Proxy.nginx(folder, nginx, origins));
        contenders.put("haproxy", (folder, origins) -> Proxy.haproxy(folder, haproxy, origins));
        for (String jdk : jdks) {
            contenders.put("weir, JDK " + Program.feature(jdk), (folder, origins) -> Proxy.weir(folder, jar, jdk, origins));
        }
        System.out.printf(Locale.ROOT, "%d requests a second by %d clients; checks every 500 ms, 2 failures make a server down; 3 tries, also after a timeout of%n"
                + "500 ms and a 503. Calm again: from when on the 99th percentile of each half second stays within twice that of before, and 2 ms.%n", PER_SECOND, CLIENTS);
        if (EVENTS.keySet().stream().noneMatch(name -> name.contains(word))) {
            throw new IOException("there is no scene with '" + word + "' in its name; there are: " + String.join("; ", EVENTS.keySet()));
        }
        for (Map.Entry<String, Event> event : EVENTS.entrySet()) {
            if (!event.getKey().contains(word)) {
                continue;
            }
            System.out.printf("%n%s%n%n| | answered | failed | kept connections lost | p99 before | p99 after | longest | calm again after |%n|---|---|---|---|---|---|---|---|%n",
                    event.getKey());
            for (Map.Entry<String, Start> contender : contenders.entrySet()) {
                scene(contender.getKey(), contender.getValue(), event.getValue());
            }
        }
    }

    private static void scene(String name, Start start, Event event) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("weir-scenes");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<Origin> origins = new ArrayList<>();
        try {
            for (int i = 0; i < 2 * ORIGINS; i++) {
                origins.add(new Origin(0));
            }
            try (Proxy proxy = start.before(folder, origins.subList(0, ORIGINS))) {
                Clients clients = new Clients(proxy.port(), CLIENTS, PER_SECOND);
                TimeUnit.SECONDS.sleep(CALM_SECONDS);
                long happened = System.nanoTime();
                try {
                    event.happen(proxy, origins);
                } catch (UnsupportedOperationException e) {
                    clients.close();
                    System.out.printf("| %s | %s |%n", name, e.getMessage());
                    return;
                }
                TimeUnit.NANOSECONDS.sleep(happened + TimeUnit.SECONDS.toNanos(AFTER_SECONDS) - System.nanoTime());
                long end = System.nanoTime();
                clients.close();
                double before = clients.p99Micros(happened - 2_000_000_000L, happened);
                System.out.printf(Locale.ROOT, "| %s | %d | %d | %d | %.1f ms | %.1f ms | %.0f ms | %.1f s |%n", name, clients.answered(), clients.failed(), clients.lost(),
                        before / 1e3, clients.p99Micros(happened, end) / 1e3, clients.longestMillis(), clients.calmAfterSeconds(happened, end, 2 * before + 2_000));
            }
        } finally {
            for (Origin origin : origins) {
                origin.close();
            }
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
            }
        }
    }
}
