package weir.cache;

import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import weir.RawConnection;
import weir.RawOrigin;

/**
 * An origin of one representation at every path, which it can change, and which answers Range, If-Range and If-None-Match as RFC 9110
 * §13 and §14 say.
 */
final class RangeOrigin implements AutoCloseable {
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final RawOrigin origin = RawOrigin.running(this::serve);
    volatile int length = 10;
    volatile int version = 1;
    /** Without the version. */
    volatile String tag = "\"v%d\"";
    volatile String control = "max-age=1000";
    volatile String more = "";
    /** When set, what the next answer is, whatever is asked. */
    volatile String answer;

    RawOrigin origin() {
        return origin;
    }

    /** What was asked since the last call: for each request its Range and If-Range, {@code -} for a request without. */
    String seen() {
        StringBuilder text = new StringBuilder();
        for (String each = seen.poll(); each != null; each = seen.poll()) {
            text.append(text.length() == 0 ? "" : " | ").append(each);
        }
        return text.toString();
    }

    /** Of a version: byte i says which one, and where it is. */
    static String body(int version, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('!' + (i * 7 + i / 90 + version * 31) % 90));
        }
        return text.toString();
    }

    private void serve(RawConnection connection) {
        for (String request = RawOrigin.readRequest(connection); !request.isEmpty(); request = RawOrigin.readRequest(connection)) {
            String range = field(request, "Range");
            String condition = field(request, "If-Range");
            seen.add((request.startsWith("GET") ? "" : request.substring(0, request.indexOf(' ')) + " ") + (range == null ? "-" : range) + (condition == null ? "" : " " + condition)
                    + (field(request, "If-None-Match") == null ? "" : " if not " + field(request, "If-None-Match")));
            String given = answer;
            answer = null;
            connection.send(given != null ? given : answer(request, range, condition));
        }
    }

    static String field(String head, String name) {
        int at = head.toLowerCase(Locale.ROOT).indexOf("\r\n" + name.toLowerCase(Locale.ROOT) + ":");
        return at < 0 ? null : head.substring(at + name.length() + 3, head.indexOf("\r\n", at + 2)).strip();
    }

    private String answer(String request, String range, String condition) {
        String own = tag.formatted(version);
        String fields = "Cache-Control: " + control + "\r\n" + (own.isEmpty() ? "" : "ETag: " + own + "\r\n") + more;
        if (own.equals(field(request, "If-None-Match"))) {
            return "HTTP/1.1 304 Not Modified\r\n" + fields + "\r\n";
        }
        String body = body(version, length);
        boolean head = request.startsWith("HEAD ");
        if (range == null || range.indexOf(',') >= 0 || condition != null && !condition.equals(own) || head || request.startsWith("POST ")) {
            return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + (head ? "" : body);
        }
        String[] ends = range.substring("bytes=".length()).split("-", 2);
        int first = ends[0].isEmpty() ? Math.max(0, length - Integer.parseInt(ends[1])) : Integer.parseInt(ends[0]);
        int last = ends[0].isEmpty() || ends[1].isEmpty() ? length - 1 : Math.min(length - 1, Integer.parseInt(ends[1]));
        if (first > last) {
            return "HTTP/1.1 416 No\r\nContent-Range: bytes */" + length + "\r\nContent-Length: 0\r\n\r\n";
        }
        return "HTTP/1.1 206 Part\r\n" + fields + "Content-Range: bytes " + first + "-" + last + "/" + length + "\r\nContent-Length: " + (last - first + 1) + "\r\n\r\n"
                + body.substring(first, last + 1);
    }

    @Override
    public void close() {
        origin.close();
    }
}
