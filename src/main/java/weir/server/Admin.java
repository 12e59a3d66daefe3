package weir.server;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import weir.config.AdminSettings;
import weir.exchange.Service;
import weir.net.ConnectionLimit;
import weir.observe.Journal;
import weir.server.admin.AdminService;
import weir.server.admin.Answer;
import weir.server.admin.Desk;
import weir.server.admin.Endpoints;
import weir.server.admin.Json;
import weir.server.admin.Outcome;
import weir.server.admin.Request;

/** The admin listener's commands for the process as a whole, and what the listener needs beside. */
final class Admin implements AutoCloseable {
    /** Of the listener, in metrics and messages. */
    static final String NAME = "admin";

    private static final int CONNECTIONS_MAX = 32;

    private final ProxyServer server;
    private final Journal journal;
    private final Desk desk;
    private final Endpoints endpoints;
    /** Of its own: the operator gets in when server.connections is used up. */
    private final ConnectionLimit limit = new ConnectionLimit("connections of admin", CONNECTIONS_MAX);
    private final Instant started = Instant.now();
    private volatile Control control;
    private volatile Reloaded lastReload;

    /** @param failure null when it took effect */
    private record Reloaded(Instant at, String failure) {}

    Admin(ProxyServer server, PoolCommands pools, CacheCommands caches, Journal journal) {
        this.server = server;
        this.journal = journal;
        desk = new Desk(journal);
        Endpoints.Builder all = new Endpoints.Builder()
                .add("GET", "/status", this::status)
                .add("POST", "/reload", this::reload)
                .add("POST", "/drain", this::drain);
        pools.addTo(all);
        caches.addTo(all);
        endpoints = all.build();
    }

    void control(Control whose) {
        control = whose;
    }

    ConnectionLimit limit() {
        return limit;
    }

    Service service(AdminSettings settings) {
        return AdminService.of(settings.address(), settings.token(), endpoints, desk, journal);
    }

    /** @param failure null when it took effect */
    void reloaded(String failure) {
        lastReload = new Reloaded(Instant.now(), failure);
    }

    private Outcome status(Request request) {
        Json json = new Json().object();
        json.put("version", ProxyServer.class.getPackage().getImplementationVersion());
        json.put("jvm", Runtime.version().toString());
        json.put("pid", ProcessHandle.current().pid());
        json.put("started", started.truncatedTo(ChronoUnit.SECONDS).toString());
        json.put("uptime_seconds", Instant.now().getEpochSecond() - started.getEpochSecond());
        json.put("draining", server.isDraining());
        json.put("connections", server.openConnections());
        json.name("listeners").array();
        listeners().forEach((name, all) -> {
            json.object().put("name", name).name("addresses").array();
            all.forEach(entrance -> json.value(AddressText.of(entrance.address())));
            json.end().put("connections", all.stream().mapToInt(Entrance::openConnections).sum()).end();
        });
        json.end().name("reload");
        Reloaded last = lastReload;
        if (last == null) {
            json.value(null);
        } else {
            json.object().put("at", last.at.truncatedTo(ChronoUnit.SECONDS).toString()).put("ok", last.failure == null).put("failure", last.failure).end();
        }
        return new Answer(200, json.end());
    }

    private Map<String, List<Entrance>> listeners() {
        return server.entrances().stream().collect(Collectors.groupingBy(Entrance::name, LinkedHashMap::new, Collectors.toList()));
    }

    private Outcome reload(Request request) throws InterruptedException {
        Control whose = control;
        if (whose == null) {
            return Answer.error(501, "this program has no file to read again");
        }
        if (server.isDraining()) {
            return Answer.error(409, "draining: nothing is reloaded any more");
        }
        Control.Reload reload = whose.reload();
        Json json = new Json().object();
        if (!reload.ok()) {
            json.put("error", reload.message());
        } else {
            json.put("message", reload.message());
        }
        return new Answer(reload.ok() ? 200 : 422, json.put("problems", reload.problems()).end());
    }

    private Outcome drain(Request request) {
        Control whose = control;
        if (whose == null) {
            return Answer.error(501, "this program does not end when it is asked to");
        }
        boolean already = server.isDraining();
        whose.drain();
        return new Answer(202, new Json().object().put("message", already ? "draining already" : "draining")
                .put("connections", server.openConnections()).end());
    }

    @Override
    public void close() {
        desk.close();
    }
}
