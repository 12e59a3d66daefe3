package weir.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import weir.config.Configuration;
import weir.config.Settings;
import weir.observe.Journal;
import weir.server.ProxyServer;
import weir.tls.Finding;
import weir.tls.JdkTls;

/** {@code weir demo}: two small origins inside the process and a proxy before them. Ends with TERM or INT. */
final class DemoCommand {
    private static final int FIRST_PORT = 8080;
    private static final int FIRST_TLS_PORT = 8443;
    private static final int PORTS_TRIED = 20;
    /** Another process may take a port between our look and our bind. */
    private static final int BINDS_TRIED = 5;

    private final PrintStream out;
    private final PrintStream err;
    private final Journal journal;

    DemoCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
        this.journal = new Journal(err);
    }

    int run(Arguments arguments) {
        Finding missing = arguments.tls() ? JdkTls.missing() : null;
        if (missing != null) {
            journal.error("no TLS here: " + missing.what() + "; " + missing.whatToDo());
            return Main.FAULTS;
        }
        try (DemoCertificate certificate = arguments.tls() ? DemoCertificate.create() : null) {
            return run(arguments, certificate);
        } catch (IOException e) {
            journal.error(e.getMessage());
            return Main.FAULTS;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Main.OK;
        }
    }

    /** @param certificate null without TLS */
    private int run(Arguments arguments, DemoCertificate certificate) throws IOException, InterruptedException {
        Optional<Settings> trial = settings(listeners(0, 0, certificate) + DemoPages.proxyConfiguration(1, 2), arguments.sets(), err);
        if (trial.isEmpty()) {
            return Main.FAULTS;                                // a wrong --set, said once and not for every port that is tried
        }
        RunCommand.prepareTls(trial.get(), journal);
        CountDownLatch ended = new CountDownLatch(1);
        Signals.on("TERM", ended::countDown);
        Signals.on("INT", ended::countDown);
        try (ProxyServer origins = new ProxyServer(settings(DemoPages.originsConfiguration(), List.of()), journal)) {
            origins.start();
            String configuration = DemoPages.proxyConfiguration(origins.address("one").getPort(), origins.address("two").getPort());
            try (ProxyServer proxy = onFreePorts(configuration, arguments.sets(), certificate)) {
                proxy.start();
                announce(proxy, configuration, certificate);
                ended.await();
            }
        }
        return Main.OK;
    }

    private static String listeners(int port, int tlsPort, DemoCertificate certificate) {
        return "listen.demo   = 127.0.0.1:" + port + "\n" + (certificate == null ? ""
                : "listen.secure = 127.0.0.1:" + tlsPort + "\n" + DemoPages.tlsConfiguration(certificate.certificate(), certificate.key()));
    }

    private ProxyServer onFreePorts(String configuration, List<String> sets, DemoCertificate certificate) throws IOException {
        for (int tries = 1; true; tries++) {
            String listeners = listeners(freePort(FIRST_PORT), certificate == null ? 0 : freePort(FIRST_TLS_PORT), certificate);
            try {
                return new ProxyServer(settings(listeners + configuration, sets), journal, ProxyServer.Ports.REFUSE, SystemNames.LOOKUP);
            } catch (IOException e) {
                if (tries == BINDS_TRIED || !(e.getCause() instanceof BindException)) {
                    throw e;
                }
            }
        }
    }

    private static int freePort(int first) throws IOException {
        IOException last = null;
        for (int port = first; port < first + PORTS_TRIED; port++) {
            try (ServerSocket probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
                return port;
            } catch (IOException e) {
                last = e;
            }
        }
        throw new IOException("no free port from " + first + " to " + (first + PORTS_TRIED - 1) + ": " + last.getMessage(), last);
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

    private void announce(ProxyServer proxy, String configuration, DemoCertificate certificate) {
        int port = proxy.address("demo").getPort();
        int tlsPort = certificate == null ? 0 : proxy.address("secure").getPort();
        String at = "127.0.0.1:" + port;
        out.println("weir demo: open http://" + at + "/ in a browser. Ctrl-C ends it.");
        if (certificate != null) {
            out.println("The same by TLS: https://localhost:" + tlsPort + "/. Browsers will warn of its certificate, and rightly: it was made");
            out.println("a moment ago and no authority that they know has signed it. It is gone when the demo ends.");
        }
        out.println();
        out.println("What runs (as it would stand in weir.properties):");
        (listeners(port, tlsPort, certificate) + configuration).lines().forEach(line -> out.println("    " + line));
        out.println();
        out.println("Try next:");
        out.println("    curl http://" + at + "/whoami        # again and again: the two origins take turns");
        out.println("    curl -i http://" + at + "/hello      # answered by weir itself");
        out.println("    curl -i http://" + at + "/go         # a redirect");
        out.println("    curl http://127.0.0.1:" + proxy.address("metrics").getPort() + "/metrics     # what weir counts");
        out.println("    printf 'GET / HTTP/1.1\\nHost: x\\n\\n' | nc 127.0.0.1 " + port + "     # bare LF: refused");
        if (certificate != null) {
            announceTls(tlsPort, certificate);
        }
        out.println();
        out.flush();
    }

    private void announceTls(int port, DemoCertificate certificate) {
        String file = shown(certificate.certificate());
        out.println();
        out.println("By TLS, with the demo's certificate as the authority that is believed:");
        out.println("    curl --cacert " + file + " https://localhost:" + port + "/whoami");
        out.println("    openssl s_client -connect localhost:" + port + " -CAfile " + file + " </dev/null     # version, cipher, certificate");
        out.println("    " + weir() + " cert " + file + " " + shown(certificate.key()) + "     # what it is good for");
        out.println("    curl http://localhost:" + port + "/     # plain HTTP on a TLS port: told so");
    }

    /** How this program was started. */
    private static String weir() {
        String path = System.getProperty("java.class.path", "");
        return path.endsWith(".jar") ? "java -jar " + shown(Path.of(path)) : "weir";
    }

    /** As a word of a shell. */
    private static String shown(Path path) {
        String text = path.toString();
        return text.matches("[\\w./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
