package weir.exchange;

/** How far one exchange has come in the filters of its route: to the right with the request, which may wait at each, to the left with the response. */
final class Chain {
    private final Exchange exchange;
    private Filter[] filters;
    private boolean edits;
    private int next;
    private boolean suspended;
    private long suspension;             // the number of the wait that runs, or that comes next

    Chain(Exchange exchange) {
        this.exchange = exchange;
    }

    void start(Route route) {
        filters = route.filters();
        edits = route.editsResponse();
        next = 0;
        suspended = false;
        suspension++;
    }

    /** @return whether the request has passed them all; else it was answered, or waits */
    boolean request() {
        while (next < filters.length) {
            switch (filters[next++].onRequest(exchange)) {
                case NEXT -> { }
                case ANSWERED -> {
                    return false;
                }
                case SUSPENDED -> {
                    suspended = true;
                    return false;
                }
            }
        }
        return true;
    }

    /** As {@link Exchange#suspension}. */
    long suspension() {
        return suspension;
    }

    boolean isSuspended(long wait) {
        return suspended && wait == suspension;
    }

    /** The wait is over. */
    void resume() {
        suspended = false;
        suspension++;
    }

    /** The request was answered: nothing waits any more. */
    void answered() {
        suspended = false;
    }

    /** Whether a filter may edit a response. */
    boolean editsResponse() {
        return edits;
    }

    /** @param withAnswering also by the filter that answered, if one did */
    void response(boolean withAnswering) {
        for (int i = (withAnswering ? next : next - 1) - 1; i >= 0; i--) {
            filters[i].onResponse(exchange);
        }
    }
}
