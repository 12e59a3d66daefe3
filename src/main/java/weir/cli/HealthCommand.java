package weir.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import weir.config.Configuration;
import weir.config.MetricsSettings;

/**
 * {@code weir health}: whether the weir that runs wants requests, as one line and an exit code. A container asks that every few
 * seconds, so that this loads as little as it can: a plain socket, no selector, no regular expression.
 */
final class HealthCommand {
    static final String NAME = "health";

    private static final String HTTP = "http://";
    private static final long NANOS_MAX = 5_000_000_000L;
    private static final int HEAD_BYTES_MAX = 8 << 10;
    private static final int TEXT_MAX = 80;

    private final PrintStream out;
    private final PrintStream err;
    private final UnaryOperator<String> environment;
    private final long nanosMax;

    HealthCommand(PrintStream out, PrintStream err, UnaryOperator<String> environment) {
        this(out, err, environment, NANOS_MAX);
    }

    /** @param nanosMax for all of it but the look-up of a name */
    HealthCommand(PrintStream out, PrintStream err, UnaryOperator<String> environment, long nanosMax) {
        this.out = out;
        this.err = err;
        this.environment = environment;
        this.nanosMax = nanosMax;
    }

    /** @param url in messages. @param authority for the field Host */
    private record Where(InetSocketAddress address, String url, String authority, String path) {}

    int run(HealthArguments arguments) throws UsageException {
        Where where = arguments.url() != null ? named(arguments.url()) : written(arguments);
        if (where == null) {
            return Main.FAULTS;
        }
        try {
            return verdict(where, ask(where));
        } catch (SocketTimeoutException e) {
            return fault(where.url + " has not answered within " + nanosMax / 1_000_000_000 + " s");
        } catch (ConnectException e) {
            return fault("nothing listens on " + where.url + "; is weir running, with this address for its metrics?");
        } catch (IOException e) {
            return fault(where.url + ": " + e.getMessage());
        }
    }

    private int fault(String text) {
        err.println("weir: " + text);
        return Main.FAULTS;
    }

    // ---- where to ask

    private static Where named(String url) throws UsageException {
        boolean http = url.startsWith(HTTP);
        int slash = http ? url.indexOf('/', HTTP.length()) : -1;
        String authority = !http ? "" : slash < 0 ? url.substring(HTTP.length()) : url.substring(HTTP.length(), slash);
        int colon = authority.endsWith("]") ? -1 : authority.lastIndexOf(':');
        String host = colon < 0 ? authority : authority.substring(0, colon);
        int port = colon < 0 ? 80 : port(authority.substring(colon + 1));
        if (host.isEmpty() || host.indexOf('@') >= 0 || port < 1 || !url.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new UsageException("--url " + url + " is no address here; write http://127.0.0.1:9900" + MetricsSettings.READY);
        }
        try {
            return new Where(new InetSocketAddress(InetAddress.getByName(host), port), url, authority, slash < 0 ? MetricsSettings.READY : url.substring(slash));
        } catch (UnknownHostException e) {
            throw new UsageException("--url: '" + host + "' does not resolve");
        }
    }

    /** -1 when it is none. */
    private static int port(String digits) {
        int port = digits.isEmpty() || digits.length() > 5 ? -1 : 0;
        for (int i = 0; i < digits.length() && port >= 0; i++) {
            char c = digits.charAt(i);
            port = c < '0' || c > '9' ? -1 : port * 10 + c - '0';
        }
        return port > 65_535 ? -1 : port;
    }

    /** As the file says. Null when it does not, which is told. */
    private Where written(HealthArguments arguments) {
        Configuration.Page found = Configuration.readMetrics(arguments.file(), arguments.sets(), environment);
        MetricsSettings page = found.settings();
        if (page == null) {
            err.print(found.problems());
            fault(found.written() || !found.problems().isEmpty() ? "where the metrics are is not known; name it by --url http://127.0.0.1:9900" + MetricsSettings.READY
                    : arguments.file() + " has no key metrics; write metrics = 127.0.0.1:9900 and start weir with it, or name what to ask by --url");
            return null;
        }
        if (page.address().getPort() == 0) {
            fault("the port of the metrics is any free one in " + arguments.file() + "; write one there, or name it by --url");
            return null;
        }
        InetAddress host = page.address().getAddress();
        host = host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host;
        String text = host.getHostAddress();
        int zone = text.indexOf('%');
        String authority = (text.indexOf(':') < 0 ? text : '[' + (zone < 0 ? text : text.substring(0, zone)) + ']') + ':' + page.address().getPort();
        return new Where(new InetSocketAddress(host, page.address().getPort()), HTTP + authority + MetricsSettings.READY, authority, MetricsSettings.READY);
    }

    // ---- what it says

    /** The head of the answer, and as much of its content as came with that. */
    private String ask(Where where) throws IOException {
        long start = System.nanoTime();
        try (Socket socket = new Socket()) {
            socket.connect(where.address, millisLeft(start));
            String request = "GET " + where.path + " HTTP/1.1\r\nHost: " + where.authority + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            byte[] bytes = new byte[HEAD_BYTES_MAX];
            int length = 0;
            while (length < bytes.length) {
                socket.setSoTimeout(millisLeft(start));
                int n = in.read(bytes, length, bytes.length - length);
                if (n < 0) {
                    throw new EOFException(length == 0 ? "the connection was closed without an answer" : "the answer broke off");
                }
                length += n;
                String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
                if (text.contains("\r\n\r\n")) {
                    return text;
                }
            }
            throw new IOException("what answers there is no weir: its head is too long");
        }
    }

    private int millisLeft(long start) throws SocketTimeoutException {
        long left = nanosMax - (System.nanoTime() - start);
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) Math.max(1, left / 1_000_000);                // 0 would be for ever
    }

    private int verdict(Where where, String answer) {
        boolean http = answer.startsWith("HTTP/1.") && answer.length() > 12 && answer.charAt(8) == ' ';
        int status = http ? port(answer.substring(9, 12)) : -1;
        if (status < 100) {
            return fault("what answers on " + where.url + " speaks no HTTP");
        }
        String text = firstLine(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        if (status / 100 == 2) {
            out.println(text.isEmpty() ? "healthy" : text);
            return Main.OK;
        }
        return fault(where.url + " answers with " + status + (text.isEmpty() ? "" : ": " + text));
    }

    /** What comes over the wire does not steer the terminal. */
    private static String firstLine(String content) {
        int end = 0;
        while (end < content.length() && end < TEXT_MAX && content.charAt(end) >= ' ' && content.charAt(end) < 0x7f) {
            end++;
        }
        return content.substring(0, end);
    }
}
