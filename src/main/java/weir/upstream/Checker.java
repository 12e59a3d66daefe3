package weir.upstream;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;
import weir.http.Head;
import weir.http.OriginStream;
import weir.http.ResponseHandler;
import weir.net.EventLoop;
import weir.net.Timer;
import weir.net.Transport;
import weir.net.TransportHandler;

/**
 * Checks one server again and again, each time on a connection of its own, by the same client that requests use. A server with
 * several addresses is asked at each in turn.
 *
 * <pre>
 *   WAITING -time-> RUNNING -verdict-> READING -end of the response, time-> WAITING
 *                   RUNNING -verdict, nothing left to read-> WAITING          any -stop-> STOPPED
 * </pre>
 *
 * One loop's.
 */
final class Checker extends Timer implements ResponseHandler {
    /** The first checks of a process are spread: a thousand servers are not asked in one moment. */
    private static final long FIRST_NANOS_MIN = 100_000_000L;
    private static final long FIRST_NANOS_SPREAD = 900_000_000L;
    /** How often to look whether a name has been resolved meanwhile. */
    private static final long UNRESOLVED_NANOS = 1_000_000_000L;

    private enum State { WAITING, RUNNING, READING, STOPPED }

    /** Who wants to know. */
    interface Listener {
        /** @param what for people: a status, or what went wrong */
        void checked(boolean ok, String what, long tookNanos);
    }

    private final CheckSettings check;
    private final Origin origin;
    private final Health health;
    private final EventLoop loop;
    private final OriginConnector connector;
    private final RandomGenerator random;
    private final Listener listener;
    private final Head request;
    private final Fragment fragment;
    private State state = State.WAITING;
    private OriginStream stream;
    private Transport transport;
    private int nextAddress;
    private long beginNanos;
    private boolean spread;
    private int status;
    private int contentBytes;

    Checker(CheckSettings check, Origin origin, EventLoop loop, OriginConnector connector, RandomGenerator random, Listener listener) {
        this.check = check;
        this.origin = origin;
        this.health = origin.standing().health();
        this.loop = loop;
        this.connector = connector;
        this.random = random;
        this.listener = listener;
        request = check.kind() == CheckSettings.Kind.HTTP ? CheckRequest.of(check, origin.member()) : null;
        fragment = check.body().isEmpty() ? null : new Fragment(check.body());
    }

    /** Goes on where an earlier checker of this server was, or begins soon. */
    void start() {
        long now = loop.nowNanos();
        spread = !health.wasChecked();
        long first = FIRST_NANOS_MIN + random.nextLong(Math.min(FIRST_NANOS_SPREAD, check.everyNanos()));
        loop.timers().set(this, spread ? now + first : health.nextCheckNanos(check.everyNanos(), now));
    }

    /** No callback follows. */
    void stop() {
        state = State.STOPPED;
        loop.timers().cancel(this);
        hangUp();
    }

    @Override
    protected void onExpired(long nowNanos) {
        switch (state) {
            case WAITING -> begin(nowNanos);
            case RUNNING -> {
                origin.unreachable();
                verdict(false, "timeout after " + text(check.timeoutNanos()));
            }
            case READING -> end();
            case STOPPED -> { }
        }
    }

    @Override
    public boolean wantsProxyHeader() {
        return check.port() == 0 || check.port() == origin.member().port();
    }

    private void begin(long nowNanos) {
        List<InetAddress> addresses = origin.member().addresses();
        if (addresses.isEmpty()) {
            loop.timers().set(this, nowNanos + Math.min(UNRESOLVED_NANOS, check.everyNanos()));
            return;
        }
        Member member = member(origin.member());
        InetSocketAddress address = new InetSocketAddress(addresses.get(Math.floorMod(nextAddress++, addresses.size())), member.port());
        beginNanos = nowNanos;
        health.checkBegins(nowNanos);
        contentBytes = 0;
        state = State.RUNNING;
        loop.timers().set(this, nowNanos + check.timeoutNanos());
        try {
            if (check.kind() == CheckSettings.Kind.TCP) {
                transport = loop.connect(address, new Knock());
                return;
            }
            stream = connector.connect(loop, member, address, this);
        } catch (IOException e) {
            cannotTry(e);
            return;
        }
        if (stream.isReady()) {
            onReady();
        }
    }

    /** The same host at the port of the checks. */
    private Member member(Member server) {
        return check.port() == 0 || check.port() == server.port() ? server
                : new Member(Server.address(server.host(), check.port()), server.host(), check.port(), server.weight(), server.tier(), server.labels(),
                        server.addresses());
    }

    /** What is lacking is lacking here, and no server is to blame: else all of them were down when descriptors run out. */
    private void cannotTry(IOException e) {
        loop.journal().warnAtMostOncePerSecond("check", "no check of " + origin.name() + ": " + e.getMessage());
        end();
    }

    /** The check is decided; only now does anybody hear of it. */
    private void verdict(boolean ok, String what) {
        long took = loop.nowNanos() - beginNanos;
        end();
        listener.checked(ok, what, took);
    }

    /** Closes what is open and waits for the next time. */
    private void end() {
        hangUp();
        state = State.WAITING;
        long gap = check.everyNanos();
        if (spread) {
            spread = false;                                  // the first ones came close together: from here on they are apart
            gap -= (long) (random.nextDouble() * 0.9 * gap);
        } else {
            gap += (long) ((random.nextDouble() * 2 - 1) * check.jitterPercent() / 100 * gap);
        }
        loop.timers().set(this, Math.max(loop.nowNanos(), beginNanos + gap));
    }

    private void hangUp() {
        if (stream != null) {
            OriginStream over = stream;
            stream = null;
            over.abort();
        }
        if (transport != null) {
            transport.close();
            transport = null;
        }
    }

    // ---- by HTTP or TLS

    @Override
    public void onReady() {
        if (check.kind() == CheckSettings.Kind.TLS) {
            verdict(true, "TLS handshake");
            return;
        }
        if (fragment != null) {
            fragment.reset();
        }
        stream.send(request, check.timeoutNanos(), check.timeoutNanos());
        stream.endRequest(null);
    }

    @Override
    public void onInterim(Head head) {}

    @Override
    public void onResponse(Head head) {
        status = head.status();
        if (fragment == null || !check.expects(status)) {
            decide(check.expects(status), "HTTP " + status);
        }
    }

    /** What is left of the response is read all the same, so that the server sees an orderly end. */
    private void decide(boolean ok, String what) {
        state = State.READING;
        listener.checked(ok, what, loop.nowNanos() - beginNanos);
    }

    @Override
    public int onResponseContent(ByteBuffer content, int from, int to) {
        int taken = Math.min(to - from, CheckSettings.BODY_BYTES_MAX - contentBytes);
        contentBytes += taken;
        if (state == State.RUNNING) {
            fragment.add(content, from, from + taken);
            if (fragment.isFound()) {
                decide(true, "HTTP " + status);
            }
        }
        if (contentBytes == CheckSettings.BODY_BYTES_MAX) {
            contentEnds();
        }
        return to - from;
    }

    @Override
    public void onResponseEnd(Head trailers, boolean reusable) {
        if (!reusable) {
            stream = null;                                   // it has closed itself
        }
        contentEnds();
    }

    private void contentEnds() {
        if (state == State.RUNNING) {
            verdict(false, "body does not hold '" + check.body() + "'");
        } else if (state == State.READING) {
            end();
        }
    }

    @Override
    public void onOriginDrained() {}

    @Override
    public void onOriginFailed(OriginFailure failure, String reason) {
        stream = null;
        if (state == State.READING || failure == OriginFailure.MEMORY) {
            end();                                           // decided already; or it is weir that lacks something
            return;
        }
        if (failure == OriginFailure.CONNECT || failure == OriginFailure.CONNECT_TIMEOUT) {
            origin.unreachable();
        }
        verdict(false, switch (failure) {
            case CONNECT_TIMEOUT -> "no connection in time";
            case HEAD_TIMEOUT -> "timeout after " + text(check.timeoutNanos());
            case TLS -> "TLS: " + withoutCode(reason);
            case CONNECT, RESET, TRUNCATED -> withoutCode(reason);
            case MALFORMED, MEMORY -> reason;
        });
    }

    /** {@code origin-refused: Connection refused} is for the log; here the words do. */
    private static String withoutCode(String reason) {
        String words = reason.substring(reason.indexOf(": ") + 1).trim();
        return words.isEmpty() ? reason : words.equals("Connection refused") ? "connection refused" : words;
    }

    // ---- by TCP

    /** A connection is all that is wanted. */
    private final class Knock implements TransportHandler {
        @Override
        public void onConnected() {
            verdict(true, "connection");
        }

        @Override
        public void onReadable() {}

        @Override
        public void onWritable() {}

        @Override
        public void onFailed(IOException cause) {
            origin.unreachable();
            verdict(false, cause instanceof ConnectException ? withoutCode(": " + cause.getMessage()) : String.valueOf(cause.getMessage()));
        }
    }

    /** A time as it is written in the configuration. */
    static String text(long nanos) {
        long millis = Math.round(nanos / 1e6);
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
