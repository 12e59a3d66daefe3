package weir.bench;

import java.io.IOException;

/** How clients ask a contender: one way of load, the same for all contenders. */
interface Load {
    /**
     * Requests that were answered within a time.
     *
     * @param trouble empty when all went as it should
     * @param latency how long they took; null where that is not measured
     * @param idleBytes of memory for each connection that idled meanwhile; 0 where none did
     */
    record Result(long requests, String trouble, Latency latency, long idleBytes) {
        Result(long requests, String trouble, Latency latency) {
            this(requests, trouble, latency, 0);
        }
    }

    /** Percentiles in microseconds. */
    record Latency(double p50, double p99, double p999) {}

    /** Whether the clients speak TLS. */
    default boolean overTls() {
        return false;
    }

    /** Asks for at least so many seconds and returns when the last client has gone. Fails when there is no answer at all. */
    Result run(Contender contender, int seconds) throws IOException, InterruptedException;

    /** What a contender answers to such a client, in a few words for the table; fails when that is not a 200. */
    default String negotiated(Contender contender) throws IOException, InterruptedException {
        return "";
    }
}
