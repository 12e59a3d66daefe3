package weir.cache;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import weir.http.BodyFraming;
import weir.http.FieldName;
import weir.http.Head;

/** Heads out of text, filled as a wire format does; they live in memory of their own and need not be closed. */
final class Heads {
    /** 784111777 seconds: the clock of these tests. */
    static final String NOW_TEXT = "Sun, 06 Nov 1994 08:49:37 GMT";
    static final long NOW = 784_111_777_000L;

    /** Nothing set, but for cookies. */
    static final CacheSettings SETTINGS = settings(0, 0, 365 * 86_400, true);

    private Heads() {}

    static CacheSettings settings(long defaultTtl, long minTtl, long maxTtl, boolean privateSafe) {
        return new CacheSettings("test", 1 << 20, 1 << 18, defaultTtl, minTtl, maxTtl, privateSafe, false, false, null, List.of());
    }

    /** Lines apart by {@code |}; none for an empty text. */
    static String[] lines(String fields) {
        return fields == null || fields.isBlank() ? new String[0] : fields.strip().split("\\s*\\|\\s*");
    }

    static Head get(String... lines) {
        return request("GET http://a.example/path?q", lines);
    }

    /** @param start method and absolute-form */
    static Head request(String start, String... lines) {
        Head head = new Head();
        String line = start + " HTTP/1.1\r\n";
        int target = start.indexOf(' ') + 1;
        int authority = start.indexOf("://") + 3;
        int path = start.indexOf('/', authority);
        int query = start.indexOf('?') < 0 ? start.length() : start.indexOf('?');
        ByteBuffer bytes = bytes(line, lines);
        head.start(bytes, 1);
        head.requestLine(0, target - 1, target, start.length(), 1);
        head.target(authority, path, path, query, query, start.length());
        fields(head, bytes, line.length(), lines);
        return head;
    }

    static Head response(int status, String... lines) {
        Head head = new Head();
        String line = "HTTP/1.1 " + status + " Fine\r\n";
        ByteBuffer bytes = bytes(line, lines);
        head.start(bytes, 1);
        head.statusLine(status, 13, 17, 1);
        fields(head, bytes, line.length(), lines);
        int length = head.find(FieldName.CONTENT_LENGTH);
        if (length >= 0) {
            head.framing(BodyFraming.LENGTH, Long.parseLong(head.value(FieldName.CONTENT_LENGTH)));
        }
        return head;
    }

    private static ByteBuffer bytes(String start, String... lines) {
        String text = "x" + start + String.join("\r\n", lines) + (lines.length > 0 ? "\r\n" : "") + "\r\nbehind";
        byte[] wire = text.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes = ByteBuffer.allocateDirect(wire.length).order(ByteOrder.LITTLE_ENDIAN);
        return bytes.put(0, wire);
    }

    private static void fields(Head head, ByteBuffer bytes, int start, String... lines) {
        int at = start;
        for (String line : lines) {
            int colon = line.indexOf(':');
            String raw = line.substring(colon + 1);
            String value = raw.strip();
            int valueFrom = at + colon + 1 + raw.indexOf(value);
            head.field(FieldName.idOf(bytes, 1 + at, 1 + at + colon), at, at + colon, valueFrom, valueFrom + value.length());
            at += line.length() + 2;
        }
        head.finish(at + 2);
    }

    static String name(Head head, int field) {
        return head.text(head.nameFrom(field), head.nameTo(field)).toLowerCase(Locale.ROOT);
    }

    static Directives asked(Head request) {
        return new Directives().request(request);
    }

    static Directives said(Head response) {
        return new Directives().response(response, true);
    }

    /** Of a response that came at once, now. */
    static Freshness freshness(Head response) {
        return freshness(response, SETTINGS);
    }

    static Freshness freshness(Head response, CacheSettings settings) {
        return Freshness.of(response, said(response), settings, NOW, NOW);
    }
}
