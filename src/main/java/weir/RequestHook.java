package weir;

/** What an embedding program does with requests before weir does: the outermost filter of every route. */
@FunctionalInterface
public interface RequestHook {
    /**
     * Looks at a request, edits its field lines, or answers it. What it does not answer goes on. Runs on an event loop, on several at once: it is
     * quick and blocks on nothing. An exception is reported and answered with 500.
     *
     * @param request of use during this call only
     */
    void onRequest(Request request);
}
