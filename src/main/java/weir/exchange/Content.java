package weir.exchange;

/**
 * The content of a response that comes from nearer than an origin: the other half of {@link Exchange#answer(weir.http.Head, Content, String)}.
 * All calls on the exchange's loop.
 */
public interface Content {
    /**
     * Offers what is there by {@link Exchange#write}, until less is taken than was offered or there is no more for now; ends by
     * {@link Exchange#contentEnd} or {@link Exchange#contentBroken}. Called when the head was sent and each time the client takes
     * bytes again; when more has come, its owner calls it.
     */
    void pull(Exchange exchange);

    /** The exchange is over: no call follows. */
    void close();
}
