package weir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import weir.config.Configuration;
import weir.config.Settings;
import weir.net.Resolver;
import weir.observe.Journal;
import weir.server.ProxyServer;

/**
 * A whole proxy in the test's process: real sockets on loopback, one loop, a small memory bound. Closing it asserts that no
 * buffer is lent any more and that no internal error was reported.
 */
public final class TestProxy implements AutoCloseable {
    private static final String DEFAULTS = """
            listen.test = 127.0.0.1:0
            metrics = 127.0.0.1:0/metrics
            """;

    private final ProxyServer server;
    private final Path log;
    private final ByteArrayOutputStream journal = new ByteArrayOutputStream();
    private int logLinesRead;
    private boolean ended;

    private TestProxy(String configuration, Resolver.Lookup lookup) {
        try {
            log = Files.createTempFile("weir-test", ".log");
            server = new ProxyServer(settings(configuration), new Journal(new PrintStream(journal, true, StandardCharsets.UTF_8)),
                    ProxyServer.Ports.REFUSE, lookup);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.start();
    }

    private Settings settings(String configuration) {
        String base = DEFAULTS.lines().filter(line -> !configuration.contains(line.substring(0, line.indexOf('=') + 1))).collect(Collectors.joining("\n", "", "\n"));
        String own = (configuration.contains("log.access =") ? "" : "log.access = " + log + " json\n")
                + (configuration.contains("server.workers =") ? "" : "server.workers = 1\n")
                + (configuration.contains("server.memory =") ? "" : "server.memory = 16m\n");
        Configuration read = Configuration.ofText("test", base + own + configuration, List.of(), name -> null);
        return read.settings().orElseThrow(() -> new AssertionError(read.problems().render()));
    }

    /** Any path to a pool of these origins; {@code test} is the name of listener, pool and route. */
    public static TestProxy to(RawOrigin... origins) {
        return with("", origins);
    }

    /** The same, with more lines of configuration. */
    public static TestProxy with(String more, RawOrigin... origins) {
        return new TestProxy("pool.test = " + addresses(origins) + "\nroute.test = /* -> test\n" + more, InetAddress::getAllByName);
    }

    /** A configuration of the test's own; {@code listen.test} on a free port and a JSON log are there unless it says otherwise. */
    public static TestProxy configured(String configuration) {
        return new TestProxy(configuration, InetAddress::getAllByName);
    }

    /** The same, with a resolver of the test's own. */
    public static TestProxy resolving(Resolver.Lookup lookup, String configuration) {
        return new TestProxy(configuration, lookup);
    }

    /** {@code 127.0.0.1:port, …} as a pool wants it. */
    public static String addresses(RawOrigin... origins) {
        StringBuilder text = new StringBuilder();
        for (RawOrigin origin : origins) {
            text.append(text.length() == 0 ? "" : ", ").append("127.0.0.1:").append(origin.port());
        }
        return text.toString();
    }

    /** Takes over another configuration, as HUP does; with the same defaults as at the start, but for the port. */
    public void reload(String configuration) throws IOException {
        server.reload(settings(configuration));
    }

    public InetSocketAddress address() {
        return server.address("test");
    }

    public int port() {
        return address().getPort();
    }

    public ProxyServer server() {
        return server;
    }

    public RawConnection connect() {
        return RawConnection.to(address());
    }

    /** Sends bytes on a connection of their own and reads one response; whether the connection stays open is tried out. */
    public RawAnswer send(String wire) {
        try (RawConnection connection = connect()) {
            connection.send(wire);
            return RawAnswer.read(connection, wire.startsWith("HEAD "));
        }
    }

    /** The next line of the access log; waits for it. */
    public String nextLog() {
        Await.until("line " + (logLinesRead + 1) + " of the access log", () -> logLines().size() > logLinesRead);
        return logLines().get(logLinesRead++);
    }

    /** The {@code end} of the next line of the access log. */
    public String nextEnd() {
        String line = nextLog();
        int at = line.indexOf("\"end\":\"") + 7;
        return line.substring(at, line.indexOf('"', at));
    }

    private List<String> logLines() {
        try {
            String text = Files.readString(log, StandardCharsets.ISO_8859_1);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the operator would have read on standard error. */
    public String journal() {
        return journal.toString(StandardCharsets.UTF_8);
    }

    /** The value of a metric with its labels, as {@code weir_x{a="b"}}; 0 when it is not there. */
    public double metric(String series) {
        for (String line : new String(server.metrics().text(), StandardCharsets.UTF_8).split("\n", -1)) {
            if (line.startsWith(series + " ")) {
                return Double.parseDouble(line.substring(series.length() + 1));
            }
        }
        return 0;
    }

    /** Waits until no connection is open any more; then no buffer may be lent. */
    public void assertNothingHeld() {
        Await.until("all client connections are closed", () -> server.openConnections() == 0);
        Await.until("all buffers are given back", () -> server.lentBuffers() == 0);
    }

    /** Ends it at once, whatever runs. */
    public void cut() {
        ended = true;
        server.close();
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            if (!ended) {
                assertNothingHeld();
            }
            assertThat(journal()).doesNotContain("internal error");
        } finally {
            server.close();
            delete(log);
        }
    }
}
