package weir.upstream;

import java.util.List;

/**
 * {@code pool.NAME.check}: how servers are asked whether they are well. Times in nanoseconds.
 *
 * @param method a token, for {@link Kind#HTTP}; GET, HEAD, OPTIONS or POST without content
 * @param path with the query, as it is sent
 * @param host sent as Host; empty for the server's own
 * @param port of the same host; 0 for the server's own
 * @param expect the statuses that mean that it is well
 * @param body what the first {@link #BODY_BYTES_MAX} of the content must hold, in UTF-8; empty for anything
 * @param everyNanos from the start of a check to the start of the next, 100 ms to 1 day
 * @param timeoutNanos for the whole check, at most {@code everyNanos}
 * @param jitterPercent the interval differs at random by up to this share of it, 0..50
 * @param rise so many good checks in a row make a server that is down one that is up, 1..100
 * @param fall so many bad ones in a row the other way round, 1..100
 * @param startsUp whether a server may get requests before its first check
 */
public record CheckSettings(Kind kind, String method, String path, String host, int port, List<Statuses> expect, String body,
        long everyNanos, long timeoutNanos, int jitterPercent, int rise, int fall, boolean startsUp) {
    public static final int BODY_BYTES_MAX = 64 << 10;

    /** What is tried. */
    public enum Kind {
        /** A request, and a response as it is expected. */
        HTTP,
        /** A connection. */
        TCP,
        /** A connection with TLS as the pool has it. */
        TLS
    }

    /** Statuses from one to another, both included. */
    public record Statuses(int from, int to) {
        public Statuses {
            if (from < 200 || to > 599 || from > to) {
                throw new IllegalArgumentException("expect: " + from + '-' + to);
            }
        }
    }

    public CheckSettings {
        expect = List.copyOf(expect);
        boolean inRange = port >= 0 && port <= 65_535 && everyNanos >= 100_000_000L && timeoutNanos > 0 && timeoutNanos <= everyNanos
                && jitterPercent >= 0 && jitterPercent <= 50 && rise >= 1 && rise <= 100 && fall >= 1 && fall <= 100;
        if (!inRange || kind == Kind.HTTP && expect.isEmpty()) {
            throw new IllegalArgumentException("check: a number is out of its range");
        }
    }

    boolean expects(int status) {
        for (Statuses each : expect) {
            if (status >= each.from && status <= each.to) {
                return true;
            }
        }
        return false;
    }
}
