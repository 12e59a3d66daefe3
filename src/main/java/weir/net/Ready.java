package weir.net;

import java.io.IOException;

/** What a selection key carries. */
interface Ready {
    /** @param operations the ready set of the key */
    void ready(int operations) throws IOException;

    /** {@link #ready} threw this. */
    void failed(IOException cause);

    /** A bug: close what this stands for; must not throw. */
    void crashed();
}
