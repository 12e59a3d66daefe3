package weir.h1;

import java.util.ArrayDeque;
import java.util.function.Supplier;
import weir.http.ClientStream;
import weir.http.RequestHandler;

/** The {@link Reception}s of one listener's connections on one loop that are free: as many as were in use at once. Last in, first out. */
public final class Receptions {
    /** Those that more requests at once have made are left to the collector. */
    static final int FREE_MAX = 4096;

    private final Supplier<RequestHandler> handlers;
    private final ArrayDeque<Reception> free = new ArrayDeque<>();

    /** @param handlers makes what answers requests, for one connection after the other */
    public Receptions(Supplier<RequestHandler> handlers) {
        this.handlers = handlers;
    }

    /** @param limits of the connection: what was made with others, before a reload, is given up */
    @SuppressWarnings("ReferenceEquality") // the same object from one reload to the next
    Reception take(HttpLimits limits, ClientStream stream) {
        Reception taken = free.pollLast();
        while (taken != null && taken.limits != limits) {
            taken = free.pollLast();
        }
        if (taken == null) {
            taken = new Reception(limits, handlers.get());
        }
        taken.handler.serve(stream);
        return taken;
    }

    /** Its request is answered to the last byte, or whatever it was for is over in order. */
    void giveBack(Reception reception) {
        reception.handler.serve(null);
        if (free.size() < FREE_MAX) {
            free.addLast(reception);
        }
    }
}
