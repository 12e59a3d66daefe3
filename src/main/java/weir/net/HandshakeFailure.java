package weir.net;

import java.io.IOException;

/** A connection stands, but the two sides could not agree on how to protect it; the message says why. */
public final class HandshakeFailure extends IOException {
    private static final long serialVersionUID = 1;

    public HandshakeFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
