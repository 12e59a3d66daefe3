package weir.net;

import java.io.IOException;

/** What a loop tells the owner of a {@link Transport}. An IOException that leaves a method comes back as {@link #onFailed}. */
public interface TransportHandler {
    /** A connection that was opened from here stands. */
    default void onConnected() throws IOException {
        throw new AssertionError("accepted connections stand from the start");
    }

    void onReadable() throws IOException;

    void onWritable() throws IOException;

    /** The connection broke, or could not be opened; it still has to be closed by the owner. */
    void onFailed(IOException cause);
}
