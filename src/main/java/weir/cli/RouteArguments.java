package weir.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of {@code weir route}.
 *
 * @param method any that can be sent, also one that no server knows
 * @param fields field lines of {@code -H}, as they are written
 */
record RouteArguments(Path file, List<String> sets, String method, Url url, List<String> fields) {
    static final String NAME = "route";
    static final String FORM = "weir route FILE METHOD URL [-H 'Name: value']";

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /**
     * What a client makes of a URL.
     *
     * @param secure whether its scheme is https
     * @param host without port, as written
     * @param port of its scheme, when none is written
     * @param target path and query, as written
     */
    record Url(boolean secure, String host, int port, boolean portWritten, String target) {
        /** The value of Host: the port of the scheme is left out, as clients do. */
        String authority() {
            return port == (secure ? HTTPS_PORT : HTTP_PORT) ? host : host + ':' + port;
        }

        /** The path, as it is written. */
        String path() {
            int query = target.indexOf('?');
            return query < 0 ? target : target.substring(0, query);
        }
    }

    /** @param args the first one is the command */
    static RouteArguments parse(String[] args) throws UsageException {
        List<String> words = new ArrayList<>();
        List<String> sets = new ArrayList<>();
        List<String> fields = new ArrayList<>();
        for (int i = 1; i < args.length; i++) {
            boolean joined = args[i].startsWith("--set=");
            if (joined) {
                sets.add(args[i].substring("--set=".length()));
            } else if (args[i].equals("--set") || args[i].equals("-H")) {
                if (i + 1 == args.length) {
                    throw new UsageException(args[i] + " needs a value");
                }
                (args[i].equals("-H") ? fields : sets).add(args[++i]);
            } else if (args[i].startsWith("-")) {
                throw new UsageException("unknown option " + args[i]);
            } else {
                words.add(args[i]);
            }
        }
        if (words.size() < 3) {
            throw new UsageException("write " + FORM);
        }
        if (words.size() > 3) {
            throw new UsageException("'" + words.get(3) + "' is one word too many: " + FORM);
        }
        for (String field : fields) {
            if (field.indexOf(':') <= 0 || breaksLine(field)) {
                throw new UsageException("'" + printable(field) + "' is no field; write -H 'Name: value'");
            }
        }
        return new RouteArguments(Arguments.path(words.get(0)), List.copyOf(sets), method(words.get(1)), url(words.get(2)), List.copyOf(fields));
    }

    /** What can be sent is: the proxy refuses it as it would. */
    private static String method(String text) throws UsageException {
        if (text.isEmpty() || text.indexOf(' ') >= 0 || breaksLine(text)) {
            throw new UsageException("'" + printable(text) + "' is no method; write " + FORM);
        }
        return text;
    }

    private static Url url(String text) throws UsageException {
        boolean secure = text.regionMatches(true, 0, "https://", 0, 8);
        int from = secure ? 8 : 7;
        if (!secure && !text.regionMatches(true, 0, "http://", 0, 7) || breaksLine(text)) {
            throw new UsageException("'" + printable(text) + "' is no URL here; write http://host/path or https://host/path");
        }
        int end = text.indexOf('#') < 0 ? text.length() : text.indexOf('#');          // no client sends a fragment
        int to = from;
        while (to < end && "/?".indexOf(text.charAt(to)) < 0) {
            to++;
        }
        String authority = text.substring(from, to);
        if (authority.indexOf('@') >= 0) {
            throw new UsageException("user information in the URL; leave it out, and write -H 'Authorization: …'");
        }
        int colon = authority.endsWith("]") ? -1 : authority.lastIndexOf(':');
        String host = colon < 0 ? authority : authority.substring(0, colon);
        if (host.isEmpty() || host.indexOf(' ') >= 0) {
            throw new UsageException("no host in '" + text + "'; write http://host/path");
        }
        boolean portWritten = colon >= 0 && colon < authority.length() - 1;
        int port = portWritten ? port(authority.substring(colon + 1)) : secure ? HTTPS_PORT : HTTP_PORT;
        String target = text.substring(to, end);
        return new Url(secure, host, port, portWritten, target.startsWith("/") ? target : '/' + target);
    }

    private static int port(String digits) throws UsageException {
        if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > 65_535 || Integer.parseInt(digits) == 0) {
            throw new UsageException("'" + digits + "' is no port; write a number, 1 to 65535");
        }
        return Integer.parseInt(digits);
    }

    /** It would be another request. */
    private static boolean breaksLine(String text) {
        return text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0;
    }

    private static String printable(String text) {
        return text.replace('\r', '?').replace('\n', '?');
    }

    /** The head as a client sends it. A Host of {@code -H} stands for the one of the URL. */
    String request() {
        boolean hosts = fields.stream().anyMatch(field -> field.substring(0, field.indexOf(':')).equalsIgnoreCase("Host"));
        StringBuilder head = new StringBuilder(method).append(' ').append(target()).append(" HTTP/1.1\r\n");
        if (!hosts) {
            head.append("Host: ").append(url.authority()).append("\r\n");
        }
        fields.forEach(field -> head.append(field).append("\r\n"));
        return head.append("\r\n").toString();
    }

    /** CONNECT asks for an authority (RFC 9112 §3.2.3). */
    private String target() {
        return method.equals("CONNECT") ? url.host() + ':' + url.port() : url.target();
    }
}
