package weir.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import weir.config.Configuration;
import weir.config.Settings;
import weir.observe.Journal;
import weir.server.ProxyServer;

/** {@code weir demo}: two small origins inside the process and a proxy before them. Ends with TERM or INT. */
final class DemoCommand {
    private static final int FIRST_PORT = 8080;
    private static final int PORTS_TRIED = 20;

    private final PrintStream out;
    private final PrintStream err;
    private final Journal journal;

    DemoCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
        this.journal = new Journal(err);
    }

    int run(Arguments arguments) {
        if (settings("listen.demo = :0\n" + DemoPages.proxyConfiguration(1, 2), arguments.sets(), err).isEmpty()) {
            return Main.FAULTS;                                // a wrong --set, said once and not for every port that is tried
        }
        CountDownLatch ended = new CountDownLatch(1);
        Signals.on("TERM", ended::countDown);
        Signals.on("INT", ended::countDown);
        try (ProxyServer origins = new ProxyServer(settings(DemoPages.originsConfiguration(), List.of()), journal)) {
            origins.start();
            String configuration = DemoPages.proxyConfiguration(origins.address("one").getPort(), origins.address("two").getPort());
            try (ProxyServer proxy = onFreePort(configuration, arguments.sets())) {
                proxy.start();
                announce(proxy, configuration);
                ended.await();
            }
            return Main.OK;
        } catch (IOException e) {
            journal.error(e.getMessage());
            return Main.FAULTS;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Main.OK;
        }
    }

    private ProxyServer onFreePort(String configuration, List<String> sets) throws IOException {
        IOException last = null;
        for (int port = FIRST_PORT; port < FIRST_PORT + PORTS_TRIED; port++) {
            try {
                return new ProxyServer(settings("listen.demo = 127.0.0.1:" + port + "\n" + configuration, sets), journal);
            } catch (IOException e) {
                last = e;
            }
        }
        throw new IOException("no free port from " + FIRST_PORT + " to " + (FIRST_PORT + PORTS_TRIED - 1) + ": " + last.getMessage(), last);
    }

    /** What there is to warn of was said before. */
    private static Settings settings(String text, List<String> sets) {
        return settings(text, sets, new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)).orElseThrow();
    }

    private static Optional<Settings> settings(String text, List<String> sets, PrintStream err) {
        Configuration read = Configuration.ofText("demo", text, sets, name -> null);
        if (!read.problems().isEmpty()) {
            err.print(read.problems().render());
        }
        return read.settings();
    }

    private void announce(ProxyServer proxy, String configuration) {
        String at = "127.0.0.1:" + proxy.address("demo").getPort();
        String metrics = "127.0.0.1:" + proxy.address("metrics").getPort();
        out.println("weir demo: open http://" + at + "/ in a browser. Ctrl-C ends it.");
        out.println();
        out.println("What runs (as it would stand in weir.properties):");
        out.println("    listen.demo = " + at);
        configuration.lines().forEach(line -> out.println("    " + line));
        out.println();
        out.println("Try next:");
        out.println("    curl http://" + at + "/whoami        # again and again: the two origins take turns");
        out.println("    curl -i http://" + at + "/hello      # answered by weir itself");
        out.println("    curl -i http://" + at + "/go         # a redirect");
        out.println("    curl http://" + metrics + "/metrics     # what weir counts");
        out.println("    printf 'GET / HTTP/1.1\\nHost: x\\n\\n' | nc 127.0.0.1 " + proxy.address("demo").getPort()
                + "     # bare LF: refused");
        out.println();
        out.flush();
    }
}
