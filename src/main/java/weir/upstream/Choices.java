package weir.upstream;

/** Counts the changes that make the loops of a pool choose anew: servers came or went, one is up or down, has another weight. */
final class Choices {
    private volatile int version;
    private Runnable listener = () -> { };

    /** @param listener told of each change, on the thread that makes it */
    synchronized void listener(Runnable listener) {
        this.listener = listener;
    }

    int version() {
        return version;
    }

    synchronized void changed() {
        version++;
        listener.run();
    }
}
