package weir.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * How soon weir answers, and how much memory it takes, as a Markdown table: installed as {@code make install} does it, with the
 * launcher's options, on each JDK that is named. {@code java … weir.bench.Footprint JDK_HOME...}, in the folder of the project.
 *
 * <p>What answers is a proxied request: weir, one connection to an origin in this process, and back.
 */
public final class Footprint {
    private static final int STARTS = 15;
    private static final int REQUESTS = 100_000;
    private static final int REST_SECONDS = 5;
    private static final int CLIENTS = 8;
    private static final int CONNECTIONS = 1_000;
    private static final int MILLIS_MAX = 30_000;
    private static final String END = "\r\n\r\n";
    private static final String CONTENT = "hi";

    private final Path folder;
    private final String weir;
    private final String jdk;
    private final int port;
    private final int tlsPort;

    /** A weir that runs. @param answeredNanos from before it was started to the first answer */
    private record Running(Process process, long answeredNanos) implements AutoCloseable {
        double megabytes() throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
                }
            }
            throw new IOException("weir has ended");
        }

        @Override
        public void close() throws IOException {
            process.destroy();
            try {
                if (!process.waitFor(MILLIS_MAX, TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new IOException("weir does not end");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Footprint(Path folder, String weir, String jdk) throws IOException {
        this.folder = folder;
        this.weir = weir;
        this.jdk = jdk;
        port = freePort();
        tlsPort = freePort();
    }

    public static void main(String[] jdks) throws IOException, InterruptedException, GeneralSecurityException {
        if (jdks.length == 0) {
            System.err.println("usage: java ... weir.bench.Footprint JDK_HOME...");
            System.exit(2);
        }
        List<String[]> columns = new ArrayList<>();
        try (ServerSocket origin = origin()) {
            for (String jdk : jdks) {
                Path folder = Files.createTempDirectory("weir-footprint");
                try {
                    columns.add(new Footprint(folder, install(folder, jdk), jdk).measure(origin.getLocalPort()));
                } finally {
                    delete(folder);
                }
            }
        }
        print(columns);
    }

    private static void print(List<String[]> columns) {
        String[] rows = {"", "first answer after exec, least of " + STARTS, "the median", "RSS after the first answer", "RSS " + REST_SECONDS + " s after " + REQUESTS + " requests",
            "RSS with " + CONNECTIONS + " connections", "RSS with " + CONNECTIONS + " TLS connections", "with a heap of 16 MiB, " + CONNECTIONS + " connections"};
        for (int i = 0; i < rows.length; i++) {
            StringBuilder line = new StringBuilder("| " + rows[i]);
            for (String[] column : columns) {
                line.append(" | ").append(column[i]);
            }
            System.out.println(line.append(" |"));
            if (i == 0) {
                System.out.println("|---" + "|---".repeat(columns.size()) + "|");
            }
        }
    }

    private static String install(Path folder, String jdk) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", ".ci/install", "install").redirectErrorStream(true);
        builder.environment().putAll(Map.of("DESTDIR", folder.toString(), "PREFIX", "/usr", "JAVA_HOME", jdk));
        Program.output(builder.start());
        if (!Files.exists(folder.resolve("usr/share/weir/weir.jsa"))) {
            throw new IOException(jdk + " has made no archive of classes");
        }
        return folder.resolve("usr/bin/weir").toString();
    }

    private String[] measure(int origin) throws IOException, InterruptedException, GeneralSecurityException {
        String plain = "listen.web = 127.0.0.1:" + port + "\npool.app = 127.0.0.1:" + origin + "\nroute.all = /* -> app\nlog.access = off\nserver.shutdown-grace = 0s\n";
        Path file = Files.writeString(folder.resolve("plain.properties"), plain);
        Path secure = Files.writeString(folder.resolve("tls.properties"), plain + certificate());
        List<String> column = new ArrayList<>(List.of("JDK " + Program.feature(jdk)));
        long[] nanos = new long[STARTS];
        double[] atStart = new double[STARTS];
        for (int i = 0; i < STARTS; i++) {
            try (Running running = start(file, Map.of())) {
                nanos[i] = running.answeredNanos;
                atStart[i] = running.megabytes();
            }
        }
        Arrays.sort(nanos);
        Arrays.sort(atStart);
        column.add(String.format(Locale.ROOT, "%.0f ms", nanos[0] / 1e6));
        column.add(String.format(Locale.ROOT, "%.0f ms", nanos[STARTS / 2] / 1e6));
        column.add(megabytes(atStart[STARTS / 2]));
        try (Running running = start(file, Map.of())) {
            askManyTimes();
            TimeUnit.SECONDS.sleep(REST_SECONDS);             // compilers give back what they took
            column.add(megabytes(running.megabytes()));
        }
        column.add(megabytes(withConnections(file, Map.of(), false)));
        column.add(megabytes(withConnections(secure, Map.of(), true)));
        column.add(megabytes(withConnections(file, Map.of("WEIR_HEAP", "16m"), false)));
        return column.toArray(new String[0]);
    }

    private static String megabytes(double amount) {
        return String.format(Locale.ROOT, "%.0f MiB", amount);
    }

    // ---- weir

    private Running start(Path file, Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(weir, "run", file.toString()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().put("JAVA_HOME", jdk);
        builder.environment().keySet().removeIf(name -> name.startsWith("WEIR_") || name.equals("JAVA_TOOL_OPTIONS") || name.equals("JDK_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        Process process = builder.start();
        while (process.isAlive() && System.nanoTime() - start < MILLIS_MAX * 1_000_000L) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                ask(socket);
                return new Running(process, System.nanoTime() - start);
            } catch (SocketException e) {                     // nobody listens yet, or only to find out whether the port is free
                TimeUnit.MICROSECONDS.sleep(500);             // to ask without a pause would take a processor away
            }
        }
        process.destroyForcibly();
        throw new IOException("weir does not answer:\n" + Files.readString(folder.resolve("log")));
    }

    /** RSS with so many connections open, each of which has had an answer. */
    private double withConnections(Path file, Map<String, String> environment, boolean tls) throws IOException, InterruptedException, GeneralSecurityException {
        List<Socket> open = new ArrayList<>();
        SSLContext believing = tls ? believing() : null;
        try (Running running = start(file, environment)) {
            for (int i = 0; i < CONNECTIONS; i++) {
                Socket socket = tls ? believing.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), tlsPort)
                        : new Socket(InetAddress.getLoopbackAddress(), port);
                open.add(socket);
                ask(socket);
            }
            for (Socket each : open) {
                ask(each);                                     // all are still there
            }
            return running.megabytes();
        } finally {
            for (Socket each : open) {
                each.close();
            }
        }
    }

    private void askManyTimes() throws IOException, InterruptedException {
        List<Thread> threads = new ArrayList<>();
        List<IOException> failures = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Thread thread = new Thread(() -> {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    for (int n = 0; n < REQUESTS / CLIENTS; n++) {
                        ask(socket);
                    }
                } catch (IOException e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread each : threads) {
            each.join();
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    /** One request, and its answer to the last byte. */
    private static void ask(Socket socket) throws IOException {
        socket.setSoTimeout(MILLIS_MAX);
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        String answer = read(socket.getInputStream(), END + CONTENT);
        if (!answer.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("weir answers " + answer);
        }
    }

    /** What comes, up to these last characters; less when the other side ends. */
    private static String read(InputStream in, String last) throws IOException {
        byte[] bytes = new byte[4096];
        String text = "";
        int n = 0;
        for (int length = 0; !text.endsWith(last) && n >= 0 && length < bytes.length; length += Math.max(0, n)) {
            n = in.read(bytes, length, bytes.length - length);
            text = new String(bytes, 0, length + Math.max(0, n), StandardCharsets.ISO_8859_1);
        }
        return text;
    }

    // ---- what stands around it

    private static ServerSocket origin() throws IOException {
        ServerSocket server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        daemon(() -> {
            while (true) {
                Socket socket = server.accept();
                daemon(() -> {
                    while (!read(socket.getInputStream(), END).isEmpty()) {
                        socket.getOutputStream().write(("HTTP/1.1 200 OK\r\nContent-Length: 2" + END + CONTENT).getBytes(StandardCharsets.US_ASCII));
                    }
                    socket.close();
                });
            }
        });
        return server;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                return;                                        // the other side has gone, or this program ends
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private String certificate() throws IOException, InterruptedException {
        Path certificate = folder.resolve("bench.crt");
        Path key = folder.resolve("bench.key");
        Program.output(Program.find("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key.toString(), "-out", certificate.toString());
        return "tls.bench = " + certificate + " " + key + "\nlisten.secure = 127.0.0.1:" + tlsPort + "\nlisten.secure.certs = bench\n";
    }

    /** Whatever certificate is shown: what is measured is the other side. */
    private static SSLContext believing() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        }}, null);
        return context;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
