package weir.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import weir.config.Configuration;
import weir.config.ListenSettings;
import weir.config.ServerTlsSettings;
import weir.config.Settings;
import weir.observe.Journal;
import weir.server.AddressText;
import weir.server.Control;
import weir.server.ProxyServer;
import weir.tls.JdkTls;

/** {@code weir run}: serves until a signal says otherwise. */
final class RunCommand {
    private enum Event { STOP, DRAIN, RELOAD, REOPEN, DRAINED }

    /** @param reload who waits for it; null when nobody does */
    private record Queued(Event event, CompletableFuture<Control.Reload> reload) {
        Queued(Event event) {
            this(event, null);
        }
    }

    private final PrintStream err;
    private final Journal journal;
    private final UnaryOperator<String> environment;
    private final BlockingQueue<Queued> events = new LinkedBlockingQueue<>();

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
        ProxyServer.Ports ports = arguments.beside() ? ProxyServer.Ports.SHARE : ProxyServer.Ports.REFUSE;
        try (ProxyServer server = new ProxyServer(settings.get(), journal, ports, SystemNames.LOOKUP)) {
            server.control(control());
            server.start();
            listenForSignals(server);                          // later than the first answer: it takes a tenth of the time of a start
            announce(server);
            if (arguments.beside()) {
                announceNeighbours(server);
            }
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
        Runnable stop = () -> events.add(new Queued(Event.STOP));
        if (!Signals.on("TERM", stop) || !Signals.on("INT", stop)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(server), "weir-shutdown"));
        }
        Signals.on("HUP", () -> events.add(new Queued(Event.RELOAD)));
        Signals.on("USR1", () -> events.add(new Queued(Event.REOPEN)));
    }

    /** The admin listener's wishes stand in line with the signals. */
    private Control control() {
        return new Control() {
            @Override
            public Reload reload() throws InterruptedException {
                CompletableFuture<Reload> done = new CompletableFuture<>();
                events.add(new Queued(Event.RELOAD, done));
                try {
                    return done.get();
                } catch (ExecutionException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void drain() {
                events.add(new Queued(Event.DRAIN));
            }
        };
    }

    private void announce(ProxyServer server) {
        for (ListenSettings listen : server.settings().listens()) {
            journal.info("listen." + listen.name() + " on "
                    + server.addresses(listen.name()).stream().map(AddressText::of).collect(Collectors.joining(", "))
                    + (server.isInherited(listen.name()) ? ", inherited" : ""));
        }
        if (server.settings().admin() != null) {
            journal.info("admin on " + server.adminAddress());
        }
        if (server.settings().metrics() != null) {
            journal.info("metrics on " + AddressText.of(server.address("metrics")) + server.settings().metrics().path());
        }
    }

    private void announceNeighbours(ProxyServer server) {
        List<String> shared = server.shared();
        if (!shared.isEmpty()) {
            journal.info("serving beside another process on " + String.join(", ", shared) + ": TERM makes that one hand over what comes, and finish what it has");
        } else if (!server.settings().listens().stream().allMatch(listen -> server.isInherited(listen.name()))) {
            journal.warn("--beside: no other process is seen to listen on these ports");
        }
    }

    private int serve(ProxyServer server, ConfigurationSource source) throws InterruptedException {
        boolean draining = false;
        while (true) {
            Queued next = events.take();
            switch (next.event) {
                case STOP, DRAIN -> {
                    if (draining && next.event == Event.DRAIN) {
                        continue;                          // asked for twice is no reason to cut anything
                    }
                    if (draining) {
                        journal.warn("second signal: leaving now, " + server.openConnections() + " connections are cut");
                        return Main.OK;
                    }
                    draining = true;
                    journal.info("draining: " + server.openConnections() + " connections");
                    Thread drainer = new Thread(() -> {
                        drain(server);
                        events.add(new Queued(Event.DRAINED));
                    }, "weir-drain");
                    drainer.setDaemon(true);
                    drainer.start();
                }
                case RELOAD -> {
                    Control.Reload reload = draining ? new Control.Reload(false, "draining: nothing is reloaded any more", "") : reload(server, source);
                    if (next.reload != null) {
                        next.reload.complete(reload);
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

    private Control.Reload reload(ProxyServer server, ConfigurationSource source) {
        Configuration read = source.read();
        String problems = read.problems().render();
        err.print(problems);
        if (read.settings().isEmpty()) {
            return refused(server, source.name() + " has errors", problems);
        }
        try {
            server.reload(read.settings().get());
        } catch (IOException e) {
            return refused(server, e.getMessage(), problems);
        }
        String message = "reloaded " + source.name();
        journal.info(message);
        return new Control.Reload(true, message, problems);
    }

    private Control.Reload refused(ProxyServer server, String why, String problems) {
        String message = "reload: " + why + "; the running configuration stays";
        server.reloadFailed(why);
        journal.error(message);
        return new Control.Reload(false, message, problems);
    }
}
