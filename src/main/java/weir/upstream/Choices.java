package weir.upstream;

import java.util.ArrayList;
import java.util.List;

/** Counts the changes that make the loops of a pool choose anew: servers came or went, one is up or down, has another weight. */
final class Choices {
    private volatile int version;
    private final List<Runnable> listeners = new ArrayList<>();

    /** @param listener told of each change, on the thread that makes it */
    synchronized void listener(Runnable listener) {
        listeners.add(listener);
    }

    synchronized void forget(Runnable listener) {
        listeners.remove(listener);
    }

    int version() {
        return version;
    }

    synchronized void changed() {
        version++;
        listeners.forEach(Runnable::run);
    }
}
