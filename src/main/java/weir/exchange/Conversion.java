package weir.exchange;

import java.nio.ByteBuffer;

/**
 * Makes other content of a response's content while it passes: coded, decoded, made smaller. What comes out may be more or less than what
 * went in, and may come later. One response's, one loop's; a filter gives it to {@link Exchange#convert}.
 */
public interface Conversion {
    /** What a call is made for. */
    enum Wanted {
        /** There is content; what comes of it may be kept back. */
        CONTENT,
        /** No content came for a moment: all that can be told of what has come goes out. */
        FLUSH,
        /** The content is complete: all goes out. Never for content that broke off. */
        END
    }

    /** What a call has done. */
    enum Progress {
        /** What was given is taken, and what was wanted is put out. */
        DONE,
        /** The room does not suffice: to be called again for the same, with other room and with what was not taken. */
        FULL,
        /** At the end only: it works on another thread, and tells its {@link Owner} when it can go on. To be called again for the same then, or before. */
        LATER,
        /** The content cannot be converted: the response is cut. */
        BROKEN
    }

    /** Who calls it. */
    interface Owner {
        /** After LATER: it can go on. On the response's loop; of no effect when the response is over. */
        void ready(Conversion conversion);
    }

    /** Room that a call is given at least. */
    int ROOM_BYTES_MIN = 64;

    /**
     * Takes bytes from {@code in}, between its position and limit, and puts what comes of them at the position of {@code out}. Neither
     * buffer is kept. After FULL the next call has at least {@link #ROOM_BYTES_MIN} bytes of room; after DONE of END, and after BROKEN, no call
     * follows but {@link #close}.
     */
    Progress convert(ByteBuffer in, ByteBuffer out, Wanted wanted);

    /** Who calls it; before any other call. */
    default void owner(Owner owner) {}

    /** After BROKEN: the reason for the log. */
    String fault();

    /** The response is over, or was given up: called once, on every path. */
    void close();
}
