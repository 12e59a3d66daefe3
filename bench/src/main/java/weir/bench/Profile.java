package weir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where weir's time goes under one scenario of {@link Compare}, by the JDK's Flight Recorder: {@code make profile}. Prints the methods that were
 * at work most often and leaves a flame graph behind. The recorder samples Java code and calls into the kernel; it does not see into the kernel.
 */
public final class Profile {
    private static final int WARM_UP_SECONDS = 15;
    private static final int SECONDS = 20;
    private static final int ROWS = 25;

    private final Map<String, Integer> own = new TreeMap<>();
    private final Flame root = new Flame("all");
    private int samples;

    private Profile() {}

    /** Arguments: the jar, a part of a scenario's name, the folder for what comes of it, the home of a JDK. */
    public static void main(String[] args) throws Exception {
        if (args.length < 4) {
            System.err.println("usage: Profile weir.jar SCENARIO FOLDER JDK_HOME");
            System.exit(2);
        }
        List<Scenario> scenarios = Scenario.named(args[1]);
        if (scenarios.isEmpty()) {
            System.err.println("profile: no scenario's name has '" + args[1] + "' in it");
            System.exit(2);
        }
        try {
            Path recording = Path.of(args[2], "profile.jfr").toAbsolutePath();
            record(Path.of(args[0]), scenarios.get(0), recording, args[3]);
            Profile profile = new Profile();
            profile.read(recording);
            profile.print(scenarios.get(0));
            Path graph = Path.of(args[2], "profile.svg");
            Files.writeString(graph, profile.root.svg());
            System.out.println("\nflame graph: " + graph + " (open it in a browser); the recording: " + recording + " (JDK Mission Control, jfr print)");
        } catch (IOException e) {
            System.err.println("profile: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void record(Path jar, Scenario scenario, Path recording, String jdk) throws IOException, InterruptedException {
        Files.deleteIfExists(recording);
        Path folder = Files.createTempDirectory("weir-profile");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Contender weir;
        try (Contenders starter = new Contenders(folder, scenario.load().overTls())) {
            starter.startOrigin();
            weir = starter.startWeir(jar, jdk, "-XX:StartFlightRecording=settings=profile,delay=" + WARM_UP_SECONDS + "s,jdk.NativeMethodSample#period=10ms,jdk.SocketRead#enabled=false,jdk.SocketWrite#enabled=false,filename=" + recording);
            scenario.load().run(weir, WARM_UP_SECONDS + SECONDS);
            weir.process().destroy();                        // the recorder writes its file at the end
            weir.process().waitFor(30, TimeUnit.SECONDS);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
            }
        }
        if (!Files.exists(recording)) {
            throw new IOException("no recording was written; is the module jdk.jfr in " + jdk + "?");
        }
    }

    private void read(Path recording) throws IOException {
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                String type = event.getEventType().getName();
                boolean sample = type.equals("jdk.ExecutionSample") || type.equals("jdk.NativeMethodSample");
                if (sample && event.getStackTrace() != null) {
                    add(event.getStackTrace().getFrames());
                }
            }
        }
    }

    private void add(List<RecordedFrame> frames) {
        List<String> names = new ArrayList<>(frames.stream().map(Profile::name).toList());
        if (names.get(0).contains("EPoll.wait")) {
            return;                                          // nothing to do
        }
        samples++;
        own.merge(names.get(0), 1, Integer::sum);
        Flame at = root;
        at.count++;
        for (int i = names.size() - 1; i >= 0; i--) {
            at = at.children.computeIfAbsent(names.get(i), Flame::new);
            at.count++;
        }
    }

    private static String name(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethod().getName();
    }

    private void print(Scenario scenario) {
        System.out.printf(Locale.ROOT, "%s: %d samples in %d s, without those that waited for events%n%n| of all | method |%n|---|---|%n", scenario.name(), samples, SECONDS);
        own.entrySet().stream().sorted((a, b) -> b.getValue() - a.getValue()).limit(ROWS)
                .forEach(each -> System.out.printf(Locale.ROOT, "| %.1f %% | `%s` |%n", 100.0 * each.getValue() / samples, each.getKey()));
    }

    /** A method where it was called from, and what it calls. */
    private static final class Flame {
        private static final int WIDTH = 1600;
        private static final int ROW = 17;
        private static final double LEAST = 0.4;             // narrower ones would not be seen

        private final String name;
        private final Map<String, Flame> children = new TreeMap<>();
        private int count;

        Flame(String name) {
            this.name = name;
        }

        private int depth() {
            return 1 + children.values().stream().mapToInt(Flame::depth).max().orElse(0);
        }

        String svg() {
            int height = depth() * ROW + 4;
            StringBuilder out = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + WIDTH + "\" height=\"" + height
                    + "\" font-family=\"monospace\" font-size=\"11\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
            draw(out, 0, WIDTH, height - ROW, count);
            return out.append("</svg>\n").toString();
        }

        private void draw(StringBuilder out, double x, double width, int y, int all) {
            String text = name.replace("&", "&amp;").replace("<", "&lt;");
            int letters = (int) (width / 6.7);
            out.append(String.format(Locale.ROOT, "<g><title>%s: %d samples, %.1f %%</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"hsl(%d,70%%,72%%)\"/>", text, count,
                    100.0 * count / all, x, y, Math.max(0.2, width - 0.5), ROW - 1, Math.floorMod(Arrays.hashCode(name.split("\\.", 2)), 60)));
            if (letters > 3) {
                out.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\">%s</text>", x + 2, y + 12, name.length() <= letters ? text
                        : name.substring(0, letters - 1).replace("&", "&amp;").replace("<", "&lt;") + "…"));
            }
            out.append("</g>\n");
            double at = x;
            for (Flame child : children.values()) {
                double part = width * child.count / count;
                if (part >= LEAST) {
                    child.draw(out, at, part, y - ROW, all);
                }
                at += part;
            }
        }
    }
}
