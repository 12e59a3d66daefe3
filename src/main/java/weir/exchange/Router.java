package weir.exchange;

/** Finds the route of a request. */
public interface Router {
    /**
     * @param exchange with its request: authority, method and path in normal form
     * @return the route; {@link Route#NONE} when none matches, {@link Route#AMBIGUOUS} when servers could disagree which one
     */
    Route route(Exchange exchange);
}
