package weir.upstream;

import java.util.Arrays;
import weir.http.OriginStream;

/** The connections to one origin that one loop keeps: last in, first out, so that the rest grows old and is closed. */
final class IdleConnections implements OriginStream.Parked {
    private final int max;
    private OriginStream[] streams = new OriginStream[4];
    private int count;

    IdleConnections(int max) {
        this.max = max;
    }

    /** Keeps it, or closes it when enough are kept. */
    void put(OriginStream stream, long idleNanos) {
        if (count == max) {
            stream.abort();
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
        return stream;
    }

    @Override
    public void onDead(OriginStream stream) {
        for (int i = count - 1; i >= 0; i--) {
            if (streams[i] == stream) {
                System.arraycopy(streams, i + 1, streams, i, count - i - 1);
                streams[--count] = null;
                return;
            }
        }
    }

    int count() {
        return count;
    }

    void closeAll() {
        while (count > 0) {
            take().abort();
        }
    }
}
