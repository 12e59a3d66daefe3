package weir.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * CPU time of weir, nginx and HAProxy for each request that they pass on, measured side by side: {@code make compare}.
 *
 * <p>All three stand before the same origin (an nginx of its own) with the same settings: two workers, connections kept
 * alive on both sides, logs off, the forwarded fields set. {@code wrk} asks each in turn, in short rounds, so that what else
 * happens on the machine meets all of them alike; what counts is the ratio within a round. CPU time is user plus system time
 * of the proxy's processes. Everything stays on loopback and ends with this program.
 */
public final class Compare {
    private static final int TICKS_PER_SECOND = 100;                    // USER_HZ, the unit of /proc/PID/stat
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
    private static final Pattern TROUBLE = Pattern.compile("(Non-2xx or 3xx responses: \\d+|Socket errors: .*)");

    private record Scenario(String name, String path, int connections, int seconds) {}

    private record Contender(String name, int port, Process process) {}

    private record Sample(double micros, long requests) {}

    private static final List<Scenario> SCENARIOS = List.of(
            new Scenario("128 B, 64 connections", "/small", 64, 2), new Scenario("10 MiB, 8 connections", "/large", 8, 3));

    private final Path folder;
    private final List<Process> started = new ArrayList<>();
    private final String nginx;
    private final String haproxy;
    private final String wrk;

    private Compare(Path folder) {
        this.folder = folder;
        nginx = tool("nginx");
        haproxy = tool("haproxy");
        wrk = tool("wrk");
    }

    /** Arguments: the jar, the number of rounds, then one or more JDK homes. */
    public static void main(String[] args) throws Exception {
        if (args.length < 3) {
            System.err.println("usage: Compare weir.jar ROUNDS JDK_HOME...");
            System.exit(2);
        }
        Path folder = Files.createTempDirectory("weir-compare");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));       // nginx's workers may be another user
        Compare compare = new Compare(folder);
        try {
            compare.run(Path.of(args[0]), Integer.parseInt(args[1]), Arrays.asList(args).subList(2, args.length));
        } finally {
            compare.stop();
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
            }
        }
    }

    private static String tool(String name) {
        String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin" + File.pathSeparator + "/usr/local/sbin";
        Optional<Path> found = Stream.of(path.split(File.pathSeparator)).map(folder -> Path.of(folder, name)).filter(Files::isExecutable).findFirst();
        if (found.isEmpty()) {
            System.err.println("compare: " + name + " is missing; apt-get install nginx haproxy wrk");
            System.exit(1);
        }
        return found.get().toString();
    }

    private void run(Path jar, int rounds, List<String> jdks) throws Exception {
        int origin = startOrigin();
        List<Contender> contenders = new ArrayList<>();
        contenders.add(startNginx(origin));
        contenders.add(startHaproxy(origin));
        for (String jdk : jdks) {
            contenders.add(startWeir(jar, jdk, origin));
        }
        System.out.printf(Locale.ROOT, "CPU time of the proxy process for each request: median of %d rounds (lowest to highest), and the median of the%n"
                + "ratios within a round. %d processors, %s.%n", rounds, Runtime.getRuntime().availableProcessors(), versions());
        for (Scenario scenario : SCENARIOS) {
            measure(scenario, contenders, rounds);
        }
    }

    private void measure(Scenario scenario, List<Contender> contenders, int rounds) throws Exception {
        for (Contender contender : contenders) {
            load(scenario, contender, contender.name.startsWith("weir") ? 15 : 2);          // the JIT has to see it first
        }
        Map<String, List<Sample>> samples = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < contenders.size(); i++) {
                Contender contender = contenders.get((i + round) % contenders.size());
                long before = cpuTicks(contender.process);
                long requests = load(scenario, contender, scenario.seconds);
                double micros = (cpuTicks(contender.process) - before) * 1e6 / TICKS_PER_SECOND / requests;
                samples.computeIfAbsent(contender.name, name -> new ArrayList<>()).add(new Sample(micros, requests / scenario.seconds));
            }
        }
        System.out.printf(Locale.ROOT, "%n%s%n%n| proxy | CPU us/request | of nginx | of haproxy | requests/s |%n|---|---|---|---|---|%n", scenario.name);
        for (Contender contender : contenders) {
            List<Sample> own = samples.get(contender.name);
            System.out.printf(Locale.ROOT, "| %s | %s | %s | %s | %,d |%n", contender.name, spread(own.stream().mapToDouble(Sample::micros).toArray(), "%.1f"),
                    ratio(own, samples.get("nginx")), ratio(own, samples.get("haproxy")),
                    (long) median(own.stream().mapToDouble(Sample::requests).toArray()));
        }
    }

    private static String ratio(List<Sample> own, List<Sample> other) {
        double[] ratios = new double[own.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = own.get(i).micros / other.get(i).micros;
        }
        return spread(ratios, "%.2f");
    }

    private static String spread(double[] values, String format) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return String.format(Locale.ROOT, format + " (" + format + " to " + format + ")", median(values), sorted[0], sorted[sorted.length - 1]);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    // ---- load and CPU time

    private long load(Scenario scenario, Contender contender, int seconds) throws Exception {
        Process process = new ProcessBuilder(wrk, "-t1", "-c" + scenario.connections, "-d" + seconds + "s", "--timeout", "10s",
                "http://127.0.0.1:" + contender.port + scenario.path).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher requests = REQUESTS.matcher(output);
        if (process.waitFor() != 0 || !requests.find()) {
            throw new IOException("wrk failed against " + contender.name + ":\n" + output);
        }
        Matcher trouble = TROUBLE.matcher(output);
        if (trouble.find()) {
            System.out.println("note: " + contender.name + ", " + scenario.name + ": " + trouble.group(1));
        }
        return Long.parseLong(requests.group(1));
    }

    private static long cpuTicks(Process process) throws IOException {
        long sum = ticks(process.pid());
        for (ProcessHandle child : process.descendants().toList()) {
            sum += ticks(child.pid());
        }
        return sum;
    }

    private static long ticks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);           // utime, stime (proc(5))
    }

    // ---- processes

    private int startOrigin() throws Exception {
        Path root = Files.createDirectories(folder.resolve("www"));
        Files.write(root.resolve("small"), "x".repeat(128).getBytes(StandardCharsets.US_ASCII));
        Files.write(root.resolve("large"), new byte[10 << 20]);
        int port = freePort();
        startNginx("origin", """
                worker_processes 1;
                http { access_log off; sendfile on; keepalive_requests 1000000000; keepalive_timeout 1h;
                server { listen 127.0.0.1:%d backlog=4096; root %s; default_type text/plain; } }
                """.formatted(port, root), port);
        return port;
    }

    private Contender startNginx(int origin) throws Exception {
        int port = freePort();
        Process process = startNginx("nginx", """
                worker_processes 2;
                http { access_log off; keepalive_requests 1000000000; keepalive_timeout 1h;
                upstream origin { server 127.0.0.1:%d; keepalive 256; keepalive_requests 1000000000; }
                server { listen 127.0.0.1:%d reuseport; location / { proxy_pass http://origin; proxy_http_version 1.1;
                proxy_max_temp_file_size 0; proxy_set_header Connection ""; proxy_set_header Host $http_host;
                proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;
                proxy_set_header X-Forwarded-Host $http_host; } } }
                """.formatted(origin, port), port);
        return new Contender("nginx", port, process);
    }

    private Process startNginx(String name, String http, int port) throws Exception {
        Path home = Files.createDirectories(folder.resolve(name));
        Path file = home.resolve("nginx.conf");
        Files.writeString(file, "daemon off; pid " + home + "/pid; error_log stderr error;\nevents { worker_connections 4096; }\n" + http);
        return start(port, nginx, "-e", "stderr", "-p", home.toString(), "-c", file.toString());
    }

    private Contender startHaproxy(int origin) throws Exception {
        int port = freePort();
        Path file = folder.resolve("haproxy.cfg");
        Files.writeString(file, """
                global
                  nbthread 2
                  maxconn 4096
                defaults
                  mode http
                  timeout client 60s
                  timeout server 60s
                  timeout connect 5s
                  option forwardfor
                  http-reuse always
                frontend front
                  bind 127.0.0.1:%d
                  http-request set-header X-Forwarded-Proto http
                  http-request set-header X-Forwarded-Host %%[req.hdr(host)]
                  default_backend back
                backend back
                  server origin 127.0.0.1:%d
                """.formatted(port, origin));
        return new Contender("haproxy", port, start(port, haproxy, "-db", "-q", "-f", file.toString()));
    }

    private Contender startWeir(Path jar, String jdk, int origin) throws Exception {
        int port = freePort();
        String version = Runtime.Version.parse(property(jdk, "java.version")).feature() + "";
        Process process = start(port, jdk + "/bin/java", "-jar", jar.toString(), "--from", "127.0.0.1:" + port, "--to", "127.0.0.1:" + origin,
                "--set", "log.access=off", "--set", "server.workers=2");
        return new Contender("weir, JDK " + version, port, process);
    }

    private static String property(String jdk, String name) throws IOException {
        for (String line : Files.readAllLines(Path.of(jdk, "release"))) {
            if (line.startsWith(name.toUpperCase(Locale.ROOT).replace('.', '_') + "=")) {
                return line.replaceAll(".*=\"?|\"", "");
            }
        }
        throw new IOException(jdk + "/release does not say " + name);
    }

    private Process start(int port, String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("log-" + port).toFile()).start();
        started.add(process);
        for (int i = 0; i < 200; i++) {
            try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return process;
            } catch (IOException e) {
                if (!process.isAlive()) {
                    break;
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        throw new IOException(command[0] + " did not start:\n" + Files.readString(folder.resolve("log-" + port)));
    }

    private void stop() throws InterruptedException {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        for (Process process : started) {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private String versions() throws IOException, InterruptedException {
        return version(nginx, "-v") + ", " + version(haproxy, "-v");
    }

    private static String version(String tool, String option) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(tool, option).redirectErrorStream(true).start();
        String first = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().findFirst().orElse("?");
        process.waitFor();
        return first.replaceAll("nginx version: ", "").replaceAll(" version ([^ ]+).*", "/$1");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
