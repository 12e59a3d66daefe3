package weir.exchange;

/** Answers in place of an origin: a fixed text, a redirect, the metrics page. */
public interface LocalAnswer {
    /** Calls {@link Exchange#answer} once, at once. */
    void answer(Exchange exchange);
}
