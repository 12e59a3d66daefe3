package weir.h1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import weir.http.FieldName;
import weir.http.Method;

/**
 * The slow, obvious twin of parser, rules and decoder: strings, lists and regular expressions, written from the RFCs and
 * not from the code it is compared with. Says what a message is in one line of text, or that it is refused.
 */
final class PlainMessage {
    static final String REFUSED = "refused";
    static final String MORE = "more";

    private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]";
    private static final String TEXT = "[\\t\\x20-\\x7e\\x80-\\xff]";
    private static final String FIELDS = "((?:" + TOKEN + "++:" + TEXT + "*+\\r\\n)*+)\\r\\n";
    private static final Pattern REQUEST = Pattern.compile("(?:\\r\\n){0,2}+(" + TOKEN + "{1,32}+) ([\\x21\\x22\\x24-\\x7e\\x80-\\xff]++) "
            + "HTTP/1\\.([01])\\r\\n" + FIELDS);
    private static final Pattern RESPONSE = Pattern.compile("HTTP/1\\.([01]) ([1-5][0-9][0-9])(?: (" + TEXT + "*+))?\\r\\n" + FIELDS);
    private static final Pattern AUTHORITY = Pattern.compile("(?:[A-Za-z0-9\\-._~]+|\\[[0-9A-Fa-f:.]{2,}\\])(:([0-9]*))?");
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)(https?)://([^/?]*)(.*)", Pattern.DOTALL);
    private static final Pattern CHUNK_LINE = Pattern.compile("([0-9A-Fa-f]{1,15}+)(?:[ \\t]*+;" + TEXT + "*+)?+\\r\\n");
    private static final Set<String> THIS_HOP = Set.of("content-length", "transfer-encoding", "te", "upgrade", "keep-alive",
            "proxy-connection", "proxy-authorization", "proxy-authenticate", "http2-settings", "connection");
    private static final Set<String> NEVER_THIS_HOP = Set.of("host", "content-length", "transfer-encoding", "expect", "max-forwards",
            "authorization", "cookie", "cache-control", "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port",
            "x-forwarded-proto", "x-real-ip");

    private record Field(String name, String value) {
        boolean is(String other) {
            return name.equalsIgnoreCase(other);
        }
    }

    private final List<Field> fields = new ArrayList<>();
    private final boolean old;
    private String framing;

    private PlainMessage(String fieldLines, boolean old) {
        this.old = old;
        for (String line : fieldLines.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                add(line.substring(0, colon), trim(line.substring(colon + 1)));
            }
        }
    }

    private void add(String name, String value) {
        boolean lookAlike = name.indexOf('_') >= 0 && FieldName.ofText(name.replace('_', '-')) != null;
        if (!lookAlike) {
            fields.add(new Field(name, value));
        }
    }

    static String request(String wire, boolean secure) {
        Matcher head = REQUEST.matcher(wire);
        if (!head.lookingAt()) {
            return wire.matches("(\\r\\n){0,2}") ? MORE : REFUSED;
        }
        PlainMessage message = new PlainMessage(head.group(4), head.group(3).equals("0"));
        String method = head.group(1);
        String meaning = message.request(method, head.group(2), secure);
        return meaning == null ? REFUSED : method + " " + meaning;
    }

    private String request(String method, String target, boolean secure) {
        List<String> hosts = values("host");
        if (hosts.size() > 1 || hosts.isEmpty() && !old) {
            return null;
        }
        String host = hosts.isEmpty() ? "" : hosts.get(0);
        if (!host.isEmpty() && !isAuthority(host, false)) {
            return null;
        }
        if (!old && values("expect").stream().anyMatch(value -> !value.equalsIgnoreCase("100-continue"))) {
            return null;
        }
        String where = target(method, target, host, secure);
        if (where == null || !frame()) {
            return null;
        }
        String body = framing.equals("") || framing.equals("LENGTH 0") ? "NONE" : framing;
        boolean named = options().contains("upgrade");
        String upgrade = !named || old || values("upgrade").isEmpty() ? "" : values("upgrade").get(0);
        boolean trailers = values("te").stream().anyMatch(value -> list(value).contains("trailers"));
        boolean expects = !old && !values("expect").isEmpty();
        removeThisHop();
        fields.removeIf(field -> field.is("host") || field.is("expect") && !old);
        return where + " " + body + " stays=" + stays + " trailers=" + trailers + " expects=" + expects + " upgrade=" + upgrade + " "
                + text();
    }

    static String response(String wire, Method request) {
        Matcher head = RESPONSE.matcher(wire);
        if (!head.lookingAt()) {
            return REFUSED;
        }
        PlainMessage message = new PlainMessage(head.group(4), head.group(1).equals("0"));
        int status = Integer.parseInt(head.group(2));
        if (!message.frame()) {
            return REFUSED;
        }
        boolean none = request == Method.HEAD || status < 200 || status == 204 || status == 304;
        String body = none ? "NONE" : message.framing.isEmpty() ? "UNTIL_CLOSE" : message.framing;
        message.removeThisHop();
        boolean stays = message.stays && !body.equals("UNTIL_CLOSE");
        return status + " " + body + " stays=" + stays + " " + message.text();
    }

    /** Authority, path and query; null when refused. */
    private static String target(String method, String target, String host, boolean secure) {
        if (method.equals("CONNECT")) {
            return isAuthority(target, true) ? where(target, "") : null;
        }
        if (target.startsWith("/")) {
            return where(host, target);
        }
        if (target.equals("*")) {
            return method.equals("OPTIONS") ? where(host, target) : null;
        }
        Matcher absolute = ABSOLUTE.matcher(target);
        if (!absolute.matches() || absolute.group(1).equalsIgnoreCase("https") != secure || !isAuthority(absolute.group(2), false)) {
            return null;
        }
        return where(absolute.group(2), absolute.group(3));
    }

    private static String where(String authority, String pathAndQuery) {
        int mark = pathAndQuery.indexOf('?');
        String path = mark < 0 ? pathAndQuery : pathAndQuery.substring(0, mark);
        return authority + "|" + path + "|" + (mark < 0 ? "" : pathAndQuery.substring(mark));
    }

    private static boolean isAuthority(String text, boolean withPort) {
        Matcher authority = AUTHORITY.matcher(text);
        if (!authority.matches()) {
            return false;
        }
        String port = authority.group(2);
        if (port == null || port.isEmpty()) {
            return !withPort;
        }
        return new java.math.BigInteger(port).bitLength() <= 16;
    }

    private boolean stays;

    /** False when refused. */
    private boolean frame() {
        stays = !options().contains("close") && (!old || options().contains("keep-alive"));
        List<String> lengths = values("content-length");
        if (!lengths.stream().allMatch(value -> value.matches("[0-9]{1,18}"))) {
            return false;
        }
        List<Long> numbers = lengths.stream().map(Long::valueOf).distinct().toList();
        boolean coded = !values("transfer-encoding").isEmpty();
        if (numbers.size() > 1 || coded && (old || !numbers.isEmpty())) {
            return false;
        }
        if (coded) {
            List<String> codings = list(String.join(",", values("transfer-encoding")));
            codings.removeIf(String::isEmpty);
            framing = "CHUNKED";
            return codings.equals(List.of("chunked"));
        }
        framing = numbers.isEmpty() ? "" : "LENGTH " + numbers.get(0);
        return true;
    }

    private List<String> options() {
        return list(String.join(",", values("connection")));
    }

    private void removeThisHop() {
        List<String> named = options();
        named.removeAll(NEVER_THIS_HOP);
        named.removeAll(Set.of("close", "keep-alive", "upgrade", "te"));
        fields.removeIf(field -> named.contains(lower(field.name)) || THIS_HOP.contains(lower(field.name)));
    }

    private List<String> values(String name) {
        return fields.stream().filter(field -> field.is(name)).map(Field::value).toList();
    }

    private static List<String> list(String value) {
        return new ArrayList<>(Arrays.stream(value.split(",", -1)).map(element -> lower(trim(element))).toList());
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static String trim(String value) {
        return value.replaceAll("^[ \t]+|[ \t]+$", "");
    }

    private String text() {
        return fields.stream().map(field -> field.name + "=" + field.value).toList().toString();
    }

    /** {@code [content] rest}, {@link #MORE} or {@link #REFUSED}. */
    static String chunks(String wire) {
        StringBuilder content = new StringBuilder();
        for (int at = 0; ; ) {
            Matcher line = CHUNK_LINE.matcher(wire).region(at, wire.length());
            boolean found = line.lookingAt();
            if ((found ? line.end() : wire.length()) - at > ChunkedDecoder.LINE_BYTES_MAX && (found || line.hitEnd())) {
                return REFUSED;
            }
            if (!found) {
                return line.hitEnd() ? MORE : REFUSED;
            }
            long size = Long.parseLong(line.group(1), 16);
            at = line.end();
            if (size == 0) {
                return "[" + content + "] " + wire.substring(at);
            }
            if (wire.length() - at < size) {
                return MORE;
            }
            content.append(wire, at, at + (int) size);
            at += (int) size;
            String end = wire.substring(at, Math.min(at + 2, wire.length()));
            if (!"\r\n".startsWith(end)) {
                return REFUSED;
            }
            if (end.length() < 2) {
                return MORE;
            }
            at += 2;
        }
    }
}
