package weir.upstream;

import java.util.Arrays;
import weir.http.OriginStream;

/** The connections to one origin that one loop keeps: last in, first out, so that the rest grows old and is closed. */
final class IdleConnections implements OriginStream.Parked {
    private final int max;
    private final IdleBudget budget;
    private final int loop;
    private final Runnable onClosed;
    private OriginStream[] streams = new OriginStream[4];
    private int count;

    /**
     * @param budget of all sets of this loop
     * @param onClosed told of each connection that is closed here, or has closed itself
     */
    IdleConnections(int max, IdleBudget budget, int loop, Runnable onClosed) {
        this.max = max;
        this.budget = budget;
        this.loop = loop;
        this.onClosed = onClosed;
    }

    /** Keeps it, or closes it when enough are kept. */
    void put(OriginStream stream, long idleNanos) {
        if (count == max || !budget.take(loop)) {
            close(stream);
            return;
        }
        if (count == streams.length) {
            streams = Arrays.copyOf(streams, Math.min(max, count * 2));
        }
        streams[count++] = stream;
        stream.park(idleNanos, this);
    }

    /** The one that was used last, or null. */
    OriginStream take() {
        if (count == 0) {
            return null;
        }
        OriginStream stream = streams[--count];
        streams[count] = null;
        budget.give(loop);
        return stream;
    }

    @Override
    public void onDead(OriginStream stream) {
        for (int i = count - 1; i >= 0; i--) {
            if (streams[i] == stream) {
                System.arraycopy(streams, i + 1, streams, i, count - i - 1);
                streams[--count] = null;
                budget.give(loop);
                onClosed.run();
                return;
            }
        }
    }

    int count() {
        return count;
    }

    void closeAll() {
        while (count > 0) {
            close(take());
        }
    }

    /** Closes the one that was not used for longest. @return false when there is none */
    boolean closeOldest() {
        if (count == 0) {
            return false;
        }
        OriginStream oldest = streams[0];
        System.arraycopy(streams, 1, streams, 0, count - 1);
        streams[--count] = null;
        budget.give(loop);
        close(oldest);
        return true;
    }

    private void close(OriginStream stream) {
        stream.abort();
        onClosed.run();
    }
}
