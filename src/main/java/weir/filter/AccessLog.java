package weir.filter;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import weir.exchange.Exchange;
import weir.exchange.Observer;
import weir.http.FieldName;
import weir.http.Head;
import weir.net.Protection;
import weir.net.ProxyHeader;
import weir.observe.Line;
import weir.observe.LogRing;

/**
 * One line for each exchange, into the ring of its loop: never blocks, and allocates nothing but a new time text each
 * second.
 */
public final class AccessLog implements Observer {
    /** COMBINED is byte for byte what Apache and nginx write; JSON has all that weir knows. */
    public enum Format { COMBINED, JSON }

    private static final int LINE_BYTES_MAX = 16 << 10;
    private static final DateTimeFormatter COMBINED_TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);
    private static final DateTimeFormatter JSON_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT);

    private final Format format;
    private final PerLoop[] loops;

    private static final class PerLoop {
        private final LogRing ring;
        private final Line line = new Line(LINE_BYTES_MAX);
        private long second = Long.MIN_VALUE;
        private String time = "";

        PerLoop(LogRing ring) {
            this.ring = ring;
        }
    }

    /** @param rings one for each loop */
    public AccessLog(Format format, List<LogRing> rings) {
        this.format = format;
        loops = rings.stream().map(PerLoop::new).toArray(PerLoop[]::new);
    }

    @Override
    public void onEnd(Exchange exchange) {
        PerLoop own = loops[exchange.loop().index()];
        long millis = exchange.loop().wallMillis();
        if (Math.floorDiv(millis, 1000L) != own.second) {
            own.second = Math.floorDiv(millis, 1000L);
            own.time = time(own.second);
        }
        own.line.clear();
        if (format == Format.COMBINED) {
            combined(own.line, own.time, exchange);
        } else {
            json(own.line, own.time, millis, exchange);
        }
        own.ring.offer(own.line.array(), own.line.length());
    }

    private String time(long second) {
        ZonedDateTime local = Instant.ofEpochSecond(second).atZone(format == Format.JSON ? ZoneId.of("UTC") : ZoneId.systemDefault());
        return (format == Format.JSON ? JSON_TIME : COMBINED_TIME).format(local);
    }

    // ---- combined

    private static void combined(Line line, String time, Exchange exchange) {
        Head head = exchange.request();
        text(line, exchange.peerText());
        line.ascii(" - - [").ascii(time).ascii("] \"");
        if (head.targetTo() > head.targetFrom()) {
            line.bytes(head.bytes(), head.at(head.methodFrom()), head.at(head.methodTo())).ascii(' ');
            line.combined(head.bytes(), head.at(head.targetFrom()), head.at(head.targetTo()));
            line.ascii(head.versionMinor() == 0 ? " HTTP/1.0" : " HTTP/1.1");
        } else {
            line.ascii('-');
        }
        line.ascii("\" ").number(exchange.status()).ascii(' ').number(exchange.figures().contentSent()).ascii(" \"");
        combinedField(line, head, FieldName.REFERER);
        line.ascii("\" \"");
        combinedField(line, head, FieldName.USER_AGENT);
        line.ascii("\"");
    }

    private static void combinedField(Line line, Head head, FieldName name) {
        int field = head.find(name);
        if (field < 0) {
            line.ascii('-');
        } else {
            line.combined(head.bytes(), head.at(head.valueFrom(field)), head.at(head.valueTo(field)));
        }
    }

    // ---- JSON

    private static void json(Line line, String time, long millis, Exchange exchange) {
        Head head = exchange.request();
        line.ascii("{\"time\":\"").ascii(time).ascii('.').number(Math.floorMod(millis, 1000L), 3).ascii("Z\",\"client\":\"");
        text(line, exchange.peerText());
        line.ascii("\",\"method\":\"").bytes(head.bytes(), head.at(head.methodFrom()), head.at(head.methodTo()));
        line.ascii("\",\"host\":\"").json(head.bytes(), head.at(head.authorityFrom()), head.at(head.authorityTo()));
        line.ascii("\",\"target\":\"").json(head.bytes(), head.at(head.targetFrom()), head.at(head.targetTo()));
        line.ascii("\",\"version\":\"").ascii(head.versionMinor() == 0 ? "1.0" : "1.1");
        Protection protection = exchange.client().protection();
        if (protection != null) {
            line.ascii("\",\"tls\":\"").ascii(protection.version()).ascii("\",\"sni\":\"").json(protection.serverName());
        }
        ProxyHeader header = exchange.client().proxyHeader();
        if (header != null && header.uniqueIdText() != null) {
            line.ascii("\",\"unique_id\":\"").json(header.uniqueIdText());
        }
        line.ascii("\",\"status\":").number(exchange.status());
        line.ascii(",\"received\":").number(exchange.figures().contentReceived()).ascii(",\"sent\":").number(exchange.figures().contentSent());
        line.ascii(",\"seconds\":");
        seconds(line, exchange.figures().durationNanos());
        line.ascii(",\"head_seconds\":");
        seconds(line, exchange.figures().headNanos());
        line.ascii(",\"route\":\"").ascii(exchange.route().name());
        line.ascii("\",\"server\":\"").ascii(exchange.origin() == null ? "-" : exchange.origin().name());
        line.ascii("\",\"tries\":").number(exchange.tries());
        if (exchange.source() != null) {
            line.ascii(",\"cache\":\"").ascii(exchange.source()).ascii('"');
        }
        line.ascii(",\"end\":\"");
        line.json(exchange.end());
        line.ascii("\",\"referer\":\"");
        jsonField(line, head, FieldName.REFERER);
        line.ascii("\",\"user_agent\":\"");
        jsonField(line, head, FieldName.USER_AGENT);
        line.ascii("\"}");
    }

    private static void seconds(Line line, long nanos) {
        long micros = nanos / 1000;
        line.number(micros / 1_000_000).ascii('.').number(micros % 1_000_000, 6);
    }

    private static void jsonField(Line line, Head head, FieldName name) {
        int field = head.find(name);
        if (field >= 0) {
            line.json(head.bytes(), head.at(head.valueFrom(field)), head.at(head.valueTo(field)));
        }
    }

    private static void text(Line line, byte[] text) {
        for (byte b : text) {
            line.ascii((char) b);
        }
    }
}
