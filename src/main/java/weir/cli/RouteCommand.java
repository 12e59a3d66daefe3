package weir.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import weir.config.Configuration;
import weir.config.ListenSettings;
import weir.config.RouteSettings;
import weir.config.Settings;
import weir.config.Shown;
import weir.config.TargetSettings;
import weir.exchange.Route;
import weir.filter.Routes;
import weir.net.IpLiteral;
import weir.server.Rehearsal;

/**
 * {@code weir route}: which route a request would take, why, and what would become of it there. The answer is that of the proxy itself
 * ({@link Rehearsal}); here it is told, with the lines of the file.
 */
final class RouteCommand {
    private static final int TEXT_WIDTH_MAX = 60;

    private final PrintStream out;
    private final PrintStream err;
    private final UnaryOperator<String> environment;

    RouteCommand(PrintStream out, PrintStream err, UnaryOperator<String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    /** @param label empty for one more of the kind before @param note empty for none */
    private record Line(String label, String text, String note) {}

    int run(RouteArguments arguments) {
        Configuration read = Configuration.read(arguments.file(), arguments.sets(), environment);
        if (!read.problems().isEmpty()) {
            err.print(read.problems().render());
        }
        if (read.settings().isEmpty()) {
            out.println(arguments.file() + ": has errors, see above");
            return Main.FAULTS;
        }
        Settings settings = read.settings().get();
        List<ListenSettings> listens = listeners(settings, arguments.url());
        if (listens.isEmpty()) {
            return Main.FAULTS;
        }
        Map<String, Shown> written = new HashMap<>();
        read.shown().forEach(each -> written.put(each.key(), each));
        try (Rehearsal rehearsal = new Rehearsal(settings)) {
            return tell(rehearsal, listens, new Report(settings, written, arguments));
        } catch (IOException e) {
            err.println("weir: " + e.getMessage());
            return Main.FAULTS;
        }
    }

    /** Listeners that do the same with the request are told once. */
    private int tell(Rehearsal rehearsal, List<ListenSettings> listens, Report report) throws IOException {
        Map<List<Line>, List<ListenSettings>> alike = new LinkedHashMap<>();
        boolean found = true;
        for (ListenSettings listen : listens) {
            Rehearsal.Outcome outcome = rehearsal.ask(listen, report.serverName(), report.arguments.request().getBytes(StandardCharsets.UTF_8));
            found &= outcome.route() != null || listen.redirect() != null && outcome.path() != null;
            alike.computeIfAbsent(report.lines(listen, outcome), lines -> new ArrayList<>()).add(listen);
        }
        String gap = "";
        for (Map.Entry<List<Line>, List<ListenSettings>> each : alike.entrySet()) {
            List<Line> lines = new ArrayList<>();
            each.getValue().forEach(listen -> report.add(lines, "listener", "listen." + listen.name(), ""));
            lines.addAll(each.getKey());
            out.print(gap + text(lines));
            gap = "\n";
        }
        return found ? Main.OK : Main.FAULTS;
    }

    /** Those that the scheme and the port lead to; without a port in the URL, and none at that of the scheme, all of the scheme. */
    private List<ListenSettings> listeners(Settings settings, RouteArguments.Url url) {
        List<ListenSettings> ofScheme = settings.listens().stream().filter(listen -> listen.tls() != null == url.secure()).toList();
        List<ListenSettings> ofPort = ofScheme.stream()
                .filter(listen -> listen.addresses().stream().anyMatch(at -> at.getPort() == url.port() || at.getPort() == 0)).toList();
        if (!ofPort.isEmpty() || !ofScheme.isEmpty() && !url.portWritten()) {
            return ofPort.isEmpty() ? ofScheme : ofPort;
        }
        String with = url.secure() ? "with" : "without";
        if (ofScheme.isEmpty()) {
            err.println("weir: no listener " + with + " TLS; write " + (url.secure() ? "http" : "https") + "://, or add one");
        } else {
            err.println("weir: no listener " + with + " TLS has port " + url.port() + "; leave the port out to ask "
                    + ofScheme.stream().map(listen -> "listen." + listen.name()).collect(Collectors.joining(", ")));
        }
        return List.of();
    }

    /** All lines with their columns below each other. */
    private static String text(List<Line> lines) {
        int labelWidth = lines.stream().mapToInt(line -> line.label.length()).max().orElse(0);
        int textWidth = Math.min(TEXT_WIDTH_MAX, lines.stream().filter(line -> !line.note.isEmpty()).mapToInt(line -> line.text.length()).max().orElse(0));
        StringBuilder text = new StringBuilder();
        String before = "";
        for (Line line : lines) {
            String label = line.label.equals(before) ? "" : line.label;
            text.append(label).append(" ".repeat(labelWidth - label.length() + 2)).append(line.text);
            if (!line.note.isEmpty()) {
                text.append(" ".repeat(Math.max(0, textWidth - line.text.length()))).append("  # ").append(line.note);
            }
            text.append('\n');
            before = line.label;
        }
        return text.toString();
    }

    /** What is told of a request. @param written what the configuration says of each key */
    private record Report(Settings settings, Map<String, Shown> written, RouteArguments arguments) {
        /** What a client names in its handshake: a name, no address (RFC 6066 §3). */
        String serverName() {
            String host = arguments.url().host();
            boolean address = host.startsWith("[") || IpLiteral.parse(host) != null;
            return address ? "" : (host.endsWith(".") ? host.substring(0, host.length() - 1) : host).toLowerCase(Locale.ROOT);
        }

        List<Line> lines(ListenSettings listen, Rehearsal.Outcome outcome) {
            List<Line> lines = new ArrayList<>();
            if (listen.redirect() != null && outcome.path() != null) {
                add(lines, "redirect", "listen." + listen.name() + ".redirect", "");
            }
            if (outcome.path() != null) {
                boolean same = outcome.path().equals(arguments.url().path());
                lines.add(new Line("path", outcome.path(), same ? "" : "the normal form of " + arguments.url().path()));
            }
            if (outcome.trace() != null) {
                choice(lines, outcome);
            }
            outcome.filters().forEach(key -> addIfWritten(lines, "filters", key));
            settings.routes().stream().filter(route -> route.name().equals(outcome.route())).forEach(route -> route(lines, route, outcome));
            if (outcome.status() != 0 || outcome.path() == null) {
                answer(lines, outcome);
            }
            return lines;
        }

        private void choice(List<Line> lines, Rehearsal.Outcome outcome) {
            Routes.Trace trace = outcome.trace();
            String method = arguments.method();
            if (outcome.route() != null) {
                add(lines, "route", "route." + outcome.route(), trace.matches().size() == 1 ? "the only one for this host and path" : "");
            } else if (trace.otherRoute() == null && outcome.status() == 404) {
                lines.add(new Line("route", "none", trace.matches().isEmpty() ? "none is for this host and path" : "none for this host and path takes " + method));
            }
            for (Routes.Match match : trace.matches()) {
                if (!match.route().name().equals(outcome.route())) {
                    add(lines, outcome.route() == null ? "matches" : "others", "route." + match.route().name(),
                            match.takesMethod() ? behind(match.behind()) : "does not take " + method);
                }
            }
            if (trace.otherRoute() != null && outcome.route() == null) {
                Route other = trace.otherRoute();
                lines.add(new Line("read as", trace.otherPath(), "a server may: that is " + (other == Route.NONE ? "no route" : "route." + other.name()
                        + " at " + from("route." + other.name()))));
            }
        }

        private static String behind(Routes.Rule rule) {
            return rule == null ? "" : switch (rule) {
                case HOST_EXACT -> "not the host itself";
                case WILDCARD_LONGER -> "a shorter wildcard";
                case HOST_NAMED -> "for any host";
                case PATH_LONGER -> "a shorter path";
                case PATH_EXACT -> "not the path itself";
                case METHODS_NAMED -> "for any method";
                case PRIORITY -> "a lower priority";
            };
        }

        private void route(List<Line> lines, RouteSettings route, Rehearsal.Outcome outcome) {
            if (outcome.cache() != null) {
                add(lines, "cache", "cache." + route.cache(), "");
                lines.add(outcome.cache().key() != null ? new Line("key", outcome.cache().key(), keyFrom(route))
                        : new Line("past it", outcome.cache().past(), ""));
            }
            if (outcome.pathSent() == null) {
                return;
            }
            List<TargetSettings.Share> shares = ((TargetSettings.ToPools) route.target()).shares();
            int whole = shares.stream().mapToInt(TargetSettings.Share::weight).sum();
            for (TargetSettings.Share share : shares) {
                List<String> notes = new ArrayList<>();
                if (shares.size() > 1) {
                    notes.add(percent(share.weight(), whole) + " of the requests");
                }
                if (settings.changes().containsKey(share.pool())) {
                    notes.add("changed since, see weir servers " + share.pool());
                }
                add(lines, "target", "pool." + share.pool(), String.join("; ", notes));
            }
            if (!outcome.pathSent().equals(outcome.path())) {
                lines.add(new Line("sent", "path " + outcome.pathSent(), ""));
            }
            if (route.originHost() != null) {
                add(lines, "sent", "Host: " + (route.originHost().isEmpty() ? "the server's own name" : route.originHost()), "route." + route.name() + ".host", "");
            }
        }

        private String keyFrom(RouteSettings route) {
            return written.containsKey("route." + route.name() + ".cache.key") ? from("route." + route.name() + ".cache.key") : "";
        }

        private static String percent(int weight, int whole) {
            return BigDecimal.valueOf(100L * weight).divide(BigDecimal.valueOf(whole), 2, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString() + "%";
        }

        private static void answer(List<Line> lines, Rehearsal.Outcome outcome) {
            String status = outcome.status() == 0 ? "none" : Integer.toString(outcome.status());
            lines.add(new Line("answer", status + (outcome.location() == null ? "" : " to " + outcome.location()), outcome.end().equals("ok") ? "" : outcome.end()));
        }

        // ---- lines of the file

        void add(List<Line> lines, String label, String key, String why) {
            Shown shown = written.get(key);
            add(lines, label, shown == null ? key.substring(key.indexOf('.') + 1) : shown.key() + " = " + shown.value(), key, why);
        }

        private void add(List<Line> lines, String label, String text, String key, String why) {
            String from = written.containsKey(key) ? from(key) : "";
            lines.add(new Line(label, text, from + (from.isEmpty() || why.isEmpty() ? "" : ": ") + why));
        }

        private void addIfWritten(List<Line> lines, String label, String key) {
            if (written.containsKey(key) && !from(key).equals("default")) {
                add(lines, label, key, "");
            }
        }

        private String from(String key) {
            return written.get(key).from();
        }
    }
}
