package weir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * CPU time of weir, nginx and HAProxy for each request that they pass on, and with Varnish for each that their caches answer, measured
 * side by side: {@code make compare}. Prints Markdown and leaves JSON behind.
 *
 * <p>All stand before the same origin (an nginx of its own) with the same settings: two workers, connections kept alive to the
 * origin, logs off, the forwarded fields set. Clients ask each in turn, in short rounds, so that what else happens on the
 * machine meets all of them alike; what counts is the ratio within a round. CPU time is user plus system time of the proxy's
 * processes. Everything stays on loopback and ends with this program.
 */
public final class Compare {
    /** The JIT has to see a scenario first: pieces of warming up, until the CPU time for each request falls no more. */
    private static final int WARM_UP_SECONDS = 5;
    private static final int WARM_UPS_MIN = 3;
    private static final int WARM_UPS_MAX = 10;
    private static final double SETTLED = 0.97;

    private final int rounds;

    private Compare(int rounds) {
        this.rounds = rounds;
    }

    /**
     * Arguments: the jar, the number of rounds, a part of the scenarios' names (empty: all), the file for JSON, then the homes of the JDKs that
     * weir is to run on; with none nginx and HAProxy run alone. The exit code is 2 for wrong arguments, 1 for any other fault.
     */
    public static void main(String[] args) throws Exception {
        if (args.length < 4) {
            System.err.println("usage: Compare weir.jar ROUNDS SCENARIOS JSON_FILE [JDK_HOME...]");
            System.exit(2);
        }
        List<Scenario> scenarios = Scenario.named(args[2]);
        if (scenarios.isEmpty()) {
            System.err.println("compare: no scenario's name has '" + args[2] + "' in it; there are:");
            Scenario.ALL.forEach(scenario -> System.err.println("  " + scenario.name()));
            System.exit(2);
        }
        try {
            run(Path.of(args[0]), Integer.parseInt(args[1]), scenarios, Path.of(args[3]), Arrays.asList(args).subList(4, args.length));
        } catch (IOException e) {
            System.err.println("compare: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void run(Path jar, int rounds, List<Scenario> scenarios, Path json, List<String> jdks) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("weir-compare");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));       // nginx's workers may be another user
        boolean withTls = scenarios.stream().anyMatch(scenario -> scenario.load().overTls());
        try (Contenders starter = new Contenders(folder, withTls)) {
            starter.startOrigin();
            List<Contender> contenders = new ArrayList<>(List.of(starter.startNginx(), starter.startHaproxy()));
            if (scenarios.stream().anyMatch(Scenario::cached)) {
                contenders.add(starter.startVarnish());
            }
            for (String jdk : jdks) {
                contenders.add(starter.startWeir(jar, jdk));
            }
            Report report = new Report(versions(), rounds);
            report.printHead();
            Compare compare = new Compare(rounds);
            for (Scenario scenario : scenarios) {
                List<Contender> those = contenders.stream().filter(scenario::isFor).toList();
                System.out.printf("%n%s%n", scenario.name());
                printNegotiated(scenario, those);
                report.add(scenario.name(), compare.measure(scenario, those));
                report.write(json);
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
            }
        }
    }

    /** @return the samples of each, by its name, a round after the other */
    private Map<String, List<Report.Sample>> measure(Scenario scenario, List<Contender> contenders) throws IOException, InterruptedException {
        for (Contender contender : contenders) {
            if (contender.name().startsWith("weir")) {
                warmUp(scenario, contender);
            } else {
                scenario.load().run(contender, 2);
            }
        }
        Map<String, List<Report.Sample>> samples = new LinkedHashMap<>();
        contenders.forEach(contender -> samples.put(contender.name(), new ArrayList<>()));
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < contenders.size(); i++) {
                Contender contender = contenders.get((i + round) % contenders.size());
                samples.get(contender.name()).add(sample(scenario, contender, scenario.seconds()));
            }
        }
        return samples;
    }

    private static void warmUp(Scenario scenario, Contender contender) throws IOException, InterruptedException {
        double last = Double.MAX_VALUE;
        for (int i = 0; i < WARM_UPS_MAX; i++) {
            double now = sample(scenario, contender, WARM_UP_SECONDS).micros();
            if (i >= WARM_UPS_MIN && now > last * SETTLED) {
                return;
            }
            last = now;
        }
    }

    /** What the handshakes agree on; one line when it is the same for all, as it should be. */
    private static void printNegotiated(Scenario scenario, List<Contender> contenders) throws IOException, InterruptedException {
        Map<String, List<String>> names = new TreeMap<>();
        for (Contender contender : contenders) {
            names.computeIfAbsent(scenario.load().negotiated(contender), negotiated -> new ArrayList<>()).add(contender.name());
        }
        names.forEach((negotiated, who) -> {
            if (!negotiated.isEmpty()) {
                System.out.println(names.size() == 1 ? negotiated : "note: " + negotiated + " with " + String.join(" and ", who));
            }
        });
    }

    private static Report.Sample sample(Scenario scenario, Contender contender, int length) throws IOException, InterruptedException {
        Contender.Cpu before = contender.cpu();
        long start = System.nanoTime();
        Load.Result result = scenario.load().run(contender, length);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (!result.trouble().isEmpty()) {
            System.out.println("note: " + contender.name() + ": " + result.trouble());
        }
        Contender.Cpu spent = contender.cpu().minus(before);
        return new Report.Sample(spent.sum() / result.requests(), spent.user() / result.requests(), result.requests() / seconds, contender.residentBytes(), result.idleBytes(), result.latency());
    }

    private static String versions() throws IOException, InterruptedException {
        return version(Program.find("nginx"), "-v") + ", " + version(Program.find("haproxy"), "-v") + ", " + version(Program.find("openssl"), "version");
    }

    private static String version(String tool, String option) throws IOException, InterruptedException {
        String first = Program.output(tool, option).lines().findFirst().orElse("?");
        return first.replaceAll("nginx version: ", "").replaceAll(" version ([^ ]+).*", "/$1").replaceAll("^(OpenSSL) ([^ ]+).*", "$1/$2");
    }
}
