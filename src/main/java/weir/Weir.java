package weir;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import weir.config.Configuration;
import weir.config.Settings;
import weir.observe.Journal;
import weir.server.ProxyServer;

/**
 * A proxy inside another program:
 *
 * <pre>
 *   try (Weir weir = Weir.start(Weir.settings("""
 *           listen.web = 127.0.0.1:8080
 *           route.all  = /* -> localhost:3000
 *           """))) { ... }
 * </pre>
 *
 * <p>It takes over no signal and sets no system property, and any number of them can run in one JVM. What belongs to the whole JVM stays as
 * the program has it: how long the JDK keeps names (security property {@code networkaddress.cache.ttl}), and the groups and handshake limits of
 * TLS on JDK 17 (system properties, read before the first use of TLS).
 *
 * <p>Methods may be called from any thread but an event loop's, one at a time.
 */
public final class Weir implements AutoCloseable {
    private final ProxyServer server;

    private Weir(ProxyServer server) {
        this.server = server;
    }

    /**
     * Reads a configuration as {@code weir.properties(5)} describes it; {@code ${NAME}} stands for variables of the environment.
     *
     * @throws IllegalArgumentException it has errors; the message has all of them, with their lines
     */
    public static Settings settings(String configuration) {
        return sound(Configuration.ofText("configuration", configuration, List.of(), System::getenv));
    }

    /** The same of a file, with all it includes. */
    public static Settings settings(Path file) {
        return sound(Configuration.read(file, List.of(), System::getenv));
    }

    private static Settings sound(Configuration read) {
        return read.settings().orElseThrow(() -> new IllegalArgumentException("the configuration has errors:\n" + read.problems().render()));
    }

    /** Starts one that tells of its events on standard error. @throws IOException as {@link #start(Settings, RequestHook, Appendable)} */
    public static Weir start(Settings settings) throws IOException {
        return start(settings, null, System.err);
    }

    /**
     * Listens, and serves until it is closed.
     *
     * @param hook sees every request that a route takes, before anything else; null for none
     * @param journal gets a line for each event an operator may want to know of; from any thread, one at a time
     * @throws IOException an address cannot be listened on, a file not be opened; nothing stays open
     */
    public static Weir start(Settings settings, RequestHook hook, Appendable journal) throws IOException {
        ProxyServer server = new ProxyServer(settings, new Journal(journal), hook == null ? List.of() : List.of(new HookFilter(hook)));
        server.start();
        return new Weir(server);
    }

    /** Where a listener stands, with the port that was bound. @throws IllegalArgumentException there is none of this name */
    public InetSocketAddress address(String listener) {
        return server.address(listener);
    }

    /**
     * Takes over another configuration; what runs ends under the old one.
     *
     * @throws IOException that cannot be done, as the message says; nothing has changed
     */
    public void reload(Settings settings) throws IOException {
        server.reload(settings);
    }

    /** The metrics page, in the text format of Prometheus. */
    public String metrics() {
        return new String(server.metrics().text(), StandardCharsets.UTF_8);
    }

    /**
     * Accepts nothing more and waits for what runs, at most {@code server.shutdown-grace}. {@link #close} follows.
     *
     * @return whether all of it has ended
     */
    public boolean drain() throws InterruptedException {
        return server.drain();
    }

    /** Ends it; what runs is cut. */
    @Override
    public void close() {
        server.close();
    }
}
