package weir.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import weir.config.ListenSettings;
import weir.config.ServerTlsSettings;
import weir.config.Settings;
import weir.observe.Journal;
import weir.server.AddressText;
import weir.server.ProxyServer;
import weir.tls.JdkTls;

/** {@code weir run}: serves until a signal says otherwise. */
final class RunCommand {
    private enum Event { STOP, RELOAD, REOPEN, DRAINED }

    private final PrintStream err;
    private final Journal journal;
    private final UnaryOperator<String> environment;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    RunCommand(PrintStream err, UnaryOperator<String> environment) {
        this.err = err;
        this.journal = new Journal(err);
        this.environment = environment;
    }

    int run(Arguments arguments) {
        ConfigurationSource source = new ConfigurationSource(arguments, environment);
        Optional<Settings> settings = source.settings(err);
        if (settings.isEmpty()) {
            return Main.FAULTS;
        }
        prepareTls(settings.get(), journal);
        try (ProxyServer server = new ProxyServer(settings.get(), journal)) {
            listenForSignals(server);
            server.start();
            announce(server);
            return serve(server, source);
        } catch (IOException e) {
            journal.error(e.getMessage());
            return Main.FAULTS;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Main.FAULTS;
        }
    }

    /** What belongs to the whole process, before any class of TLS is loaded. */
    static void prepareTls(Settings settings, Journal journal) {
        ServerTlsSettings tls = settings.server().tls();
        boolean used = !settings.originTls().isEmpty() || settings.listens().stream().anyMatch(listen -> listen.tls() != null);
        String trouble = JdkTls.prepare(tls.groups(), tls.ownX25519() && used, tls.stapling());
        if (!trouble.isEmpty()) {
            journal.info(trouble);
        }
    }

    private void listenForSignals(ProxyServer server) {
        Runnable stop = () -> events.add(Event.STOP);
        if (!Signals.on("TERM", stop) || !Signals.on("INT", stop)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(server), "weir-shutdown"));
        }
        Signals.on("HUP", () -> events.add(Event.RELOAD));
        Signals.on("USR1", () -> events.add(Event.REOPEN));
    }

    private void announce(ProxyServer server) {
        for (ListenSettings listen : server.settings().listens()) {
            journal.info("listen." + listen.name() + " on "
                    + server.addresses(listen.name()).stream().map(AddressText::of).collect(Collectors.joining(", ")));
        }
        if (server.settings().metrics() != null) {
            journal.info("metrics on " + AddressText.of(server.address("metrics")) + server.settings().metrics().path());
        }
    }

    private int serve(ProxyServer server, ConfigurationSource source) throws InterruptedException {
        boolean draining = false;
        while (true) {
            switch (events.take()) {
                case STOP -> {
                    if (draining) {
                        journal.warn("second signal: leaving now, " + server.openConnections() + " connections are cut");
                        return Main.OK;
                    }
                    draining = true;
                    journal.info("draining: " + server.openConnections() + " connections");
                    Thread drainer = new Thread(() -> {
                        drain(server);
                        events.add(Event.DRAINED);
                    }, "weir-drain");
                    drainer.setDaemon(true);
                    drainer.start();
                }
                case RELOAD -> {
                    if (!draining) {
                        reload(server, source);
                    }
                }
                case REOPEN -> server.reopenLogs();
                case DRAINED -> {
                    return Main.OK;
                }
            }
        }
    }

    private void drain(ProxyServer server) {
        try {
            if (server.drain()) {
                journal.info("drained");
            } else {
                journal.warn("server.shutdown-grace is over: " + server.openConnections() + " connections are cut");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void reload(ProxyServer server, ConfigurationSource source) {
        Optional<Settings> next = source.settings(err);
        if (next.isEmpty()) {
            server.reloadFailed();
            journal.error("reload: " + source.name() + " has errors; the running configuration stays");
            return;
        }
        try {
            server.reload(next.get());
            journal.info("reloaded " + source.name());
        } catch (IOException e) {
            server.reloadFailed();
            journal.error("reload: " + e.getMessage() + "; the running configuration stays");
        }
    }
}
