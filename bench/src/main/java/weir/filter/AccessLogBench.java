package weir.filter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import weir.bench.Messages;
import weir.buffer.SlabStore;
import weir.exchange.Exchange;
import weir.exchange.Route;
import weir.exchange.Service;
import weir.exchange.Target;
import weir.http.ClientStream;
import weir.http.FieldName;
import weir.http.Head;
import weir.net.Clock;
import weir.net.EventLoop;
import weir.net.Inbox;
import weir.net.Protection;
import weir.net.Transport;
import weir.observe.Journal;
import weir.observe.LogRing;
import weir.observe.RingTap;

/**
 * The access log's line for a browser's request, into the ring and out of it again; against String.format and a StringBuilder, whose
 * values are strings already and are not escaped. All of them know the time as text.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class AccessLogBench {
    private static final int REQUESTS = 8;                   // in turn; a power of two
    private static final long WALL_MILLIS = 1_769_860_800_123L;
    private static final int TOOK_MILLIS = 12;

    @Param({"COMBINED", "JSON"})
    public AccessLog.Format format;

    private final LogRing ring = new LogRing(64 << 10);
    private final Exchange[] exchanges = new Exchange[REQUESTS];
    private final Texts[] texts = new Texts[REQUESTS];
    private final StringBuilder builder = new StringBuilder();
    private EventLoop loop;
    private AccessLog log;
    private long nanos = 1;
    private String time;
    private int turn;

    /** What the lines are made of, for the baselines. */
    private record Texts(String client, String method, String host, String target, String version, int status, long received, long sent,
            double seconds, double headSeconds, String route, int tries, String end, String referer, String userAgent) {
        static Texts of(Exchange exchange) {
            Head head = exchange.request();
            return new Texts(new String(exchange.peerText(), StandardCharsets.US_ASCII), head.text(head.methodFrom(), head.methodTo()),
                    head.text(head.authorityFrom(), head.authorityTo()), head.text(head.targetFrom(), head.targetTo()), "1." + head.versionMinor(),
                    exchange.status(), exchange.figures().contentReceived(), exchange.figures().contentSent(), exchange.figures().durationNanos() / 1e9,
                    exchange.figures().headNanos() / 1e9, exchange.route().name(), exchange.tries(), exchange.end(), head.value(FieldName.REFERER),
                    head.value(FieldName.USER_AGENT));
        }
    }

    @Setup
    public void fill() throws IOException {
        Clock clock = new Clock() {
            @Override
            public long nanoTime() {
                return nanos;
            }

            @Override
            public long wallMillis() {
                return WALL_MILLIS;
            }
        };
        loop = new EventLoop(0, new SlabStore(1 << 20), new Journal(System.err), clock, (own, peer, handler) -> {
            throw new IOException("nobody to connect to");
        });
        log = new AccessLog(format, List.of(ring));
        Route route = new Route("catalog", List.of(), new Target.Local(new FixedAnswer(200, "x".repeat(14_873), "application/json")), Route.Limits.NONE, null);
        Service service = new Service(exchange -> route, List.of());
        for (int i = 0; i < REQUESTS; i++) {
            exchanges[i] = new Exchange(new Client(loop, i), () -> service);
            exchanges[i].onRequest(Messages.head(Messages.REQUEST.replace("page=3", "page=" + (3 + i * i))));
        }
        nanos += TOOK_MILLIS * 1_000_000L;
        loop.execute(() -> { });                             // a loop with something to do does not wait
        loop.turn();
        for (int i = 0; i < REQUESTS; i++) {
            exchanges[i].onResponseSent();
            texts[i] = Texts.of(exchanges[i]);
        }
        time = format == AccessLog.Format.JSON ? "2026-01-31T12:00:00" : time();
        for (int i = 0; i < REQUESTS; i++) {
            check(i);
        }
    }

    /** The time of a combined line depends on where this machine is: it is taken from one. */
    private String time() {
        log.onEnd(exchanges[0]);
        String line = RingTap.text(ring);
        return line.substring(line.indexOf('[') + 1, line.indexOf(']'));
    }

    private void check(int i) {
        log.onEnd(exchanges[i]);
        String ours = RingTap.text(ring);
        offer(formatted(texts[i]));
        String formatted = RingTap.text(ring);
        offer(built(texts[i]));
        if (!ours.equals(formatted) || !ours.equals(RingTap.text(ring)) || ours.length() < 200) {
            throw new AssertionError(ours + formatted);
        }
    }

    @TearDown
    public void close() {
        for (Exchange exchange : exchanges) {
            exchange.request().close();
        }
        loop.close();
    }

    @Benchmark
    public int ours() {
        log.onEnd(exchanges[turn++ & REQUESTS - 1]);
        return RingTap.empty(ring);
    }

    /** The baseline. */
    @Benchmark
    public int stringFormat() {
        offer(formatted(texts[turn++ & REQUESTS - 1]));
        return RingTap.empty(ring);
    }

    /** A better one. */
    @Benchmark
    public int stringBuilder() {
        offer(built(texts[turn++ & REQUESTS - 1]));
        return RingTap.empty(ring);
    }

    private void offer(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        ring.offer(bytes, bytes.length);
    }

    private String formatted(Texts of) {
        if (format == AccessLog.Format.COMBINED) {
            return String.format("%s - - [%s] \"%s %s HTTP/%s\" %d %d \"%s\" \"%s\"", of.client, time, of.method, of.target, of.version, of.status, of.sent,
                    of.referer, of.userAgent);
        }
        return String.format("{\"time\":\"%s.%03dZ\",\"client\":\"%s\",\"method\":\"%s\",\"host\":\"%s\",\"target\":\"%s\",\"version\":\"%s\",\"status\":%d,"
                + "\"received\":%d,\"sent\":%d,\"seconds\":%.6f,\"head_seconds\":%.6f,\"route\":\"%s\",\"server\":\"-\",\"tries\":%d,\"end\":\"%s\","
                + "\"referer\":\"%s\",\"user_agent\":\"%s\"}", time, WALL_MILLIS % 1000, of.client, of.method, of.host, of.target, of.version, of.status,
                of.received, of.sent, of.seconds, of.headSeconds, of.route, of.tries, of.end, of.referer, of.userAgent);
    }

    private String built(Texts of) {
        StringBuilder b = builder;
        b.setLength(0);
        if (format == AccessLog.Format.COMBINED) {
            return b.append(of.client).append(" - - [").append(time).append("] \"").append(of.method).append(' ').append(of.target).append(" HTTP/")
                    .append(of.version).append("\" ").append(of.status).append(' ').append(of.sent).append(" \"").append(of.referer).append("\" \"")
                    .append(of.userAgent).append('"').toString();
        }
        b.append("{\"time\":\"").append(time).append('.').append(WALL_MILLIS % 1000).append("Z\",\"client\":\"").append(of.client);
        b.append("\",\"method\":\"").append(of.method).append("\",\"host\":\"").append(of.host).append("\",\"target\":\"").append(of.target);
        b.append("\",\"version\":\"").append(of.version).append("\",\"status\":").append(of.status).append(",\"received\":").append(of.received);
        b.append(",\"sent\":").append(of.sent).append(",\"seconds\":");
        seconds(of.seconds).append(",\"head_seconds\":");
        seconds(of.headSeconds).append(",\"route\":\"").append(of.route).append("\",\"server\":\"-\",\"tries\":").append(of.tries);
        b.append(",\"end\":\"").append(of.end).append("\",\"referer\":\"").append(of.referer).append("\",\"user_agent\":\"").append(of.userAgent);
        return b.append("\"}").toString();
    }

    private StringBuilder seconds(double seconds) {
        String micros = Long.toString(Math.round(seconds * 1e6) % 1_000_000);
        return builder.append((long) seconds).append('.').append("000000", 0, 6 - micros.length()).append(micros);
    }

    /** A client that takes all. */
    private record Client(EventLoop loop, int number) implements ClientStream {
        @Override
        public InetSocketAddress peer() {
            try {
                return new InetSocketAddress(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) (number * 31)}), 40_000);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public InetSocketAddress local() {
            return peer();
        }

        @Override
        public Protection protection() {
            return null;
        }

        @Override
        public int versionMinor() {
            return 1;
        }

        @Override
        public void requestContent() {}

        @Override
        public void refuseContent() {}

        @Override
        public void sendInterim(Head head) {}

        @Override
        public void sendHead(Head head, boolean last) {}

        @Override
        public void sendBare(int status) {
            throw new AssertionError(status);
        }

        @Override
        public void sendUpgrade(Head head) {}

        @Override
        public int write(ByteBuffer content, int from, int to) {
            return to - from;
        }

        @Override
        public void end(Head trailers) {}

        @Override
        public void abort() {}

        @Override
        public Transport takeOver(Inbox rest) {
            return null;
        }

        @Override
        public void released() {}

        @Override
        public long bytesSent() {
            return 0;
        }
    }
}
