package weir.exchange;

/** What a filter makes of a request. */
public enum Verdict {
    /** Go on with the next filter. */
    NEXT,
    /** The filter has answered ({@link Exchange#answer}); nothing right of it runs. */
    ANSWERED,
    /** The filter waits for something and will call {@link Exchange#resume} on the exchange's loop. */
    SUSPENDED
}
