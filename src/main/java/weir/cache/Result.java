package weir.cache;

/** What the cache did for a request: the log's {@code cache} and the label of {@code weir_cache_requests_total}. */
enum Result {
    /** Answered from a fresh stored response. */
    HIT("hit"),
    /** Nothing stored could answer: the origin did. */
    MISS("miss"),
    /** Answered from a stale stored response, where that is allowed (RFC 9111 §4.2.4). */
    STALE("stale"),
    /** Answered from a stored response that the origin has confirmed (RFC 9111 §4.3). */
    REVALIDATED("revalidated"),
    /** The request is none that a cache answers. */
    BYPASS("bypass"),
    /** Answered from the response that another request has fetched. */
    COALESCED("coalesced");

    private final String text;

    Result(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
