package weir.exchange;

/**
 * One concern of a route. Request filters run from left to right, response filters from right to left. One instance serves
 * all loops: state that changes is either kept per loop or named as shared.
 */
public interface Filter {
    /** The request's head may be edited. */
    default Verdict onRequest(Exchange exchange) {
        return Verdict.NEXT;
    }

    /** The response's head may be edited, if {@link #editsResponse} says so: it is kept then. */
    default void onResponse(Exchange exchange) {}

    /** Whether {@link #onResponse} does anything: asked once, when a route is built. */
    default boolean editsResponse() {
        return false;
    }
}
