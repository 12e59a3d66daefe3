package weir.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import weir.config.AdminSettings;
import weir.config.CommandText;
import weir.config.Configuration;

/** {@code weir status}, {@code weir reload} and their sisters: asks the weir that runs, and prints what it says. */
final class AdminCommand {
    private static final String TOKEN = "WEIR_ADMIN_TOKEN";
    private static final String UNIX = "unix:";
    private static final String HTTP = "http://";
    private static final long SECOND = 1_000_000_000L;
    /** A reload looks names up, and warms TLS up. */
    private static final long ANSWER_NANOS = 120 * SECOND;
    private static final String DRAIN_TIMEOUT = "30s";

    private final PrintStream out;
    private final PrintStream err;
    private final UnaryOperator<String> environment;

    AdminCommand(PrintStream out, PrintStream err, UnaryOperator<String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    /** Where a weir listens. @param shown in messages. @param host for the field Host. @param token of the file, or null. @param problems of the file with that */
    private record Where(SocketAddress address, String shown, String host, String token, String problems) {}

    /** What is asked. */
    private record Question(String method, String target, long nanosMax) {}

    int run(AdminArguments arguments) throws UsageException {
        Question question = question(arguments);
        Where where = arguments.admin() != null ? named(arguments.admin()) : written(arguments);
        if (where == null) {
            return Main.FAULTS;
        }
        String token = where.address instanceof UnixDomainSocketAddress ? "" : where.token != null ? where.token : environment.apply(TOKEN);
        if (token == null || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            err.print(where.problems);
            return fault(token != null ? TOKEN + " holds a blank, or what is not ASCII: it is no token"
                    : "no token for " + where.shown + "; " + (arguments.admin() == null ? "make admin.token readable for you, or " : "") + "set " + TOKEN);
        }
        AdminClient.Answer answer;
        try {
            answer = new AdminClient(where.address, where.host, token).ask(question.method, question.target, question.nanosMax);
        } catch (IOException e) {
            return fault(why(where, e));
        }
        return print(arguments, where, answer);
    }

    private int fault(String text) {
        err.println("weir: " + printable(text));
        return Main.FAULTS;
    }

    // ---- where to ask

    private static Where named(String admin) throws UsageException {
        if (admin.startsWith(UNIX) && admin.length() > UNIX.length()) {
            try {
                return unix(UnixDomainSocketAddress.of(admin.substring(UNIX.length())));
            } catch (InvalidPathException e) {
                throw new UsageException("'" + admin + "' has no file name: " + e.getReason());
            }
        }
        String address = admin.replaceFirst("^" + HTTP, "").replaceFirst("/$", "");
        int colon = address.lastIndexOf(':');
        String port = address.substring(colon + 1);
        if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535 || address.indexOf('/') >= 0) {
            throw new UsageException("--admin " + admin + " is no address; write unix:/path or http://host:port");
        }
        String host = address.substring(0, colon);
        try {
            InetAddress found = InetAddress.getByName(host);
            return new Where(new InetSocketAddress(found, Integer.parseInt(port)), HTTP + address, address, null, "");
        } catch (UnknownHostException e) {
            throw new UsageException("--admin: '" + host + "' does not resolve");
        }
    }

    private static Where unix(UnixDomainSocketAddress address) {
        return new Where(address, UNIX + address.getPath(), "localhost", null, "");
    }

    /** As the file says. Null when it does not, which is told. */
    private Where written(AdminArguments arguments) {
        Configuration.Admin found = Configuration.readAdmin(arguments.file(), arguments.sets(), environment);
        AdminSettings settings = found.settings();
        if (settings == null) {
            err.print(found.problems());
            fault(found.written() || !found.problems().isEmpty() ? "where it listens is not known; name it by --admin unix:/path or --admin http://host:port"
                    : arguments.file() + " has no key admin; write admin = unix:/run/weir/admin.sock and start weir with it, or name where it listens by --admin");
            return null;
        }
        if (settings.address() instanceof UnixDomainSocketAddress unix) {
            return unix(unix);
        }
        InetSocketAddress tcp = (InetSocketAddress) settings.address();
        InetAddress to = tcp.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : tcp.getAddress();
        String host = to.getHostAddress();
        String address = (host.indexOf(':') >= 0 ? "[" + host.replaceFirst("%.*", "") + "]" : host) + ":" + tcp.getPort();
        return new Where(new InetSocketAddress(to, tcp.getPort()), HTTP + address, address, settings.token(), found.problems());
    }

    private static String why(Where where, IOException e) {
        String text = String.valueOf(e.getMessage());
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("no such file")) {
            return "nothing listens on " + where.shown + ": there is no such file; is weir running, and does its configuration say admin = " + where.shown + "?";
        }
        if (e instanceof ConnectException || lower.contains("refused")) {
            return "nothing listens on " + where.shown + "; is weir running?";
        }
        if (lower.contains("permission")) {
            return "no permission to use " + where.shown + "; run this as the user of weir, or as root";
        }
        return where.shown + ": " + text;
    }

    // ---- what to ask

    private static Question question(AdminArguments arguments) throws UsageException {
        return switch (arguments.command()) {
            case STATUS -> new Question("GET", "/status", ANSWER_NANOS);
            case RELOAD -> new Question("POST", "/reload", ANSWER_NANOS);
            case STOP -> new Question("POST", "/drain", ANSWER_NANOS);
            case SERVERS -> new Question("GET", arguments.words().isEmpty() ? "/pools" : pool(arguments), ANSWER_NANOS);
            case ADD -> new Question("POST", pool(arguments) + "/servers?server="
                    + encoded(String.join(" ", arguments.words().subList(1, arguments.words().size()))), ANSWER_NANOS);
            case REMOVE -> new Question("DELETE", server(arguments), ANSWER_NANOS);
            case DISABLE, ENABLE -> new Question("POST", server(arguments) + "/" + arguments.command().word(), ANSWER_NANOS);
            case WEIGHT -> new Question("POST", server(arguments) + "/weight?weight=" + encoded(arguments.words().get(2)), ANSWER_NANOS);
            case CACHES -> new Question("GET", "/caches", ANSWER_NANOS);
            case PURGE -> new Question("POST", "/caches/" + encoded(arguments.words().get(0)) + "/purge?" + purged(arguments.words().get(1))
                    + (arguments.soft() ? "&soft=true" : ""), ANSWER_NANOS);
            case DRAIN -> {
                String timeout = arguments.timeout() == null ? DRAIN_TIMEOUT : arguments.timeout();
                var time = CommandText.time(timeout, "0s", "1h");
                if (time.value() == null) {
                    throw new UsageException("--timeout: " + time.problem());
                }
                yield new Question("POST", server(arguments) + "/drain?timeout=" + encoded(timeout), ANSWER_NANOS + time.value().toNanos());
            }
        };
    }

    private static String purged(String what) {
        if (what.equals("all")) {
            return "all=true";
        }
        if (what.startsWith("tag=")) {
            return "tag=" + encoded(what.substring(4));
        }
        return what.endsWith("*") ? "prefix=" + encoded(what.substring(0, what.length() - 1)) : "url=" + encoded(what);
    }

    private static String pool(AdminArguments arguments) {
        return "/pools/" + encoded(arguments.words().get(0));
    }

    private static String server(AdminArguments arguments) {
        return pool(arguments) + "/servers/" + encoded(arguments.words().get(1));
    }

    /** Percent-encoded (RFC 3986 §2.1), but for what is unreserved. */
    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || "-._~:".indexOf(b) >= 0;
            encoded.append(plain ? String.valueOf((char) b) : String.format("%%%02X", b));
        }
        return encoded.toString();
    }

    // ---- what came of it

    private int print(AdminArguments arguments, Where where, AdminClient.Answer answer) {
        boolean well = answer.status() / 100 == 2;
        Map<?, ?> json;
        try {
            json = JsonText.read(answer.body()) instanceof Map<?, ?> map ? map : Map.of();
        } catch (IllegalArgumentException e) {
            return fault("what answers at " + where.shown + " is no weir: status " + answer.status() + ", " + e.getMessage());
        }
        boolean late = Boolean.FALSE.equals(json.get("drained"));
        if (arguments.json()) {
            out.print(answer.body());
        } else if (!well) {
            err.print(text(json.get("problems")));
            return fault(answer.status() == 401 ? "wrong token for " + where.shown + "; write the one of admin.token into " + TOKEN
                    : json.get("error") == null ? "status " + answer.status() : (String) json.get("error"));
        } else {
            AdminReport report = new AdminReport(json);
            err.print(text(json.get("problems")));
            out.print(printable(report.text(arguments)));
        }
        return well && !late ? Main.OK : Main.FAULTS;
    }

    private static String text(Object value) {
        return value == null ? "" : printable(value.toString());
    }

    /** What comes over the wire does not steer the terminal. */
    private static String printable(String text) {
        return text.codePoints().map(c -> c != '\n' && Character.isISOControl(c) ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }
}
