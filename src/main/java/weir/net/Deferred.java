package weir.net;

/** Work that waits until the event at hand is served: keeps call stacks flat and callbacks from entering each other. */
public interface Deferred {
    /** Called once for each {@link EventLoop#defer}, on that loop, in the same turn or the next. */
    void runDeferred();
}
