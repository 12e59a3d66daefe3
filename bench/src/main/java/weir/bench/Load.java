package weir.bench;

import java.io.IOException;

/** How clients ask a contender: one way of load, the same for all contenders. */
interface Load {
    /** Requests that were answered within a time. {@code trouble} is empty when all went as it should. */
    record Result(long requests, String trouble) {}

    /** Whether the clients speak TLS. */
    boolean overTls();

    /** Asks for at least so many seconds and returns when the last client has gone. Fails when there is no answer at all. */
    Result run(Contender contender, int seconds) throws IOException, InterruptedException;

    /** What a contender answers to such a client, in a few words for the table; fails when that is not a 200. */
    String negotiated(Contender contender) throws IOException, InterruptedException;
}
